// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/client.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/client/looptransport.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>

#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>

#include <QTcpSocket>
#include <QTest>
#include <QThread>
#include <QTimer>

using namespace rpc;
using namespace std::chrono_literals;

namespace {

// Answers later, from the event loop; "never" is not answered.
std::unique_ptr<Client> client()
{
    const auto kept = std::make_shared<std::vector<LoopTransport::Answer>>(); // a dropped one ends its call
    return std::make_unique<Client>(
        std::make_unique<LoopTransport>([kept](const QByteArray &body, const QByteArray &, const LoopTransport::Answer &answer) {
            if (body.contains("never"))
                kept->push_back(answer);
            else if (body.startsWith('['))
                QTimer::singleShot(1ms, [answer] { answer("[{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":22},{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":11}]"); });
            else
                QTimer::singleShot(1ms, [answer] { answer("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}"); });
        }),
        std::make_shared<JsonRpcCodec>());
}

} // namespace

/// Calls that are waited for; no event loop runs around them.
class tst_Wait : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void wait_givesTheReply()
    {
        const auto c = client();
        PendingCall call = c->call(u"add", Array { 2, 3 });
        const Reply reply = call.wait();
        QVERIFY(reply);
        QCOMPARE(*reply, Value(5));
        QCOMPARE(*call.wait(), Value(5)); // again, at once
        QCOMPARE(PendingCall().wait().error().kind, ErrorKind::Cancelled);
    }

    void wait_typedAndBatch()
    {
        auto c = client();
        QCOMPARE(c->call<int>(u"add", 2, 3).wait().valueOr(0), 5);
        c = client();
        const BatchReply reply = c->send(c->batch().call(u"a").call(u"b")).wait();
        QVERIFY(reply.isSuccess());
        QCOMPARE(**reply.replies.at(0), Value(11));
    }

    void wait_tooLong_leavesTheCall()
    {
        const auto c = client();
        PendingCall call = c->call(u"never");
        QCOMPARE(call.wait(QDeadlineTimer(20ms)).error().kind, ErrorKind::Timeout);
        QVERIFY(!call.isFinished());
        QCOMPARE(call.wait(QDeadlineTimer(0)).error().kind, ErrorKind::Timeout);
        QCOMPARE(c->send(c->batch().call(u"never")).wait(QDeadlineTimer(0)).replies.size(), 1);
        call.cancel();
        QCOMPARE(call.wait().error().kind, ErrorKind::Cancelled);
    }

    void wait_clientDies_ends()
    {
        auto c = client();
        PendingCall call = c->call(u"never");
        QTimer::singleShot(1ms, [&c] { c.reset(); });
        QCOMPARE(call.wait().error().kind, ErrorKind::Cancelled);
    }

    void wait_inAThread_withoutALoop()
    {
        int result = 0;
        const std::unique_ptr<QThread> thread(QThread::create([&result] { result = client()->call<int>(u"add", 2, 3).wait().valueOr(0); }));
        thread->start();
        QVERIFY(thread->wait(10'000));
        QCOMPARE(result, 5);
    }

    void transports_share_connectionsAndCookies()
    {
        support::FakeServer server([](QTcpSocket &socket, const QByteArray &) {
            socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nSet-Cookie: a=1\r\nContent-Length: 35\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}");
        });
        HttpTarget target;
        target.url = QUrl(QString::fromLatin1(server.url()));
        target.cookies = true;
        auto first = std::make_unique<HttpTransport>(target);
        auto second = std::make_unique<HttpTransport>(first.get());
        auto a = std::make_unique<Client>(std::move(first), std::make_shared<JsonRpcCodec>());
        Client b(std::move(second), std::make_shared<JsonRpcCodec>());
        QVERIFY(a->call(u"m").wait(QDeadlineTimer(5s)));
        a.reset();
        QVERIFY(b.call(u"m").wait(QDeadlineTimer(5s)));
        QCOMPARE(server.connections(), 1);
        QVERIFY(support::fieldOf(server.requests().at(0), "Cookie").isEmpty());
        QCOMPARE(support::fieldOf(server.requests().at(1), "Cookie"), QByteArray("a=1"));
    }

    void batch_tellsTheOrderOfArrival()
    {
        const auto c = client();
        const BatchReply reply = c->send(c->batch().call(u"a").notify(u"n").call(u"b")).wait();
        QCOMPARE(reply.arrival, (QList<qsizetype> { 2, 0 })); // places in the batch
    }

    void batch_idsAreKnownBeforeSending()
    {
        const auto c = client();
        Batch batch = c->batch();
        batch.call(u"a").notify(u"n").call(u"b");
        const QList<RequestId> ids = c->assignIds(batch);
        QCOMPARE(ids, (QList<RequestId> { RequestId(1), RequestId(), RequestId(2) }));
        QCOMPARE(c->assignIds(batch), ids);
        PendingBatch sent = c->send(batch);
        QVERIFY(sent.wait().isSuccess());
        QVERIFY(sent.trace().requestBody.contains("\"id\":1") && sent.trace().requestBody.contains("\"id\":2"));
    }

    void version_isThatOfAllCalls()
    {
        const auto c = client();
        c->setVersion(JsonRpcVersion::V1_1);
        PendingCall call = c->call(u"m", Array { 1 });
        PendingCall note = c->notify(u"m");
        PendingBatch batch = c->send(c->batch().call(u"a"));
        QVERIFY(call.trace().requestBody.startsWith("{\"version\":\"1.1\""));
        QVERIFY(note.trace().requestBody.startsWith("{\"version\":\"1.1\""));
        QVERIFY(batch.trace().requestBody.startsWith("[{\"version\":\"1.1\""));
    }
};

QTEST_GUILESS_MAIN(tst_Wait)
#include "tst_wait.moc"
