// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scriptedserver.h"
#include "testcalls.h"

#include <rpccore/core/tlsoptions.h>
#include <tests/support/program.h>

using namespace rpc;
using testcalls::wait;

class tst_ClientTls : public QObject
{
    Q_OBJECT

    static QString file(const char *name) { return ScriptedServer::data(QString::fromLatin1(name)); }

    struct Outcome
    {
        std::optional<Reply> reply;
        Trace trace;
    };

    // One call with \a tls at \a url.
    static Outcome call(const QByteArray &url, const TlsOptions &tls)
    {
        HttpTarget target;
        target.url = QUrl(QString::fromLatin1(url));
        target.timeout = std::chrono::seconds(10);
        target.tls = tls;
        Client client(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>());
        PendingCall pending = client.call(QStringLiteral("m"));
        Outcome outcome { wait(pending), {} };
        outcome.trace = pending.trace();
        return outcome;
    }

    static void answer(ScriptedServer &server)
    {
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}"); });
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void certificates_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<bool>("authority"); // the client trusts the test authority
        QTest::addColumn<bool>("verify");
        QTest::addColumn<QString>("text"); // of the error; empty: it works
        const auto t = [](const char *text) { return QString::fromUtf8(text); };
        QTest::newRow("trusted") << t("server") << true << true << QString();
        QTest::newRow("authority unknown") << t("server") << false << true << t("(good server)");
        QTest::newRow("self-signed") << t("selfsigned") << true << true << t("self-signed");
        QTest::newRow("another name") << t("elsewhere") << true << true << t("host name");
        QTest::newRow("expired") << t("expired") << true << true << t("expired");
        QTest::newRow("self-signed, not verified") << t("selfsigned") << false << false << QString();
        QTest::newRow("expired, not verified") << t("expired") << false << false << QString();
    }
    void certificates()
    {
        QFETCH(QString, certificate);
        QFETCH(bool, authority);
        QFETCH(bool, verify);
        QFETCH(QString, text);
        ScriptedServer server;
        server.useCertificate(certificate);
        answer(server);
        TlsOptions tls;
        tls.verify = verify;
        if (authority)
            tls.authorities = *TlsOptions::certificatesFromFile(file("authority.pem"));
        const Outcome outcome = call(server.url(), tls);
        if (text.isEmpty()) {
            QVERIFY2(outcome.reply->hasValue(), outcome.reply->hasValue() ? "" : qPrintable(outcome.reply->error().toString()));
            QCOMPARE(outcome.trace.isTlsUnverified, !verify);
            const Trace &trace = outcome.trace;
            QVERIFY(trace.connecting && trace.connected && trace.encrypted && trace.sent && trace.firstByte && trace.complete);
            QVERIFY(!trace.nameResolved); // a literal address
            QVERIFY(*trace.connecting <= *trace.connected && *trace.connected <= *trace.encrypted && *trace.encrypted <= *trace.sent && *trace.sent <= *trace.firstByte && *trace.firstByte <= *trace.complete);
            QCOMPARE(server.connections[0]->received, QByteArray(trace.requestHead + trace.requestBody));
            return;
        }
        const Error error = outcome.reply->error();
        QCOMPARE(error.kind, ErrorKind::Tls);
        QVERIFY2(error.message.contains(text, Qt::CaseInsensitive), qPrintable(error.message));
        QVERIFY2(error.message.startsWith(u"TLS with 127.0.0.1:") && !error.message.contains(u'\n'), qPrintable(error.message));
        // The chain: who, by whom, until when.
        QVERIFY2(error.details.contains(u"SHA-256 ") && error.details.contains(u"issued by "), qPrintable(error.details));
        QCOMPARE(server.count("POST"), 0); // nothing of the call was sent
        QVERIFY(!outcome.trace.sent);
    }

    void pinnedCertificate_isTheOnlyOne()
    {
        const auto pinOf = [](const char *name) { return QSslCertificate(ScriptedServer::words(QString::fromLatin1(name))).digest(QCryptographicHash::Sha256); };
        for (const char *name : { "selfsigned", "expired", "elsewhere", "server" }) {
            ScriptedServer server;
            server.useCertificate(QString::fromLatin1(name));
            answer(server);
            TlsOptions tls;
            tls.authorities = *TlsOptions::certificatesFromFile(file("authority.pem"));
            tls.pinnedSha256 = pinOf(QByteArray(QByteArray(name) + ".pem").constData());
            const Outcome pinned = call(server.url(), tls);
            QVERIFY2(pinned.reply->hasValue(), name);
            QVERIFY(!pinned.trace.isTlsUnverified);
            tls.pinnedSha256 = pinOf("client.pem"); // also where the authority is trusted
            const Outcome other = call(server.url(), tls);
            QVERIFY2(!other.reply->hasValue() && other.reply->error().kind == ErrorKind::Tls, name);
            QCOMPARE(server.count("POST"), 1);
        }
        const QString text = QString::fromLatin1(pinOf("server.pem").toHex(':')).toUpper();
        QCOMPARE(*TlsOptions::sha256FromText(text), pinOf("server.pem"));
        QVERIFY(!TlsOptions::sha256FromText(text.chopped(1)));
        QVERIFY(TlsOptions::sha256FromText(QStringLiteral("pin")).error().message.contains(u"64 hexadecimal digits"));
    }

    void serverName_isTheOneToBeShown()
    {
        ScriptedServer server;
        server.useCertificate(QStringLiteral("elsewhere"));
        answer(server);
        TlsOptions tls;
        tls.authorities = *TlsOptions::certificatesFromFile(file("authority.pem"));
        const QSslCertificate shown(ScriptedServer::words(QStringLiteral("elsewhere.pem")));
        const auto names = shown.subjectAlternativeNames().values(QSsl::DnsEntry);
        QVERIFY(!names.isEmpty());
        tls.serverName = names.constFirst();
        QVERIFY(call(server.url(), tls).reply->hasValue());
        tls.serverName = QStringLiteral("nobody.example");
        QCOMPARE(call(server.url(), tls).reply->error().kind, ErrorKind::Tls);
    }

    void clientCertificate_data()
    {
        QTest::addColumn<QString>("certificate");
        QTest::addColumn<QString>("key");
        QTest::addColumn<bool>("oldTls"); // where the server says no within the handshake
        QTest::addColumn<QString>("text"); // of the error; empty: it works
        for (const bool old : { false, true }) {
            QTest::addRow("given, %s", old ? "TLS 1.2" : "TLS 1.3") << QStringLiteral("client.pem") << QStringLiteral("client.key") << old << QString();
            QTest::addRow("missing, %s", old ? "TLS 1.2" : "TLS 1.3") << QString() << QString() << old << QStringLiteral("client certificate");
            QTest::addRow("another's, %s", old ? "TLS 1.2" : "TLS 1.3") << QStringLiteral("selfsigned.pem") << QStringLiteral("selfsigned.key") << old << QStringLiteral("client certificate");
        }
    }
    void clientCertificate()
    {
        QFETCH(QString, certificate);
        QFETCH(QString, key);
        QFETCH(bool, oldTls);
        QFETCH(QString, text);
        // Qt's own server says nothing when it refuses a certificate; OpenSSL's does, within TLS.
        static const char script[] = "import socket, ssl, sys\n"
                                     "folder, old = sys.argv[1], sys.argv[2] == '1'\n"
                                     "c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)\n"
                                     "c.load_cert_chain(folder + '/server.pem', folder + '/server.key')\n"
                                     "c.load_verify_locations(folder + '/authority.pem')\n"
                                     "c.verify_mode = ssl.CERT_REQUIRED\n"
                                     "if old: c.maximum_version = ssl.TLSVersion.TLSv1_2\n"
                                     "else: c.minimum_version = ssl.TLSVersion.TLSv1_3\n"
                                     "s = socket.create_server(('127.0.0.1', 0))\n"
                                     "s.settimeout(30)\n"
                                     "print('port', s.getsockname()[1], flush=True)\n"
                                     "a = s.accept()[0]\n"
                                     "try:\n"
                                     "    t = c.wrap_socket(a, server_side=True)\n"
                                     "    r = t.recv(65536)\n"
                                     "    b = b'{\"jsonrpc\":\"2.0\",\"result\":\"%s\",\"id\":1}' % dict(x[0] for x in t.getpeercert()['subject'])['commonName'].encode()\n"
                                     "    t.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n' % len(b) + b)\n"
                                     "except ssl.SSLError: pass\n";
        support::Program server;
        const QString port = server.startAndWaitFor(QStringLiteral("/usr/bin/python3"), { QStringLiteral("-c"), QString::fromLatin1(script), QStringLiteral(SOURCE_DIR "/tests/data/tls"), oldTls ? QStringLiteral("1") : QStringLiteral("0") }, QStringLiteral("port "));
        QVERIFY(!port.isEmpty());
        TlsOptions tls;
        tls.authorities = *TlsOptions::certificatesFromFile(file("authority.pem"));
        if (!certificate.isEmpty()) {
            tls.certificate = *TlsOptions::certificatesFromFile(ScriptedServer::data(certificate));
            tls.key = *TlsOptions::keyFromFile(ScriptedServer::data(key));
        }
        const Outcome outcome = call("https://127.0.0.1:" + port.trimmed().toLatin1() + "/", tls);
        if (text.isEmpty()) {
            QVERIFY2(outcome.reply->hasValue(), outcome.reply->hasValue() ? "" : qPrintable(outcome.reply->error().toString()));
            QCOMPARE(outcome.reply->value(), Value(QStringLiteral("test client")));
            return;
        }
        const Error error = outcome.reply->error();
        QVERIFY2(error.kind == ErrorKind::Tls, qPrintable(error.toString()));
        QVERIFY2(error.message.contains(text), qPrintable(error.message));
    }

    void plainServer_behindHttps_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("text");
        QTest::newRow("answers in HTTP") << QByteArray("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") << QStringLiteral("perhaps http:// is meant");
        QTest::newRow("closes") << QByteArray() << QStringLiteral("closed the connection in the handshake");
    }
    void plainServer_behindHttps()
    {
        QFETCH(QByteArray, answer);
        QFETCH(QString, text);
        ScriptedServer server;
        server.arrived = [answer](ScriptedServer::Connection &c) {
            c.socket->write(answer);
            c.socket->disconnectFromHost();
        };
        const Error error = call(server.url().replace("http:", "https:"), {}).reply->error();
        QCOMPARE(error.kind, ErrorKind::Tls);
        QVERIFY2(error.message.contains(text), qPrintable(error.message));
    }

    void tlsServer_behindHttp()
    {
        ScriptedServer server;
        server.useCertificate(QStringLiteral("server"));
        const Error error = call(server.url().replace("https:", "http:"), {}).reply->error();
        QVERIFY2(error.kind == ErrorKind::InvalidAnswer || error.kind == ErrorKind::ConnectionLost, qPrintable(error.toString()));
        if (error.kind == ErrorKind::InvalidAnswer)
            QVERIFY2(error.message.contains(u"perhaps https:// is meant"), qPrintable(error.message));
    }

    void files_areRead_orSaidToBeWrong()
    {
        QCOMPARE(TlsOptions::certificatesFromFile(file("authority.pem"))->size(), 1);
        QVERIFY(TlsOptions::certificatesFromFile(file("nothing.pem")).error().message.contains(u"cannot be read"));
        QVERIFY(TlsOptions::certificatesFromFile(file("client.key")).error().message.contains(u"holds no certificate"));
        QVERIFY(TlsOptions::keyFromFile(file("client.pem")).error().message.contains(u"holds no private key"));
        QVERIFY(!TlsOptions::keyFromFile(file("client.key"))->isNull());
        QVERIFY(!TlsOptions::keyFromFile(file("client-encrypted.key"), "secret")->isNull());
        QVERIFY(TlsOptions::keyFromFile(file("client-encrypted.key"), "wrong").error().message.contains(u"passphrase"));
    }
};

QTEST_GUILESS_MAIN(tst_ClientTls)
#include "tst_clienttls.moc"
