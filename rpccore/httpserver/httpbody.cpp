// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httpbody.h"

#include <charconv>

namespace rpc {

HttpBody::HttpBody(const HttpHead &head, const Limits &limits)
    : m_isChunked(head.isChunked)
    , m_left(head.contentLength)
    , m_limit(limits.bytes)
    , m_trailerLimit(limits.headerBytes)
{
}

HttpBody::State HttpBody::take(QByteArray &bytes)
{
    if (m_isChunked)
        return takeChunks(bytes);
    const qsizetype length = qMin<qint64>(m_left, bytes.size());
    if (m_body.isEmpty() && length == bytes.size()) {
        m_body = std::move(bytes);
        bytes = {};
    } else {
        m_body += QByteArrayView(bytes).first(length);
        bytes.remove(0, length);
    }
    m_left -= length;
    return m_left == 0 ? State::Complete : State::NeedsMore;
}

HttpBody::State HttpBody::takeChunks(QByteArray &bytes)
{
    constexpr qsizetype longestSizeLine = 1024; // chunk extensions are allowed, and ignored
    qsizetype at = 0;
    const auto finish = [&](State state) {
        bytes.remove(0, at);
        return state;
    };
    for (;;) {
        if (m_part == Part::Data) {
            const qsizetype length = qMin<qint64>(m_left, bytes.size() - at);
            m_body += QByteArrayView(bytes).sliced(at, length);
            at += length;
            m_left -= length;
            if (m_left > 0)
                return finish(State::NeedsMore);
            m_part = Part::DataEnd;
        }
        const qsizetype end = bytes.indexOf("\r\n", at);
        if (end < 0) {
            if (bytes.size() - at > longestSizeLine + m_trailerLimit)
                return refuse(400, QStringLiteral("malformed chunk"));
            if (m_part == Part::DataEnd && bytes.size() - at >= 2)
                return refuse(400, QStringLiteral("malformed chunk"));
            return finish(State::NeedsMore);
        }
        const auto line = QByteArrayView(bytes).sliced(at, end - at);
        at = end + 2;
        if (m_part == Part::DataEnd) {
            if (!line.isEmpty())
                return refuse(400, QStringLiteral("malformed chunk"));
            m_part = Part::Size;
        } else if (m_part == Part::Trailer) {
            if (line.isEmpty())
                return finish(State::Complete);
            m_trailerBytes += line.size();
            if (m_trailerBytes > m_trailerLimit)
                return refuse(431, QStringLiteral("the trailer is too large"));
        } else {
            quint64 size = 0;
            const char *const lineEnd = line.data() + line.size();
            const auto [rest, error] = std::from_chars(line.data(), lineEnd, size, 16);
            const bool extension = rest != lineEnd && *rest == ';';
            const bool control
                = std::any_of(line.begin(), line.end(), [](char c) { return uchar(c) < 0x20 && c != '\t'; });
            if (error != std::errc() || (rest != lineEnd && !extension) || control || line.size() > longestSizeLine)
                return refuse(400, QStringLiteral("malformed chunk size"));
            if (size > quint64(m_limit) || m_body.size() + qint64(size) > m_limit)
                return refuse(413, QStringLiteral("the body is larger than %1 bytes").arg(m_limit));
            m_left = qint64(size);
            m_part = size == 0 ? Part::Trailer : Part::Data;
        }
    }
}

HttpBody::State HttpBody::refuse(int status, const QString &reason)
{
    m_refusal = { status, reason };
    return State::Refused;
}

} // namespace rpc
