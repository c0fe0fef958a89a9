// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/convert.h>
#include <rpccore/dispatch/binding.h>
#include <rpccore/dispatch/replyhandle.h>
#include <rpccore/dispatch/task.h>

#include <QMap>

#include <functional>
#include <tuple>
#include <type_traits>

namespace rpc {

/// The stored form of every method. Answers in place or later, from any thread.
using Handler = std::function<void(const CallContext &, const Params &, ReplyHandle)>;

/// As a parameter of a callable: all further positional arguments, each a T. Parameters behind it are taken by name
/// only.
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

/// As the last parameter of a callable: all further named arguments, each a T.
template <class T> struct Keywords
{
    QMap<QString, T> values; ///< by name; empty when none was given
};

/// All further named arguments as a struct.
template <class T> struct Convert<Keywords<T>>
{
    static QString typeName() { return Convert<T>::typeName(); } ///< That of one argument.
    static Value toValue(const Keywords<T> &all) { return Convert<QMap<QString, T>>::toValue(all.values); } ///< A struct.
    /// From a struct; the error has the name of the argument that does not fit.
    static Result<Keywords<T>> fromValue(const Value &value)
    {
        auto values = Convert<QMap<QString, T>>::fromValue(value);
        if (!values)
            return values.error();
        return Keywords<T> { *std::move(values) };
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
template <class T> inline constexpr bool isKeywords = false;
template <class T> inline constexpr bool isKeywords<Keywords<T>> = true;
template <class T> inline constexpr bool isResult = false;
template <class T> inline constexpr bool isResult<rpc::Result<T>> = true;
template <class T> inline constexpr bool isFuture = false;
template <class T> inline constexpr bool isFuture<QFuture<T>> = true;
template <class T> inline constexpr bool isTask = false;
template <class T> inline constexpr bool isTask<Task<T>> = true;

template <class R> struct ResultType
{
    static QString name() { return Convert<std::remove_cvref_t<R>>::typeName(); }
};
template <> struct ResultType<void>
{
    static QString name() { return QStringLiteral("nil"); }
};
template <> struct ResultType<const char *>
{
    static QString name() { return typeName(Type::String); } // a literal that is returned
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
        bool byName = false; // behind a variadic one
        [&]<class... A>(std::type_identity<std::tuple<A...>>) {
            (s.parameters.append(parameter<A>(byName)), ...);
        }(std::type_identity<Arguments>());
        return s;
    }

private:
    template <class A> static Parameter parameter(bool &byName)
    {
        Parameter p;
        p.type = Convert<A>::typeName();
        p.optional = isOptional<A> || isVariadic<A> || isKeywords<A>;
        p.variadic = isVariadic<A>;
        p.keywords = isKeywords<A>;
        p.keywordOnly = byName && !p.keywords;
        byName = byName || p.variadic;
        return p;
    }
};

/// The arguments of one call: in the order of the parameters, and as they were given.
struct BoundArguments
{
    const Array &bound;
    const Params &given;
    const QList<Parameter> &parameters;

    /// \a path inside the argument at \a index, as the caller sees it.
    Path pathOf(qsizetype index, const Path &path) const
    {
        const Path params = Path().child(QStringLiteral("params"));
        const Parameter &parameter = parameters.at(index);
        if (parameter.keywords)
            return path.below(params); // its members were arguments of their own
        const qsizetype position = std::count_if(parameters.begin(), parameters.begin() + index,
            [](const Parameter &p) { return !p.keywordOnly && !p.variadic && !p.keywords; });
        if (parameter.keywordOnly || position >= given.positional().size())
            return path.below(params.child(parameter.name));
        if (!parameters.at(index).variadic || path.isEmpty() || !std::holds_alternative<qsizetype>(path.steps().at(0)))
            return path.below(params.child(position));
        Path inner; // a variadic one: its elements were arguments of their own
        for (const Path::Step &step : path.steps().mid(1))
            inner.append(step);
        return inner.below(params.child(position + std::get<qsizetype>(path.steps().at(0))));
    }
};

/// Converts argument \a index; remembers the first error.
template <class T> T argument(const BoundArguments &call, std::size_t index, Error &error, bool &failed)
{
    if (failed)
        return T();
    if (qsizetype(index) >= call.bound.size())
        return T(); // only optional parameters may be absent
    auto value = fromValue<T>(call.bound.at(qsizetype(index)));
    if (value)
        return *std::move(value);
    error = value.error();
    error.path = call.pathOf(qsizetype(index), error.path);
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

/// Calls \a function with converted arguments, and answers when it is through. What goes on later (futures, coroutines)
/// keeps its arguments, the context and \a owner, which holds the function, until then.
template <class F>
void callWith(F &function, const CallContext &context, const BoundArguments &call, const ReplyHandle &reply,
    std::shared_ptr<const void> owner)
{
    using Info = CallableInfo<F>;
    using R = std::remove_cvref_t<typename Info::Traits::Result>;
    using Arguments = typename Info::Arguments;
    [&]<std::size_t... I>(std::index_sequence<I...>)
    {
        Error error;
        bool failed = false;
        struct Kept
        {
            CallContext context;
            Arguments arguments;
            std::shared_ptr<const void> owner;
        };
        const auto invoke = [&function](const CallContext &c, Arguments &arguments) -> typename Info::Traits::Result {
            if constexpr (Info::wantsContext)
                return function(c, std::get<I>(std::move(arguments))...);
            else
                return function(std::get<I>(std::move(arguments))...);
        };
        Arguments arguments { argument<std::tuple_element_t<I, Arguments>>(call, I, error, failed)... };
        if (failed)
            return reply.reject(error);
        if constexpr (std::is_void_v<R>) {
            invoke(context, arguments);
            reply.resolve(Value());
        } else if constexpr (isResult<R>) {
            reply.answer(outcomeOf(invoke(context, arguments)));
        } else if constexpr (isFuture<R> || isTask<R>) {
            const auto kept = std::make_shared<Kept>(Kept { context, std::move(arguments), std::move(owner) });
            const auto finish = [reply, kept](const auto &result) {
                try {
                    reply.answer(outcomeOf(result));
                } catch (...) { // a conversion of the application's own
                    reply.reject(Error::fromException(std::current_exception()));
                }
            };
            if constexpr (isFuture<R>)
                // At home there is an event loop; here may be a pool's thread.
                reply.runAtHome([future = invoke(kept->context, kept->arguments), finish] {
                    whenFinished(future, [finish](const R &finished) { finish(resultOf(finished)); });
                });
            else
                invoke(kept->context, kept->arguments).onFinished(finish);
        } else if constexpr (std::is_same_v<R, const char *>) {
            reply.resolve(QString::fromUtf8(invoke(context, arguments)));
        } else {
            reply.resolve(toValue<R>(invoke(context, arguments)));
        }
    }
    (std::make_index_sequence<std::tuple_size_v<Arguments>>());
}

} // namespace detail
/// \endcond

} // namespace rpc
