// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "realservers.h"

#include <QElapsedTimer>

using namespace rpc;
using namespace realprograms;
using namespace realservers;
using testcalls::ids;
using testcalls::shown;
using testcalls::wait;

/// Our client and OpenRPC's server for Node.js.
class tst_OpenRpc : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void cleanupTestCase() { real.reset(); }

    void answers_call_data()
    {
        callColumns();
        callRow("by position", "addition", "[1, 2]", "3");
        callRow("by name", "addition", "{\"b\": 2, \"a\": 40}", "42");
        callRow("by name only", "get_pet", "{\"id\": \"p1\"}", "{\"name\":\"pet p1\"}");
        callRow("a code of its own", "fail", "[]", "!6969 unknown error");
        callRow("unknown", "x", "[]", "!-32601 Method not found");
        callRow("wrong type", "addition", "[\"x\", 2]", "!-32602 Invalid params");
    }
    void answers_call()
    {
        NEEDS("open-rpc");
        START(text("open-rpc"));
        const auto client = jsonClient(port);
        const PendingCall call = callOfRow(*client);
        QTEST(told(call.reply()), "reply");
        QVERIFY2(call.trace().findings.isEmpty(), qPrintable(ids(call.trace().findings).join(u' ')));
    }

    void errorData_isKept()
    {
        NEEDS("open-rpc");
        START(text("open-rpc"));
        const auto client = jsonClient(port);
        auto reply = wait(client->call(text("x"), Array()));
        QCOMPARE(reply->error().data, Value(text("The method x does not exist / is not available.")));
        reply = wait(client->call(text("addition"), Array { text("x"), 2 }));
        const Array *errors = reply->error().data.get<Array>();
        QVERIFY(errors && errors->size() == 1);
        const Struct *first = errors->at(0).get<Struct>();
        QVERIFY(first);
        QCOMPARE(*first->find(u"paramIndex"), Value(0));
        QCOMPARE(*first->find(u"expectedSchema"), value("{\"type\": \"integer\"}"));
        QCOMPARE(*first->find(u"receievedParam"), Value(text("x")));
    }

    void discoverDocument_isAResult()
    {
        NEEDS("open-rpc");
        START(text("open-rpc"));
        const auto client = jsonClient(port);
        PendingCall call = client->call(text("rpc.discover"));
        const auto reply = wait(call);
        QVERIFY2(reply->hasValue(), qPrintable(told(reply)));
        const Struct *document = (*reply)->get<Struct>();
        QVERIFY(document);
        QCOMPARE(*document->find(u"openrpc"), Value(text("1.2.6")));
        QCOMPARE(*document->find(u"info"), value("{\"title\": \"probe\", \"version\": \"1.0.0\", \"description\": \"**Markdown** <b>html</b>\"}"));
        QCOMPARE(document->find(u"methods")->get<Array>()->size(), 4);
        // It has no system.listMethods: the protocol is known all the same.
        const auto model = discover(at(port, "/"));
        QVERIFY2(model.hasValue(), model ? "" : qPrintable(model.error().toString()));
        QCOMPARE(model->protocol, Protocol::JsonRpc);
        QVERIFY(model->methods.isEmpty());
        QVERIFY(model->listError);
        QCOMPARE(model->listError->code, -32601);
    }

    void neverAnswers_timesOut()
    {
        NEEDS("open-rpc");
        START(text("open-rpc"));
        const auto client = jsonClient(port);
        CallOptions options;
        options.timeout = std::chrono::milliseconds(300);
        QElapsedTimer clock;
        clock.start();
        PendingCall call = client->call(text("sum_ref"), Array { 1 }, options);
        const auto reply = wait(call);
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, ErrorKind::Timeout);
        QVERIFY2(clock.elapsed() >= 280 && clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(call.trace().httpStatus, 0);
        QVERIFY(call.trace().sent);
        QVERIFY(!call.trace().firstByte);
        QCOMPARE(told(wait(client->call(text("addition"), Array { 1, 2 }))), text("3")); // the client goes on
    }

    void neverAnswers_isCancelled()
    {
        NEEDS("open-rpc");
        START(text("open-rpc"));
        const auto client = jsonClient(port);
        PendingCall call = client->call(text("sum_ref"), Array { 1 });
        QVERIFY(QTest::qWaitFor([&] { return call.trace().sent.has_value(); }, 5000));
        QCOMPARE(told(wait(client->call(text("addition"), Array { 1, 2 }))), text("3"));
        QVERIFY(!call.isFinished());
        call.cancel();
        QCOMPARE(told(wait(call)), text("cancelled"));
        QCOMPARE(told(wait(client->call(text("addition"), Array { 3, 4 }))), text("7"));
        // Others of a batch wait with the one that is never answered.
        CallOptions options;
        options.timeout = std::chrono::milliseconds(300);
        Batch batch = client->batch();
        batch.call(text("addition"), Array { 1, 2 }).call(text("sum_ref"), Array { 1 });
        const auto reply = wait(client->send(batch, options));
        QVERIFY(reply->error);
        QCOMPARE(reply->error->kind, ErrorKind::Timeout);
    }

    void answeredNotification_isAFinding()
    {
        NEEDS("open-rpc");
        START(text("open-rpc"));
        const auto client = jsonClient(port);
        PendingCall call = client->notify(text("addition"), Array { 1, 2 });
        const auto reply = wait(call);
        QVERIFY2(reply->hasValue(), qPrintable(told(reply)));
        QCOMPARE(call.trace().responseBody, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":3}"));
        QVERIFY(ids(call.trace().findings).contains(text("jsonrpc.id-missing")));
        QVERIFY(ids(call.trace().findings).contains(text("jsonrpc.notification-answered")));
    }

    void answeredNotificationInABatch_isNobodys()
    {
        NEEDS("open-rpc");
        START(text("open-rpc"));
        const auto client = jsonClient(port);
        Batch batch = client->batch();
        batch.call(text("addition"), Array { 1, 2 }).notify(text("addition"), Array { 5, 6 }).call(text("x"), Array());
        PendingBatch several = client->send(batch);
        const auto reply = wait(several);
        QVERIFY(!reply->error);
        QCOMPARE(told(*reply), text("3; -; !-32601 Method not found"));
        QCOMPARE(shown(reply->unlinked), text("(none):11"));
        QVERIFY(reply->duplicated.isEmpty());
        QCOMPARE(ids(several.trace().findings), QStringList({ text("jsonrpc.id-missing"), text("jsonrpc.batch-unlinked") }));
    }

    void htmlError_isNotQuoted()
    {
        NEEDS("open-rpc");
        START(text("open-rpc"));
        const auto client = jsonClient(port);
        const auto reply = wait(client->sendRaw("{bad"));
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, ErrorKind::HttpStatus);
        QCOMPARE(reply->error().httpStatus, 400);
        QVERIFY2(reply->error().message.contains(u"an HTML page") && !reply->error().message.contains(u"SyntaxError"), qPrintable(reply->error().message));
    }
};

QTEST_GUILESS_MAIN(tst_OpenRpc)
#include "tst_openrpc.moc"
