// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "replyhandle.h"

namespace rpc {

struct ReplyHandle::State
{
    std::shared_ptr<ThreadHop> home;
    std::shared_ptr<CallToken> token;
    Deliver deliver;
    std::atomic<bool> answered = false;

    void answer(Result<Value> outcome)
    {
        if (answered.exchange(true))
            return;
        home->run(
            [deliver = std::move(deliver), outcome = std::move(outcome)]() mutable { deliver(std::move(outcome)); });
    }

    ~State()
    {
        if (!answered)
            answer(Error::make(ErrorKind::Internal, QStringLiteral("the method gave no answer")));
    }
};

ReplyHandle::ReplyHandle(std::shared_ptr<ThreadHop> home, std::shared_ptr<CallToken> token, Deliver deliver)
    : m_state(std::make_shared<State>())
{
    m_state->home = std::move(home);
    m_state->token = std::move(token);
    m_state->deliver = std::move(deliver);
}

void ReplyHandle::resolve(Value result) const { answer(std::move(result)); }
void ReplyHandle::reject(Error error) const { answer(std::move(error)); }

void ReplyHandle::answer(Result<Value> outcome) const
{
    if (m_state)
        m_state->answer(std::move(outcome));
}

ReplyHandle ReplyHandle::intercepted(std::function<Result<Value>(Result<Value>)> change) const
{
    if (!m_state)
        return {};
    return ReplyHandle(
        m_state->home, m_state->token, [outer = *this, change = std::move(change)](Result<Value> outcome) {
            outer.answer(change(std::move(outcome)));
        });
}

bool ReplyHandle::isWanted() const { return m_state && !m_state->answered && !m_state->token->isCancelled(); }

} // namespace rpc
