// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "replyhandle.h"

namespace rpc {

namespace {

// A method that calls others or reads files gets errors that look like those of the request it answers.
Error methodsError(Error error)
{
    error.httpStatus = 0;
    if (error.kind == ErrorKind::Remote || error.kind == ErrorKind::InvalidParams || error.kind == ErrorKind::Internal)
        return error;
    Error internal = Error::make(ErrorKind::Internal, QStringLiteral("Internal error"));
    internal.details = error.toString();
    internal.wasThrown = error.wasThrown;
    return internal;
}

} // namespace

struct ReplyHandle::State
{
    std::shared_ptr<ThreadHop> home;
    std::shared_ptr<CallToken> token;
    Deliver deliver;
    std::atomic<bool> answered = false;
    bool belongsToMethod = false;

    void answer(Result<Value> outcome)
    {
        if (answered.exchange(true))
            return;
        if (belongsToMethod && !outcome)
            outcome = methodsError(outcome.error());
        if (home->isHere()) { // as run() does it, without a function on the heap
            const Deliver here = std::move(deliver);
            return here(std::move(outcome));
        }
        home->run([deliver = std::move(deliver), outcome = std::move(outcome)]() mutable {
            const Deliver here = std::move(deliver); // dies at home: this function may be let go by its sender
            here(std::move(outcome));
        });
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
    return continued([change = std::move(change)](Result<Value> outcome, const ReplyHandle &outer) {
        outer.answer(change(std::move(outcome)));
    });
}

ReplyHandle ReplyHandle::continued(std::function<void(Result<Value>, const ReplyHandle &)> next) const
{
    if (!m_state)
        return {};
    return ReplyHandle(m_state->home, m_state->token, [outer = *this, next = std::move(next)](Result<Value> outcome) {
        try {
            next(std::move(outcome), outer);
        } catch (...) { // also when a handle that was dropped answers by itself
            outer.reject(Error::fromException(std::current_exception()));
        }
    });
}

void ReplyHandle::belongsToMethod() const
{
    if (m_state)
        m_state->belongsToMethod = true;
}

void ReplyHandle::runAtHome(std::function<void()> work) const
{
    if (m_state)
        m_state->home->run(std::move(work));
    else
        work();
}

bool ReplyHandle::isWanted() const { return m_state && !m_state->answered && !m_state->token->isCancelled(); }

} // namespace rpc
