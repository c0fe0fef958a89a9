// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpcaller.h"
#include "scriptedserver.h"

#include <tests/support/packed.h>

#include <QElapsedTimer>
#include <QTimer>

using namespace rpc;
using namespace httpcaller;
using testcalls::wait;

/// What goes over the wire for a call, and when; limits of time; what ends a call.
class tst_HttpTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void addresses_thatAreNone_areSaidToBe_data()
    {
        QTest::addColumn<QString>("url");
        for (const char *url : { "", "host", "ftp://host/", "http://", "http:///path", "ws://host/", "http+unix://host/a.sock:/", "http+unix:", "scgi://host:1/", "http://host:0/" })
            QTest::newRow(url) << QString::fromLatin1(url);
    }
    void addresses_thatAreNone_areSaidToBe()
    {
        QFETCH(QString, url);
        Caller caller(targetOf(url.toLatin1()));
        caller.call();
        QCOMPARE(caller.error.kind, ErrorKind::InvalidArgument);
        QVERIFY2(caller.error.message.contains(u"looks like http://host:port/path, https://host/path or http+unix:///path/of.sock:/path"), qPrintable(caller.error.message));
    }

    void fieldsOfTheFraming_cannotBeSet()
    {
        ScriptedServer server;
        Caller caller(targetOf(server.url()));
        for (const char *name : { "content-length", "Transfer-Encoding" }) {
            caller.call({ {}, { { name, "1" } } });
            QCOMPARE(caller.error.kind, ErrorKind::InvalidArgument);
            QVERIFY2(caller.error.message.contains(QLatin1String(name)), qPrintable(caller.error.message));
        }
        caller.call({ {}, { { QByteArray("X"), QByteArray("a\r\nY: b") } } });
        QCOMPARE(caller.error.kind, ErrorKind::InvalidArgument);
        QCOMPARE(server.connections.size(), 0u);
    }

    // What the trace says was sent and came is what went over the wire, whatever is switched on.
    void bytes_areThoseOfTheWire()
    {
        ScriptedServer server;
        const QByteArray chunked = "HTTP/1.1 200 so so\r\nX-One:1\r\nx-ONE:  2 \r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b; Path=/\r\n\r\n";
        const QByteArray body = "5\r\n{\"jso\r\n1e\r\nnrpc\":\"2.0\",\"result\":1,\"id\":1}\r\n0\r\n\r\n";
        server.answerWith([&](const QByteArray &) { return "HTTP/1.1 100 Continue\r\n\r\n" + chunked + body; });
        HttpTarget target = targetOf(server.url("/a%20b?c=d%26"));
        target.headers = { { "X-Team", "blue" }, { "accept", "x/y" } };
        target.cookies = true;
        target.acceptCompression = true;
        target.user = QStringLiteral("u");
        Caller caller(target);
        QByteArray all;
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(caller.call({ {}, { { "X-Call", QByteArray::number(i) } } }), QStringLiteral("1"));
            all += sent(caller.trace);
            QCOMPARE(caller.trace.responseHead, chunked);
            QCOMPARE(caller.trace.responseWire, body);
            QCOMPARE(caller.trace.responseBody, good);
        }
        QCOMPARE(caller.trace.responseFields().size(), 4);
        QCOMPARE(caller.trace.responseFields()[1], (HeaderFields::value_type { "x-ONE", "2" }));
        QCOMPARE(server.connections.size(), 1u);
        QCOMPARE(server.connections[0]->received, all);
        QVERIFY(all.startsWith("POST /a%20b?c=d%26 HTTP/1.1\r\nHost: 127.0.0.1:"));
        QCOMPARE(all.count("\r\nCookie: a=b\r\n"), 2);
        QCOMPARE(all.toLower().count("\r\naccept:"), 3);
    }

    void times_areThoseOfTheConnection()
    {
        ScriptedServer server;
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        Caller caller(targetOf(server.url().replace("127.0.0.1", "localhost")));
        QCOMPARE(caller.call(), QStringLiteral("1"));
        const Trace first = caller.trace;
        QVERIFY(first.nameResolved && first.connecting && first.connected && first.sent && first.firstByte && first.complete);
        QVERIFY(!first.encrypted);
        QVERIFY(*first.nameResolved <= *first.connecting && *first.connecting <= *first.connected && *first.connected <= *first.sent && *first.sent <= *first.firstByte && *first.firstByte <= *first.complete);
        QCOMPARE(caller.call(), QStringLiteral("1"));
        const Trace second = caller.trace; // over the same connection
        QVERIFY(!second.nameResolved && !second.connecting && !second.connected);
        QVERIFY(second.sent && second.firstByte && second.complete);
        QCOMPARE(server.connections.size(), 1u);
    }

    void timeLimits_sayWhichOneItWas_data()
    {
        QTest::addColumn<int>("connect");
        QTest::addColumn<int>("firstByte");
        QTest::addColumn<int>("total");
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("text");
        const auto t = [](const char *text) { return QString::fromUtf8(text); };
        QTest::newRow("connect") << 100 << 10'000 << 10'000 << QByteArray("https:") << QByteArray() << t("no connection to 127.0.0.1:%1 within 100 ms");
        QTest::newRow("first byte") << 10'000 << 120 << 10'000 << QByteArray("http:") << QByteArray() << t("127.0.0.1:%1 did not begin to answer within 120 ms");
        QTest::newRow("total, silent") << 10'000 << 10'000 << 140 << QByteArray("http:") << QByteArray() << t("no complete answer from 127.0.0.1:%1 within 140 ms");
        QTest::newRow("total, while answering") << 10'000 << 100 << 500 << QByteArray("http:") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{") << t("no complete answer from 127.0.0.1:%1 within 500 ms");
        QTest::newRow("total, while connecting") << 0 << 0 << 150 << QByteArray("https:") << QByteArray() << t("no complete answer from 127.0.0.1:%1 within 150 ms");
    }
    void timeLimits_sayWhichOneItWas()
    {
        QFETCH(int, connect);
        QFETCH(int, firstByte);
        QFETCH(int, total);
        QFETCH(QByteArray, url);
        QFETCH(QByteArray, answer);
        QFETCH(QString, text);
        ScriptedServer server;
        server.arrived = [&](ScriptedServer::Connection &c) { c.socket->write(answer); };
        HttpTarget target = targetOf(server.url().replace("http:", url));
        target.connectTimeout = std::chrono::milliseconds(connect);
        target.firstByteTimeout = std::chrono::milliseconds(firstByte);
        target.timeout = std::chrono::milliseconds(total);
        Caller caller(target);
        QElapsedTimer clock;
        clock.start();
        caller.call();
        QCOMPARE(caller.error.kind, ErrorKind::Timeout);
        QCOMPARE(caller.error.message, text.arg(server.serverPort()));
        QVERIFY(clock.elapsed() < 5000);
        QTRY_VERIFY(server.connections[0]->isGone);
    }

    void cancel_freesTheConnection_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("waiting") << QByteArray();
        QTest::newRow("in the head") << QByteArray("HTTP/1.1 200");
        QTest::newRow("in the body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{");
    }
    void cancel_freesTheConnection()
    {
        QFETCH(QByteArray, answer);
        ScriptedServer server;
        server.arrived = [&](ScriptedServer::Connection &c) { c.socket->write(answer); };
        HttpTarget target = targetOf(server.url());
        target.connections = 1;
        Caller caller(target);
        PendingCall call = caller.client->call(QStringLiteral("m"));
        QTRY_VERIFY(server.count("\"m\"") == 1);
        QTest::qWait(1);
        call.cancel();
        QCOMPARE(call.reply()->error().kind, ErrorKind::Cancelled);
        QTRY_VERIFY(server.connections[0]->isGone);
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        QCOMPARE(caller.call(), QStringLiteral("1")); // over another one
        QCOMPARE(server.connections.size(), 2u);
    }

    void connections_areBounded_andUsedAgain()
    {
        ScriptedServer server;
        int atOnce = 0;
        QList<ScriptedServer::Connection *> held;
        server.arrived = [&](ScriptedServer::Connection &c) {
            held.append(&c);
            atOnce = qMax(atOnce, int(held.size()));
            QTimer::singleShot(2, c.socket, [&] {
                if (!held.isEmpty())
                    held.takeFirst()->socket->write(ScriptedServer::ok(good));
            });
        };
        HttpTarget target = targetOf(server.url());
        target.connections = 3;
        Caller caller(target);
        QList<PendingCall> calls;
        for (int i = 0; i < 30; ++i)
            calls.append(caller.client->call(QStringLiteral("m")));
        calls[20].cancel(); // one that waits
        for (int i = 0; i < 30; ++i)
            QVERIFY(wait(calls[i])->hasValue() == (i != 20));
        QCOMPARE(atOnce, 3);
        QCOMPARE(server.connections.size(), 3u);
        QCOMPARE(server.count("\"m\""), 29);
    }

    void largeBodies_goBothWays()
    {
        ScriptedServer server;
        server.answerWith([](const QByteArray &request) { return ScriptedServer::ok("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + QByteArray::number(request.size()) + "}" + QByteArray(3'000'000, ' ')); });
        Caller caller(targetOf(server.url()));
        PendingCall call = caller.client->call(QStringLiteral("m"), Array { QString(5'000'000, u'x') });
        const auto reply = wait(call);
        QVERIFY2(*reply, *reply ? "" : qPrintable(reply->error().toString()));
        QCOMPARE((*reply)->toInteger().value_or(0), qint64(sent(call.trace()).size()));
        QVERIFY(call.trace().responseBody.size() > 3'000'000);
    }

    // A server may refuse a body before it has come as a whole.
    void earlyAnswers_areTaken()
    {
        ScriptedServer server;
        server.arrived = [](ScriptedServer::Connection &c) {
            if (c.answered++ == 0)
                c.socket->write(ScriptedServer::ok("", "Connection: close\r\n", "413 Too Large"));
        };
        Caller caller(targetOf(server.url()));
        const auto reply = wait(caller.client->call(QStringLiteral("m"), Array { QString(5'000'000, u'x') }));
        QCOMPARE(reply->error().httpStatus, 413);
        QTRY_VERIFY(server.connections[0]->isGone);
    }

    void transport_mayDieInACallback()
    {
        ScriptedServer server;
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        auto caller = std::make_unique<Caller>(targetOf(server.url()));
        bool done = false;
        QObject context;
        caller->client->call(QStringLiteral("m")).onFinished(&context, [&](const Reply &) {
            caller.reset();
            done = true;
        });
        QTRY_VERIFY(done);
        QTRY_VERIFY(server.connections[0]->isGone);
    }

    void compression_isAskedFor_andUndone()
    {
        ScriptedServer server;
        const QByteArray packed = support::packed(good, 31);
        server.answerWith([&](const QByteArray &) { return ScriptedServer::ok(packed, "Content-Encoding: gzip\r\n"); });
        HttpTarget target = targetOf(server.url());
        Caller plain(target);
        QCOMPARE(plain.call(), QStringLiteral("1")); // unasked
        QCOMPARE(field(sent(plain.trace), "Accept-Encoding"), QByteArray("identity"));
        QCOMPARE(plain.trace.responseBody, good);
        QCOMPARE(plain.trace.responseWire, packed);
        target.acceptCompression = true;
        Caller asking(target);
        QCOMPARE(asking.call(), QStringLiteral("1"));
        QCOMPARE(field(sent(asking.trace), "Accept-Encoding"), QByteArray("gzip, deflate"));
        target.limits.bytes = 20;
        Caller careful(target);
        careful.call();
        QCOMPARE(careful.error.kind, ErrorKind::LimitExceeded);
    }
};

QTEST_GUILESS_MAIN(tst_HttpTransport)
#include "tst_httptransport.moc"
