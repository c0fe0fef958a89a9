// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpcaller.h"
#include "scriptedserver.h"

using namespace rpc;
using namespace httpcaller;

namespace {

// Copies between two sockets for as long as both live.
void join(QTcpSocket *a, QTcpSocket *b)
{
    for (const auto &[from, to] : { std::pair(a, b), std::pair(b, a) }) {
        QObject::connect(from, &QTcpSocket::readyRead, to, [from = from, to = to] { to->write(from->readAll()); });
        QObject::connect(from, &QTcpSocket::disconnected, to, [to = to] { to->disconnectFromHost(); });
    }
    if (a->bytesAvailable())
        b->write(a->readAll());
}

} // namespace

/// Calls through proxies of HTTP and SOCKS.
class tst_HttpProxy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void httpProxy_getsTheRequest()
    {
        ScriptedServer proxy;
        proxy.answerWith([](const QByteArray &request) {
            if (field(request, "Proxy-Authorization") != "Basic " + QByteArray("u:p").toBase64())
                return ScriptedServer::ok("", "Proxy-Authenticate: Basic realm=\"x\"\r\n", "407 Proxy Authentication Required");
            return ScriptedServer::ok(good);
        });
        HttpTarget target = targetOf("http://far.example.invalid:81/rpc?x");
        target.proxy = QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"), proxy.serverPort());
        Caller without(target);
        without.call();
        QCOMPARE(without.error.httpStatus, 407);
        target.proxy.setUser(QStringLiteral("u"));
        target.proxy.setPassword(QStringLiteral("p"));
        Caller caller(target);
        QCOMPARE(caller.call(), QStringLiteral("1"));
        QCOMPARE(proxy.connections[1]->received, sent(caller.trace)); // as sent, to the last byte
        QVERIFY(sent(caller.trace).startsWith("POST http://far.example.invalid:81/rpc?x HTTP/1.1\r\nHost: far.example.invalid:81\r\n"));
        QVERIFY2(caller.trace.carriage.contains(u"HTTP proxy 127.0.0.1:"), qPrintable(caller.trace.carriage));
        QVERIFY(!caller.trace.nameResolved);
    }

    void httpProxy_connectsTls_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<bool>("works");
        QTest::newRow("credentials") << QStringLiteral("u") << true;
        QTest::newRow("none") << QString() << false;
    }
    void httpProxy_connectsTls()
    {
        QFETCH(QString, user);
        QFETCH(bool, works);
        ScriptedServer server;
        server.useCertificate(QStringLiteral("server"));
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        ScriptedServer proxy;
        QList<QByteArray> connects;
        proxy.arrived = [&](ScriptedServer::Connection &c) {
            if (c.answered || !c.received.endsWith("\r\n\r\n"))
                return;
            const QByteArray request = c.received;
            connects.append(request);
            if (field(request, "Proxy-Authorization") != "Basic " + QByteArray("u:p").toBase64()) {
                c.received.clear();
                c.socket->write("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            ++c.answered;
            auto *onward = new QTcpSocket(c.socket);
            onward->connectToHost(QHostAddress::LocalHost, server.serverPort());
            connect(onward, &QTcpSocket::connected, c.socket, [socket = c.socket, onward] {
                socket->disconnect(SIGNAL(readyRead()));
                socket->write("HTTP/1.1 200 Connection established\r\n\r\n");
                join(socket, onward);
            });
        };
        HttpTarget target = targetOf(server.url().replace("127.0.0.1", "localhost"));
        target.tls.authorities = *TlsOptions::certificatesFromFile(ScriptedServer::data(QStringLiteral("authority.pem")));
        target.proxy = QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"), proxy.serverPort(), user, QStringLiteral("p"));
        Caller caller(target);
        const QString result = caller.call();
        QVERIFY(!connects.isEmpty());
        QVERIFY2(connects.constLast().startsWith("CONNECT localhost:" + QByteArray::number(server.serverPort())), connects.constLast().constData());
        if (!works) {
            QCOMPARE(caller.error.kind, ErrorKind::Unauthorized);
            QVERIFY2(caller.error.message.contains(u"the proxy"), qPrintable(caller.error.message));
            QCOMPARE(server.connections.size(), 0u);
            return;
        }
        QCOMPARE(result, QStringLiteral("1"));
        QCOMPARE(server.connections[0]->received, sent(caller.trace)); // also through the tunnel
        QVERIFY(caller.trace.encrypted && caller.trace.connected && !caller.trace.nameResolved);
    }

    void socksProxy_carriesAnything_data()
    {
        QTest::addColumn<QString>("password");
        QTest::addColumn<bool>("works");
        QTest::newRow("right password") << QStringLiteral("p") << true;
        QTest::newRow("wrong password") << QStringLiteral("q") << false;
    }
    void socksProxy_carriesAnything()
    {
        QFETCH(QString, password);
        QFETCH(bool, works);
        ScriptedServer server;
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        ScriptedServer proxy; // RFC 1928 and 1929, as much as is needed
        QByteArray asked;
        proxy.arrived = [&](ScriptedServer::Connection &c) {
            const QByteArray in = std::exchange(c.received, {});
            switch (c.answered++) {
            case 0:
                c.socket->write(QByteArray("\x05\x02", 2)); // user and password, please
                break;
            case 1:
                c.socket->write(in == QByteArray("\x01\x01u\x01p", 5) ? QByteArray("\x01\x00", 2) : QByteArray("\x01\x01", 2));
                break;
            case 2: {
                asked = in;
                auto *onward = new QTcpSocket(c.socket);
                onward->connectToHost(QHostAddress::LocalHost, server.serverPort());
                connect(onward, &QTcpSocket::connected, c.socket, [socket = c.socket, onward] {
                    socket->disconnect(SIGNAL(readyRead()));
                    socket->write(QByteArray("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x01", 10));
                    join(socket, onward);
                });
                break;
            }
            }
        };
        HttpTarget target = targetOf("http://far.example.invalid:81/rpc");
        target.proxy = QNetworkProxy(QNetworkProxy::Socks5Proxy, QStringLiteral("127.0.0.1"), proxy.serverPort(), QStringLiteral("u"), password);
        Caller caller(target);
        const QString result = caller.call();
        if (!works) {
            QVERIFY2(caller.error.message.contains(u"the proxy 127.0.0.1:"), qPrintable(result));
            QCOMPARE(server.connections.size(), 0u);
            return;
        }
        QCOMPARE(result, QStringLiteral("1"));
        QVERIFY(asked.contains("far.example.invalid")); // the proxy looks the name up
        QCOMPARE(server.connections[0]->received, sent(caller.trace));
        QVERIFY(sent(caller.trace).startsWith("POST /rpc HTTP/1.1\r\n"));
        QVERIFY2(caller.trace.carriage.contains(u"SOCKS5 proxy"), qPrintable(caller.trace.carriage));
    }

    void systemProxy_isNotForLoopback()
    {
        ScriptedServer server;
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        qputenv("http_proxy", "http://127.0.0.1:1");
        HttpTarget target = targetOf(server.url());
        target.systemProxy = true;
        Caller caller(target);
        const QString here = caller.call();
        HttpTarget far = targetOf("http://far.example.invalid/");
        far.systemProxy = true;
        Caller other(far);
        other.call();
        qunsetenv("http_proxy");
        QCOMPARE(here, QStringLiteral("1"));
        QVERIFY2(other.error.message.contains(u"the proxy 127.0.0.1:1 does not serve"), qPrintable(other.error.message));
        QCOMPARE(other.error.kind, ErrorKind::Refused);
    }

    void proxy_thatIsNotThere()
    {
        for (const auto type : { QNetworkProxy::HttpProxy, QNetworkProxy::Socks5Proxy }) {
            for (const char *url : { "http://far.example.invalid/", "https://far.example.invalid/" }) {
                HttpTarget target = targetOf(url);
                target.proxy = QNetworkProxy(type, QStringLiteral("127.0.0.1"), 1);
                Caller caller(target);
                caller.call();
                QCOMPARE(caller.error.kind, ErrorKind::Refused);
                QVERIFY2(caller.error.message.contains(u"the proxy 127.0.0.1:1"), qPrintable(caller.error.message));
            }
        }
    }
};

QTEST_GUILESS_MAIN(tst_HttpProxy)
#include "tst_httpproxy.moc"
