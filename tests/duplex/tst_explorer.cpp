// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "duplexing.h"

#include <rpccore/duplex/streamtransport.h>
#include <rpccore/duplex/websockettransport.h>
#include <rpccore/server/streamlistener.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/rawhttp.h>
#include <tests/support/rawwebsocketserver.h>

#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QWebSocket>
#include <QWebSocketServer>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace rpc;
using namespace testcalls;
using namespace duplexing;

Q_DECLARE_METATYPE(rpc::Framing)

namespace {

using Bytes = QByteArray;
using Reason = UnexpectedMessage::Reason;

/// A peer whose words a test writes: what it says at once, and what it says to each thing that it reads.
struct Peer
{
    std::function<void(QTcpSocket &, const Bytes &)> onRead;
    Bytes banner;

    Peer()
    {
        server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QTcpServer::newConnection, &server, [this] {
            while (QTcpSocket *const made = server.nextPendingConnection()) {
                socket = made;
                ++connections;
                made->write(banner);
                QObject::connect(made, &QTcpSocket::readyRead, made, [this, made] {
                    const Bytes bytes = made->readAll();
                    received += bytes;
                    if (onRead)
                        onRead(*made, bytes);
                });
            }
        });
    }
    StreamTarget target(Framing framing = Framing::Detect) const
    {
        return { TcpTarget { "127.0.0.1", server.serverPort() }, framing };
    }
    QTcpServer server;
    QPointer<QTcpSocket> socket;
    Bytes received;
    int connections = 0;
};

ChannelOptions exploring(std::chrono::milliseconds timeout = std::chrono::seconds(10))
{
    ChannelOptions options;
    options.isExplorer = true;
    options.timeout = timeout;
    options.xmlRpc = std::make_shared<XmlRpcCodec>(XmlRpcDialect::explorer(), XmlRpcDialect::explorer());
    return options;
}

std::unique_ptr<Caller> caller(const StreamTarget &target, const ChannelOptions &options = exploring())
{
    return std::make_unique<Caller>(std::make_unique<StreamTransport>(target, options));
}

QList<Bytes> bodies(const Caller &c, Reason reason)
{
    QList<Bytes> all;
    for (const UnexpectedMessage &m : c.unexpected) {
        if (m.reason == reason)
            all.append(m.body);
    }
    return all;
}

const Bytes answer = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}";

Bytes xmlAnswer(const Bytes &value) { return "<?xml version=\"1.0\"?>\n<methodResponse>\n<params><param><value>" + value + "</value></param></params>\n</methodResponse>\n"; }
Bytes xmlCall(const Bytes &method) { return "<?xml version=\"1.0\"?>\n<methodCall>\n<methodName>" + method + "</methodName>\n<params></params>\n</methodCall>\n"; }

} // namespace

/// What a person is shown of a connection, whatever comes over it.
class tst_Explorer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void answers_areFound_behindWhatever_data()
    {
        QTest::addColumn<Framing>("framing");
        QTest::addColumn<Bytes>("bytes");
        QTest::addColumn<QList<Bytes>>("texts");
        using L = QList<Bytes>;
        const auto counted = [](const Bytes &body) { return "Content-Length: " + Bytes::number(body.size()) + "\r\n\r\n" + body; };
        const auto net = [](const Bytes &body) { return Bytes::number(body.size()) + ':' + body + ','; };
        const Bytes pretty = "{\n \"jsonrpc\": \"2.0\",\n \"id\": 1,\n \"result\": 5\n}";
        const Bytes mark = "\xEF\xBB\xBF";
        QTest::newRow("a banner, a line") << Framing::Detect << "Welcome to x 1.0\r\n" + answer + "\n" << L { "Welcome to x 1.0" };
        QTest::newRow("banners that begin like framings") << Framing::Detect << "220 ready\n12:30:01 begin\n[INFO] x\n{x}\nContent\n" + answer + "\n" << L { "220 ready", "12:30:01 begin", "[INFO] x", "{x}", "Content" };
        QTest::newRow("a banner, then Content-Length") << Framing::Detect << "Starting server: ok\n" + counted(answer) << L { "Starting server: ok" };
        QTest::newRow("a banner, then a netstring") << Framing::Detect << "hello\n" + net(answer) << L { "hello" };
        QTest::newRow("a prompt before the message") << Framing::Detect << "> " + answer + "\n" << L { "> " };
        QTest::newRow("lirc's answer, then one") << Framing::Detect << "BEGIN\nx\nERROR\nDATA\n1\nunknown directive\nEND\n" + answer << L { "BEGIN", "x", "ERROR", "DATA", "1", "unknown directive", "END" };
        QTest::newRow("what is quoted is no message") << Framing::Detect << "unknown: \"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}\"\n" + answer << L { "unknown: \"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}\"" };
        QTest::newRow("over several lines, without an end") << Framing::Detect << pretty << L {};
        QTest::newRow("a line first, then one over several lines") << Framing::Detect << "{\"jsonrpc\":\"2.0\",\"method\":\"n\"}\n" + pretty << L {};
        QTest::newRow("NUL behind it") << Framing::Detect << answer + Bytes(1, '\0') << L {};
        QTest::newRow("a banner that ends with NUL") << Framing::Nul << "hello" + Bytes(1, '\0') + answer + Bytes(1, '\0') << L { "hello" };
        QTest::newRow("a byte order mark") << Framing::Detect << mark + answer + "\n" << L {};
        QTest::newRow("a byte order mark before a header") << Framing::Detect << mark + counted(answer) << L {};
        QTest::newRow("a byte order mark before a netstring") << Framing::Netstring << mark + net(answer) << L {};
        QTest::newRow("a byte order mark, bare") << Framing::Bare << mark + answer << L {};
        QTest::newRow("a banner where Content-Length was named") << Framing::ContentLength << "ready\n" + counted(answer) << L { "ready" };
        QTest::newRow("garbage where netstrings were named") << Framing::Netstring << "ready to serve\n" + net(answer) << L { "ready to serve" };
        QTest::newRow("garbage where lines were named") << Framing::Newline << "ready\n" + answer + "\n" << L { "ready" };
        QTest::newRow("header fields that end with LF") << Framing::Detect << "Content-Length: " + Bytes::number(answer.size()) + "\n\n" + answer << L {};
        QTest::newRow("each message differently") << Framing::Detect << "{\"jsonrpc\":\"2.0\",\"method\":\"n\"}\n" + counted("{\"jsonrpc\":\"2.0\",\"method\":\"n\"}") + net(answer) << L {};
    }

    void answers_areFound_behindWhatever()
    {
        QFETCH(Framing, framing);
        QFETCH(Bytes, bytes);
        for (const qsizetype step : { bytes.size(), qsizetype(1), qsizetype(3) }) {
            Peer peer;
            peer.onRead = [bytes, step, done = false](QTcpSocket &socket, const Bytes &) mutable {
                if (std::exchange(done, true))
                    return;
                for (qsizetype at = 0; at < bytes.size(); at += step) {
                    socket.write(bytes.mid(at, step));
                    socket.flush();
                }
            };
            const auto c = caller(peer.target(framing));
            PendingCall call = c->client.call("m");
            QCOMPARE(shown(wait(call)), QStringLiteral("5"));
            QTEST(bodies(*c, Reason::Text), "texts");
            QCOMPARE(bodies(*c, Reason::Unreadable), QList<Bytes>());
        }
    }

    void answers_thatAreNotQuiteRight_areRead_data()
    {
        QTest::addColumn<Bytes>("bytes");
        QTest::addColumn<QString>("result");
        QTest::newRow("NaN") << Bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"a\":NaN,\"b\":1}}\n") << QStringLiteral("{\"a\":\"NaN\",\"b\":1}");
        QTest::newRow("a comma too many") << Bytes("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[1,2,],}\n") << QStringLiteral("[1,2]");
        QTest::newRow("the id as text") << Bytes("{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":5}\n") << QStringLiteral("5");
        QTest::newRow("the id as a decimal") << Bytes("{\"jsonrpc\":\"2.0\",\"id\":1.0,\"result\":5}\n") << QStringLiteral("5");
        QTest::newRow("no version") << Bytes("{\"id\":1,\"result\":5}\n") << QStringLiteral("5");
    }
    void answers_thatAreNotQuiteRight_areRead()
    {
        QFETCH(const Bytes, bytes);
        Peer peer;
        peer.onRead = [bytes](QTcpSocket &socket, const Bytes &) { socket.write(bytes); };
        const auto dialect = JsonRpcDialect::explorer();
        Client client(std::make_unique<StreamTransport>(peer.target(), exploring()), std::make_shared<JsonRpcCodec>(dialect, dialect));
        PendingCall call = client.call("m");
        const Reply reply = call.wait(QDeadlineTimer(5000));
        QVERIFY2(reply.hasValue(), reply ? "" : qPrintable(reply.error().toString()));
        QTEST(QString::fromUtf8(JsonWriter().write(*reply).valueOr("?")), "result");
        QVERIFY(!call.trace().findings.isEmpty()); // and it is said
        QCOMPARE(call.trace().responseBody, bytes.trimmed());
    }

    void brokenLines_loseNothingElse()
    {
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &) { socket.write("{\"a\":\n{\"jsonrpc\":\"2.0\",\"id\":1,\n\"result\":5}\n{\"b\": \"no end\n{\"jsonrpc\":\"2.0\",\"method\":\"n\"}\n"); };
        const auto c = caller(peer.target());
        QCOMPARE(shown(wait(c->client.call("m"))), QStringLiteral("5"));
        QTRY_COMPARE(c->calls, QStringList { "n" });
        QCOMPARE(bodies(*c, Reason::Unreadable), (QList<Bytes> { "{\"a\":", "{\"b\": \"no end" }));
    }

    void marks_areFindings()
    {
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &) { socket.write("\xEF\xBB\xBF" "Content-Length: " + Bytes::number(answer.size()) + "\r\n\r\n" + answer); };
        const auto c = caller(peer.target(Framing::ContentLength));
        PendingCall call = c->client.call("m");
        QCOMPARE(shown(wait(call)), QStringLiteral("5"));
        QVERIFY(ids(call.trace().findings).contains("stream.byte-order-mark"));
        QVERIFY(call.trace().responseHead.startsWith("\xEF\xBB\xBF" "Content"));
    }

    // What was answered goes on being written the way it was, whatever comes back.
    void directions_areFramed_eachInItsWay()
    {
        Peer peer;
        int id = 0;
        peer.onRead = [&id](QTcpSocket &socket, const Bytes &) {
            const Bytes body = "{\"jsonrpc\":\"2.0\",\"id\":" + Bytes::number(++id) + ",\"result\":5}";
            socket.write("Content-Length: " + Bytes::number(body.size()) + "\r\n\r\n" + body);
        };
        const auto c = caller(peer.target());
        QCOMPARE(shown(wait(c->client.call("m"))), QStringLiteral("5"));
        peer.received.clear();
        QCOMPARE(shown(wait(c->client.call("m"))), QStringLiteral("5"));
        QCOMPARE(peer.received, Bytes("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"m\"}\n"));
    }

    // Who speaks first shows how.
    void peersThatSpeakFirst_areWrittenToInKind_data()
    {
        QTest::addColumn<Bytes>("first");
        QTest::addColumn<Bytes>("written");
        const Bytes note = "{\"jsonrpc\":\"2.0\",\"method\":\"hello\"}";
        const Bytes sent = "{\"jsonrpc\":\"2.0\",\"method\":\"n\"}";
        QTest::newRow("Content-Length") << "Content-Length: " + Bytes::number(note.size()) + "\r\n\r\n" + note << "Content-Length: 30\r\n\r\n" + sent;
        QTest::newRow("NUL") << note + Bytes(1, '\0') << sent + Bytes(1, '\0');
        QTest::newRow("nothing between: a line feed all the same") << note + note << sent + "\n";
    }

    void peersThatSpeakFirst_areWrittenToInKind()
    {
        QFETCH(Bytes, first);
        Peer peer;
        peer.banner = first;
        const auto c = caller(peer.target());
        c->transport->open();
        QTRY_VERIFY(!c->calls.isEmpty());
        c->client.notify("n");
        QTRY_VERIFY(!peer.received.isEmpty());
        QTEST(peer.received, "written");
    }

    void namedBareMessages_standAlone()
    {
        Peer peer;
        const auto c = caller(peer.target(Framing::Bare));
        c->client.notify("n");
        QTRY_COMPARE(peer.received, Bytes("{\"jsonrpc\":\"2.0\",\"method\":\"n\"}"));
    }

    void timeouts_sayWhatCame_andHowItWasAsked_data()
    {
        QTest::addColumn<Framing>("framing");
        QTest::addColumn<Bytes>("bytes");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("nothing, not named") << Framing::Detect << Bytes() << QStringList { "nothing came back", "one line a message", "no framing was named", "tcp+lsp:", "tcp+netstring:", "tcp+nul:" };
        QTest::newRow("nothing, named") << Framing::ContentLength << Bytes() << QStringList { "nothing came back", "Content-Length before each message", "tcp+lsp: says", "tcp+newline:" };
        QTest::newRow("text without an end") << Framing::Detect << Bytes("login: ") << QStringList { "7 B came that are no answer: \"login:\"" };
        QTest::newRow("a language server that speaks and does not read") << Framing::Detect << Bytes("Content-Length: 31\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"n\"}") << QStringList { "one line a message", "tcp+lsp: is what the other end does" };
        QTest::newRow("half a head") << Framing::Detect << Bytes("Content-Length: 99\r\n\r\n{\"a\"") << QStringList { "26 B came", "Content-Length: 99" };
        QTest::newRow("lines") << Framing::Newline << Bytes("BEGIN\nEND\n") << QStringList { "10 B came", "BEGIN\u240aEND" };
        QTest::newRow("JSON that is no answer") << Framing::Detect << Bytes("{\"class\":\"VERSION\"}\r\n") << QStringList { "21 B came", "VERSION" };
    }

    void timeouts_sayWhatCame_andHowItWasAsked()
    {
        QFETCH(Framing, framing);
        QFETCH(Bytes, bytes);
        QFETCH(QStringList, words);
        Peer peer;
        peer.onRead = [bytes](QTcpSocket &socket, const Bytes &) { socket.write(bytes); };
        const auto c = caller(peer.target(framing), exploring(std::chrono::milliseconds(400)));
        PendingCall call = c->client.call("m");
        const auto reply = wait(call);
        QCOMPARE(reply->error().kind, ErrorKind::Timeout);
        for (const QString &word : words)
            QVERIFY2(reply->error().message.contains(word), qPrintable(reply->error().message));
        QCOMPARE(call.trace().responseBody.isEmpty(), bytes.isEmpty() || !c->calls.isEmpty()); // the trace has the bytes
    }

    void lastWords_areShown()
    {
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &) {
            socket.write("\x93\x01 no array");
            socket.disconnectFromHost();
        };
        const auto c = caller(peer.target());
        const auto reply = wait(c->client.call("m"));
        QCOMPARE(reply->error().kind, ErrorKind::ConnectionLost);
        QVERIFY2(reply->error().message.contains("no array"), qPrintable(reply->error().message));
        QCOMPARE(bodies(*c, Reason::Text), QList<Bytes> { "\x93\x01 no array" });
    }

    void echoes_areNoCalls_data()
    {
        QTest::addColumn<Framing>("framing");
        for (const Framing framing : { Framing::Detect, Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Bare, Framing::Nul })
            QTest::addRow("%d", int(framing)) << framing;
    }

    void echoes_areNoCalls()
    {
        QFETCH(Framing, framing);
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &bytes) { socket.write(bytes); };
        const auto c = caller(peer.target(framing));
        PendingCall call = c->client.call("m", Array { 5 });
        QTRY_COMPARE(bodies(*c, Reason::Echo), QList<Bytes> { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[5]}" });
        QVERIFY(!call.isFinished()); // it goes on waiting
        QVERIFY(!peer.received.contains("-32601"));
        QVERIFY(c->calls.isEmpty());
        // The answer comes behind its echo.
        const ChannelMessage m = framed(framing, answer);
        peer.socket->write(m.head + m.body + m.tail);
        QCOMPARE(shown(wait(call)), QStringLiteral("5"));
        // A notification comes back, too.
        c->client.notify("n");
        QTRY_COMPARE(bodies(*c, Reason::Echo).size(), 2);
        QVERIFY(c->calls.isEmpty());
    }

    void echoesOfAnswers_areNoAnswers()
    {
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &bytes) { socket.write(bytes); };
        const auto c = caller(peer.target(Framing::Newline));
        PendingCall call = c->client.call("m");
        QTRY_COMPARE(bodies(*c, Reason::Echo).size(), 1);
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"theirs\"}\n"); // is answered, and that comes back
        QTRY_COMPARE(bodies(*c, Reason::Echo).size(), 2);
        QVERIFY(bodies(*c, Reason::Echo)[1].contains("-32601"));
        QCOMPARE(c->calls, QStringList { "theirs" });
        QVERIFY(!call.isFinished());
    }

    // Both ends of a library may call the same method with the same id.
    void libraries_knowNoEchoes()
    {
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &bytes) { socket.write(bytes); };
        const auto c = caller(peer.target(Framing::Newline), {});
        c->transport->registry().add("m", [] { return 7; });
        QCOMPARE(shown(wait(c->client.call("m"))), QStringLiteral("7"));
    }

    void whatCannotBeRead_isNotAnswered()
    {
        Peer peer;
        const auto c = caller(peer.target());
        c->transport->open();
        QTRY_VERIFY(peer.socket);
        peer.socket->write("{\"event\":\"options_changed\"}\n{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"a\"}\n{\"id\":3,\"method\":4}\n");
        QTRY_COMPARE(bodies(*c, Reason::Unreadable).size(), 3);
        QCOMPARE(bodies(*c, Reason::Unreadable)[0], Bytes("{\"event\":\"options_changed\"}"));
        // What is read leniently is a call: no version, and a param alone.
        peer.socket->write("{\"id\":4,\"method\":\"b\",\"params\":5}\n{\"method\":\"c\",\"params\":[1]}\n");
        QTRY_COMPARE(c->calls, (QStringList { "b", "c" }));
        QTRY_COMPARE(peer.received.count('\n'), 1); // one answer, to the one call
        QVERIFY(peer.received.contains("-32601") && peer.received.contains("\"id\":4"));
    }

    // Kamailio's TCP socket, and others: one call a connection.
    void oneShotServers_getANewConnection_forEachCall()
    {
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &bytes) {
            const qsizetype at = bytes.indexOf("\"id\":") + 5;
            socket.write("{\"jsonrpc\":\"2.0\",\n\"id\":" + bytes.mid(at, bytes.indexOf(',', at) - at) + ",\n\"result\":5}");
            socket.disconnectFromHost();
        };
        const auto c = caller(peer.target());
        for (int i = 1; i <= 3; ++i) {
            QCOMPARE(shown(wait(c->client.call("m"))), QStringLiteral("5"));
            QTRY_COMPARE(c->ends.size(), i); // it was seen to close
        }
        // From then on, calls that are made at once wait for each other.
        QList<PendingCall> calls;
        for (int i = 0; i < 5; ++i)
            calls.append(c->client.call("m"));
        for (PendingCall &call : calls)
            QCOMPARE(shown(wait(call)), QStringLiteral("5"));
        QCOMPARE(peer.connections, 8);
        QCOMPARE(peer.received.count("\"method\""), 8); // nothing was sent twice
    }

    // The calls that were under way are lost, those that are made because of it are not.
    void oneShotServers_loseNoCall_thatIsMadeLater()
    {
        Peer peer;
        peer.onRead = [&peer](QTcpSocket &socket, const Bytes &bytes) {
            const bool isSecond = peer.connections == 1 && peer.received.count("\"method\"") == 2;
            const qsizetype at = bytes.indexOf("\"id\":") + 5;
            if (!isSecond)
                socket.write("{\"jsonrpc\":\"2.0\",\"id\":" + bytes.mid(at, bytes.indexOf(',', at) - at) + ",\"result\":5}");
            if (isSecond || peer.connections > 1)
                socket.disconnectFromHost();
        };
        const auto c = caller(peer.target());
        int answers = 0;
        PendingCall lost;
        std::vector<PendingCall> later;
        c->client.call("m").onFinished(this, [&](const Reply &) {
            lost = c->client.call("m");
            lost.onFinished(this, [&](const Reply &) {
                for (int i = 0; i < 4; ++i) {
                    later.push_back(c->client.call("m"));
                    later.back().onFinished(this, [&answers](const Reply &reply) { answers += reply ? 1 : 0; });
                }
            });
        });
        QTRY_COMPARE(answers, 4);
    }

    void closedConnections_areNotWrittenTo()
    {
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &bytes) {
            const qsizetype at = bytes.indexOf("\"id\":") + 5;
            socket.write("{\"jsonrpc\":\"2.0\",\"id\":" + bytes.mid(at, bytes.indexOf(',', at) - at) + ",\"result\":5}\n");
        };
        const auto c = caller(peer.target());
        QCOMPARE(shown(wait(c->client.call("m"))), QStringLiteral("5"));
        QCOMPARE(shown(wait(c->client.call("m"))), QStringLiteral("5"));
        // The peer's end is there, and nobody has looked yet.
        ::shutdown(int(peer.socket->socketDescriptor()), SHUT_WR);
        QCOMPARE(shown(wait(c->client.call("m"))), QStringLiteral("5"));
        QCOMPARE(peer.connections, 2);
    }

    void sentCalls_areNeverRepeated()
    {
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &) { socket.disconnectFromHost(); };
        const auto c = caller(peer.target());
        QCOMPARE(wait(c->client.call("m"))->error().kind, ErrorKind::ConnectionLost);
        QCOMPARE(peer.received.count("\"method\""), 1);
    }

    void halfClosedClients_areAnswered_data()
    {
        QTest::addColumn<bool>("isLocal");
        QTest::addColumn<Framing>("framing");
        for (const bool isLocal : { false, true }) {
            for (const Framing framing : { Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Nul })
                QTest::addRow("%s %d", isLocal ? "unix" : "tcp", int(framing)) << isLocal << framing;
        }
    }

    void halfClosedClients_areAnswered()
    {
        QFETCH(bool, isLocal);
        QFETCH(Framing, framing);
        QTemporaryDir folder;
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.framing = framing == Framing::Nul ? Framing::Detect : framing;
        if (isLocal)
            options.socketPath = folder.filePath("a.sock");
        const auto url = listener->listen(options);
        int fd = -1;
        if (isLocal) {
            fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
            sockaddr_un at = {};
            at.sun_family = AF_UNIX;
            qstrncpy(at.sun_path, qPrintable(options.socketPath), sizeof at.sun_path);
            QCOMPARE(::connect(fd, reinterpret_cast<sockaddr *>(&at), sizeof at), 0);
        } else {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress::LocalHost, quint16(url->port()));
            QVERIFY(socket.waitForConnected());
            fd = ::dup(int(socket.socketDescriptor()));
        }
        const auto send = [&](const Bytes &text) {
            const ChannelMessage m = framed(framing, text);
            const Bytes all = m.head + m.body + m.tail;
            QCOMPARE(::write(fd, all.constData(), size_t(all.size())), all.size());
        };
        send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"later\",\"params\":[\"a\"]}");
        send("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"askBack\",\"params\":[1]}"); // nobody can answer it any more
        ::shutdown(fd, SHUT_WR);
        QTRY_COMPARE(methods.held.size(), 1);
        Bytes got;
        const auto read = [&] {
            char block[4096];
            const auto size = ::recv(fd, block, sizeof block, MSG_DONTWAIT);
            if (size > 0)
                got.append(block, size);
            return size == 0;
        };
        QTRY_VERIFY((read(), got.contains("\"id\":2"))); // told at once that its caller does not answer
        QVERIFY(methods.held["a"].isWanted());
        methods.held.take("a").resolve(7);
        QTRY_VERIFY(read()); // to the end
        QVERIFY2(got.contains("\"result\":7"), got.constData());
        QTRY_VERIFY(server.openSessions().isEmpty());
        ::close(fd);
    }

    void goneClients_areNotWaitedFor_forEver()
    {
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.limits.bodyTime = std::chrono::milliseconds(200);
        const auto url = listener->listen(options);
        support::RawClient client(quint16(url->port()));
        client.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"later\",\"params\":[\"a\"]}\n");
        QTRY_COMPARE(methods.held.size(), 1);
        client.abort();
        QTRY_VERIFY(!methods.held["a"].isWanted());
        QTRY_VERIFY(server.openSessions().isEmpty());
    }

    void xmlRpc_isCalled_oneAfterTheOther()
    {
        Peer peer;
        peer.onRead = [](QTcpSocket &socket, const Bytes &bytes) {
            if (bytes.count("<methodName>") > 1)
                socket.write("two at once");
            socket.write(xmlAnswer(bytes.contains(">first<") ? "<string>one</string>" : "<string><![CDATA[</methodResponse>]]></string>"));
        };
        Client client(std::make_unique<StreamTransport>(peer.target(), exploring()), std::make_shared<XmlRpcCodec>());
        PendingCall first = client.call("first");
        PendingCall second = client.call("second");
        QCOMPARE(shown(wait(first)), QStringLiteral("one"));
        QCOMPARE(shown(wait(second)), QStringLiteral("</methodResponse>"));
        QVERIFY(first.trace().requestTail == "\n");
    }

    // As ikiwiki and its plugins do: who is called calls in turn, and is answered before it answers.
    void xmlRpc_isCalledBack_withinACall()
    {
        Peer peer;
        peer.onRead = [step = 0](QTcpSocket &socket, const Bytes &bytes) mutable {
            if (bytes.contains(">import<"))
                socket.write(xmlCall("hook"));
            else if (bytes.contains("<methodResponse"))
                socket.write(++step < 3 ? xmlCall("getvar") : xmlAnswer("<int>1</int>"));
            else
                socket.write("unexpected");
        };
        auto made = std::make_unique<StreamTransport>(peer.target(), exploring());
        ChannelTransport *const transport = made.get();
        QStringList called;
        connect(transport, &ChannelTransport::called, this, [&](const Request &r) { called.append(r.method); });
        transport->registry().add("getvar", [] { return QString("wiki"); });
        Client client(std::move(made), std::make_shared<XmlRpcCodec>());
        QCOMPARE(shown(wait(client.call("import"))), QStringLiteral("1"));
        QCOMPARE(called, (QStringList { "hook", "getvar", "getvar" }));
        QVERIFY(peer.received.contains("<fault>") && peer.received.contains("<string>wiki</string>"));
    }

    void xmlRpc_thatIsGivenUp_leavesTheNextAnswerAlone()
    {
        Peer peer;
        Client client(std::make_unique<StreamTransport>(peer.target(), exploring()), std::make_shared<XmlRpcCodec>());
        CallOptions soon;
        soon.timeout = std::chrono::milliseconds(50);
        QCOMPARE(wait(client.call("slow", {}, soon))->error().kind, ErrorKind::Timeout);
        PendingCall next = client.call("next");
        QTRY_VERIFY(peer.received.contains(">next<"));
        peer.socket->write(xmlAnswer("<int>1</int>") + xmlAnswer("<int>2</int>"));
        QCOMPARE(shown(wait(next)), QStringLiteral("2"));
    }

    void xmlRpc_isServed_whereItIsAskedFor()
    {
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.xmlRpc = true;
        const auto url = listener->listen(options);
        support::RawClient client(quint16(url->port()));
        QByteArray got;
        const auto comes = [&](const Bytes &text) { return QTest::qWaitFor([&] { return (got += client.socket().readAll()).contains(text); }, 5000); };
        client.send("<?xml version='1.0'?>\n<methodCall>\n<methodName>echo</methodName>\n<params><param><value><string>a\n</methodCall</string></value></param></params></methodCall>\n");
        QVERIFY(comes("<fault>")); // not well-formed
        got.clear();
        client.send("<?xml version='1.0'?>\n<!-- > --><methodCall>\n<methodName>add</methodName>\n<params><param><value><int>2</int></value></param><param><value><i4>3</i4></value></param></params>\n</methodCall>\n");
        QVERIFY2(comes("<int>5</int>") || got.contains("<i4>5</i4>"), got.constData());
        QVERIFY(got.endsWith("\n"));
        got.clear();
        client.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[2,3]}\n"); // told apart by its first byte
        QVERIFY(comes("\"result\":5"));
        // And between two of ours.
        StreamTarget target = *StreamTarget::fromUrl(*url);
        Client xml(std::make_unique<StreamTransport>(target, exploring()), std::make_shared<XmlRpcCodec>());
        QCOMPARE(shown(wait(xml.call("echo", Array { QString("a\nb <&> \xc3\xbc") }))), QStringLiteral("a\nb <&> \u00fc"));
        options.framing = Framing::Newline;
        target = *StreamTarget::fromUrl(*server.addListener(std::make_unique<StreamListener>())->listen(options));
        target.framing = Framing::Newline;
        Client lines(std::make_unique<StreamTransport>(target, exploring()), std::make_shared<XmlRpcCodec>());
        QCOMPARE(shown(wait(lines.call("echo", Array { QString("a\nb") }))), QStringLiteral("a\nb"));
    }

    void binaryMessages_thatHoldJson_areRead()
    {
        QWebSocketServer server("peer", QWebSocketServer::NonSecureMode);
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QWebSocketServer::newConnection, &server, [&server] {
            QWebSocket *const socket = server.nextPendingConnection();
            connect(socket, &QWebSocket::textMessageReceived, socket, [socket](const QString &) {
                socket->sendBinaryMessage("\x01\x02{");
                socket->sendBinaryMessage("{\"jsonrpc\":\"2.0\",\"method\":\"n\"}");
                socket->sendBinaryMessage(answer);
            });
        });
        WebSocketTarget target;
        target.url = server.serverUrl();
        Caller c(std::make_unique<WebSocketTransport>(target, exploring()));
        PendingCall call = c.client.call("m");
        QCOMPARE(shown(wait(call)), QStringLiteral("5"));
        QCOMPARE(ids(call.trace().findings), QStringList { "websocket.binary-message" });
        QCOMPARE(c.calls, QStringList { "n" });
        QCOMPARE(bodies(c, Reason::Binary), QList<Bytes> { "\x01\x02{" });
    }

    // Kodi dies when a client just goes.
    void webSockets_areLeft_byClose()
    {
        support::RawWebSocketServer server(answer);
        WebSocketTarget target;
        target.url = server.url();
        {
            Caller c(std::make_unique<WebSocketTransport>(target, exploring()));
            QCOMPARE(shown(wait(c.client.call("m"))), QStringLiteral("5"));
        }
        ChannelTransport::waitUntilLeft();
        QCOMPARE(server.closeCode, 1000);
        QTRY_VERIFY(server.isOver);
    }

    void peersThatDoNotAgree_areLeftAllTheSame()
    {
        support::RawWebSocketServer server(answer, false);
        WebSocketTarget target;
        target.url = server.url();
        {
            Caller c(std::make_unique<WebSocketTransport>(target, exploring()));
            c.transport->open();
            QTRY_COMPARE(c.opened, 1);
        }
        QElapsedTimer clock;
        clock.start();
        ChannelTransport::waitUntilLeft();
        QVERIFY2(clock.elapsed() < 3000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(server.closeCode, 1000);
        QTRY_VERIFY(server.isOver);
    }
};

QTEST_GUILESS_MAIN(tst_Explorer)
#include "tst_explorer.moc"
