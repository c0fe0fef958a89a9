// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/httpserver/httplistener.h>
#include <rpccore/server/server.h>
#include <tests/support/rawhttp.h>

inline const QByteArray addCall = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[2,3]}";
inline const QByteArray holdCall = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hold\"}";

/// A server over HTTP with a quick method and one that never answers by itself.
struct Served {
    rpc::Server server;
    rpc::HttpListener *http = nullptr;
    QList<rpc::ReplyHandle> held;
    QList<rpc::ServedExchange> log;
    quint16 port = 0;

    explicit Served(const rpc::HttpOptions &options = {}, const rpc::ServerOptions &serverOptions = {})
        : server(serverOptions)
    {
        server.registry().add(QStringLiteral("add"), [](int a, int b) { return a + b; }).params(QStringLiteral("a"), QStringLiteral("b"));
        server.registry().add(QStringLiteral("repeat"), [](const QString &text, int times) { return text.repeated(times); });
        server.registry().addRaw({ QStringLiteral("hold"), {}, {}, false },
            [this](const rpc::CallContext &, const rpc::Params &, const rpc::ReplyHandle &reply) { held.append(reply); });
        QObject::connect(&server, &rpc::Server::served, &server, [this](const rpc::ServedExchange &e) { log.append(e); });
        http = server.addListener(std::make_unique<rpc::HttpListener>());
        port = http->listen(options).valueOr(0);
    }
    ~Served() { held.clear(); }

    bool answersTheNext() const
    {
        support::RawClient client(port);
        client.send(support::post(addCall));
        return client.receive().body.contains("\"result\":5");
    }
};
