// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <tests/support/fatalmessages.h>
#include <tests/support/program.h>

#include <QFile>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

using support::Program;

namespace {

const QString cli = QStringLiteral(BIN_DIR "/antiphon-cli");

QByteArray fieldIn(const QByteArray &answer, const QByteArray &name)
{
    for (const QByteArray &line : answer.left(answer.indexOf("\r\n\r\n")).split('\n')) {
        if (line.toLower().startsWith(name.toLower() + ':'))
            return line.mid(name.size() + 1).trimmed();
    }
    return {};
}

} // namespace

/// What `antiphon-cli serve` can be told: web pages, old clients, limits.
class tst_Serve : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;
    QString m_script;

    // An answer with its head; the connection is closed by the server.
    static QByteArray request(const QUrl &url, const QByteArray &line, const QByteArrayList &fields, const QByteArray &body = {})
    {
        QTcpSocket socket;
        socket.connectToHost(url.host(), quint16(url.port()));
        if (!socket.waitForConnected(5000))
            return "not connected";
        QByteArray head = line + " HTTP/1.1\r\nHost: " + url.authority().toLatin1() + "\r\nConnection: close\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n";
        for (const QByteArray &field : fields)
            head += field + "\r\n";
        socket.write(head + "\r\n" + body);
        QByteArray answer;
        while (socket.waitForReadyRead(10000))
            answer += socket.readAll();
        return answer + socket.readAll();
    }
    static int statusOf(const QByteArray &answer) { return answer.mid(9, 3).toInt(); }

    QUrl serve(Program &host, const QStringList &options)
    {
        return QUrl(host.startAndWaitFor(cli, QStringList { QStringLiteral("serve"), m_script } + options, QStringLiteral("listening on ")));
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void initTestCase()
    {
        m_script = m_dir.filePath(QStringLiteral("host.js"));
        QFile script(m_script);
        QVERIFY(script.open(QIODevice::WriteOnly));
        script.write("/** @param {any} a */ rpc.method('echo', a => a);\n"
                     "rpc.method('nothing', () => {});\n"
                     "rpc.method('size', a => a.length);\n"
                     "rpc.method('five', () => 5);\n"
                     "rpc.method('large', () => rpc.int64('5000000000'));\n"
                     "/** @param {string} [a]\n * @param {string} [b] */\n"
                     "rpc.method('greet', (a = 'Hello', b = 'World') => [a, b]);\n"
                     "rpc.method('later', () => Promise.resolve(1));\n");
    }

    void pages_ofAnOriginMayCall()
    {
        Program host;
        const QUrl url = serve(host, { QStringLiteral("--origin"), QStringLiteral("https://panel.example") });
        const QByteArrayList asked { "Origin: https://panel.example", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization, content-type,x-own",
            "Access-Control-Request-Private-Network: true" };
        const QByteArray preflight = request(url, "OPTIONS /rpc", asked);
        QCOMPARE(statusOf(preflight), 204);
        QCOMPARE(fieldIn(preflight, "Access-Control-Allow-Origin"), QByteArray("https://panel.example"));
        QVERIFY(fieldIn(preflight, "Access-Control-Allow-Methods").contains("POST"));
        const QByteArray allowed = fieldIn(preflight, "Access-Control-Allow-Headers").toLower();
        for (const char *name : { "authorization", "content-type", "x-own" })
            QVERIFY2(allowed.contains(name), allowed.constData());
        QCOMPARE(fieldIn(preflight, "Access-Control-Allow-Private-Network"), QByteArray("true"));
        const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"five\"}";
        const QByteArray answer = request(url, "POST /rpc", { "Origin: https://panel.example", "Content-Type: application/json" }, call);
        QCOMPARE(statusOf(answer), 200);
        QCOMPARE(fieldIn(answer, "Access-Control-Allow-Origin"), QByteArray("https://panel.example"));
        QByteArrayList other = asked;
        other[0] = "Origin: https://other.example";
        const QByteArray refused = request(url, "OPTIONS /rpc", other);
        QCOMPARE(statusOf(refused), 403);
        QVERIFY(fieldIn(refused, "Access-Control-Allow-Origin").isEmpty());
        QVERIFY(fieldIn(refused, "Access-Control-Allow-Private-Network").isEmpty());
        QCOMPARE(statusOf(request(url, "POST /rpc", { "Origin: null", "Content-Type: application/json" }, call)), 403);
    }

    void pages_ofTheServerItself_andOfEverywhere()
    {
        const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"five\"}";
        Program host;
        const QUrl url = serve(host, {});
        const QByteArray own = "Origin: http://" + url.authority().toLatin1();
        QCOMPARE(statusOf(request(url, "POST /rpc", { own, "Content-Type: application/json" }, call)), 200);
        QCOMPARE(statusOf(request(url, "POST /rpc", { "Origin: http://127.0.0.1:1", "Content-Type: application/json" }, call)), 403);
        Program open;
        const QUrl everybody = serve(open, { QStringLiteral("--origin"), QStringLiteral("*") });
        const QByteArray answer = request(everybody, "POST /rpc", { "Origin: https://any.example", "Content-Type: application/json" }, call);
        QCOMPARE(statusOf(answer), 200);
        QCOMPARE(fieldIn(answer, "Access-Control-Allow-Origin"), QByteArray("*"));
    }

    // The requests of programs that are in use, each refused without the option and served with it.
    void oldClients_areServedWhenAsked_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("answer"); // a part of it
        const auto xml = [](const QByteArray &value) -> QByteArray {
            return "<?xml version=\"1.0\"?><methodCall><methodName>echo</methodName><params><param><value>" + value + "</value></param></params></methodCall>";
        };
        const auto row = [](const char *name, const QByteArray &type, const QByteArray &body, const QByteArray &answer) { QTest::newRow(name) << type << body << answer; };
        row("bitcoin-cli", "", "{\"method\":\"five\",\"params\":[],\"id\":1}\n", "\"result\":5");
        row("Bitcoin's documents", "text/plain;", "{\"jsonrpc\": \"1.0\", \"id\": \"curltest\", \"method\": \"five\", \"params\": []}", "\"result\":5");
        row("geth's documents", "application/x-www-form-urlencoded", "{\"jsonrpc\":\"2.0\",\"method\":\"five\",\"params\":[],\"id\":83}", "\"result\":5");
        row("Go's net/rpc", "application/json", "{\"method\":\"echo\",\"params\":[\"x\"],\"id\":0}", "\"error\":null");
        row("JSON::RPC::Legacy", "application/json", "{\"version\":\"1.1\",\"method\":\"five\",\"params\":[],\"id\":\"a\"}", "\"version\":\"1.1\"");
        row("jsonrpclib-pelix 1.0", "application/json-rpc", "{\"id\": \"k\", \"method\": \"five\", \"params\": []}", "\"result\":5");
        row("davexmlrpc", "", xml("<boolean>true</boolean>"), "<boolean>1</boolean>");
        row("davexmlrpc, a date", "", xml("<dateTime.iso8601>1998-07-17T14:08:55.000Z</dateTime.iso8601>"), "<dateTime.iso8601>1998-07-17T14:08:55.000Z</dateTime.iso8601>");
        row("homematic-xmlrpc", "text/xml", xml("<int>1099511627776</int>"), "<i8>1099511627776</i8>");
        row("XMLRPC::Lite", "text/xml", xml("<int>5000000000</int>"), "<i8>5000000000</i8>");
        row("@foxglove/xmlrpc", "text/xml", xml("<dateTime.iso8601>2026-01-02T03:04:05.678Z</dateTime.iso8601>"), "<dateTime.iso8601>2026-01-02T03:04:05.678Z</dateTime.iso8601></value></param>");
        row("Apache", "text/xml", xml("<ex:i8 xmlns:ex=\"http://ws.apache.org/xmlrpc/namespaces/extensions\">7</ex:i8>"), "<i8>7</i8>");
    }
    void oldClients_areServedWhenAsked()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, answer);
        static Program strict, lenient;
        static const QUrl strictUrl = serve(strict, {});
        static const QUrl lenientUrl = serve(lenient, { QStringLiteral("--accept"), QStringLiteral("lenient") });
        const QByteArrayList fields = type.isEmpty() ? QByteArrayList() : QByteArrayList { "Content-Type: " + type };
        const QByteArray refused = request(strictUrl, "POST /rpc", fields, body);
        QVERIFY2(!refused.contains(answer), refused.constData());
        const QByteArray served = request(lenientUrl, "POST /rpc", fields, body);
        QVERIFY2(served.contains(answer), served.constData());
    }

    void accept_takesALeniencyByName()
    {
        Program host;
        const QUrl url = serve(host, { QStringLiteral("--accept"), QStringLiteral("json-any-type,boolean-words") });
        QVERIFY(request(url, "POST /rpc", { "Content-Type: text/plain" }, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"five\"}").contains("\"result\":5"));
        QVERIFY(request(url, "POST /rpc", { "Content-Type: text/plain" }, "{\"id\":1,\"method\":\"five\",\"params\":[]}").contains("-32600"));
        const auto wrong = support::run(cli, { QStringLiteral("serve"), m_script, QStringLiteral("--accept"), QStringLiteral("all") });
        QCOMPARE(wrong.status, 1);
        QVERIFY2(wrong.err.contains("--accept knows no \"all\""), wrong.err.constData());
        const auto help = support::run(cli, { QStringLiteral("serve"), QStringLiteral("--help") });
        for (const char *name : { "lenient", "json-any-type", "json-rpc-1.0", "wide-int", "any-date", "apache-types" })
            QVERIFY2(help.out.contains(name), name);
    }

    // XmlRpc++, Frontier::RPC, PHP's xmlrpc and others know neither.
    void extensions_canBeLeftOut()
    {
        Program host;
        const QUrl url = serve(host, { QStringLiteral("--no-nil"), QStringLiteral("--no-i8") });
        const auto call = [&url](const QByteArray &method) { return request(url, "POST /rpc", { "Content-Type: text/xml" }, "<methodCall><methodName>" + method + "</methodName></methodCall>"); };
        QVERIFY(call("nothing").contains("<value><string></string></value>"));
        QVERIFY(call("five").contains("<int>5</int>"));
        QVERIFY(call("large").contains("<fault>"));
    }

    void limits_canBeSet()
    {
        const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"size\",\"params\":[\"" + QByteArray(3000, 'x') + "\"]}";
        Program host;
        const QUrl url = serve(host, { QStringLiteral("--limit"), QStringLiteral("body=2k,message=4M,depth=9") });
        QCOMPARE(statusOf(request(url, "POST /rpc", { "Content-Type: application/json" }, call)), 413);
        for (const QString &limit : { QStringLiteral("body"), QStringLiteral("body=x"), QStringLiteral("bodies=5"), QStringLiteral("body=0"), QStringLiteral("body=999999999999M") })
            QCOMPARE(support::run(cli, { QStringLiteral("serve"), m_script, QStringLiteral("--limit"), limit }).status, 1);
    }

    void notifications_haveTheStatusThatIsWanted()
    {
        Program host;
        const QUrl url = serve(host, { QStringLiteral("--notification-status"), QStringLiteral("202") });
        QCOMPARE(statusOf(request(url, "POST /rpc", { "Content-Type: application/json" }, "{\"jsonrpc\":\"2.0\",\"method\":\"five\"}")), 202);
        QCOMPARE(statusOf(request(url, "POST /rpc/", { "Content-Type: application/json" }, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"five\"}")), 200); // the same path
        QCOMPARE(statusOf(request(url, "POST /rpcs", { "Content-Type: application/json" }, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"five\"}")), 404);
    }

    // A named parameter that was left out is undefined in the script, one that is null is null.
    void defaults_ofAScriptAreTaken_data()
    {
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("result");
        QTest::newRow("the second") << QByteArray("{\"b\":\"x\"}") << QByteArray("[\"Hello\",\"x\"]");
        QTest::newRow("the first") << QByteArray("{\"a\":\"x\"}") << QByteArray("[\"x\",\"World\"]");
        QTest::newRow("none") << QByteArray("{}") << QByteArray("[\"Hello\",\"World\"]");
        QTest::newRow("null") << QByteArray("{\"a\":null,\"b\":\"x\"}") << QByteArray("[null,\"x\"]");
        QTest::newRow("by position") << QByteArray("[\"x\"]") << QByteArray("[\"x\",\"World\"]");
    }
    void defaults_ofAScriptAreTaken()
    {
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, result);
        static Program host;
        static const QUrl url = serve(host, {});
        const QByteArray answer = request(url, "POST /rpc", { "Content-Type: application/json" }, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"greet\",\"params\":" + params + '}');
        QVERIFY2(answer.contains("\"result\":" + result), answer.constData());
    }

    void promises_areErrorsThatSaySo()
    {
        Program host;
        const QByteArray answer = request(serve(host, {}), "POST /rpc", { "Content-Type: application/json" }, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"later\"}");
        QVERIFY2(answer.contains("promise") && answer.contains("-32603"), answer.constData());
    }
};

QTEST_GUILESS_MAIN(tst_Serve)
#include "tst_serve.moc"
