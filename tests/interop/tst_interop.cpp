// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/discovery/discovery.h>
#include <rpccore/json/valuetext.h>
#include <tests/client/testcalls.h>
#include <tests/interop/realprograms.h>

#include <QElapsedTimer>

using namespace rpc;
using namespace realprograms;
using support::Finished;
using support::Program;
using testcalls::ids;
using testcalls::shown;
using testcalls::wait;

namespace {

// A reply in full: the text form of its value, "!code message" for an error of the server, else who is to blame.
QString told(const std::optional<Reply> &reply)
{
    return reply && *reply ? QString::fromUtf8(valuetext::toText(**reply)) : shown(reply);
}

QString told(const BatchReply &reply)
{
    QStringList texts;
    for (const auto &one : reply.replies)
        texts.append(told(one));
    return texts.join(u"; ");
}

Value value(const QByteArray &text)
{
    const auto read = valuetext::fromText(text);
    if (!read)
        qFatal("%s: %s", text.constData(), qPrintable(read.error().toString()));
    return *read;
}

Array list(const QByteArray &text) { return *value(text).get<Array>(); }

QUrl at(quint16 port, const QByteArray &path) { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port) + text(path)); }

std::unique_ptr<Client> clientOf(const QUrl &url, Protocol protocol, const QString &user = {}, const QString &password = {})
{
    HttpTarget target;
    target.url = url;
    target.user = user;
    target.password = password;
    target.timeout = std::chrono::seconds(15);
    std::shared_ptr<Codec> codec;
    if (protocol == Protocol::JsonRpc)
        codec = std::make_shared<JsonRpcCodec>();
    else
        codec = std::make_shared<XmlRpcCodec>();
    return std::make_unique<Client>(std::make_unique<HttpTransport>(target), codec);
}

std::unique_ptr<Client> xmlClient(quint16 port, const char *path = "/RPC2") { return clientOf(at(port, path), Protocol::XmlRpc); }
std::unique_ptr<Client> jsonClient(quint16 port, const char *path = "/") { return clientOf(at(port, path), Protocol::JsonRpc); }
std::unique_ptr<Client> supervisorClient(quint16 port, const QByteArray &password = "p\u00e4ssword")
{
    return clientOf(at(port, "/RPC2"), Protocol::XmlRpc, text("rpc"), text(password));
}

Result<ApiModel> discover(const QUrl &url, const QString &user = {}, const QString &password = {})
{
    Discovery discovery(url, [&](Protocol protocol) { return clientOf(url, protocol, user, password); });
    std::optional<Result<ApiModel>> model;
    QObject::connect(&discovery, &Discovery::finished, &discovery, [&](const Result<ApiModel> &found) { model = found; });
    discovery.start({});
    if (!QTest::qWaitFor([&] { return model.has_value(); }, 30000))
        return Error::make(ErrorKind::Internal, text("the test waited in vain"));
    return *model;
}

QString signatureOf(const ApiModel &model, const char *name)
{
    const MethodInfo *info = model.find(text(name));
    return info ? info->signatureText() : text("not there");
}

// What a helper program printed: a line for each name.
QHash<QString, QByteArray> linesOf(const QByteArray &output)
{
    QHash<QString, QByteArray> lines;
    for (const QByteArray &line : output.split('\n')) {
        if (const qsizetype tab = line.indexOf('\t'); tab >= 0)
            lines.insert(QString::fromUtf8(line.left(tab)), line.mid(tab + 1));
    }
    return lines;
}

} // namespace

class tst_Interop : public QObject
{
    Q_OBJECT

    Program m_server; // ours
    QString m_url;

    Finished curl(const QStringList &arguments) const
    {
        return support::run(text("/usr/bin/curl"), QStringList { text("-sS"), text("--max-time"), text("10") } + arguments);
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void initTestCase()
    {
        m_url = m_server.startAndWaitFor(text(BIN_DIR "/conformance-server"), { text("--port"), text("0") }, text("listening on "));
        QVERIFY(m_url.startsWith(u"http://127.0.0.1:"));
    }

    void cleanupTestCase() { real.reset(); }

    // ------------------------------------------------------- Python's server

    void pythonServer_answers_call_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QString>("reply");
        QTest::addColumn<QStringList>("findings");
        const auto row = [](const char *name, const char *method, const char *params, const char *reply, const QStringList &findings = {}) {
            QTest::newRow(name) << text(method) << QByteArray(params) << text(reply) << findings;
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
    void pythonServer_answers_call()
    {
        NEEDS("python-xmlrpc");
        QFETCH(QString, method);
        QFETCH(QByteArray, params);
        QFETCH(QString, reply);
        QFETCH(QStringList, findings);
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port);
        PendingCall call = client->call(method, list(params));
        QCOMPARE(told(wait(call)), reply);
        QCOMPARE(ids(call.trace().findings), findings);
        QCOMPARE(call.trace().httpStatus, 200);
        QVERIFY2(call.trace().responseHead.contains("\r\nServer: BaseHTTP/") || call.trace().responseHead.contains("\r\nserver: BaseHTTP/"), call.trace().responseHead.constData());
    }

    void pythonServer_closesEachTime_andIsCalledAgain()
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

    void pythonServer_versionOfHttp_isNotInvented()
    {
        NEEDS("python-xmlrpc");
        START(text("python-xmlrpc"));
        const auto client = xmlClient(port);
        PendingCall call = client->call(text("add"), Array { 2, 3 });
        QCOMPARE(told(wait(call)), text("5"));
        QVERIFY(call.trace().responseHead.split('\r').constFirst().endsWith(" 200 OK"));
        QVERIFY(!call.trace().responseHead.startsWith("HTTP/1.1 ")); // it was HTTP/1.0
    }

    void pythonServer_types_areAllUnderstood()
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

    void pythonServer_rawBytes_areAnswered_data()
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
    void pythonServer_rawBytes_areAnswered()
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

    void pythonServer_answers_aLongList_uncompressed()
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

    void pythonServer_answers_multicall()
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

    void pythonServer_wrongPath_isAnHttpError()
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
    void pythonServer_isDiscovered_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::newRow("/RPC2") << QByteArray("/RPC2");
        QTest::newRow("/") << QByteArray("/");
    }
    void pythonServer_isDiscovered()
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

    // ------------------------------------------------------------ supervisor

    void supervisor_withoutTheRightPassword_isUnauthorized_data()
    {
        QTest::addColumn<QByteArray>("password");
        QTest::newRow("wrong") << QByteArray("password");
        QTest::newRow("none") << QByteArray();
        QTest::newRow("right") << QByteArray("p\u00e4ssword");
    }
    void supervisor_withoutTheRightPassword_isUnauthorized()
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

    void supervisor_answers_call_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QString>("reply");
        const auto row = [](const char *name, const char *method, const char *params, const char *reply) {
            QTest::newRow(name) << text(method) << QByteArray(params) << text(reply);
        };
        row("struct", "supervisor.getState", "[]", "{\"statecode\":1,\"statename\":\"RUNNING\"}");
        row("text", "supervisor.getIdentification", "[]", "\"supervisor\"");
        row("bad name", "supervisor.startProcess", "[\"nope\"]", "!10 BAD_NAME: nope");
        row("unknown", "supervisor.nope", "[]", "!1 UNKNOWN_METHOD");
        row("too many params", "supervisor.getState", "[1]", "!2 INCORRECT_PARAMETERS");
        row("signature of an unknown method", "system.methodSignature", "[\"no.such\"]", "!4 SIGNATURE_UNSUPPORTED");
        row("nil breaks it", "supervisor.startProcess", "[null]", "http 500");
        row("bytes that are text", "supervisor.startProcess", "[{\"$bytes\": \"aGVsbG8=\"}]", "!10 BAD_NAME: hello");
        row("bytes come back as they are, which is no XML", "supervisor.startProcess", "[{\"$bytes\": \"AAEC\"}]", "?");
        row("bytes break it", "supervisor.startProcess", "[{\"$bytes\": \"AP8=\"}]", "http 400");
        row("i8 becomes text", "supervisor.startProcess", "[{\"$int64\": 5}]", "!10 BAD_NAME: 5");
    }
    void supervisor_answers_call()
    {
        NEEDS("supervisor");
        QFETCH(QString, method);
        QFETCH(QByteArray, params);
        QFETCH(QString, reply);
        START(text("supervisor"));
        const auto client = supervisorClient(port);
        PendingCall call = client->call(method, list(params));
        QCOMPARE(told(wait(call)), reply);
        QVERIFY2(call.trace().findings.isEmpty(), qPrintable(ids(call.trace().findings).join(u' ')));
    }

    void supervisor_multicall_isUnderstood_bare()
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

    void supervisor_runsProgram_andTellsItsOutput()
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
    void supervisor_lateAnswer_isWaitedFor()
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

    void supervisor_isDiscovered()
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

    void supervisor_withoutCredentials_isNotDiscovered()
    {
        NEEDS("supervisor");
        START(text("supervisor"));
        const auto model = discover(at(port, "/RPC2"));
        QVERIFY(!model.hasValue());
        QCOMPARE(model.error().kind, ErrorKind::Unauthorized);
    }

    // ------------------------------------------------------- xmlrpc-c, Abyss

    void abyss_answers_call_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QString>("reply");
        const auto row = [](const char *method, const char *params, const char *reply) {
            QTest::newRow(method) << text(method) << QByteArray(params) << text(reply);
        };
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
    void abyss_answers_call()
    {
        NEEDS("xmlrpc-c-abyss");
        QFETCH(QString, method);
        QFETCH(QByteArray, params);
        QFETCH(QString, reply);
        START(text("xmlrpc-c-abyss"));
        const auto client = xmlClient(port);
        QCOMPARE(told(wait(client->call(method, list(params)))), reply);
    }

    void abyss_refusal_isAFault()
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
    void abyss_answerThatEndsWithTheConnection_isRead()
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
    void abyss_refusal_ofACharacter_isAFault()
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
    void abyss_answers_manyCalls()
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

    void abyss_answers_multicall()
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

    void abyss_keepsTheConnection()
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

    void abyss_isDiscovered()
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
    void abyss_chunkedWithALength_isRead()
    {
        NEEDS("xmlrpc-c-abyss");
        START(text("xmlrpc-c-abyss"), { text("validatee_chunked") });
        const auto client = xmlClient(port);
        PendingCall call = client->call(text("validator1.easyStructTest"), Array { value("{\"moe\": 5, \"larry\": 6, \"curly\": 7}") });
        QCOMPARE(told(wait(call)), text("18"));
        QVERIFY2(call.trace().responseHead.toLower().contains("transfer-encoding: chunked"), call.trace().responseHead.constData());
        QVERIFY2(call.trace().responseBody.startsWith("<?xml"), call.trace().responseBody.constData());
    }

    // ----------------------------------------------------------------- aria2

    void aria2_tellsItsVersion_overBothProtocols_data() { bothProtocols(); }
    void aria2_tellsItsVersion_overBothProtocols()
    {
        NEEDS("aria2");
        QFETCH(Protocol, protocol);
        START(text("aria2"));
        const auto client = aria2Client(port, protocol);
        PendingCall call = client->call(text("aria2.getVersion"), Array { text("token:s3cret") });
        const auto reply = wait(call);
        QVERIFY2(reply->hasValue(), qPrintable(told(reply)));
        const Struct *version = (*reply)->get<Struct>();
        QVERIFY(version && version->size() == 2);
        QVERIFY(version->find(u"version")->toString().startsWith(u"1."));
        QVERIFY(version->find(u"enabledFeatures")->get<Array>()->contains(Value(text("XML-RPC"))));
        QVERIFY2(call.trace().findings.isEmpty(), qPrintable(ids(call.trace().findings).join(u' ')));
        QCOMPARE(call.trace().contentType, protocol == Protocol::JsonRpc ? QByteArray("application/json-rpc") : QByteArray("text/xml"));
    }

    void aria2_multicall_isUnderstood_overBothProtocols_data() { bothProtocols(); }
    void aria2_multicall_isUnderstood_overBothProtocols()
    {
        NEEDS("aria2");
        QFETCH(Protocol, protocol);
        START(text("aria2"));
        const auto client = aria2Client(port, protocol);
        const Value token = text("token:s3cret");
        PendingBatch several = client->multicall({ { text("aria2.getGlobalStat"), { token } }, { text("aria2.nope"), { token } }, { text("system.listNotifications") } });
        const auto reply = wait(several);
        QVERIFY(!reply->error);
        QCOMPARE(told(*reply),
            text("{\"downloadSpeed\":\"0\",\"numActive\":\"0\",\"numStopped\":\"0\",\"numStoppedTotal\":\"0\",\"numWaiting\":\"0\",\"uploadSpeed\":\"0\"}; !1 No such method: aria2.nope; "
                 "[\"aria2.onDownloadStart\",\"aria2.onDownloadPause\",\"aria2.onDownloadStop\",\"aria2.onDownloadComplete\",\"aria2.onDownloadError\",\"aria2.onBtDownloadComplete\"]"));
        // Over JSON-RPC an error is {code, message}.
        QCOMPARE(ids(several.trace().findings), protocol == Protocol::JsonRpc ? QStringList { text("xmlrpc.multicall-shape") } : QStringList());
    }

    // Errors of JSON-RPC come under HTTP 400 and 500.
    void aria2_error_isTheServersOwn_whateverTheStatus_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("reply");
        QTest::newRow("unknown method") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"aria2.nope\",\"params\":[\"token:s3cret\"]}") << 400 << text("!1 No such method: aria2.nope");
        QTest::newRow("no token") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"aria2.getVersion\",\"params\":[]}") << 400 << text("!1 Unauthorized");
        QTest::newRow("unreadable") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":4,") << 500 << text("!-32700 Parse error.");
        QTest::newRow("named params") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":10,\"method\":\"aria2.getVersion\",\"params\":{\"secret\":\"token:s3cret\"}}") << 500 << text("!-32602 Invalid params.");
    }
    void aria2_error_isTheServersOwn_whateverTheStatus()
    {
        NEEDS("aria2");
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(QString, reply);
        START(text("aria2"));
        const auto client = aria2Client(port, Protocol::JsonRpc);
        PendingCall call = client->sendRaw(body);
        const auto answer = wait(call);
        QCOMPARE(told(answer), reply);
        QCOMPARE(answer->error().kind, ErrorKind::Remote);
        QCOMPARE(answer->error().httpStatus, status);
        QCOMPARE(call.trace().httpStatus, status);
        QCOMPARE(ids(call.trace().findings), QStringList { text("http.status") });
    }

    void aria2_unreadableXml_isAnEmptyHttpError()
    {
        NEEDS("aria2");
        START(text("aria2"));
        const auto client = aria2Client(port, Protocol::XmlRpc);
        const auto reply = wait(client->sendRaw("<?xml version=\"1.0\"?><methodCall><methodName>"));
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, ErrorKind::HttpStatus);
        QCOMPARE(reply->error().httpStatus, 400);
    }

    void aria2_notification_isRefused()
    {
        NEEDS("aria2");
        START(text("aria2"));
        const auto client = aria2Client(port, Protocol::JsonRpc);
        PendingCall call = client->notify(text("system.listMethods"));
        QCOMPARE(told(wait(call)), text("!-32600 Invalid Request."));
        QCOMPARE(call.trace().httpStatus, 400);
        QVERIFY(ids(call.trace().findings).contains(text("http.status")));
        QVERIFY(ids(call.trace().findings).contains(text("jsonrpc.notification-answered")));
    }

    void aria2_batch_isDealtOut()
    {
        NEEDS("aria2");
        START(text("aria2"));
        const auto client = aria2Client(port, Protocol::JsonRpc);
        client->setIdGenerator(uuidIds());
        const Value token = text("token:s3cret");
        Batch batch = client->batch();
        batch.call(text("aria2.getGlobalStat"), Array { token }).call(text("aria2.tellStatus"), Array { token, text("00") });
        batch.call(text("aria2.tellActive"), Array { token });
        PendingBatch several = client->send(batch);
        auto reply = wait(several);
        QVERIFY(!reply->error);
        QCOMPARE(told(*reply), text("{\"downloadSpeed\":\"0\",\"numActive\":\"0\",\"numStopped\":\"0\",\"numStoppedTotal\":\"0\",\"numWaiting\":\"0\",\"uploadSpeed\":\"0\"}; !1 GID 00 is not found; []"));
        QVERIFY2(several.trace().findings.isEmpty(), qPrintable(ids(several.trace().findings).join(u' ')));
        // Notifications are answered, with an error.
        Batch notifying = client->batch();
        notifying.notify(text("system.listMethods")).call(text("aria2.tellActive"), Array { token });
        several = client->send(notifying);
        reply = wait(several);
        QCOMPARE(told(*reply), text("-; []"));
        QCOMPARE(shown(reply->unlinked), text("null:!-32600 Invalid Request."));
        QCOMPARE(ids(several.trace().findings), QStringList { text("jsonrpc.batch-unlinked") });
    }

    void aria2_isDiscovered_overBothProtocols_data() { bothProtocols(); }
    void aria2_isDiscovered_overBothProtocols()
    {
        NEEDS("aria2");
        QFETCH(Protocol, protocol);
        START(text("aria2"));
        const auto model = discover(at(port, protocol == Protocol::JsonRpc ? "/jsonrpc" : "/rpc"));
        QVERIFY2(model.hasValue(), model ? "" : qPrintable(model.error().toString()));
        QCOMPARE(model->protocol, protocol);
        QCOMPARE(model->methods.size(), 36);
        QCOMPARE(signatureOf(*model, "aria2.addUri"), text("aria2.addUri(\u2026)"));
    }

    // ---------------------------------------------------------------- jayson

    void jayson_answers_call_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QString>("reply");
        const auto row = [](const char *name, const char *method, const char *params, const char *reply) {
            QTest::newRow(name) << text(method) << QByteArray(params) << text(reply);
        };
        row("by position", "add", "[2, 3]", "5");
        row("by name", "add", "{\"b\": 40, \"a\": 2}", "42");
        row("values", "echo", "{\"b\": [1, -2.5, null, true], \"a\": \"\\u2603\\ud83d\\ude00\\u0007\", \"\": {}}", "{\"b\":[1,-2.5,null,true],\"a\":\"\u2603\U0001f600\\u0007\",\"\":{}}");
        row("order of members", "echo", "{\"z\": 1, \"a\": 2}", "{\"z\":1,\"a\":2}");
        row("an integer that JavaScript rounds", "echo", "[9007199254740993]", "[9007199254740992]");
        row("no result", "nothing", "[]", "null");
        row("unknown", "nope", "[]", "!-32601 Method not found");
        row("an error without a code", "badfail", "[]", "!-32603 Internal error");
        row("late", "slow", "[]", "\"late\"");
    }
    void jayson_answers_call()
    {
        NEEDS("jayson");
        QFETCH(QString, method);
        QFETCH(QByteArray, params);
        QFETCH(QString, reply);
        START(text("jayson"));
        const auto client = jsonClient(port);
        const Value given = value(params);
        PendingCall call = client->call(method, given.get<Array>() ? Params(*given.get<Array>()) : Params(*given.get<Struct>()));
        QCOMPARE(told(wait(call)), reply);
        QVERIFY2(call.trace().findings.isEmpty(), qPrintable(ids(call.trace().findings).join(u' ')));
        QCOMPARE(call.trace().httpStatus, 200);
    }

    void jayson_error_isComplete()
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

    void jayson_notification_is204()
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

    void jayson_batch_isDealtOut()
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

    void jayson_batchOfNotifications_isAccepted()
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
    void jayson_callsAtTheSameTime_doNotWaitForEachOther()
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

    void jayson_refusals_areNamed_data()
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
    void jayson_refusals_areNamed()
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

    void jayson_isDiscovered()
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

    // -------------------------------------------------------------- open-rpc

    void openRpc_answers_call_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QString>("reply");
        const auto row = [](const char *name, const char *method, const char *params, const char *reply) {
            QTest::newRow(name) << text(method) << QByteArray(params) << text(reply);
        };
        row("by position", "addition", "[1, 2]", "3");
        row("by name", "addition", "{\"b\": 2, \"a\": 40}", "42");
        row("by name only", "get_pet", "{\"id\": \"p1\"}", "{\"name\":\"pet p1\"}");
        row("a code of its own", "fail", "[]", "!6969 unknown error");
        row("unknown", "x", "[]", "!-32601 Method not found");
        row("wrong type", "addition", "[\"x\", 2]", "!-32602 Invalid params");
    }
    void openRpc_answers_call()
    {
        NEEDS("open-rpc");
        QFETCH(QString, method);
        QFETCH(QByteArray, params);
        QFETCH(QString, reply);
        START(text("open-rpc"));
        const auto client = jsonClient(port);
        const Value given = value(params);
        PendingCall call = client->call(method, given.get<Array>() ? Params(*given.get<Array>()) : Params(*given.get<Struct>()));
        QCOMPARE(told(wait(call)), reply);
        QVERIFY2(call.trace().findings.isEmpty(), qPrintable(ids(call.trace().findings).join(u' ')));
    }

    void openRpc_errorData_isKept()
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

    void openRpc_discoverDocument_isAResult()
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

    void openRpc_neverAnswers_timesOut()
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

    void openRpc_neverAnswers_isCancelled()
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

    void openRpc_answeredNotification_isAFinding()
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

    void openRpc_answeredNotificationInABatch_isNobodys()
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

    void openRpc_htmlError_isNotQuoted()
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

    // ------------------------------------------------------- Python's client

    void pythonClient_isServed_data()
    {
        QTest::addColumn<QByteArray>("line");
        const auto row = [](const char *name, const char *line) { QTest::newRow(name) << QByteArray(line); };
        row("add", "5");
        row("dotted name", "'South Dakota'");
        row("nothing", "None");
        row("get_data", "['hello', 5]");
        row("big", "1099511627776");
        for (const char *name : { "zero", "smallest int", "largest int", "true", "false", "nil", "third", "largest double", "smallest double", "minus twelve",
                 "empty", "markup", "unicode", "white space", "array", "struct", "long", "many", "date", "bytes", "Binary" })
            QTest::newRow(QByteArray("echo ").append(name).constData()) << QByteArray("'same'");
        row("echo minus zero", "'-0.0'");
        row("echo carriage return", "'a\\nb\\nc'"); // Python sends them raw
        row("echo not a number", "fault -32600: Invalid Request: line 6, column 8: [0]: \"nan\" is no double; XML-RPC has no NaN and no infinity");
        row("echo infinity", "fault -32600: Invalid Request: line 6, column 8: [0]: \"inf\" is no double; XML-RPC has no NaN and no infinity");
        row("echo control character", "fault -32700: Parse error: line 6, column 17: not well-formed (invalid token)");
        row("date", "('DateTime', '20250102T04:05:06')");
        row("date builtin", "datetime.datetime(2025, 1, 2, 4, 5, 6)");
        row("echo DateTime", "'19980717T14:08:55'");
        row("bytes", "('Binary', b'abcde')");
        row("bytes builtin", "b'abcde'");
        row("fault unknown", "fault -32601: Method not found: there is no method \"nope\"");
        row("fault type", "fault -32602: Invalid params: params[1]: expected int, got string");
        row("fault count", "fault -32602: Invalid params: expected 2 parameters, got 1");
        row("fault application", "fault -32094: I am a teapot");
        row("fault exception", "fault -32603: Internal error");
        row("fault result", "fault -32603: Internal error");
        row("fault json only", "fault -32601: Method not found: there is no method \"json_only\"");
        row("multicall", "[5, [7], ['hello', 5], 'Add two numbers and return the result.']");
        row("multicall with a fault", "[5, (-32601, 'Method not found: there is no method \"nope\"'), 9]");
        row("multicall recursive", "[{'faultCode': -32602, 'faultString': 'Invalid params: system.multicall inside system.multicall is refused'}]");
        row("signature", "[['int', 'int', 'int']]");
        row("signature overloaded", "[['nil', 'string'], ['nil']]");
        row("help", "'Add two numbers and return the result.'");
        row("help none", "''");
        row("listed", "['system.getCapabilities', 'system.listMethods', 'system.methodHelp', 'system.methodSignature', 'system.multicall', 'xml_only']");
        row("capabilities", "{'specUrl': 'http://xmlrpc-c.sourceforge.net/xmlrpc-c/introspection.html', 'specVersion': 1}");
        row("auth without", "fault -32098: Authentication failed: when calling \"add\"");
        row("auth with", "5");
        row("no such path", "http 404");
        row("default path", "http 404");
        row("no introspection", "fault -32601: Method not found: there is no method \"system.listMethods\"");
        row("gzipped request", "5");
        row("latin-1", "'\u00e9 \u2603'");
        row("one connection", "True");
    }
    void pythonClient_isServed()
    {
        NEEDS("python-xmlrpc");
        QFETCH(QByteArray, line);
        static const Finished f = support::run(text("/usr/bin/python3"), { text("-X"), text("utf8"), text(SOURCE_DIR "/tests/interop/python_client.py"), m_url });
        QVERIFY2(f.status == 0, f.err.constData());
        static const QHash<QString, QByteArray> lines = linesOf(f.out);
        QCOMPARE(lines.value(QString::fromUtf8(QTest::currentDataTag())), line);
    }

    // --------------------------------------------------- clients of xmlrpc-c

    void xmlrpcCommand_isServed_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("printed");
        const auto row = [](const char *name, const QStringList &arguments, const char *printed) {
            QTest::newRow(name) << text("/rpc") << arguments << 0 << QByteArray(printed);
        };
        const auto fault = [](const char *name, const char *path, const QStringList &arguments, const char *printed) {
            QTest::newRow(name) << text(path) << arguments << 1 << QByteArray(printed);
        };
        const QString echo = text("echo");
        const QString add = text("add");
        row("add", { add, text("i/2"), text("i/3") }, "Integer: 5");
        row("int", { echo, text("i/-2147483648") }, "Integer: -2147483648");
        row("text", { echo, text("s/a<b&c> \u2603") }, "String: 'a<b&c> \\xe2\\x98\\x83'");
        row("text without a prefix", { echo, text("hello") }, "String: 'hello'");
        row("bytes", { echo, text("h/00ff10") }, "Bit string: 00ff10");
        row("true", { echo, text("b/true") }, "Boolean: TRUE");
        row("false", { echo, text("b/f") }, "Boolean: FALSE");
        row("double", { echo, text("d/-12.214") }, "Floating Point: -12.214000");
        row("nil", { echo, text("n/") }, "Nil");
        row("i8", { echo, text("I/9223372036854775807") }, "64-bit integer: 9223372036854775807");
        row("array", { text("get_data") }, "Array of 2 items:\n  Index  0 String: 'hello'\n  Index  1 Integer: 5");
        row("signature", { text("system.methodSignature"), add }, "Array of 1 items:\n  Index  0 Array of 3 items:\n             Index  0 String: 'int'\n             Index  1 String: 'int'\n             Index  2 String: 'int'");
        fault("wrong type", "/rpc", { add, text("i/1"), text("s/x") }, "Failed.  Call failed.  RPC failed at server.  Invalid params: params[1]: expected int, got string.  (XML-RPC fault code -32602)");
        fault("unknown", "/rpc", { text("nope") }, "Failed.  Call failed.  RPC failed at server.  Method not found: there is no method \"nope\".  (XML-RPC fault code -32601)");
        fault("application", "/rpc", { text("teapot") }, "Failed.  Call failed.  RPC failed at server.  I am a teapot.  (XML-RPC fault code -32094)");
        fault("no credentials", "/auth", { add, text("i/2"), text("i/3") }, "Failed.  Call failed.  RPC failed at server.  Authentication failed: when calling \"add\".  (XML-RPC fault code -32098)");
        QTest::newRow("credentials") << text("/auth") << QStringList { add, text("i/2"), text("i/3"), text("-username=user"), text("-password=secret") } << 0 << QByteArray("Integer: 5");
    }
    void xmlrpcCommand_isServed()
    {
        NEEDS("xmlrpc");
        QFETCH(QString, path);
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QByteArray, printed);
        const Finished f = support::run(text("/usr/bin/xmlrpc"), QStringList { m_url + path } + arguments);
        QCOMPARE(status == 0 ? f.err : f.err.trimmed(), status == 0 ? QByteArray() : printed);
        QCOMPARE(f.out.trimmed(), status == 0 ? "Result:\n\n" + printed : QByteArray());
        QCOMPARE(f.status, status);
    }

    // It reads system.listMethods, and all signatures and help texts by one system.multicall.
    void api2txt_printsTheApi()
    {
        NEEDS("xml-rpc-api2txt");
        const Finished f = support::run(text("/usr/bin/xml-rpc-api2txt"), { m_url + text("/rpc") });
        QCOMPARE(f.err, QByteArray());
        QCOMPARE(f.status, 0);
        QVERIFY(f.out.startsWith("XML-RPC API for " + m_url.toUtf8() + "/rpc\n"));
        for (const char *part : {
                 "\nint add (int, int)\n\n  Add two numbers and return the result.\n",
                 "\ni8 big ()\n",
                 "\nundef echo (undef)\n",
                 "\nstring examples.getStateName (int)\n",
                 "\nnil fail (string)\nnil fail ()\n",
                 "\nbase64 get_bytes ()\n",
                 "\ndateTime.iso8601 now ()\n",
                 "\nstruct system.getCapabilities ()\n\n  The specifications that this server follows, each with its address and\n  version.\n",
                 "\nstruct validator1.simpleStructReturnTest (int)\n",
                 "\nstring xml_only ()\n",
             })
            QVERIFY2(f.out.contains(part), QByteArray(part + f.out).constData());
        QVERIFY(!f.out.contains("unknown "));
        QVERIFY(!f.out.contains("json_only"));
    }

    void api2txt_withoutIntrospection_saysWhy()
    {
        NEEDS("xml-rpc-api2txt");
        const Finished f = support::run(text("/usr/bin/xml-rpc-api2txt"), { m_url + text("/nosys") });
        QCOMPARE(f.status, 1);
        QVERIFY2(f.err.contains("Fault returned from XML RPC Server, fault code -32601: Method not found: there is no method \"system.listMethods\"\n"), f.err.constData());
    }

    // ------------------------------------------------------- jayson's client

    void jaysonClient_isServed_data()
    {
        QTest::addColumn<QByteArray>("line");
        const auto row = [](const char *name, const char *line) { QTest::newRow(name) << QByteArray(line); };
        const auto answer = [](const char *name, const char *rest) {
            QTest::newRow(name) << "{\"status\":200,\"linked\":1,\"answer\":{\"jsonrpc\":\"2.0\"," + QByteArray(rest) + "}}";
        };
        answer("call", "\"result\":5");
        answer("named", "\"result\":19");
        answer("empty params", "\"result\":[\"hello\",5]");
        answer("echo", "\"result\":{\"b\":[1,2.5,null,true],\"a\":\"\u2603 \U0001f600 \\u0000\",\"\":{}}");
        answer("own id", "\"result\":5");
        answer("unknown", "\"error\":{\"code\":-32601,\"message\":\"Method not found\",\"data\":{\"details\":\"there is no method \\\"nope\\\"\"}}");
        answer("wrong type", "\"error\":{\"code\":-32602,\"message\":\"Invalid params\",\"data\":{\"details\":\"params[1]: expected int, got string\"}}");
        answer("application error", "\"error\":{\"code\":-32094,\"message\":\"I am a teapot\",\"data\":{\"hint\":\"short and stout\"}}");
        answer("exception", "\"error\":{\"code\":-32603,\"message\":\"Internal error\"}");
        answer("xml only", "\"error\":{\"code\":-32601,\"message\":\"Method not found\",\"data\":{\"details\":\"there is no method \\\"xml_only\\\"\"}}");
        answer("date", "\"result\":\"2025-01-02T04:05:06\"");
        answer("bytes", "\"error\":{\"code\":-32603,\"message\":\"Internal error\"}");
        answer("nothing", "\"result\":null");
        answer("without an authorization", "\"error\":{\"code\":-32098,\"message\":\"Authentication failed\",\"data\":{\"details\":\"when calling \\\"add\\\"\"}}");
        answer("with an authorization", "\"result\":5");
        answer("version 1", "\"error\":{\"code\":-32600,\"message\":\"Invalid Request\",\"data\":{\"details\":\"\\\"jsonrpc\\\" must be \\\"2.0\\\"\"}}");
        row("notification", "{\"status\":204,\"linked\":0}");
        row("batch", "{\"status\":200,\"linked\":3,\"answer\":[{\"jsonrpc\":\"2.0\",\"result\":3},{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"Method not found\",\"data\":{\"details\":\"there is no method \\\"nope\\\"\"}}},{\"jsonrpc\":\"2.0\",\"result\":4}]}");
        row("batch of notifications", "{\"status\":204,\"linked\":0}");
        row("batch too long", "{\"status\":200,\"linked\":0,\"answer\":{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600,\"message\":\"Invalid Request\",\"data\":{\"details\":\"the batch is too large: it has more than 2 members\"}},\"id\":null}}");
        row("no such path", "{\"error\":\"nothing is served at /nowhere\\n\",\"status\":404,\"linked\":0}");
        row("many at once", "true");
    }
    void jaysonClient_isServed()
    {
        NEEDS("jayson");
        QFETCH(QByteArray, line);
        static const Finished f = support::run(QStandardPaths::findExecutable(text("node")), { text(SOURCE_DIR "/tests/interop/jayson_client.js"), m_url, npmFolder() });
        QVERIFY2(f.status == 0, f.err.constData());
        static const QHash<QString, QByteArray> lines = linesOf(f.out);
        QCOMPARE(lines.value(QString::fromUtf8(QTest::currentDataTag())), line);
    }

    // ------------------------------------------------------------------ curl

    void curl_isServed_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("status"); // the first line
        QTest::addColumn<QByteArray>("connection");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        const QString json = text("Content-Type: application/json");
        const QString header = text("-H");
        const QByteArray plain = "text/plain; charset=utf-8";
        const auto row = [](const char *name, const QStringList &arguments, const QByteArray &connection = "keep-alive") {
            QTest::newRow(name) << arguments << QByteArray("HTTP/1.1 200 OK") << connection << QByteArray("application/json") << QByteArray("{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":7}");
        };
        row("JSON", { header, json });
        row("--json", { text("--json"), text("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"add\",\"params\":[2,3]}") });
        row("chunked", { header, json, header, text("Transfer-Encoding: chunked") });
        row("HTTP/1.0", { header, json, text("-0") }, "close");
        row("HTTP/1.0 keep-alive", { header, json, text("-0"), header, text("Connection: keep-alive") });
        row("HTTP/2 wanted", { header, json, text("--http2") });
        row("compression wanted", { header, json, text("--compressed") });
        row("asks to be let", { header, json, header, text("Expect: 100-continue"), text("--expect100-timeout"), text("8") });
        row("charset", { header, text("Content-Type: application/json; charset=utf-8") });
        row("json-rpc", { header, text("Content-Type: application/json-rpc") });
        const auto refused = [&](const char *name, const QStringList &arguments, const char *status, const char *body) {
            QTest::newRow(name) << arguments << QByteArray("HTTP/1.1 ").append(status) << QByteArray("keep-alive") << plain << QByteArray(body);
        };
        refused("form type", {}, "400 Bad Request", "unsupported Content-Type application/x-www-form-urlencoded; application/json means JSON-RPC, text/xml XML-RPC\n");
        refused("no type", { header, text("Content-Type:") }, "400 Bad Request", "a Content-Type is needed: application/json for JSON-RPC, text/xml for XML-RPC\n");
        refused("GET", { text("-G") }, "405 Method Not Allowed", "calls are sent with POST\n");
        refused("PUT", { header, json, text("-X"), text("PUT") }, "405 Method Not Allowed", "calls are sent with POST\n");
        refused("from a page", { header, json, header, text("Origin: http://evil.example") }, "403 Forbidden", "the origin \"http://evil.example\" is not allowed\n");
        refused("by another name", { header, json, header, text("Host: evil.example") }, "421 Misdirected Request", "this server is not called \"evil.example\"\n");
    }
    void curl_isServed()
    {
        NEEDS("curl");
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, connection);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, body);
        QStringList all { text("-i") };
        if (!arguments.contains(text("--json")))
            all += { text("-d"), text("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"add\",\"params\":[2,3]}") };
        const Finished f = curl(all + arguments + QStringList { m_url + text("/rpc") });
        QCOMPARE(f.err, QByteArray());
        QCOMPARE(f.status, 0);
        QByteArray answer = f.out;
        if (arguments.contains(text("Expect: 100-continue"))) {
            QVERIFY2(answer.startsWith("HTTP/1.1 100 Continue\r\n\r\n"), answer.constData());
            answer.remove(0, answer.indexOf("\r\n\r\n") + 4);
        }
        const qsizetype end = answer.indexOf("\r\n\r\n");
        const QList<QByteArray> head = answer.left(end).split('\n');
        QCOMPARE(head.constFirst().trimmed(), status);
        QVERIFY2(head.contains(QByteArray("Connection: " + connection + (head.constLast().startsWith("Connection") ? "" : "\r"))), answer.constData());
        QVERIFY2(answer.left(end + 2).contains(QByteArray("\r\nContent-Type: " + type + "\r\n")), answer.constData());
        QCOMPARE(answer.mid(end + 4), body);
    }

    void curl_keepsItsConnection()
    {
        NEEDS("curl");
        const QString url = m_url + text("/rpc");
        const Finished f = curl({ text("-w"), text(" %{num_connects}\n"), text("--json"), text("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"add\",\"params\":[2,3]}"), url, url, url });
        QCOMPARE(f.out, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":7} 1\n{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":7} 0\n{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":7} 0\n"));
    }

    void curl_sendsALargeBody()
    {
        NEEDS("curl");
        QTemporaryDir folder;
        QFile file(folder.filePath(text("body")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const QByteArray letters(2000000, 'x');
        file.write("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"echo\",\"params\":[\"" + letters + "\"]}");
        file.close();
        for (const char *more : { "X-Framing: length", "Transfer-Encoding: chunked" }) {
            const Finished f = curl({ text("-H"), text("Content-Type: application/json"), text("-H"), text(more), text("--data-binary"), QString(u'@' + file.fileName()), m_url + text("/rpc") });
            QVERIFY2(f.status == 0, f.err.constData());
            QVERIFY2(f.out == "{\"jsonrpc\":\"2.0\",\"result\":\"" + letters + "\",\"id\":7}", f.out.left(300).constData());
        }
    }

    void curl_speaksXmlRpc()
    {
        NEEDS("curl");
        const Finished f = curl({ text("-H"), text("Content-Type: text/xml; charset=utf-8"), text("-d"),
            text("<methodCall><methodName>add</methodName><params><param><value><i4>2</i4></value></param><param><value><int>3</int></value></param></params></methodCall>"), m_url + text("/rpc") });
        QCOMPARE(f.out, QByteArray("<?xml version=\"1.0\"?>\n<methodResponse><params><param><value><int>5</int></value></param></params></methodResponse>\n"));
    }

    void curl_isAuthorized()
    {
        NEEDS("curl");
        const QStringList call { text("--json"), text("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"add\",\"params\":[2,3]}"), m_url + text("/auth") };
        QCOMPARE(curl(call).out, QByteArray("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32098,\"message\":\"Authentication failed\",\"data\":{\"details\":\"when calling \\\"add\\\"\"}},\"id\":7}"));
        QCOMPARE(curl(QStringList { text("-u"), text("user:secret") } + call).out, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":7}"));
        QCOMPARE(curl(QStringList { text("-u"), text("user:secret2") } + call).out, curl(call).out);
    }

private:
    static void bothProtocols()
    {
        QTest::addColumn<Protocol>("protocol");
        QTest::newRow("JSON-RPC") << Protocol::JsonRpc;
        QTest::newRow("XML-RPC") << Protocol::XmlRpc;
    }

    static std::unique_ptr<Client> aria2Client(quint16 port, Protocol protocol)
    {
        return clientOf(at(port, protocol == Protocol::JsonRpc ? "/jsonrpc" : "/rpc"), protocol);
    }
};

QTEST_GUILESS_MAIN(tst_Interop)
#include "tst_interop.moc"
