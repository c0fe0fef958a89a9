// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "testcalls.h"

#include <QThread>

using namespace rpc;
using namespace testcalls;

namespace {

std::unique_ptr<Client> clientOn(LoopTransport::Handler handler)
{
    return std::make_unique<Client>(std::make_unique<LoopTransport>(std::move(handler)), std::make_shared<JsonRpcCodec>());
}

const QByteArray one = R"({"jsonrpc":"2.0","id":1,"result":1})";

} // namespace

class tst_LoopTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void answers_comeThroughTheEventLoop_withoutHttp()
    {
        QByteArray type;
        bool handled = false;
        const auto client = clientOn([&](const QByteArray &, const QByteArray &contentType, const LoopTransport::Answer &answer) {
            handled = true;
            type = contentType;
            answer(one);
        });
        PendingCall call = client->call(u"m");
        QVERIFY(!handled && !call.isFinished());
        QCOMPARE(shown(wait(call)), QStringLiteral("1"));
        QCOMPARE(type, QByteArray("application/json"));
        const Trace &trace = call.trace();
        QCOMPARE(trace.httpStatus, 0);
        QVERIFY(trace.requestHead.isEmpty() && trace.responseHead.isEmpty() && trace.url.isEmpty());
        QVERIFY(trace.findings.isEmpty());
        QCOMPARE(trace.requestBody, QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"m"})"));
        QCOMPARE(trace.responseBody, one);
        QVERIFY(trace.sent && trace.complete && *trace.sent <= *trace.complete);
    }

    void notifications_areAnsweredWithNothing()
    {
        Loop loop;
        const auto client = loopClient(loop);
        QVERIFY(wait(client->notify(u"m"))->hasValue());
        const auto reply = wait(client->call(u"m"));
        QCOMPARE(reply->error().kind, ErrorKind::EmptyAnswer);
        QVERIFY(!reply->error().message.contains(u"HTTP"));
    }

    void answers_mayComeFromAnyThread()
    {
        std::unique_ptr<QThread> thread;
        const auto client = clientOn([&](const QByteArray &, const QByteArray &, const LoopTransport::Answer &answer) {
            thread.reset(QThread::create([answer] { answer(one); }));
            thread->start();
        });
        Qt::HANDLE calledIn = nullptr;
        QObject context;
        client->call(u"m").onFinished(&context, [&](const Reply &reply) {
            QVERIFY(reply.hasValue());
            calledIn = QThread::currentThreadId();
        });
        QVERIFY(QTest::qWaitFor([&] { return calledIn != nullptr; }));
        QCOMPARE(calledIn, QThread::currentThreadId());
        thread->wait();
    }

    void secondAndLateAnswers_areDropped()
    {
        LoopTransport::Answer kept;
        const auto client = clientOn([&](const QByteArray &, const QByteArray &, const LoopTransport::Answer &answer) {
            kept = answer;
            answer(one);
            answer("nonsense");
        });
        QCOMPARE(shown(wait(client->call(u"m"))), QStringLiteral("1"));
        kept(one);
        QCoreApplication::processEvents();
    }

    void aDroppedCall_doesNotHang()
    {
        const auto client = clientOn([](const QByteArray &, const QByteArray &, const LoopTransport::Answer &) { });
        QCOMPARE(wait(client->call(u"m"))->error().kind, ErrorKind::ConnectionLost);
    }

    void silence_timesOut_alsoByTheCallsOwnTime()
    {
        QList<LoopTransport::Answer> kept;
        auto transport = std::make_unique<LoopTransport>([&](const QByteArray &, const QByteArray &, const LoopTransport::Answer &answer) { kept.append(answer); });
        transport->setTimeout(std::chrono::milliseconds(120));
        Client client(std::move(transport), std::make_shared<JsonRpcCodec>());
        const auto reply = wait(client.call(u"m"));
        QCOMPARE(reply->error().kind, ErrorKind::Timeout);
        QVERIFY(reply->error().message.contains(u"120 ms"));
        CallOptions options;
        options.timeout = std::chrono::milliseconds(30);
        QVERIFY(wait(client.call(u"m", {}, options))->error().message.contains(u"30 ms"));
        kept.first()(one); // too late
        QCoreApplication::processEvents();
    }

    void cancel_beforeTheHandlerRan_keepsItFromRunning()
    {
        Loop loop;
        const auto client = loopClient(loop);
        PendingCall call = client->call(u"m");
        call.cancel();
        QCOMPARE(shown(call.reply()), QStringLiteral("cancelled"));
        QCoreApplication::processEvents();
        QVERIFY(loop.sent.isEmpty());
    }

    void cancel_whileTheHandlerWorks_endsTheCall()
    {
        LoopTransport::Answer kept;
        const auto client = clientOn([&](const QByteArray &, const QByteArray &, const LoopTransport::Answer &answer) { kept = answer; });
        PendingCall call = client->call(u"m");
        QVERIFY(QTest::qWaitFor([&] { return bool(kept); }));
        call.cancel();
        kept(one);
        QCoreApplication::processEvents();
        QCOMPARE(shown(call.reply()), QStringLiteral("cancelled"));
    }

    void theHandler_mayBeTheClientsEnd()
    {
        std::unique_ptr<Client> client;
        client = clientOn([&](const QByteArray &, const QByteArray &, const LoopTransport::Answer &answer) {
            client.reset();
            answer(one);
        });
        PendingCall call = client->call(u"m");
        QCOMPARE(shown(wait(call)), QStringLiteral("cancelled"));
        QVERIFY(!client);
    }
};

QTEST_GUILESS_MAIN(tst_LoopTransport)
#include "tst_looptransport.moc"
