// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "measure.h"

#include <QFile>
#include <QSysInfo>
#include <QThread>

#include <algorithm>
#include <chrono>
#include <ctime>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace bench {

#ifdef __GLIBC__
// The allocator learns from what was freed when to ask the system for memory and when to give it back. What a round
// costs would then depend on who ran before it; and the pages that a large result needs are part of its price.
static void fixAllocator()
{
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
}
static void giveMemoryBack() { malloc_trim(0); }
#else
static void fixAllocator() { }
static void giveMemoryBack() { }
#endif

// Processor time of this thread: what other programs do meanwhile is not in it.
static double now()
{
#ifdef CLOCK_THREAD_CPUTIME_ID
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
#else
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
#endif
}

QList<Timing> race(const QList<Runner> &runners, int rounds)
{
    QList<QList<double>> seconds(runners.size());
    fixAllocator();
    for (int round = -1; round < rounds; ++round) {
        // To and fro: what a runner leaves behind in the allocator is a price that the next one pays, whichever it is.
        for (qsizetype turn = 0; turn < runners.size(); ++turn) {
            const qsizetype i = round % 2 == 0 ? turn : runners.size() - 1 - turn;
            giveMemoryBack();
            const double start = now();
            runners[i].run();
            const double took = now() - start;
            if (runners[i].after)
                runners[i].after();
            if (round >= 0)
                seconds[i].append(took);
        }
    }
    QList<Timing> timings;
    for (QList<double> &s : seconds) {
        std::sort(s.begin(), s.end());
        timings.append({ s.constFirst(), s[s.size() / 2] });
    }
    return timings;
}

#if defined(__GLIBC__) && __GLIBC_PREREQ(2, 33)
static qint64 allocated()
{
    malloc_trim(0);
    const auto info = mallinfo2();
    return qint64(info.uordblks) + qint64(info.hblkhd);
}

qint64 memoryHeld(const std::function<void()> &make, const std::function<void()> &release)
{
    release();
    const qint64 before = allocated();
    make();
    const qint64 after = allocated();
    release();
    return after - before;
}
#else
qint64 memoryHeld(const std::function<void()> &, const std::function<void()> &) { return -1; }
#endif

QString machine()
{
    QString cpu = QSysInfo::currentCpuArchitecture();
    if (QFile info(QStringLiteral("/proc/cpuinfo")); info.open(QIODevice::ReadOnly)) {
        const QList<QByteArray> lines = info.readAll().split('\n');
        for (const QByteArray &line : lines) {
            if (line.startsWith("model name")) {
                cpu = QString::fromLatin1(line.mid(line.indexOf(':') + 1).trimmed());
                break;
            }
        }
    }
    return QStringLiteral("%1, %2 cores, %3")
        .arg(cpu)
        .arg(QThread::idealThreadCount())
        .arg(QSysInfo::prettyProductName());
}

} // namespace bench
