// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <tests/support/fatalmessages.h>
#include <tests/support/program.h>

#include <QRegularExpression>
#include <QStandardPaths>

/// Runs the vectors against the fixture, as people do by hand.
class tst_Conformance : public QObject
{
    Q_OBJECT

    support::Program m_server;
    QString m_url;

    support::Finished check(const QString &runner) const
    {
        return support::run(QStringLiteral("/usr/bin/python3"),
            { QStringLiteral(SOURCE_DIR "/tests/conformance/") + runner, m_url }, 120000);
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void initTestCase()
    {
        if (!QFileInfo::exists(QStringLiteral("/usr/bin/python3")))
            QSKIP("python3 is not installed");
        m_url = m_server.startAndWaitFor(QStringLiteral(BIN_DIR "/conformance-server"),
            { QStringLiteral("--port"), QStringLiteral("0") }, QStringLiteral("listening on "));
        QVERIFY(!m_url.isEmpty());
    }

    void jsonRpc_behavesAsTheVectorsSay()
    {
        if (support::run(QStringLiteral("/usr/bin/python3"), { QStringLiteral("-c"), QStringLiteral("import aiohttp") })
                .status
            != 0)
            QSKIP("the runner needs python3-aiohttp for the WebSocket vectors");
        const auto result = check(QStringLiteral("check_jsonrpc.py"));
        QVERIFY2(result.out.contains(" 0 different, 0 not served (404)"), result.out.constData());
        QVERIFY2(!result.out.contains("DIFF"), result.out.constData());
    }

    void xmlRpc_behavesAsTheVectorsSay()
    {
        const auto result = check(QStringLiteral("check_xmlrpc.py"));
        QVERIFY2(result.out.contains(" 0 different, 0 not served (404)"), result.out.constData());
    }
};

QTEST_GUILESS_MAIN(tst_Conformance)
#include "tst_conformance.moc"
