// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/convert.h>
#include <rpccore/dispatch/binding.h>
#include <rpccore/dispatch/replyhandle.h>

#include <functional>
#include <tuple>
#include <type_traits>

namespace rpc {

/// The stored form of every method. Answers in place or later, from any thread.
using Handler = std::function<void(const CallContext &, const Params &, ReplyHandle)>;

namespace detail {

template <class F> struct CallableTraits : CallableTraits<decltype(&F::operator())>
{
};
template <class R, class... A> struct CallableTraits<R (*)(A...)>
{
    using Result = R;
    using Arguments = std::tuple<std::decay_t<A>...>;
};
template <class C, class R, class... A> struct CallableTraits<R (C::*)(A...)> : CallableTraits<R (*)(A...)>
{
};
template <class C, class R, class... A> struct CallableTraits<R (C::*)(A...) const> : CallableTraits<R (*)(A...)>
{
};

template <class Tuple> struct WithoutFirst;
template <class First, class... Rest> struct WithoutFirst<std::tuple<First, Rest...>>
{
    using type = std::tuple<Rest...>;
};

template <class T> inline constexpr bool isOptional = false;
template <class T> inline constexpr bool isOptional<std::optional<T>> = true;
template <class T> inline constexpr bool isResult = false;
template <class T> inline constexpr bool isResult<rpc::Result<T>> = true;

template <class R> struct ResultType
{
    static QString name() { return Convert<R>::typeName(); }
};
template <> struct ResultType<void>
{
    static QString name() { return QStringLiteral("nil"); }
};
template <class T> struct ResultType<rpc::Result<T>> : ResultType<T>
{
};

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
        [&]<class... A>(std::type_identity<std::tuple<A...>>) {
            (s.parameters.append(Parameter { {}, Convert<A>::typeName(), {}, isOptional<A> }), ...);
        }(std::type_identity<Arguments>());
        return s;
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

template <class F> Result<Value> callWith(F &function, const CallContext &context, const Array &bound)
{
    using Info = CallableInfo<F>;
    using R = typename Info::Traits::Result;
    return [&]<std::size_t... I>(std::index_sequence<I...>)->Result<Value>
    {
        Error error;
        bool failed = false;
        typename Info::Arguments arguments { argument<std::tuple_element_t<I, typename Info::Arguments>>(
            bound, I, error, failed)... };
        if (failed)
            return error;
        const auto invoke = [&]() -> R {
            if constexpr (Info::wantsContext)
                return function(context, std::get<I>(std::move(arguments))...);
            else
                return function(std::get<I>(std::move(arguments))...);
        };
        if constexpr (std::is_void_v<R>) {
            invoke();
            return Value();
        } else if constexpr (isResult<R>) {
            auto result = invoke();
            if (!result)
                return result.error();
            return toValue(*result);
        } else {
            return toValue<R>(invoke());
        }
    }
    (std::make_index_sequence<std::tuple_size_v<typename Info::Arguments>>());
}

} // namespace detail

} // namespace rpc
