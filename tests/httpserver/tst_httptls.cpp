// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "served.h"

#include <rpccore/httpserver/connectiongate.h>
#include <tests/support/fatalmessages.h>

#include <QPointer>
#include <QProcess>
#include <QSslSocket>
#include <QStandardPaths>
#include <QTemporaryDir>

using namespace rpc;
using namespace std::chrono_literals;
using support::post;
using support::RawClient;

namespace {

// One certificate for all: making one takes a while under sanitizers.
const ServerTls &identity()
{
    static const ServerTls tls = *ServerTls::selfSigned();
    return tls;
}

HttpOptions withTls(const ServerTls &tls = identity())
{
    HttpOptions options;
    options.tls = tls;
    return options;
}

struct TlsClient {
    QSslSocket socket;

    explicit TlsClient(quint16 port, const ServerTls *own = nullptr, QSsl::SslProtocol protocol = QSsl::SecureProtocols)
    {
        auto configuration = QSslConfiguration::defaultConfiguration();
        configuration.setCaCertificates(identity().certificate);
        configuration.setProtocol(protocol);
        if (own) {
            configuration.setLocalCertificateChain(own->certificate);
            configuration.setPrivateKey(own->key);
        }
        socket.setSslConfiguration(configuration);
        socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
    }

    // Status line and the rest, or what was there when the connection ended.
    QByteArray ask(const QByteArray &request)
    {
        socket.write(request);
        QByteArray all;
        (void)QTest::qWaitFor([&] {
            all += socket.readAll();
            return all.contains("\r\n\r\n{") || all.endsWith("}") || socket.state() == QAbstractSocket::UnconnectedState;
        });
        return all;
    }
};

} // namespace

class tst_HttpTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void calls_overTls()
    {
        Served f(withTls());
        QCOMPARE(f.http->url().scheme(), QStringLiteral("https"));
        TlsClient client(f.port);
        QTRY_VERIFY(client.socket.isEncrypted()); // verified against 127.0.0.1
        for (int i = 0; i < 3; ++i)
            QVERIFY(client.ask(post(addCall)).contains("\"result\":5"));
        const QByteArray large = post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"repeat\",\"params\":[\"" + QByteArray(1'000'000, 'x') + "\",1]}");
        QVERIFY(client.ask(large).size() > 0);
    }

    void otherPrograms_acceptTheCertificate()
    {
        Served f(withTls());
        QTemporaryDir folder;
        const QString pem = folder.filePath(QStringLiteral("server.pem"));
        QVERIFY(identity().save(pem, folder.filePath(QStringLiteral("server.key"))).hasValue());
        const QString url = QStringLiteral("https://localhost:%1/rpc").arg(f.port);
        const auto output = [](const QString &program, const QStringList &arguments) {
            QProcess process;
            process.start(program, arguments);
            (void)QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 20'000);
            return QByteArray(process.readAllStandardOutput() + process.readAllStandardError());
        };
        const QString curl = QStandardPaths::findExecutable(QStringLiteral("curl"));
        if (!curl.isEmpty()) {
            const QByteArray answer = output(curl, { QStringLiteral("-sS"), QStringLiteral("--noproxy"), QStringLiteral("*"), QStringLiteral("--cacert"), pem, QStringLiteral("-H"), QStringLiteral("Content-Type: application/json"), QStringLiteral("-d"), QString::fromLatin1(addCall), url });
            QVERIFY2(answer.contains("\"result\":5"), answer.constData());
        }
        const QString python = QStandardPaths::findExecutable(QStringLiteral("python3"));
        if (!python.isEmpty()) {
            const QString script = QStringLiteral("import ssl, sys, xmlrpc.client\n"
                                                  "c = ssl.create_default_context(cafile=sys.argv[2])\n"
                                                  "c.verify_flags |= ssl.VERIFY_X509_STRICT\n" // the default from 3.13 on
                                                  "print(xmlrpc.client.ServerProxy(sys.argv[1], context=c).add(2, 3))\n");
            const QByteArray answer = output(python, { QStringLiteral("-c"), script, url, pem });
            QVERIFY2(answer.trimmed() == "5", answer.constData());
        }
    }

    void plainHttp_onTheTlsPort_isClosed()
    {
        Served f(withTls());
        RawClient client(f.port);
        client.send(post(addCall));
        QVERIFY(client.waitForClose());
        QVERIFY2(!client.received().startsWith("HTTP"), client.received().constData());
        TlsClient next(f.port);
        QVERIFY(next.ask(post(addCall)).contains("\"result\":5"));
    }

    void slowHandshake_isEnded()
    {
        auto options = withTls();
        options.limits.headerTime = 150ms;
        Served f(options);
        RawClient client(f.port);
        QTRY_COMPARE(f.server.sessions().size(), 1);
        QVERIFY(client.waitForClose());
        QTRY_COMPARE(f.server.sessions().size(), 0);
    }

    void oldProtocols_areRefused()
    {
        Served f(withTls());
QT_WARNING_PUSH
QT_WARNING_DISABLE_DEPRECATED
        TlsClient client(f.port, nullptr, QSsl::TlsV1_1);
QT_WARNING_POP
        QTRY_COMPARE(client.socket.state(), QAbstractSocket::UnconnectedState);
        QVERIFY(!client.socket.isEncrypted());
    }

    void clientCertificates_data()
    {
        QTest::addColumn<int>("wanted");
        QTest::addColumn<QString>("shown"); // "", "known" or "unknown"
        QTest::addColumn<QByteArray>("expected"); // in the answer; empty: closed
        const auto asked = int(ServerTls::ClientCertificate::Asked);
        const auto required = int(ServerTls::ClientCertificate::Required);
        const QByteArray stranger = "\"result\":\"\"";
        const QByteArray friendly = "\"result\":\"friend.example\"";
        QTest::newRow("not asked") << int(ServerTls::ClientCertificate::NotAsked) << QStringLiteral("known") << stranger;
        QTest::newRow("asked, none") << asked << QString() << stranger;
        QTest::newRow("asked, known") << asked << QStringLiteral("known") << friendly;
        QTest::newRow("asked, unknown") << asked << QStringLiteral("unknown") << stranger;
        QTest::newRow("required, none") << required << QString() << QByteArray();
        QTest::newRow("required, known") << required << QStringLiteral("known") << friendly;
        QTest::newRow("required, unknown") << required << QStringLiteral("unknown") << QByteArray();
    }
    void clientCertificates()
    {
        QFETCH(int, wanted);
        QFETCH(QString, shown);
        QFETCH(QByteArray, expected);
        static const ServerTls known = *ServerTls::selfSigned({ QStringLiteral("friend.example") });
        static const ServerTls unknown = *ServerTls::selfSigned({ QStringLiteral("friend.example") }); // says so itself
        ServerTls tls = identity();
        tls.clientCertificate = ServerTls::ClientCertificate(wanted);
        tls.clientAuthorities = known.certificate;
        Served f(withTls(tls));
        f.server.registry().add(QStringLiteral("who"), [](const CallContext &c) { return c.attributes.value(QStringLiteral("tls.subject")).toString(); });
        TlsClient client(f.port, shown.isEmpty() ? nullptr : shown == u"known" ? &known : &unknown);
        const QByteArray answer = client.ask(post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"who\"}"));
        if (expected.isEmpty())
            QVERIFY2(answer.isEmpty(), answer.constData());
        else
            QVERIFY2(answer.contains(expected), answer.constData());
        QTRY_VERIFY(!expected.isEmpty() || f.server.sessions().isEmpty());
    }

    // What the WebSocket's door relies on.
    void release_keepsWhatWasSentAhead()
    {
        struct Door : HttpDoor {
            QPointer<QTcpSocket> socket;
            void onRequest(HttpConnection &connection) override { socket = connection.release(); }
            bool refusesByHead(const HttpConnection &) override { return false; }
            void onRefused(HttpConnection &, const HttpRefusal &) override {}
        } door;
        ConnectionGate gate({}, door);
        gate.setTls(identity().configuration());
        QVERIFY(gate.listen(QHostAddress::LocalHost));
        TlsClient client(gate.serverPort());
        client.socket.write(post(addCall) + "more");
        QTRY_VERIFY(door.socket);
        QTRY_COMPARE(door.socket->bytesAvailable(), 4);
        QCOMPARE(door.socket->readAll(), QByteArray("more"));
        door.socket->write("answer");
        QTRY_COMPARE(client.socket.bytesAvailable(), 6);
        delete door.socket;
        QTRY_COMPARE(gate.connections().size(), 0);
    }

    void wrongKey_isSaidAtOnce()
    {
        ServerTls tls = identity();
        tls.key = ServerTls::selfSigned()->key;
        Server server;
        auto *http = server.addListener(std::make_unique<HttpListener>());
        QVERIFY(!http->listen(withTls(tls)));
    }
};

QTEST_GUILESS_MAIN(tst_HttpTls)
#include "tst_httptls.moc"
