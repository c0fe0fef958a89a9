// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "contentcoding.h"

#include <rpccore/core/inflate.h>
#include <rpccore/message/headerfields.h>

#include <zlib.h>

#include <limits>

namespace rpc {

namespace {

constexpr int frameOfZlib = 15; // windowBits as zlib wants them told
constexpr int frameOfGzip = 15 + 16;

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
    Unpacked result;
    if (coding == ContentCoding::Identity) {
        if (bytes.size() > limit)
            return { Unpacked::State::TooLarge, {} };
        result.bytes = bytes.toByteArray();
        return result;
    }
    Inflater inflater(coding == ContentCoding::Gzip ? Inflater::Format::Gzip : Inflater::Format::Deflate);
    switch (inflater.add(bytes, result.bytes, limit)) {
    case Inflater::Status::Done:
        return result;
    case Inflater::Status::TooLarge:
        return { Unpacked::State::TooLarge, {} };
    case Inflater::Status::More: // the end is missing
    case Inflater::Status::Broken:
        break;
    }
    return { Unpacked::State::Malformed, {} };
}

} // namespace rpc
