// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "child.h"
#include "load.h"
#include "measure.h"
#include "sockets.h"
#include "subcommands.h"
#include "verdict.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

#include <cstdio>
#include <memory>
#include <vector>

namespace bench {

namespace {

const QByteArray jsonCall = "{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[2,3],\"id\":1}";
const QByteArray xmlCall = "<?xml version=\"1.0\"?><methodCall><methodName>add</methodName><params><param><value><int>2</int></value></param>"
                           "<param><value><int>3</int></value></param></params></methodCall>";
const QByteArray jsonType = "application/json";
const QByteArray xmlType = "text/xml";

struct Contestant
{
    QString name;
    LoadJob job;
    std::shared_ptr<Child> child;
    QString missing = {}; ///< why it is not measured
    QString rival = {}; ///< whom it is compared with
    double target = 0; ///< at most that many times the rival's cost
    QList<double> cost = {}; ///< seconds of processor time for one call, by round
    QList<double> rate = {};
    QList<double> p50 = {};
    QList<double> p99 = {};
    qint64 wrong = 0;
};

LoadJob jobFor(bool xml, const QByteArray &path)
{
    LoadJob job;
    job.path = path;
    job.type = xml ? xmlType : jsonType;
    job.body = xml ? xmlCall : jsonCall;
    job.expected = xml ? "5</" : "5";
    return job;
}

QByteArray base64(const QByteArray &bytes) { return bytes.toBase64(); }

double median(QList<double> values) { return percentile(values, 0.5); }

std::vector<Contestant> contestants(bool withRivals)
{
    std::vector<Contestant> all;
    // Both protocols are one server, as they are in a program that uses the library.
    const auto own = std::make_shared<Child>();
    const bool ownRuns = own->startOwn({ QStringLiteral("rpc") });
    const auto addOwn = [&](const char *name, bool xml, const char *rival, double target) {
        Contestant c { QString::fromLatin1(name), jobFor(xml, "/rpc"), own };
        c.rival = QString::fromLatin1(rival);
        c.target = target;
        if (!ownRuns)
            c.missing = QStringLiteral("it did not start");
        all.push_back(std::move(c));
    };
    // What the fixed byte arrays hold: our own answers.
    const auto answerOf = [&](bool xml) {
        const LoadJob job = jobFor(xml, "/rpc");
        return ownRuns ? exchangeOnce(own->port(), postRequest(job.path, job.type, job.body)).body : QByteArray();
    };
    const auto addRoute = [&](const char *name, bool xml, const QByteArray &type) {
        Contestant c { QString::fromLatin1(name), jobFor(xml, "/rpc"), std::make_shared<Child>() };
#ifdef ANTIPHON_HAVE_HTTPSERVER
        if (!c.child->startOwn({ QStringLiteral("route"), QString::fromLatin1(type), QString::fromLatin1(base64(answerOf(xml))) }))
            c.missing = QStringLiteral("it did not start");
#else
        Q_UNUSED(type)
        c.missing = QStringLiteral("built without QtHttpServer");
#endif
        all.push_back(std::move(c));
    };
    addOwn("JSON-RPC add", false, "QHttpServer, JSON bytes", 0.9);
    addOwn("XML-RPC add", true, "QHttpServer, XML bytes", 1.1);
    addRoute("QHttpServer, JSON bytes", false, jsonType);
    addRoute("QHttpServer, XML bytes", true, xmlType);
    if (!withRivals)
        return all;
    addRoute("QHttpServer, type guessed", false, {});

    const auto addRival = [&](const char *name, const LoadJob &job, const QString &program, const QStringList &arguments,
                              bool installed, const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment()) {
        Contestant c { QString::fromLatin1(name), job, std::make_shared<Child>() };
        if (!installed || program.isEmpty())
            c.missing = QStringLiteral("not installed");
        else if (const quint16 port = freePort();
                 !c.child->startOther(program, arguments + QStringList { QString::number(port) }, port, environment))
            c.missing = QStringLiteral("it did not start");
        all.push_back(std::move(c));
    };
    const QString rivals = QStringLiteral(SOURCE_DIR "/tests/bench/rivals/");
#ifdef BENCH_JSONRPCCPP
    addRival("libjson-rpc-cpp", jobFor(false, "/"), rivals + QStringLiteral("onloopback.sh"), { QStringLiteral(BENCH_JSONRPCCPP) }, true);
#else
    addRival("libjson-rpc-cpp", jobFor(false, "/"), {}, {}, false);
#endif
    QProcess npm;
    npm.start(QStringLiteral("/bin/bash"), { QStringLiteral(SOURCE_DIR "/tests/real-programs/npm/install.sh"), QStringLiteral("check") });
    npm.waitForFinished(20'000);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NODE_PATH"), QString::fromLocal8Bit(npm.readAllStandardOutput()).trimmed());
    addRival("jayson", jobFor(false, "/"), QStandardPaths::findExecutable(QStringLiteral("node")),
        { rivals + QStringLiteral("jayson.js") }, npm.exitStatus() == QProcess::NormalExit && npm.exitCode() == 0, environment);
    const QString python = QStringLiteral("/usr/bin/python3");
    QProcess aiohttp;
    aiohttp.start(python, { QStringLiteral("-c"), QStringLiteral("import aiohttp") });
    aiohttp.waitForFinished(20'000);
    addRival("aiohttp", jobFor(false, "/rpc"), python, { rivals + QStringLiteral("aiohttp_server.py") },
        aiohttp.error() == QProcess::UnknownError && aiohttp.exitCode() == 0);
#ifdef BENCH_ABYSS
    addRival("xmlrpc-c Abyss", jobFor(true, "/RPC2"), QStringLiteral(BENCH_ABYSS), {}, true);
#else
    addRival("xmlrpc-c Abyss", jobFor(true, "/RPC2"), {}, {}, false);
#endif
    addRival("Python xmlrpc.server", jobFor(true, "/RPC2"), python, { rivals + QStringLiteral("xmlrpc_server.py") }, QFile::exists(python));
    return all;
}

void runRound(Contestant &c, double seconds)
{
    c.job.port = c.child->port();
    c.job.seconds = seconds;
    // Whoever gives wrong answers quickly has not won.
    const PlainAnswer answer = exchangeOnce(c.job.port, postRequest(c.job.path, c.job.type, c.job.body));
    if (answer.status != 200 || !answer.body.contains(c.job.expected)) {
        c.missing = QStringLiteral("its answer is wrong: %1 %2").arg(answer.status).arg(QString::fromLatin1(answer.body.left(80)));
        return;
    }
    const double before = c.child->cpuSeconds();
    const LoadResult r = load(c.job);
    const double spent = c.child->cpuSeconds() - before;
    if (!r.failure.isEmpty() || r.answers == 0) {
        c.missing = r.failure.isEmpty() ? QStringLiteral("no answers") : r.failure;
        return;
    }
    c.wrong += r.wrong + r.lost;
    c.cost.append(spent / double(r.answers));
    c.rate.append(double(r.answers) / r.seconds);
    c.p50.append(r.p50);
    c.p99.append(r.p99);
}

// The median of the rounds' ratios: each compares two that ran next to each other.
double ratioTo(const Contestant &c, const std::vector<Contestant> &all, const QString &rival)
{
    for (const Contestant &other : all) {
        if (other.name != rival || other.cost.isEmpty() || c.cost.isEmpty())
            continue;
        QList<double> ratios;
        for (qsizetype i = 0; i < qMin(c.cost.size(), other.cost.size()); ++i)
            ratios.append(c.cost[i] / other.cost[i]);
        return median(ratios);
    }
    return 0;
}

struct IdleMemory
{
    QString name;
    int open = 0;
    qint64 bytesEach = 0;
};

// Connections that have made one call each and are kept.
IdleMemory idleMemory(const QString &name, Child &child, const LoadJob &job, int count)
{
    IdleMemory m { name };
    const QByteArray request = postRequest(job.path, job.type, job.body);
    exchangeOnce(child.port(), request);
    const qint64 before = child.ask("rss").toLongLong();
    const std::vector<Link> links = idleConnections(child.port(), count, request);
    m.open = int(links.size());
    const qint64 after = child.ask("rss").toLongLong();
    m.bytesEach = links.empty() ? 0 : (after - before) / qint64(links.size());
    return m;
}

QList<IdleMemory> idleMemories(int count)
{
    QList<IdleMemory> all;
    Child own;
    if (own.startOwn({ QStringLiteral("rpc"), QStringLiteral("--connections"), QString::number(count + 100) }))
        all.append(idleMemory(QStringLiteral("JSON-RPC add"), own, jobFor(false, "/rpc"), count));
#ifdef ANTIPHON_HAVE_HTTPSERVER
    Child route;
    if (route.startOwn({ QStringLiteral("route"), QString::fromLatin1(jsonType), QString::fromLatin1(base64("{}")) }))
        all.append(idleMemory(QStringLiteral("QHttpServer"), route, jobFor(false, "/rpc"), count));
#endif
    return all;
}

void print(const std::vector<Contestant> &all, const QList<IdleMemory> &idle, int rounds, double seconds)
{
    std::printf("%s; Qt %s\n%d rounds of %g s in turns, 8 connections that are kept, load from %s. Processor time of the "
                "server's process (user and system), medians of the rounds.\n\n",
        qPrintable(machine()), qVersion(), rounds, seconds, qPrintable(loadGenerator()));
    std::printf("%-28s %9s %11s %8s %8s\n", "", "us/call", "requests/s", "p50 ms", "p99 ms");
    for (const Contestant &c : all) {
        if (!c.missing.isEmpty()) {
            std::printf("%-28s not measured: %s\n", qPrintable(c.name), qPrintable(c.missing));
            continue;
        }
        std::printf("%-28s %9.2f %11.0f %8.2f %8.2f", qPrintable(c.name), median(c.cost) * 1e6, median(c.rate), median(c.p50), median(c.p99));
        if (!c.rival.isEmpty()) {
            if (const double ratio = ratioTo(c, all, c.rival); ratio > 0)
                std::printf("   %.2f x \"%s\", target <= %.1f: %s", ratio, qPrintable(c.rival), c.target, qPrintable(verdict(ratio, c.target)));
            else
                std::printf("   no ratio: \"%s\" was not measured", qPrintable(c.rival));
        }
        if (c.wrong > 0)
            std::printf("   %lld WRONG OR LOST", static_cast<long long>(c.wrong));
        std::printf("\n");
    }
    for (const IdleMemory &m : idle)
        std::printf("%s: %lld bytes resident for each of %d idle connections\n", qPrintable(m.name), static_cast<long long>(m.bytesEach), m.open);
}

void printJson(const std::vector<Contestant> &all, const QList<IdleMemory> &idle, int rounds, double seconds)
{
    QJsonArray results;
    for (const Contestant &c : all) {
        QJsonObject o { { QStringLiteral("name"), c.name } };
        if (!c.missing.isEmpty()) {
            o.insert(QStringLiteral("not_measured"), c.missing);
        } else {
            o.insert(QStringLiteral("us_per_call"), median(c.cost) * 1e6);
            o.insert(QStringLiteral("requests_per_s"), median(c.rate));
            o.insert(QStringLiteral("p50_ms"), median(c.p50));
            o.insert(QStringLiteral("p99_ms"), median(c.p99));
            o.insert(QStringLiteral("wrong_or_lost"), c.wrong);
            if (const double ratio = c.rival.isEmpty() ? 0 : ratioTo(c, all, c.rival); ratio > 0) {
                o.insert(QStringLiteral("rival"), c.rival);
                o.insert(QStringLiteral("ratio"), ratio);
                o.insert(QStringLiteral("target"), c.target);
                o.insert(QStringLiteral("verdict"), verdict(ratio, c.target));
            }
        }
        results.append(o);
    }
    QJsonArray connections;
    for (const IdleMemory &m : idle) {
        connections.append(QJsonObject { { QStringLiteral("name"), m.name }, { QStringLiteral("connections"), m.open },
            { QStringLiteral("bytes_each"), m.bytesEach } });
    }
    const QJsonObject o {
        { QStringLiteral("machine"), machine() },
        { QStringLiteral("qt"), QLatin1String(qVersion()) },
        { QStringLiteral("load"), loadGenerator() },
        { QStringLiteral("rounds"), rounds },
        { QStringLiteral("seconds"), seconds },
        { QStringLiteral("results"), results },
        { QStringLiteral("idle"), connections },
    };
    std::printf("%s", QJsonDocument(o).toJson().constData());
}

} // namespace

int server(const QStringList &arguments)
{
    bool json = false;
    bool quick = false;
    double seconds = 2;
    int idle = 0;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == u"--json") {
            json = true;
        } else if (arguments[i] == u"--quick") {
            quick = true;
        } else if (arguments[i] == u"--seconds" && arguments.value(i + 1).toDouble() > 0) {
            seconds = arguments[++i].toDouble();
        } else if (arguments[i] == u"--idle" && arguments.value(i + 1).toInt() > 0) {
            idle = arguments[++i].toInt();
        } else {
            std::fprintf(stderr, "antiphon-bench server: what is \"%s\"?\n", qPrintable(arguments[i]));
            return 2;
        }
    }
    raiseDescriptorLimit();
    if (quick)
        seconds = 1;
    const int rounds = quick ? 1 : 5;
    std::vector<Contestant> all = contestants(!quick);
    for (int round = 0; round < rounds; ++round) {
        for (Contestant &c : all) {
            if (c.missing.isEmpty())
                runRound(c, seconds);
        }
    }
    const QList<IdleMemory> memory = idle > 0 ? idleMemories(idle) : QList<IdleMemory>();
    if (json)
        printJson(all, memory, rounds, seconds);
    else
        print(all, memory, rounds, seconds);
    bool wrong = false;
    for (const Contestant &c : all)
        wrong = wrong || (!c.rival.isEmpty() && (c.wrong > 0 || !c.missing.isEmpty()));
    return wrong ? 1 : 0;
}

} // namespace bench
