// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/batch.h>
#include <rpccore/client/pendingcall.h>
#include <rpccore/client/transport.h>

#include <QDeadlineTimer>
#include <QEventLoop>
#include <QPointer>
#include <QPromise>
#include <QTimer>

#include <vector>

namespace rpc::detail {

inline Error cancelledError() { return Error::make(ErrorKind::Cancelled, QStringLiteral("cancelled")); }

inline Error waitedTooLong()
{
    return Error::make(ErrorKind::Timeout, QStringLiteral("the reply was not there in time; the call goes on"));
}

inline void mapErrors(Reply &reply, const std::function<Error(const Error &)> &map)
{
    if (!reply)
        reply = map(reply.error());
}

inline void mapErrors(BatchReply &batch, const std::function<Error(const Error &)> &map)
{
    if (batch.error)
        batch.error = map(*batch.error);
    for (auto &reply : batch.replies) {
        if (reply)
            mapErrors(*reply, map);
    }
}

/// What the client knows of everything that is under way.
struct OpenState
{
    virtual ~OpenState() = default;
    virtual bool isFinished() const = 0;
    virtual void fail(const Error &error) = 0;
};

/// What all copies of a PendingCall or a PendingBatch share.
template <class Outcome> struct PendingState : OpenState, std::enable_shared_from_this<PendingState<Outcome>>
{
    struct Callback
    {
        QPointer<QObject> context;
        bool always; // has no context, is called in any case
        std::function<void(const Outcome &)> function;
    };

    std::unique_ptr<TransportExchange> exchange;
    Trace trace;
    std::optional<Outcome> reply;
    std::function<Outcome(const Error &)> failed; // what the outcome is when the exchange as a whole failed
    std::function<Error(const Error &)> errorMap; // may be empty
    std::vector<Callback> callbacks;
    std::vector<QMetaObject::Connection> contextWatches;
    std::optional<QPromise<Outcome>> promise;
    std::shared_ptr<OpenState> self; // while somebody but a handle waits
    bool isSilent = false; // holds nothing but notifications: goes on although nobody waits

    ~PendingState() override
    {
        for (const auto &watch : contextWatches)
            QObject::disconnect(watch);
        exchange.reset(); // cancels when it is still under way
        if (promise && !reply) {
            promise->addResult(failed(cancelledError()));
            promise->finish();
        }
    }

    bool isFinished() const override { return reply.has_value(); }
    void fail(const Error &error) override { finish(failed(error)); }

    void finish(Outcome outcome)
    {
        if (reply)
            return;
        const auto keep = this->shared_from_this();
        if (errorMap)
            mapErrors(outcome, errorMap);
        reply = std::move(outcome);
        if (exchange) {
            Trace whole = exchange->trace();
            whole.method = trace.method;
            whole.protocol = trace.protocol;
            trace = std::move(whole);
            // It may be the sender of the signal that is being handled.
            exchange->disconnect();
            exchange.release()->deleteLater();
        }
        for (const auto &watch : contextWatches)
            QObject::disconnect(watch);
        contextWatches.clear();
        const auto waiting = std::exchange(callbacks, {});
        if (promise) {
            promise->addResult(*reply);
            promise->finish();
        }
        for (const Callback &callback : waiting) {
            if (callback.always || callback.context)
                callback.function(*reply);
        }
        self.reset();
    }

    void addCallback(QObject *context, std::function<void(const Outcome &)> function)
    {
        if (reply) {
            const auto keep = this->shared_from_this();
            QMetaObject::invokeMethod(
                context, [keep, function = std::move(function)] { function(*keep->reply); }, Qt::QueuedConnection);
            return;
        }
        callbacks.push_back({ context, false, std::move(function) });
        self = this->shared_from_this();
        contextWatches.push_back(QObject::connect(context, &QObject::destroyed, context, [this, context] {
            std::erase_if(
                callbacks, [context](const Callback &c) { return !c.always && (!c.context || c.context == context); });
            if (callbacks.empty() && !promise && !isSilent)
                self.reset(); // may delete this
        }));
    }

    void goOn()
    {
        isSilent = true;
        self = this->shared_from_this();
    }

    /// Without a context: called in any case, at once when the reply is there.
    void addContinuation(std::function<void(const Outcome &)> function)
    {
        if (reply)
            return function(*reply);
        callbacks.push_back({ nullptr, true, std::move(function) });
        self = this->shared_from_this();
    }

    void cancel()
    {
        const auto keep = this->shared_from_this(); // a callback may replace the handle that was asked
        if (reply)
            return;
        if (exchange)
            exchange->cancel(); // finishes the call
        if (!reply)
            finish(failed(cancelledError()));
    }

    QFuture<Outcome> future()
    {
        if (!promise) {
            promise.emplace();
            promise->start();
            if (reply) {
                promise->addResult(*reply);
                promise->finish();
            } else {
                self = this->shared_from_this();
            }
        }
        return promise->future();
    }

    /// Runs an event loop of its own until the reply is there, \a deadline is over, or the program ends its loops.
    Outcome wait(QDeadlineTimer deadline)
    {
        const auto keep = this->shared_from_this();
        if (reply)
            return *reply;
        const auto without = [this](const Error &error) {
            Outcome outcome = failed(error);
            if (errorMap)
                mapErrors(outcome, errorMap);
            return outcome;
        };
        if (deadline.hasExpired())
            return without(waitedTooLong());
        QEventLoop loop;
        bool isLate = false;
        addCallback(&loop, [&loop](const Outcome &) { loop.quit(); });
        if (!deadline.isForever())
            QTimer::singleShot(std::chrono::milliseconds(deadline.remainingTime()), Qt::PreciseTimer, &loop, [&] {
                isLate = true;
                loop.quit();
            });
        loop.exec(QEventLoop::ExcludeUserInputEvents);
        return reply ? *reply : without(isLate ? waitedTooLong() : cancelledError());
    }

    const Trace &currentTrace() const { return exchange ? exchange->trace() : trace; }
};

/// For a handle that is no call: calls \a function later with \a outcome.
template <class Outcome>
void callLater(QObject *context, std::function<void(const Outcome &)> function, const Outcome &outcome)
{
    QMetaObject::invokeMethod(
        context, [function = std::move(function), outcome] { function(outcome); }, Qt::QueuedConnection);
}

/// The future of a handle that is no call.
template <class Outcome> QFuture<Outcome> futureOf(Outcome outcome)
{
    QPromise<Outcome> promise;
    promise.start();
    promise.addResult(std::move(outcome));
    promise.finish();
    return promise.future();
}

} // namespace rpc::detail

namespace rpc {

struct PendingCall::State final : detail::PendingState<Reply>
{
    State()
    {
        failed = [](const Error &error) { return Reply(error); };
    }
};

struct PendingBatch::State final : detail::PendingState<BatchReply>
{
};

} // namespace rpc
