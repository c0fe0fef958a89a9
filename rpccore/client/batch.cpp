// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "batch.h"

#include "pendingcall_p.h"

namespace rpc {

namespace {

BatchReply noBatch()
{
    BatchReply reply;
    reply.error = detail::cancelledError();
    return reply;
}

} // namespace

Batch &Batch::call(QAnyStringView method, const Params &params, const Struct &extra)
{
    m_entries.append({ Request { RequestId(), method.toString(), params, extra }, true, false });
    return *this;
}

Batch &Batch::notify(QAnyStringView method, const Params &params, const Struct &extra)
{
    m_entries.append({ Request { RequestId(), method.toString(), params, extra }, false, false });
    return *this;
}

Batch &Batch::add(const Request &request)
{
    m_entries.append({ request, !request.isNotification(), true });
    return *this;
}

bool BatchReply::isSuccess() const
{
    return !error && std::all_of(replies.begin(), replies.end(), [](const std::optional<Reply> &reply) {
        return !reply || reply->hasValue();
    });
}

BatchReply BatchReply::failed(const QList<bool> &isCall, const Error &error)
{
    BatchReply reply;
    reply.replies.reserve(isCall.size());
    for (const bool call : isCall)
        reply.replies.append(call ? std::optional<Reply>(error) : std::nullopt);
    reply.error = error;
    return reply;
}

PendingBatch::PendingBatch(std::shared_ptr<State> state)
    : m_state(std::move(state))
{
}

bool PendingBatch::isFinished() const { return !m_state || m_state->reply; }

std::optional<BatchReply> PendingBatch::reply() const { return m_state ? m_state->reply : noBatch(); }

void PendingBatch::cancel()
{
    if (m_state)
        m_state->cancel();
}

BatchReply PendingBatch::wait(QDeadlineTimer deadline) { return m_state ? m_state->wait(deadline) : noBatch(); }

void PendingBatch::onFinished(QObject *context, std::function<void(const BatchReply &)> function)
{
    if (m_state)
        m_state->addCallback(context, std::move(function));
    else
        detail::callLater<BatchReply>(context, std::move(function), noBatch());
}

QFuture<BatchReply> PendingBatch::future() { return m_state ? m_state->future() : detail::futureOf(noBatch()); }

const Trace &PendingBatch::trace() const
{
    static const Trace none;
    return m_state ? m_state->currentTrace() : none;
}

} // namespace rpc
