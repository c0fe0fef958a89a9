// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QFutureWatcher>

#include <coroutine>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>

namespace rpc {

/// A coroutine that gives a T or an Error: what a method returns that waits for something without blocking its thread.
///
///     rpc::Task<int> twice(QFuture<int> later) { co_return 2 * co_await rpc::await(later); }
///
/// It starts at once and runs until it is through, also when nobody holds the Task any more. `co_return` takes a T, an
/// Error or a Result<T>. An exception that leaves it becomes an Internal error. Use in one thread.
template <class T> class Task
{
    struct State
    {
        std::optional<Result<T>> result;
        std::function<void(const Result<T> &)> callback;
        void finish(Result<T> outcome)
        {
            result.emplace(std::move(outcome));
            if (auto waiting = std::exchange(callback, nullptr))
                waiting(*result);
        }
    };

    struct PromiseBase
    {
        std::shared_ptr<State> state = std::make_shared<State>();
        Task get_return_object() { return Task(state); }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void unhandled_exception() { state->finish(Error::fromException(std::current_exception())); }
    };
    struct ValuePromise : PromiseBase
    {
        void return_value(Result<T> outcome) { this->state->finish(std::move(outcome)); }
    };
    struct VoidPromise : PromiseBase
    {
        void return_void() { this->state->finish({}); }
    };

public:
    /// A task that is through already, with a T, an Error or a Result<T>; so that a function may give either.
    template <class U>
    requires(std::is_constructible_v<Result<T>, U> && !std::same_as<std::remove_cvref_t<U>, Task>) Task(U &&outcome)
        : m_state(std::make_shared<State>())
    {
        m_state->result.emplace(std::forward<U>(outcome));
    }

    using promise_type = std::conditional_t<std::is_void_v<T>, VoidPromise, ValuePromise>; ///< for the compiler

    /// Calls \a function when the task is through; at once when it is. One function only.
    void onFinished(std::function<void(const Result<T> &)> function) const
    {
        if (m_state->result)
            function(*m_state->result);
        else
            m_state->callback = std::move(function);
    }

    /// `co_await task` inside another coroutine gives its Result<T>.
    auto operator co_await() const
    {
        struct Awaiter
        {
            std::shared_ptr<State> state;
            bool await_ready() const { return state->result.has_value(); }
            void await_suspend(std::coroutine_handle<> waiting)
            {
                state->callback = [waiting](const Result<T> &) { waiting.resume(); };
            }
            Result<T> await_resume() { return *state->result; }
        };
        return Awaiter { m_state };
    }

private:
    explicit Task(std::shared_ptr<State> state)
        : m_state(std::move(state))
    {
    }
    std::shared_ptr<State> m_state;
};

namespace detail {

/// Calls \a function in this thread once \a future is finished.
template <class T, class Function> void whenFinished(const QFuture<T> &future, Function function)
{
    auto *watcher = new QFutureWatcher<T>;
    QObject::connect(watcher, &QFutureWatcherBase::finished, watcher, [watcher, function = std::move(function)] {
        watcher->deleteLater();
        function(watcher->future());
    });
    watcher->setFuture(future);
}

/// The result of a finished future. One that was cancelled, or never got a result, is an error, and so is an exception.
template <class T> Result<T> resultOf(const QFuture<T> &future)
{
    try {
        if constexpr (std::is_void_v<T>) {
            auto copy = future;
            copy.waitForFinished(); // finished already; throws what the work threw
            if (!future.isCanceled())
                return {};
        } else if (future.resultCount() > 0) {
            return future.resultAt(0);
        } else {
            auto copy = future;
            copy.waitForFinished();
        }
    } catch (...) {
        return Error::fromException(std::current_exception());
    }
    Error cancelled = Error::make(ErrorKind::Internal, QStringLiteral("Internal error"));
    cancelled.details = QStringLiteral("the work was cancelled");
    return cancelled;
}

} // namespace detail

/// Awaits a QFuture inside a coroutine: `T value = co_await rpc::await(future)`. Resumes in the thread that awaits.
/// What the future threw is thrown here; a cancelled one throws std::runtime_error, which a Task turns into an error.
template <class T> auto await(const QFuture<T> &future)
{
    struct Awaiter
    {
        QFuture<T> future;
        bool await_ready() const { return future.isFinished(); }
        void await_suspend(std::coroutine_handle<> waiting)
        {
            detail::whenFinished(future, [waiting](const QFuture<T> &) { waiting.resume(); });
        }
        T await_resume()
        {
            future.waitForFinished();
            if constexpr (!std::is_void_v<T>) {
                if (future.resultCount() == 0)
                    throw std::runtime_error("the work was cancelled");
                return future.resultAt(0);
            }
        }
    };
    return Awaiter { future };
}

} // namespace rpc
