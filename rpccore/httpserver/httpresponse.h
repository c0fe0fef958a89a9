// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/message/headerfields.h>
#include <rpccore_httpserver_export.h>

#include <QString>

namespace rpc {

/// An answer over HTTP, and how it looks on the wire.
struct RPCHTTPSERVER_EXPORT HttpResponse
{
    int status = 200; ///< of HTTP
    QByteArray contentType = {}; ///< empty when there is no body
    QByteArray body = {}; ///< as it is sent, unless it is compressed
    HeaderFields fields = {}; ///< in addition to Date, Content-Type, Content-Length and Connection

    /// text/plain, one line.
    static HttpResponse text(int status, const QString &line);

    /// Adds one more header field.
    void addField(const QByteArray &name, const QByteArray &value) { fields.append({ name, value }); }
    /// Says that the answer depends on the request's field \a name.
    void addVary(const QByteArray &name);

    /// Status line and header fields, with the empty line. Date, Content-Length and Connection are added here. The
    /// array has room for \a more bytes.
    QByteArray head(bool keepAlive, qsizetype more = 0) const;
    static QByteArray reasonPhrase(int status); ///< "Not Found" for 404; empty for what has none.
};

} // namespace rpc
