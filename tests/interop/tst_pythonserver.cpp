// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "realservers.h"

using namespace rpc;
using namespace realprograms;
using namespace realservers;
using testcalls::ids;
using testcalls::wait;

/// Our client and Python's xmlrpc.server.
class tst_PythonServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void cleanupTestCase() { real.reset(); }

    void answers_call_data()
    {
        callColumns();
        QTest::addColumn<QStringList>("findings");
        const auto row = [](const char *name, const char *method, const char *params, const char *reply, const QStringList &findings = {}) {
            callRow(name, method, params, reply) << findings;
        };
        const QStringList nil { text("xmlrpc.nil") };
        row("add", "add", "[2, 3]", "5");
        row("add doubles", "add", "[0.1, 0.25]", "0.35");
        row("add texts", "add", "[\"a\", \"\\u2603\"]", "\"a\u2603\"");
        row("dotted", "greet.hello", "[\"\\u03a9\"]", "\"Hello, \u03a9\"");
        row("int", "echo", "[-2147483648]", "-2147483648");
        row("boolean", "echo", "[true]", "true");
        row("double", "echo", "[-12.214]", "-12.214");
        row("double that Python writes with an exponent", "echo", "[1e-7]", "1e-07", { text("xmlrpc.double-exponent") });
        row("text", "echo", "[\"  <a&b>]]> \\t\\n\\u2603\\ud83d\\ude00 \"]", "\"  <a&b>]]> \\t\\n\u2603\U0001f600 \"");
        row("empty text", "echo", "[\"\"]", "\"\"");
        row("carriage return, lost on its way back", "echo", "[\"a\\r\\nb\"]", "\"a\\nb\"");
        row("carriage return, lost by the server", "cr", "[]", "\"a\\nb\\nc\"");
        row("bytes", "echo", "[{\"$bytes\": \"AAECA/8=\"}]", "{\"$bytes\":\"AAECA/8=\"}");
        row("date", "echo", "[{\"$dateTime\": \"19980717T14:08:55\"}]", "{\"$dateTime\":\"19980717T14:08:55\"}");
        row("date with a zone", "echo", "[{\"$dateTime\": \"2026-01-02T03:04:05Z\"}]", "{\"$dateTime\":\"2026-01-02T03:04:05Z\"}", { text("xmlrpc.date-zone"), text("xmlrpc.date-form") });
        row("nil", "echo", "[null]", "null", nil);
        row("i8 that is small", "echo", "[{\"$int64\": 5}]", "5");
        row("i8 that is large", "echo", "[9223372036854775807]", "!1 <class 'OverflowError'>:int exceeds XML-RPC limits");
        row("array", "echo", "[[1, \"two\", [], {}, [[]]]]", "[1,\"two\",[],{},[[]]]");
        row("struct", "echo", "[{\"\": 1, \"\\u043a\": [2], \"a b\": {\"c\": 0.5}}]", "{\"\":1,\"\u043a\":[2],\"a b\":{\"c\":0.5}}");
        row("fault of an exception", "fail", "[]", "!1 <class 'ValueError'>:boom <x>");
        row("fault of its own", "fault", "[]", "!-32000 custom \u2603");
        row("fault of a result", "bigint", "[]", "!1 <class 'OverflowError'>:int exceeds XML-RPC limits");
        row("unknown", "nope", "[]", "!1 <class 'Exception'>:method \"nope\" is not supported");
        row("wrong arguments", "add", "[1]", "!1 <class 'TypeError'>:add() missing 1 required positional argument: 'b'");
    }
    void answers_call()
    {
        NEEDS("python-xmlrpc");
        QFETCH(QStringList, findings);
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port);
        const PendingCall call = callOfRow(*client);
        QTEST(told(call.reply()), "reply");
        QCOMPARE(ids(call.trace().findings), findings);
        QCOMPARE(call.trace().httpStatus, 200);
        QVERIFY2(call.trace().responseHead.contains("\r\nServer: BaseHTTP/") || call.trace().responseHead.contains("\r\nserver: BaseHTTP/"), call.trace().responseHead.constData());
    }

    void closesEachTime_andIsCalledAgain()
    {
        NEEDS("python-xmlrpc");
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port);
        for (int i = 0; i < 20; ++i) {
            PendingCall call = client->call(text("add"), Array { i, 1 });
            QCOMPARE(told(wait(call)), QString::number(i + 1));
            QVERIFY(call.trace().connecting); // none is left from before
        }
        QList<PendingCall> calls;
        for (int i = 0; i < 50; ++i)
            calls.append(client->call(text("add"), Array { i, 1 }));
        for (int i = 0; i < 50; ++i)
            QCOMPARE(told(wait(calls.at(i))), QString::number(i + 1));
    }

    void versionOfHttp_isNotInvented()
    {
        NEEDS("python-xmlrpc");
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port);
        PendingCall call = client->call(text("add"), Array { 2, 3 });
        QCOMPARE(told(wait(call)), text("5"));
        QVERIFY(call.trace().responseHead.split('\r').constFirst().endsWith(" 200 OK"));
        QVERIFY(!call.trace().responseHead.startsWith("HTTP/1.1 ")); // it was HTTP/1.0
    }

    void types_areAllUnderstood()
    {
        NEEDS("python-xmlrpc");
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port);
        PendingCall call = client->call(text("types"));
        const auto reply = wait(call);
        QByteArray bytes;
        for (int i = 0; i < 256; ++i)
            bytes.append(char(i));
        QCOMPARE(told(reply),
            QString(text("{\"int\":1,\"neg\":-2147483648,\"bool\":true,\"double\":0.1,\"big\":1e+300,\"tiny\":5e-324,\"negzero\":-0.0,"
                         "\"str\":\"a<b&c>]]> \u2603 \U0001f600\",\"empty\":\"\",\"ws\":\"  lead\\ttab\\nnl  \",\"nil\":null,"
                         "\"dt\":{\"$dateTime\":\"19980717T14:08:55\"},\"bin\":{\"$bytes\":\"")
                + QString::fromLatin1(bytes.toBase64())
                + text("\"},\"arr\":[1,\"two\",[],{}],\"struct\":{\"\":\"empty name\",\"\u043a\u043b\u044e\u0447\":1,\"a b\":2}}")));
        QCOMPARE(ids(call.trace().findings), QStringList({ text("xmlrpc.double-exponent"), text("xmlrpc.double-exponent"), text("xmlrpc.nil") }));
    }

    void rawBytes_areAnswered_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("reply");
        QTest::addColumn<QStringList>("findings");
        const auto echo = [](const char *inner) {
            return QByteArray("<?xml version='1.0'?><methodCall><methodName>echo</methodName><params><param><value>") + inner + "</value></param></params></methodCall>";
        };
        QTest::newRow("not well formed") << QByteArray("<methodCall>") << text("!1 <class 'xml.parsers.expat.ExpatError'>:no element found: line 1, column 12") << QStringList();
        QTest::newRow("untyped") << echo("  untyped  ") << text("\"  untyped  \"") << QStringList();
        QTest::newRow("white space in an int") << echo("<int> 7\n</int>") << text("7") << QStringList();
        QTest::newRow("nil of Apache") << echo("<ex:nil xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"/>") << text("null") << QStringList { text("xmlrpc.nil") };
        QTest::newRow("infinity") << echo("<double>1e400</double>") << text("{\"$double\":\"inf\"}") << QStringList { text("xmlrpc.not-a-number") };
        QTest::newRow("not a number") << echo("<double>NaN</double>") << text("{\"$double\":\"nan\"}") << QStringList { text("xmlrpc.not-a-number") };
    }
    void rawBytes_areAnswered()
    {
        NEEDS("python-xmlrpc");
        QFETCH(QByteArray, body);
        QFETCH(QString, reply);
        QFETCH(QStringList, findings);
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port);
        PendingCall call = client->sendRaw(body);
        QCOMPARE(told(wait(call)), reply);
        QCOMPARE(ids(call.trace().findings), findings);
        QCOMPARE(call.trace().requestBody, body);
    }

    void answers_aLongList_uncompressed()
    {
        NEEDS("python-xmlrpc");
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port);
        PendingCall call = client->call(text("long"), Array { 2000 });
        const auto reply = wait(call);
        QVERIFY2(reply->hasValue(), qPrintable(told(reply)));
        const Array *items = (*reply)->get<Array>();
        QVERIFY(items);
        QCOMPARE(items->size(), 2000);
        QCOMPARE(items->at(1999), Value(text("item 1999")));
        QVERIFY(call.trace().responseBody.startsWith("<?xml version='1.0'?>\n<methodResponse>"));
    }

    void answers_multicall()
    {
        NEEDS("python-xmlrpc");
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port);
        PendingBatch several = client->multicall({ { text("add"), { 2, 3 } }, { text("fault") }, { text("echo"), { Value(Array { 7 }) } }, { text("nope") }, { text("system.multicall"), { Value(Array()) } } });
        const auto reply = wait(several);
        QVERIFY(!reply->error);
        QCOMPARE(told(*reply), text("5; !-32000 custom \u2603; [7]; !1 <class 'Exception'>:method \"nope\" is not supported; []"));
        QVERIFY(reply->unlinked.isEmpty());
        QVERIFY(several.trace().findings.isEmpty());
    }

    void wrongPath_isAnHttpError()
    {
        NEEDS("python-xmlrpc");
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port, "/other");
        const auto reply = wait(client->call(text("add"), Array { 2, 3 }));
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, ErrorKind::HttpStatus);
        QCOMPARE(reply->error().httpStatus, 404);
        QVERIFY2(reply->error().message.contains(u"No such page"), qPrintable(reply->error().message));
    }

    // Under /RPC2 XML-RPC is tried first; under / JSON-RPC is, and Python answers that with a fault.
    void isDiscovered_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("/RPC2") << QByteArray("/RPC2");
        QTest::newRow("/") << QByteArray("/");
    }
    void isDiscovered()
    {
        NEEDS("python-xmlrpc");
        QFETCH(QByteArray, path);
        START(text("python-xmlrpc"));
        const auto model = discover(at(port, path));
        QVERIFY2(model.hasValue(), model ? "" : qPrintable(model.error().toString()));
        QCOMPARE(model->protocol, Protocol::XmlRpc);
        QStringList names;
        for (const MethodInfo &method : model->methods)
            names.append(method.name);
        QCOMPARE(names.join(u' '), text("add bigint cr echo fail fault greet.hello long system.listMethods system.methodHelp system.methodSignature system.multicall types"));
        QCOMPARE(model->find(text("add"))->help, text("Add two numbers.\n\nSee PEP8 and http://example.com/ ; calls echo(x)."));
        QCOMPARE(signatureOf(*model, "add"), text("add(\u2026)")); // it says "signatures not supported"
        QVERIFY(!model->listError);
    }
};

QTEST_GUILESS_MAIN(tst_PythonServer)
#include "tst_pythonserver.moc"
