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

    void argumentsOfPrograms_areNotWritten()
    {
        const QTemporaryDir dir;
        const QString name = dir.filePath(QStringLiteral("drafts.json"));
        const auto exec = [](const char *arguments) { return *Endpoint::urlFromText(QStringLiteral("exec+lsp:\"/opt/my tool\" ") + QString::fromLatin1(arguments)); };
        {
            Drafts drafts(name);
            drafts.setDraft(exec("--token s3cret"), QStringLiteral("m"), QStringLiteral("[1]"));
            drafts.setDraft(exec("--token 0ther"), QStringLiteral("m"), QStringLiteral("[2]"));
            drafts.setDraft(exec(""), QStringLiteral("m"), QStringLiteral("[3]"));
        }
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY2(!text.contains("s3cret") && !text.contains("0ther") && !text.contains("token"), text.constData());
        QVERIFY2(text.contains("/opt/my tool"), text.constData());
        const Drafts again(name);
        QCOMPARE(again.draft(exec("--token s3cret"), QStringLiteral("m")), QStringLiteral("[1]"));
        QCOMPARE(again.draft(exec("--token 0ther"), QStringLiteral("m")), QStringLiteral("[2]"));
        QCOMPARE(again.draft(exec(""), QStringLiteral("m")), QStringLiteral("[3]"));
    }

    void olderDrafts_areFound_andLoseTheirArguments()
    {
        const QTemporaryDir dir;
        const QString name = dir.filePath(QStringLiteral("drafts.json"));
        {
            QFile file(name);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write("{\"exec:/opt/tool --token s3cret a.b\": \"[1]\", \"http://a/rpc?x=1 m\": \"[2]\", "
                       "\"tcp://a:1 two words\": \"[3]\", \"exec:/opt/tool%20x #m\": \"[4]\"}");
        }
        {
            Drafts drafts(name);
            QCOMPARE(drafts.draft(*Endpoint::urlFromText(QStringLiteral("exec:/opt/tool --token s3cret")), QStringLiteral("a.b")), QStringLiteral("[1]"));
            QCOMPARE(drafts.draft(QUrl(QStringLiteral("http://a/rpc?x=1")), QStringLiteral("m")), QStringLiteral("[2]"));
            QCOMPARE(drafts.draft(QUrl(QStringLiteral("tcp://a:1")), QStringLiteral("two words")), QStringLiteral("[3]"));
        }
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray text = file.readAll();
        QVERIFY2(!text.contains("s3cret"), text.constData());
        QVERIFY2(text.contains("\"http://a/rpc?x=1 m\"") && text.contains("\"tcp://a:1 two words\""), text.constData());
        QCOMPARE(text.count("\n  \""), 4); // none is lost
    }

    void refusedAddresses_keepTheirArguments()
    {
        const auto refused = Endpoint::urlFromText(QStringLiteral("exec+morse:/opt/tool --token s3cret"));
        QVERIFY(!refused);
        QVERIFY2(!refused.error().message.contains(u"s3cret"), qPrintable(refused.error().message));
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
