// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "pendingcall.h"

#include "pendingcall_p.h"

namespace rpc {

namespace {

// An exchange may be the sender of the signal that is being handled.
void deleteLater(std::unique_ptr<TransportExchange> exchange)
{
    if (exchange) {
        exchange->disconnect();
        exchange.release()->deleteLater();
    }
}

Reply cancelledReply() { return Error::make(ErrorKind::Cancelled, QStringLiteral("cancelled")); }

} // namespace

PendingCall::State::~State()
{
    for (const auto &watch : contextWatches)
        QObject::disconnect(watch);
    exchange.reset(); // cancels when it is still under way
    if (promise && !reply) {
        promise->addResult(cancelledReply());
        promise->finish();
    }
}

void PendingCall::State::finish(Reply outcome)
{
    if (reply)
        return;
    const auto keep = shared_from_this();
    reply = std::move(outcome);
    if (exchange)
        trace = exchange->trace();
    deleteLater(std::move(exchange));
    for (const auto &watch : contextWatches)
        QObject::disconnect(watch);
    contextWatches.clear();
    auto waiting = std::move(callbacks);
    callbacks.clear();
    if (promise) {
        promise->addResult(*reply);
        promise->finish();
    }
    for (const Callback &callback : waiting) {
        if (callback.context)
            callback.function(*reply);
    }
    self.reset();
}

void PendingCall::State::addCallback(QObject *context, std::function<void(const Reply &)> function)
{
    if (reply) {
        const auto keep = shared_from_this();
        QMetaObject::invokeMethod(
            context, [keep, function = std::move(function)] { function(*keep->reply); }, Qt::QueuedConnection);
        return;
    }
    callbacks.push_back({ context, std::move(function) });
    self = shared_from_this();
    contextWatches.push_back(QObject::connect(context, &QObject::destroyed, context, [this, context] {
        std::erase_if(callbacks, [context](const Callback &c) { return !c.context || c.context == context; });
        if (callbacks.empty() && !promise)
            self.reset(); // may delete this
    }));
}

PendingCall::PendingCall(std::shared_ptr<State> state)
    : m_state(std::move(state))
{
}

bool PendingCall::isFinished() const { return !m_state || m_state->reply; }

void PendingCall::cancel()
{
    const auto state = m_state; // a callback may replace this very handle
    if (!state || state->reply)
        return;
    if (state->exchange)
        state->exchange->cancel(); // finishes the call
    if (!state->reply)
        state->finish(cancelledReply());
}

void PendingCall::onFinished(QObject *context, std::function<void(const Reply &)> function)
{
    if (m_state)
        m_state->addCallback(context, std::move(function));
}

QFuture<Reply> PendingCall::future()
{
    if (!m_state) {
        QPromise<Reply> none;
        none.start();
        none.addResult(cancelledReply());
        none.finish();
        return none.future();
    }
    if (!m_state->promise) {
        m_state->promise.emplace();
        m_state->promise->start();
        if (m_state->reply) {
            m_state->promise->addResult(*m_state->reply);
            m_state->promise->finish();
        } else {
            m_state->self = m_state;
        }
    }
    return m_state->promise->future();
}

const Trace &PendingCall::trace() const
{
    static const Trace none;
    if (!m_state)
        return none;
    return m_state->exchange ? m_state->exchange->trace() : m_state->trace;
}

} // namespace rpc
