// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "websocketframes.h"

#include <QRandomGenerator>
#include <QUtf8StringView>
#include <QtEndian>

#include <cstring>
#include <limits>

namespace rpc {

namespace {

constexpr int finalBit = 0x80; // of the first byte
constexpr int reservedBits = 0x70; // of the first byte
constexpr int maskBit = 0x80; // of the second byte
constexpr int longestControl = 125; // bytes of payload
constexpr int longestReason = longestControl - 2;

bool isControl(WebSocketOpcode opcode) { return int(opcode) >= int(WebSocketOpcode::Close); }

bool isKnown(int opcode) { return opcode <= int(WebSocketOpcode::Binary) || (opcode >= 8 && opcode <= 10); }

bool isUtf8(const QByteArray &bytes) { return QUtf8StringView(bytes.constData(), bytes.size()).isValidUtf8(); }

// RFC 6455 section 5.3; `at` is where in the mask the first of the bytes stands.
void mask(char *bytes, qsizetype size, const std::array<char, 4> &key, int at)
{
    std::array<char, 8> turned {};
    for (std::size_t i = 0; i < turned.size(); ++i)
        turned[i] = key[(std::size_t(at) + i) % 4];
    quint64 wide = 0;
    std::memcpy(&wide, turned.data(), sizeof wide);
    qsizetype i = 0;
    for (; i + 8 <= size; i += 8) {
        quint64 eight = 0;
        std::memcpy(&eight, bytes + i, sizeof eight);
        eight ^= wide;
        std::memcpy(bytes + i, &eight, sizeof eight);
    }
    for (; i < size; ++i)
        bytes[i] = char(bytes[i] ^ turned[std::size_t(i % 8)]);
}

// Codes that may stand in a frame (RFC 6455 section 7.4, and those that were registered since).
bool isCloseCode(int code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

} // namespace

QByteArray webSocketFrame(WebSocketEnd sender, WebSocketOpcode opcode, const QByteArray &payload)
{
    const int masked = sender == WebSocketEnd::Client ? maskBit : 0;
    QByteArray frame;
    frame.reserve(payload.size() + 14);
    frame += char(finalBit | int(opcode));
    const auto size = payload.size();
    const auto appendLength = [&frame](auto length) {
        const auto bigEndian = qToBigEndian(length);
        frame.append(reinterpret_cast<const char *>(&bigEndian), sizeof bigEndian);
    };
    if (size <= longestControl) {
        frame += char(masked | int(size));
    } else if (size <= std::numeric_limits<quint16>::max()) {
        frame += char(masked | 126);
        appendLength(quint16(size));
    } else {
        frame += char(masked | 127);
        appendLength(quint64(size));
    }
    if (!masked)
        return frame += payload;
    std::array<char, 4> key {};
    const quint32 random = QRandomGenerator::system()->generate();
    std::memcpy(key.data(), &random, key.size());
    frame.append(key.data(), qsizetype(key.size()));
    const auto begin = frame.size();
    frame += payload;
    mask(frame.data() + begin, size, key, 0);
    return frame;
}

QByteArray webSocketClosePayload(int code, const QString &reason)
{
    QByteArray text = reason.toUtf8();
    if (text.size() > longestReason) {
        auto end = qsizetype(longestReason);
        while ((uchar(text[end]) & 0xc0) == 0x80)
            --end;
        text.truncate(end);
    }
    const quint16 bigEndian = qToBigEndian(quint16(code));
    return QByteArray(reinterpret_cast<const char *>(&bigEndian), sizeof bigEndian) + text;
}

std::variant<WebSocketClose, WebSocketViolation> readWebSocketClose(const QByteArray &payload)
{
    if (payload.isEmpty())
        return WebSocketClose {};
    if (payload.size() == 1)
        return WebSocketViolation { 1002, QStringLiteral("half a close code") };
    const int code = qFromBigEndian<quint16>(payload.constData());
    if (!isCloseCode(code))
        return WebSocketViolation { 1002, QStringLiteral("close code %1").arg(code) };
    const QByteArray reason = payload.sliced(2);
    if (!isUtf8(reason))
        return WebSocketViolation { 1007, QStringLiteral("a close reason that is not UTF-8") };
    return WebSocketClose { code, QString::fromUtf8(reason) };
}

WebSocketReader::WebSocketReader(WebSocketEnd end, qint64 messageBytes)
    : m_end(end)
    , m_messageBytes(messageBytes)
{
}

void WebSocketReader::append(const QByteArray &bytes)
{
    if (m_at == m_bytes.size())
        m_bytes = bytes;
    else
        m_bytes = m_bytes.sliced(m_at) + bytes;
    m_at = 0;
}

WebSocketReader::Next WebSocketReader::next()
{
    for (;;) {
        if (const auto *wrong = std::get_if<WebSocketViolation>(&m_wrong))
            return *wrong;
        if (!m_isInFrame && !readFrameHead()) {
            if (std::holds_alternative<WebSocketViolation>(m_wrong))
                continue;
            return needsMore();
        }
        takePayload();
        if (m_left > 0)
            return needsMore();
        m_isInFrame = false;
        if (isControl(m_opcode))
            return WebSocketMessage { m_opcode, std::exchange(m_control, {}) };
        m_isInMessage = !m_isFinal;
        if (!m_isFinal)
            continue;
        if (m_kind == WebSocketOpcode::Text && !isUtf8(m_message))
            return violation(1007, QStringLiteral("a text that is not UTF-8"));
        return WebSocketMessage { m_kind, std::exchange(m_message, {}) };
    }
}

// A connection that says nothing more for hours does not keep what was read.
WebSocketReader::Next WebSocketReader::needsMore()
{
    if (m_at == m_bytes.size()) {
        m_bytes.clear();
        m_at = 0;
    }
    return {};
}

WebSocketReader::Next WebSocketReader::violation(int code, const QString &what)
{
    WebSocketViolation wrong { code, what };
    m_wrong = wrong;
    m_bytes.clear();
    m_message.clear();
    m_at = 0;
    return wrong;
}

bool WebSocketReader::readFrameHead()
{
    const auto wrong = [this](int code, const QString &what) {
        violation(code, what);
        return false;
    };
    const QByteArrayView bytes = rest();
    if (bytes.isEmpty())
        return false;
    // What the first byte shows is not waited for.
    const int first = uchar(bytes[0]);
    if (first & reservedBits)
        return wrong(1002, QStringLiteral("a reserved bit is set, and no extension was agreed on"));
    if (!isKnown(first & 0x0f))
        return wrong(1002, QStringLiteral("opcode %1").arg(first & 0x0f));
    const auto opcode = WebSocketOpcode(first & 0x0f);
    const bool isFinal = first & finalBit;
    if (isControl(opcode) && !isFinal)
        return wrong(1002, QStringLiteral("a control frame in fragments"));
    if (opcode == WebSocketOpcode::Continuation && !m_isInMessage)
        return wrong(1002, QStringLiteral("a continuation of no message"));
    if (!isControl(opcode) && opcode != WebSocketOpcode::Continuation && m_isInMessage)
        return wrong(1002, QStringLiteral("a message within another"));
    if (bytes.size() < 2)
        return false;
    const int second = uchar(bytes[1]);
    const bool isMasked = second & maskBit;
    if (isMasked != (m_end == WebSocketEnd::Server))
        return wrong(1002,
            isMasked ? QStringLiteral("a frame with a mask, from a server")
                     : QStringLiteral("a frame without a mask, from a client"));
    auto length = quint64(second & ~maskBit);
    if (isControl(opcode) && length > longestControl)
        return wrong(1002, QStringLiteral("a control frame of more than %1 bytes").arg(longestControl));
    const qsizetype lengthBytes = length == 127 ? 8 : length == 126 ? 2 : 0;
    const qsizetype head = 2 + lengthBytes + (isMasked ? 4 : 0);
    if (bytes.size() < 2 + lengthBytes)
        return false;
    if (lengthBytes == 2) {
        length = qFromBigEndian<quint16>(bytes.data() + 2);
        if (length <= longestControl)
            return wrong(1002, QStringLiteral("a length in more bytes than it needs"));
    } else if (lengthBytes == 8) {
        length = qFromBigEndian<quint64>(bytes.data() + 2);
        if (length > quint64(std::numeric_limits<qint64>::max()))
            return wrong(1002, QStringLiteral("a length of 2^63 or more"));
        if (length <= std::numeric_limits<quint16>::max())
            return wrong(1002, QStringLiteral("a length in more bytes than it needs"));
    }
    if (!isControl(opcode) && qint64(length) > m_messageBytes - m_message.size())
        return wrong(1009, QStringLiteral("a message of more than %1 bytes").arg(m_messageBytes));
    if (bytes.size() < head)
        return false;
    if (isMasked)
        std::memcpy(m_mask.data(), bytes.data() + 2 + lengthBytes, m_mask.size());
    m_at += head;
    m_maskAt = 0;
    m_opcode = opcode;
    m_isFinal = isFinal;
    m_left = qint64(length);
    m_isInFrame = true;
    if (!isControl(opcode) && opcode != WebSocketOpcode::Continuation)
        m_kind = opcode;
    return true;
}

void WebSocketReader::takePayload()
{
    const auto size = qsizetype(qMin<qint64>(rest().size(), m_left));
    if (size == 0)
        return;
    QByteArray &into = isControl(m_opcode) ? m_control : m_message;
    const auto begin = into.size();
    into.append(rest().first(size));
    if (m_end == WebSocketEnd::Server)
        mask(into.data() + begin, size, m_mask, m_maskAt);
    m_maskAt = int((m_maskAt + size) % 4);
    m_at += size;
    m_left -= size;
}

} // namespace rpc
