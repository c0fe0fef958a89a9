// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/server/tls.h>
#include <rpccore/server/websocketoptions.h>

#include <QHostAddress>
#include <QStringList>

#include <optional>

namespace rpc {

/// Which web pages of other origins may call, and read the answers (CORS, as the Fetch standard has it), also from a
/// public page to this machine or network (Private Network Access).
struct CorsOptions
{
    /// Values of Origin, compared as they are: "https://app.example"; "*" is every page there is.
    QStringList origins;
    /// Request header fields that pages may set besides Content-Type, "Authorization" for example; "*" is any.
    QStringList headers;
    std::chrono::seconds maxAge { 600 }; ///< for which a browser need not ask again
    /// Lets pages send cookies and passwords that the browser knows. Not together with the origin "*": listen()
    /// refuses.
    bool credentials = false;
};

/// How one server is reached at its path.
struct MountOptions
{
    /// Where a GET is sent to (301): a path or a full URL. Empty: the documentation if there is one, else 405.
    QString redirectGet = {};
    /// Answers a GET with a page that describes the methods: those which everybody may call, and nothing else.
    bool documentation = false;
    WebSocketOptions webSocket = {}; ///< what becomes of an upgrade to WebSocket
};

/// How a server is reached over HTTP.
///
/// The listener is strict and bounds what a client can make it hold, but it is not hardened for the open internet: put
/// a proxy such as nginx in front of it there.
struct HttpOptions
{
    QHostAddress address { QHostAddress::LocalHost }; ///< loopback; anything else is reachable from the network
    quint16 port = 0; ///< 0 = any free one
    QString path = QStringLiteral("/rpc"); ///< of the server that the listener was added to
    QString redirectGet = {}; ///< of that path, see MountOptions::redirectGet
    bool documentation = false; ///< of that path, see MountOptions::documentation
    WebSocketOptions webSocket = {}; ///< of that path, see MountOptions::webSocket
    /// Values of Host that are served besides the address itself and, on loopback, "localhost". A web page that rebinds
    /// its own name to 127.0.0.1 sends that name here, and is refused (421).
    QStringList hosts = {};
    /// Values of Origin that are served besides those of `cors` and the server's own; "*" is every one. Web pages send
    /// one with every POST, and need `cors` to read the answer unless they come from here; programs send none and are
    /// always served.
    QStringList origins = {};
    std::optional<CorsOptions> cors = {}; ///< off: browsers keep the answers from pages of other origins
    /// The status of what has no answer, notifications and batches of them: 204, or 202 or 200 with an empty body for
    /// clients that want that.
    int notificationStatus = 204;
    /// Answers with more bytes than this are compressed for those who ask for gzip or deflate; -1 = never.
    qsizetype compressAbove = 1024;
    std::optional<ServerTls> tls = {}; ///< off: plain HTTP
    Limits limits = {}; ///< on heads, bodies, times, connections and requests
};

} // namespace rpc
