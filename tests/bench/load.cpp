// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "load.h"

#include "sockets.h"
#include "subcommands.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryFile>

#include <algorithm>
#include <cstdio>
#include <poll.h>
#include <vector>

namespace bench {

namespace {

struct Lane
{
    Link link;
    qint64 sent = 0;
    QByteArray received;
    QElapsedTimer since;
};

LoadResult wrkLoad(const QString &wrk, const LoadJob &job)
{
    QTemporaryFile script;
    LoadResult result;
    if (!script.open()) {
        result.failure = QStringLiteral("no temporary file");
        return result;
    }
    script.write("wrk.method = 'POST'\nwrk.headers['Content-Type'] = '" + job.type + "'\nwrk.body = [==[" + job.body
        + "]==]\nfunction done(s, l, r)\n"
          "  io.write(string.format('RESULT %d %d %d %d %d %d %d\\n', s.requests, s.duration, s.errors.status,\n"
          "    s.errors.connect + s.errors.timeout, s.errors.read + s.errors.write, l:percentile(50), l:percentile(99)))\nend\n");
    script.close();
    QProcess process;
    process.start(wrk,
        { QStringLiteral("-t1"), QStringLiteral("-c%1").arg(job.connections), QStringLiteral("-d%1s").arg(qMax(1, qRound(job.seconds))),
            QStringLiteral("-s"), script.fileName(),
            QStringLiteral("http://127.0.0.1:%1%2").arg(job.port).arg(QString::fromLatin1(job.path)) });
    process.waitForFinished(int(job.seconds * 1000) + 15'000);
    if (process.state() != QProcess::NotRunning) {
        process.kill();
        process.waitForFinished();
    }
    const QByteArray output = process.readAllStandardOutput();
    const qsizetype at = output.indexOf("RESULT ");
    const QList<QByteArray> numbers = output.mid(at + 7).split('\n').constFirst().split(' ');
    if (at < 0 || numbers.size() != 7) {
        result.failure = QStringLiteral("wrk: ") + QString::fromLocal8Bit(process.readAllStandardError() + output).left(200);
        return result;
    }
    result.answers = numbers[0].toLongLong();
    result.seconds = numbers[1].toDouble() * 1e-6;
    result.wrong = numbers[2].toLongLong();
    result.lost = numbers[3].toLongLong(); // ends of connections (numbers[4]) are made good by the next one
    result.p50 = numbers[5].toDouble() * 1e-3;
    result.p99 = numbers[6].toDouble() * 1e-3;
    return result;
}

LoadResult secondProcessLoad(const LoadJob &job)
{
    LoadResult result;
    const QJsonObject o {
        { QStringLiteral("port"), job.port },
        { QStringLiteral("path"), QString::fromLatin1(job.path) },
        { QStringLiteral("type"), QString::fromLatin1(job.type) },
        { QStringLiteral("body"), QString::fromLatin1(job.body) },
        { QStringLiteral("expected"), QString::fromLatin1(job.expected) },
        { QStringLiteral("connections"), job.connections },
        { QStringLiteral("seconds"), job.seconds },
    };
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(),
        { QStringLiteral("load"), QString::fromLatin1(QJsonDocument(o).toJson(QJsonDocument::Compact)) });
    process.waitForFinished(int(job.seconds * 1000) + 15'000);
    const QJsonObject answer = QJsonDocument::fromJson(process.readAllStandardOutput()).object();
    if (answer.isEmpty()) {
        result.failure = QStringLiteral("the load generator gave no figures");
        return result;
    }
    result.answers = answer.value(QStringLiteral("answers")).toInteger();
    result.wrong = answer.value(QStringLiteral("wrong")).toInteger();
    result.lost = answer.value(QStringLiteral("lost")).toInteger();
    result.seconds = answer.value(QStringLiteral("seconds")).toDouble();
    result.p50 = answer.value(QStringLiteral("p50")).toDouble();
    result.p99 = answer.value(QStringLiteral("p99")).toDouble();
    return result;
}

QString wrkProgram() { return QStandardPaths::findExecutable(QStringLiteral("wrk")); }

} // namespace

double percentile(QList<double> &values, double part)
{
    if (values.isEmpty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[qBound<qsizetype>(0, qsizetype(double(values.size()) * part), values.size() - 1)];
}

LoadResult ownLoad(const LoadJob &job)
{
    const QByteArray request = postRequest(job.path, job.type, job.body);
    std::vector<Lane> lanes(size_t(qMax(1, job.connections)));
    std::vector<pollfd> polled(lanes.size());
    QList<double> latencies;
    LoadResult result;
    QElapsedTimer clock;
    clock.start();
    const auto start = [&](Lane &lane) {
        lane.sent = qMax<qint64>(0, lane.link.send(request));
        lane.since.start();
    };
    const auto reconnect = [&](Lane &lane) {
        lane.link = Link(job.port);
        lane.received.clear();
        if (lane.link.isOpen())
            start(lane);
        else
            ++result.lost;
    };
    while (double(clock.elapsed()) < job.seconds * 1000) {
        for (size_t i = 0; i < lanes.size(); ++i) {
            if (!lanes[i].link.isOpen())
                reconnect(lanes[i]);
            polled[i] = { lanes[i].link.descriptor(), short(POLLIN | (lanes[i].sent < request.size() ? POLLOUT : 0)), 0 };
        }
        if (::poll(polled.data(), polled.size(), 100) <= 0)
            continue;
        for (size_t i = 0; i < lanes.size(); ++i) {
            Lane &lane = lanes[i];
            if (polled[i].revents & POLLOUT)
                lane.sent += qMax<qint64>(0, lane.link.send(request, lane.sent));
            if (!(polled[i].revents & ~POLLOUT))
                continue;
            const bool open = lane.link.receive(lane.received);
            if (const auto answer = takeAnswer(lane.received, !open)) {
                ++result.answers;
                latencies.append(double(lane.since.nsecsElapsed()) * 1e-6);
                if (answer->status != 200 || !answer->body.contains(job.expected))
                    ++result.wrong;
                if (open && !answer->closes)
                    start(lane);
                else
                    lane.link.close();
            } else if (!open) {
                ++result.lost;
                lane.link.close();
            }
        }
    }
    result.seconds = double(clock.nsecsElapsed()) * 1e-9;
    result.p50 = percentile(latencies, 0.5);
    result.p99 = percentile(latencies, 0.99);
    return result;
}

LoadResult load(const LoadJob &job)
{
    const QString wrk = wrkProgram();
    return wrk.isEmpty() ? secondProcessLoad(job) : wrkLoad(wrk, job);
}

QString loadGenerator() { return wrkProgram().isEmpty() ? QStringLiteral("antiphon-bench load") : QStringLiteral("wrk"); }

int loadCommand(const QStringList &arguments)
{
    const QJsonObject o = QJsonDocument::fromJson(arguments.value(0).toUtf8()).object();
    LoadJob job;
    job.port = quint16(o.value(QStringLiteral("port")).toInt());
    job.path = o.value(QStringLiteral("path")).toString().toLatin1();
    job.type = o.value(QStringLiteral("type")).toString().toLatin1();
    job.body = o.value(QStringLiteral("body")).toString().toLatin1();
    job.expected = o.value(QStringLiteral("expected")).toString().toLatin1();
    job.connections = o.value(QStringLiteral("connections")).toInt(8);
    job.seconds = o.value(QStringLiteral("seconds")).toDouble(2);
    if (job.port == 0 || job.path.isEmpty())
        return 2;
    const LoadResult r = ownLoad(job);
    const QJsonObject answer {
        { QStringLiteral("answers"), r.answers },
        { QStringLiteral("wrong"), r.wrong },
        { QStringLiteral("lost"), r.lost },
        { QStringLiteral("seconds"), r.seconds },
        { QStringLiteral("p50"), r.p50 },
        { QStringLiteral("p99"), r.p99 },
    };
    std::printf("%s", QJsonDocument(answer).toJson(QJsonDocument::Compact).constData());
    return 0;
}

} // namespace bench
