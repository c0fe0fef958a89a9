// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "badclients.h"
#include "badsessions.h"
#include "child.h"
#include "measure.h"
#include "sockets.h"
#include "subcommands.h"

#include <rpccore/client/client.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/duplex/streamtransport.h>
#include <rpccore/duplex/websockettransport.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/memorytells.h>

#include <QCoreApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <poll.h>
#include <vector>

namespace bench {

using namespace rpc;

namespace {

struct Counts
{
    qint64 calls = 0;
    qint64 expectedErrors = 0;
    qint64 failed = 0; ///< without the answer that was due
    qint64 cancelled = 0;
    QString firstFailure;

    void fail(const QString &what)
    {
        ++failed;
        if (firstFailure.isEmpty())
            firstFailure = what;
    }
};

// Over a WebSocket or a stream, which the server can call back; null for an address of HTTP.
std::unique_ptr<ChannelTransport> channelTransport(const QUrl &url)
{
    std::unique_ptr<ChannelTransport> made;
    if (url.scheme() == u"ws") {
        WebSocketTarget target;
        target.url = url;
        made = std::make_unique<WebSocketTransport>(target);
    } else if (const auto target = StreamTarget::fromUrl(url); StreamTarget::isScheme(url.scheme()) && target) {
        made = std::make_unique<StreamTransport>(*target);
    } else {
        return nullptr;
    }
    made->registry().add(QStringLiteral("double"), [](int n) { return 2 * n; });
    return made;
}

// Makes calls of every kind, a few at a time, and knows what each has to give.
class GoodClient : public QObject
{
public:
    GoodClient(const QUrl &url, bool xml, quint32 seed, Counts &counts)
        : m_url(url)
        , m_client(transport(url), codec(xml))
        , m_isXml(xml)
        , m_isDuplex(channelTransport(url) != nullptr)
        , m_random(seed)
        , m_counts(counts)
    {
        resume();
    }

    void pause() { m_stopping = true; }
    void resume()
    {
        m_stopping = false;
        while (m_underWay < 4)
            next();
    }
    bool isIdle() const { return m_underWay == 0; }

private:
    static std::unique_ptr<ClientTransport> transport(const QUrl &url)
    {
        if (auto duplex = channelTransport(url))
            return duplex;
        HttpTarget target;
        target.url = url;
        return std::make_unique<HttpTransport>(target);
    }
    static std::shared_ptr<const Codec> codec(bool xml)
    {
        if (xml)
            return std::make_shared<XmlRpcCodec>();
        return std::make_shared<JsonRpcCodec>();
    }

    void done()
    {
        --m_underWay;
        QTimer::singleShot(0, this, [this] { // not from in here: an answer may come at once
            if (!m_stopping && m_underWay < 4)
                next();
        });
    }

    void expect(const QString &method, const Params &params, const std::function<bool(const Reply &)> &isRight)
    {
        m_client.call(method, params).onFinished(this, [this, method, isRight](const Reply &reply) {
            ++m_counts.calls;
            if (!isRight(reply))
                m_counts.fail(method + QStringLiteral(": ") + (reply ? QStringLiteral("a wrong result") : reply.error().toString()));
            else if (!reply)
                ++m_counts.expectedErrors;
            done();
        });
    }

    static auto equals(qint64 n)
    {
        return [n](const Reply &r) { return r && r->toInteger() == n; };
    }
    static auto isError(int code)
    {
        return [code](const Reply &r) { return !r && r.error().kind == ErrorKind::Remote && r.error().code == code; };
    }

    void next()
    {
        ++m_underWay;
        const int a = m_random.bounded(1000);
        const int b = m_random.bounded(1000);
        switch (m_random.bounded(m_isDuplex ? 18 : 14)) {
        case 0: {
            const int length = m_random.bounded(300'000);
            return expect(QStringLiteral("text"), Array { length }, [length](const Reply &r) {
                const QString *text = r ? r->get<QString>() : nullptr;
                return text && text->size() == length;
            });
        }
        case 1:
            return expect(QStringLiteral("slow"), Array { a % 50 }, equals(a % 50));
        case 2:
            return expect(QStringLiteral("elsewhere"), {}, [](const Reply &r) { return r && r->get<QString>(); });
        case 3:
            return expect(QStringLiteral("script.sum"), Array { a }, equals(qint64(a) * (a + 1) / 2));
        case 4:
            return expect(QStringLiteral("script.broken"), {}, isError(-32603));
        case 5:
            return expect(QStringLiteral("script.error"), {}, isError(9));
        case 6:
            return expect(QStringLiteral("fail"), {}, isError(7));
        case 7:
            return expect(QStringLiteral("drop"), {}, isError(-32603));
        case 8:
            return expect(QStringLiteral("nobody.knows"), {}, isError(-32601));
        case 9:
            return expect(QStringLiteral("add"), Array { QStringLiteral("x"), 1 }, isError(-32602));
        case 10:
            return several(a, b);
        case 11: // given up
            m_abandoned = m_client.call(QStringLiteral("slow"), Array { 1000 });
            QTimer::singleShot(a % 20, this, [this] {
                m_abandoned = {};
                ++m_counts.cancelled;
                done();
            });
            return;
        case 12:
            if (!m_isXml) {
                m_client.notify(QStringLiteral("add"), Array { a, b }).onFinished(this, [this](const Reply &reply) {
                    ++m_counts.calls;
                    if (!reply)
                        m_counts.fail(QStringLiteral("notification: ") + reply.error().toString());
                    done();
                });
                return;
            }
            [[fallthrough]];
        default:
            return expect(QStringLiteral("add"), Array { a, b }, equals(a + b));
        case 14: // the server calls back before it answers
        case 15:
            return expect(QStringLiteral("askBack"), Array { a }, equals(2 * a));
        case 16:
            return again(a, b);
        case 17:
            return hangUp(a % 20);
        }
    }

    // A connection of its own, that is closed and made again.
    void again(int a, int b)
    {
        auto made = channelTransport(m_url);
        auto *transport = made.get();
        const auto client = std::make_shared<Client>(std::move(made), codec(false));
        client->call(QStringLiteral("askBack"), Array { a }).onFinished(this, [=, this](const Reply &first) {
            ++m_counts.calls;
            if (!equals(2 * a)(first))
                m_counts.fail(QStringLiteral("askBack on a new connection: ") + (first ? QString() : first.error().toString()));
            connect(transport, &ChannelTransport::closed, this, [=, this] {
                transport->disconnect(this);
                client->call(QStringLiteral("add"), Array { a, b }).onFinished(this, [=, this](const Reply &second) {
                    ++m_counts.calls;
                    if (!equals(a + b)(second))
                        m_counts.fail(QStringLiteral("add after a connection was made again: ") + (second ? QString() : second.error().toString()));
                    QTimer::singleShot(0, this, [client] {}); // keeps it until nothing of it runs any more
                    done();
                });
            }, Qt::QueuedConnection);
            transport->close();
        });
    }

    // Gone while two calls are under way, one of them after it was called back.
    void hangUp(int milliseconds)
    {
        auto client = std::make_shared<Client>(channelTransport(m_url), codec(false));
        client->call(QStringLiteral("slow"), Array { 1000 });
        client->call(QStringLiteral("askBack"), Array { 1 });
        QTimer::singleShot(milliseconds, this, [this, client]() mutable {
            client.reset();
            ++m_counts.cancelled;
            done();
        });
    }

    // A batch, or a multicall.
    void several(int a, int b)
    {
        const auto check = [this, a, b](const BatchReply &reply) {
            ++m_counts.calls;
            const auto &r = reply.replies;
            const bool right = r.size() >= 2 && r[0] && *r[0] && (**r[0]).toInteger() == a + b && r[1] && !*r[1];
            if (!right)
                m_counts.fail(m_isXml ? QStringLiteral("multicall") : QStringLiteral("batch"));
            done();
        };
        if (m_isXml) {
            m_client.multicall({ { QStringLiteral("add"), Array { a, b } }, { QStringLiteral("fail"), {} } }).onFinished(this, check);
        } else {
            Batch batch = m_client.batch();
            batch.call("add", Array { a, b }).call("fail").notify("add", Array { 1, 1 });
            m_client.send(batch).onFinished(this, check);
        }
    }

    QUrl m_url;
    Client m_client;
    bool m_isXml;
    bool m_isDuplex;
    QRandomGenerator m_random;
    Counts &m_counts;
    PendingCall m_abandoned;
    int m_underWay = 0;
    bool m_stopping = false;
};

} // namespace

int soak(const QStringList &arguments)
{
    int seconds = 60;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        if (arguments[i] == u"--seconds" && arguments.value(i + 1).toInt() >= 13) {
            seconds = arguments[++i].toInt();
        } else {
            std::fprintf(stderr, "antiphon-bench soak: what is \"%s\"? (--seconds: 13 and more)\n", qPrintable(arguments[i]));
            return 2;
        }
    }
    raiseDescriptorLimit();
    Child server;
    if (!server.startOwn({ QStringLiteral("soak"), QStringLiteral("--idle"), QStringLiteral("5000") })) {
        std::fprintf(stderr, "antiphon-bench soak: the server did not start\n");
        return 1;
    }
    std::printf("%s; Qt %s\n", qPrintable(machine()), qVersion());
    const QUrl url(QStringLiteral("http://127.0.0.1:%1/rpc").arg(server.port()));
    const QUrl socketUrl(QStringLiteral("ws://127.0.0.1:%1/rpc").arg(server.port()));
    const quint16 streamPort = server.ask("streams").toUShort();
    const auto elsewhere = postRequest("/rpc", "application/json", "{\"jsonrpc\":\"2.0\",\"method\":\"elsewhere\",\"id\":1}");
    exchangeOnce(server.port(), elsewhere); // its pool of threads stays
    const auto run = [](int milliseconds) { // the event loop
        QTimer::singleShot(milliseconds, qApp, [] { QCoreApplication::exit(0); });
        QCoreApplication::exec();
    };
    const auto noSessions = [&] {
        QElapsedTimer clock;
        clock.start();
        do {
            if (clock.elapsed() > 15'000 || !server.isRunning())
                return false;
            run(50); // sockets of clients that have gone take their leave meanwhile
        } while (server.ask("sessions") != "0");
        run(50); // the last of them
        return true;
    };
    noSessions();
    const int descriptors = server.ask("fds").toInt();
    const double allocatedAlone = server.ask("allocated").toDouble();
    Counts counts;
    bool alive = true;
    qint64 early = -1;
    qint64 late = -1;
    qint64 allocatedEarly = -1;
    qint64 allocatedLate = -1;
    qint64 hangUps = 0;
    qint64 badRequests = 0;
    qint64 wrong = 0;
    qint64 sessionHangUps = 0;
    qint64 badFrames = 0;
    qint64 wrongFrames = 0;
    QByteArray firstWrong;
    {
        std::vector<std::unique_ptr<GoodClient>> clients;
        for (quint32 i = 0; i < 6; ++i)
            clients.push_back(std::make_unique<GoodClient>(url, i % 3 == 2, i + 1, counts));
        clients.push_back(std::make_unique<GoodClient>(socketUrl, false, 7, counts));
        clients.push_back(std::make_unique<GoodClient>(socketUrl, false, 8, counts));
        quint32 seed = 9;
        for (const char *framing : { "newline", "lsp", "netstring", "bare" })
            clients.push_back(std::make_unique<GoodClient>(
                QUrl(QStringLiteral("tcp+%1://127.0.0.1:%2").arg(QLatin1String(framing)).arg(streamPort)), false, seed++, counts));
        BadClients bad(server.port());
        BadSessions badSessions(server.port(), streamPort);
        // With everybody at rest: answers on their way are no growth. The least of two seconds.
        const auto level = [&] {
            for (const auto &c : clients)
                c->pause();
            bad.pause();
            badSessions.pause();
            QElapsedTimer clock;
            clock.start();
            const auto allIdle = [&] { return std::all_of(clients.begin(), clients.end(), [](const auto &c) { return c->isIdle(); }); };
            while (!allIdle() && clock.elapsed() < 10'000)
                run(20);
            if (!allIdle())
                counts.fail(QStringLiteral("calls without an end"));
            run(2500); // methods whose clients have gone; for two seconds they may be clients that wait with one side closed
            qint64 least = server.ask("rss").toLongLong();
            for (int i = 0; i < 10; ++i) {
                run(200);
                least = qMin(least, server.ask("rss").toLongLong());
            }
            return least;
        };
        for (int second = 1; second <= seconds && alive; ++second) {
            run(1000);
            alive = server.isRunning();
            std::printf("%5d s  %7.2f MB  %4d descriptors  %8lld calls  %lld failed\n", second, server.ask("rss").toDouble() * 1e-6,
                server.ask("fds").toInt(), static_cast<long long>(counts.calls), static_cast<long long>(counts.failed));
            std::fflush(stdout);
            if (second == 10) {
                early = level();
                allocatedEarly = server.ask("allocated").toLongLong();
                for (const auto &c : clients)
                    c->resume();
                bad.resume();
                badSessions.resume();
            }
        }
        late = level();
        allocatedLate = server.ask("allocated").toLongLong();
        bad.stop();
        badSessions.stop();
        hangUps = bad.hangUps();
        badRequests = bad.badRequests();
        wrong = bad.wrong();
        sessionHangUps = badSessions.hangUps();
        badFrames = badSessions.badFrames();
        wrongFrames = badSessions.wrong();
        firstWrong = badSessions.firstWrong();
    }
    const bool drained = noSessions();
    const int left = server.ask("fds").toInt() - descriptors;
    const double growth = early > 0 ? (double(late) / double(early) - 1) * 100 : 0;
    const bool grows = memoryTells && early > 0 && growth >= 2;
    std::printf("\n%lld calls (%lld errors as asked for), %lld given up, %lld hang-ups, %lld bad requests\n"
                "sessions: %lld hang-ups, %lld of garbage\n"
                "failed calls: %lld%s%s; wrong answers to bad requests: %lld, to garbage in sessions: %lld%s%s\n"
                "resident at rest after 10 s %.2f MB, at the end %.2f MB: %+.2f %% (fails at 2 %%); allocated %.3f and %.3f MB;\n"
                "  without any client %.3f MB before, %.3f MB after\n"
                "descriptors left: %d; connections left: %s\n",
        static_cast<long long>(counts.calls), static_cast<long long>(counts.expectedErrors), static_cast<long long>(counts.cancelled),
        static_cast<long long>(hangUps), static_cast<long long>(badRequests), static_cast<long long>(sessionHangUps),
        static_cast<long long>(badFrames), static_cast<long long>(counts.failed),
        counts.firstFailure.isEmpty() ? "" : ", the first: ", qPrintable(counts.firstFailure), static_cast<long long>(wrong),
        static_cast<long long>(wrongFrames), firstWrong.isEmpty() ? "" : ", the first: ", firstWrong.constData(),
        double(early) * 1e-6, double(late) * 1e-6, growth, double(allocatedEarly) * 1e-6,
        double(allocatedLate) * 1e-6, allocatedAlone * 1e-6, server.ask("allocated").toDouble() * 1e-6, left, drained ? "none" : "SOME");
    if (left > 0) {
        const QDir descriptorsLeft(QStringLiteral("/proc/%1/fd").arg(server.pid()));
        for (const QFileInfo &f : descriptorsLeft.entryInfoList(QDir::AllEntries | QDir::System | QDir::NoDotAndDotDot))
            std::printf("  %s %s\n", qPrintable(f.fileName()), qPrintable(QFile::symLinkTarget(f.filePath())));
    }
    const bool good = alive && !grows && counts.failed == 0 && wrong == 0 && wrongFrames == 0 && badFrames > 0 && left <= 0 && drained && early > 0 && counts.calls > 0;
    std::printf("%s\n", good ? "passed" : "FAILED");
    return good ? 0 : 1;
}

} // namespace bench
