// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/program.h>

#include <QTcpSocket>
#include <QTemporaryDir>

using support::FakeServer;
using support::Finished;

namespace {

const QString cli = QStringLiteral(BIN_DIR "/antiphon-cli");

Finished run(const QStringList &arguments) { return support::run(cli, arguments); }
QStringList words(const QString &line) { return line.split(u' ', Qt::SkipEmptyParts); }

const QByteArray json = "{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":1}";
const QByteArray xml = "<?xml version=\"1.0\"?><methodResponse><params><param><value><int>5</int></value></param></params></methodResponse>";
const QByteArray fault = "<?xml version=\"1.0\"?><methodResponse><fault><value><struct><member><name>faultCode</name><value><int>1</int></value></member>"
                         "<member><name>faultString</name><value>not well formed</value></member></struct></value></fault></methodResponse>";

QByteArray http(const QByteArray &status, const QByteArray &type, const QByteArray &body, const QByteArray &fields = {})
{
    return "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\n" + fields + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

bool isXml(const QByteArray &request) { return request.contains("<methodCall>"); }

} // namespace

/// The terminal before servers of which it is not said what they speak, and before those that want a login.
class tst_AutoCall : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void call_isItsOwnProbe_data()
    {
        QTest::addColumn<QByteArray>("toJson");
        QTest::addColumn<QByteArray>("toXml"); // empty: it must not be asked
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("requests");
        QTest::addColumn<QString>("told");
        const QString rpc = QStringLiteral("/rpc"), rpc2 = QStringLiteral("/RPC2");
        QTest::newRow("JSON-RPC") << http("200 OK", "application/json", json) << QByteArray() << rpc << 1 << QStringLiteral("protocol: JSON-RPC");
        QTest::newRow("XML-RPC") << http("500 Internal Server Error", "text/xml", fault) << http("200 OK", "text/xml", xml) << rpc << 2 << QStringLiteral("protocol: XML-RPC");
        QTest::newRow("XML-RPC, a page for JSON") << http("415 Unsupported Media Type", "text/html", "<html>no</html>") << http("200 OK", "text/xml", xml) << rpc << 2 << QStringLiteral("protocol: XML-RPC");
        QTest::newRow("XML-RPC, nothing for JSON") << http("400 Bad Request", "text/plain", "") << http("200 OK", "text/xml", xml) << rpc << 2 << QStringLiteral("protocol: XML-RPC");
        QTest::newRow("XML-RPC, JSON that is no answer") << http("415 Unsupported Media Type", "application/json", "{\"detail\":\"no\"}") << http("200 OK", "text/xml", xml) << rpc << 2 << QStringLiteral("protocol: XML-RPC");
        QTest::newRow("XML-RPC, an empty success") << http("200 OK", "text/xml", "<?xml version=\"1.0\"?><methodResponse><params><param><value><string></string></value></param></params></methodResponse>") << http("200 OK", "text/xml", xml) << rpc << 2 << QStringLiteral("protocol: XML-RPC");
        QTest::newRow("XML-RPC by its path") << QByteArray() << http("200 OK", "text/xml", xml) << rpc2 << 1 << QStringLiteral("protocol: XML-RPC");
    }
    void call_isItsOwnProbe()
    {
        QFETCH(const QByteArray, toJson);
        QFETCH(const QByteArray, toXml);
        QFETCH(const QString, path);
        QFETCH(const int, requests);
        QFETCH(const QString, told);
        FakeServer server([&](QTcpSocket &socket, const QByteArray &request) { socket.write(isXml(request) ? toXml : toJson); });
        const Finished f = run(words(QStringLiteral("call http://127.0.0.1:%1%2 add 2 3").arg(server.port()).arg(path)));
        QVERIFY2(f.status == 0 && f.out.trimmed() == "5", f.err.constData());
        QVERIFY2(f.err.contains(told.toUtf8()), f.err.constData());
        QCOMPARE(server.requests().size(), requests); // and nothing but the call
        for (const QByteArray &request : server.requests())
            QVERIFY2(!request.contains("listMethods"), request.constData());
    }

    void call_isNeverMadeTwice_whereItMayHaveBeenActedOn()
    {
        FakeServer server; // closes
        Finished f = run(words(QStringLiteral("call http://127.0.0.1:%1/rpc add 2 3").arg(server.port())));
        QVERIFY(f.status != 0);
        QVERIFY2(f.err.contains("--protocol xml-rpc"), f.err.constData());
        QCOMPARE(server.requests().size(), 1);
        FakeServer silent([](QTcpSocket &, const QByteArray &) {});
        f = run(words(QStringLiteral("call http://127.0.0.1:%1/RPC2 add 2 3 --timeout 0.3").arg(silent.port())));
        QVERIFY2(f.err.contains("--protocol json-rpc"), f.err.constData());
        QCOMPARE(silent.requests().size(), 1);
    }

    // Somebody may have acted: what is no proof of the contrary is no reason to call again.
    void call_isMadeOnce_whateverComes()
    {
        for (const QByteArray &answer : { http("504 Gateway Timeout", "text/html", "<html>late</html>"), http("500 Internal Server Error", "text/plain", ""), http("200 OK", "text/html", ""),
                 http("202 Accepted", "text/plain", ""), http("200 OK", "text/html", "<html>done</html>"), http("500 Internal Server Error", "application/json", "{\"detail\":\"no\"}") }) {
            FakeServer server([&](QTcpSocket &socket, const QByteArray &) { socket.write(answer); });
            run(words(QStringLiteral("call http://127.0.0.1:%1/rpc add").arg(server.port())));
            QCOMPARE(server.requests().size(), 1);
        }
    }

    void call_ofNoProtocol_tellsWhatCame()
    {
        FakeServer server([](QTcpSocket &socket, const QByteArray &) { socket.write(http("404 Not Found", "text/plain", "nothing is here")); });
        const Finished f = run(words(QStringLiteral("call http://127.0.0.1:%1/rpc add --raw").arg(server.port())));
        QVERIFY(f.status != 0);
        QVERIFY2(f.err.contains("nothing is here") || f.err.contains("404"), f.err.constData());
        QCOMPARE(server.requests().size(), 2);
    }

    void login_comesFirst_andItsCookiesStay_data()
    {
        QTest::addColumn<QString>("command");
        QTest::newRow("call") << QStringLiteral("call %1 info --protocol json-rpc");
        QTest::newRow("list") << QStringLiteral("list %1");
        QTest::newRow("bench") << QStringLiteral("bench %1 info -n 3 --warm-up 0 --protocol json-rpc");
    }
    void login_comesFirst_andItsCookiesStay()
    {
        QFETCH(const QString, command);
        QTemporaryDir dir;
        QFile secret(dir.filePath(QStringLiteral("secret")));
        QVERIFY(secret.open(QIODevice::WriteOnly) && secret.write("deluge") == 6);
        secret.close();
        FakeServer server([](QTcpSocket &socket, const QByteArray &request) {
            const QByteArray id = request.mid(request.indexOf("\"id\":") + 5, 1);
            if (request.contains("auth.login"))
                return void(socket.write(http("200 OK", "application/json", "{\"jsonrpc\":\"2.0\",\"result\":true,\"id\":1}", "Set-Cookie: s=abc; Path=/\r\n")));
            const bool isKnown = request.contains("\r\nCookie: s=abc\r\n");
            const QByteArray result = request.contains("listMethods") ? "[\"info\"]" : "7";
            socket.write(isKnown ? http("200 OK", "application/json", "{\"jsonrpc\":\"2.0\",\"result\":" + result + ",\"id\":" + id + "}") : http("403 Forbidden", "text/plain", "log in first"));
        });
        const QString url = QStringLiteral("http://127.0.0.1:%1/json").arg(server.port());
        QStringList arguments = words(command.arg(url));
        Finished f = run(arguments);
        QVERIFY2(f.status != 0, f.out.constData());
        arguments << QStringLiteral("--login") << QStringLiteral("auth.login") << QStringLiteral("--login-arg") << u'@' + secret.fileName();
        f = run(arguments);
        QVERIFY2(f.status == 0, f.err.constData());
        const auto logins = std::count_if(server.requests().begin(), server.requests().end(), [](const QByteArray &request) {
            return request.contains("\"method\":\"auth.login\",\"params\":[\"deluge\"]");
        });
        QCOMPARE(logins, 1);
    }

    void login_thatIsRefused_endsIt()
    {
        for (const QByteArray &answer : { QByteArray("{\"jsonrpc\":\"2.0\",\"result\":false,\"id\":1}"), QByteArray("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":5,\"message\":\"no such user\"},\"id\":1}") }) {
            FakeServer server(FakeServer::body(answer));
            const Finished f = run(words(QStringLiteral("call http://127.0.0.1:%1/ info --login auth.login").arg(server.port())));
            QVERIFY2(f.status != 0 && f.err.contains("the login did not work"), f.err.constData());
            QCOMPARE(server.requests().size(), 1);
        }
    }
};

QTEST_GUILESS_MAIN(tst_AutoCall)
#include "tst_autocall.moc"
