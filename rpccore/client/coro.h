// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/batch.h>
#include <rpccore/client/typedcall.h>

#include <QObject>

#include <coroutine>

/// \file
/// Lets coroutines of any type (QCoro::Task and others) wait for calls:
///
///     const rpc::Result<int> sum = co_await client.call<int>("add", 2, 3);
///
/// The coroutine goes on in the client's thread, from its event loop; at once when the call is finished already. It
/// always goes on: a call that is cancelled, or whose client dies, gives its Cancelled. The call lives as long as it is
/// waited for; a coroutine that is destroyed while it waits lets go of it.

namespace rpc {

namespace detail {

template <class Call> class CallAwaiter
{
public:
    explicit CallAwaiter(Call call)
        : m_call(std::move(call))
    {
    }

    bool await_ready() const { return m_call.isFinished(); }

    void await_suspend(std::coroutine_handle<> waiting)
    {
        m_home = std::make_unique<QObject>();
        // Not from within the callback: the client may be dying around it.
        m_call.onFinished(m_home.get(), [this, waiting](const auto &) {
            QMetaObject::invokeMethod(
                m_home.get(),
                [this, waiting] {
                    m_home.release()->deleteLater(); // it is handling an event, and this awaiter may end below
                    waiting.resume();
                },
                Qt::QueuedConnection);
        });
    }

    auto await_resume() const { return *m_call.reply(); }

private:
    Call m_call;
    std::unique_ptr<QObject> m_home;
};

} // namespace detail

/// Gives the Reply.
inline auto operator co_await(const PendingCall &call) { return detail::CallAwaiter<PendingCall>(call); }
/// Gives the BatchReply.
inline auto operator co_await(const PendingBatch &batch) { return detail::CallAwaiter<PendingBatch>(batch); }
/// Gives the Result<T>.
template <class T> auto operator co_await(const TypedCall<T> &call) { return detail::CallAwaiter<TypedCall<T>>(call); }

} // namespace rpc
