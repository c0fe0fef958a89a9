// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "child.h"
#include "sockets.h"
#include "subcommands.h"

#include <rpccore/httpserver/httplistener.h>
#include <rpccore/script/scripthost.h>
#include <rpccore/server/server.h>
#include <rpccore/server/session.h>
#include <rpccore/server/streamlistener.h>

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QTcpServer>
#include <QThreadPool>
#include <QTimer>

#ifdef ANTIPHON_HAVE_HTTPSERVER
#include <QHttpServer>
#endif

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <cstdio>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

// What is measured, each in a process of its own. A server says its port, then answers questions on its standard input:
// cpu (seconds so far), rss (resident bytes), allocated, fds (open descriptors). It ends with its input.

namespace bench {

using namespace rpc;

namespace {

void say(const QByteArray &line)
{
    std::printf("%s\n", line.constData());
    std::fflush(stdout);
}

QByteArray measured(const QByteArray &question)
{
    if (question == "cpu")
        return QByteArray::number(ownCpuSeconds(), 'f', 6);
    if (question == "rss")
        return QByteArray::number(residentBytes());
    if (question == "allocated")
        return QByteArray::number(allocatedBytes());
    if (question == "fds")
        return QByteArray::number(openDescriptors());
    return {};
}

// Answers the questions of the parent until there is none any more.
int serveUntilInputEnds(const std::function<QByteArray(const QByteArray &)> &more = {})
{
    QSocketNotifier input(STDIN_FILENO, QSocketNotifier::Read);
    QByteArray pending;
    QObject::connect(&input, &QSocketNotifier::activated, &input, [&] {
        char part[256];
        const ssize_t got = ::read(STDIN_FILENO, part, sizeof part);
        if (got <= 0)
            return QCoreApplication::exit(0);
        pending.append(part, got);
        for (qsizetype end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
            const QByteArray question = pending.left(end);
            pending.remove(0, end + 1);
            QByteArray answer = measured(question);
            if (answer.isEmpty() && more)
                answer = more(question);
            say(answer.isEmpty() ? QByteArray("?") : answer);
        }
    });
    return QCoreApplication::exec();
}

int option(const QStringList &arguments, const QString &name, int fallback)
{
    const qsizetype at = arguments.indexOf(name);
    return at < 0 ? fallback : arguments.value(at + 1).toInt();
}

void addMethods(Server &server)
{
    server.registry().add(QStringLiteral("add"), [](int a, int b) { return a + b; });
    server.registry().add(QStringLiteral("text"), [](int length) { return QString(length, u'x'); });
}

// Methods of every kind, a script among them.
void addMoreMethods(Server &server)
{
    Registry &registry = server.registry();
    registry.add(QStringLiteral("fail"), []() -> Result<int> { return Error::application(7, QStringLiteral("as asked")); });
    registry.addRaw({ QStringLiteral("slow"), {}, {}, false },
        [&server](const CallContext &, const Params &params, const ReplyHandle &reply) {
            const int ms = int(params.positional().value(0).toInteger().value_or(0));
            QTimer::singleShot(ms, &server, [reply, ms] { reply.resolve(ms); });
        });
    registry.addRaw({ QStringLiteral("elsewhere"), {}, {}, false },
        [](const CallContext &, const Params &, const ReplyHandle &reply) {
            QThreadPool::globalInstance()->start([reply] { reply.resolve(QStringLiteral("from a thread")); });
        });
    registry.addRaw({ QStringLiteral("askBack"), {}, {}, false },
        [&server](const CallContext &context, const Params &params, const ReplyHandle &reply) {
            Session *const session = server.session(context.session);
            if (!session)
                return reply.reject(Error::application(1, QStringLiteral("nobody to ask")));
            session->client().call(QStringLiteral("double"), params).onFinished(session, [reply](const Reply &answer) {
                reply.answer(answer);
            });
        });
    registry.addRaw({ QStringLiteral("drop"), {}, {}, false }, [](const CallContext &, const Params &, const ReplyHandle &) {});
}

// So that a level of resident memory can be told to two per cent: with an arena for each thread, what one allocates and
// another frees leaves pages half empty, a megabyte more or less, and the size from which blocks are mapped moves.
void steadyAllocator()
{
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 128 * 1024);
    mallopt(M_TRIM_THRESHOLD, 128 * 1024);
#endif
}

int serveRpc(const QStringList &arguments, bool everything)
{
    raiseDescriptorLimit();
    Server server;
    addMethods(server);
    std::unique_ptr<ScriptHost> script;
    if (everything) {
        steadyAllocator();
        QThreadPool::globalInstance()->setMaxThreadCount(1); // each thread has a descriptor
        QThreadPool::globalInstance()->setExpiryTimeout(-1);
        addMoreMethods(server);
        script = std::make_unique<ScriptHost>(server.registry());
        bool loaded = false;
        script->load(QStringLiteral("soak.js"),
            QStringLiteral("rpc.method('script.sum', function (n) { var s = 0; for (var i = 1; i <= n; ++i) s += i; return s; });\n"
                           "rpc.method('script.broken', function () { return nothing.at.all; });\n"
                           "rpc.method('script.error', function () { throw rpc.error(9, 'as asked', [1]); });\n"),
            [&](const Result<QStringList> &names) {
                if (!names)
                    std::fprintf(stderr, "%s\n", qPrintable(names.error().toString()));
                loaded = true;
            });
        while (!loaded)
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
    auto *http = server.addListener(std::make_unique<HttpListener>());
    HttpOptions options;
    options.limits.connections = option(arguments, QStringLiteral("--connections"), options.limits.connections);
    options.limits.connectionsPerHost = qMax(options.limits.connectionsPerHost, options.limits.connections);
    options.limits.inFlight = qMax(options.limits.inFlight, options.limits.connections);
    options.limits.idleTime = std::chrono::milliseconds(option(arguments, QStringLiteral("--idle"), 60'000));
    const auto port = http->listen(options);
    if (!port) {
        std::fprintf(stderr, "%s\n", qPrintable(port.error().message));
        return 1;
    }
    quint16 streamPort = 0;
    if (everything) {
        const auto bound = server.addListener(std::make_unique<StreamListener>())->listen({});
        streamPort = bound ? quint16(bound->port()) : 0;
    }
    say("port " + QByteArray::number(*port));
    return serveUntilInputEnds([&](const QByteArray &question) {
        if (question == "streams")
            return QByteArray::number(streamPort);
        // Requests of HTTP, and the sessions of WebSockets and streams.
        return question == "sessions" ? QByteArray::number(server.sessions().size()) : QByteArray();
    });
}

#ifdef ANTIPHON_HAVE_HTTPSERVER
// What a program gets that uses QtHttpServer as it is: one route and one byte array. `type` empty: Qt looks at the
// bytes and guesses.
int serveRoute(const QByteArray &type, const QByteArray &body)
{
    raiseDescriptorLimit();
    QHttpServer server;
    if (type.isEmpty())
        server.route(QStringLiteral("/rpc"), QHttpServerRequest::Method::Post, [body] { return body; });
    else
        server.route(QStringLiteral("/rpc"), QHttpServerRequest::Method::Post,
            [type, body] { return QHttpServerResponse(type, body); });
    auto *tcp = new QTcpServer(&server);
    if (!tcp->listen(QHostAddress::LocalHost))
        return 1;
    server.bind(tcp);
    say("port " + QByteArray::number(tcp->serverPort()));
    return serveUntilInputEnds();
}
#else
int serveRoute(const QByteArray &, const QByteArray &) { return 3; }
#endif

// Answers every request with the same bytes and thinks about nothing, so that all that costs is the client.
int serveFixed(const QByteArray &type, const QByteArray &body)
{
    const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Type: " + type
        + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\nConnection: keep-alive\r\n\r\n" + body;
    QTcpServer server; // for its port only; what comes is accepted below
    if (!server.listen(QHostAddress::LocalHost))
        return 1;
    server.pauseAccepting();
    say("port " + QByteArray::number(server.serverPort()));
    struct Peer
    {
        int fd;
        QByteArray received;
    };
    std::vector<Peer> peers;
    QByteArray lastHead;
    const int listening = int(server.socketDescriptor());
    for (;;) {
        std::vector<pollfd> polled { { STDIN_FILENO, POLLIN, 0 }, { listening, POLLIN, 0 } };
        for (const Peer &p : peers)
            polled.push_back({ p.fd, POLLIN, 0 });
        if (::poll(polled.data(), polled.size(), -1) < 0)
            return 1;
        for (size_t i = peers.size(); i-- > 0;) {
            if (!polled[i + 2].revents)
                continue;
            Peer &p = peers[i];
            char part[65536];
            const ssize_t got = ::read(p.fd, part, sizeof part);
            if (got <= 0) {
                ::close(p.fd);
                peers.erase(peers.begin() + long(i));
                continue;
            }
            p.received.append(part, got);
            for (qsizetype end = p.received.indexOf("\r\n\r\n"); end >= 0; end = p.received.indexOf("\r\n\r\n")) {
                const qsizetype at = p.received.left(end).toLower().indexOf("\r\ncontent-length:");
                const qsizetype length = at < 0 ? 0 : p.received.mid(at + 17, 20).split('\r').constFirst().trimmed().toLongLong();
                if (p.received.size() < end + 4 + length)
                    break;
                lastHead = p.received.left(end + 4);
                p.received.remove(0, end + 4 + length);
                if (::write(p.fd, answer.constData(), size_t(answer.size())) < 0)
                    break;
            }
        }
        if (polled[1].revents) {
            if (const int fd = ::accept(listening, nullptr, nullptr); fd >= 0)
                peers.push_back({ fd, {} });
        }
        if (polled[0].revents) {
            char part[256];
            const ssize_t got = ::read(STDIN_FILENO, part, sizeof part);
            if (got <= 0)
                return 0;
            say(QByteArray(part, got).startsWith("head") ? lastHead.toBase64() : measured(QByteArray(part, got).trimmed()));
        }
    }
}

} // namespace

int serve(const QStringList &arguments)
{
    const QString kind = arguments.value(0);
    if (kind == u"rpc")
        return serveRpc(arguments, false);
    if (kind == u"soak")
        return serveRpc(arguments, true);
    const QByteArray type = arguments.value(1).toLatin1();
    const QByteArray body = QByteArray::fromBase64(arguments.value(2).toLatin1());
    if (kind == u"route")
        return serveRoute(type, body);
    if (kind == u"fixed")
        return serveFixed(type, body);
    return 2;
}

} // namespace bench
