// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "served.h"

#include <rpccore/dispatch/middlewares.h>
#include <rpccore/server/servercommands.h>
#include <tests/support/fatalmessages.h>

#include <QTest>

using namespace rpc;
using namespace support;

namespace {

const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"me\"}";

QByteArray get(const QByteArray &path, const QByteArray &field = {})
{
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + (field.isEmpty() ? field : field + "\r\n") + "\r\n";
}

QByteArray postTo(const QByteArray &path, const QByteArray &body, const QByteArray &field = {})
{
    return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + (field.isEmpty() ? field : field + "\r\n")
        + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

} // namespace

/// Several servers on one listener, and what stands around them.
class tst_Mounts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void mountedServers_hearTheirOwnTraffic()
    {
        Served first;
        Server second;
        second.registry().add(QStringLiteral("me"), [](const CallContext &c) { return c.session; });
        QList<ServedExchange> heard, all;
        connect(&second, &Server::served, this, [&](const ServedExchange &e) { heard.append(e); });
        first.http->mount(QStringLiteral("/second"), second);
        RawClient client(first.port);
        client.send(postTo("/second", call));
        QVERIFY(client.receive().body.contains("\"result\":\"http-"));
        QCOMPARE(heard.size(), 1);
        QCOMPARE(heard[0].calls[0].method, QStringLiteral("me"));
        QCOMPARE(first.log.size(), 0);
        connect(first.http, &Listener::served, this, [&](const ServedExchange &e) { all.append(e); });
        client.send(post(addCall));
        QVERIFY(client.receive().body.contains("5"));
        client.send(postTo("/second", call));
        client.receive();
        client.send(get("/second")); // refused, but it was meant for it
        client.receive();
        client.send(get("/nowhere")); // the listener's own
        client.receive();
        QCOMPARE(heard.size(), 3);
        QCOMPARE(heard[2].status, 405);
        QCOMPARE(first.log.size(), 2);
        QCOMPARE(first.log[1].status, 404);
        QCOMPARE(all.size(), 4); // whoever listens to the listener hears everything
    }

    void listenersOfOthers_areHeard()
    {
        struct Door : Listener {
            void attach(Server &) override { }
        };
        Server server;
        Door *const door = server.addListener(std::make_unique<Door>());
        int heard = 0;
        connect(&server, &Server::served, this, [&] { ++heard; });
        Q_EMIT door->served({});
        QCOMPARE(heard, 1);
    }

    void mountedServers_knowTheirSessions()
    {
        Served first;
        auto second = std::make_unique<Server>();
        second->registry().add(QStringLiteral("me"), [](const CallContext &c) { return c.session; });
        ServerCommands commands;
        commands.closeSession = true;
        addServerCommands(second->registry(), *second, commands);
        first.http->mount(QStringLiteral("/second"), *second);
        RawClient one(first.port), two(first.port);
        one.send(postTo("/second", call));
        const QByteArray answer = one.receive().body;
        two.send(post(addCall));
        two.receive();
        QCOMPARE(second->sessions().size(), 1);
        QVERIFY(answer.contains(second->sessions().constFirst().toUtf8()));
        QCOMPARE(first.server.sessions().size(), 1);
        QVERIFY(first.server.sessions() != second->sessions());
        one.send(postTo("/second", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server_info\"}"));
        QVERIFY(one.receive().body.contains("\"sessions\":1"));
        QVERIFY(!second->closeSession(first.server.sessions().constFirst())); // that of another server
        QVERIFY(second->closeSession(second->sessions().constFirst()));
        QTRY_COMPARE(second->sessions().size(), 0);
        QCOMPARE(first.server.sessions().size(), 1);
        first.http->unmount(QStringLiteral("/second"));
        QCOMPARE(second->sessions().size(), 0);
        second.reset();
        QVERIFY(first.answersTheNext());
    }

    void originsMiddleware_isEnough()
    {
        Served f;
        f.server.dispatcher().use(middlewares::origins({ QStringLiteral("https://good.example") }, false));
        RawClient client(f.port);
        client.send(postTo("/rpc", addCall, "Origin: https://good.example"));
        QVERIFY(client.receive().body.contains("\"result\":5"));
        client.send(postTo("/rpc", addCall, "Origin: https://other.example"));
        QCOMPARE(client.receive().status, 403);
        client.send(postTo("/rpc", addCall));
        QVERIFY(client.receive().body.contains("\"result\":5"));
    }

    void fields_areThoseOfEveryAnswer()
    {
        HttpOptions options;
        options.fields = { { "Server", "antiphon-test" }, { "Strict-Transport-Security", "max-age=60" } };
        Served f(options);
        RawClient client(f.port);
        for (const QByteArray &request : { post(addCall), get("/nowhere"), postTo("/rpc", "{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[1,2]}") }) {
            client.send(request);
            const auto answer = client.receive();
            QVERIFY2(answer.head.contains("\r\nServer: antiphon-test\r\n"), answer.head.constData());
            QVERIFY2(answer.head.contains("\r\nStrict-Transport-Security: max-age=60\r\n"), answer.head.constData());
        }
    }

    void filters_standAroundTheServers()
    {
        QByteArrayList order;
        HttpOptions options;
        options.filters = {
            { .before = [&](const HttpRequest &request) -> std::optional<HttpResponse> {
                 order.append("before 1");
                 if (request.path == u"/health")
                     return HttpResponse { .status = 200, .contentType = "text/plain", .body = request.method + ' ' + request.body };
                 return std::nullopt;
             },
                .after = [&](const HttpRequest &request, HttpResponse &response) {
                    order.append("after 1");
                    response.addField("X-Path", request.path.toUtf8());
                } },
            { .before = [&](const HttpRequest &request) -> std::optional<HttpResponse> {
                 order.append("before 2");
                 const bool maintained = std::any_of(request.fields.begin(), request.fields.end(), [](const auto &f) { return f.first == "X-Maintenance"; });
                 return maintained ? std::optional(HttpResponse::text(503, QStringLiteral("closed"))) : std::nullopt;
             },
                .after = [&](const HttpRequest &, HttpResponse &response) {
                    order.append("after 2");
                    if (response.status == 404)
                        response = HttpResponse::text(410, QStringLiteral("gone"));
                } },
        };
        Served f(options);
        RawClient client(f.port);
        client.send(post(addCall));
        auto answer = client.receive();
        QVERIFY(answer.body.contains("\"result\":5") && answer.head.contains("\r\nX-Path: /rpc\r\n"));
        QCOMPARE(order, QByteArrayList({ "before 1", "before 2", "after 2", "after 1" }));
        order.clear();
        client.send(postTo("/health", "body")); // another route, with a body and any type
        answer = client.receive();
        QCOMPARE(answer.body, QByteArray("POST body"));
        QCOMPARE(order, QByteArrayList({ "before 1", "after 2", "after 1" }));
        client.send(get("/nowhere"));
        QCOMPARE(client.receive().status, 410);
        client.send(postTo("/rpc", addCall, "X-Maintenance: 1"));
        QCOMPARE(client.receive().status, 503);
        QCOMPARE(f.log.last().status, 503); // what was sent is what is told
        client.send(postTo("/health", "", "Origin: https://evil.example")); // pages come no further than before
        QCOMPARE(client.receive().status, 403);
    }
};

QTEST_GUILESS_MAIN(tst_Mounts)
#include "tst_mounts.moc"
