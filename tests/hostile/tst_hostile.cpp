// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "cases_duplex.h"

#include <rpccore/httpserver/httplistener.h>
#include <rpccore/server/server.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/rawhttp.h>

#include <QDir>
#include <QFile>
#include <QThread>
#include <QThreadPool>
#include <QTimer>

using namespace rpc;
using hostile::Case;
using support::post;
using support::RawClient;

namespace {

using Bytes = QByteArray;

// A way to a server for raw bytes. Another transport is another of these, with cases of its own where the bytes are
// others.
struct Door
{
    const char *name;
    bool tls;
    const QList<Case> &(*cases)();
};

const Door doors[] = {
    { "http", false, hostile::httpCases },
    { "https", true, hostile::httpCases },
};

Bytes call(const Bytes &method, const Bytes &params = "[]", const Bytes &id = "1")
{
    return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":" + params + '}';
}

// A server with quick methods, slow ones, and some that do what methods should not.
struct Fixture
{
    std::unique_ptr<Server> server = std::make_unique<Server>();
    HttpListener *http = nullptr;
    QList<ReplyHandle> held;
    bool tls = false;
    quint16 port = 0;

    explicit Fixture(const Limits &limits = hostile::limits(), const Door &door = doors[0])
        : tls(door.tls)
    {
        Registry &r = server->registry();
        r.add(QStringLiteral("add"), [](int a, int b) { return a + b; });
        r.add(QStringLiteral("text"), [](int length) { return QString(length, u'x'); });
        addRaw(QStringLiteral("echo"), [](const Params &p, const ReplyHandle &reply) { reply.resolve(p.positional().value(0)); });
        addRaw(QStringLiteral("hold"), [this](const Params &, const ReplyHandle &reply) { held.append(reply); });
        addRaw(QStringLiteral("slow"), [this](const Params &p, const ReplyHandle &reply) {
            const int ms = int(p.positional().value(0).toInteger().value_or(0));
            QTimer::singleShot(ms, server.get(), [reply, ms] { reply.resolve(ms); });
        });
        addRaw(QStringLiteral("twice"), [](const Params &, const ReplyHandle &reply) {
            reply.resolve(1);
            reply.reject(Error::application(2, QStringLiteral("too late")));
            reply.resolve(3);
        });
        addRaw(QStringLiteral("never"), [](const Params &, const ReplyHandle &) {});
        addRaw(QStringLiteral("elsewhere"), [](const Params &, const ReplyHandle &reply) {
            QThreadPool::globalInstance()->start([reply] { reply.resolve(QStringLiteral("from a thread")); });
        });
        http = server->addListener(std::make_unique<HttpListener>());
        HttpOptions options;
        options.limits = limits;
        if (tls) {
            static const auto made = ServerTls::selfSigned();
            if (!made)
                return;
            options.tls = *made;
        }
        port = http->listen(options).valueOr(0);
    }

    void addRaw(const QString &name, const std::function<void(const Params &, const ReplyHandle &)> &function)
    {
        server->registry().addRaw({ name, {}, {}, false },
            [function](const CallContext &, const Params &params, const ReplyHandle &reply) { function(params, reply); });
    }

    bool answersTheNext()
    {
        RawClient client(port, tls);
        client.send(post(call("add", "[2,3]")));
        return client.receive().body.contains("\"result\":5");
    }
    bool holdsNothing()
    {
        return QTest::qWaitFor([this] { return http->sessions().isEmpty(); });
    }
};

// Without those of event loops: the threads in which large bodies are decoded come and go.
int openDescriptors()
{
    const QDir descriptors(QStringLiteral("/proc/self/fd"));
    const auto all = descriptors.entryInfoList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot);
    return int(std::count_if(all.begin(), all.end(), [](const QFileInfo &d) { return !d.symLinkTarget().endsWith(u"[eventfd]"); }));
}

// Takes answers from a stream of bytes and writes down what they are.
class Reader
{
public:
    explicit Reader(bool firstHasNoBody)
        : m_noBody(firstHasNoBody)
    {
    }

    // The answer to the probe ends the reading.
    void add(const Bytes &bytes)
    {
        m_received += bytes;
        for (qsizetype end = m_received.indexOf("\r\n\r\n"); end >= 0; end = m_received.indexOf("\r\n\r\n")) {
            support::RawAnswer answer;
            answer.head = m_received.left(end + 4);
            answer.status = answer.head.split(' ').value(1).toInt();
            const bool bodiless = answer.status < 200 || answer.status == 204 || m_noBody;
            const qsizetype length = bodiless ? 0 : answer.field("Content-Length").toLongLong();
            if (m_received.size() < end + 4 + length)
                return;
            answer.body = m_received.mid(end + 4, length);
            m_received.remove(0, end + 4 + length);
            if (answer.status >= 200)
                m_noBody = false;
            if (answer.body.contains("\"probe\"")) {
                m_probed = true;
                return;
            }
            m_closes = answer.field("Connection").toLower() == "close";
            Bytes text = Bytes::number(answer.status);
            static const Bytes marks[] = { "\"code\":", "faultCode</name><value><int>" };
            for (const Bytes &mark : marks) {
                if (const qsizetype at = answer.body.indexOf(mark); at >= 0) {
                    const Bytes rest = answer.body.mid(at + mark.size(), 12);
                    text += " (" + rest.left(std::find_if(rest.begin(), rest.end(), [](char c) { return c != '-' && !isdigit(uchar(c)); }) - rest.begin()) + ')';
                }
            }
            m_answers.append(text);
        }
    }

    qsizetype count() const { return m_answers.size(); }
    bool probed() const { return m_probed; }
    bool closes() const { return m_closes; }
    bool hasMore() const { return !m_received.isEmpty(); }

    QByteArrayList summary() const
    {
        QByteArrayList all;
        for (qsizetype i = 0; i < m_answers.size();) {
            qsizetype same = i;
            while (same < m_answers.size() && m_answers[same] == m_answers[i])
                ++same;
            all.append(same - i > 1 ? Bytes::number(same - i) + " x " + m_answers[i] : m_answers[i]);
            i = same;
        }
        return all;
    }

private:
    Bytes m_received;
    QByteArrayList m_answers;
    bool m_noBody;
    bool m_probed = false;
    bool m_closes = false;
};

// How many answers an outcome speaks of.
qsizetype answersIn(const Bytes &outcome)
{
    qsizetype count = 0;
    qsizetype times = 1;
    const Bytes statuses = outcome.contains(',') ? outcome.left(outcome.lastIndexOf(',')) : Bytes();
    for (const Bytes &word : statuses.split(' ')) {
        if (word == "x" || word.isEmpty() || word.startsWith('('))
            continue;
        if (const bool isFactor = statuses.contains(Bytes(word + " x ")); isFactor) {
            times = word.toLongLong();
            continue;
        }
        count += times;
        times = 1;
    }
    return count;
}

// Sends the pieces and finds out what comes of it.
Bytes outcomeOf(const Fixture &f, const Case &c)
{
    constexpr int patience = 10'000;
    RawClient client(f.port, f.tls);
    QTcpSocket &socket = client.socket();
    Reader reader(c.pieces.constFirst().startsWith("HEAD "));
    const auto isClosed = [&] { return socket.state() == QAbstractSocket::UnconnectedState; };
    const auto take = [&] { reader.add(socket.readAll()); };
    for (const Bytes &piece : c.pieces) {
        if (isClosed())
            break;
        socket.write(piece);
        socket.flush();
        // One round of events on each side: the server has seen it before the next piece comes.
        for (int i = 0; i < (c.pieces.size() > 10 ? 1 : 5); ++i)
            QCoreApplication::processEvents();
        take();
    }
    const qsizetype expected = answersIn(c.outcome);
    const bool waitsForEnd = c.outcome.endsWith("closed");
    (void)QTest::qWaitFor([&] {
        take();
        return isClosed() || (reader.count() >= expected && !waitsForEnd) || (reader.closes() && !waitsForEnd);
    }, patience);
    if (!isClosed()) {
        client.send(post(call("echo", "[\"probe\"]")));
        (void)QTest::qWaitFor([&] {
            take();
            return isClosed() || reader.probed();
        }, patience);
    }
    take();
    QByteArrayList words = reader.summary();
    Bytes end = isClosed() ? "closed" : reader.probed() ? "open" : "silent";
    if (isClosed() && reader.count() > 0 && !reader.closes())
        end = "closed without a word";
    if (reader.hasMore())
        end += " after half an answer";
    return words.isEmpty() ? end : words.join(' ') + ", " + end;
}

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
        m_fixture = std::make_unique<Fixture>(hostile::limits(), door);
        QVERIFY(m_fixture->answersTheNext());
        QVERIFY(m_fixture->holdsNothing());
        QTest::addColumn<int>("number");
        const QList<Case> &cases = door.cases();
        for (int i = 0; i < cases.size(); ++i)
            QTest::newRow(cases[i].name.constData()) << i;
        m_descriptors = openDescriptors();
    }

    void check(const Door &door)
    {
        QFETCH(int, number);
        const Case &c = door.cases().at(number);
        Fixture &f = *m_fixture;
        const Bytes outcome = outcomeOf(f, c);
        // Whatever came of it: the next one is served, and nothing is left.
        QVERIFY(f.answersTheNext());
        QVERIFY(f.holdsNothing());
        QVERIFY(f.held.isEmpty());
        QTRY_COMPARE(openDescriptors(), m_descriptors);
        QCOMPARE(outcome, c.outcome);
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
        QFile page(QStringLiteral(SOURCE_DIR "/docs/hostile.md"));
        const Bytes tables = hostile::tables();
        QVERIFY(page.open(QIODevice::ReadOnly));
        const Bytes text = page.readAll();
        const qsizetype begin = text.indexOf("\n## Request line");
        const qsizetype sessions = text.indexOf(hostile::duplexHeading); // which has a test of its own
        const qsizetype end = sessions < 0 ? text.size() : sessions;
        if (qEnvironmentVariableIsSet("ANTIPHON_UPDATE_DOCS")) {
            page.close();
            QVERIFY(page.open(QIODevice::WriteOnly));
            page.write(text.left(begin < 0 ? text.size() : begin) + tables + text.mid(end));
            QSKIP("written");
        }
        QVERIFY(begin > 0);
        const QList<Bytes> known = tables.split('\n');
        const QList<Bytes> shown = text.mid(begin, end - begin).split('\n');
        for (qsizetype i = 0; i < qMin(known.size(), shown.size()); ++i)
            QCOMPARE(shown[i], known[i]);
        QCOMPARE(shown.size(), known.size());
        QSet<Bytes> names;
        for (const Case &c : hostile::httpCases())
            QVERIFY2(!std::exchange(names, names + QSet<Bytes> { c.name }).contains(c.name), c.name.constData());
        for (const auto &s : hostile::scenes())
            QVERIFY2(metaObject()->indexOfMethod(Bytes(s.function + "()").constData()) >= 0, s.function.constData());
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
        QCOMPARE(outcomeOf(f, { "", "", { post(call("twice")) }, "200, open" }), Bytes("200, open"));
        RawClient client(f.port);
        client.send(post(call("twice")));
        QVERIFY(client.receive().body.contains("\"result\":1"));
    }

    void reply_never()
    {
        Fixture f;
        QCOMPARE(outcomeOf(f, { "", "", { post(call("never")) }, "200 (-32603), open" }), Bytes("200 (-32603), open"));
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
        QCOMPARE(outcomeOf(f, { "", "", { "POST /rpc HTTP/1.1\r\nHo" }, "408, closed" }), Bytes("408, closed"));
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
        QCOMPARE(outcomeOf(f, { "", "", { post(call("add", "[2,3]")).chopped(4) }, "408, closed" }), Bytes("408, closed"));
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
