// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "pendingcall.h"

#include "pendingcall_p.h"

namespace rpc {

PendingCall::PendingCall(std::shared_ptr<State> state)
    : m_state(std::move(state))
{
}

PendingCall PendingCall::ended(const Error &error)
{
    const auto state = std::make_shared<State>();
    state->reply = error;
    return PendingCall(state);
}

bool PendingCall::isFinished() const { return !m_state || m_state->reply; }

std::optional<Reply> PendingCall::reply() const
{
    return m_state ? m_state->reply : std::optional<Reply>(detail::cancelledError());
}

void PendingCall::cancel()
{
    if (m_state)
        m_state->cancel();
}

Reply PendingCall::wait(QDeadlineTimer deadline)
{
    return m_state ? m_state->wait(deadline) : Reply(detail::cancelledError());
}

void PendingCall::onFinished(QObject *context, std::function<void(const Reply &)> function)
{
    if (m_state)
        m_state->addCallback(context, std::move(function));
    else
        detail::callLater<Reply>(context, std::move(function), detail::cancelledError());
}

void PendingCall::whenFinished(std::function<void(const Reply &)> function)
{
    if (m_state)
        m_state->addContinuation(std::move(function));
    else
        function(detail::cancelledError());
}

QFuture<Reply> PendingCall::future()
{
    return m_state ? m_state->future() : detail::futureOf<Reply>(detail::cancelledError());
}

const Trace &PendingCall::trace() const
{
    static const Trace none;
    return m_state ? m_state->currentTrace() : none;
}

} // namespace rpc
