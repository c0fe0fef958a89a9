// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/convert.h>
#include <rpccore/dispatch/binding.h>
#include <rpccore/dispatch/replyhandle.h>
#include <rpccore/dispatch/task.h>

#include <functional>
#include <tuple>
#include <type_traits>

namespace rpc {

/// The stored form of every method. Answers in place or later, from any thread.
using Handler = std::function<void(const CallContext &, const Params &, ReplyHandle)>;

/// As the last parameter of a callable: all further positional arguments, each a T.
template <class T> struct Variadic
{
    QList<T> values; ///< in order; empty when none was given
};

/// All further arguments as an array.
template <class T> struct Convert<Variadic<T>>
{
    static QString typeName() { return Convert<T>::typeName(); } ///< That of one argument.
    static Value toValue(const Variadic<T> &all) { return Convert<QList<T>>::toValue(all.values); } ///< An array.
    /// From an array; the error has the index of the argument that does not fit.
    static Result<Variadic<T>> fromValue(const Value &value)
    {
        auto values = Convert<QList<T>>::fromValue(value);
        if (!values)
            return values.error();
        return Variadic<T> { *std::move(values) };
    }
};

/// \cond
namespace detail {

template <class F> struct CallableTraits : CallableTraits<decltype(&F::operator())>
{
};
template <class R, class... A> struct CallableTraits<R (*)(A...)>
{
    using Result = R;
    using Arguments = std::tuple<std::decay_t<A>...>;
};
// clang-format off
template <class R, class... A> struct CallableTraits<R (*)(A...) noexcept> : CallableTraits<R (*)(A...)> { };
template <class C, class R, class... A> struct CallableTraits<R (C::*)(A...)> : CallableTraits<R (*)(A...)> { };
template <class C, class R, class... A> struct CallableTraits<R (C::*)(A...) const> : CallableTraits<R (*)(A...)> { };
template <class C, class R, class... A> struct CallableTraits<R (C::*)(A...) noexcept> : CallableTraits<R (*)(A...)> { };
template <class C, class R, class... A> struct CallableTraits<R (C::*)(A...) const noexcept> : CallableTraits<R (*)(A...)> { };
// clang-format on

template <class Tuple> struct WithoutFirst;
template <class First, class... Rest> struct WithoutFirst<std::tuple<First, Rest...>>
{
    using type = std::tuple<Rest...>;
};

template <class T> inline constexpr bool isOptional = false;
template <class T> inline constexpr bool isOptional<std::optional<T>> = true;
template <class T> inline constexpr bool isVariadic = false;
template <class T> inline constexpr bool isVariadic<Variadic<T>> = true;
template <class T> inline constexpr bool isResult = false;
template <class T> inline constexpr bool isResult<rpc::Result<T>> = true;
template <class T> inline constexpr bool isFuture = false;
template <class T> inline constexpr bool isFuture<QFuture<T>> = true;
template <class T> inline constexpr bool isTask = false;
template <class T> inline constexpr bool isTask<Task<T>> = true;

template <class R> struct ResultType
{
    static QString name() { return Convert<R>::typeName(); }
};
template <> struct ResultType<void>
{
    static QString name() { return QStringLiteral("nil"); }
};
// clang-format off
template <class T> struct ResultType<rpc::Result<T>> : ResultType<T> { };
template <class T> struct ResultType<QFuture<T>> : ResultType<T> { };
template <class T> struct ResultType<Task<T>> : ResultType<T> { };
// clang-format on

/// Everything that the type of a callable tells: an optional leading `const CallContext &` is not a parameter.
template <class F> struct CallableInfo
{
    using Traits = CallableTraits<std::decay_t<F>>;
    using All = typename Traits::Arguments;
    static constexpr bool wantsContext = [] {
        if constexpr (std::tuple_size_v<All> == 0)
            return false;
        else
            return std::is_same_v<std::tuple_element_t<0, All>, CallContext>;
    }();
    using Arguments = typename std::conditional_t<wantsContext, WithoutFirst<All>, std::type_identity<All>>::type;

    static Signature signature()
    {
        Signature s;
        s.result = ResultType<typename Traits::Result>::name();
        [&]<class... A>(std::type_identity<std::tuple<A...>>) { (s.parameters.append(parameter<A>()), ...); }(
            std::type_identity<Arguments>());
        return s;
    }

private:
    template <class A> static Parameter parameter()
    {
        Parameter p;
        p.type = Convert<A>::typeName();
        p.optional = isOptional<A> || isVariadic<A>;
        p.variadic = isVariadic<A>;
        return p;
    }
};

/// Converts argument \a index; remembers the first error.
template <class T> T argument(const Array &bound, std::size_t index, Error &error, bool &failed)
{
    if (failed)
        return T();
    if (qsizetype(index) >= bound.size())
        return T(); // only optional parameters may be absent
    auto value = fromValue<T>(bound.at(qsizetype(index)));
    if (value)
        return *std::move(value);
    error = inside(value, Path().child(QStringLiteral("params")).child(qsizetype(index)));
    failed = true;
    return T();
}

/// The outcome of a call as a Result<Value>, whichever way the callable told it.
template <class T> Result<Value> outcomeOf(const Result<T> &result)
{
    if (!result)
        return result.error();
    if constexpr (std::is_void_v<T>)
        return Value();
    else if constexpr (isResult<T>)
        return outcomeOf(*result);
    else
        return toValue<T>(*result);
}

/// Calls \a function with \a bound, converted, and answers when it is through.
template <class F> void callWith(F &function, const CallContext &context, const Array &bound, const ReplyHandle &reply)
{
    using Info = CallableInfo<F>;
    using R = typename Info::Traits::Result;
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        Error error;
        bool failed = false;
        typename Info::Arguments arguments { argument<std::tuple_element_t<I, typename Info::Arguments>>(
            bound, I, error, failed)... };
        if (failed)
            return reply.reject(error);
        const auto invoke = [&]() -> R {
            if constexpr (Info::wantsContext)
                return function(context, std::get<I>(std::move(arguments))...);
            else
                return function(std::get<I>(std::move(arguments))...);
        };
        if constexpr (std::is_void_v<R>) {
            invoke();
            reply.resolve(Value());
        } else if constexpr (isResult<R>) {
            reply.answer(outcomeOf(invoke()));
        } else if constexpr (isFuture<R>) {
            whenFinished(invoke(), [reply](const R &future) { reply.answer(outcomeOf(resultOf(future))); });
        } else if constexpr (isTask<R>) {
            invoke().onFinished([reply](const auto &result) { reply.answer(outcomeOf(result)); });
        } else {
            reply.resolve(toValue<R>(invoke()));
        }
    }
    (std::make_index_sequence<std::tuple_size_v<typename Info::Arguments>>());
}

} // namespace detail
/// \endcond

} // namespace rpc
