// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/program.h>

#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>

using support::Finished;
using support::Program;

namespace {

const QString cli = QStringLiteral(BIN_DIR "/antiphon-cli");
const QString calculator = QStringLiteral(SOURCE_DIR "/examples/calculator.js");

Finished run(const QStringList &arguments) { return support::run(cli, arguments); }

} // namespace

class tst_Cli : public QObject
{
    Q_OBJECT

    Program m_host;
    QString m_url;

private Q_SLOTS:
    FATAL_MESSAGES

    void initTestCase()
    {
        m_url = m_host.startAndWaitFor(cli, { QStringLiteral("serve"), calculator }, QStringLiteral("listening on "));
        QVERIFY(m_url.startsWith(u"http://127.0.0.1:"));
    }

    void list_printsOneMethodALine()
    {
        const Finished f = run({ QStringLiteral("list"), m_url });
        QCOMPARE(f.status, 0);
        QVERIFY(f.out.contains("\nmath.add\n"));
        QVERIFY(f.err.contains("protocol: JSON-RPC"));
        const Finished xml = run({ QStringLiteral("list"), m_url, QStringLiteral("--protocol"), QStringLiteral("xml-rpc") });
        QCOMPARE(QByteArray(xml.out).replace("system.multicall\n", ""), f.out); // which is not for JSON-RPC
        QVERIFY(xml.out.contains("system.multicall\n"));
        QVERIFY(xml.err.isEmpty());
        const Finished json = run({ QStringLiteral("list"), m_url, QStringLiteral("--json") });
        QVERIFY(json.out.contains("\"name\": \"math.add\"") && json.out.contains("\"type\": \"int\"") && json.out.contains("Adds two numbers."));
    }

    void list_asksWebSockets_inJsonRpcOnly()
    {
        const Finished f = run({ QStringLiteral("list"), QString(m_url).replace(QStringLiteral("http:"), QStringLiteral("ws:")) });
        QCOMPARE(f.status, 0);
        QVERIFY(f.out.contains("\nmath.add\n"));
        Program host;
        const QString url = host.startAndWaitFor(cli, { QStringLiteral("serve"), calculator, QStringLiteral("--path"), QStringLiteral("/RPC2") }, QStringLiteral("listening on "));
        QVERIFY(url.endsWith(u"/RPC2"));
        const Finished g = run({ QStringLiteral("list"), QString(url).replace(QStringLiteral("http:"), QStringLiteral("ws:")) });
        QCOMPARE(g.err, QByteArray("antiphon-cli: protocol: JSON-RPC\n"));
        QCOMPARE(g.status, 0);
        QCOMPARE(g.out, f.out);
    }

    void describe_tellsSignatureAndHelp()
    {
        const Finished f = run({ QStringLiteral("describe"), m_url, QStringLiteral("math.add") });
        QCOMPARE(f.status, 0);
        QVERIFY(f.out.startsWith("math.add(int, int) \xe2\x86\x92 int\n"));
        QVERIFY(f.out.contains("Adds two numbers."));
        const Finished unknown = run({ QStringLiteral("describe"), m_url, QStringLiteral("nope") });
        QCOMPARE(unknown.status, 5);
        QVERIFY(unknown.out.isEmpty());
    }

    void values_areDigitForDigit_data()
    {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QByteArray>("body"); // as it must stand on the wire, both ways
        for (const char *value : { "9007199254740993", "18446744073709551615", "1.0", "0.1000", "-0", "1e400", "{\"b\":1,\"a\":2}", "[1,2]", "-5",
                 "[\"a,b\",{\"c\":[]}]", "list", "", "--x" })
            QTest::newRow(value) << QString::fromUtf8(value)
                                 << (QByteArray(value) == "list" || QByteArray(value).isEmpty() || QByteArray(value) == "--x" ? '"' + QByteArray(value) + '"' : QByteArray(value));
    }
    void values_areDigitForDigit()
    {
        QFETCH(QString, value);
        QFETCH(QByteArray, body);
        QStringList arguments { QStringLiteral("call"), QStringLiteral("--raw"), QStringLiteral("--protocol"), QStringLiteral("json-rpc"), m_url, QStringLiteral("echo") };
        if (value.startsWith(u"--"))
            arguments.append(QStringLiteral("--"));
        arguments.append(value);
        const Finished f = run(arguments);
        QVERIFY2(f.status == 0, f.err.constData());
        QVERIFY2(f.out.contains("\"method\":\"echo\",\"params\":[" + body + "]}\n<<< response\n"), f.out.constData());
        QVERIFY2(f.out.contains("\"result\":" + body + ",\"id\":1}"), f.out.constData());
    }

    void named_andNotify()
    {
        Finished f = run({ QStringLiteral("call"), m_url, QStringLiteral("math.subtract"), QStringLiteral("--named"), QStringLiteral("subtrahend=23"), QStringLiteral("minuend=42") });
        QCOMPARE(f.out, QByteArray("19\n"));
        f = run({ QStringLiteral("call"), m_url, QStringLiteral("math.add"), QStringLiteral("--named"), QStringLiteral("nonsense") });
        QCOMPARE(f.status, 1);
        f = run({ QStringLiteral("call"), m_url, QStringLiteral("math.add"), QStringLiteral("--notify"), QStringLiteral("1"), QStringLiteral("2") });
        QCOMPARE(f.status, 0);
        QVERIFY(f.out.isEmpty());
    }

    void typesThatJsonLacks_surviveXmlRpc()
    {
        for (const char *value : { "{\"$dateTime\":\"19980717T14:08:55\"}", "{\"$bytes\":\"aGVsbG8=\"}", "{\"$int64\":5}", "null", "3.0" }) {
            const Finished f = run({ QStringLiteral("call"), QStringLiteral("--protocol"), QStringLiteral("xml-rpc"), m_url, QStringLiteral("echo"), QString::fromUtf8(value) });
            QCOMPARE(f.status, 0);
            QCOMPARE(QByteArray(f.out).replace(" ", "").trimmed(), QByteArray(value));
        }
    }

    void exitStatus_isAContract_data()
    {
        QTest::addColumn<QByteArray>("answer"); // of a fake server; empty: none is there
        QTest::addColumn<int>("status");
        const auto http = [](const QByteArray &status, const QByteArray &body) {
            return "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
        };
        QTest::newRow("success") << http("200 OK", "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}") << 0;
        QTest::newRow("refused") << QByteArray() << 2;
        QTest::newRow("no answer") << http("200 OK", "") << 4;
        QTest::newRow("html") << http("404 Not Found", "<html>") << 4;
        QTest::newRow("not the protocol") << http("200 OK", "[]") << 4;
        QTest::newRow("error") << http("400 Bad", "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":7,\"message\":\"no\",\"data\":[1]},\"id\":1}") << 5;
        QTest::newRow("401") << http("401 Unauthorized", "") << 6;
        QTest::newRow("closed") << QByteArray("\r\n") << 2;
    }
    void exitStatus_isAContract()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, status);
        support::FakeServer server(support::FakeServer::bytes(answer == "\r\n" ? QByteArray() : answer));
        const QString url = answer.isEmpty() ? QStringLiteral("http://127.0.0.1:1/") : QString::fromLatin1(server.url());
        const Finished f = run({ QStringLiteral("call"), QStringLiteral("--protocol"), QStringLiteral("json-rpc"), url, QStringLiteral("m") });
        QVERIFY2(f.status == status, f.err.constData());
        QCOMPARE(f.out.isEmpty(), status != 0);
        QCOMPARE(f.err.isEmpty(), status == 0);
        if (status == 5)
            QVERIFY2(f.err.contains("7") && f.err.contains("no") && f.err.contains("[1]"), f.err.constData());
    }

    void timeOut_is3()
    {
        support::FakeServer server([](QTcpSocket &, const QByteArray &) { });
        const Finished f = run({ QStringLiteral("call"), QStringLiteral("--timeout"), QStringLiteral("0.2"), QStringLiteral("--protocol"), QStringLiteral("json-rpc"),
            QString::fromLatin1(server.url()), QStringLiteral("m") });
        QCOMPARE(f.status, 3);
    }

    void wrongUsage_is1_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("nothing") << QStringList {};
        QTest::newRow("unknown command") << QStringList { QStringLiteral("dance") };
        QTest::newRow("no method") << QStringList { QStringLiteral("call"), QStringLiteral("http://127.0.0.1/") };
        QTest::newRow("bad url") << QStringList { QStringLiteral("list"), QStringLiteral("ftp://x/") };
        QTest::newRow("bad header") << QStringList { QStringLiteral("list"), QStringLiteral("http://127.0.0.1:1/"), QStringLiteral("--header"), QStringLiteral("nonsense") };
        QTest::newRow("no script") << QStringList { QStringLiteral("serve"), QStringLiteral("/no/such/file.js") };
        QTest::newRow("bad listen") << QStringList { QStringLiteral("serve"), calculator, QStringLiteral("--listen"), QStringLiteral("somewhere") };
    }
    void wrongUsage_is1()
    {
        QFETCH(QStringList, arguments);
        const Finished f = run(arguments);
        QCOMPARE(f.status, 1);
        QVERIFY(!f.err.isEmpty() || !f.out.isEmpty());
    }

    void headersAndCredentials_areSent()
    {
        support::FakeServer server(support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}"));
        const Finished f = run({ QStringLiteral("call"), QStringLiteral("--protocol"), QStringLiteral("json-rpc"), QString::fromLatin1(server.url()), QStringLiteral("m"),
            QStringLiteral("--header"), QStringLiteral("X-A: 1"), QStringLiteral("--header"), QStringLiteral("X-B: 2"), QStringLiteral("--user"), QStringLiteral("ada:s3:cret") });
        QVERIFY2(f.status == 0, f.err.constData());
        const QByteArray request = server.requests().constLast(); // the first one asks how to log in
        QCOMPARE(support::fieldOf(request, "X-A"), QByteArray("1"));
        QCOMPARE(support::fieldOf(request, "X-B"), QByteArray("2"));
        QCOMPARE(support::fieldOf(request, "Authorization"), "Basic " + QByteArray("ada:s3:cret").toBase64());
    }

    void serve_saysWhatIsWrong()
    {
        QTemporaryDir dir;
        QFile script(dir.filePath(QStringLiteral("bad.js")));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("// fine\nlet x = ;\n");
        script.close();
        Finished f = run({ QStringLiteral("serve"), script.fileName() });
        QCOMPARE(f.status, 1);
        QVERIFY2(f.err.contains("bad.js:2"), f.err.constData());
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        f = run({ QStringLiteral("serve"), calculator, QStringLiteral("--listen"), QStringLiteral("127.0.0.1:%1").arg(other.serverPort()) });
        QCOMPARE(f.status, 1);
        QVERIFY(f.err.contains("in use"));
    }

    void serve_answersRealClients()
    {
        if (!QFile::exists(QStringLiteral("/usr/bin/python3")))
            QSKIP("python3 is not installed");
        const QByteArray program = "import xmlrpc.client, sys\n"
                                   "s = xmlrpc.client.ServerProxy(sys.argv[1])\n"
                                   "print(s.math.add(2, 3), 'math.add' in s.system.listMethods(), s.system.methodHelp('math.add'))\n"
                                   "print(s.system.methodSignature('math.add'))\n"
                                   "try: s.math.divide(1, 0)\n"
                                   "except xmlrpc.client.Fault as f: print(f.faultCode, f.faultString)\n";
        const Finished f = support::run(QStringLiteral("/usr/bin/python3"), { QStringLiteral("-c"), QString::fromUtf8(program), m_url });
        QVERIFY2(f.status == 0, f.err.constData());
        QCOMPARE(f.out, QByteArray("5 True Adds two numbers.\n[['int', 'int', 'int']]\n1 division by zero\n"));
        if (QFile::exists(QStringLiteral("/usr/bin/curl"))) {
            const Finished curl = support::run(QStringLiteral("/usr/bin/curl"), { QStringLiteral("-sS"), QStringLiteral("-H"), QStringLiteral("Content-Type: application/json"),
                QStringLiteral("-d"), QStringLiteral("{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"math.add\",\"params\":[2,3]}"), m_url });
            QCOMPARE(curl.out, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":7}"));
        }
    }

    void serve_survivesAnEndlessLoop()
    {
        QTemporaryDir dir;
        QFile script(dir.filePath(QStringLiteral("loop.js")));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("rpc.method('loop', () => { while(true){} }); rpc.method('fine', () => 'ok');\n");
        script.close();
        Program host;
        const QString url = host.startAndWaitFor(cli, { QStringLiteral("serve"), script.fileName(), QStringLiteral("--time-limit"), QStringLiteral("0.3") }, QStringLiteral("listening on "));
        QVERIFY(!url.isEmpty());
        const Finished loop = run({ QStringLiteral("call"), url, QStringLiteral("loop") });
        QCOMPARE(loop.status, 5);
        QVERIFY(loop.err.contains("-32603"));
        QCOMPARE(run({ QStringLiteral("call"), url, QStringLiteral("fine") }).out, QByteArray("\"ok\"\n"));
    }

    void serve_overTls()
    {
        QTemporaryDir dir;
        Program host;
        const QString url = host.startAndWaitFor(cli, { QStringLiteral("serve"), calculator, QStringLiteral("--listen"), QStringLiteral("tls+netstring://127.0.0.1:0") }, QStringLiteral("listening on "));
        QVERIFY2(url.startsWith(u"tls://127.0.0.1:"), qPrintable(url));
        const QString inFraming = QString(url).replace(QStringLiteral("tls:"), QStringLiteral("tls+netstring:"));
        const QStringList call { QStringLiteral("call"), inFraming, QStringLiteral("math.add"), QStringLiteral("2"), QStringLiteral("3") };
        const Finished stranger = run(call);
        QVERIFY2(stranger.status != 0 && stranger.err.contains("TLS"), stranger.err.constData()); // nobody vouches for the certificate
        QCOMPARE(run(call + QStringList(QStringLiteral("--insecure"))).out, QByteArray("5\n"));
    }

    void serve_overStandardInput_stopsInOrder()
    {
        QTemporaryDir dir;
        QFile script(dir.filePath(QStringLiteral("slow.js")));
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("rpc.method('slow', () => { console.log('begun'); const end = Date.now() + 500; while (Date.now() < end) { } return 7; });\n");
        script.close();
        QProcess host;
        host.start(cli, { QStringLiteral("serve"), script.fileName(), QStringLiteral("--listen"), QStringLiteral("stdio+newline:") });
        host.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"slow\"}\n");
        QByteArray told;
        QTRY_VERIFY((told += host.readAllStandardError()).contains("begun"));
        host.terminate();
        QTRY_COMPARE(host.state(), QProcess::NotRunning);
        QCOMPARE(host.readAllStandardOutput(), QByteArray("{\"jsonrpc\":\"2.0\",\"result\":7,\"id\":1}\n"));
        QCOMPARE(host.exitStatus(), QProcess::NormalExit);
        QCOMPARE(host.exitCode(), 0);
    }

    void python_isExploredAndCalled()
    {
        const QString script = support::realProgram(QStringLiteral("python-xmlrpc"));
        if (script.isEmpty())
            QSKIP("python3 is not installed");
        Program server;
        const quint16 port = support::freePort();
        QVERIFY(server.startServer(script, { QString::number(port) }, port));
        const QString url = QStringLiteral("http://127.0.0.1:%1/RPC2").arg(port);
        QVERIFY(run({ QStringLiteral("list"), url }).out.contains("add\nbigint\n"));
        QVERIFY(run({ QStringLiteral("describe"), url, QStringLiteral("add") }).out.contains("Add two numbers."));
        QCOMPARE(run({ QStringLiteral("call"), url, QStringLiteral("add"), QStringLiteral("2"), QStringLiteral("3") }).out, QByteArray("5\n"));
        const Finished fault = run({ QStringLiteral("call"), url, QStringLiteral("fail") });
        QCOMPARE(fault.status, 5);
        QVERIFY(fault.err.contains("boom <x>"));
    }

    void aria2_isExploredAndCalled_overBothProtocols()
    {
        const QString script = support::realProgram(QStringLiteral("aria2"));
        if (script.isEmpty())
            QSKIP("aria2 is not installed");
        Program server;
        const quint16 port = support::freePort();
        QVERIFY(server.startServer(script, { QString::number(port) }, port));
        for (const char *path : { "jsonrpc", "rpc" }) {
            const QString url = QStringLiteral("http://127.0.0.1:%1/%2").arg(port).arg(QLatin1String(path));
            const Finished list = run({ QStringLiteral("list"), url });
            QVERIFY2(list.status == 0, list.err.constData());
            QVERIFY(list.err.contains(qstrcmp(path, "rpc") == 0 ? "XML-RPC" : "JSON-RPC"));
            QCOMPARE(list.out.count('\n'), 36);
            const Finished version = run({ QStringLiteral("call"), url, QStringLiteral("aria2.getVersion"), QStringLiteral("token:s3cret") });
            QVERIFY2(version.status == 0, version.err.constData());
            QVERIFY(version.out.contains("\"version\": \"1."));
            const Finished wrong = run({ QStringLiteral("call"), url, QStringLiteral("aria2.getVersion") });
            QCOMPARE(wrong.status, 5);
            QVERIFY(wrong.err.contains("Unauthorized"));
        }
    }

    void validator1_ofXmlRpcC_agrees_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *method, const QStringList &arguments, const char *expected) {
            QTest::newRow(method) << arguments << QByteArray(expected);
        };
        row("arrayOfStructsTest", { QStringLiteral("[{\"moe\":1,\"larry\":2,\"curly\":3},{\"moe\":4,\"larry\":5,\"curly\":6}]") }, "9");
        row("countTheEntities", { QStringLiteral("<<&'\"\">>>") }, "{\"ctLeftAngleBrackets\":2,\"ctRightAngleBrackets\":3,\"ctAmpersands\":1,\"ctApostrophes\":1,\"ctQuotes\":2}");
        row("easyStructTest", { QStringLiteral("{\"moe\":5,\"larry\":6,\"curly\":7}") }, "18");
        row("echoStructTest", { QStringLiteral("{\"b\":[1,{\"c\":0.5}],\"a\":\"x\"}") }, "{\"b\":[1,{\"c\":0.5}],\"a\":\"x\"}");
        row("manyTypesTest", { QStringLiteral("42"), QStringLiteral("true"), QStringLiteral("abc"), QStringLiteral("3.25"), QStringLiteral("{\"$dateTime\":\"19980717T14:08:55\"}"), QStringLiteral("{\"$bytes\":\"AAEC\"}") },
            "[42,true,\"abc\",3.25,{\"$dateTime\":\"19980717T14:08:55\"},{\"$bytes\":\"AAEC\"}]");
        row("moderateSizeArrayCheck", { QStringLiteral("[\"first\",\"b\",\"last\"]") }, "\"firstlast\"");
        row("nestedStructTest", { QStringLiteral("{\"2000\":{\"04\":{\"01\":{\"moe\":1,\"larry\":2,\"curly\":3}}}}") }, "6");
        row("simpleStructReturnTest", { QStringLiteral("7") }, "{\"times10\":70,\"times100\":700,\"times1000\":7000}");
    }
    void validator1_ofXmlRpcC_agrees()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, expected);
        const QString script = support::realProgram(QStringLiteral("xmlrpc-c-abyss"));
        if (script.isEmpty())
            QSKIP("libxmlrpc-core-c3-dev is not installed");
        static Program server;
        static quint16 port = 0;
        if (!port) {
            port = support::freePort();
            QVERIFY(server.startServer(script, { QString::number(port) }, port));
        }
        const Finished f = run(QStringList { QStringLiteral("call"), QStringLiteral("http://127.0.0.1:%1/RPC2").arg(port), QStringLiteral("validator1.") + QString::fromUtf8(QTest::currentDataTag()) } + arguments);
        QVERIFY2(f.status == 0, f.err.constData());
        QCOMPARE(QByteArray(f.out).replace("\n", "").replace(" ", ""), expected);
    }
};

QTEST_GUILESS_MAIN(tst_Cli)
#include "tst_cli.moc"
