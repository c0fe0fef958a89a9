// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/httpserver/connectiongate.h>
#include <rpccore/httpserver/httplistener.h>
#include <rpccore/httpserver/httprequestview.h>
#include <rpccore/httpserver/originrules.h>
#include <rpccore/httpserver/websocketdoor.h>
#include <rpccore/message/codec.h>
#include <rpccore/server/server.h>

#include <QPointer>
#include <QTimer>

namespace rpc {

struct HttpListener::Private : HttpDoor
{
    // A server and where it is reached.
    struct Mount
    {
        QString path;
        QByteArray plainPath; // as it is in a request that has nothing percent-encoded
        QPointer<Server> server;
        MountOptions options;
    };

    explicit Private(HttpListener *listener)
        : q(listener)
    {
    }

    HttpListener *q;
    Server *server = nullptr;
    HttpOptions options;
    OriginRules origins;
    ConnectionGate *gate = nullptr;
    QUrl url;
    std::vector<Mount> mounts;
    QString ownPath; // of `server` while listening
    std::unique_ptr<WebSocketDoor> sockets; // while listening
    QTimer drainTime;
    int observers = 0; // of served()
    QByteArray typeField; // the last Content-Type, and what it means: it is the same one nearly always
    ContentType type;

    void onRequest(HttpConnection &connection) override;
    bool refusesByHead(const HttpConnection &connection) override;
    void onRefused(HttpConnection &connection, const HttpRefusal &refusal) override;
    void onServerGone(const QObject *gone);

    const Mount *mountFor(const HttpHead &head) const;
    std::optional<HttpResponse> refusalByHead(const HttpHead &head, const Mount *mount) const;
    HttpResponse otherMethod(const HttpRequestView &request, const Mount &mount) const;
    std::optional<HttpResponse> upgrade(HttpConnection &connection, const HttpRequestView &request, const Mount &mount);
    std::optional<HttpResponse> unpack(HttpRequestView &request) const;
    std::optional<HttpResponse> dispatch(
        HttpConnection &connection, const HttpRequestView &request, const Mount &mount);
    void respond(HttpConnection &connection, HttpResponse response, const QByteArray &body, ServedExchange *log,
        const Server *asked);
    std::optional<HttpResponse> answerOfFilters(const HttpRequest &request) const;
    Server *askedBy(const HttpConnection &connection) const;
    bool isObserved(const Server *asked) const;
    void tell(const Server *asked, const ServedExchange &log) const;
    QStringList sessionsWhere(const std::function<bool(const HttpConnection &)> &wanted) const;
    void end();
};

} // namespace rpc
