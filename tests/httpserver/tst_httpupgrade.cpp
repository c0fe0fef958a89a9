// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "served.h"

#include <rpccore/httpserver/connectiongate.h>
#include <tests/support/fatalmessages.h>

#include <QPointer>

using namespace rpc;
using support::post;
using support::RawClient;

namespace {

const QByteArray key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const QByteArray version = "Sec-WebSocket-Version: 13\r\n";

QByteArray handshake(const QByteArray &fields, const QByteArray &path = "/rpc")
{
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + fields + "\r\n";
}

// Gives every socket away.
struct Door : HttpDoor {
    QPointer<QTcpSocket> socket;
    void onRequest(HttpConnection &connection) override { socket = connection.release(); }
    bool refusesByHead(const HttpConnection &) override { return false; }
    void onRefused(HttpConnection &, const HttpRefusal &) override {}
};

} // namespace

class tst_HttpUpgrade : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void handshakes_areChecked_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        QTest::newRow("good") << handshake(key + version) << 101;
        QTest::newRow("other path") << handshake(key + version, "/other") << 404;
        QTest::newRow("other host") << handshake(key + version).replace("localhost", "evil.example") << 421;
        QTest::newRow("no key") << handshake(version) << 400;
        QTest::newRow("short key") << handshake("Sec-WebSocket-Key: abcd\r\n" + version) << 400;
        QTest::newRow("key is no base64") << handshake("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ**\r\n" + version) << 400;
        QTest::newRow("two keys") << handshake(key + key + version) << 400;
        QTest::newRow("no version") << handshake(key) << 426;
        QTest::newRow("old version") << handshake(key + "Sec-WebSocket-Version: 8\r\n") << 426;
        QTest::newRow("body") << handshake(key + version + "Content-Length: 2\r\n") + "{}" << 400;
        QTest::newRow("web page") << handshake(key + version + "Origin: https://evil.example\r\n") << 403;
        QTest::newRow("web page, empty origin") << handshake(key + version + "Origin:\r\n") << 403;
        QTest::newRow("allowed web page") << handshake(key + version + "Origin: https://app.example\r\n") << 101;
        QTest::newRow("no upgrade") << handshake(key + version).replace("Connection: Upgrade\r\n", "") << 405;
    }
    void handshakes_areChecked()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        HttpOptions options;
        options.webSocket.origins.append(QStringLiteral("https://app.example"));
        Served f(options);
        RawClient client(f.port);
        client.send(request);
        const auto answer = client.receive();
        QCOMPARE(answer.status, status);
        if (status == 426) {
            QCOMPARE(answer.field("Sec-WebSocket-Version"), QByteArray("13"));
            QCOMPARE(answer.field("Upgrade"), QByteArray("websocket"));
        }
        if (status >= 400) // RFC 9110 section 7.8: who sends Upgrade names it in Connection
            QCOMPARE(answer.field("Connection"), QByteArray(status == 426 ? "upgrade, keep-alive" : "keep-alive"));
        if (status == 101)
            return; // it speaks another protocol from now on
        client.send(post(addCall)); // the connection goes on
        QCOMPARE(client.receive().status, 200);
    }

    void options_decideWhoMayConnect()
    {
        HttpOptions options;
        options.webSocket.originRequired = true;
        Served f(options);
        RawClient client(f.port);
        client.send(handshake(key + version));
        QCOMPARE(client.receive().status, 403);
        MountOptions closed;
        closed.webSocket.enabled = false;
        f.http->mount(QStringLiteral("/closed"), f.server, closed);
        client.send(handshake(key + version, "/closed"));
        QCOMPARE(client.receive().status, 403);
    }

    void release_keepsWhatWasSentAhead()
    {
        Door door;
        ConnectionGate gate({}, door);
        QVERIFY(gate.listen(QHostAddress::LocalHost));
        RawClient client(gate.serverPort());
        client.send(handshake(key + version) + "frames that were sent ahead");
        QTRY_VERIFY(door.socket);
        QCOMPARE(door.socket->readAll(), QByteArray("frames that were sent ahead"));
        QVERIFY(!door.socket->parent());
        QCOMPARE(gate.connections().size(), 1); // counts as long as the socket lives
        gate.closeConnections(); // is not its business any more
        client.send("more");
        QTRY_COMPARE(door.socket->bytesAvailable(), 4);
        door.socket->write("answer");
        QTRY_COMPARE(client.socket().bytesAvailable(), 6);
        delete door.socket;
        QTRY_COMPARE(gate.connections().size(), 0);
    }

    void release_outlivesTheGate()
    {
        Door door;
        auto gate = std::make_unique<ConnectionGate>(Limits(), door);
        QVERIFY(gate->listen(QHostAddress::LocalHost));
        RawClient client(gate->serverPort());
        client.send(handshake(key + version));
        QTRY_VERIFY(door.socket);
        gate.reset();
        QVERIFY(door.socket);
        delete door.socket;
    }
};

QTEST_GUILESS_MAIN(tst_HttpUpgrade)
#include "tst_httpupgrade.moc"
