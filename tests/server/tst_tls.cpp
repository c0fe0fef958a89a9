// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/core/tlsoptions.h>
#include <rpccore/server/tls.h>
#include <tests/support/fatalmessages.h>

#include <QFile>
#include <QFileInfo>
#include <QSslCertificateExtension>
#include <QTemporaryDir>

using namespace rpc;
using namespace std::chrono_literals;

class tst_Tls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void selfSigned_saysWhatItIsFor()
    {
        const auto tls = ServerTls::selfSigned({ QStringLiteral("my-host.example"), QStringLiteral("192.168.1.2"), QStringLiteral("bücher.example") }, std::chrono::days(10));
        QVERIFY2(tls.hasValue(), qPrintable(tls ? QString() : tls.error().message));
        const QSslCertificate c = tls->certificate.constFirst();
        QCOMPARE(c.subjectDisplayName(), QStringLiteral("my-host.example"));
        QCOMPARE(c.issuerInfo(QSslCertificate::CommonName), c.subjectInfo(QSslCertificate::CommonName));
        const auto names = c.subjectAlternativeNames();
        const auto dns = names.values(QSsl::DnsEntry);
        for (const auto *name : { "localhost", "my-host.example", "xn--bcher-kva.example" })
            QVERIFY2(dns.contains(QLatin1String(name)), name);
        const auto addresses = names.values(QSsl::IpAddressEntry);
        QCOMPARE(addresses.size(), 3);
        QCOMPARE(tls->key.algorithm(), QSsl::Ec);
        QCOMPARE(tls->key.length(), 256);
        const auto now = QDateTime::currentDateTimeUtc();
        QVERIFY(c.effectiveDate() < now && c.effectiveDate() > now.addSecs(-7200));
        QVERIFY(qAbs(now.addDays(10).secsTo(c.expiryDate())) < 60);
        for (const auto &extension : c.extensions()) {
            if (extension.name() == u"basicConstraints")
                QCOMPARE(extension.value().toMap().value(QStringLiteral("ca")).toBool(), false);
        }
        QVERIFY(ServerTls::selfSigned()->certificate.constFirst() != c); // a new one each time
        QVERIFY(tls->check().hasValue());
    }

    void badNames_areRefused_data()
    {
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << QString();
        QTest::newRow("another extension") << QStringLiteral("a,IP:1.2.3.4");
        QTest::newRow("line") << QStringLiteral("a\nb");
        QTest::newRow("URL") << QStringLiteral("http://a");
    }
    void badNames_areRefused()
    {
        QFETCH(QString, name);
        const auto tls = ServerTls::selfSigned({ name });
        QVERIFY(!tls);
        QCOMPARE(tls.error().kind, ErrorKind::InvalidArgument);
    }

    void badValidity_isRefused()
    {
        QVERIFY(!ServerTls::selfSigned({}, std::chrono::days(0)));
        QVERIFY(!ServerTls::selfSigned({}, std::chrono::days(100'000)));
    }

    void files_holdIt()
    {
        QTemporaryDir folder;
        const QString certificate = folder.filePath(QStringLiteral("server.pem"));
        const QString key = folder.filePath(QStringLiteral("server.key"));
        const auto tls = ServerTls::selfSigned();
        QVERIFY(tls->save(certificate, key).hasValue());
        const auto permissions = QFileInfo(key).permissions() & ~(QFile::ReadUser | QFile::WriteUser);
        QCOMPARE(permissions, QFile::ReadOwner | QFile::WriteOwner);
        const auto back = ServerTls::fromFiles(certificate, key);
        QVERIFY2(back.hasValue(), qPrintable(back ? QString() : back.error().message));
        QCOMPARE(back->certificate, tls->certificate);
        QCOMPARE(back->key, tls->key);
        QVERIFY(!ServerTls::fromFiles(key, key));
        QVERIFY(!ServerTls::fromFiles(certificate, folder.filePath(QStringLiteral("none"))));
        QVERIFY(!tls->save(folder.filePath(QStringLiteral("no/where.pem")), key));
    }

    void check_namesWhatIsMissing()
    {
        QVERIFY(!ServerTls().check());
        auto tls = *ServerTls::selfSigned();
        auto noKey = tls;
        noKey.key = {};
        QVERIFY(!noKey.check());
        auto otherKey = tls;
        otherKey.key = ServerTls::selfSigned()->key;
        const auto result = otherKey.check();
        QVERIFY(!result);
        QVERIFY2(result.error().message.contains(u"does not belong"), qPrintable(result.error().message));
        tls.clientCertificate = ServerTls::ClientCertificate::Required;
        QVERIFY(!tls.check());
        tls.clientAuthorities = tls.certificate;
        QVERIFY(tls.check().hasValue());
        QCOMPARE(tls.configuration().caCertificates(), tls.certificate); // not the system's
        QCOMPARE(tls.configuration().protocol(), QSsl::TlsV1_2OrLater);
    }
};

QTEST_GUILESS_MAIN(tst_Tls)
#include "tst_tls.moc"
