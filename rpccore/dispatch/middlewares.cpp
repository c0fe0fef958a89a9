// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "middlewares.h"

#include <rpccore/core/logging.h>
#include <rpccore/dispatch/authorization.h>
#include <rpccore/json/valuetext.h>

#include <QElapsedTimer>
#include <QHash>

#include <atomic>
#include <cmath>
#include <deque>
#include <vector>

namespace rpc {

namespace {

class FunctionMiddleware : public Middleware
{
public:
    explicit FunctionMiddleware(MiddlewareFunction function)
        : m_function(std::move(function))
    {
    }
    void handle(const CallContext &context, const Request &request, const ReplyHandle &reply, const Next &next) override
    {
        m_function(context, request, reply, next);
    }

private:
    MiddlewareFunction m_function;
};

} // namespace

Middleware::~Middleware() = default;

bool Middleware::allowsOrigin(const QByteArray &) const { return false; }

std::shared_ptr<Middleware> makeMiddleware(MiddlewareFunction function)
{
    return std::make_shared<FunctionMiddleware>(std::move(function));
}

namespace middlewares {

namespace {

QString shown(const Value &value)
{
    constexpr qsizetype longest = 1000;
    const QString text = QString::fromUtf8(valuetext::toText(value));
    return text.size() > longest ? QString(text.left(longest) % u"...") : text;
}

class RateLimit : public Middleware
{
public:
    RateLimit(int calls, std::chrono::milliseconds window)
        : m_calls(calls)
        , m_window(qMax<qint64>(1, window.count()))
    {
        m_clock.start();
    }

    // A window that slides: the calls of the last one count by how much of it is still in view.
    void handle(const CallContext &context, const Request &request, const ReplyHandle &reply, const Next &next) override
    {
        const qint64 now = m_clock.elapsed();
        if (now - m_swept > 2 * m_window) {
            m_peers.removeIf([&](const auto &entry) { return now - entry.value().begin > 2 * m_window; });
            m_swept = now;
        }
        Peer &peer = m_peers[context.peer];
        const qint64 passed = now - peer.begin;
        if (passed >= m_window) {
            peer.before = passed < 2 * m_window ? peer.current : 0;
            peer.current = 0;
            peer.begin = now - passed % m_window;
        }
        const qint64 into = now - peer.begin;
        const double seen = peer.current + peer.before * double(m_window - into) / double(m_window);
        if (seen + 1 > m_calls) {
            return reply.reject(Error::application(tooManyCalls,
                QStringLiteral("Too many calls: %1 in %2 ms are allowed").arg(m_calls).arg(m_window),
                Struct { { QStringLiteral("retryAfterMs"), Value::fromInteger(retryAfter(peer, into)) } }));
        }
        ++peer.current;
        next(context, request, reply);
    }

private:
    struct Peer
    {
        qint64 begin = 0;
        int current = 0;
        int before = 0;
    };
    // Milliseconds until one more call fits: within this window when its own calls leave room, else in the next one.
    qint64 retryAfter(const Peer &peer, qint64 into) const
    {
        const auto roomAt = [this](int before, int room) {
            return room <= 0 ? double(m_window) : double(m_window) * (1 - double(room) / before);
        };
        const int room = m_calls - 1 - peer.current;
        const double wait = room >= 0 && peer.before > 0 ? roomAt(peer.before, room) - double(into)
                                                         : double(m_window - into) + roomAt(peer.current, m_calls - 1);
        return qMax<qint64>(1, qint64(std::ceil(wait)));
    }

    int m_calls;
    qint64 m_window;
    qint64 m_swept = 0;
    QElapsedTimer m_clock;
    QHash<QHostAddress, Peer> m_peers;
};

class ConcurrencyLimit : public Middleware, public std::enable_shared_from_this<ConcurrencyLimit>
{
public:
    ConcurrencyLimit(int running, int waiting)
        : m_most(running)
        , m_mostWaiting(waiting)
    {
    }

    void handle(const CallContext &context, const Request &request, const ReplyHandle &reply, const Next &next) override
    {
        if (context.insideMulticall)
            return next(
                context, request, reply); // runs in the place of its multicall, which would wait for it for ever
        // Calls whose client has gone end when this function does: their end may come back here.
        std::vector<Call> gone;
        for (auto it = m_waiting.begin(); it != m_waiting.end();) {
            if (it->reply.isWanted()) {
                ++it;
                continue;
            }
            gone.push_back(std::move(*it));
            it = m_waiting.erase(it);
        }
        if (m_running < m_most)
            start({ context, request, reply, next });
        else if (int(m_waiting.size()) >= m_mostWaiting)
            reply.reject(
                Error::application(tooBusy, QStringLiteral("Too busy: %1 calls are running").arg(m_running.load())));
        else
            m_waiting.push_back({ context, request, reply, next });
    }

private:
    struct Call
    {
        CallContext context;
        Request request;
        ReplyHandle reply;
        Next next;
    };

    // A running call. When it is dropped with its dispatcher, nobody is told of its end.
    struct Place
    {
        explicit Place(std::weak_ptr<ConcurrencyLimit> limit)
            : owner(std::move(limit))
        {
        }
        ~Place()
        {
            if (const auto alive = owner.lock())
                --alive->m_running;
        }
        std::weak_ptr<ConcurrencyLimit> owner;
    };

    void start(const Call &call)
    {
        ++m_running;
        call.next(call.context, call.request,
            call.reply.intercepted([place = std::make_shared<Place>(weak_from_this())](Result<Value> outcome) mutable {
                const auto owner = place->owner.lock();
                place.reset();
                if (owner)
                    owner->startWaiting();
                return outcome;
            }));
    }

    void startWaiting()
    {
        if (m_starting)
            return; // the loop below goes on
        m_starting = true;
        while (m_running < m_most && !m_waiting.empty()) {
            const Call call = std::move(m_waiting.front());
            m_waiting.pop_front();
            if (call.reply.isWanted())
                start(call);
        }
        m_starting = false;
    }

    int m_most;
    int m_mostWaiting;
    std::atomic<int> m_running = 0; // a place may be given back in any thread
    bool m_starting = false;
    std::deque<Call> m_waiting;
};

class Origins : public Middleware
{
public:
    Origins(const QStringList &allowed, bool required)
        : m_required(required)
    {
        for (const QString &origin : allowed)
            m_allowed.append(origin.toUtf8());
    }

    bool allowsOrigin(const QByteArray &origin) const override { return m_allowed.contains(origin); }

    void handle(const CallContext &context, const Request &request, const ReplyHandle &reply, const Next &next) override
    {
        const auto origin = auth::header(context, "Origin");
        if (origin ? m_allowed.contains(*origin) : !m_required)
            return next(context, request, reply);
        Error error = Error::make(ErrorKind::Unauthorized,
            origin ? QStringLiteral("the origin \"%1\" is not allowed").arg(QString::fromUtf8(*origin))
                   : QStringLiteral("a request without an Origin is not allowed"));
        error.httpStatus = 403;
        reply.reject(error);
    }

private:
    QByteArrayList m_allowed;
    bool m_required;
};

} // namespace

Ptr logging(const char *category)
{
    const auto log = std::make_shared<QLoggingCategory>(category ? category : "rpc.server", QtInfoMsg);
    return makeMiddleware([log](const CallContext &context, const Request &request, const ReplyHandle &reply,
                              const Middleware::Next &next) {
        const QString id = request.id.toString();
        qCInfo((*log)).noquote() << "request" << id << request.method << shown(request.params.toValue());
        next(context, request, reply.intercepted([log, id, method = request.method](Result<Value> outcome) {
            if (outcome)
                qCInfo((*log)).noquote() << "answer" << id << method << shown(*outcome);
            else
                qCInfo((*log)).noquote() << "error" << id << method << outcome.error().wireCode()
                                         << outcome.error().toString();
            return outcome;
        }));
    });
}

Ptr timing(Timed timed)
{
    return makeMiddleware([timed = std::move(timed)](const CallContext &context, const Request &request,
                              const ReplyHandle &reply, const Middleware::Next &next) {
        QElapsedTimer clock;
        clock.start();
        next(context, request, reply.intercepted([timed, context, clock](Result<Value> outcome) {
            timed(context, std::chrono::microseconds(clock.nsecsElapsed() / 1000), outcome.hasValue());
            return outcome;
        }));
    });
}

Ptr inject(const QString &name, const QVariant &value)
{
    return inject(name, [value](const CallContext &) { return value; });
}

Ptr inject(const QString &name, std::function<QVariant(const CallContext &)> makeValue)
{
    return makeMiddleware([name, makeValue = std::move(makeValue)](const CallContext &context, const Request &request,
                              const ReplyHandle &reply, const Middleware::Next &next) {
        CallContext with = context;
        with.attributes.insert(name, makeValue(context));
        next(with, request, reply);
    });
}

Ptr origins(const QStringList &allowed, bool required) { return std::make_shared<Origins>(allowed, required); }

Ptr allowList(const QStringList &methods)
{
    return makeMiddleware([methods](const CallContext &context, const Request &request, const ReplyHandle &reply,
                              const Middleware::Next &next) {
        const auto matches = [&](const QString &allowed) {
            return allowed.endsWith(u".*") ? request.method.startsWith(QStringView(allowed).chopped(1))
                                           : request.method == allowed;
        };
        if (std::any_of(methods.begin(), methods.end(), matches))
            return next(context, request, reply);
        Error error = Error::make(ErrorKind::MethodNotFound, QStringLiteral("Method not found"));
        error.details = request.method;
        reply.reject(error);
    });
}

Ptr rateLimit(int calls, std::chrono::milliseconds window) { return std::make_shared<RateLimit>(calls, window); }

Ptr concurrencyLimit(int running, int waiting) { return std::make_shared<ConcurrencyLimit>(running, waiting); }

} // namespace middlewares

} // namespace rpc
