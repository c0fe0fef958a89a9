// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "middlewares.h"

#include <rpccore/core/logging.h>
#include <rpccore/dispatch/authorization.h>
#include <rpccore/json/valuetext.h>

#include <QElapsedTimer>
#include <QHash>

#include <deque>

namespace rpc {

Middleware::~Middleware() = default;

namespace middlewares {

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

Ptr make(MiddlewareFunction function) { return std::make_shared<FunctionMiddleware>(std::move(function)); }

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
        , m_window(window.count())
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
                Struct { { QStringLiteral("retryAfterMs"), Value::fromInteger(m_window - into) } }));
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
        if (m_running < m_most)
            return start({ context, request, reply, next });
        std::erase_if(m_waiting, [](const Call &call) { return !call.reply.isWanted(); });
        if (int(m_waiting.size()) >= m_mostWaiting)
            return reply.reject(
                Error::application(tooBusy, QStringLiteral("Too busy: %1 calls are running").arg(m_running)));
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

    void start(const Call &call)
    {
        ++m_running;
        call.next(call.context, call.request, call.reply.intercepted([self = weak_from_this()](Result<Value> outcome) {
            if (const auto alive = self.lock())
                alive->finished();
            return outcome;
        }));
    }

    void finished()
    {
        --m_running;
        while (m_running < m_most && !m_waiting.empty()) {
            const Call call = std::move(m_waiting.front());
            m_waiting.pop_front();
            if (call.reply.isWanted())
                start(call);
        }
    }

    int m_most;
    int m_mostWaiting;
    int m_running = 0;
    std::deque<Call> m_waiting;
};

} // namespace

Ptr logging(const char *category)
{
    const auto log = std::make_shared<QLoggingCategory>(category ? category : "rpc.server", QtInfoMsg);
    return make([log](const CallContext &context, const Request &request, const ReplyHandle &reply,
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
    return make([timed = std::move(timed)](const CallContext &context, const Request &request, const ReplyHandle &reply,
                    const Middleware::Next &next) {
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
    return make([name, makeValue = std::move(makeValue)](const CallContext &context, const Request &request,
                    const ReplyHandle &reply, const Middleware::Next &next) {
        CallContext with = context;
        with.attributes.insert(name, makeValue(context));
        next(with, request, reply);
    });
}

Ptr origins(const QStringList &allowed, bool required)
{
    return make([allowed, required](const CallContext &context, const Request &request, const ReplyHandle &reply,
                    const Middleware::Next &next) {
        const auto origin = auth::header(context, "Origin");
        const bool fine = origin ? allowed.contains(QString::fromUtf8(*origin)) : !required;
        if (fine)
            return next(context, request, reply);
        Error error = Error::make(ErrorKind::Unauthorized,
            origin ? QStringLiteral("the origin \"%1\" is not allowed").arg(QString::fromUtf8(*origin))
                   : QStringLiteral("a request without an Origin is not allowed"));
        error.httpStatus = 403;
        reply.reject(error);
    });
}

Ptr allowList(const QStringList &methods)
{
    return make([methods](const CallContext &context, const Request &request, const ReplyHandle &reply,
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
