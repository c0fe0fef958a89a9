// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "child.h"
#include "load.h"
#include "measure.h"
#include "subcommands.h"
#include "verdict.h"

#include <rpccore/client/client.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>

#include <QCoreApplication>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>

#include <algorithm>
#include <cstdio>

namespace bench {

namespace {

// With ids of one length, all requests of rpc::Client have the same size.
const QByteArray answer = "{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":1000001}";
const QByteArray body = "{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[2,3],\"id\":1000001}";

// Makes `calls` calls, `parallel` at a time; `start` makes one and calls its argument when the answer was good.
double costOf(int calls, int parallel, const std::function<void(const std::function<void()> &)> &start)
{
    const auto run = [&](int count) {
        int started = 0;
        int finished = 0;
        std::function<void()> next;
        next = [&] {
            if (++finished == count)
                return QCoreApplication::exit(0);
            if (started < count) {
                ++started;
                start(next);
            }
        };
        for (; started < qMin(parallel, count); ++started)
            start(next);
        QCoreApplication::exec();
    };
    run(qMax(200, 2 * parallel)); // connections, caches
    const double before = ownCpuSeconds();
    run(calls);
    return (ownCpuSeconds() - before) / calls;
}

[[noreturn]] void fail(const QString &why)
{
    std::fprintf(stderr, "antiphon-bench call: %s\n", qPrintable(why));
    ::exit(1);
}

double clientCost(const QUrl &url, int calls, int parallel)
{
    rpc::HttpTarget target;
    target.url = url;
    target.headers = { { "Accept-Language", "*" } }; // Qt adds one where there is none
    rpc::Client client(std::make_unique<rpc::HttpTransport>(target), std::make_shared<rpc::JsonRpcCodec>());
    client.setIdGenerator([] { return rpc::RequestId(1000001); });
    QObject context;
    return costOf(calls, parallel, [&](const std::function<void()> &next) {
        client.call("add", rpc::Array { 2, 3 }).onFinished(&context, [&next](const rpc::Reply &reply) {
            if (!reply || reply->toInteger() != 5)
                fail(reply ? QStringLiteral("a wrong result") : reply.error().toString());
            next();
        });
    });
}

double bareCost(const QUrl &url, const QByteArray &head, int calls, int parallel)
{
    QNetworkAccessManager network;
    QNetworkRequest request(url);
    // The fields that rpc::Client sends; those that Qt makes by itself come out the same.
    const QList<QByteArray> lines = head.split('\n').sliced(1);
    for (const QByteArray &line : lines) {
        const QByteArray name = line.left(line.indexOf(':'));
        const QByteArray value = line.mid(line.indexOf(':') + 1).trimmed();
        if (line.contains(':') && name.toLower() != "content-length" && name.toLower() != "host")
            request.setRawHeader(name, value);
    }
    return costOf(calls, parallel, [&](const std::function<void()> &next) {
        QNetworkReply *reply = network.post(request, body);
        QObject::connect(reply, &QNetworkReply::finished, reply, [reply, &next] {
            if (reply->error() != QNetworkReply::NoError || reply->readAll() != answer)
                fail(reply->errorString());
            reply->deleteLater();
            next();
        });
    });
}

// The fields of a head in any order, names in lower case.
QByteArrayList fieldsOf(const QByteArray &head)
{
    QByteArrayList fields;
    const QList<QByteArray> lines = head.trimmed().split('\n').sliced(1);
    for (const QByteArray &line : lines)
        fields.append(line.left(line.indexOf(':')).toLower() + ": " + line.mid(line.indexOf(':') + 1).trimmed());
    std::sort(fields.begin(), fields.end());
    return fields;
}

struct Side
{
    QString kind;
    QList<double> cost = {};
};

double median(QList<double> values) { return percentile(values, 0.5); }

} // namespace

// One process that calls and does nothing else: call KIND URL CALLS PARALLEL [HEAD in base64]
int call(const QStringList &arguments)
{
    const QUrl url(arguments.value(1));
    const int calls = arguments.value(2).toInt();
    const int parallel = arguments.value(3).toInt();
    if (calls < 1 || parallel < 1)
        return 2;
    const double cost = arguments.value(0) == u"client"
        ? clientCost(url, calls, parallel)
        : bareCost(url, QByteArray::fromBase64(arguments.value(4).toLatin1()), calls, parallel);
    std::printf("%.9f\n", cost);
    return 0;
}

int client(const QStringList &arguments)
{
    bool json = false;
    bool quick = false;
    for (const QString &a : arguments) {
        if (a == u"--json") {
            json = true;
        } else if (a == u"--quick") {
            quick = true;
        } else {
            std::fprintf(stderr, "antiphon-bench client: what is \"%s\"?\n", qPrintable(a));
            return 2;
        }
    }
    constexpr double target = 1.15;
    const int rounds = quick ? 1 : 7;
    const int calls = quick ? 300 : 4000;
    Child server;
    if (!server.startOwn({ QStringLiteral("fixed"), QStringLiteral("application/json"), QString::fromLatin1(answer.toBase64()) })) {
        std::fprintf(stderr, "antiphon-bench client: the server did not start\n");
        return 1;
    }
    const QString url = QStringLiteral("http://127.0.0.1:%1/rpc").arg(server.port());
    const auto costOfProcess = [&](const QString &kind, int count, int parallel, const QByteArray &head) {
        Child child;
        QProcess &process = child.process();
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QCoreApplication::applicationFilePath(),
            { QStringLiteral("call"), kind, url, QString::number(count), QString::number(parallel), QString::fromLatin1(head) });
        process.waitForFinished(60'000);
        return process.readAllStandardOutput().trimmed().toDouble();
    };
    // What goes out must be the same on both sides.
    costOfProcess(QStringLiteral("client"), 1, 1, {});
    const QByteArray head = server.ask("head");
    costOfProcess(QStringLiteral("bare"), 1, 1, head);
    const QByteArrayList ours = fieldsOf(QByteArray::fromBase64(head));
    const QByteArrayList theirs = fieldsOf(QByteArray::fromBase64(server.ask("head")));
    const bool sameHead = ours == theirs && !ours.isEmpty();
    if (!sameHead)
        std::fprintf(stderr, "the heads differ:\n%s\n---\n%s\n", ours.join('\n').constData(), theirs.join('\n').constData());

    QJsonArray results;
    bool failed = !sameHead;
    if (!json) {
        std::printf("%s; Qt %s\n%d rounds of %d calls in turns, each in a process of its own. Processor time of the client's process "
                    "(user and system), medians of the rounds.\n\n%-22s %12s %12s %7s\n",
            qPrintable(machine()), qVersion(), rounds, calls, "", "rpc::Client", "bare post", "ratio");
    }
    QList<Side> sides[2];
    const int parallel[2] = { 1, 16 };
    for (int s = 0; s < 2; ++s)
        sides[s] = { { QStringLiteral("client") }, { QStringLiteral("bare") } };
    for (int round = 0; round < rounds; ++round) {
        for (int s = 0; s < 2; ++s) {
            for (Side &side : sides[s])
                side.cost.append(costOfProcess(side.kind, calls, parallel[s], head));
        }
    }
    for (int s = 0; s < 2; ++s) {
        QList<double> ratios;
        for (int i = 0; i < rounds; ++i) {
            failed = failed || sides[s][0].cost[i] <= 0 || sides[s][1].cost[i] <= 0;
            ratios.append(sides[s][1].cost[i] > 0 ? sides[s][0].cost[i] / sides[s][1].cost[i] : 0);
        }
        const double ratio = median(ratios);
        const QString name = s == 0 ? QStringLiteral("one after another") : QStringLiteral("16 at a time");
        if (!json) {
            std::printf("%-22s %9.1f us %9.1f us %7.2f   target <= %.2f: %s\n", qPrintable(name), median(sides[s][0].cost) * 1e6,
                median(sides[s][1].cost) * 1e6, ratio, target, qPrintable(verdict(ratio, target)));
        }
        results.append(QJsonObject {
            { QStringLiteral("name"), name },
            { QStringLiteral("us_per_call"), median(sides[s][0].cost) * 1e6 },
            { QStringLiteral("us_per_bare_post"), median(sides[s][1].cost) * 1e6 },
            { QStringLiteral("ratio"), ratio },
            { QStringLiteral("target"), target },
            { QStringLiteral("verdict"), verdict(ratio, target) },
        });
    }
    if (json) {
        const QJsonObject all {
            { QStringLiteral("machine"), machine() },
            { QStringLiteral("qt"), QLatin1String(qVersion()) },
            { QStringLiteral("rounds"), rounds },
            { QStringLiteral("calls"), calls },
            { QStringLiteral("same_head"), sameHead },
            { QStringLiteral("results"), results },
        };
        std::printf("%s", QJsonDocument(all).toJson().constData());
    }
    return failed ? 1 : 0;
}

} // namespace bench
