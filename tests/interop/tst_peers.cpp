// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "realprograms.h"

#include <rpccore/duplex/streamtransport.h>
#include <rpccore/duplex/websockettransport.h>
#include <rpccore/json/valuetext.h>
#include <tests/duplex/duplexing.h>

using namespace rpc;
using namespace realprograms;
using namespace testcalls;
using duplexing::Caller;

/// Real programs that speak JSON-RPC over WebSocket, TCP and standard input and output.
class tst_Peers : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    static std::unique_ptr<Caller> webSocket(quint16 port, const QString &path)
    {
        WebSocketTarget target;
        target.url = QUrl(QStringLiteral("ws://127.0.0.1:%1%2").arg(port).arg(path));
        return std::make_unique<Caller>(std::make_unique<WebSocketTransport>(target));
    }
    static std::unique_ptr<Caller> tcp(quint16 port, Framing framing)
    {
        return std::make_unique<Caller>(std::make_unique<StreamTransport>(StreamTarget { TcpTarget { text("127.0.0.1"), port }, framing }));
    }
    static Value value(const QByteArray &json) { return valuetext::fromText(json).valueOr(Value()); }

private Q_SLOTS:
    FATAL_MESSAGES

    void cleanupTestCase() { real.reset(); }

    void aria2_overWebSocket_withItsNotifications()
    {
        NEEDS("aria2");
        START(text("aria2"));
        // Something to download, on this machine.
        QTcpServer files;
        QVERIFY(files.listen(QHostAddress::LocalHost));
        connect(&files, &QTcpServer::newConnection, &files, [&files] {
            QTcpSocket *const socket = files.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                socket->readAll();
                socket->write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
                socket->disconnectFromHost();
            });
        });
        const auto c = webSocket(port, text("/jsonrpc"));
        PendingCall call = c->client.call("aria2.getVersion", Array { text("token:s3cret") });
        const auto version = wait(call);
        QVERIFY2(version->hasValue(), qPrintable(shown(version)));
        QCOMPARE(call.trace().carriage, text("WebSocket"));
        QVERIFY(call.trace().connected && call.trace().sent);
        const auto added = wait(c->client.call("aria2.addUri",
            Array { text("token:s3cret"), Value(Array { QStringLiteral("http://127.0.0.1:%1/file").arg(files.serverPort()) }) }));
        QVERIFY2(added->hasValue(), qPrintable(shown(added)));
        QTRY_VERIFY_WITH_TIMEOUT(c->calls.contains("aria2.onDownloadComplete"), 15000);
        QCOMPARE(c->calls, (QStringList { "aria2.onDownloadStart", "aria2.onDownloadComplete" }));
        // Errors, several calls at once, and what it cannot read.
        QCOMPARE(shown(wait(c->client.call("aria2.getVersion", Array { text("token:wrong") }))).left(3), text("!1 "));
        Batch batch = c->client.batch();
        batch.call("system.listNotifications").call("aria2.nope", Array { text("token:s3cret") });
        const auto replies = wait(c->client.send(batch));
        QVERIFY(replies->replies[0]->hasValue() && !replies->replies[1]->hasValue());
        QCOMPARE(shown(wait(c->client.sendRaw("{bad"))).left(7), text("!-32700"));
        QVERIFY(c->unexpected.isEmpty());
        c->transport->close();
        QTRY_COMPARE(c->ends.size(), 1);
    }

    void jayson_overWebSocketAndTcp_data()
    {
        QTest::addColumn<int>("offset");
        QTest::newRow("TCP, lines") << 1;
        QTest::newRow("TCP, detected") << 11;
        QTest::newRow("WebSocket") << 2;
    }

    void jayson_overWebSocketAndTcp()
    {
        NEEDS("jayson");
        QFETCH(int, offset);
        START(text("jayson"));
        const auto c = offset == 2 ? webSocket(quint16(port + 2), text("/")) : tcp(quint16(port + 1), offset == 1 ? Framing::Newline : Framing::Detect);
        PendingCall slow = c->client.call("slow");
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), text("5"));
        QVERIFY(!slow.isFinished()); // it was asked first
        QCOMPARE(shown(wait(c->client.call("add", Struct { { text("a"), 2 }, { text("b"), 40 } }))), text("42"));
        QCOMPARE(shown(wait(c->client.call("fail"))).left(7), text("!-32050"));
        QCOMPARE(shown(wait(c->client.call("nope"))).left(7), text("!-32601"));
        QVERIFY(wait(c->client.notify("echo", Array { 1 }))->hasValue());
        Batch batch = c->client.batch();
        batch.call("add", Array { 1, 2 }).call("nope").call("add", Array { 3, 4 });
        const auto replies = wait(c->client.send(batch));
        QCOMPARE(shown(replies->replies[0]) + shown(replies->replies[1]).left(7) + shown(replies->replies[2]), text("3!-326017"));
        QCOMPARE(shown(wait(slow)), text("late"));
        QVERIFY(c->unexpected.isEmpty());
    }

    void openRpc_neverAnswers_overWebSocket()
    {
        NEEDS("open-rpc");
        START(text("open-rpc"));
        const auto c = webSocket(quint16(port + 1), text("/"));
        CallOptions options;
        options.timeout = std::chrono::milliseconds(300);
        QCOMPARE(wait(c->client.call("sum_ref", Array { 1 }, options))->error().kind, ErrorKind::Timeout);
        PendingCall call = c->client.call("sum_ref", Array { 1 });
        QCOMPARE(shown(wait(c->client.call("addition", Array { 1, 2 }))), text("3"));
        QVERIFY(!call.isFinished());
        call.cancel();
        QCOMPARE(wait(call)->error().kind, ErrorKind::Cancelled);
        // It answers notifications, without an id: that belongs to no call.
        QVERIFY(wait(c->client.notify("addition", Array { 1, 2 }))->hasValue());
        QTRY_COMPARE(c->unexpected.size(), 1);
        QCOMPARE(c->unexpected[0].reason, UnexpectedMessage::Reason::UnknownId);
    }

    void clangd_overStandardInputAndOutput()
    {
        NEEDS("clangd");
        const auto target = StreamTarget::fromUrl(QUrl(text("exec+lsp:clangd --background-index=false -j=1 --log=error")));
        QVERIFY(target.hasValue());
        const auto c = std::make_unique<Caller>(std::make_unique<StreamTransport>(*target));
        Value edit;
        c->transport->registry().add("workspace/applyEdit", [&](const Value &label, const Value &what) {
            Q_UNUSED(label)
            edit = what;
            return Struct { { text("applied"), true } };
        }).params("label", "edit").defaultValue("label", Value());
        const auto params = [](const QByteArray &json) { return Params(*value(json).get<Struct>()); };
        const auto hello = wait(c->client.call("initialize", params("{\"processId\":null,\"rootUri\":null,\"capabilities\":{}}")));
        QVERIFY2(hello->hasValue(), qPrintable(shown(hello)));
        QVERIFY((*hello)->get<Struct>()->contains(text("capabilities")));
        c->client.notify("initialized", params("{}"));
        c->client.notify("textDocument/didOpen",
            params("{\"textDocument\":{\"uri\":\"file:///antiphon/x.cpp\",\"languageId\":\"cpp\",\"version\":1,\"text\":\"int f() { int a = 1; if (a = 2) return 1; return 0 }\"}}"));
        QTRY_VERIFY_WITH_TIMEOUT(c->calls.contains("textDocument/publishDiagnostics"), 30000);
        const auto symbols = wait(c->client.call("textDocument/documentSymbol", params("{\"textDocument\":{\"uri\":\"file:///antiphon/x.cpp\"}}")));
        QVERIFY2(symbols->hasValue(), qPrintable(shown(symbols)));
        QCOMPARE((*symbols)->get<Array>()->at(0).get<Struct>()->find(u"name")->toString(), text("f"));
        QCOMPARE(shown(wait(c->client.call("nope/x", params("{}")))).left(7), text("!-32601"));

        // It is told to mend the missing semicolon, and asks us to do it: a request from its side, in the middle of ours.
        const auto fix = wait(c->client.call("workspace/executeCommand",
            params("{\"command\":\"clangd.applyFix\",\"arguments\":[{\"changes\":{\"file:///antiphon/x.cpp\":[{\"range\":{\"start\":{\"line\":0,\"character\":50},\"end\":{\"line\":0,\"character\":50}},\"newText\":\";\"}]}}]}")));
        QVERIFY2(fix->hasValue(), qPrintable(shown(fix)));
        QVERIFY(c->calls.contains("workspace/applyEdit"));
        QVERIFY(edit.get<Struct>() && edit.get<Struct>()->contains(text("changes")));

        QVERIFY(wait(c->client.call("shutdown"))->hasValue());
        c->client.notify("exit");
        QTRY_COMPARE(c->ends.size(), 1);
        QVERIFY2(c->ends[0].message.contains("status 0"), qPrintable(c->ends[0].message));
        QVERIFY(c->unexpected.isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Peers)
#include "tst_peers.moc"
