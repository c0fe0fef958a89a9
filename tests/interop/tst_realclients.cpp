// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "realprograms.h"

#include <tests/support/fatalmessages.h>

using namespace realprograms;

namespace {

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

/// Our server, called by the clients of others.
class tst_RealClients : public QObject
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
};

QTEST_GUILESS_MAIN(tst_RealClients)
#include "tst_realclients.moc"
