// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "duplexing.h"

#include <rpccore/channel/websocketchannel.h>
#include <rpccore/channel/websockethandshake.h>
#include <rpccore/duplex/websockettransport.h>
#include <rpccore/httpserver/httplistener.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/rawhttp.h>
#include <tests/support/websocketframes.h>

#include <QCryptographicHash>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTimer>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace rpc;
using namespace testcalls;
using namespace duplexing;
using namespace websocketframes;

namespace {

/// A server whose HTTP and WebSocket share one port.
struct Served
{
    explicit Served(const HttpOptions &options = {}, const std::function<void(Server &)> &prepare = {})
        : methods(server)
        , http(server.addListener(std::make_unique<HttpListener>()))
    {
        if (prepare)
            prepare(server);
        const auto bound = http->listen(options);
        if (!bound)
            qFatal("%s", qPrintable(bound.error().toString()));
        port = *bound;
    }
    QUrl url(const QString &path = "/rpc") const { return QUrl(QStringLiteral("ws://127.0.0.1:%1%2").arg(port).arg(path)); }

    Server server;
    Methods methods;
    HttpListener *http;
    quint16 port = 0;
};

std::unique_ptr<Caller> caller(const WebSocketTarget &target, const ChannelOptions &options = {})
{
    return std::make_unique<Caller>(std::make_unique<WebSocketTransport>(target, options));
}

std::unique_ptr<Caller> caller(const QUrl &url)
{
    WebSocketTarget target;
    target.url = url;
    return caller(target);
}

/// A peer whose frames a test sends itself.
struct FakeSocketServer
{
    FakeSocketServer()
        : server("fake", QWebSocketServer::NonSecureMode)
    {
        server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QWebSocketServer::newConnection, &server, [this] {
            socket = server.nextPendingConnection();
            ++connections;
            QObject::connect(socket, &QWebSocket::textMessageReceived, &server, [this](const QString &text) { received.append(text); });
        });
    }
    QUrl url() const { return server.serverUrl(); }
    QWebSocketServer server;
    QWebSocket *socket = nullptr;
    QStringList received;
    int connections = 0;
};

/// A client without any manners.
struct RawSocket
{
    explicit RawSocket(quint16 port, const QByteArray &path = "/rpc", const QByteArray &fields = {})
        : client(port)
    {
        client.send(handshake(fields, path));
    }
    /// The status of the handshake; 0 when there was no answer. What follows the head stays in `read`.
    int status()
    {
        if (!QTest::qWaitFor([&] { return (read += client.socket().readAll()).contains("\r\n\r\n"); }, 5000))
            return 0;
        head = read.left(read.indexOf("\r\n\r\n") + 4);
        read.remove(0, head.size());
        return head.mid(9, 3).toInt();
    }
    /// The code of the close frame that the server sends before it hangs up; 0 when there is none.
    int closeCode()
    {
        if (!QTest::qWaitFor([&] { return !(read += client.socket().readAll()).isEmpty() && client.socket().state() == QAbstractSocket::UnconnectedState; }, 10000))
            return -1;
        const qsizetype at = read.lastIndexOf(char(0x88));
        return at < 0 || at + 3 >= read.size() ? 0 : (uchar(read[at + 2]) << 8 | uchar(read[at + 3]));
    }
    support::RawClient client;
    QByteArray head;
    QByteArray read;
};

} // namespace

/// JSON-RPC over WebSocket, both sides.
class tst_WebSocket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void bothWays_onThePortOfHttp()
    {
        Served served;
        const auto c = caller(served.url());
        c->transport->registry().add("double", [](int n) { return 2 * n; });
        PendingCall call = c->client.call("add", Array { 2, 3 });
        QCOMPARE(shown(wait(call)), QStringLiteral("5"));
        QCOMPARE(call.trace().carriage, QStringLiteral("WebSocket"));
        QCOMPARE(call.trace().responseBody, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":1}"));
        PendingCall first = c->client.call("later", Array { QString("a") });
        PendingCall second = c->client.call("later", Array { QString("b") });
        QTRY_COMPARE(served.methods.held.size(), 2);
        served.methods.held.take("b").resolve(2);
        QCOMPARE(shown(wait(second)), QStringLiteral("2"));
        QVERIFY(!first.isFinished());
        served.methods.held.take("a").resolve(1);
        QCOMPARE(shown(wait(first)), QStringLiteral("1"));
        Batch batch = c->client.batch();
        batch.call("add", Array { 1, 2 }).notify("note", Array { QString("n") }).call("nope");
        QCOMPARE(shown(wait(c->client.send(batch))->replies[0]), QStringLiteral("3"));
        QCOMPARE(served.methods.notes, QStringList { "n" });
        QCOMPARE(shown(wait(c->client.call("askBack", Array { 21 }))), QStringLiteral("42"));
        // HTTP on the same port and path goes on.
        const auto http = httpClient("http://127.0.0.1:" + QByteArray::number(served.port) + "/rpc");
        QCOMPARE(shown(wait(http->call("add", Array { 4, 5 }))), QStringLiteral("9"));
        QCOMPARE(shown(wait(http->call("askBack", Array { 1 }))).left(2), QStringLiteral("!1")); // nobody to ask over HTTP
    }

    void sessions_areCalled_one_some_all()
    {
        QStringList opened; // they outlive the server, which tells of the last ones
        QStringList closed;
        Served served;
        connect(&served.server, &Server::sessionOpened, this, [&](Session *s) { opened.append(s->id()); });
        connect(&served.server, &Server::sessionClosed, this, [&](const QString &id) { closed.append(id); });
        std::vector<std::unique_ptr<Caller>> callers;
        for (int i = 0; i < 3; ++i) {
            WebSocketTarget target;
            target.url = served.url();
            target.headers = { { "X-Number", QByteArray::number(i) } };
            callers.push_back(caller(target));
            callers.back()->transport->registry().add("whoami", [i] { return i; });
            callers.back()->transport->open();
            QTRY_COMPARE(served.server.openSessions().size(), i + 1);
        }
        QCOMPARE(opened.size(), 3);
        // One, with its answer.
        Session *const one = served.server.session(opened[1]);
        QCOMPARE(headerValue(one->context().headers, "X-Number"), QByteArray("1"));
        QCOMPARE(one->context().path, QStringLiteral("/rpc"));
        QVERIFY(one->context().peer.isLoopback());
        QCOMPARE(shown(wait(one->client().call("whoami"))), QStringLiteral("1"));
        QCOMPARE(shown(wait(one->client().call("nope"))).left(7), QStringLiteral("!-32601"));
        // Some, then all.
        served.server.notifyAll("some", {}, [&](const Session &s) { return s.id() != opened[1]; });
        served.server.notifyAll("all");
        for (int i = 0; i < 3; ++i) {
            QTRY_VERIFY(callers[size_t(i)]->calls.contains("all"));
            QCOMPARE(callers[size_t(i)]->calls.contains("some"), i != 1);
        }
        // Calls to a client that goes are not answered any more.
        PendingCall lost = one->client().call("whoami");
        callers[1].reset();
        QCOMPARE(wait(lost)->error().kind, ErrorKind::ConnectionLost);
        QTRY_COMPARE(closed, QStringList { opened[1] });
        QVERIFY(!served.server.session(opened[1]));
        QVERIFY(served.server.closeSession(opened[2]));
        QTRY_COMPARE(callers[2]->ends.size(), 1);
        QCOMPARE(served.server.openSessions().size(), 1);
    }

    void servers_sayGoodbye_with1001()
    {
        Served served;
        const auto c = caller(served.url());
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
        PendingCall call = c->client.call("later", Array { QString("a") });
        QTRY_COMPARE(served.methods.held.size(), 1);
        QVERIFY(served.methods.held.value("a").isWanted());
        served.http->stop();
        QCOMPARE(wait(call)->error().kind, ErrorKind::ConnectionLost);
        QTRY_COMPARE(c->ends.size(), 1);
        QVERIFY2(c->ends[0].message.contains("1001"), qPrintable(c->ends[0].message));
        QVERIFY(!served.methods.held.value("a").isWanted());
    }

    void stoppingInOrder_waitsForAnswers_andForNobodyElse()
    {
        Served served;
        {
            const auto gone = caller(served.url());
            QCOMPARE(shown(wait(gone->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
        }
        QTRY_VERIFY(served.server.openSessions().isEmpty());
        const auto c = caller(served.url());
        PendingCall call = c->client.call("later", Array { QString("a") });
        QTRY_COMPARE(served.methods.held.size(), 1);
        bool stopped = false;
        connect(served.http, &HttpListener::stopped, this, [&] { stopped = true; });
        served.http->stop(std::chrono::seconds(60));
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("!-32000 The server is stopping"));
        QVERIFY(!stopped);
        served.methods.held.take("a").resolve(1);
        QCOMPARE(shown(wait(call)), QStringLiteral("1"));
        QTRY_VERIFY(stopped);
        QTRY_COMPARE(c->ends.size(), 1);
        QVERIFY2(c->ends[0].message.contains("1001"), qPrintable(c->ends[0].message));
    }

    void handshakes_areChecked_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("fields");
        QTest::addColumn<int>("status");
        QTest::newRow("plain") << QByteArray("/rpc") << QByteArray() << 101;
        QTest::newRow("unknown path") << QByteArray("/nope") << QByteArray() << 404;
        QTest::newRow("a web page") << QByteArray("/rpc") << QByteArray("Origin: https://evil.example\r\n") << 403;
        QTest::newRow("an allowed page") << QByteArray("/strict") << QByteArray("Origin: https://good.example\r\n") << 101;
        QTest::newRow("almost the allowed page") << QByteArray("/strict") << QByteArray("Origin: https://good.example.evil\r\n") << 403;
        QTest::newRow("no page where one is required") << QByteArray("/strict") << QByteArray() << 403;
        QTest::newRow("switched off") << QByteArray("/off") << QByteArray() << 403;
    }

    void handshakes_areChecked()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, fields);
        Served served;
        MountOptions strict;
        strict.webSocket.origins = QStringList { "https://good.example" };
        strict.webSocket.originRequired = true;
        served.http->mount("/strict", served.server, strict);
        MountOptions off;
        off.webSocket.enabled = false;
        served.http->mount("/off", served.server, off);
        RawSocket raw(served.port, path, fields);
        QTEST(raw.status(), "status");
    }

    void subprotocols_areAgreedOn()
    {
        HttpOptions options;
        options.webSocket.subprotocols = QStringList { "jsonrpc2.0", "other" };
        Served served(options);
        WebSocketTarget target;
        target.url = served.url();
        target.subprotocols = QStringList { "unknown", "jsonrpc2.0" };
        const auto c = caller(target);
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
        QCOMPARE(static_cast<WebSocketChannel &>(c->transport->channel()).subprotocol(), QStringLiteral("jsonrpc2.0"));
    }

    void frames_haveOneOutcome_each_data()
    {
        QTest::addColumn<QByteArray>("frames");
        QTest::addColumn<int>("closeCode"); // 0: stays open
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("no JSON") << frame(0x81, "{oops") << 0 << QByteArray("-32700");
        QTest::newRow("no request") << frame(0x81, "[]") << 0 << QByteArray("-32600");
        QTest::newRow("XML-RPC") << frame(0x81, " <?xml version='1.0'?><methodCall/>") << 0 << QByteArray("XML-RPC is sent over HTTP");
        QTest::newRow("binary") << frame(0x82, "{}") << 0 << QByteArray("text frames");
        QTest::newRow("ping") << frame(0x89, "hi") << 0 << QByteArray("hi");
        QTest::newRow("an answer to nothing") << frame(0x81, "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":1}") + frame(0x89, "still") << 0 << QByteArray("still");
        QTest::newRow("not masked") << unmaskedFrame(0x81, "{}") << 1002 << QByteArray();
        QTest::newRow("unknown opcode") << frame(0x83, "{}") << 1002 << QByteArray();
        QTest::newRow("reserved bit") << frame(0xf1, {}) << 1002 << QByteArray();
        QTest::newRow("invalid UTF-8") << frame(0x81, "\"\xff\"") << 1007 << QByteArray();
        QTest::newRow("fragmented ping") << frame(0x09, {}) << 1002 << QByteArray();
        QTest::newRow("long ping") << frame(0x89, QByteArray(126, 'x')) << 1002 << QByteArray();
        QTest::newRow("continuation of nothing") << frame(0x80, "x") << 1002 << QByteArray();
        QTest::newRow("larger than allowed") << frame(0x81, QByteArray(1024 * 1024 + 1, ' ')) << 1009 << QByteArray();
        QTest::newRow("said to be huge") << QByteArray("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14) << 1009 << QByteArray();
        QTest::newRow("close") << frame(0x88, closePayload(1000)) << 1000 << QByteArray();
    }

    void frames_haveOneOutcome_each()
    {
        QFETCH(QByteArray, frames);
        QFETCH(int, closeCode);
        QFETCH(QByteArray, answer);
        Served served;
        RawSocket raw(served.port);
        QCOMPARE(raw.status(), 101);
        raw.client.send(frames);
        if (closeCode) {
            QCOMPARE(raw.closeCode(), closeCode);
        } else {
            QTRY_VERIFY((raw.read += raw.client.socket().readAll()).contains(answer));
            raw.client.send(frame(0x81, "{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[40,2],\"id\":\"x\"}"));
            QTRY_VERIFY((raw.read += raw.client.socket().readAll()).contains("\"result\":42"));
        }
        // The next client is served in any case.
        const auto c = caller(served.url());
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
        raw.client.abort();
        QTRY_COMPARE(served.server.openSessions().size(), 1);
    }

    void largeMessages_passWithinTheLimit()
    {
        Served served;
        const auto c = caller(served.url());
        const QString text(1000 * 1000, u'x');
        const auto reply = wait(c->client.call("echo", Array { text }));
        QVERIFY2(reply->hasValue(), qPrintable(shown(reply)));
        QCOMPARE((*reply)->toString(), text);
    }

    void unreadSessions_areDropped_atTheBacklog()
    {
        HttpOptions options;
        options.limits.backlog = 64 * 1024;
        Served served(options);
        RawSocket raw(served.port);
        QCOMPARE(raw.status(), 101);
        raw.client.socket().setReadBufferSize(1);
        QTRY_COMPARE(served.server.openSessions().size(), 1);
        const QString text(100'000, u'x');
        for (int i = 0; i < 400 && !served.server.openSessions().isEmpty(); ++i) {
            served.server.notifyAll("tick", Array { text });
            QTest::qWait(0);
        }
        QTRY_VERIFY(served.server.openSessions().isEmpty());
    }

    void pingFloods_areDropped_atTheBacklog()
    {
        HttpOptions options;
        options.limits.backlog = 64 * 1024;
        Served served(options);
        RawSocket raw(served.port);
        QCOMPARE(raw.status(), 101);
        raw.client.socket().setReadBufferSize(1);
        QTRY_COMPARE(served.server.openSessions().size(), 1);
        const QByteArray flood = frame(0x89, QByteArray(125, 'p')).repeated(2000);
        for (int i = 0; i < 200 && !served.server.openSessions().isEmpty(); ++i) {
            raw.client.send(flood);
            QTest::qWait(0);
        }
        QTRY_VERIFY(served.server.openSessions().isEmpty());
    }

    // What counts is whether the other end takes what it is sent, not how much came at once.
    void fastReaders_areNotDropped()
    {
        HttpOptions options;
        options.limits.backlog = 600 * 1024;
        Served served(options);
        RawSocket raw(served.port);
        QCOMPARE(raw.status(), 101);
        raw.client.send(frame(0x81, "{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[2,3],\"id\":1}").repeated(40'000));
        raw.client.send(frame(0x89, QByteArray(125, 'p')).repeated(20'000) + frame(0x89, "last"));
        const auto got = [&] { return (raw.read += raw.client.socket().readAll()).endsWith("last"); };
        QTRY_VERIFY2(got(), "all pings are answered");
        QCOMPARE(raw.read.count("\"result\":5"), 40'000);
        QCOMPARE(served.server.openSessions().size(), 1);
    }

    void callFloods_areRefused_beyondTheLimit()
    {
        HttpOptions options;
        options.limits.inFlight = 3;
        Served served(options);
        const auto c = caller(served.url());
        QList<PendingCall> calls;
        for (int i = 0; i < 5; ++i)
            calls.append(c->client.call("later", Array { QString::number(i) }));
        QCOMPARE(shown(wait(calls[4])), QStringLiteral("!-32000 Too many calls under way"));
        QCOMPARE(served.methods.held.size(), 3);
        served.methods.held.take("0").resolve(0);
        QCOMPARE(shown(wait(calls[0])), QStringLiteral("0"));
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
        // Each member of a batch is a call.
        Batch batch = c->client.batch();
        batch.call("add", Array { 1, 2 }).call("add", Array { 3, 4 });
        const auto refused = wait(c->client.send(batch));
        for (const auto &reply : refused->replies)
            QCOMPARE(shown(reply), QStringLiteral("!-32000 Too many calls under way"));
        served.methods.held.take("1").resolve(1);
        QCOMPARE(shown(wait(calls[1])), QStringLiteral("1"));
        QCOMPARE(shown(wait(c->client.send(batch))->replies[1]), QStringLiteral("7"));
    }

    // A WebSocket cannot be paused, so that the connection is all that can be taken from who floods it.
    void clients_dropPeersThatNeverRead()
    {
        QTcpServer peer;
        QVERIFY(peer.listen(QHostAddress::LocalHost));
        WebSocketTarget target;
        target.url = QUrl(QStringLiteral("ws://127.0.0.1:%1/rpc").arg(peer.serverPort()));
        ChannelOptions options;
        options.limits.backlog = 64 * 1024;
        const auto c = caller(target, options);
        c->transport->registry().add("echo", [](const Value &v) { return v; });
        c->transport->open();
        QTRY_VERIFY(peer.hasPendingConnections());
        const std::unique_ptr<QTcpSocket> socket(peer.nextPendingConnection());
        QByteArray head;
        QTRY_VERIFY((head += socket->readAll()).endsWith("\r\n\r\n"));
        const qsizetype at = head.toLower().indexOf("sec-websocket-key: ") + 19;
        const QByteArray key = head.mid(at, head.indexOf('\r', at) - at);
        socket->setReadBufferSize(1);
        socket->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
            + QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64() + "\r\n\r\n");
        QTRY_COMPARE(c->opened, 1);
        PendingCall own = c->client.call("m");
        const QByteArray call = unmaskedFrame(0x81, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[\"" + QByteArray(100'000, 'x') + "\"]}");
        qint64 most = 0;
        connect(c->transport, &ChannelTransport::answered, this, [&] { most = qMax(most, c->transport->channel().backlog()); });
        for (int i = 0; i < 400 && c->ends.isEmpty(); ++i) {
            socket->write(call);
            QTest::qWait(0);
        }
        QTRY_COMPARE(c->ends.size(), 1);
        QVERIFY2(most < 64 * 1024 + 2 * call.size(), qPrintable(QString::number(most)));
        QCOMPARE(c->ends[0].kind, ErrorKind::LimitExceeded);
        QVERIFY2(c->ends[0].message.contains("does not read"), qPrintable(c->ends[0].message));
        QVERIFY(wait(own)->error().message.contains("does not read"));
    }

    void callsThatAreRefused_areInTheLog()
    {
        HttpOptions options;
        options.limits.inFlight = 1;
        Served served(options);
        QList<ServedExchange> log;
        connect(&served.server, &Server::served, this, [&](const ServedExchange &e) { log.append(e); });
        const auto c = caller(served.url());
        PendingCall first = c->client.call("later", Array { QString("a") });
        QCOMPARE(shown(wait(c->client.call("add", Array { 1, 2 }))), QStringLiteral("!-32000 Too many calls under way"));
        QCOMPARE(log.size(), 1);
        QCOMPARE(log[0].calls.size(), 1);
        QCOMPARE(log[0].calls[0].method, QStringLiteral("add"));
        QCOMPARE(log[0].calls[0].code, -32000);
        QVERIFY(log[0].requestBody.contains("\"add\"") && log[0].responseBody.contains("Too many"));
        // An answer that nobody asked for is no call, but it came.
        PendingCall stray = c->client.sendRaw("{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":1}");
        QTRY_COMPARE(log.size(), 2);
        QCOMPARE(log[1].requestBody, QByteArray("{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":1}"));
        QVERIFY(log[1].calls.isEmpty() && log[1].refusal.contains("77"));
        served.methods.held.take("a").resolve(1);
        QCOMPARE(shown(wait(first)), QStringLiteral("1"));
    }

    void silentSessions_arePinged_thenDropped()
    {
        HttpOptions options;
        options.webSocket.keepAlive.pingAfter = std::chrono::milliseconds(50);
        options.webSocket.keepAlive.pongTime = std::chrono::milliseconds(100);
        Served served(options);
        RawSocket dead(served.port); // answers no ping
        QCOMPARE(dead.status(), 101);
        const auto alive = caller(served.url()); // QWebSocket answers by itself
        alive->transport->open();
        QTRY_COMPARE(served.server.openSessions().size(), 2);
        QTRY_COMPARE(served.server.openSessions().size(), 1);
        QVERIFY((dead.read += dead.client.socket().readAll()).contains(char(0x89)));
        QVERIFY(alive->transport->isOpen());
    }

    void idleSessions_areClosed_whenAsked()
    {
        HttpOptions options;
        options.webSocket.keepAlive.idleTime = std::chrono::milliseconds(100);
        Served served(options);
        const auto c = caller(served.url());
        c->transport->open();
        QTRY_COMPARE(c->ends.size(), 1);
        QVERIFY2(c->ends[0].message.contains("1000 (idle)"), qPrintable(c->ends[0].message));
    }

    void clients_answerAndReport()
    {
        FakeSocketServer fake;
        const auto c = caller(fake.url());
        c->transport->registry().add("sum", [](int a, int b) { return a + b; });
        c->transport->open();
        QTRY_COMPARE(c->opened, 1);
        QTRY_VERIFY(fake.socket);
        fake.socket->sendTextMessage("{\"jsonrpc\":\"2.0\",\"id\":\"s1\",\"method\":\"sum\",\"params\":[1,2]}");
        QTRY_COMPARE(fake.received, QStringList { "{\"jsonrpc\":\"2.0\",\"result\":3,\"id\":\"s1\"}" });
        fake.socket->sendTextMessage("{\"jsonrpc\":\"2.0\",\"method\":\"news\"}");
        QTRY_COMPARE(c->calls, (QStringList { "sum", "news" }));
        fake.socket->sendTextMessage("{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":1}");
        fake.socket->sendTextMessage("oops");
        fake.socket->sendBinaryMessage("{}");
        QTRY_COMPARE(c->unexpected.size(), 3);
        QCOMPARE(c->unexpected[0].reason, UnexpectedMessage::Reason::UnknownId);
        QCOMPARE(c->unexpected[1].reason, UnexpectedMessage::Reason::Unreadable);
        QCOMPARE(c->unexpected[2].reason, UnexpectedMessage::Reason::Binary);
        QCOMPARE(fake.received.size(), 1); // what is unreadable is not answered by a client
        PendingCall call = c->client.call("m");
        QTRY_COMPARE(fake.received.size(), 2);
        fake.socket->close(QWebSocketProtocol::CloseCode(4001), "go away");
        QCOMPARE(wait(call)->error().kind, ErrorKind::ConnectionLost);
        QVERIFY2(wait(call)->error().message.contains("4001 (go away)"), qPrintable(wait(call)->error().message));
    }

    void clients_reconnect_whenAsked()
    {
        FakeSocketServer fake;
        ChannelOptions options;
        options.reconnects = true;
        options.reconnectFirst = std::chrono::milliseconds(20);
        WebSocketTarget target;
        target.url = fake.url();
        const auto c = caller(target, options);
        connect(c->transport, &ChannelTransport::opened, this, [&] { c->client.notify("subscribe"); });
        c->transport->open();
        QTRY_COMPARE(fake.received.size(), 1);
        fake.socket->abort();
        QTRY_COMPARE(fake.received.size(), 2);
        QCOMPARE(fake.connections, 2);
    }

    // What waits for the end of one connection may ask for the next at once, in whatever way the first one ended.
    void closedChannels_areOpenedAgain_fromWithin_data()
    {
        QTest::addColumn<bool>("isTls");
        QTest::addColumn<bool>("isAborted");
        QTest::newRow("aborted") << false << true;
        QTest::newRow("hung up on") << false << false;
        QTest::newRow("TLS that fails") << true << false;
    }

    void closedChannels_areOpenedAgain_fromWithin()
    {
        QFETCH(bool, isTls);
        QFETCH(bool, isAborted);
        FakeSocketServer fake;
        WebSocketTarget target;
        target.url = fake.url();
        if (isTls)
            target.url.setScheme("wss"); // which is not spoken there
        WebSocketChannel channel(target);
        QTcpServer plain;
        if (isTls) {
            fake.server.close();
            QVERIFY(plain.listen(QHostAddress::LocalHost, quint16(target.url.port())));
            connect(&plain, &QTcpServer::newConnection, &plain, [&] { plain.nextPendingConnection()->write("this is no TLS\r\n"); ++fake.connections; });
        }
        int opened = 0;
        QList<Error> ends;
        QList<int> connections; // at each end
        connect(&channel, &WebSocketChannel::opened, &channel, [&] {
            if (++opened > 1)
                return;
            if (isAborted)
                channel.abort();
            else
                QTimer::singleShot(0, &fake.server, [&] { fake.socket->abort(); });
        });
        connect(&channel, &WebSocketChannel::closed, &channel, [&](const Error &error) {
            ends.append(error);
            connections.append(fake.connections);
            if (ends.size() == 1)
                channel.open();
        });
        channel.open();
        if (isTls) {
            QTRY_COMPARE(ends.size(), 2);
            QCOMPARE(connections, (QList<int> { 1, 2 }));
            QCOMPARE(ends[1].kind, ErrorKind::Tls);
        } else {
            QTRY_COMPARE(opened, 2);
            QCOMPARE(ends.size(), 1);
            QCOMPARE(ends[0].kind, isAborted ? ErrorKind::Cancelled : ErrorKind::ConnectionLost);
        }
    }

    void clients_mayGo_beforeTheyConnect()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        WebSocketTarget target;
        target.url = QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(server.serverPort()));
        for (int i = 0; i < 20; ++i) {
            auto given = std::make_unique<WebSocketChannel>(target);
            given->open(); // the rest of it waits for the event loop
            given->open();
        }
        {
            WebSocketChannel closed(target);
            closed.open();
            closed.close();
        }
        QTcpSocket marker; // connects after anything that one of them could have begun
        QTimer::singleShot(50, &marker, [&] { marker.connectToHost(QHostAddress::LocalHost, server.serverPort()); });
        QTRY_VERIFY(server.hasPendingConnections());
        QCOMPARE(server.nextPendingConnection()->peerPort(), marker.localPort());
    }

    void clients_sayWhy_whenThereIsNoWebSocket()
    {
        Served served;
        const auto missing = wait(caller(served.url("/nope"))->client.call("m"));
        QCOMPARE(missing->error().kind, ErrorKind::HttpStatus);
        QCOMPARE(missing->error().httpStatus, 404);
        WebSocketTarget page;
        page.url = served.url();
        page.origin = "https://evil.example";
        const auto forbidden = wait(caller(page)->client.call("m"));
        QCOMPARE(forbidden->error().kind, ErrorKind::Unauthorized);
        QCOMPARE(forbidden->error().httpStatus, 403);
        quint16 port = 0;
        {
            QTcpServer gone;
            gone.listen(QHostAddress::LocalHost);
            port = gone.serverPort();
        }
        const auto nobody = wait(caller(QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(port)))->client.call("m"));
        QCOMPARE(nobody->error().kind, ErrorKind::Refused);
        WebSocketTarget slow;
        QTcpServer silent;
        QVERIFY(silent.listen(QHostAddress::LocalHost));
        slow.url = QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(silent.serverPort()));
        slow.openTime = std::chrono::milliseconds(100);
        QCOMPARE(wait(caller(slow)->client.call("m"))->error().kind, ErrorKind::Timeout);
        Client xml(std::make_unique<WebSocketTransport>(page), std::make_shared<XmlRpcCodec>());
        const auto reply = wait(xml.call("m"));
        QCOMPARE(reply->error().kind, ErrorKind::InvalidArgument);
        QVERIFY(reply->error().message.contains("XML-RPC"));
    }

    // QSslSocket does not bear to be ended from within what it does.
    void closes_areAnswered_overTls()
    {
        HttpOptions options;
        options.tls = *ServerTls::selfSigned();
        Served served(options);
        WebSocketTarget target;
        target.url = served.url();
        target.url.setScheme("wss");
        target.tls.verify = false;
        for (int i = 0; i < 3; ++i) {
            const auto c = caller(target);
            QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
            c->transport->close();
            QTRY_COMPARE(c->ends.size(), 1);
            QTRY_VERIFY(served.server.openSessions().isEmpty());
        }
    }

    // What goes through a proxy waits once more, behind the socket.
    void closes_areAnswered_throughAProxy()
    {
        QTcpServer proxy; // and the server behind it
        QVERIFY(proxy.listen(QHostAddress::LocalHost));
        QByteArray sent;
        const auto upgraded = [&] { return sent.count("\r\n\r\n") == 2; };
        connect(&proxy, &QTcpServer::newConnection, &proxy, [&] {
            QTcpSocket *const client = proxy.nextPendingConnection();
            connect(client, &QTcpSocket::readyRead, client, [&, client] {
                const bool wasUpgraded = upgraded();
                sent += client->readAll();
                if (upgraded() && !wasUpgraded) {
                    const auto at = sent.indexOf("Key: ") + 5;
                    client->write(webSocketAgreement(sent.mid(at, sent.indexOf("\r\n", at) - at), {}));
                    client->write(unmaskedFrame(0x88, closePayload(4001)));
                } else if (!upgraded()) {
                    client->write("HTTP/1.1 200 OK\r\n\r\n");
                }
            });
            connect(client, &QTcpSocket::disconnected, &proxy, [&] { proxy.close(); });
        });
        WebSocketTarget target;
        target.url = QUrl("ws://server.example/");
        target.proxy = QNetworkProxy(QNetworkProxy::HttpProxy, "127.0.0.1", proxy.serverPort());
        WebSocketChannel channel(target);
        QSignalSpy closed(&channel, &WebSocketChannel::closed);
        channel.open();
        QTRY_COMPARE(closed.size(), 1);
        QVERIFY2(closed[0][0].value<Error>().message.contains("4001"), qPrintable(closed[0][0].value<Error>().message));
        QTRY_VERIFY(!proxy.isListening()); // all has come
        WebSocketReader reader(WebSocketEnd::Server, 1000);
        reader.append(sent.mid(sent.lastIndexOf("\r\n\r\n") + 4));
        const auto last = reader.next();
        const auto *message = std::get_if<WebSocketMessage>(&last);
        QVERIFY2(message && message->opcode == WebSocketOpcode::Close, "the close frame was answered");
    }

    // RFC 6455 section 5.5.3: the last ping is answered, in the end; those before it need not be.
    void clients_keepFewPongs_forAServerThatReadsNothing()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        WebSocketTarget target;
        target.url = QUrl(QStringLiteral("ws://127.0.0.1:%1/").arg(server.serverPort()));
        WebSocketChannel channel(target);
        channel.open();
        QTRY_VERIFY(server.hasPendingConnections());
        QTcpSocket *const peer = server.nextPendingConnection();
        QTRY_VERIFY(peer->peek(10'000).contains("\r\n\r\n"));
        const QByteArray asked = peer->readAll();
        const auto at = asked.indexOf("Key: ") + 5;
        peer->write(webSocketAgreement(asked.mid(at, asked.indexOf("\r\n", at) - at), {}));
        peer->setReadBufferSize(1);
        const QByteArray flood = unmaskedFrame(0x89, QByteArray(125, 'p')).repeated(20'000);
        for (int i = 0; i < 10; ++i) {
            peer->write(flood);
            QTRY_COMPARE(peer->bytesToWrite(), 0);
        }
        peer->write(unmaskedFrame(0x81, "{}") + unmaskedFrame(0x89, "last"));
        QSignalSpy received(&channel, &WebSocketChannel::received);
        QTRY_COMPARE(received.size(), 1);
        QVERIFY2(channel.backlog() < 5 * 1024 * 1024, qPrintable(QString::number(channel.backlog())));
        QCOMPARE(channel.state(), MessageChannel::State::Open);
        peer->setReadBufferSize(0);
        WebSocketReader reader(WebSocketEnd::Server, 1000);
        QByteArray last;
        const auto lastPong = [&] {
            reader.append(peer->readAll());
            for (auto next = reader.next(); const auto *message = std::get_if<WebSocketMessage>(&next); next = reader.next())
                last = message->payload;
            return last;
        };
        QTRY_COMPARE(lastPong(), QByteArray("last"));
    }

    void clients_refuseMessages_beyondTheirLimit()
    {
        FakeSocketServer fake;
        WebSocketTarget target;
        target.url = fake.url();
        target.messageBytes = 1000;
        const auto c = caller(target);
        PendingCall call = c->client.call("m");
        QTRY_COMPARE(fake.received.size(), 1);
        fake.socket->sendTextMessage("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"" + QString(1000, u'x') + "\"}");
        const auto reply = wait(call);
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, ErrorKind::LimitExceeded);
        QVERIFY2(reply->error().message.contains("sent a message of more than 1000 bytes"), qPrintable(reply->error().message));
        QTRY_COMPARE(int(fake.socket->closeCode()), 1009);
    }
};

QTEST_GUILESS_MAIN(tst_WebSocket)
#include "tst_websocket.moc"
