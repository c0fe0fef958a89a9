// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "calling.h"

#include "../output.h"

#include <rpccore/client/trace.h>
#include <rpccore/json/valuetext.h>

#include <CLI/CLI.hpp>

#include <QElapsedTimer>
#include <QTimer>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace antiphon::cli {

namespace {

bool isTerminal()
{
#ifdef Q_OS_UNIX
    return ::isatty(STDERR_FILENO);
#else
    return false;
#endif
}

// Calls one method many times and tells how long that took.
class BenchCommand : public CallingCommand
{
public:
    explicit BenchCommand(CLI::App &app)
        : CallingCommand(app, "bench", "Call a method many times and print how long it took")
    {
        m_app.add_option("-n,--calls", m_calls, "how many calls are timed")
            ->check(CLI::Range(1, 10'000'000))
            ->capture_default_str();
        m_app.add_option("-c,--concurrency", m_concurrency, "how many are under way at a time")
            ->check(CLI::Range(1, 1000))
            ->capture_default_str();
        m_app.add_option("--warm-up", m_warmUp, "how many calls are made before, which do not count")
            ->check(CLI::Range(0, 1'000'000))
            ->capture_default_str();
        m_app.add_flag("--json", m_json, "print JSON");
    }

    void run(Finish finish) override
    {
        m_finish = std::move(finish);
        auto endpoint = m_options.endpoint();
        if (!endpoint)
            return m_finish(fail(endpoint.error()));
        if (m_app.count("METHOD") == 0) {
            complain(QStringLiteral("METHOD is missing"));
            return m_finish(ExitStatus::Usage);
        }
        if (const auto failed = readWords())
            return m_finish(fail(*failed));
        endpoint->target.connections = m_concurrency;
        logInTo(*endpoint, m_finish, [this] { connect(m_finish, [this] { start(); }); });
    }

    bool interrupt() override
    {
        if (!m_clock.isValid())
            return false; // nothing was timed yet
        tell();
        return true;
    }

private:
    void start()
    {
        const auto message = request();
        if (!message)
            return m_finish(fail(message.error()));
        m_request = *message;
        m_hasOwnId = m_app.count("--id") > 0;
        if (m_hasOwnId && m_concurrency > 1 && Endpoint::isTwoWay(m_endpoint.target.url)) {
            complain(QStringLiteral("calls with one --id cannot be told apart: -c 1 is the only choice"));
            return m_finish(ExitStatus::Usage);
        }
        m_durations.reserve(std::size_t(m_calls));
        warmUp(m_warmUp);
    }

    rpc::PendingCall send()
    {
        rpc::Request next = m_request;
        if (!m_hasOwnId)
            next.id = m_client->nextId();
        return m_client->send(next);
    }

    void warmUp(int left)
    {
        if (left == 0)
            return begin();
        send().onFinished(m_client.get(), [this, left](const rpc::Reply &reply) {
            if (!reply && reply.error().kind != rpc::ErrorKind::Remote)
                return m_finish(fail(reply.error()));
            warmUp(left - 1);
        });
    }

    void begin()
    {
        m_clock.start();
        if (isTerminal()) {
            QObject::connect(&m_progress, &QTimer::timeout, m_client.get(),
                [this] { std::fprintf(stderr, "\r%d / %d", m_done, m_calls); });
            m_progress.start(250);
        }
        for (int i = 0; i < m_concurrency; ++i)
            next();
    }

    void next()
    {
        if (m_begun == m_calls)
            return;
        ++m_begun;
        const qint64 since = m_clock.nsecsElapsed();
        send().onFinished(m_client.get(), [this, since](const rpc::Reply &reply) {
            if (m_isTold)
                return;
            ++m_done;
            if (reply) {
                m_durations.push_back(m_clock.nsecsElapsed() - since);
            } else {
                ++m_errors;
                if (!m_firstError)
                    m_firstError = reply.error();
            }
            m_done == m_calls ? tell() : next();
        });
    }

    void tell()
    {
        if (std::exchange(m_isTold, true))
            return;
        const double seconds = double(m_clock.nsecsElapsed()) / 1e9;
        if (m_progress.isActive())
            std::fprintf(stderr, "\r\033[K");
        m_progress.stop();
        std::sort(m_durations.begin(), m_durations.end());
        rpc::Struct times; // in microseconds; of none, nothing
        if (!m_durations.empty()) {
            const double sum = std::accumulate(m_durations.begin(), m_durations.end(), 0.0);
            const auto add = [&times](const char *name, double nanoseconds) {
                times.append(QString::fromLatin1(name), std::round(nanoseconds / 100) / 10);
            };
            add("min", double(m_durations.front()));
            add("mean", sum / double(m_durations.size()));
            add("p50", rank(50));
            add("p90", rank(90));
            add("p99", rank(99));
            add("max", double(m_durations.back()));
        }
        const double rate = seconds > 0 ? std::round(double(m_done) / seconds * 10) / 10 : 0;
        if (m_json)
            print(rpc::valuetext::toText(
                rpc::Struct { { QStringLiteral("method"), m_request.method },
                    { QStringLiteral("protocol"), rpc::protocolName(m_client->protocol()) },
                    { QStringLiteral("concurrency"), m_concurrency }, { QStringLiteral("calls"), m_done },
                    { QStringLiteral("errors"), m_errors },
                    { QStringLiteral("seconds"), std::round(seconds * 1e6) / 1e6 },
                    { QStringLiteral("callsPerSecond"), rate }, { QStringLiteral("microseconds"), times } },
                rpc::JsonWriter::Layout::Indented));
        else
            print(plain(times, seconds, rate));
        if (!m_firstError)
            return m_finish(ExitStatus::Success);
        complain(QStringLiteral("the first of %1 errors:").arg(m_errors));
        const ExitStatus status = fail(*m_firstError);
        m_finish(m_errors == m_done ? status : ExitStatus::Partial);
    }

    // The nearest rank: that many percent of the calls took no longer.
    double rank(int percent) const
    {
        const auto size = qint64(m_durations.size());
        return double(m_durations.at(std::size_t(qMax<qint64>(1, (size * percent + 99) / 100) - 1)));
    }

    QString plain(const rpc::Struct &times, double seconds, double rate) const
    {
        QString text = QStringLiteral("%1 calls of %2 over %3, %4 at a time, in %5 s\n%6 calls per second, %7 errors\n")
                           .arg(m_done)
                           .arg(m_request.method, rpc::protocolName(m_client->protocol()))
                           .arg(m_concurrency)
                           .arg(seconds, 0, 'f', 3)
                           .arg(rate, 0, 'f', 1)
                           .arg(m_errors);
        for (const rpc::Member &m : times) {
            const rpc::Trace::Microseconds time(qRound64(m.value.toDouble().value_or(0)));
            text += QStringLiteral("%1  %2\n").arg(m.name, -4).arg(rpc::durationText(time));
        }
        return text;
    }

    int m_calls = 1000;
    int m_concurrency = 1;
    int m_warmUp = 1;
    bool m_json = false;
    bool m_hasOwnId = false;
    Finish m_finish;
    rpc::Request m_request;
    QElapsedTimer m_clock;
    QTimer m_progress;
    std::vector<qint64> m_durations; // of the calls with a result, in nanoseconds
    int m_begun = 0;
    int m_done = 0;
    int m_errors = 0;
    bool m_isTold = false;
    std::optional<rpc::Error> m_firstError;
};

} // namespace

std::unique_ptr<Command> makeBenchCommand(CLI::App &app) { return std::make_unique<BenchCommand>(app); }

} // namespace antiphon::cli
