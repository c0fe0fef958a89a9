// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "program.h"

#include <QElapsedTimer>
#include <QFile>
#include <QStandardPaths>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

#include <csignal>

namespace support {

Program::~Program()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(3000)) {
        m_process.kill();
        m_process.waitForFinished(3000);
    }
}

bool Program::startServer(const QString &program, const QStringList &arguments, quint16 port)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("LIFE"), QStringLiteral("120")); // the start scripts end by themselves
    m_process.setProcessEnvironment(environment);
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.setStandardErrorFile(QProcess::nullDevice());
    m_process.start(program, arguments);
    if (!m_process.waitForStarted(5000))
        return false;
    return QTest::qWaitFor(
               [&] {
                   if (m_process.state() == QProcess::NotRunning)
                       return true;
                   QTcpSocket probe;
                   probe.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
                   return probe.waitForConnected(200);
               },
               20000)
        && m_process.state() == QProcess::Running;
}

QString Program::startAndWaitFor(const QString &program, const QStringList &arguments, const QString &prefix)
{
    m_process.start(program, arguments);
    QByteArray output;
    QString found;
    const bool came = QTest::qWaitFor(
        [&] {
            output += m_process.readAllStandardOutput();
            for (const QByteArray &line : output.split('\n')) {
                const QString text = QString::fromUtf8(line);
                if (text.startsWith(prefix) && output.contains('\n')) {
                    found = text.mid(prefix.size()).trimmed();
                    return true;
                }
            }
            return m_process.state() == QProcess::NotRunning;
        },
        20000);
    return came ? found : QString();
}

quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : 0;
}

QString realProgram(const QString &name)
{
    static const QHash<QString, QString> needs {
        { QStringLiteral("python-xmlrpc"), QStringLiteral("/usr/bin/python3") },
        { QStringLiteral("aria2"), QStringLiteral("/usr/bin/aria2c") },
        { QStringLiteral("xmlrpc-c-abyss"), QStringLiteral("/usr/share/doc/libxmlrpc-core-c3-dev/examples") },
    };
    if (!QFile::exists(needs.value(name)))
        return {};
    return QStringLiteral(SOURCE_DIR "/tests/real-programs/") + name + QStringLiteral("/start.sh");
}

Finished run(const QString &program, const QStringList &arguments, int timeoutMs)
{
    QProcess process;
    process.start(program, arguments);
    process.closeWriteChannel();
    Finished finished;
    if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, timeoutMs)) {
        process.kill();
        process.waitForFinished(3000);
        return finished;
    }
    finished.status = process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -2;
    finished.out = process.readAllStandardOutput();
    finished.err = process.readAllStandardError();
    return finished;
}

} // namespace support
