// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/httpserver/httpresponse.h>
#include <rpccore/message/headerfields.h>
#include <rpccore/server/tls.h>
#include <rpccore/server/websocketoptions.h>

#include <QHostAddress>
#include <QList>
#include <QStringList>

#include <functional>
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

/// A request as a filter sees it.
struct HttpRequest
{
    QByteArray method; ///< "POST"
    QByteArray target; ///< as it was sent: path and query
    QString path; ///< without the query, percent-decoded
    HeaderFields fields; ///< in their order
    QByteArray body; ///< as it was sent, so maybe packed
    QHostAddress peer; ///< who asks
};

/// Stands around the servers of a listener, as the middlewares of a web framework do: for pages beside them, for further
/// fields, for whatever has to be right before a call is read. Called in the listener's thread, after Host and Origin
/// were found right. They may mount and stop, but must not run an event loop of their own.
struct HttpFilter
{
    /// An answer, of which the servers then hear nothing; nothing lets the request go on. May be empty.
    std::function<std::optional<HttpResponse>(const HttpRequest &)> before = {};
    /// May change any answer before it is sent (a notification's, too), but a WebSocket's handshake and those to requests
    /// that could not be read. The one of the first filter is called last. May be empty.
    std::function<void(const HttpRequest &, HttpResponse &)> after = {};
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
    /// Values of Origin that are served besides those of `cors` and the server's own (scheme, Host and port where it
    /// listens; behind a proxy or a mapped port, name the one that pages have); "*" is every one. Web pages send
    /// one with every POST, and need `cors` to read the answer unless they come from here; programs send none and are
    /// always served.
    QStringList origins = {};
    std::optional<CorsOptions> cors = {}; ///< off: browsers keep the answers from pages of other origins
    /// The status of what has no answer, notifications and batches of them: 204, or 202 or 200 with an empty body for
    /// clients that want that.
    int notificationStatus = 204;
    /// Of every answer to a request that could be read, besides its own: "Server", or a proxy's hints. Not of a
    /// WebSocket's handshake.
    HeaderFields fields = {};
    QList<HttpFilter> filters = {}; ///< around all servers of the listener, the first one outermost
    /// Answers with more bytes than this are compressed for those who ask for gzip or deflate; -1 = never.
    qsizetype compressAbove = 1024;
    std::optional<ServerTls> tls = {}; ///< off: plain HTTP
    Limits limits = {}; ///< on heads, bodies, times, connections and requests
};

} // namespace rpc
