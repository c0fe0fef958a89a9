// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "realservers.h"

using namespace rpc;
using namespace realprograms;
using namespace realservers;
using testcalls::ids;
using testcalls::wait;

namespace {

std::unique_ptr<Client> supervisorClient(quint16 port, const QByteArray &password = "p\u00e4ssword")
{
    return clientOf(at(port, "/RPC2"), Protocol::XmlRpc, text("rpc"), text(password));
}

} // namespace

/// Our client and supervisord, which speaks XML-RPC behind a password.
class tst_Supervisor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void cleanupTestCase() { real.reset(); }

    void withoutTheRightPassword_isUnauthorized_data()
    {
        QTest::addColumn<QByteArray>("password");
        QTest::newRow("wrong") << QByteArray("password");
        QTest::newRow("none") << QByteArray();
        QTest::newRow("right") << QByteArray("p\u00e4ssword");
    }
    void withoutTheRightPassword_isUnauthorized()
    {
        NEEDS("supervisor");
        QFETCH(QByteArray, password);
        START(text("supervisor"));
        const auto client = password.isEmpty() ? xmlClient(port) : supervisorClient(port, password);
        PendingCall call = client->call(text("supervisor.getAPIVersion"));
        const auto reply = wait(call);
        if (password.size() > 8) { // ä has two bytes
            QCOMPARE(told(reply), text("\"3.0\""));
            QVERIFY(call.trace().findings.isEmpty());
            return;
        }
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, ErrorKind::Unauthorized);
        QCOMPARE(reply->error().httpStatus, 401);
        QVERIFY(call.trace().responseBody.contains("Error code 401."));
    }

    void answers_call_data()
    {
        callColumns();
        callRow("struct", "supervisor.getState", "[]", "{\"statecode\":1,\"statename\":\"RUNNING\"}");
        callRow("text", "supervisor.getIdentification", "[]", "\"supervisor\"");
        callRow("bad name", "supervisor.startProcess", "[\"nope\"]", "!10 BAD_NAME: nope");
        callRow("unknown", "supervisor.nope", "[]", "!1 UNKNOWN_METHOD");
        callRow("too many params", "supervisor.getState", "[1]", "!2 INCORRECT_PARAMETERS");
        callRow("signature of an unknown method", "system.methodSignature", "[\"no.such\"]", "!4 SIGNATURE_UNSUPPORTED");
        callRow("nil breaks it", "supervisor.startProcess", "[null]", "http 500");
        callRow("bytes that are text", "supervisor.startProcess", "[{\"$bytes\": \"aGVsbG8=\"}]", "!10 BAD_NAME: hello");
        callRow("bytes come back as they are, which is no XML", "supervisor.startProcess", "[{\"$bytes\": \"AAEC\"}]", "?");
        callRow("bytes break it", "supervisor.startProcess", "[{\"$bytes\": \"AP8=\"}]", "http 400");
        callRow("i8 becomes text", "supervisor.startProcess", "[{\"$int64\": 5}]", "!10 BAD_NAME: 5");
    }
    void answers_call()
    {
        NEEDS("supervisor");
        START(text("supervisor"));
        const auto client = supervisorClient(port);
        const PendingCall call = callOfRow(*client);
        QTEST(told(call.reply()), "reply");
        QVERIFY2(call.trace().findings.isEmpty(), qPrintable(ids(call.trace().findings).join(u' ')));
    }

    void multicall_isUnderstood_bare()
    {
        NEEDS("supervisor");
        START(text("supervisor"));
        const auto client = supervisorClient(port);
        PendingBatch several = client->multicall({ { text("supervisor.getState") }, { text("nope.nope") }, { text("supervisor.getAPIVersion") }, { text("system.methodSignature"), { text("system.multicall") } } });
        const auto reply = wait(several);
        QVERIFY(!reply->error);
        QCOMPARE(told(*reply), text("{\"statecode\":1,\"statename\":\"RUNNING\"}; !1 UNKNOWN_METHOD; \"3.0\"; [\"array\",\"array\"]"));
        QVERIFY(reply->unlinked.isEmpty());
        QCOMPARE(ids(several.trace().findings), QStringList { text("xmlrpc.multicall-shape") });
    }

    void runsProgram_andTellsItsOutput()
    {
        NEEDS("supervisor");
        START(text("supervisor"));
        const auto client = supervisorClient(port);
        QCOMPARE(told(wait(client->call(text("supervisor.startProcess"), Array { text("ticker"), false }))), text("true"));
        std::optional<Reply> tail;
        QVERIFY(QTest::qWaitFor([&] {
            tail = wait(client->call(text("supervisor.tailProcessStdoutLog"), Array { text("ticker"), 0, 200 }));
            return told(tail).contains(u'\n') || told(tail).contains(u"\\n");
        },
            10000));
        const Array *parts = (*tail)->get<Array>(); // the text, the place of its end, whether some was left out
        QVERIFY2(parts && parts->size() == 3, qPrintable(told(tail)));
        const QString begin = text("tick 1 \u00e9\n");
        QVERIFY2(parts->at(0).toString().startsWith(begin), qPrintable(told(tail)));
        QCOMPARE(parts->at(1).toInteger(), parts->at(0).toString().toUtf8().size());
        QCOMPARE(parts->at(2), Value(false));
    }

    // The answer comes when the program has run for a second.
    void lateAnswer_isWaitedFor()
    {
        NEEDS("supervisor");
        START(text("supervisor"));
        const auto client = supervisorClient(port);
        const auto state = [&] {
            const auto info = wait(client->call(text("supervisor.getProcessInfo"), Array { text("cat") }));
            return info && *info ? (*info)->get<Struct>()->find(u"statename")->toString() : QString();
        };
        QTRY_COMPARE_WITH_TIMEOUT(state(), text("RUNNING"), 10000);
        QCOMPARE(told(wait(client->call(text("supervisor.stopProcess"), Array { text("cat"), true }))), text("true"));
        QCOMPARE(state(), text("STOPPED"));
        PendingCall late = client->call(text("supervisor.startProcess"), Array { text("cat"), true });
        QCOMPARE(told(wait(client->call(text("supervisor.getAPIVersion")))), text("\"3.0\"")); // meanwhile
        QVERIFY(!late.isFinished());
        QCOMPARE(told(wait(late)), text("true"));
        QVERIFY(*late.trace().firstByte >= std::chrono::milliseconds(500));
        QCOMPARE(state(), text("RUNNING"));
    }

    void isDiscovered()
    {
        NEEDS("supervisor");
        START(text("supervisor"));
        const auto model = discover(at(port, "/RPC2"), text("rpc"), text("p\u00e4ssword"));
        QVERIFY2(model.hasValue(), model ? "" : qPrintable(model.error().toString()));
        QCOMPARE(model->protocol, Protocol::XmlRpc);
        QCOMPARE(model->methods.size(), 41);
        QVERIFY2(model->notes.isEmpty(), qPrintable(model->notes.join(u'\n')));
        // Signatures are flat lists.
        QCOMPARE(signatureOf(*model, "supervisor.startProcess"), text("supervisor.startProcess(string, boolean) \u2192 boolean"));
        QCOMPARE(signatureOf(*model, "system.multicall"), text("system.multicall(array) \u2192 array"));
        QCOMPARE(signatureOf(*model, "supervisor.getState"), text("supervisor.getState() \u2192 struct"));
        const QString help = model->find(text("supervisor.startProcess"))->help;
        QVERIFY2(help.contains(u"@param boolean wait Wait for process to be fully started"), qPrintable(help));
        // supervisor.shutdown was listed and not called.
        QVERIFY(model->find(text("supervisor.shutdown")));
        QCOMPARE(told(wait(supervisorClient(port)->call(text("supervisor.getState")))), text("{\"statecode\":1,\"statename\":\"RUNNING\"}"));
    }

    void withoutCredentials_isNotDiscovered()
    {
        NEEDS("supervisor");
        START(text("supervisor"));
        const auto model = discover(at(port, "/RPC2"));
        QVERIFY(!model.hasValue());
        QCOMPARE(model.error().kind, ErrorKind::Unauthorized);
    }
};

QTEST_GUILESS_MAIN(tst_Supervisor)
#include "tst_supervisor.moc"
