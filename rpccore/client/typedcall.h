// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/pendingcall.h>
#include <rpccore/client/transport.h>
#include <rpccore/convert/convert.h>
#include <rpccore/message/message.h>

#include <QPromise>

#include <type_traits>

namespace rpc {

namespace detail {

/// One argument of a call: what has a Convert, what a Value is made from, UTF-16 text.
template <class T> Value argument(const T &value)
{
    if constexpr (HasToValue<T>) {
        return Convert<T>::toValue(value);
    } else if constexpr (std::is_convertible_v<const T &, QStringView>) {
        return QStringView(value).toString();
    } else {
        static_assert(std::is_convertible_v<const T &, Value>,
            "the argument has no rpc::Convert");
        return value;
    }
}

template <class T>
concept Argument = !std::same_as<T, Params> && !std::same_as<T, CallOptions>;

/// Nothing given, ready-made params, or one param for each argument.
inline Params paramsOf() { return {}; }
inline Params paramsOf(const Params &params) { return params; }
template <Argument... Args>
requires(sizeof...(Args) > 0) Params paramsOf(const Args &...args)
{
    Array array;
    array.reserve(qsizetype(sizeof...(Args)));
    (array.append(argument(args)), ...);
    return array;
}

RPCCORE_EXPORT Error unfitResult(Error error);

} // namespace detail

/// The result in \a reply as a T, through rpc::fromValue(). An error of the reply stays what it is; a result that is no
/// T is InvalidAnswer, with the path inside the result. Every result is a `void`.
template <class T> Result<T> resultAs(const Reply &reply)
{
    if (!reply)
        return reply.error();
    if constexpr (std::is_void_v<T>) {
        return {};
    } else {
        auto result = fromValue<T>(*reply);
        if (!result)
            return detail::unfitResult(std::move(result.error()));
        return result;
    }
}

/// A PendingCall whose result is wanted as a T. Copies are the same call, under the same rules of ownership.
template <class T> class TypedCall
{
public:
    /// No call; finished, as cancelled.
    TypedCall() = default;
    /// The same call, its result wanted as a T.
    explicit TypedCall(PendingCall call)
        : m_call(std::move(call))
    {
    }

    bool isFinished() const { return m_call.isFinished(); } ///< True once the reply is there.
    /// The result, once it is there.
    std::optional<Result<T>> reply() const
    {
        if (const auto reply = m_call.reply())
            return resultAs<T>(*reply);
        return std::nullopt;
    }
    void cancel() { m_call.cancel(); } ///< See PendingCall::cancel().

    /// Waits in an event loop of its own, with the hazards of PendingCall::wait().
    Result<T> wait(QDeadlineTimer deadline = QDeadlineTimer::Forever) { return resultAs<T>(m_call.wait(deadline)); }

    /// See PendingCall::onFinished().
    void onFinished(QObject *context, std::function<void(const Result<T> &)> function)
    {
        m_call.onFinished(
            context, [function = std::move(function)](const Reply &reply) { function(resultAs<T>(reply)); });
    }

    /// A future of its own with each call; it always gets exactly one result.
    QFuture<Result<T>> future()
    {
        const auto promise = std::make_shared<QPromise<Result<T>>>();
        promise->start();
        m_call.whenFinished([promise](const Reply &reply) {
            promise->addResult(resultAs<T>(reply));
            promise->finish();
        });
        return promise->future();
    }

    /// The full exchange, see PendingCall::trace().
    const Trace &trace() const { return m_call.trace(); }
    /// The same call with the result as it came.
    PendingCall untyped() const { return m_call; }

private:
    PendingCall m_call;
};

} // namespace rpc
