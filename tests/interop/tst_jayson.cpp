// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "realservers.h"

using namespace rpc;
using namespace realprograms;
using namespace realservers;
using testcalls::ids;
using testcalls::wait;

/// Our client and the server of jayson.
class tst_Jayson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void cleanupTestCase() { real.reset(); }

    void answers_call_data()
    {
        callColumns();
        callRow("by position", "add", "[2, 3]", "5");
        callRow("by name", "add", "{\"b\": 40, \"a\": 2}", "42");
        callRow("values", "echo", "{\"b\": [1, -2.5, null, true], \"a\": \"\\u2603\\ud83d\\ude00\\u0007\", \"\": {}}", "{\"b\":[1,-2.5,null,true],\"a\":\"\u2603\U0001f600\\u0007\",\"\":{}}");
        callRow("order of members", "echo", "{\"z\": 1, \"a\": 2}", "{\"z\":1,\"a\":2}");
        callRow("an integer that JavaScript rounds", "echo", "[9007199254740993]", "[9007199254740992]");
        callRow("no result", "nothing", "[]", "null");
        callRow("unknown", "nope", "[]", "!-32601 Method not found");
        callRow("an error without a code", "badfail", "[]", "!-32603 Internal error");
        callRow("late", "slow", "[]", "\"late\"");
    }
    void answers_call()
    {
        NEEDS("jayson");
        START(text("jayson"));
        const auto client = jsonClient(port);
        const PendingCall call = callOfRow(*client);
        QTEST(told(call.reply()), "reply");
        QVERIFY2(call.trace().findings.isEmpty(), qPrintable(ids(call.trace().findings).join(u' ')));
        QCOMPARE(call.trace().httpStatus, 200);
    }

    void error_isComplete()
    {
        NEEDS("jayson");
        START(text("jayson"));
        const auto client = jsonClient(port);
        client->setIdGenerator(prefixedIds(text("\u03a9-")));
        PendingCall call = client->call(text("fail"));
        const auto reply = wait(call);
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, ErrorKind::Remote);
        QCOMPARE(reply->error().code, -32050);
        QCOMPARE(reply->error().message, text("custom \u2603"));
        QCOMPARE(reply->error().data, value("{\"why\": [1, null, \"x\"]}"));
        QVERIFY(call.trace().requestBody.contains("\"id\":\"\u03a9-"));
        QVERIFY(call.trace().findings.isEmpty());
    }

    void notification_is204()
    {
        NEEDS("jayson");
        START(text("jayson"));
        const auto client = jsonClient(port);
        for (const char *method : { "add", "nope" }) {
            PendingCall call = client->notify(text(method), Array { 1, 2 });
            const auto reply = wait(call);
            QVERIFY2(reply->hasValue(), qPrintable(told(reply)));
            QCOMPARE(call.trace().httpStatus, 204);
            QCOMPARE(call.trace().responseBody, QByteArray());
            QVERIFY2(call.trace().findings.isEmpty(), qPrintable(ids(call.trace().findings).join(u' ')));
        }
    }

    void batch_isDealtOut()
    {
        NEEDS("jayson");
        START(text("jayson"));
        const auto client = jsonClient(port);
        Batch batch = client->batch();
        batch.call(text("slow")).call(text("add"), Array { 1, 2 }).notify(text("add"), Array { 1, 2 });
        batch.call(text("fail")).call(text("add"), Struct { { text("a"), 3 }, { text("b"), 4 } });
        PendingBatch several = client->send(batch);
        const auto reply = wait(several);
        QVERIFY(!reply->error);
        QCOMPARE(told(*reply), text("\"late\"; 3; -; !-32050 custom \u2603; 7"));
        QVERIFY(reply->unlinked.isEmpty() && reply->duplicated.isEmpty());
        QVERIFY2(several.trace().findings.isEmpty(), qPrintable(ids(several.trace().findings).join(u' ')));
    }

    void batchOfNotifications_isAccepted()
    {
        NEEDS("jayson");
        START(text("jayson"));
        const auto client = jsonClient(port);
        Batch batch = client->batch();
        batch.notify(text("add"), Array { 1, 2 }).notify(text("nope"));
        PendingBatch several = client->send(batch);
        const auto reply = wait(several);
        QVERIFY2(!reply->error, reply->error ? qPrintable(reply->error->toString()) : "");
        QCOMPARE(told(*reply), text("-; -"));
        QCOMPARE(several.trace().httpStatus, 204);
    }

    // Answers of calls that run at the same time come in another order than the calls.
    void callsAtTheSameTime_doNotWaitForEachOther()
    {
        NEEDS("jayson");
        START(text("jayson"));
        const auto client = jsonClient(port);
        PendingCall slow = client->call(text("slow"));
        QList<PendingCall> fast;
        for (int i = 0; i < 20; ++i)
            fast.append(client->call(text("add"), Array { i, 1 }));
        for (int i = 0; i < 20; ++i)
            QCOMPARE(told(wait(fast.at(i))), QString::number(i + 1));
        QVERIFY(!slow.isFinished());
        QCOMPARE(told(wait(slow)), text("\"late\""));
    }

    void refusals_areNamed_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<ErrorKind>("kind");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("message");
        QTest::newRow("unreadable") << QByteArray("{bad") << QByteArray() << ErrorKind::HttpStatus << 400 << text("SyntaxError");
        QTest::newRow("another type") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[1,2]}") << QByteArray("text/plain") << ErrorKind::HttpStatus << 415 << text("Unsupported Media Type");
        QTest::newRow("JSON-RPC 1.0") << QByteArray("{\"id\":1,\"method\":\"add\",\"params\":[1,2]}") << QByteArray() << ErrorKind::Remote << 200 << text("Invalid request");
        QTest::newRow("empty batch") << QByteArray("[]") << QByteArray() << ErrorKind::Remote << 200 << text("Invalid request");
    }
    void refusals_areNamed()
    {
        NEEDS("jayson");
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, type);
        QFETCH(ErrorKind, kind);
        QFETCH(int, status);
        QFETCH(QString, message);
        START(text("jayson"));
        const auto client = jsonClient(port);
        PendingCall call = client->sendRaw(body, type);
        const auto reply = wait(call);
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, kind);
        QCOMPARE(call.trace().httpStatus, status);
        QVERIFY2(reply->error().message.contains(message), qPrintable(reply->error().message));
    }

    void isDiscovered()
    {
        NEEDS("jayson");
        START(text("jayson"));
        const auto model = discover(at(port, "/"));
        QVERIFY2(model.hasValue(), model ? "" : qPrintable(model.error().toString()));
        QCOMPARE(model->protocol, Protocol::JsonRpc);
        QStringList names;
        for (const MethodInfo &method : model->methods)
            names.append(method.name);
        QCOMPARE(names.join(u' '), text("add echo nothing fail badfail thr system.listMethods slow"));
        QCOMPARE(signatureOf(*model, "add"), text("add(\u2026)"));
    }
};

QTEST_GUILESS_MAIN(tst_Jayson)
#include "tst_jayson.moc"
