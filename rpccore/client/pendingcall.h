// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/trace.h>
#include <rpccore/core/result.h>

#include <QDeadlineTimer>
#include <QFuture>

#include <functional>
#include <memory>
#include <optional>

namespace rpc {

class Client;
class Proxy;
template <class T> class TypedCall;

/// What comes of a call: the result, or why there is none. An error of the server is ErrorKind::Remote.
using Reply = Result<Value>;

/// A call under way. Copies are the same call. A copy, a registered callback or a future keeps it going; when the last
/// of them is gone, it is cancelled. A notification goes on without anybody. To be used in the client's thread.
class RPCCORE_EXPORT PendingCall
{
public:
    /// No call; finished, as cancelled.
    PendingCall() = default;

    bool isFinished() const; ///< True once the reply is there.
    /// The reply, once it is there.
    std::optional<Reply> reply() const;
    /// Cancels: the reply is ErrorKind::Cancelled. Nothing when it is finished already.
    void cancel();

    /// Waits for the reply, in an event loop of its own, and gives it; a Timeout when \a deadline is over before: the
    /// call goes on then, and may be waited for again. Cancelled when the program ends its event loops meanwhile. For
    /// programs without an event loop, worker threads (of QThread or QThreadPool) and tests. There has to be a
    /// QCoreApplication, it need not run.
    ///
    /// In a thread whose event loop runs, everything but the user's input goes on while this waits: timers fire, other
    /// replies come, slots run, and may delete the object that waits, or wait themselves, in which case this returns
    /// after they do. Use onFinished() there.
    Reply wait(QDeadlineTimer deadline = QDeadlineTimer::Forever);

    /// Calls \a function once when the reply is there, never from within onFinished(). Not when \a context dies before.
    /// Any number of callbacks.
    void onFinished(QObject *context, std::function<void(const Reply &)> function);

    /// The reply as a future. It always gets exactly one result, also for errors and cancellation. A QFuture takes one
    /// then(); for more, use onFinished().
    QFuture<Reply> future();

    /// The full exchange: status, header fields and bytes of both directions, times, and what was odd about the answer
    /// (`trace().findings`). Complete when the call is finished, whatever the reply is; valid as long as this object.
    const Trace &trace() const;

    struct State;

private:
    friend class Client;
    friend class Proxy;
    template <class T> friend class TypedCall;
    explicit PendingCall(std::shared_ptr<State> state);
    /// A call that came to its end before anything was sent.
    static PendingCall ended(const Error &error);
    /// Calls \a function once in any case, at once when the reply is there.
    void whenFinished(std::function<void(const Reply &)> function);

    std::shared_ptr<State> m_state;
};

} // namespace rpc
