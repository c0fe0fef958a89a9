// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "realservers.h"

using namespace rpc;
using namespace realprograms;
using namespace realservers;
using testcalls::wait;

/// Our client and Abyss, the server of xmlrpc-c.
class tst_Abyss : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void cleanupTestCase() { real.reset(); }

    void answers_call_data()
    {
        callColumns();
        const auto row = [](const char *method, const char *params, const char *reply) { callRow(method, method, params, reply); };
        row("validator1.arrayOfStructsTest", "[[{\"moe\": 1, \"larry\": 2, \"curly\": 3}, {\"moe\": 4, \"larry\": 5, \"curly\": -6}]]", "-3");
        row("validator1.countTheEntities", "[\"<<&'\\\"\\\">>>\"]", "{\"ctLeftAngleBrackets\":2,\"ctRightAngleBrackets\":3,\"ctAmpersands\":1,\"ctApostrophes\":1,\"ctQuotes\":2}");
        row("validator1.easyStructTest", "[{\"moe\": 5, \"larry\": 6, \"curly\": 7}]", "18");
        row("validator1.echoStructTest", "[{\"b\": [1, {\"c\": 0.5}], \"\": \"\", \"\\u043a\": \"\\u2603\", \"n\": null, \"l\": 9223372036854775807}]",
            "{\"b\":[1,{\"c\":0.5}],\"\":\"\",\"\u043a\":\"\u2603\",\"n\":null,\"l\":9223372036854775807}");
        row("validator1.manyTypesTest", "[42, true, \"abc\", 3.25, {\"$dateTime\": \"19980717T14:08:55\"}, {\"$bytes\": \"AAEC\"}]",
            "[42,true,\"abc\",3.25,{\"$dateTime\":\"19980717T14:08:55\"},{\"$bytes\":\"AAEC\"}]");
        row("validator1.moderateSizeArrayCheck", "[[\"first\", \"b\", \"last\"]]", "\"firstlast\"");
        row("validator1.nestedStructTest", "[{\"2000\": {\"04\": {\"01\": {\"moe\": 1, \"larry\": 2, \"curly\": 3}}}}]", "6");
        row("validator1.simpleStructReturnTest", "[-7]", "{\"times10\":-70,\"times100\":-700,\"times1000\":-7000}");
        row("system.methodExist", "[\"system.shutdown\"]", "true");
        row("system.methodSignature", "[\"system.listMethods\"]", "[[\"array\"]]");
        row("nope", "[]", "!-506 Method 'nope' not defined");
    }
    void answers_call()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"));
        const auto client = xmlClient(port);
        QTEST(told(callOfRow(*client).reply()), "reply");
    }

    void refusal_isAFault()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"));
        const auto client = xmlClient(port);
        auto reply = wait(client->call(text("validator1.simpleStructReturnTest"), Array { text("seven") }));
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, ErrorKind::Remote);
        QCOMPARE(reply->error().code, -501);
        reply = wait(client->sendRaw("<methodCall>"));
        QCOMPARE(reply->error().kind, ErrorKind::Remote);
        QCOMPARE(reply->error().code, -503);
    }

    // The answer has no Content-Length: it ends with the connection.
    void answerThatEndsWithTheConnection_isRead()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"));
        int read = 0;
        for (int i = 0; i < 60; ++i) {
            const auto client = xmlClient(port, "/other");
            PendingCall call = client->call(text("system.listMethods"));
            const auto reply = wait(call);
            QVERIFY(!*reply);
            QCOMPARE(reply->error().httpStatus, 404);
            QVERIFY(call.trace().responseBody.contains("responds to only one URI path") && call.trace().responseBody.trimmed().endsWith("</HTML>"));
            QVERIFY(!call.trace().responseHead.toLower().contains("content-length"));
            read += reply->error().kind == ErrorKind::HttpStatus;
        }
        QCOMPARE(read, 60);
    }

    // Version 1.33 of xmlrpc-c knows only the Basic Multilingual Plane.
    void refusal_ofACharacter_isAFault()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"));
        const auto client = xmlClient(port);
        const auto reply = wait(client->call(text("validator1.echoStructTest"), Array { Struct { { text("a"), text("\U0001f600") } } }));
        QVERIFY2(!*reply, qPrintable(told(reply)));
        QCOMPARE(reply->error().kind, ErrorKind::Remote);
        QCOMPARE(reply->error().code, -503);
        QVERIFY2(reply->error().message.contains(u"not in the Basic Multilingual Plane"), qPrintable(reply->error().message));
    }

    // It ends a connection after some calls.
    void answers_manyCalls()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"));
        const auto client = xmlClient(port);
        int connections = 0;
        for (int i = 0; i < 100; ++i) {
            PendingCall call = client->call(text("validator1.simpleStructReturnTest"), Array { i });
            const auto reply = wait(call);
            QCOMPARE(told(reply), QStringLiteral("{\"times10\":%1,\"times100\":%2,\"times1000\":%3}").arg(i * 10).arg(i * 100).arg(i * 1000));
            connections += call.trace().connecting.has_value();
        }
        QVERIFY2(connections > 1 && connections < 20, qPrintable(QString::number(connections)));
        QList<PendingCall> calls;
        for (int i = 0; i < 50; ++i)
            calls.append(client->call(text("validator1.easyStructTest"), Array { value("{\"moe\": 5, \"larry\": 6, \"curly\": 7}") }));
        for (const PendingCall &call : calls)
            QCOMPARE(told(wait(call)), text("18"));
    }

    void answers_multicall()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"));
        const auto client = xmlClient(port);
        PendingBatch several = client->multicall({ { text("validator1.easyStructTest"), { value("{\"moe\": 5, \"larry\": 6, \"curly\": 7}") } }, { text("nope") }, { text("system.methodExist"), { text("nope") } } });
        const auto reply = wait(several);
        QVERIFY(!reply->error);
        QCOMPARE(told(*reply), text("18; !-506 Method 'nope' not defined; false"));
        QVERIFY(several.trace().findings.isEmpty());
    }

    void keepsTheConnection()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"));
        const auto client = xmlClient(port);
        PendingCall first = client->call(text("system.methodExist"), Array { text("nope") });
        QCOMPARE(told(wait(first)), text("false"));
        PendingCall second = client->call(text("system.methodExist"), Array { text("nope") });
        QCOMPARE(told(wait(second)), text("false"));
        QVERIFY(first.trace().connecting);
        QVERIFY(!second.trace().connecting);
    }

    void isDiscovered()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"));
        const auto model = discover(at(port, "/RPC2"));
        QVERIFY2(model.hasValue(), model ? "" : qPrintable(model.error().toString()));
        QCOMPARE(model->protocol, Protocol::XmlRpc);
        QCOMPARE(model->methods.size(), 16);
        QCOMPARE(signatureOf(*model, "validator1.easyStructTest"), text("validator1.easyStructTest(\u2026)")); // "undef"
        QCOMPARE(signatureOf(*model, "system.methodHelp"), text("system.methodHelp(string) \u2192 string"));
        QVERIFY(model->find(text("system.shutdown")));
        QCOMPARE(told(wait(xmlClient(port)->call(text("system.methodExist"), Array { text("nope") }))), text("false"));
    }

    // Content-Length beside "Transfer-Encoding: chunked" (RFC 9112 section 6.3: the latter counts).
    void chunkedWithALength_isRead()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"), { text("validatee_chunked") });
        const auto client = xmlClient(port);
        PendingCall call = client->call(text("validator1.easyStructTest"), Array { value("{\"moe\": 5, \"larry\": 6, \"curly\": 7}") });
        QCOMPARE(told(wait(call)), text("18"));
        QVERIFY2(call.trace().responseHead.toLower().contains("transfer-encoding: chunked"), call.trace().responseHead.constData());
        QVERIFY2(call.trace().responseBody.startsWith("<?xml"), call.trace().responseBody.constData());
    }
};

QTEST_GUILESS_MAIN(tst_Abyss)
#include "tst_abyss.moc"
