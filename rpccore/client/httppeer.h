// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "httpresponsereader.h"
#include "httptarget.h"

namespace rpc {

/// Where the connections of one target lead, and what its requests say about that.
struct HttpPeer
{
    QString name; ///< of the server, for people: "host:port", "/run/a.sock"
    QString host; ///< to connect to: the server's, or the proxy's
    quint16 port = 0;
    QString socketFile; ///< of a Unix socket; then there is no host
    bool isTls = false;
    QNetworkProxy tunnel { QNetworkProxy::NoProxy }; ///< SOCKS5, or HTTP by CONNECT; the socket does it
    bool isForwarded = false; ///< `host` is an HTTP proxy that gets the request itself
    QString proxyName; ///< for people; empty without a proxy
    QString carriage; ///< for the trace
    QByteArray hostField;
    QByteArray path; ///< with the query, as it stands in a request to the server itself
    QByteArray requestTarget; ///< as it stands in the request line
    QUrl cookieUrl;
    QByteArray proxyAuthorization; ///< of a proxy that gets the request itself

    /// InvalidArgument, with what a URL looks like, for one that is not of \a form.
    static Result<HttpPeer> of(const HttpTarget &target, HttpForm form);
};

} // namespace rpc
