// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/httpserver/httphead.h>

namespace rpc {

/// Collects the body of one request, by length or chunk by chunk (RFC 9112 section 7.1). Trailer fields are dropped.
class RPCHTTPSERVER_EXPORT HttpBody
{
public:
    HttpBody(const HttpHead &head, const Limits &limits);

    enum class State : quint8 { NeedsMore, Complete, Refused };

    /// Takes what belongs to the body from the begin of \a bytes, and cuts it off there.
    State take(QByteArrayView &bytes);

    const QByteArray &bytes() const noexcept { return m_body; }
    QByteArray &&takeBytes() noexcept { return std::move(m_body); }
    /// Only when Refused.
    const HttpHead::Refused &refusal() const noexcept { return m_refusal; }

private:
    State takeChunks(QByteArrayView &bytes);
    State takeSize(QByteArrayView line);
    State refuse(int status, const QString &reason);

    enum class Part : quint8 { Size, Data, DataEnd, Trailer };
    bool m_isChunked;
    qint64 m_left; // of the body, or of the chunk
    qint64 m_limit;
    Part m_part = Part::Size;
    qsizetype m_extraBytes = 0; // of chunk extensions and trailer fields
    qsizetype m_extraLimit;
    QByteArray m_body;
    HttpHead::Refused m_refusal;
};

} // namespace rpc
