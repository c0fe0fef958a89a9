// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "child.h"

#include "sockets.h"

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTcpServer>
#include <QThread>

#include <sys/resource.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace bench {

namespace {

// Of the process and everything it has started, in ticks. Children that have ended are in their parent's sum.
qint64 ticksOfTree(qint64 pid)
{
    QFile stat(QStringLiteral("/proc/%1/stat").arg(pid));
    if (!stat.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray text = stat.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    qint64 ticks = 0;
    for (int i = 11; i <= 14; ++i) // utime, stime, cutime, cstime
        ticks += fields.value(i).toLongLong();
    const QDir tasks(QStringLiteral("/proc/%1/task").arg(pid));
    const QStringList threads = tasks.entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &thread : threads) {
        QFile children(tasks.filePath(thread + QStringLiteral("/children")));
        if (!children.open(QIODevice::ReadOnly))
            continue;
        const QList<QByteArray> pids = children.readAll().split(' ');
        for (const QByteArray &child : pids) {
            if (const qint64 n = child.trimmed().toLongLong(); n > 0)
                ticks += ticksOfTree(n);
        }
    }
    return ticks;
}

} // namespace

Child::~Child()
{
    if (m_process.state() == QProcess::NotRunning)
        return;
    if (m_isOwn)
        m_process.closeWriteChannel(); // it ends at the end of its input
    else
        m_process.terminate();
    if (!m_process.waitForFinished(3000)) {
        m_process.kill();
        m_process.waitForFinished(3000);
    }
}

bool Child::startOwn(const QStringList &arguments)
{
    m_isOwn = true;
    m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    m_process.start(QCoreApplication::applicationFilePath(), QStringList { QStringLiteral("serve") } + arguments);
    const QByteArray line = ask({}, 20'000);
    m_port = line.startsWith("port ") ? line.mid(5).toUShort() : quint16(0);
    return m_port != 0;
}

bool Child::startOther(
    const QString &program, const QStringList &arguments, quint16 port, const QProcessEnvironment &environment)
{
    m_process.setProcessEnvironment(environment);
    m_process.setStandardOutputFile(QProcess::nullDevice());
    m_process.setStandardErrorFile(QProcess::nullDevice());
    m_process.start(program, arguments);
    if (!m_process.waitForStarted(5000))
        return false;
    m_port = port;
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 30'000 && !m_process.waitForFinished(20)) { // some are compiled on their first start
        if (Link(port).isOpen())
            return true;
    }
    return false;
}

QByteArray Child::ask(const QByteArray &question, int milliseconds)
{
    if (!question.isEmpty())
        m_process.write(question + '\n');
    QElapsedTimer clock;
    clock.start();
    while (!m_process.canReadLine()) {
        const qint64 left = milliseconds - clock.elapsed();
        if (left <= 0 || (!m_process.waitForReadyRead(int(left)) && m_process.state() == QProcess::NotRunning))
            return {};
    }
    return m_process.readLine().trimmed();
}

double Child::cpuSeconds()
{
    if (m_isOwn)
        return ask("cpu").toDouble();
    return double(ticksOfTree(pid())) / double(::sysconf(_SC_CLK_TCK));
}

double ownCpuSeconds()
{
    rusage usage {};
    ::getrusage(RUSAGE_SELF, &usage);
    return double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

qint64 residentBytes()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
    QFile statm(QStringLiteral("/proc/self/statm"));
    if (!statm.open(QIODevice::ReadOnly))
        return -1;
    return statm.readAll().split(' ').value(1).toLongLong() * ::sysconf(_SC_PAGESIZE);
}

qint64 allocatedBytes()
{
#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
    const auto info = mallinfo2();
    return qint64(info.uordblks) + qint64(info.hblkhd);
#else
    return -1;
#endif
}

int openDescriptors()
{
    const QDir descriptors(QStringLiteral("/proc/self/fd"));
    return descriptors.exists() ? int(descriptors.entryList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot).size()) - 1 : -1;
}

quint16 freePort()
{
    QTcpServer server;
    return server.listen(QHostAddress::LocalHost) ? server.serverPort() : quint16(0);
}

} // namespace bench
