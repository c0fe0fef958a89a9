// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httpbody.h"

#include <rpccore/message/fieldsyntax.h>

#include <charconv>

namespace rpc {

HttpBody::HttpBody(const HttpHead &head, const Limits &limits)
    : m_isChunked(head.isChunked)
    , m_left(head.contentLength)
    , m_limit(limits.bytes)
    , m_extraLimit(limits.headerBytes)
{
}

HttpBody::State HttpBody::take(QByteArrayView &bytes)
{
    if (m_isChunked)
        return takeChunks(bytes);
    const qsizetype length = qMin<qint64>(m_left, bytes.size());
    m_body.append(bytes.first(length));
    bytes = bytes.sliced(length);
    m_left -= length;
    return m_left == 0 ? State::Complete : State::NeedsMore;
}

HttpBody::State HttpBody::takeChunks(QByteArrayView &bytes)
{
    constexpr qsizetype longestLine = 1024; // of a size with its extensions, which are ignored
    for (;;) {
        if (m_part == Part::Data) {
            const qsizetype length = qMin<qint64>(m_left, bytes.size());
            m_body.append(bytes.first(length));
            bytes = bytes.sliced(length);
            m_left -= length;
            if (m_left > 0)
                return State::NeedsMore;
            m_part = Part::DataEnd;
        }
        const qsizetype longest = m_part == Part::DataEnd ? 0
            : m_part == Part::Trailer                     ? m_extraLimit - m_extraBytes
                                                          : longestLine;
        const auto looked = bytes.first(qMin(bytes.size(), longest + 2));
        const qsizetype end = looked.indexOf("\r\n");
        if (end < 0) {
            if (bytes.size() < longest + 2 && !(m_part == Part::DataEnd && bytes.size() == 1 && bytes[0] != '\r'))
                return State::NeedsMore;
            return m_part == Part::Trailer ? refuse(431, QStringLiteral("the trailer is too large"))
                                           : refuse(400, QStringLiteral("malformed chunk"));
        }
        const auto line = bytes.first(end);
        bytes = bytes.sliced(end + 2);
        if (m_part == Part::DataEnd) {
            m_part = Part::Size;
        } else if (m_part == Part::Trailer) {
            if (line.isEmpty())
                return State::Complete;
            m_extraBytes += line.size();
            if (!readFieldLine(line))
                return refuse(400, QStringLiteral("malformed trailer field"));
        } else if (takeSize(line) == State::Refused) {
            return State::Refused;
        }
    }
}

HttpBody::State HttpBody::takeSize(QByteArrayView line)
{
    quint64 size = 0;
    const char *const lineEnd = line.data() + line.size();
    const auto [rest, error] = std::from_chars(line.data(), lineEnd, size, 16);
    // "5 ;x" is what RFC 9112 section 7.1.1 calls bad whitespace: readers differ about it.
    const bool extension = rest != lineEnd && *rest == ';';
    const bool control
        = std::any_of(line.begin(), line.end(), [](char c) { return (uchar(c) < 0x20 && c != '\t') || c == 0x7f; });
    if (error != std::errc() || (rest != lineEnd && !extension) || control)
        return refuse(400, QStringLiteral("malformed chunk size"));
    m_extraBytes += lineEnd - rest;
    if (m_extraBytes > m_extraLimit)
        return refuse(400, QStringLiteral("too many chunk extensions"));
    if (size > quint64(m_limit) || m_body.size() + qint64(size) > m_limit)
        return refuse(413, QStringLiteral("the body is larger than %1 bytes").arg(m_limit));
    m_left = qint64(size);
    m_part = size == 0 ? Part::Trailer : Part::Data;
    return State::NeedsMore;
}

HttpBody::State HttpBody::refuse(int status, const QString &reason)
{
    m_refusal = { status, reason };
    return State::Refused;
}

} // namespace rpc
