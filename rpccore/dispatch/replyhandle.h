// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/core/threadhop.h>
#include <rpccore/dispatch/callcontext.h>

#include <functional>
#include <memory>

namespace rpc {

/// The right, and the duty, to answer one call. Answers exactly once: later answers are ignored, and a handle that is
/// dropped unanswered answers with an internal error by itself, so that no client waits for ever. Copies are the same
/// handle. May be used from any thread.
class RPCCORE_EXPORT ReplyHandle
{
public:
    using Deliver = std::function<void(Result<Value>)>; ///< takes the answer

    /// A handle that nobody listens to.
    ReplyHandle() = default;
    /// \a deliver runs in the thread of \a home, once.
    ReplyHandle(std::shared_ptr<ThreadHop> home, std::shared_ptr<CallToken> token, Deliver deliver);

    void resolve(Value result) const; ///< Answers with a result.
    void reject(Error error) const; ///< Answers with an error.
    void answer(Result<Value> outcome) const; ///< Answers with either.

    /// A handle to hand on instead of this one: what it is answered with goes through \a change, then to this one.
    /// \a change runs in the thread of the answer's home, once.
    ReplyHandle intercepted(std::function<Result<Value>(Result<Value>)> change) const;

    /// A handle to hand on instead of this one: what it is answered with goes to \a next, together with this one, which
    /// \a next answers at once or later. It runs in the thread of the answer's home, once; an exception that leaves it
    /// is the answer.
    ReplyHandle continued(std::function<void(Result<Value>, const ReplyHandle &)> next) const;

    /// For the dispatcher, before it hands this to a method: errors that are no answer to the caller (Remote) and not
    /// about its arguments (InvalidParams) are the method's own trouble from now on, and become Internal.
    void belongsToMethod() const;

    /// Runs \a work in the thread of the answer's home: at once when this is that thread, else queued; not at all when
    /// the home is gone. For what needs an event loop where this thread has none.
    void runAtHome(std::function<void()> work) const;

    /// False once the client has gone or an answer was given: the work may stop.
    bool isWanted() const;

private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace rpc
