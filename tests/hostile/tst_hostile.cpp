// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "cases_duplex.h"
#include "httpundertest.h"

#include <QThread>
#include <QThreadPool>
#include <QTimer>

using namespace rpc;
using hostile::call;
using hostile::Case;
using support::post;
using support::RawClient;

namespace {

using Bytes = QByteArray;

using Fixture = hostile::HttpUnderTest;

// A way to a server for raw bytes. Another transport is another of these, with cases of its own where the bytes are
// others.
struct Door
{
    Fixture::Transport transport;
    const QList<Case> &(*cases)();
};

const Door doors[] = {
    { Fixture::Transport::Tcp, hostile::httpCases },
    { Fixture::Transport::Tls, hostile::httpCases },
};

} // namespace

/// What a server does with what it should never be sent.
class tst_Hostile : public QObject
{
    Q_OBJECT

    std::unique_ptr<Fixture> m_fixture;
    int m_descriptors = 0;

    void rows(const Door &door)
    {
        m_fixture.reset();
        m_fixture = std::make_unique<Fixture>(hostile::limits(), door.transport);
        QVERIFY(m_fixture->answersTheNext());
        QVERIFY(m_fixture->holdsNothing());
        QTest::addColumn<int>("number");
        const QList<Case> &cases = door.cases();
        for (int i = 0; i < cases.size(); ++i)
            QTest::newRow(cases[i].name.constData()) << i;
        m_descriptors = Fixture::descriptors();
    }

    void check(const Door &door)
    {
        QFETCH(int, number);
        hostile::checkRow(*m_fixture, door.cases().at(number), m_descriptors);
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void http_data() { rows(doors[0]); }
    void http() { check(doors[0]); }
    void https_data() { rows(doors[1]); }
    void https() { check(doors[1]); }

    void cleanup()
    {
        if (!QLatin1String(QTest::currentTestFunction()).startsWith(QLatin1String("http")))
            m_fixture.reset();
    }

    // The page says what the tests know: every case, every scene, and every scene is a test.
    void page_hasEveryCase()
    {
        hostile::checkNames(hostile::httpCases());
        hostile::checkScenes(hostile::scenes(), *metaObject());
        hostile::checkPage("\n## Request line", hostile::duplexHeading, hostile::tables()); // behind it is another test's
    }

    void hangUp_inTheHead()
    {
        Fixture f;
        for (int i = 0; i < 20; ++i) {
            RawClient client(f.port);
            client.send(post(call("add", "[2,3]")).left(10 + i));
            QTRY_COMPARE(f.http->sessions().size(), 1);
            client.abort();
            QVERIFY(f.holdsNothing());
        }
        QVERIFY(f.answersTheNext());
    }

    void hangUp_inTheBody()
    {
        Fixture f;
        for (int i = 1; i < 20; ++i) {
            RawClient client(f.port);
            client.send(post(call("add", "[2,3]")).chopped(i));
            QTRY_COMPARE(f.http->sessions().size(), 1);
            client.abort();
            QVERIFY(f.holdsNothing());
        }
        QVERIFY(f.answersTheNext());
    }

    void hangUp_whileWaiting()
    {
        Fixture f;
        RawClient client(f.port);
        client.send(post(call("hold")));
        QTRY_COMPARE(f.held.size(), 1);
        QVERIFY(f.held[0].isWanted());
        client.abort();
        QTRY_VERIFY(!f.held[0].isWanted());
        QVERIFY(f.holdsNothing());
        f.held[0].resolve(1);
        QVERIFY(f.answersTheNext());
    }

    void hangUp_inTheAnswer()
    {
        Fixture f;
        RawClient client(f.port);
        client.socket().setReadBufferSize(1000); // so that the rest waits at the server
        client.send(post(call("text", "[20000000]")));
        QTRY_VERIFY(client.socket().bytesAvailable() > 0);
        client.abort();
        QVERIFY(f.holdsNothing());
        QVERIFY(f.answersTheNext());
    }

    void halfClose_isAHangUp()
    {
        Fixture f;
        RawClient client(f.port);
        client.send(post(call("hold")));
        QTRY_COMPARE(f.held.size(), 1);
        client.socket().disconnectFromHost();
        QTRY_VERIFY(!f.held[0].isWanted());
        QVERIFY(f.holdsNothing());
        f.held[0].resolve(1);
        QVERIFY(f.answersTheNext());
    }

    void stop_withCallsInFlight()
    {
        Fixture f;
        RawClient one(f.port);
        RawClient two(f.port);
        one.send(post(call("hold")));
        two.send(post(call("hold")));
        QTRY_COMPARE(f.held.size(), 2);
        f.http->stop();
        QVERIFY(one.waitForClose());
        QVERIFY(two.waitForClose());
        QVERIFY(!f.held[0].isWanted());
        f.held[0].resolve(1);
        f.held[1].reject(Error::application(1, QStringLiteral("late")));
        QVERIFY(f.http->sessions().isEmpty());
        // It can listen again.
        f.port = f.http->listen({}).valueOr(0);
        QVERIFY(f.answersTheNext());
    }

    void stop_withCallsHalfRead()
    {
        Fixture f;
        RawClient head(f.port);
        RawClient body(f.port);
        head.send("POST /rpc HTTP/1.1\r\nHo");
        body.send(post(call("add", "[2,3]")).chopped(3));
        QTRY_COMPARE(f.http->sessions().size(), 2);
        f.http->stop();
        QVERIFY(head.waitForClose());
        QVERIFY(body.waitForClose());
    }

    void end_withCallsInFlight()
    {
        Fixture f;
        RawClient client(f.port);
        client.send(post(call("hold")));
        QTRY_COMPARE(f.held.size(), 1);
        f.server.reset();
        QVERIFY(client.waitForClose());
        f.held[0].resolve(1);
        QScopedPointer<QThread> late(QThread::create([reply = f.held[0]] { reply.resolve(2); }));
        late->start();
        QVERIFY(late->wait(5000));
        QCoreApplication::processEvents();
    }

    void reply_twice()
    {
        Fixture f;
        QCOMPARE(f.outcomeOf({ "", "", { post(call("twice")) }, "200, open" }), Bytes("200, open"));
        RawClient client(f.port);
        client.send(post(call("twice")));
        QVERIFY(client.receive().body.contains("\"result\":1"));
    }

    void reply_never()
    {
        Fixture f;
        QCOMPARE(f.outcomeOf({ "", "", { post(call("never")) }, "200 (-32603), open" }), Bytes("200 (-32603), open"));
    }

    void reply_fromAnotherThread()
    {
        Fixture f;
        for (int i = 0; i < 50; ++i) {
            RawClient client(f.port);
            client.send(post(call("elsewhere")));
            QVERIFY(client.receive().body.contains("from a thread"));
        }
    }

    void reply_afterTheClient()
    {
        Fixture f;
        for (int i = 0; i < 50; ++i) {
            RawClient client(f.port);
            client.send(post(call("elsewhere")));
            if (i % 2)
                QCoreApplication::processEvents();
            client.abort();
        }
        QVERIFY(f.holdsNothing());
        QVERIFY(QThreadPool::globalInstance()->waitForDone(5000));
        QVERIFY(f.answersTheNext());
    }

    void pipelined_answersInOrder()
    {
        Fixture f;
        RawClient client(f.port);
        client.send(post(call("slow", "[400]", "1")) + post(call("slow", "[50]", "2")) + post(call("add", "[2,3]", "3")));
        for (const char *id : { "1", "2", "3" }) {
            const Bytes body = client.receive().body;
            QVERIFY2(body.contains("\"id\":" + Bytes(id)), body.constData());
        }
    }

    void slowHead()
    {
        Limits l = hostile::limits();
        l.headerTime = std::chrono::milliseconds(150);
        Fixture f(l);
        QCOMPARE(f.outcomeOf({ "", "", { "POST /rpc HTTP/1.1\r\nHo" }, "408, closed" }), Bytes("408, closed"));
        QVERIFY(f.holdsNothing());
    }

    void slowHead_byteByByte()
    {
        Limits l = hostile::limits();
        l.headerTime = std::chrono::milliseconds(300);
        Fixture f(l);
        RawClient client(f.port);
        const Bytes head = "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + Bytes(200, 'x');
        qsizetype sent = 0;
        QTimer trickle;
        connect(&trickle, &QTimer::timeout, &trickle, [&] {
            if (sent < head.size() && client.socket().state() == QAbstractSocket::ConnectedState)
                client.send(head.mid(sent++, 1));
        });
        trickle.start(20); // 4 s for all of it
        QCOMPARE(client.receive(2000).status, 408);
        trickle.stop();
        QVERIFY(sent < head.size());
        QVERIFY(client.waitForClose());
        QVERIFY(f.holdsNothing());
    }

    void slowBody()
    {
        Limits l = hostile::limits();
        l.bodyTime = std::chrono::milliseconds(150);
        Fixture f(l);
        QCOMPARE(f.outcomeOf({ "", "", { post(call("add", "[2,3]")).chopped(4) }, "408, closed" }), Bytes("408, closed"));
        QVERIFY(f.holdsNothing());
    }

    void silent()
    {
        Limits l = hostile::limits();
        l.headerTime = std::chrono::milliseconds(150);
        Fixture f(l);
        RawClient client(f.port);
        QVERIFY(client.waitForClose());
        QVERIFY(client.received().isEmpty());
        QVERIFY(f.holdsNothing());
    }

    void idle()
    {
        Limits l = hostile::limits();
        l.idleTime = std::chrono::milliseconds(150);
        Fixture f(l);
        RawClient client(f.port);
        client.send(post(call("add", "[2,3]")));
        QCOMPARE(client.receive().status, 200);
        QVERIFY(client.waitForClose());
        QVERIFY(f.holdsNothing());
    }

    void unreadAnswers()
    {
        Limits l = hostile::limits();
        l.idleTime = std::chrono::milliseconds(500);
        Fixture f(l);
        int answered = 0;
        connect(f.server.get(), &Server::served, this, [&](const ServedExchange &e) { answered += e.status == 200; });
        RawClient client(f.port);
        client.socket().setReadBufferSize(1000);
        client.send(post(call("text", "[100000]")).repeated(2000)); // 200 MB
        QTRY_VERIFY_WITH_TIMEOUT(f.http->sessions().isEmpty(), 10'000);
        // What the kernel and the server keep for a client is a few megabytes.
        QVERIFY2(answered > 0 && answered < 200, qPrintable(QString::number(answered)));
        QVERIFY(f.answersTheNext());
    }

    void tooMany()
    {
        Limits l = hostile::limits();
        l.connections = 20;
        Fixture f(l);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 20; ++i) {
            clients.push_back(std::make_unique<RawClient>(f.port));
            clients.back()->send(post(call("add", "[2,3]")));
            QCOMPARE(clients.back()->receive().status, 200);
        }
        for (int i = 0; i < 100; ++i) {
            RawClient more(f.port);
            QCOMPARE(more.receive().status, 503);
            QVERIFY(more.waitForClose());
        }
        clients[7]->send(post(call("add", "[2,3]"))); // those inside are not disturbed
        QCOMPARE(clients[7]->receive().status, 200);
        clients.clear();
        QVERIFY(f.holdsNothing());
        QVERIFY(f.answersTheNext());
    }
};

QTEST_GUILESS_MAIN(tst_Hostile)
#include "tst_hostile.moc"
