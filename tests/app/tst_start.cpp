// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <tests/support/fatalmessages.h>

#include <QProcess>
#include <QTest>

/// The program `antiphon` where there is no display.
class tst_Start : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void withoutADisplay_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("status"); // -1 = any but success
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("help") << QStringList { QStringLiteral("--help") } << 0 << QByteArray("Usage: antiphon");
        QTest::newRow("version") << QStringList { QStringLiteral("--version") } << 0 << QByteArray("antiphon ");
        QTest::newRow("help, and a style") << QStringList { QStringLiteral("-style"), QStringLiteral("Fusion"), QStringLiteral("--help") } << 0 << QByteArray("Usage: antiphon");
        QTest::newRow("wrong option") << QStringList { QStringLiteral("--nonsense") } << -1 << QByteArray("--nonsense");
        QTest::newRow("start") << QStringList() << 1 << QByteArray("there is no display here");
    }
    void withoutADisplay()
    {
        QFETCH(QStringList, arguments);
        QFETCH(int, status);
        QFETCH(QByteArray, says);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char *name : { "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM" })
            environment.remove(QString::fromLatin1(name));
        QProcess process;
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(QStringLiteral(BIN_DIR "/antiphon"), arguments);
        QVERIFY(process.waitForFinished());
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        const QByteArray out = process.readAll();
        QVERIFY2(out.contains(says), out.constData());
        if (status >= 0)
            QCOMPARE(process.exitCode(), status);
        else
            QVERIFY(process.exitCode() != 0);
    }
};

QTEST_GUILESS_MAIN(tst_Start)
#include "tst_start.moc"
