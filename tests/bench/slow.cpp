// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "child.h"
#include "load.h"
#include "measure.h"
#include "sockets.h"
#include "subcommands.h"

#include <QElapsedTimer>

#include <atomic>
#include <cstdio>
#include <poll.h>
#include <thread>
#include <vector>

namespace bench {

namespace {

const QByteArray addCall = "{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[2,3],\"id\":1}";
const QByteArray textCall = "{\"jsonrpc\":\"2.0\",\"method\":\"text\",\"params\":[200000],\"id\":1}";

QByteArray request(const QByteArray &body) { return postRequest("/rpc", "application/json", body); }

// One client that calls, waits for the answer, thinks for two milliseconds, and calls again.
struct NormalClient
{
    QList<double> milliseconds;
    int failed = 0;

    void run(Link &link, double seconds)
    {
        const QByteArray bytes = request(addCall);
        QElapsedTimer clock;
        clock.start();
        while (double(clock.elapsed()) < seconds * 1000) {
            QElapsedTimer since;
            since.start();
            QByteArray received;
            std::optional<PlainAnswer> answer;
            bool open = link.isOpen() && link.send(bytes) == bytes.size();
            while (open && !answer && since.elapsed() < 5000) {
                if (link.wait(1000))
                    open = link.receive(received);
                answer = takeAnswer(received);
            }
            milliseconds.append(double(since.nsecsElapsed()) * 1e-6);
            if (!answer || answer->status != 200 || !answer->body.contains("\"result\":5"))
                ++failed;
            ::poll(nullptr, 0, 2);
        }
    }
};

// A third sends half a head and no more, a third one byte a second, a third asks for much and reads nothing. Who is
// turned out comes back.
class SlowClients
{
public:
    SlowClients(quint16 port, int count)
        : m_thread([this, port, count] { run(port, count); })
    {
    }
    ~SlowClients()
    {
        m_stop = true;
        m_thread.join();
    }
    int open() const { return m_open; }
    qint64 turnedOut() const { return m_turnedOut; }

private:
    struct Slow
    {
        Link link;
        qsizetype sent = 0;
    };

    void run(quint16 port, int count)
    {
        const QByteArray head = request(addCall);
        const QByteArray much = request(textCall).repeated(50);
        std::vector<Slow> all(static_cast<size_t>(count));
        QElapsedTimer clock;
        clock.start();
        for (int round = 0; !m_stop; ++round) {
            int open = 0;
            for (size_t i = 0; i < all.size() && !m_stop; ++i) {
                Slow &s = all[i];
                const bool gone = s.link.isOpen() && i % 3 != 2 && s.link.wait(0); // only a refusal or the end can come
                if (gone) {
                    ++m_turnedOut;
                    s.link.close();
                }
                if (!s.link.isOpen()) {
                    s.link = Link(port, 2 + int(i % 3));
                    s.sent = 0;
                    if (!s.link.isOpen())
                        continue;
                    if (i % 3 == 0)
                        s.link.send(head.left(head.size() / 3));
                }
                ++open;
                if (i % 3 == 1 && s.sent < head.size() - 1)
                    s.link.send(head.mid(s.sent++, 1));
                if (i % 3 == 2 && s.sent < much.size()) {
                    const qint64 n = s.link.send(much, s.sent);
                    s.sent += qMax<qint64>(n, 0);
                    if (n < 0) {
                        ++m_turnedOut;
                        s.link.close();
                    }
                }
            }
            m_open = open;
            const qint64 next = (round + 1) * 1000;
            while (!m_stop && clock.elapsed() < next)
                ::poll(nullptr, 0, 20);
        }
    }

    std::atomic<bool> m_stop = false;
    std::atomic<int> m_open = 0;
    std::atomic<qint64> m_turnedOut = 0;
    std::thread m_thread;
};

bool waitFor(const std::function<bool()> &fact, int milliseconds)
{
    QElapsedTimer clock;
    clock.start();
    while (!fact()) {
        if (clock.elapsed() > milliseconds)
            return false;
        ::poll(nullptr, 0, 20);
    }
    return true;
}

bool slowClients(bool quick)
{
    constexpr int count = 1000;
    constexpr double allowed = 50; // milliseconds
    Child server;
    if (!server.startOwn({ QStringLiteral("rpc"), QStringLiteral("--connections"), QString::number(count + 100) }))
        return false;
    const int descriptors = server.ask("fds").toInt();
    NormalClient unloaded;
    NormalClient loaded;
    bool came = false;
    qint64 turnedOut = 0;
    qint64 resident = 0;
    {
        Link link(server.port());
        unloaded.run(link, quick ? 2 : 5);
        SlowClients slow(server.port(), count);
        came = waitFor([&] { return slow.open() == count; }, 60'000);
        loaded.run(link, quick ? 5 : 20);
        turnedOut = slow.turnedOut();
        resident = server.ask("rss").toLongLong();
    }
    const double before = percentile(unloaded.milliseconds, 0.99);
    const double after = percentile(loaded.milliseconds, 0.99);
    const bool clean = waitFor([&] { return server.ask("sessions") == "0" && server.ask("fds").toInt() <= descriptors; }, 10'000);
    const int failed = unloaded.failed + loaded.failed;
    std::printf("%d slow connections (half a head, a byte a second, answers not read), a normal client beside them:\n"
                "  p50 %.2f ms, p99 %.2f ms without them, p50 %.2f ms, p99 %.2f ms with them (%lld calls, %d failed)\n"
                "  %.1f ms more at p99, allowed %.0f: %s; %lld were turned out and came back; resident %.1f MB; %s\n",
        count, percentile(unloaded.milliseconds, 0.5), before, percentile(loaded.milliseconds, 0.5), after,
        static_cast<long long>(loaded.milliseconds.size()), failed, after - before, allowed, after - before < allowed ? "met" : "MISSED",
        static_cast<long long>(turnedOut), double(resident) * 1e-6, clean ? "nothing is left" : "CONNECTIONS OR DESCRIPTORS ARE LEFT");
    return came && clean && failed == 0 && after - before < allowed;
}

bool tooManyConnections(bool quick)
{
    constexpr int count = 10'000;
    if (raiseDescriptorLimit() < count + 200) {
        std::printf("%d idle connections: not measured, the system permits only %d descriptors\n", count, raiseDescriptorLimit());
        return true;
    }
    bool good = true;
    Child limited; // with the default limits
    if (!limited.startOwn({ QStringLiteral("rpc") }))
        return false;
    {
        const QByteArray call = request(addCall);
        std::vector<Link> inside = idleConnections(limited.port(), 1000, call);
        int refused = 0;
        int otherwise = 0;
        for (int i = int(inside.size()); i < count; ++i) {
            Link link(limited.port());
            QByteArray received;
            std::optional<PlainAnswer> answer;
            bool open = link.isOpen();
            while (open && !answer && link.wait(2000)) { // that it closes as well is for tst_hostile to see
                open = link.receive(received);
                answer = takeAnswer(received, !open);
            }
            ++(answer && answer->status == 503 && answer->closes && received.isEmpty() ? refused : otherwise);
        }
        NormalClient normal;
        if (!inside.empty())
            normal.run(inside[0], 1);
        std::printf("%d idle connections, limit 1000: %zu let in, %d refused with 503, %d otherwise; a client inside made %lld calls, %d failed\n",
            count, inside.size(), refused, otherwise, static_cast<long long>(normal.milliseconds.size()), normal.failed);
        good = otherwise == 0 && normal.failed == 0 && inside.size() == 1000;
    }
    const bool again = waitFor([&] { return exchangeOnce(limited.port(), request(addCall)).status == 200; }, 10'000);
    if (!again)
        std::printf("  NOBODY IS SERVED after they have gone\n");

    // Quick: Qt asks the system about every connection each time that one of them has something to say, so ten thousand
    // take a while to make.
    const int many = quick ? 2000 : count;
    Child large;
    if (!large.startOwn({ QStringLiteral("rpc"), QStringLiteral("--connections"), QString::number(many + 100) }))
        return false;
    Link link(large.port());
    NormalClient alone;
    alone.run(link, 1);
    const qint64 before = large.ask("rss").toLongLong();
    const std::vector<Link> links = idleConnections(large.port(), many, request(addCall));
    const qint64 after = large.ask("rss").toLongLong();
    NormalClient among;
    among.run(link, 1);
    std::printf("%zu idle connections, limit %d: %lld bytes resident each; a normal client: p50 %.2f ms without them, %.2f ms with them, %d failed\n",
        links.size(), many + 100, static_cast<long long>(links.empty() ? 0 : (after - before) / qint64(links.size())),
        percentile(alone.milliseconds, 0.5), percentile(among.milliseconds, 0.5), alone.failed + among.failed);
    return good && again && alone.failed + among.failed == 0 && links.size() == size_t(many);
}

} // namespace

int slow(const QStringList &arguments)
{
    bool quick = false;
    for (const QString &a : arguments) {
        if (a != u"--quick") {
            std::fprintf(stderr, "antiphon-bench slow: what is \"%s\"?\n", qPrintable(a));
            return 2;
        }
        quick = true;
    }
    raiseDescriptorLimit();
    std::printf("%s; Qt %s\n", qPrintable(machine()), qVersion());
    const bool slowIsFine = slowClients(quick);
    const bool manyAreFine = tooManyConnections(quick);
    return slowIsFine && manyAreFine ? 0 : 1;
}

} // namespace bench
