// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "served.h"

#include <rpccore/httpserver/connectiongate.h>
#include <tests/support/fatalmessages.h>

#include <QElapsedTimer>
#include <QTimer>

#include <sys/socket.h>

using namespace rpc;
using namespace std::chrono_literals;
using support::post;
using support::RawClient;

namespace {

HttpOptions withLimits(const std::function<void(Limits &)> &change)
{
    HttpOptions options;
    change(options.limits);
    return options;
}

// Answers everything at once.
struct PlainDoor : HttpDoor
{
    QByteArray body = "x";
    std::chrono::microseconds work { 0 };
    QList<quint16> asked; // by which port of the client

    void onRequest(HttpConnection &connection) override
    {
        asked.append(connection.peerPort());
        QElapsedTimer time;
        time.start();
        while (std::chrono::nanoseconds(time.nsecsElapsed()) < work) { }
        HttpResponse response;
        response.contentType = "text/plain";
        response.body = body;
        connection.answer(response);
    }
    bool refusesByHead(const HttpConnection &) override { return false; }
    void onRefused(HttpConnection &, const HttpRefusal &) override {}
};

qint64 unsent(const ConnectionGate &gate, int connection)
{
    return gate.connections().value(connection)->findChild<QTcpSocket *>()->bytesToWrite();
}

} // namespace

class tst_HttpLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void halfClosedClients_areAnswered()
    {
        Served f;
        const auto halfClosed = [&](const QByteArray &request) {
            auto client = std::make_unique<RawClient>(f.port);
            client->send(request);
            client->socket().flush();
            ::shutdown(int(client->socket().socketDescriptor()), SHUT_WR);
            return client;
        };
        const auto quick = halfClosed(post(addCall));
        QVERIFY(quick->receive().body.contains("\"result\":5"));
        const auto slow = halfClosed(post(holdCall));
        QTRY_COMPARE(f.held.size(), 1);
        QTest::qWait(50); // the end of the one direction has come
        QVERIFY(f.held[0].isWanted());
        const QByteArray large(3'000'000, 'x'); // more than the kernel takes at once
        f.held[0].resolve(QString::fromLatin1(large));
        const auto answer = slow->receive();
        QCOMPARE(answer.status, 200);
        QVERIFY(answer.body.contains(large));
        QVERIFY(answer.head.contains("\r\nConnection: close\r\n"));
        QVERIFY(slow->waitForClose());
        const auto never = halfClosed(post(holdCall)); // or gone: that looks the same
        QTRY_COMPARE(f.held.size(), 2);
        QTRY_VERIFY(!f.held[1].isWanted());
        QTRY_VERIFY(f.http->sessions().isEmpty());
        QVERIFY(f.answersTheNext());
    }

    void tooManyFromOneAddress_are429()
    {
        Served f(withLimits([](Limits &l) { l.connectionsPerHost = 2; }));
        auto first = std::make_unique<RawClient>(f.port);
        RawClient second(f.port);
        QTRY_COMPARE(f.server.sessions().size(), 2);
        RawClient third(f.port);
        const auto answer = third.receive();
        QCOMPARE(answer.status, 429);
        QCOMPARE(answer.field("Retry-After"), QByteArray("1"));
        QVERIFY(third.waitForClose());

        QTcpSocket neighbour; // another address is another host
        QVERIFY(neighbour.bind(QHostAddress(QStringLiteral("127.0.0.2"))));
        neighbour.connectToHost(QHostAddress(QHostAddress::LocalHost), f.port);
        QTRY_COMPARE(neighbour.state(), QAbstractSocket::ConnectedState);
        neighbour.write(post(addCall));
        QTRY_VERIFY(neighbour.bytesAvailable() > 0);
        QVERIFY(neighbour.readAll().startsWith("HTTP/1.1 200 "));

        first.reset();
        QVERIFY(QTest::qWaitFor([&] { return f.answersTheNext(); })); // QTRY_VERIFY would ask once more
    }

    void tooManyRequestsInFlight_are503()
    {
        Served f(withLimits([](Limits &l) { l.inFlight = 1; }));
        RawClient holder(f.port);
        holder.send(post(holdCall));
        QTRY_COMPARE(f.held.size(), 1);
        RawClient other(f.port);
        other.send(post(addCall));
        auto answer = other.receive();
        QCOMPARE(answer.status, 503);
        QCOMPARE(answer.field("Retry-After"), QByteArray("1"));
        QCOMPARE(f.log.constLast().status, 503);
        f.held.constFirst().resolve(1);
        QCOMPARE(holder.receive().status, 200);
        other.send(post(addCall)); // on the same connection
        QCOMPARE(other.receive().status, 200);

        holder.send(post(holdCall)); // who hangs up is not counted for ever
        QTRY_COMPARE(f.held.size(), 2);
        holder.abort();
        QVERIFY(QTest::qWaitFor([&] { return f.answersTheNext(); })); // QTRY_VERIFY would ask once more
    }

    void slowBody_is408_longBeforeItsTime()
    {
        Served f(withLimits([](Limits &l) {
            l.headerTime = 150ms;
            l.bodyRate = 1'000'000;
        }));
        RawClient client(f.port);
        QElapsedTimer time;
        time.start();
        client.send(post(QByteArray(10'000, ' ')).chopped(5'000));
        const auto answer = client.receive(20'000);
        QCOMPARE(answer.status, 408);
        QVERIFY2(answer.body.contains("slowly"), answer.body.constData());
        QVERIFY2(time.elapsed() >= 150, qPrintable(QString::number(time.elapsed())));
        QVERIFY(client.waitForClose());
    }

    void quickBody_mayTakeLongerThanAHead()
    {
        Served f(withLimits([](Limits &l) {
            l.headerTime = 100ms;
            l.bodyRate = 10;
        }));
        RawClient client(f.port);
        client.send(post(addCall).chopped(1));
        QTimer late;
        late.setSingleShot(true);
        late.start(600); // several looks at the rate later
        QTRY_VERIFY(!late.isActive());
        client.send("}");
        QVERIFY(client.receive().body.contains("\"result\":5"));
    }

    void whoDoesNotRead_isDropped()
    {
        Served f(withLimits([](Limits &l) {
            l.backlog = 64 * 1024;
            l.idleTime = 300ms;
        }));
        RawClient client(f.port);
        client.socket().setReadBufferSize(1024);
        const QByteArray large = post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"repeat\",\"params\":[\"0123456789\",20000]}");
        client.send(large.repeated(200)); // 40 MB of answers
        QTRY_VERIFY(!f.log.isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(f.server.sessions().size(), 0, 10'000);
        QVERIFY2(f.log.size() < 100, qPrintable(QString::number(f.log.size()))); // not even all were asked for
        QVERIFY(f.answersTheNext());
    }

    void answersThatNobodyTakes_areFew()
    {
        PlainDoor door;
        door.body = QByteArray(100'000, 'x');
        ConnectionGate gate({}, door);
        QVERIFY(gate.listen(QHostAddress::LocalHost));
        RawClient client(gate.serverPort());
        client.socket().setReadBufferSize(1024);
        client.send(post("{}").repeated(200));
        QTRY_COMPARE(gate.connections().size(), 1);
        QTRY_VERIFY(unsent(gate, 0) > 256 * 1024);
        const qsizetype answered = door.asked.size();
        RawClient other(gate.serverPort());
        for (int i = 0; i < 10; ++i) {
            other.send(post("{}"));
            QCOMPARE(other.receive().body, door.body);
        }
        QVERIFY2(unsent(gate, 0) <= 256 * 1024 + 101'000, qPrintable(QString::number(unsent(gate, 0))));
        QVERIFY(door.asked.size() <= answered + 10 + 2); // the kernel may still take one
        client.socket().setReadBufferSize(0); // and nothing is lost
        for (int i = 0; i < 200; ++i)
            QCOMPARE(client.receive().body.size(), door.body.size());
    }

    void whenAllTogetherHoldTooMuch_onlyWhoTakesItsAnswersIsServed()
    {
        PlainDoor door;
        door.body = QByteArray(100'000, 'x');
        ConnectionGate gate({}, door);
        QVERIFY(gate.listen(QHostAddress::LocalHost));
        gate.addUnsent(100 * 1024 * 1024);
        RawClient client(gate.serverPort());
        client.socket().setReadBufferSize(1024);
        client.send(post("{}").repeated(200));
        QTRY_COMPARE(gate.connections().size(), 1);
        QTRY_VERIFY(unsent(gate, 0) > 0);
        RawClient other(gate.serverPort());
        for (int i = 0; i < 10; ++i) {
            other.send(post("{}"));
            QCOMPARE(other.receive().body, door.body);
        }
        QVERIFY2(unsent(gate, 0) <= 101'000, qPrintable(QString::number(unsent(gate, 0))));
        client.socket().setReadBufferSize(0);
        for (int i = 0; i < 200; ++i)
            QCOMPARE(client.receive().body.size(), door.body.size());
    }

    void manyThatSendAhead_doNotKeepOneWaiting()
    {
        PlainDoor door;
        door.work = 500us;
        ConnectionGate gate({}, door);
        QVERIFY(gate.listen(QHostAddress::LocalHost));
        std::vector<std::unique_ptr<RawClient>> many;
        for (int i = 0; i < 30; ++i) {
            many.push_back(std::make_unique<RawClient>(gate.serverPort()));
            many.back()->send(post("{}").repeated(40));
        }
        RawClient one(gate.serverPort());
        QTRY_COMPARE(gate.connections().size(), 31);
        QTRY_VERIFY(QSet<quint16>(door.asked.cbegin(), door.asked.cend()).size() == 30);
        const qsizetype before = door.asked.size();
        QVERIFY(before < 900); // they are far from done
        one.send(post("{}"));
        QTRY_VERIFY(door.asked.contains(one.socket().localPort()));
        const qsizetype meanwhile = door.asked.indexOf(one.socket().localPort()) - before;
        QVERIFY2(meanwhile < 30, qPrintable(QString::number(meanwhile)));
        QTRY_COMPARE(door.asked.size(), 30 * 40 + 1);
    }

    void whoReadsSlowly_getsEverything()
    {
        Served f(withLimits([](Limits &l) { l.backlog = 64 * 1024; }));
        RawClient client(f.port);
        const QByteArray large = post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"repeat\",\"params\":[\"0123456789\",20000]}");
        client.send(large.repeated(100));
        for (int i = 0; i < 100; ++i)
            QCOMPARE(client.receive().body.size(), 200'000 + 36);
    }

    void expectation_isNotMet_whenTheHeadIsRefused_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<int>("status");
        const QByteArray rest = " HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n";
        QTest::newRow("path") << "POST /other" + rest + "Content-Length: 10\r\n\r\n" << 404;
        QTest::newRow("method") << "PUT /rpc" + rest + "Content-Length: 10\r\n\r\n" << 405;
        QTest::newRow("origin") << "POST /rpc" + rest + "Origin: http://evil.example\r\nContent-Length: 10\r\n\r\n" << 403;
        QTest::newRow("host") << QByteArray("POST /rpc" + rest + "Content-Length: 10\r\n\r\n").replace("localhost", "evil.example") << 421;
        QTest::newRow("coding") << "POST /rpc" + rest + "Content-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n" << 415;
        QTest::newRow("size") << "POST /rpc" + rest + "Content-Length: 99999999999\r\n\r\n" << 413;
        QTest::newRow("expectation") << QByteArray("POST /rpc" + rest + "Content-Length: 10\r\n\r\n").replace("100-continue", "200-ok") << 417;
    }
    void expectation_isNotMet_whenTheHeadIsRefused()
    {
        QFETCH(QByteArray, head);
        QFETCH(int, status);
        Served f;
        RawClient client(f.port);
        client.send(head);
        const auto answer = client.receive();
        QCOMPARE(answer.status, status); // at once, and no 100 before
        QCOMPARE(answer.field("Connection"), QByteArray("close"));
        QVERIFY(client.waitForClose());
        QCOMPARE(f.log.constLast().status, status);
    }

    void http10_mayKeepItsConnection()
    {
        Served f;
        RawClient client(f.port);
        const QByteArray request = post(addCall, "application/json", "Connection: keep-alive\r\n").replace("HTTP/1.1", "HTTP/1.0");
        for (int i = 0; i < 2; ++i) {
            client.send(request);
            const auto answer = client.receive();
            QCOMPARE(answer.status, 200);
            QCOMPARE(answer.field("Connection"), QByteArray("keep-alive"));
        }
    }

    void absoluteTarget_isServed_andItsHostIsChecked()
    {
        Served f;
        f.server.registry().add(QStringLiteral("host"), [](const CallContext &c) { return QString::fromLatin1(headerValue(c.headers, "Host")); });
        const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"host\"}";
        RawClient client(f.port);
        client.send(post(call).replace("POST /rpc", "POST http://localhost:8080/rpc").replace("Host: 127.0.0.1", "Host: evil.example"));
        QVERIFY(client.receive().body.contains("\"localhost:8080\""));
        client.send(post(call).replace("POST /rpc", "POST http://evil.example/rpc"));
        QCOMPARE(client.receive().status, 421);
    }

    void encodedPath_isThePath()
    {
        Served f;
        f.http->mount(QStringLiteral("/ä b"), f.server);
        RawClient client(f.port);
        client.send(post(addCall).replace("/rpc", "/%C3%A4%20b?x=1"));
        QCOMPARE(client.receive().status, 200);
        client.send(post(addCall).replace("/rpc", "/%72pc"));
        QCOMPARE(client.receive().status, 200);
        client.send(post(addCall).replace("/rpc", "/rpc%00"));
        QCOMPARE(client.receive().status, 404);
    }

    void tls_onThePlainPort_is400()
    {
        Served f;
        RawClient client(f.port);
        client.send(QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
        QCOMPARE(client.receive().status, 400); // at once, not after headerTime
        QVERIFY(client.waitForClose());
    }

    void stop_letsCallsEnd()
    {
        Served f;
        RawClient idle(f.port);
        RawClient busy(f.port);
        busy.send(post(holdCall) + post(addCall)); // the second one is not begun
        QTRY_COMPARE(f.held.size(), 1);
        QTRY_COMPARE(f.server.sessions().size(), 2);
        int stopped = 0;
        QObject::connect(f.http, &HttpListener::stopped, f.http, [&] { ++stopped; });
        f.http->stop(10s);
        QVERIFY(!f.http->isListening());
        QVERIFY(f.http->url().isEmpty());
        QVERIFY(idle.waitForClose());
        QTcpSocket late;
        late.connectToHost(QHostAddress(QHostAddress::LocalHost), f.port);
        QTRY_COMPARE(late.error(), QAbstractSocket::ConnectionRefusedError);
        QCOMPARE(stopped, 0);
        f.held.constFirst().resolve(1);
        const auto answer = busy.receive();
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.field("Connection"), QByteArray("close"));
        QVERIFY(busy.waitForClose());
        QTRY_COMPARE(stopped, 1);
        QVERIFY(f.http->listen({}).hasValue()); // again
    }

    void stop_endsWhatIsNotDoneInTime()
    {
        Served f;
        RawClient busy(f.port);
        busy.send(post(holdCall));
        QTRY_COMPARE(f.held.size(), 1);
        int stopped = 0;
        QObject::connect(f.http, &HttpListener::stopped, f.http, [&] { ++stopped; });
        f.http->stop(100ms);
        QVERIFY(f.held.constFirst().isWanted());
        QVERIFY(busy.waitForClose());
        QTRY_COMPARE(stopped, 1);
        QVERIFY(!f.held.constFirst().isWanted());
    }

    void stop_withoutConnections_isSaid()
    {
        Served f;
        int stopped = 0;
        QObject::connect(f.http, &HttpListener::stopped, f.http, [&] { ++stopped; });
        f.http->stop(10s);
        QTRY_COMPARE(stopped, 1);
        f.http->stop();
        QCOMPARE(stopped, 1); // once
    }
};

QTEST_GUILESS_MAIN(tst_HttpLimits)
#include "tst_httplimits.moc"
