// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "cases_duplex.h"

#include <rpccore/client/client.h>
#include <rpccore/httpserver/httplistener.h>
#include <rpccore/server/server.h>
#include <rpccore/server/session.h>
#include <rpccore/server/streamlistener.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/rawhttp.h>
#include <tests/support/websocketframes.h>

#include <QDir>
#include <QFile>
#include <QSet>
#include <QTimer>

using namespace rpc;
using hostile::DuplexCase;
using websocketframes::frame;
using websocketframes::handshake;
using support::post;
using support::RawClient;

namespace {

using Bytes = QByteArray;
using Door = DuplexCase::Door;

constexpr Framing framings[] = { Framing::Detect, Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Bare };

Bytes call(const Bytes &method, const Bytes &params = "[]")
{
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + '}';
}

Bytes inFraming(Framing framing, const Bytes &body)
{
    const ChannelMessage m = framed(framing, body);
    return m.head + m.body + m.tail;
}

// One server behind WebSocket and a stream of each framing.
struct Fixture
{
    std::unique_ptr<Server> server = std::make_unique<Server>();
    HttpListener *http = nullptr;
    QList<ReplyHandle> held;
    quint16 port = 0;
    QMap<Framing, quint16> streams;

    explicit Fixture(const Limits &limits = hostile::duplexLimits())
    {
        server->registry().add(QStringLiteral("add"), [](int a, int b) { return a + b; });
        const auto raw = [this](const QString &name, const std::function<void(const CallContext &, const Params &, const ReplyHandle &)> &function) {
            server->registry().addRaw({ name, {}, {}, false }, function);
        };
        raw(QStringLiteral("echo"), [](const CallContext &, const Params &p, const ReplyHandle &reply) { reply.resolve(p.positional().value(0)); });
        raw(QStringLiteral("hold"), [this](const CallContext &, const Params &, const ReplyHandle &reply) { held.append(reply); });
        http = server->addListener(std::make_unique<HttpListener>());
        HttpOptions options;
        options.limits = limits;
        options.webSocket.origins = QStringList { QLatin1String(hostile::goodOrigin) };
        port = http->listen(options).valueOr(0);
        MountOptions off;
        off.webSocket.enabled = false;
        http->mount(QStringLiteral("/off"), *server, off);
        for (const Framing framing : framings) {
            StreamOptions stream;
            stream.framing = framing;
            stream.limits = limits;
            const auto url = server->addListener(std::make_unique<StreamListener>())->listen(stream);
            streams.insert(framing, url ? quint16(url->port()) : 0);
        }
    }

    quint16 portOf(const DuplexCase &c) const { return c.door == Door::Stream ? streams.value(c.framing) : port; }
    bool answersTheNext(const DuplexCase &c)
    {
        RawClient client(portOf(c));
        Bytes got;
        if (c.door == Door::Stream) {
            client.send(inFraming(c.framing, call("add", "[2,3]")));
        } else {
            client.send(handshake());
            if (!QTest::qWaitFor([&] { return (got += client.socket().readAll()).contains("\r\n\r\n"); }))
                return false;
            client.send(frame(0x81, call("add", "[2,3]")));
        }
        return QTest::qWaitFor([&] { return (got += client.socket().readAll()).contains("\"result\":5"); });
    }
    bool holdsNothing()
    {
        return QTest::qWaitFor([this] { return server->openSessions().isEmpty() && server->sessions().isEmpty() && http->sessions().isEmpty(); });
    }
};

int openDescriptors()
{
    const QDir descriptors(QStringLiteral("/proc/self/fd"));
    return int(descriptors.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot).size());
}

// Takes what a server sends and writes down what it is.
class Reader
{
public:
    explicit Reader(Door door)
        : m_door(door)
    {
    }

    bool isUpgraded() const { return m_isUpgraded; }
    bool probed() const { return m_probed; }
    const QByteArrayList &words() const { return m_words; }

    void add(const Bytes &bytes)
    {
        m_received += bytes;
        if (m_door == Door::Stream)
            return takeMessages(std::exchange(m_received, {}));
        while (m_isUpgraded ? takeFrame() : takeHttp()) { }
    }

    Bytes end(bool isClosed, bool gotNothing) const
    {
        if (!isClosed)
            return gotNothing ? "silent" : "open";
        Bytes end = "closed";
        if (m_closeCode)
            end += " with " + Bytes::number(*m_closeCode);
        return m_received.isEmpty() && m_stream.isEmpty() ? end : end + " after half an answer";
    }

    Bytes summary() const
    {
        QByteArrayList all;
        for (qsizetype i = 0; i < m_words.size();) {
            qsizetype same = i;
            while (same < m_words.size() && m_words[same] == m_words[i])
                ++same;
            all.append(same - i > 1 ? Bytes::number(same - i) + " x " + m_words[i] : m_words[i]);
            i = same;
        }
        return all.join(' ');
    }

private:
    bool takeHttp()
    {
        const qsizetype end = m_received.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        support::RawAnswer answer;
        answer.head = m_received.left(end + 4);
        answer.status = answer.head.split(' ').value(1).toInt();
        const qsizetype length = answer.status == 101 || (m_words.isEmpty() && m_isHead) ? 0 : answer.field("Content-Length").toLongLong();
        if (m_received.size() < end + 4 + length)
            return false;
        const Bytes body = m_received.mid(end + 4, length);
        m_received.remove(0, end + 4 + length);
        m_isUpgraded = answer.status == 101;
        if (m_isUpgraded && answer.head.toLower().contains("sec-websocket-extensions"))
            m_words.append("extensions");
        if (body.contains("\"probe\""))
            m_probed = true;
        else
            m_words.append(Bytes::number(answer.status));
        return true;
    }

    bool takeFrame() // RFC 6455 section 5.2, as servers send it
    {
        if (m_received.size() < 2)
            return false;
        qsizetype at = 2;
        quint64 length = uchar(m_received[1]);
        if (length >= 126) {
            const qsizetype more = length == 126 ? 2 : 8;
            if (m_received.size() < 2 + more)
                return false;
            length = 0;
            for (qsizetype i = 0; i < more; ++i)
                length = length << 8 | uchar(m_received[at++]);
        }
        if (quint64(m_received.size() - at) < length)
            return false;
        const int opcode = uchar(m_received[0]);
        const Bytes payload = m_received.mid(at, qsizetype(length));
        m_received.remove(0, at + qsizetype(length));
        switch (opcode) {
        case 0x01: // large ones come in fragments
        case 0x00:
            m_fragments += payload;
            break;
        case 0x80:
        case 0x81:
            takeMessages(std::exchange(m_fragments, {}) + payload);
            break;
        case 0x88:
            m_closeCode = payload.size() < 2 ? 1005 : (uchar(payload[0]) << 8 | uchar(payload[1]));
            break;
        case 0x8a:
            m_words.append("pong");
            break;
        default:
            m_words.append("frame " + Bytes::number(opcode));
        }
        return true;
    }

    // Messages, whatever is between them.
    void takeMessages(const Bytes &bytes)
    {
        m_stream += bytes;
        for (;;) {
            const qsizetype begin = m_stream.indexOf("{\"jsonrpc\"");
            if (begin < 0)
                break;
            qsizetype end = begin;
            int depth = 0;
            bool isInString = false;
            for (; end < m_stream.size(); ++end) {
                const char c = m_stream[end];
                if (isInString) {
                    if (c == '\\')
                        ++end;
                    else if (c == '"')
                        isInString = false;
                } else if (c == '"') {
                    isInString = true;
                } else if (c == '{' || c == '[') {
                    ++depth;
                } else if ((c == '}' || c == ']') && --depth == 0) {
                    break;
                }
            }
            if (end >= m_stream.size())
                return;
            const Bytes text = m_stream.mid(begin, end + 1 - begin);
            m_stream.remove(0, end + 1);
            if (text.contains("\"probe\"")) {
                m_probed = true;
            } else if (const qsizetype at = text.indexOf("\"code\":"); at >= 0) {
                const Bytes rest = text.mid(at + 7, 12);
                m_words.append(rest.left(std::find_if(rest.begin(), rest.end(), [](char c) { return c != '-' && !isdigit(uchar(c)); }) - rest.begin()));
            } else {
                m_words.append(text.contains("\"result\":") ? "result" : "a call");
            }
        }
        m_stream.clear(); // what the framing puts between
    }

    Door m_door;
    Bytes m_received;
    Bytes m_stream;
    Bytes m_fragments;
    QByteArrayList m_words;
    std::optional<int> m_closeCode;
    bool m_isUpgraded = false;
    bool m_probed = false;

public:
    bool m_isHead = false; ///< the first answer has no body
};

// Sends the pieces and finds out what comes of it.
Bytes outcomeOf(const Fixture &f, const DuplexCase &c)
{
    constexpr int patience = 10'000;
    RawClient client(f.portOf(c));
    QTcpSocket &socket = client.socket();
    Reader reader(c.door);
    reader.m_isHead = c.pieces.constFirst().startsWith("HEAD ");
    const auto isClosed = [&] { return socket.state() == QAbstractSocket::UnconnectedState; };
    const auto take = [&] { reader.add(socket.readAll()); };
    if (c.door == Door::Frames) {
        client.send(handshake());
        if (!QTest::qWaitFor([&] { take(); return reader.isUpgraded(); }))
            return "no WebSocket";
    }
    for (const Bytes &piece : c.pieces) {
        if (isClosed())
            break;
        socket.write(piece);
        socket.flush();
        // A few rounds of events: the server has seen it before the next piece comes.
        for (int i = 0; i < (c.pieces.size() > 10 ? 1 : 5); ++i)
            QCoreApplication::processEvents();
        take();
    }
    if (c.hangsUp) {
        (void)QTest::qWaitFor([&] { return socket.bytesToWrite() == 0; });
        client.abort();
        return "forgotten";
    }
    if (c.outcome.contains("closed"))
        (void)QTest::qWaitFor([&] { take(); return isClosed(); }, patience);
    else if (c.door == Door::Handshake)
        (void)QTest::qWaitFor([&] { take(); return isClosed() || c.outcome.startsWith(reader.summary().split(' ').constFirst() + ',')
                || reader.isUpgraded(); }, patience);
    if (!isClosed()) {
        const Bytes probe = call("echo", "[\"probe\"]");
        client.send(c.door == Door::Stream ? inFraming(c.probe, probe) : reader.isUpgraded() ? frame(0x81, probe) : post(probe));
        (void)QTest::qWaitFor([&] { take(); return isClosed() || reader.probed(); }, patience);
    }
    take();
    Bytes words = reader.summary();
    if (c.door == Door::Frames) // without the handshake's
        words = words.mid(words.startsWith("101 ") ? 4 : 3);
    const Bytes end = reader.end(isClosed(), !reader.probed());
    return words.isEmpty() ? end : words + ", " + end;
}

} // namespace

/// What WebSockets and streams do with what they should never be sent.
class tst_HostileDuplex : public QObject
{
    Q_OBJECT

    std::unique_ptr<Fixture> m_fixture;
    int m_descriptors = 0;

    void rows(Door door)
    {
        m_fixture.reset();
        m_fixture = std::make_unique<Fixture>();
        QTest::addColumn<int>("number");
        const auto &cases = hostile::duplexCases();
        for (int i = 0; i < cases.size(); ++i) {
            if (cases[i].door == door)
                QTest::newRow(cases[i].name.constData()) << i;
        }
        for (const Framing framing : framings) {
            DuplexCase c { {}, door, framing };
            QVERIFY(m_fixture->answersTheNext(c));
        }
        QVERIFY(m_fixture->holdsNothing());
        m_descriptors = openDescriptors();
    }

    void check()
    {
        QFETCH(int, number);
        const DuplexCase &c = hostile::duplexCases().at(number);
        Fixture &f = *m_fixture;
        const Bytes outcome = outcomeOf(f, c);
        // Whatever came of it: the next one is served, and nothing is left.
        QVERIFY(f.answersTheNext(c));
        QVERIFY(f.holdsNothing());
        QTRY_COMPARE(openDescriptors(), m_descriptors);
        if (c.pending)
            QEXPECT_FAIL("", c.pending, Abort);
        QCOMPARE(outcome, c.outcome);
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void handshakes_data() { rows(Door::Handshake); }
    void handshakes() { check(); }
    void frames_data() { rows(Door::Frames); }
    void frames() { check(); }
    void streams_data() { rows(Door::Stream); }
    void streams() { check(); }

    // The page says what the tests know.
    void page_hasEveryCase()
    {
        m_fixture.reset();
        QFile page(QStringLiteral(SOURCE_DIR "/docs/hostile.md"));
        const Bytes tables = hostile::duplexTables();
        QVERIFY(page.open(QIODevice::ReadOnly));
        const Bytes text = page.readAll();
        const qsizetype begin = text.indexOf(hostile::duplexHeading);
        if (qEnvironmentVariableIsSet("ANTIPHON_UPDATE_DOCS")) {
            page.close();
            QVERIFY(page.open(QIODevice::WriteOnly));
            page.write(text.left(begin < 0 ? text.size() : begin) + tables);
            QSKIP("written");
        }
        QVERIFY(begin > 0);
        const QList<Bytes> known = tables.split('\n');
        const QList<Bytes> shown = text.mid(begin).split('\n');
        for (qsizetype i = 0; i < qMin(known.size(), shown.size()); ++i)
            QCOMPARE(shown[i], known[i]);
        QCOMPARE(shown.size(), known.size());
        QSet<Bytes> names;
        for (const DuplexCase &c : hostile::duplexCases())
            QVERIFY2(!std::exchange(names, names + QSet<Bytes> { c.name }).contains(c.name), c.name.constData());
        for (const auto &s : hostile::duplexScenes())
            QVERIFY2(metaObject()->indexOfMethod(Bytes(s.function + "()").constData()) >= 0, s.function.constData());
    }

    void pingFlood_isDropped()
    {
        Limits l = hostile::duplexLimits();
        l.backlog = 64 * 1024;
        Fixture f(l);
        RawClient client(f.port);
        client.send(handshake());
        QTRY_COMPARE(f.server->openSessions().size(), 1);
        client.socket().setReadBufferSize(1);
        const Bytes flood = frame(0x89, Bytes(125, 'p')).repeated(2000);
        for (int i = 0; i < 200 && !f.server->openSessions().isEmpty(); ++i) {
            client.send(flood);
            QTest::qWait(0);
        }
        QVERIFY(f.holdsNothing());
        QTRY_VERIFY(f.answersTheNext({ {}, Door::Frames })); // a moment after the last of them
    }

    void calls_ofSomebodyGone()
    {
        Fixture f;
        RawClient client(f.port);
        client.send(handshake());
        QTRY_COMPARE(f.server->openSessions().size(), 1);
        client.send(frame(0x81, call("hold")));
        QTRY_COMPARE(f.held.size(), 1);
        QVERIFY(f.held[0].isWanted());
        client.abort();
        QTRY_VERIFY(!f.held[0].isWanted());
        QVERIFY(f.holdsNothing());
        f.held[0].resolve(1);
        QTRY_VERIFY(f.answersTheNext({ {}, Door::Frames })); // a moment after the last of them
    }

    void calls_ofAStreamThatIsGone()
    {
        for (const Framing framing : framings) {
            Fixture f;
            RawClient client(f.streams.value(framing));
            client.send(inFraming(framing, call("hold")));
            QTRY_COMPARE(f.held.size(), 1);
            QVERIFY(f.held[0].isWanted());
            client.abort();
            QTRY_VERIFY(!f.held[0].isWanted());
            QVERIFY(f.holdsNothing());
            f.held[0].resolve(1);
            QVERIFY(f.answersTheNext({ {}, Door::Stream, framing }));
        }
    }

    void calledBack_andGone()
    {
        Fixture f;
        for (const bool isSocket : { true, false }) {
            RawClient client(isSocket ? f.port : f.streams.value(Framing::Newline));
            if (isSocket)
                client.send(handshake());
            QTRY_COMPARE(f.server->openSessions().size(), 1);
            std::optional<ErrorKind> end;
            f.server->openSessions().constFirst()->client().call(QStringLiteral("m"), {}).onFinished(this, [&](const Reply &r) {
                end = r ? ErrorKind::Internal : r.error().kind;
            });
            Bytes got;
            QTRY_VERIFY((got += client.socket().readAll()).contains("\"method\":\"m\""));
            client.abort();
            QTRY_VERIFY(end.has_value());
            QCOMPARE(*end, ErrorKind::ConnectionLost);
            QVERIFY(f.holdsNothing());
        }
    }

    void halfMessage_byteByByte()
    {
        Fixture f;
        for (const Framing framing : framings) {
            RawClient client(f.streams.value(framing));
            const Bytes message = inFraming(framing, call("echo", "[\"" + Bytes(500, 'x') + "\"]"));
            qsizetype sent = 0;
            QTimer trickle;
            connect(&trickle, &QTimer::timeout, &trickle, [&] {
                if (sent < message.size() && client.socket().state() == QAbstractSocket::ConnectedState)
                    client.send(message.mid(sent++, 1));
            });
            trickle.start(20); // 10 s for all of it
            QVERIFY(client.waitForClose(3000));
            trickle.stop();
            QVERIFY(sent < message.size());
            QVERIFY(f.holdsNothing());
        }
    }

    void upgrades_countAsConnections()
    {
        Limits l = hostile::duplexLimits();
        l.connections = 5;
        Fixture f(l);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 5; ++i) {
            clients.push_back(std::make_unique<RawClient>(f.port));
            clients.back()->send(handshake());
            QTRY_COMPARE(f.server->openSessions().size(), i + 1);
        }
        RawClient more(f.port);
        QCOMPARE(more.receive().status, 503);
        QVERIFY(more.waitForClose());
        clients.clear();
        QVERIFY(f.holdsNothing());
        QTRY_VERIFY(f.answersTheNext({ {}, Door::Frames })); // a moment after the last of them
    }
};

QTEST_GUILESS_MAIN(tst_HostileDuplex)
#include "tst_hostileduplex.moc"
