// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "duplexing.h"

#include <rpccore/channel/processchannel.h>
#include <rpccore/channel/stdiochannel.h>
#include <rpccore/duplex/streamtransport.h>
#include <rpccore/server/acceptedsocket.h>
#include <rpccore/server/streamlistener.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/memorytells.h>
#include <tests/support/rawhttp.h>

#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <unistd.h>

using namespace rpc;
using namespace testcalls;
using namespace duplexing;

Q_DECLARE_METATYPE(rpc::Framing)

namespace {

constexpr Framing framings[] = { Framing::Detect, Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Bare };

/// One peer whose words a test writes itself.
struct FakePeer
{
    FakePeer()
    {
        server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QTcpServer::newConnection, &server, [this] {
            socket = server.nextPendingConnection();
            ++connections;
            QObject::connect(socket, &QTcpSocket::readyRead, &server, [this] { received += socket->readAll(); });
        });
    }
    StreamTarget target(Framing framing = Framing::Newline) const
    {
        return { TcpTarget { "127.0.0.1", server.serverPort() }, framing };
    }
    QTcpServer server;
    QTcpSocket *socket = nullptr;
    QByteArray received;
    int connections = 0;
};

qint64 residentBytes()
{
    QFile file("/proc/self/statm");
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE) : 0;
}

// What a process has written so far, to wherever.
qint64 writtenBy(qint64 pid)
{
    QFile file(QStringLiteral("/proc/%1/io").arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return -1;
    const QByteArray text = file.readAll();
    return text.mid(text.indexOf("wchar: ") + 7).split('\n').constFirst().toLongLong();
}

// Waits until it does not write any more, though it is there.
bool waitUntilBlocked(qint64 pid)
{
    qint64 last = 0;
    int same = 0;
    return QTest::qWaitFor(
        [&] {
            const qint64 now = writtenBy(pid);
            same = now > 0 && now == last ? same + 1 : 0;
            last = now;
            return same == 30; // a look each 10 ms
        },
        20'000);
}

} // namespace

/// JSON-RPC over TCP, Unix sockets and standard input and output, in both directions.
class tst_Streams : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    static std::unique_ptr<Caller> caller(const StreamTarget &target, const ChannelOptions &options = {})
    {
        return std::make_unique<Caller>(std::make_unique<StreamTransport>(target, options));
    }
    static std::unique_ptr<Caller> caller(const QUrl &url, Framing framing)
    {
        auto target = StreamTarget::fromUrl(url);
        target->framing = framing;
        return caller(*target);
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void bothWays_inEveryFraming_data()
    {
        QTest::addColumn<Framing>("ours");
        QTest::addColumn<Framing>("servers");
        QTest::addColumn<bool>("isLocal");
        for (const Framing framing : framings) {
            const QString name = framing == Framing::Detect ? QStringLiteral("detect") : framingName(framing);
            QTest::addRow("%s, both know", qPrintable(name)) << framing << framing << false;
            QTest::addRow("%s, the server detects", qPrintable(name)) << framing << Framing::Detect << false;
            QTest::addRow("%s, Unix socket", qPrintable(name)) << framing << Framing::Detect << true;
        }
    }

    void bothWays_inEveryFraming()
    {
        QFETCH(Framing, ours);
        QFETCH(Framing, servers);
        QFETCH(bool, isLocal);
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.framing = servers;
        if (isLocal)
            options.socketPath = m_folder.filePath("both.sock");
        const auto url = listener->listen(options);
        QVERIFY2(url.hasValue(), url ? "" : qPrintable(url.error().toString()));

        const auto c = caller(*url, ours);
        c->transport->registry().add("double", [](int n) { return 2 * n; });
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
        QCOMPARE(server.openSessions().size(), 1);
        QCOMPARE(shown(wait(c->client.call("nope"))).left(7), QStringLiteral("!-32601"));

        // A notification, and everything that was sent before it is known to be dealt with when a call after it is.
        QVERIFY(wait(c->client.notify("note", Array { QString("ä\n€") }))->hasValue());
        QCOMPARE(shown(wait(c->client.call("echo", Array { QString("line\nline") }))), QStringLiteral("line\nline"));
        QCOMPARE(methods.notes, QStringList { QStringLiteral("ä\n€") });

        // Answers in another order than the calls.
        PendingCall first = c->client.call("later", Array { QString("a") });
        PendingCall second = c->client.call("later", Array { QString("b") });
        QTRY_COMPARE(methods.held.size(), 2);
        methods.held.take("b").resolve(2);
        QCOMPARE(shown(wait(second)), QStringLiteral("2"));
        QVERIFY(!first.isFinished());
        methods.held.take("a").resolve(1);
        QCOMPARE(shown(wait(first)), QStringLiteral("1"));

        // A batch.
        Batch batch = c->client.batch();
        batch.call("add", Array { 1, 2 }).notify("note", Array { QString("n") }).call("add", Array { 3, 4 });
        const auto replies = wait(c->client.send(batch));
        QCOMPARE(shown(replies->replies[0]), QStringLiteral("3"));
        QCOMPARE(shown(replies->replies[2]), QStringLiteral("7"));

        // The server calls its client, while it is being called.
        QCOMPARE(shown(wait(c->client.call("askBack", Array { 21 }))), QStringLiteral("42"));
        server.notifyAll("tick", Array { 1 });
        QTRY_COMPARE(c->calls.count("tick"), 1);
        QVERIFY(c->unexpected.isEmpty());

        c->transport->close();
        QTRY_COMPARE(c->ends.size(), 1);
        QCOMPARE(c->ends[0].kind, ErrorKind::Cancelled);
        QTRY_VERIFY(server.openSessions().isEmpty());
    }

    void trace_holdsTheBytes_ofTheFraming()
    {
        FakePeer peer;
        const auto c = caller(peer.target(Framing::Detect));
        PendingCall call = c->client.call("m");
        QTRY_COMPARE(peer.received, QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}\n"));
        peer.socket->write("Content-Length: 37\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\": 5 }");
        QCOMPARE(shown(wait(call)), QStringLiteral("5"));
        const Trace &trace = call.trace();
        QCOMPARE(trace.requestHead + trace.requestBody + trace.requestTail, peer.received);
        QCOMPARE(trace.responseHead, QByteArray("Content-Length: 37\r\n\r\n"));
        QCOMPARE(trace.responseBody, QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\": 5 }"));
        QCOMPARE(trace.carriage, QStringLiteral("Content-Length before each message (seen in what the other end sent)"));
        QCOMPARE(trace.url, QUrl(QStringLiteral("tcp://127.0.0.1:%1").arg(peer.server.serverPort())));
        QVERIFY(trace.connected && trace.sent && trace.complete && *trace.connected <= *trace.sent);
        // What was seen is used from then on.
        peer.received.clear();
        c->client.notify("n");
        QTRY_COMPARE(peer.received, QByteArray("Content-Length: 30\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"n\"}"));
    }

    void strayAnswers_areReported()
    {
        FakePeer peer;
        const auto c = caller(peer.target());
        CallOptions quick;
        quick.timeout = std::chrono::milliseconds(50);
        PendingCall call = c->client.call("m");
        QCOMPARE(wait(c->client.call("slow", {}, quick))->error().kind, ErrorKind::Timeout);
        QTRY_VERIFY(peer.received.contains("slow"));
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}\n");
        QCOMPARE(shown(wait(call)), QStringLiteral("5"));
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":6}\n"
                           "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":7}\n"
                           "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":8}\n"
                           "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"x\"}}\n"
                           "{\"kind\":\"push\"}\nnot json\n");
        QTRY_COMPARE(c->unexpected.size(), 6);
        using Reason = UnexpectedMessage::Reason;
        QList<Reason> reasons;
        for (const auto &m : std::as_const(c->unexpected))
            reasons.append(m.reason);
        QCOMPARE(reasons, (QList<Reason> { Reason::Duplicate, Reason::Late, Reason::UnknownId, Reason::UnknownId, Reason::Unreadable, Reason::Unreadable }));
        QCOMPARE(c->unexpected[5].body, QByteArray("not json"));
    }

    void answersWithoutAnId_goToTheOnlyCall()
    {
        FakePeer peer;
        const auto c = caller(peer.target());
        PendingCall raw = c->client.sendRaw("{oops");
        QTRY_COMPARE(peer.received, QByteArray("{oops\n"));
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"Parse error\"}}\n");
        QCOMPARE(shown(wait(raw)).left(7), QStringLiteral("!-32700"));
        PendingCall call = c->client.call("m");
        QTRY_VERIFY(peer.received.contains("\"m\""));
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"Invalid Request\"}}\n");
        QCOMPARE(shown(wait(call)).left(7), QStringLiteral("!-32600"));
    }

    void twoCallsWithOneId_cannotBeUnderWay()
    {
        FakePeer peer;
        const auto c = caller(peer.target());
        PendingCall first = c->client.send(Request { RequestId(7), "m" });
        QTRY_VERIFY(!peer.received.isEmpty());
        QCOMPARE(wait(c->client.send(Request { RequestId(7), "m" }))->error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(peer.received.count('\n'), 1);
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}\n");
        QCOMPARE(shown(wait(first)), QStringLiteral("1"));
        PendingCall again = c->client.send(Request { RequestId(7), "m" });
        QTRY_COMPARE(peer.received.count('\n'), 2);
        again.cancel();
    }

    void callsEnd_whenTheConnectionDoes()
    {
        FakePeer peer;
        const auto c = caller(peer.target());
        PendingCall one = c->client.call("m");
        PendingCall two = c->client.call("m");
        QTRY_COMPARE(peer.received.count('\n'), 2);
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}\n");
        peer.socket->disconnectFromHost(); // the last words are heard
        QCOMPARE(shown(wait(one)), QStringLiteral("5"));
        const auto lost = wait(two);
        QCOMPARE(lost->error().kind, ErrorKind::ConnectionLost);
        QVERIFY2(lost->error().message.contains("may or may not have acted"), qPrintable(lost->error().message));
        QCOMPARE(peer.connections, 1); // nothing was sent again
        // The next call connects anew.
        PendingCall next = c->client.call("m");
        QTRY_COMPARE(peer.connections, 2);
        next.cancel();
        QCOMPARE(wait(next)->error().kind, ErrorKind::Cancelled);
    }

    void nobodyThere_isSaid()
    {
        quint16 port = 0;
        {
            QTcpServer gone;
            gone.listen(QHostAddress::LocalHost);
            port = gone.serverPort();
        }
        const auto tcp = caller({ TcpTarget { "127.0.0.1", port } });
        QCOMPARE(wait(tcp->client.call("m"))->error().kind, ErrorKind::Refused);
        const auto local = caller({ LocalTarget { m_folder.filePath("none.sock") } });
        QCOMPARE(wait(local->client.call("m"))->error().kind, ErrorKind::NameNotFound);
        const auto program = caller({ ProcessTarget { "/does/not/exist", {}, {}, {} } });
        const auto reply = wait(program->client.call("m"));
        QCOMPARE(reply->error().kind, ErrorKind::Refused);
        QVERIFY(reply->error().message.contains("/does/not/exist"));
    }

    void lostConnections_areMadeAgain_whenAsked()
    {
        FakePeer peer;
        ChannelOptions options;
        options.reconnects = true;
        options.reconnectFirst = std::chrono::milliseconds(20);
        const auto c = caller(peer.target(), options);
        // The application's hook: its subscription goes first, each time.
        connect(c->transport, &ChannelTransport::opened, this, [&] { c->client.notify("subscribe"); });
        PendingCall sent = c->client.call("m");
        QTRY_VERIFY(peer.received.contains("\"m\""));
        QVERIFY(peer.received.indexOf("subscribe") < peer.received.indexOf("\"m\""));
        peer.received.clear();
        peer.socket->abort();
        QCOMPARE(wait(sent)->error().kind, ErrorKind::ConnectionLost);
        QTRY_COMPARE(peer.connections, 2);
        QTRY_COMPARE(peer.received, QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"subscribe\"}\n")); // and the call not
        // A call that was not sent yet waits for the connection.
        const quint16 port = peer.server.serverPort();
        peer.server.close();
        peer.socket->abort();
        QTRY_COMPARE(c->ends.size(), 2);
        PendingCall waits = c->client.call("w");
        QTRY_VERIFY(c->ends.size() >= 4); // some attempts failed
        QVERIFY(!waits.isFinished());
        peer.received.clear();
        QVERIFY(peer.server.listen(QHostAddress::LocalHost, port));
        QTRY_VERIFY_WITH_TIMEOUT(peer.received.contains("\"w\""), 20000);
        c->transport->close();
        QCOMPARE(wait(waits)->error().kind, ErrorKind::Cancelled);
        const int connections = peer.connections;
        QTRY_VERIFY(!c->transport->isOpen());
        QCOMPARE(peer.connections, connections);
    }

    void xmlRpc_isRefused()
    {
        FakePeer peer;
        Client xml(std::make_unique<StreamTransport>(peer.target()), std::make_shared<XmlRpcCodec>());
        const auto reply = wait(xml.call("m"));
        QCOMPARE(reply->error().kind, ErrorKind::InvalidArgument);
        QVERIFY2(reply->error().message.contains("XML-RPC"), qPrintable(reply->error().message));

        Server server;
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        const auto url = listener->listen({});
        support::RawClient raw(quint16(url->port()));
        raw.send("<?xml version=\"1.0\"?><methodCall><methodName>m</methodName></methodCall>\n");
        QByteArray answer;
        QTRY_VERIFY(!(answer += raw.socket().readAll()).isEmpty() && answer.endsWith('\n'));
        QVERIFY2(answer.contains("-32700") && answer.contains("XML-RPC is sent over HTTP"), answer.constData());
        raw.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"system.listMethods\"}\n"); // the connection stays
        answer.clear();
        QTRY_VERIFY(!(answer += raw.socket().readAll()).isEmpty());
        QVERIFY(answer.contains("result"));
    }

    void addresses_areRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("meaning");
        QTest::newRow("tcp") << "tcp://localhost:4000" << "tcp localhost 4000 ";
        QTest::newRow("tls") << "tls+lsp://[::1]:4000" << "tls ::1 4000 lsp";
        QTest::newRow("unix") << "unix+netstring:///run/a%20b.sock" << "unix /run/a b.sock netstring";
        QTest::newRow("exec") << "exec+lsp:clangd --log=error \"a b\"" << "exec clangd,--log=error,a b lsp";
        QTest::newRow("no port") << "tcp://localhost" << "!";
        QTest::newRow("no host") << "tcp://:4000" << "!";
        QTest::newRow("no path") << "unix://" << "!";
        QTest::newRow("host with unix") << "unix://host/a" << "!";
        QTest::newRow("no program") << "exec:" << "!";
        QTest::newRow("unknown framing") << "tcp+tabs://localhost:1" << "!";
        QTest::newRow("unknown scheme") << "ftp://localhost:1" << "!";
    }

    void addresses_areRead()
    {
        QFETCH(QString, text);
        const auto target = StreamTarget::fromUrl(QUrl(text));
        QString meaning = "!";
        if (target) {
            if (const auto *tcp = std::get_if<TcpTarget>(&target->peer))
                meaning = QStringLiteral("%1 %2 %3 ").arg(tcp->tls ? "tls" : "tcp", tcp->host).arg(tcp->port);
            else if (const auto *local = std::get_if<LocalTarget>(&target->peer))
                meaning = "unix " + local->path + ' ';
            else if (const auto *program = std::get_if<ProcessTarget>(&target->peer))
                meaning = "exec " + (QStringList { program->program } + program->arguments).join(',') + ' ';
            meaning += framingName(target->framing);
        }
        QTEST(meaning, "meaning");
        QCOMPARE(StreamTarget::isScheme(QUrl(text).scheme()), target.hasValue() || QStringList({ "no port", "no host", "no path", "host with unix", "no program" }).contains(QTest::currentDataTag()));
    }

    void programs_areCalled_andEndWithTheirTransport()
    {
        const QString script = m_folder.filePath("peer.py");
        QFile file(script);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("import json, os, sys\n"
                   "print('ready in', os.environ['WHERE'], os.getcwd(), file=sys.stderr, flush=True)\n"
                   "while True:\n"
                   "    head = sys.stdin.buffer.readline()\n"
                   "    if not head: break\n"
                   "    sys.stdin.buffer.readline()\n"
                   "    m = json.loads(sys.stdin.buffer.read(int(head.split(b':')[1])))\n"
                   "    if m['method'] == 'exit': os._exit(3)\n"
                   "    out = json.dumps({'jsonrpc': '2.0', 'id': m['id'], 'result': [sys.argv[1:], os.getpid()]}).encode()\n"
                   "    sys.stdout.buffer.write(b'Content-Length: %d\\r\\n\\r\\n' % len(out) + out)\n"
                   "    sys.stdout.buffer.flush()\n");
        file.close();
        if (!QFileInfo::exists("/usr/bin/python3"))
            QSKIP("python3 is not installed");
        ProcessTarget program { "/usr/bin/python3", { script, "one", "two words" }, { "WHERE=here" }, m_folder.path() };
        const auto c = caller({ program, Framing::ContentLength });
        QByteArray said;
        connect(&c->transport->channel(), &MessageChannel::standardError, this, [&](const QByteArray &bytes) { said += bytes; });
        const auto reply = wait(c->client.call("m"));
        QVERIFY2(reply->hasValue(), reply->hasValue() ? "" : qPrintable(reply->error().toString()));
        const Array result = *(*reply)->get<Array>();
        QCOMPARE(result[0], Value(Array { QString("one"), QString("two words") }));
        const qint64 pid = result[1].toInteger().value();
        QTRY_COMPARE(said, "ready in here " + m_folder.path().toUtf8() + '\n');

        const auto gone = wait(c->client.call("exit"));
        QCOMPARE(gone->error().kind, ErrorKind::ConnectionLost);
        QVERIFY2(gone->error().message.contains("status 3"), qPrintable(gone->error().message));
        QVERIFY(!QFileInfo::exists(QStringLiteral("/proc/%1").arg(pid)));

        // It is started anew for the next call, and ends with the transport.
        const auto again = wait(c->client.call("m"));
        QVERIFY2(again->hasValue(), again->hasValue() ? "" : qPrintable(again->error().toString()));
        const qint64 second = (*again)->get<Array>()->at(1).toInteger().value();
        QVERIFY(second != pid);
        c->transport->close();
        QTRY_COMPARE(c->ends.size(), 2);
        QVERIFY(!QFileInfo::exists(QStringLiteral("/proc/%1").arg(second)));
    }

    void stubbornPrograms_areKilled()
    {
        ProcessTarget program { "/bin/sh", { "-c", "trap '' TERM; while true; do sleep 0.1; done" }, {}, {} };
        program.graceTime = std::chrono::milliseconds(100);
        const auto c = caller({ program, Framing::Newline });
        c->transport->open();
        QTRY_VERIFY(c->transport->isOpen());
        const qint64 pid = static_cast<ProcessChannel &>(c->transport->channel()).processId();
        QVERIFY(pid > 0);
        c->transport->close();
        QTRY_COMPARE(c->ends.size(), 1);
        QTRY_VERIFY(!QFileInfo::exists(QStringLiteral("/proc/%1").arg(pid)));
    }

    void floodingPrograms_haveToWait()
    {
        constexpr qint64 flood = 200'000'000;
        Limits limits;
        limits.bytes = 1'000'000;
        ProcessChannel channel({ "/usr/bin/head", { "-c", QString::number(flood), "/dev/zero" }, {}, {} }, Framing::Newline, limits, {});
        std::optional<Error> end;
        connect(&channel, &MessageChannel::closed, this, [&](const Error &error) { end = error; });
        connect(&channel, &MessageChannel::inputEnded, &channel, [&] { channel.close(); });
        connect(&channel, &MessageChannel::opened, this, [&] { QVERIFY(channel.setPaused(true)); });
        const qint64 before = residentBytes();
        channel.open();
        QTRY_COMPARE(channel.state(), MessageChannel::State::Open);
        const qint64 pid = channel.processId();
        QVERIFY(waitUntilBlocked(pid));
        const qint64 written = writtenBy(pid);
        const qint64 grown = residentBytes() - before;
        qInfo("paused: the program could write %lld bytes, this process grew by %lld", written, grown);
        QVERIFY(written < 2'000'000);
        QVERIFY(!memoryTells || grown < 8'000'000);
        QVERIFY(!end);
        channel.setPaused(false); // no message is that long
        QTRY_VERIFY(end);
        QCOMPARE(end->kind, ErrorKind::LimitExceeded);
        QVERIFY(!memoryTells || residentBytes() - before < 16'000'000);
        QTRY_VERIFY(!QFileInfo::exists(QStringLiteral("/proc/%1").arg(pid)));
    }

    void manyMessages_ofAProgram_areTaken_oneAfterTheOther()
    {
        constexpr int count = 200'000; // 200 MB
        const QString message = "{\"jsonrpc\":\"2.0\",\"method\":\"" + QString(1000, 'm') + "\"}";
        ProcessChannel channel({ "/usr/bin/yes", { message }, {}, {} }, Framing::Newline, Limits(), {});
        int received = 0;
        qint64 most = 0;
        QTimer resume;
        connect(&resume, &QTimer::timeout, this, [&] { channel.setPaused(false); });
        connect(&channel, &MessageChannel::received, this, [&](const ChannelMessage &m) {
            QCOMPARE(m.body.size(), message.size());
            if (++received % 1000 != 0)
                return;
            most = qMax(most, residentBytes());
            QVERIFY(channel.setPaused(true)); // until the next round of events
        });
        const qint64 before = residentBytes();
        channel.open();
        resume.start(0);
        QTRY_VERIFY_WITH_TIMEOUT(received >= count, 30'000);
        qInfo("%d messages: this process grew by %lld bytes at most", received, most - before);
        QVERIFY(!memoryTells || most - before < 16'000'000);
        bool isOver = false;
        connect(&channel, &MessageChannel::closed, this, [&] { isOver = true; });
        channel.close();
        QTRY_VERIFY(isOver);
    }

    void lastWords_ofAProgram_areHeard()
    {
        // More than a pipe holds, and the program is gone before it is read.
        ProcessChannel channel({ "/usr/bin/seq", { "100001", "120000" }, {}, {} }, Framing::Newline, Limits(), {});
        QByteArrayList received;
        bool isOver = false;
        connect(&channel, &MessageChannel::received, this, [&](const ChannelMessage &m) { received.append(m.body); });
        connect(&channel, &MessageChannel::closed, this, [&] { isOver = true; });
        channel.open();
        QTRY_VERIFY(isOver);
        QCOMPARE(received.size(), 20'000);
        QCOMPARE(received.constLast(), QByteArray("120000"));
    }

    void programsThatDoNotRead_endNobody()
    {
        const auto c = caller({ ProcessTarget { "/bin/sh", { "-c", "exec 0</dev/null; echo closed >&2; sleep 60" }, {}, {}, std::chrono::milliseconds(50) }, Framing::Newline });
        QByteArray said;
        connect(&c->transport->channel(), &MessageChannel::standardError, this, [&](const QByteArray &bytes) { said += bytes; });
        c->transport->open();
        QTRY_VERIFY(said.contains("closed"));
        PendingCall call = c->client.call("m"); // nobody is there to read it: SIGPIPE is not for us
        QTRY_COMPARE(c->transport->channel().backlog(), 0);
        QVERIFY(c->transport->isOpen());
        c->transport->close();
        QVERIFY(!*wait(call));
    }

    void standardInput_mayEnd_beforeTheAnswer()
    {
        int requests[2];
        int answers[2];
        QVERIFY(::pipe(requests) == 0 && ::pipe(answers) == 0);
        Server server;
        Methods methods(server);
        auto *session = new Session(std::make_unique<StdioChannel>(requests[0], answers[1], Framing::Newline, Limits()), server, {}, {}, &server);
        bool ended = false;
        connect(session, &Session::ended, this, [&] { ended = true; });
        const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"later\",\"params\":[\"a\"]}\n";
        QCOMPARE(::write(requests[1], call.constData(), size_t(call.size())), ssize_t(call.size()));
        ::close(requests[1]);
        QTRY_COMPARE(methods.held.size(), 1);
        QTest::qWait(0);
        QVERIFY(!ended);
        methods.held.take("a").resolve(7);
        QTRY_VERIFY(ended);
        char answer[200] = {};
        const auto size = ::read(answers[0], answer, sizeof answer);
        QCOMPARE(QByteArray(answer, qMax<qsizetype>(size, 0)), QByteArray("{\"jsonrpc\":\"2.0\",\"result\":7,\"id\":1}\n"));
        for (const int fd : { requests[0], answers[0], answers[1] })
            ::close(fd);
    }

    void webPages_cannotCallStreams()
    {
        for (const Framing framing : framings) {
            Server server;
            Methods methods(server);
            auto *listener = server.addListener(std::make_unique<StreamListener>());
            StreamOptions options;
            options.framing = framing;
            const auto url = listener->listen(options);
            support::RawClient browser(quint16(url->port()));
            const QByteArray body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"note\",\"params\":[\"x\"]}\n";
            browser.send("POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
            QVERIFY(browser.waitForClose());
            QVERIFY(methods.notes.isEmpty());
        }
    }

    void brokenFraming_losesNoAnswer_data()
    {
        QTest::addColumn<Framing>("framing");
        QTest::addColumn<QByteArray>("broken");
        QTest::newRow("lines") << Framing::Newline << QByteArray("GET / HTTP/1.1\r\n");
        QTest::newRow("Content-Length") << Framing::ContentLength << QByteArray("Content-Length: x\r\n\r\n");
        QTest::newRow("netstrings") << Framing::Netstring << QByteArray("xyz");
        QTest::newRow("nothing between") << Framing::Bare << QByteArray("GET / HTTP/1.1\n");
        QTest::newRow("any of these") << Framing::Detect << QByteArray("\nGET / HTTP/1.1\r\n");
    }

    void brokenFraming_losesNoAnswer()
    {
        QFETCH(Framing, framing);
        QFETCH(QByteArray, broken);
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.framing = framing;
        const auto url = listener->listen(options);
        const auto message = [framing](const QByteArray &text) {
            const ChannelMessage m = framed(framing, text);
            return m.head + m.body + m.tail;
        };
        const QByteArray add = message("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[1,2]}");
        const QByteArray later = message("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"later\",\"params\":[\"a\"]}");
        const QByteArray note = message("{\"jsonrpc\":\"2.0\",\"method\":\"note\",\"params\":[\"x\"]}");

        // The answer is there when the rest is seen.
        support::RawClient quick(quint16(url->port()));
        quick.send(add + broken + note);
        QVERIFY(quick.waitForClose());
        QVERIFY2(quick.received().contains("\"result\":3"), quick.received().constData());

        // And when it is not.
        support::RawClient slow(quint16(url->port()));
        slow.send(later + broken + note);
        QTRY_COMPARE(methods.held.size(), 1);
        slow.send(note.repeated(300'000)); // more than fits into any buffer
        QTRY_COMPARE(slow.socket().bytesToWrite(), 0); // many write everything before they read
        QCOMPARE(server.openSessions().size(), 1);
        methods.held.take("a").resolve(7);
        QVERIFY(slow.waitForClose());
        QVERIFY2(slow.received().contains("\"result\":7"), slow.received().constData());
        QVERIFY(methods.notes.isEmpty()); // nothing behind it is read
        QTRY_VERIFY(server.openSessions().isEmpty());
    }

    void brokenFraming_endsInTime()
    {
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.framing = Framing::Netstring;
        options.limits.bodyTime = std::chrono::milliseconds(100);
        const auto url = listener->listen(options);
        support::RawClient client(quint16(url->port()));
        const QByteArray later = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"later\",\"params\":[\"a\"]}";
        client.send(QByteArray::number(later.size()) + ':' + later + ",xyz");
        QTRY_COMPARE(methods.held.size(), 1);
        QVERIFY(client.waitForClose()); // although nobody answers
        QTRY_VERIFY(server.openSessions().isEmpty());
        QVERIFY(!methods.held["a"].isWanted());
    }

    void brokenFraming_endsCalls_andIsConnectedAgain()
    {
        FakePeer peer;
        ChannelOptions options;
        options.reconnects = true;
        options.reconnectFirst = std::chrono::milliseconds(20);
        const auto c = caller(peer.target(Framing::Netstring), options);
        PendingCall answered = c->client.call("m");
        PendingCall lost = c->client.call("m");
        QTRY_VERIFY(peer.received.contains("\"id\":2"));
        const QByteArray answer = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}";
        peer.socket->write(QByteArray::number(answer.size()) + ':' + answer + ",xyz");
        QCOMPARE(shown(wait(answered)), QStringLiteral("5"));
        QCOMPARE(wait(lost)->error().kind, ErrorKind::InvalidAnswer);
        QTRY_COMPARE(peer.connections, 2);
    }

    void clients_mayBeDeleted_inTheirCallbacks()
    {
        FakePeer peer;
        auto *c = new Caller(std::make_unique<StreamTransport>(peer.target()));
        bool done = false;
        c->client.call("m").onFinished(this, [&](const Reply &) {
            delete c; // within the signal of its socket
            done = true;
        });
        QTRY_VERIFY(!peer.received.isEmpty());
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}\n");
        QTRY_VERIFY(done);
        auto *lost = new Caller(std::make_unique<StreamTransport>(peer.target()));
        done = false;
        peer.received.clear();
        lost->client.call("m").onFinished(this, [&](const Reply &) {
            delete lost;
            done = true;
        });
        QTRY_VERIFY(!peer.received.isEmpty());
        peer.socket->abort();
        QTRY_VERIFY(done);
    }

    void servers_mayStop_inTheirMethods()
    {
        std::optional<Server> server(std::in_place);
        auto *listener = server->addListener(std::make_unique<StreamListener>());
        server->registry().add("stop", [&] { listener->stop(); });
        const auto url = listener->listen({});
        const auto c = caller(*url, Framing::Newline);
        QCOMPARE(wait(c->client.call("stop"))->error().kind, ErrorKind::ConnectionLost);
        const auto url2 = listener->listen({});
        server->registry().add("end", [&] { server.reset(); });
        const auto d = caller(*url2, Framing::Newline);
        QCOMPARE(wait(d->client.call("end"))->error().kind, ErrorKind::ConnectionLost);
        QVERIFY(!server);
    }

    void sendingAfterClose_connectsAgain()
    {
        FakePeer peer;
        const auto c = caller(peer.target());
        c->client.notify("one");
        QTRY_COMPARE(peer.connections, 1);
        QTRY_VERIFY(!peer.received.isEmpty());
        c->transport->close();
        PendingCall call = c->client.call("two"); // while it is closing
        QTRY_COMPARE(peer.connections, 2);
        QTRY_VERIFY(peer.received.contains("two"));
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}\n");
        QCOMPARE(shown(wait(call)), QStringLiteral("5"));
    }

    void twoWaitingCallsWithOneId_areTold()
    {
        FakePeer peer;
        const auto c = caller(peer.target());
        PendingCall first = c->client.send(Request { RequestId(7), "m" }); // both before there is a connection
        PendingCall second = c->client.send(Request { RequestId(7), "m" });
        QCOMPARE(wait(second)->error().kind, ErrorKind::InvalidArgument);
        QTRY_VERIFY(!peer.received.isEmpty());
        peer.socket->write("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":1}\n");
        QCOMPARE(shown(wait(first)), QStringLiteral("1"));
    }

    void busyClients_areNotTakenForSlowOnes()
    {
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.limits.bodyTime = std::chrono::milliseconds(150);
        const auto url = listener->listen(options);
        support::RawClient busy(quint16(url->port()));
        const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[1,2]}\n";
        busy.send(call.left(10));
        QElapsedTimer clock;
        clock.start();
        QByteArray received;
        while (clock.elapsed() < 600) { // each read of the server ends within a message
            busy.send(call.mid(10) + call.left(10));
            QTRY_VERIFY((received += busy.socket().readAll()).endsWith('\n'));
            received.clear();
        }
        QCOMPARE(server.openSessions().size(), 1);
    }

    void standardInputAndOutput_areServed()
    {
        int requests[2];
        int answers[2];
        QVERIFY(::pipe(requests) == 0 && ::pipe(answers) == 0);
        Server server;
        Methods methods(server);
        auto *session = new Session(std::make_unique<StdioChannel>(requests[0], answers[1], Framing::ContentLength, Limits()), server, {}, {}, &server);
        bool ended = false;
        connect(session, &Session::ended, this, [&] { ended = true; });
        {
            Caller c(std::make_unique<ChannelTransport>(std::make_unique<StdioChannel>(answers[0], requests[1], Framing::ContentLength, Limits())));
            c.transport->registry().add("double", [](int n) { return 2 * n; });
            QCOMPARE(shown(wait(c.client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
            QCOMPARE(shown(wait(c.client.call("askBack", Array { 21 }))), QStringLiteral("42"));
            const QString large(1'000'000, u'x'); // more than a pipe holds
            const auto reply = wait(c.client.call("echo", Array { large }));
            QCOMPARE((*reply)->toString(), large);
        }
        QVERIFY(!ended);
        ::close(requests[1]); // as a parent does that has enough
        QTRY_VERIFY(ended);
        for (const int fd : { requests[0], answers[0], answers[1] })
            ::close(fd);
    }

    void unreadPeers_loseTheirSession_atTheBacklog()
    {
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.limits.backlog = 64 * 1024;
        const auto url = listener->listen(options);
        support::RawClient raw(quint16(url->port()));
        raw.socket().setReadBufferSize(1); // reads nothing
        QTRY_COMPARE(server.openSessions().size(), 1);
        const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[\"" + QByteArray(100'000, 'x') + "\"]}\n";
        for (int i = 0; i < 400 && !server.openSessions().isEmpty(); ++i) {
            raw.send(call);
            QTest::qWait(0);
        }
        QTRY_VERIFY(server.openSessions().isEmpty());
        const auto c = caller(*url, Framing::Newline);
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
    }

    // A client has its patience, too: what it is called while its answers are not read has to wait.
    void peersThatNeverRead_makeTheirCallsWait()
    {
        FakePeer peer;
        ChannelOptions options;
        options.limits.backlog = 64 * 1024;
        const auto c = caller(peer.target(), options);
        c->transport->registry().add("echo", [](const Value &v) { return v; });
        c->transport->open();
        QTRY_VERIFY(peer.socket);
        QObject::disconnect(peer.socket, &QTcpSocket::readyRead, nullptr, nullptr);
        peer.socket->setReadBufferSize(1);
        const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[\"" + QByteArray(100'000, 'x') + "\"]}\n";
        constexpr int calls = 400;
        for (int i = 0; i < calls; ++i)
            peer.socket->write(call);
        qint64 most = 0;
        int answered = -1;
        // Until nothing moves any more.
        QVERIFY(QTest::qWaitFor(
            [&, same = 0]() mutable {
                most = qMax(most, c->transport->channel().backlog());
                same = answered == c->answered.size() ? same + 1 : 0;
                answered = int(c->answered.size());
                return same == 30 || answered == calls;
            },
            30'000));
        QVERIFY2(answered > 0 && answered < calls, qPrintable(QString::number(answered)));
        QVERIFY2(most < 64 * 1024 + 2 * call.size(), qPrintable(QString::number(most)));
        QVERIFY(peer.socket->bytesToWrite() > 0); // they wait on the side that sent them
        QVERIFY(c->ends.isEmpty());
        // Nothing is lost by that.
        QObject::connect(peer.socket, &QTcpSocket::readyRead, peer.socket, [&] { peer.received += peer.socket->readAll(); });
        peer.socket->setReadBufferSize(0);
        peer.received += peer.socket->readAll();
        QTRY_COMPARE_WITH_TIMEOUT(peer.received.count('\n'), calls, 30'000);
    }

    void mixedBatches_areTakenApart()
    {
        FakePeer peer;
        const auto c = caller(peer.target());
        c->transport->registry().add("double", [](int n) { return 2 * n; });
        PendingCall first = c->client.call("a");
        PendingCall second = c->client.call("b");
        QTRY_VERIFY(peer.received.contains("\"id\":2"));
        peer.received.clear();
        const QByteArray mixed = "[ {\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"two\"},{\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"double\",\"params\":[4]} ,"
                                 "{\"jsonrpc\":\"2.0\",\"method\":\"tick\"},{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"one\"}, {\"jsonrpc\":\"2.0\",\"id\":9,\"result\":0}]";
        peer.socket->write(mixed + '\n');
        QCOMPARE(shown(wait(first)), QStringLiteral("one"));
        QCOMPARE(shown(wait(second)), QStringLiteral("two"));
        QTRY_COMPARE(peer.received, QByteArray("[{\"jsonrpc\":\"2.0\",\"result\":8,\"id\":\"x\"}]\n"));
        QCOMPARE(c->calls, QStringList({ "double", "tick" }));
        QCOMPARE(c->answered.size(), 1);
        QCOMPARE(c->answered[0].request.body, mixed);
        QCOMPARE(c->answered[0].result.outcomes.size(), 2);
        QCOMPARE(c->unexpected.size(), 1);
        QCOMPARE(c->unexpected[0].reason, UnexpectedMessage::Reason::UnknownId);
        QCOMPARE(c->unexpected[0].body, mixed);
        // What each call shows is still everything that came.
        const Trace &trace = first.trace();
        QCOMPARE(trace.responseBody, QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"one\"}"));
        QCOMPARE(trace.responseHead + trace.responseBody + trace.responseTail, mixed + '\n');

        // The other way round, and to a batch.
        Batch batch = c->client.batch();
        batch.call("c").call("d");
        auto sent = c->client.send(batch);
        QTRY_VERIFY(peer.received.contains("\"id\":4"));
        peer.received.clear();
        peer.socket->write("[{\"jsonrpc\":\"2.0\",\"id\":\"y\",\"method\":\"double\",\"params\":[5]},{\"jsonrpc\":\"2.0\",\"id\":4,\"result\":\"four\"},"
                           "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":\"three\"}]\n");
        const auto replies = wait(sent);
        QCOMPARE(shown(replies->replies[0]), QStringLiteral("three"));
        QCOMPARE(shown(replies->replies[1]), QStringLiteral("four"));
        QTRY_COMPARE(peer.received, QByteArray("[{\"jsonrpc\":\"2.0\",\"result\":10,\"id\":\"y\"}]\n"));

        // What is neither.
        peer.socket->write("[{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":0},{\"kind\":\"push\"}]\n");
        QTRY_COMPARE(c->unexpected.size(), 3);
        QCOMPARE(c->unexpected[1].reason, UnexpectedMessage::Reason::UnknownId);
        QCOMPARE(c->unexpected[2].reason, UnexpectedMessage::Reason::Unreadable);
    }

    void callsThatAreNotMade_areTold()
    {
        FakePeer peer;
        ChannelOptions options;
        options.limits.inFlight = 2;
        const auto c = caller(peer.target(), options);
        QList<ReplyHandle> held;
        c->transport->registry().addRaw(named("later"), [&](const CallContext &, const Params &, const ReplyHandle &reply) { held.append(reply); });
        c->transport->open();
        QTRY_VERIFY(peer.socket);
        const QByteArray later = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"la\\u0074er\"}";
        const QByteArray tick = "{\"jsonrpc\":\"2.0\",\"method\":\"tick\"}";
        const QByteArray tooMany = '[' + later + ',' + tick + ',' + later + ",1," + later + ']';
        peer.socket->write(tooMany + '\n');
        QTRY_COMPARE(c->answered.size(), 1);
        QCOMPARE(c->answered[0].request.body, tooMany);
        QCOMPARE(c->answered[0].answer.body.count("Too many calls under way"), 4); // all but the notification
        const auto outcomes = c->answered[0].result.outcomes;
        QCOMPARE(outcomes.size(), 5);
        QCOMPARE(outcomes[0].method, QStringLiteral("later"));
        QCOMPARE(outcomes[0].code, -32000);
        QCOMPARE(outcomes[0].message, QStringLiteral("Too many calls under way"));
        QCOMPARE(outcomes[1].method, QStringLiteral("tick"));
        QVERIFY(outcomes[1].isNotification && !outcomes[1].succeeded);
        QVERIFY(held.isEmpty());
        // Two wait for the third to be answered when the connection ends.
        peer.socket->write(later + '\n' + '[' + later + ',' + later + "]\n");
        QTRY_COMPARE(held.size(), 1);
        peer.socket->write(later + '\n');
        QTRY_COMPARE(peer.socket->bytesToWrite(), 0);
        QTest::qWait(0);
        peer.socket->disconnectFromHost();
        QTRY_COMPARE(c->ends.size(), 1);
        held.takeFirst().resolve(1);
        QTRY_COMPARE(c->answered.size(), 4);
        for (int i = 1; i < 4; ++i)
            QVERIFY(c->answered[i].answer.body.isEmpty());
        QCOMPARE(c->answered[1].result.outcomes.size() + c->answered[2].result.outcomes.size() + c->answered[3].result.outcomes.size(), 4);
    }

    void standardInputThatEnds_isAnsweredToItsEnd()
    {
        int requests[2];
        int answers[2];
        QVERIFY(::pipe(requests) == 0 && ::pipe(answers) == 0);
        Server server;
        Methods methods(server);
        Limits limits;
        limits.inFlight = 2;
        auto *session = new Session(std::make_unique<StdioChannel>(requests[0], answers[1], Framing::Newline, limits), server, {}, limits, &server);
        bool ended = false;
        connect(session, &Session::ended, this, [&] { ended = true; });
        QByteArray calls;
        for (const char c : { 'a', 'b', 'c', 'd', 'e' })
            calls += QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"later\",\"params\":[\"") + c + "\"]}\n";
        QCOMPARE(::write(requests[1], calls.constData(), size_t(calls.size())), calls.size());
        ::close(requests[1]); // everything was asked that will be
        for (const char *c : { "a", "b", "c", "d", "e" }) {
            QTRY_VERIFY(methods.held.contains(QString::fromLatin1(c)));
            QVERIFY(!ended);
            methods.held.take(QString::fromLatin1(c)).resolve(QString::fromLatin1(c));
        }
        QTRY_VERIFY(ended);
        ::close(answers[1]);
        QFile out;
        QVERIFY(out.open(answers[0], QIODevice::ReadOnly));
        QCOMPARE(out.readAll().count("\"result\""), 5);
        for (const int fd : { requests[0], answers[0] })
            ::close(fd);
    }

    void floods_wait_whereTheChannelCanMakeThem()
    {
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.limits.inFlight = 3;
        const auto url = listener->listen(options);
        const auto c = caller(*url, Framing::Newline);
        QList<PendingCall> calls;
        for (int i = 0; i < 10; ++i)
            calls.append(c->client.call("later", Array { QString::number(i) }));
        QTRY_COMPARE(methods.held.size(), 3);
        for (int i = 0; i < 10; ++i) {
            QTRY_VERIFY(methods.held.contains(QString::number(i)));
            QVERIFY(methods.held.size() <= 3);
            methods.held.take(QString::number(i)).resolve(i);
            QCOMPARE(shown(wait(calls[i])), QString::number(i));
        }
    }

    void batches_countEachOfTheirCalls()
    {
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.limits.inFlight = 3;
        const auto url = listener->listen(options);
        const auto c = caller(*url, Framing::Newline);
        const auto batchOf = [&](const QStringList &names) {
            Batch batch = c->client.batch();
            for (const QString &name : names)
                batch.call("later", Array { name }).notify("note", Array { name });
            return c->client.send(batch);
        };
        auto first = batchOf({ "a", "b" });
        auto second = batchOf({ "c", "d" }); // there is room for one
        PendingCall third = c->client.call("later", Array { QString("e") });
        QTRY_COMPARE(methods.held.size(), 2);
        // The second was sent; everything that comes of it is a wait, in which the connection stands still.
        PendingCall fourth = c->client.call("add", Array { 1, 2 });
        QTRY_COMPARE(c->transport->channel().backlog(), 0);
        QTest::qWait(0);
        QCOMPARE(methods.held.size(), 2);
        QCOMPARE(methods.notes, QStringList({ "a", "b" }));
        methods.held.take("a").resolve(1);
        QTest::qWait(0);
        QCOMPARE(methods.held.size(), 1); // a batch is answered as a whole
        methods.held.take("b").resolve(2);
        QCOMPARE(shown(wait(first)->replies[0]), QStringLiteral("1"));
        QTRY_COMPARE(methods.held.size(), 3); // c, d and e
        QVERIFY(!fourth.isFinished());
        methods.held.take("e").resolve(5);
        QCOMPARE(shown(wait(third)), QStringLiteral("5"));
        QCOMPARE(shown(wait(fourth)), QStringLiteral("3"));
        methods.held.take("c").resolve(3);
        methods.held.take("d").resolve(4);
        QCOMPARE(shown(wait(second)->replies[2]), QStringLiteral("4"));

        // There is never room for four.
        const auto refused = wait(batchOf({ "f", "g", "h", "i" }));
        QCOMPARE(refused->replies.size(), 8);
        for (int i = 0; i < 8; i += 2)
            QCOMPARE(shown(refused->replies[i]), QStringLiteral("!-32000 Too many calls under way"));
        QCOMPARE(methods.notes, QStringList({ "a", "b", "c", "d" }));
        QVERIFY(methods.held.isEmpty());
        auto whole = batchOf({ "j", "k", "l" });
        QTRY_COMPARE(methods.held.size(), 3);
        for (const char *name : { "j", "k", "l" })
            methods.held.take(name).resolve(0);
        QCOMPARE(shown(wait(whole)->replies[0]), QStringLiteral("0"));
    }

    void batchesThatWait_areAnswered_beforeTheServerStops()
    {
        Server server;
        Methods methods(server);
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.limits.inFlight = 2;
        const auto url = listener->listen(options);
        support::RawClient client(quint16(url->port()));
        const QByteArray later = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"later\",\"params\":[\"a\"]}";
        const QByteArray add = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"add\",\"params\":[1,2]}";
        client.send(later + "\n[" + add + ',' + add + "]\n");
        QTRY_COMPARE(methods.held.size(), 1);
        listener->stop(std::chrono::seconds(10));
        methods.held.take("a").resolve(7);
        QVERIFY(client.waitForClose());
        QVERIFY2(client.received().contains("\"result\":7"), client.received().constData());
        QCOMPARE(client.received().count("\"result\":3"), 2);
    }

    void halfMessages_loseTheirSession_inTime()
    {
        Server server;
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.limits.bodyTime = std::chrono::milliseconds(50);
        const auto url = listener->listen(options);
        support::RawClient silent(quint16(url->port()));
        support::RawClient half(quint16(url->port()));
        half.send("{\"jsonrpc\":");
        QVERIFY(half.waitForClose());
        QCOMPARE(server.openSessions().size(), 1); // silence is no crime
    }

    void tooManyConnections_areTold()
    {
        Server server;
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.limits.connections = 1;
        const auto url = listener->listen(options);
        support::RawClient first(quint16(url->port()));
        QTRY_COMPARE(server.openSessions().size(), 1);
        support::RawClient second(quint16(url->port()));
        QVERIFY(second.waitForClose());
        QVERIFY(second.received().contains("Too many connections"));
        first.abort();
        QTRY_VERIFY(server.openSessions().isEmpty());
    }

    void hosts_areIPv4Addresses_andNetworksOfIPv6()
    {
        const auto key = [](const char *address) { return hostKey(QHostAddress(QString::fromLatin1(address))); };
        QCOMPARE(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
        QVERIFY(key("2001:db8:1:2::1") != key("2001:db8:1:3::1"));
        QCOMPARE(key("10.0.0.1"), key("::ffff:10.0.0.1"));
        QVERIFY(key("10.0.0.1") != key("10.0.0.2"));
        QVERIFY(key("10.0.0.1") != key("::1"));
    }

    void tooManyFromOneHost_areTold()
    {
        Server server;
        auto *listener = server.addListener(std::make_unique<StreamListener>());
        StreamOptions options;
        options.limits.connectionsPerHost = 1;
        const auto url = listener->listen(options);
        support::RawClient first(quint16(url->port()));
        QTRY_COMPARE(server.openSessions().size(), 1);
        support::RawClient second(quint16(url->port()));
        QVERIFY(second.waitForClose());
        QTcpSocket neighbour;
        QVERIFY(neighbour.bind(QHostAddress(QStringLiteral("127.0.0.2"))));
        neighbour.connectToHost(QHostAddress(QHostAddress::LocalHost), quint16(url->port()));
        QTRY_COMPARE(server.openSessions().size(), 2);
    }

    void servers_mayEnd_withCallsUnderWay()
    {
        std::optional<Server> server(std::in_place);
        Methods methods(*server);
        auto *listener = server->addListener(std::make_unique<StreamListener>());
        const auto url = listener->listen({});
        const auto c = caller(*url, Framing::Newline);
        PendingCall call = c->client.call("later", Array { QString("a") });
        QTRY_COMPARE(methods.held.size(), 1);
        server.reset();
        QCOMPARE(wait(call)->error().kind, ErrorKind::ConnectionLost);
        methods.held.take("a").resolve(1); // nobody is there any more
    }

    void staleSockets_areReplaced_livingOnesNot()
    {
        Server server;
        StreamOptions options;
        options.socketPath = m_folder.filePath("stale.sock");
        auto *first = server.addListener(std::make_unique<StreamListener>());
        QVERIFY(first->listen(options).hasValue());
        auto *second = server.addListener(std::make_unique<StreamListener>());
        const auto refused = second->listen(options);
        QVERIFY(!refused);
        QVERIFY2(refused.error().message.contains("another program answers"), qPrintable(refused.error().message));
        options.socketPath = m_folder.filePath("text");
        QFile text(options.socketPath);
        QVERIFY(text.open(QIODevice::WriteOnly));
        QVERIFY(!second->listen(options));
        QVERIFY(text.exists());
        options.socketPath = m_folder.filePath("stale.sock");
        QCOMPARE(QFile::permissions(options.socketPath) & (QFile::ReadOther | QFile::WriteOther | QFile::ReadGroup | QFile::WriteGroup), QFile::Permissions());
    }
};

QTEST_GUILESS_MAIN(tst_Streams)
#include "tst_streams.moc"
