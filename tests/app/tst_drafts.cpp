// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <app/workspace/drafts.h>
#include <app/workspace/endpoint.h>
#include <tests/support/fatalmessages.h>

#include <QFile>
#include <QTemporaryDir>

using antiphon::Drafts;
using antiphon::Endpoint;

class tst_Drafts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void drafts_areOnDiskSoon_withoutClosing()
    {
        const QTemporaryDir dir;
        const QString file = dir.filePath(QStringLiteral("sub/drafts.json"));
        const QUrl url(QStringLiteral("http://a/rpc"));
        Drafts drafts(file);
        drafts.setDraft(url, QStringLiteral("m"), QStringLiteral("[1, \"\u00e4\"]"));
        QVERIFY(QTest::qWaitFor([&] { return QFile::exists(file); }, 3000));
        const Drafts again(file);
        QCOMPARE(again.draft(url, QStringLiteral("m")), QStringLiteral("[1, \"\u00e4\"]"));
        QVERIFY(again.draft(url, QStringLiteral("other")).isNull());
    }

    void brokenFile_isSetAside()
    {
        const QTemporaryDir dir;
        const QString name = dir.filePath(QStringLiteral("drafts.json"));
        {
            QFile file(name);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("{ half");
        }
        Drafts drafts(name);
        drafts.setDraft(QUrl(), QStringLiteral("m"), QStringLiteral("[]"));
        QVERIFY(drafts.flush());
        QFile broken(name + QStringLiteral(".broken"));
        QVERIFY(broken.open(QIODevice::ReadOnly));
        QCOMPARE(broken.readAll(), QByteArray("{ half"));
    }

    void whatCannotBeWritten_isSaid_andNothingIsLost()
    {
        const QTemporaryDir dir;
        const QString inTheWay = dir.filePath(QStringLiteral("file"));
        QFile file(inTheWay); // where a folder should be
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        Drafts drafts(inTheWay + QStringLiteral("/drafts.json"));
        QStringList messages;
        connect(&drafts, &Drafts::failed, &drafts, [&](const QString &m) { messages.append(m); });
        drafts.setDraft(QUrl(), QStringLiteral("m"), QStringLiteral("[1]"));
        QVERIFY(!drafts.flush());
        QCOMPARE(messages.size(), 1);
        QVERIFY(messages.constFirst().contains(u"drafts.json"));
        QCOMPARE(drafts.draft(QUrl(), QStringLiteral("m")), QStringLiteral("[1]"));
    }

    void addresses_areUnderstood_data()
    {
        QTest::addColumn<QString>("url");
        QTest::newRow("localhost:8080/rpc") << "http://localhost:8080/rpc";
        QTest::newRow(" http://a ") << "http://a/";
        QTest::newRow("https://a/x?y=1") << "https://a/x?y=1";
        QTest::newRow("[::1]:80/rpc") << "http://[::1]:80/rpc";
        QTest::newRow("") << "";
        QTest::newRow("ftp://a/") << "";
        QTest::newRow("http://") << "";
        QTest::newRow("http://a b/") << "";
    }
    void addresses_areUnderstood()
    {
        QFETCH(QString, url);
        const auto result = Endpoint::urlFromText(QString::fromUtf8(QTest::currentDataTag()));
        QCOMPARE(result ? result->toString() : QString(QLatin1String("")), url);
    }
};

QTEST_GUILESS_MAIN(tst_Drafts)
#include "tst_drafts.moc"
