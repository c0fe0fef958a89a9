// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/message/headerfields.h>
#include <rpccore_httpserver_export.h>

#include <QString>

namespace rpc {

/// An answer, and how it looks on the wire.
struct RPCHTTPSERVER_EXPORT HttpResponse
{
    int status = 200;
    QByteArray contentType; ///< empty when there is no body
    QByteArray body;
    HeaderFields fields; ///< in addition

    /// text/plain, one line.
    static HttpResponse text(int status, const QString &line);

    /// Status line and header fields, with the empty line. Date, Content-Length and Connection are added here.
    QByteArray head(bool keepAlive) const;
    static QByteArray reasonPhrase(int status);
};

} // namespace rpc
