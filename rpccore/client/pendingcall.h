// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/trace.h>
#include <rpccore/core/result.h>

#include <QFuture>

#include <functional>
#include <memory>

namespace rpc {

class Client;

/// What comes of a call: the result, or why there is none. An error of the server is ErrorKind::Remote.
using Reply = Result<Value>;

/// A call under way. Copies are the same call. A copy, a registered callback or a future keeps it going; when the last
/// of them is gone, it is cancelled. To be used in the client's thread.
class RPCCORE_EXPORT PendingCall
{
public:
    /// No call; finished.
    PendingCall() = default;

    bool isFinished() const;
    /// Cancels: the reply is ErrorKind::Cancelled. Nothing when it is finished already.
    void cancel();

    /// Calls \a function once when the reply is there, never from within onFinished(). Not when \a context dies before.
    /// Any number of callbacks.
    void onFinished(QObject *context, std::function<void(const Reply &)> function);

    /// The reply as a future. It always gets exactly one result, also for errors and cancellation. A QFuture takes one
    /// then(); for more, use onFinished().
    QFuture<Reply> future();

    /// The bytes and times of the exchange; complete when the call is finished.
    const Trace &trace() const;

    struct State;

private:
    friend class Client;
    explicit PendingCall(std::shared_ptr<State> state);
    std::shared_ptr<State> m_state;
};

} // namespace rpc
