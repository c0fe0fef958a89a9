// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "testcalls.h"

#include <tests/support/fakeserver.h>

using namespace rpc;
using namespace testcalls;
using support::FakeServer;

class tst_Batch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void batch_goesInOneMessage_andIsAnsweredInOrder()
    {
        Loop loop;
        loop.answer = R"([{"jsonrpc":"2.0","id":2,"error":{"code":5,"message":"no"}},{"jsonrpc":"2.0","id":1,"result":7}])";
        const auto client = loopClient(loop);
        Batch batch = client->batch();
        batch.call(u"add", Array { 3, 4 }).notify(u"log", Struct { { QStringLiteral("a"), 1 } }).call(u"div");
        QCOMPARE(batch.size(), 3);
        PendingBatch pending = client->send(batch);
        QVERIFY(!pending.isFinished());
        const auto reply = wait(pending);
        QCOMPARE(loop.sent, QList<QByteArray> { R"([{"jsonrpc":"2.0","id":1,"method":"add","params":[3,4]},{"jsonrpc":"2.0","method":"log","params":{"a":1}},{"jsonrpc":"2.0","id":2,"method":"div"}])" });
        QCOMPARE(shown(reply->replies), QStringLiteral("7, -, !5 no"));
        QVERIFY(!reply->error);
        QVERIFY(!reply->isSuccess());
        QVERIFY(reply->unlinked.isEmpty() && reply->duplicated.isEmpty());
        QVERIFY(pending.trace().findings.isEmpty());
        QCOMPARE(pending.trace().responseBody, *loop.answer);
    }

    // The batch is: call id 1, notification, call id 2, call id "x".
    void answers_areDealtOutByTheirIds_andNeverGuessed_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("replies");
        QTest::addColumn<QString>("unlinked");
        QTest::addColumn<QString>("duplicated");
        QTest::addColumn<QStringList>("findings");
        const auto row = [](const char *name, const char *answer, const char *replies, const char *unlinked, const char *duplicated, const QStringList &findings) {
            QByteArray full(answer);
            full.replace("{", R"({"jsonrpc":"2.0",)").replace(R"(:{"jsonrpc":"2.0",)", ":{"); // messages, not errors in them
            QTest::newRow(name) << full << QString::fromUtf8(replies) << QString::fromUtf8(unlinked) << QString::fromUtf8(duplicated) << findings;
        };
        const QString unlinked = QStringLiteral("jsonrpc.batch-unlinked");
        const QString unknown = QStringLiteral("jsonrpc.batch-unknown-id");
        const QString twice = QStringLiteral("jsonrpc.batch-duplicate");
        const QString missing = QStringLiteral("jsonrpc.batch-missing");
        const QString noId = QStringLiteral("jsonrpc.id-missing");
        row("any order", R"([{"id":"x","result":3},{"id":1,"result":1},{"id":2,"result":2}])", "1, -, 2, 3", "", "", {});
        row("one is missing", R"([{"id":1,"result":1},{"id":"x","result":3}])", "1, -, ?, 3", "", "", { missing });
        row("one without an id, one call is left", R"([{"id":1,"result":1},{"result":2},{"id":"x","result":3}])", "1, -, ?, 3", "(none):2", "", { noId, unlinked, missing });
        row("error with the id null", R"([{"id":1,"result":1},{"id":null,"error":{"code":-32600,"message":"bad"}},{"id":"x","result":3}])", "1, -, ?, 3", "null:!-32600 bad", "", { unlinked, missing });
        row("unknown id", R"([{"id":1,"result":1},{"id":9,"result":2},{"id":"x","result":3}])", "1, -, ?, 3", "9:2", "", { unknown, missing });
        row("id as text", R"([{"id":"1","result":1},{"id":2,"result":2},{"id":"x","result":3}])", "?, -, 2, 3", "\"1\":1", "", { unknown, missing });
        row("id with a fraction", R"([{"id":1.0,"result":1},{"id":2,"result":2},{"id":"x","result":3}])", "?, -, 2, 3", "1.0:1", "", { unknown, missing });
        row("one id twice", R"([{"id":1,"result":1},{"id":1,"result":8},{"id":2,"result":2},{"id":"x","result":3},{"id":1,"result":9}])", "1, -, 2, 3", "", "1:8, 1:9", { twice, twice });
        row("a member that is no answer", R"([{"id":1,"result":1},7,{"id":2,"result":2},{"id":"x","result":3}])", "1, -, 2, 3", "(none):?", "", { unlinked });
        row("a request among them", R"([{"method":"push","params":[]},{"id":1,"result":1},{"id":2,"result":2},{"id":"x","result":3}])", "1, -, 2, 3", "(none):?", "", { unlinked });
        row("empty array", "[]", "?, -, ?, ?", "", "", { QStringLiteral("jsonrpc.batch-empty-answer"), missing, missing, missing });
    }
    void answers_areDealtOutByTheirIds_andNeverGuessed()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QString, replies);
        QFETCH(QString, unlinked);
        QFETCH(QString, duplicated);
        QFETCH(QStringList, findings);
        Loop loop { {}, answer };
        const auto client = loopClient(loop);
        Batch batch = client->batch();
        batch.call(u"a").notify(u"n").call(u"b").add(Request { QStringLiteral("x"), QStringLiteral("c") });
        PendingBatch pending = client->send(batch);
        const auto reply = wait(pending);
        QCOMPARE(shown(reply->replies), replies);
        QCOMPARE(shown(reply->unlinked), unlinked);
        QCOMPARE(shown(reply->duplicated), duplicated);
        QCOMPARE(ids(pending.trace().findings), findings);
        QVERIFY(!reply->error);
    }

    void findings_pointAtTheMember()
    {
        Loop loop { {}, R"([{"jsonrpc":"2.0","id":1,"result":1}, {"jsonrpc":"2.0","id":9,"result":2}])" };
        const auto client = loopClient(loop);
        PendingBatch pending = client->send(client->batch().call(u"a"));
        QVERIFY(wait(pending));
        if (JsonRpcCodec().readPayload(*loop.answer, {})->spans.isEmpty())
            QSKIP("the JSON reader tells no places");
        const Finding finding = pending.trace().findings.value(0);
        QCOMPARE(loop.answer->mid(finding.position.offset, finding.length), QByteArray(R"({"jsonrpc":"2.0","id":9,"result":2})"));
    }

    void wholeBatches_fail_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("replies");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *name, const char *status, const char *type, const char *answer, const char *replies, const char *error) {
            QTest::newRow(name) << QByteArray(status) << QByteArray(type) << QByteArray(answer) << QString::fromUtf8(replies) << QString::fromUtf8(error);
        };
        const char *json = "application/json";
        row("refused", "200 OK", json, R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Batch too large"}})", "!-32600 Batch too large, -, !-32600 Batch too large", "Batch too large");
        row("refused under 400", "400 Bad Request", json, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32600,"message":"no batches"}})", "!-32600 no batches, -, !-32600 no batches", "no batches");
        row("one result", "200 OK", json, R"({"jsonrpc":"2.0","id":1,"result":5})", "?, -, ?", "single result");
        row("nothing", "200 OK", json, "", "empty, -, empty", "empty body");
        row("HTML", "502 Bad Gateway", "text/html", "<html></html>", "http 502, -, http 502", "an HTML page");
        row("text", "500 Oops", "text/plain", "it broke", "http 500, -, http 500", "it broke");
        row("other JSON", "200 OK", json, "[1,2]", "?, -, ?", "[1,2]");
    }
    void wholeBatches_fail()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, answer);
        QFETCH(QString, replies);
        QFETCH(QString, error);
        FakeServer server(FakeServer::body(answer, type, status));
        const auto client = httpClient(server.url());
        const auto reply = wait(client->send(client->batch().call(u"a").notify(u"n").call(u"b")));
        QCOMPARE(shown(reply->replies), replies);
        QVERIFY(reply->error.has_value());
        QVERIFY2(reply->error->message.contains(error), qPrintable(reply->error->message));
        QVERIFY(!reply->isSuccess());
        QCOMPARE(shown(reply->unlinked), QLatin1String(QTest::currentDataTag()) == u"one result" ? QStringLiteral("1:5") : QString());
    }

    void notificationsOnly_areAccepted_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("success");
        QTest::addColumn<QStringList>("findings");
        QTest::newRow("204") << QByteArray("204 No Content") << QByteArray() << true << QStringList();
        QTest::newRow("200, empty") << QByteArray("200 OK") << QByteArray() << true << QStringList();
        QTest::newRow("500, empty") << QByteArray("500 No") << QByteArray() << false << QStringList();
        QTest::newRow("empty array") << QByteArray("200 OK") << QByteArray("[]") << true << QStringList { QStringLiteral("jsonrpc.batch-empty-answer") };
        QTest::newRow("answered") << QByteArray("200 OK") << QByteArray(R"([{"jsonrpc":"2.0","id":null,"result":1}])") << true << QStringList { QStringLiteral("jsonrpc.notification-answered") };
        QTest::newRow("refused") << QByteArray("200 OK") << QByteArray(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}})") << false << QStringList();
    }
    void notificationsOnly_areAccepted()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, answer);
        QFETCH(bool, success);
        QFETCH(QStringList, findings);
        FakeServer server(FakeServer::body(answer, "application/json", status));
        const auto client = httpClient(server.url());
        PendingBatch pending = client->send(client->batch().notify(u"a").notify(u"b"));
        const auto reply = wait(pending);
        QCOMPARE(shown(reply->replies), QStringLiteral("-, -"));
        QCOMPARE(reply->isSuccess(), success);
        QCOMPARE(ids(pending.trace().findings), findings);
    }

    void whatCannotBeSent_isNotSent()
    {
        Loop loop { {}, "[]" };
        const auto client = loopClient(loop);
        const auto empty = wait(client->send(client->batch()));
        QCOMPARE(empty->error->kind, ErrorKind::InvalidArgument);
        QVERIFY(empty->replies.isEmpty());
        const Request same { 5, QStringLiteral("m") };
        const auto twice = wait(client->send(client->batch().add(same).add(same)));
        QCOMPARE(twice->error->kind, ErrorKind::InvalidArgument);
        QCOMPARE(twice->replies.size(), 2);
        const auto mixed = wait(client->send(client->batch().call(u"m").call(u"m", Params(Array { 1 }, Struct { { QStringLiteral("a"), 1 } }))));
        QCOMPARE(mixed->error->kind, ErrorKind::NotExpressible);
        QVERIFY(mixed->error->message.contains(u"call 2"));
        const auto xml = loopClient<XmlRpcCodec>(loop);
        const auto noBatches = wait(xml->send(xml->batch().call(u"m")));
        QCOMPARE(noBatches->replies.at(0)->error().kind, ErrorKind::NotExpressible);
        QVERIFY(noBatches->error->message.contains(u"multicall"));
        QVERIFY(loop.sent.isEmpty());
    }

    void ids_ofTheCallersOwnRequests_areLeftOut()
    {
        Loop loop { {}, R"([{"jsonrpc":"2.0","id":1,"result":11},{"jsonrpc":"2.0","id":2,"result":12}])" };
        const auto client = loopClient(loop);
        const auto reply = wait(client->send(client->batch().call(u"counted").add(Request { 1, QStringLiteral("own") })));
        QCOMPARE(shown(reply->replies), QStringLiteral("12, 11"));
    }

    void extraMembers_goIntoEveryMessage_theOwnOnesWin()
    {
        Loop loop { {}, "[]" };
        const auto client = loopClient(loop);
        CallOptions options;
        options.extra = { { QStringLiteral("auth"), 1 }, { QStringLiteral("trace"), 2 } };
        wait(client->send(client->batch().notify(u"a").notify(u"b", {}, { { QStringLiteral("auth"), 9 } }), options));
        QCOMPARE(loop.sent, QList<QByteArray> { R"([{"jsonrpc":"2.0","method":"a","auth":1,"trace":2},{"jsonrpc":"2.0","method":"b","auth":9,"trace":2}])" });
    }

    void largeAnswers_areJudgedElsewhere_andArrive()
    {
        const QByteArray text(400'000, 'x');
        Loop loop { {}, "[{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"" + text + "\"}]" };
        const auto client = loopClient(loop);
        PendingBatch pending = client->send(client->batch().call(u"a").call(u"b"));
        const auto reply = wait(pending);
        QCOMPARE(reply->replies.at(0)->value().toString().size(), 400'000);
        QCOMPARE(shown(reply->replies.at(1)), QStringLiteral("?"));
        QCOMPARE(ids(pending.trace().findings), QStringList { QStringLiteral("jsonrpc.batch-missing") });
    }

    void cancel_andTheClientsDeath_endIt_once()
    {
        FakeServer server([](QTcpSocket &, const QByteArray &) { });
        auto client = httpClient(server.url());
        PendingBatch pending = client->send(client->batch().call(u"a").notify(u"b"));
        int calls = 0;
        QObject context;
        pending.onFinished(&context, [&](const BatchReply &reply) {
            ++calls;
            QCOMPARE(shown(reply.replies), QStringLiteral("cancelled, -"));
            QCOMPARE(reply.error->kind, ErrorKind::Cancelled);
        });
        QVERIFY(QTest::qWaitFor([&] { return !server.requests().isEmpty(); }));
        pending.cancel();
        pending.cancel();
        QCOMPARE(calls, 1);
        QFuture<BatchReply> future = client->send(client->batch().call(u"a")).future();
        QVERIFY(QTest::qWaitFor([&] { return server.requests().size() == 2; }));
        client.reset();
        QVERIFY(future.isFinished());
        QCOMPARE(future.result().error->kind, ErrorKind::Cancelled);
        QCOMPARE(PendingBatch().future().result().error->kind, ErrorKind::Cancelled);
    }
};

QTEST_GUILESS_MAIN(tst_Batch)
#include "tst_batch.moc"
