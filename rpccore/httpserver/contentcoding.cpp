// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "contentcoding.h"

#include <rpccore/message/headerfields.h>

#include <zlib.h>

#include <array>
#include <limits>

namespace rpc {

namespace {

constexpr int frameOfZlib = 15; // windowBits as zlib wants them told
constexpr int frameOfGzip = 15 + 16;
constexpr int noFrame = -15;

// Thousandths; RFC 9110 section 12.4.2: "0.5", "1", "1.000".
int quality(QByteArrayView text)
{
    if (text.isEmpty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') || (text.size() > 1 && text[1] != '.'))
        return 0;
    int value = (text[0] - '0') * 1000;
    int place = 100;
    for (const char c : text.sliced(qMin<qsizetype>(2, text.size()))) {
        if (c < '0' || c > '9')
            return 0;
        value += (c - '0') * place;
        place /= 10;
    }
    return value <= 1000 ? value : 0;
}

bool looksLikeZlib(QByteArrayView bytes)
{
    return bytes.size() >= 2 && (uchar(bytes[0]) & 0x0f) == Z_DEFLATED
        && (uchar(bytes[0]) * 256 + uchar(bytes[1])) % 31 == 0;
}

class Inflater
{
public:
    explicit Inflater(int windowBits) { m_isReady = inflateInit2(&m_stream, windowBits) == Z_OK; }
    ~Inflater()
    {
        if (m_isReady)
            inflateEnd(&m_stream);
    }
    Q_DISABLE_COPY_MOVE(Inflater)

    Unpacked run(QByteArrayView bytes, qint64 limit, bool mayHaveSeveral)
    {
        using State = Unpacked::State;
        if (!m_isReady)
            return { State::TooLarge, {} };
        Unpacked result;
        std::array<char, 32 * 1024> piece;
        m_stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
        m_stream.avail_in = uInt(bytes.size()); // bodies are bounded far below 4 GiB, see below
        for (;;) {
            m_stream.next_out = reinterpret_cast<Bytef *>(piece.data());
            m_stream.avail_out = uInt(piece.size());
            const int state = inflate(&m_stream, Z_NO_FLUSH);
            const qsizetype length = qsizetype(piece.size()) - m_stream.avail_out;
            if (result.bytes.size() + length > limit)
                return { State::TooLarge, {} };
            result.bytes.append(piece.data(), length);
            if (state == Z_STREAM_END) {
                if (m_stream.avail_in == 0)
                    return result;
                if (!mayHaveSeveral || inflateReset(&m_stream) != Z_OK) // RFC 1952 section 2.2
                    return { State::Malformed, {} };
            } else if (state != Z_OK) {
                return { State::Malformed, {} }; // also when the end is missing
            }
        }
    }

private:
    z_stream m_stream = {};
    bool m_isReady = false;
};

} // namespace

QByteArray contentCodingName(ContentCoding coding)
{
    switch (coding) {
    case ContentCoding::Gzip:
        return QByteArrayLiteral("gzip");
    case ContentCoding::Deflate:
        return QByteArrayLiteral("deflate");
    case ContentCoding::Identity:
        break;
    }
    return QByteArrayLiteral("identity");
}

std::optional<ContentCoding> contentCodingOf(QByteArrayView field)
{
    const auto token = field.trimmed();
    if (token.isEmpty() || isSameField(token, "identity"))
        return ContentCoding::Identity;
    if (isSameField(token, "gzip") || isSameField(token, "x-gzip"))
        return ContentCoding::Gzip;
    if (isSameField(token, "deflate"))
        return ContentCoding::Deflate;
    return std::nullopt;
}

ContentCoding wantedCoding(QByteArrayView acceptEncoding)
{
    std::optional<int> gzip;
    std::optional<int> deflate;
    std::optional<int> identity;
    int others = 0;
    while (!acceptEncoding.isEmpty()) {
        qsizetype comma = acceptEncoding.indexOf(',');
        if (comma < 0)
            comma = acceptEncoding.size();
        const auto part = acceptEncoding.first(comma);
        acceptEncoding = acceptEncoding.sliced(qMin(comma + 1, acceptEncoding.size()));
        const qsizetype semicolon = part.indexOf(';');
        const auto token = part.first(semicolon < 0 ? part.size() : semicolon).trimmed();
        int q = 1000;
        if (semicolon >= 0) {
            const auto parameter = part.sliced(semicolon + 1).trimmed();
            q = parameter.size() > 2 && isSameField(parameter.first(2), "q=") ? quality(parameter.sliced(2)) : 0;
        }
        if (token == "*")
            others = q;
        else if (isSameField(token, "gzip") || isSameField(token, "x-gzip"))
            gzip = q;
        else if (isSameField(token, "deflate"))
            deflate = q;
        else if (isSameField(token, "identity"))
            identity = q;
    }
    const int gzipQ = gzip.value_or(others);
    const int deflateQ = deflate.value_or(others);
    const int best = qMax(gzipQ, deflateQ);
    if (best == 0 || best < identity.value_or(0))
        return ContentCoding::Identity;
    return gzipQ >= deflateQ ? ContentCoding::Gzip : ContentCoding::Deflate;
}

QByteArray packed(QByteArrayView bytes, ContentCoding coding)
{
    if (bytes.size() > std::numeric_limits<int>::max())
        return {};
    constexpr int level = 4; // most of what level 6 saves, in half the time
    constexpr int memory = 8;
    z_stream stream = {};
    const int frame = coding == ContentCoding::Gzip ? frameOfGzip : frameOfZlib;
    if (deflateInit2(&stream, level, Z_DEFLATED, frame, memory, Z_DEFAULT_STRATEGY) != Z_OK)
        return {};
    QByteArray result(qsizetype(deflateBound(&stream, uLong(bytes.size()))), Qt::Uninitialized);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(bytes.data()));
    stream.avail_in = uInt(bytes.size());
    stream.next_out = reinterpret_cast<Bytef *>(result.data());
    stream.avail_out = uInt(result.size());
    const int state = deflate(&stream, Z_FINISH);
    result.truncate(result.size() - qsizetype(stream.avail_out));
    deflateEnd(&stream);
    return state == Z_STREAM_END ? result : QByteArray();
}

Unpacked unpacked(QByteArrayView bytes, ContentCoding coding, qint64 limit)
{
    constexpr qsizetype most = std::numeric_limits<uInt>::max();
    if (bytes.size() > most)
        return { Unpacked::State::TooLarge, {} };
    switch (coding) {
    case ContentCoding::Gzip:
        return Inflater(frameOfGzip).run(bytes, limit, true);
    case ContentCoding::Deflate:
        return Inflater(looksLikeZlib(bytes) ? frameOfZlib : noFrame).run(bytes, limit, false);
    case ContentCoding::Identity:
        break;
    }
    if (bytes.size() > limit)
        return { Unpacked::State::TooLarge, {} };
    return { Unpacked::State::Complete, bytes.toByteArray() };
}

} // namespace rpc
