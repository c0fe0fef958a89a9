// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "cases_duplex.h"
#include "hostiletest.h"

#include <rpccore/client/client.h>
#include <rpccore/server/session.h>
#include <rpccore/server/streamlistener.h>
#include <tests/support/websocketframes.h>

#include <QTimer>

using namespace rpc;
using hostile::call;
using hostile::DuplexCase;
using support::post;
using support::RawClient;
using websocketframes::frame;
using websocketframes::handshake;

namespace {

using Bytes = QByteArray;
using Door = DuplexCase::Door;

constexpr Framing framings[] = { Framing::Detect, Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Bare };

Bytes inFraming(Framing framing, const Bytes &body)
{
    const ChannelMessage m = framed(framing, body);
    return m.head + m.body + m.tail;
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

    Bytes summary() const { return hostile::counted(m_words); }

private:
    bool takeHttp()
    {
        const auto answer = hostile::takeAnswer(m_received, m_isHead && m_words.isEmpty());
        if (!answer)
            return false;
        m_isUpgraded = answer->status == 101;
        if (m_isUpgraded && answer->head.toLower().contains("sec-websocket-extensions"))
            m_words.append("extensions");
        if (answer->body.contains("\"probe\""))
            m_probed = true;
        else
            m_words.append(Bytes::number(answer->status));
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
            if (text.contains("\"probe\""))
                m_probed = true;
            else if (const auto code = hostile::codeBehind("\"code\":", text))
                m_words.append(*code);
            else
                m_words.append(text.contains("\"result\":") ? "result" : "a call");
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

// One server behind WebSocket and a stream of each framing.
struct Fixture : hostile::ServerUnderTest
{
    QMap<Framing, quint16> streams;

    explicit Fixture(const Limits &limits = hostile::duplexLimits())
    {
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
    static int descriptors() { return hostile::openDescriptors(); }

    // Sends the pieces and finds out what comes of it.
    Bytes outcomeOf(const DuplexCase &c) const
    {
        constexpr int patience = 10'000;
        RawClient client(portOf(c));
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
        hostile::sendPieces(client, c.pieces, take);
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
};

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
        m_descriptors = Fixture::descriptors();
    }

    void check()
    {
        QFETCH(int, number);
        hostile::checkRow(*m_fixture, hostile::duplexCases().at(number), m_descriptors);
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
        hostile::checkNames(hostile::duplexCases());
        hostile::checkScenes(hostile::duplexScenes(), *metaObject());
        hostile::checkPage(hostile::duplexHeading, {}, hostile::duplexTables());
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
