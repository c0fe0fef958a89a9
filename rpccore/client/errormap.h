// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QHash>

#include <concepts>
#include <functional>
#include <optional>

namespace rpc {

/// From errors to a type of the caller's own: an enumeration, a variant, a struct. A value, usable with every reply.
///
///     const auto problems = rpc::ErrorMap<Problem>(Problem::Other)
///                               .on(-32601, Problem::NoSuchMethod)
///                               .on(rpc::ErrorKind::Timeout, Problem::TryAgain);
///     if (const std::optional<Problem> problem = problems(reply)) ...
template <class E> class ErrorMap
{
public:
    using Make = std::function<E(const Error &)>; ///< makes an E of an error

    /// What no rule names becomes E().
    ErrorMap() requires std::default_initializable<E> : m_otherwise([](const Error &) { return E(); }) { }
    /// What no rule names becomes \a otherwise.
    explicit ErrorMap(E otherwise)
        : m_otherwise(always(std::move(otherwise)))
    {
    }

    /// An error of the server with this code. Errors of this side have no code of the server's and never match, nor do
    /// codes that are no integers. The last rule for a code wins.
    ErrorMap &on(int code, Make make)
    {
        m_codes.insert(code, std::move(make));
        return *this;
    }
    /// The same, always \a value.
    ErrorMap &on(int code, E value) { return on(code, always(std::move(value))); }
    /// An error of this kind. For ErrorKind::Remote: one whose code has no rule.
    ErrorMap &on(ErrorKind kind, Make make)
    {
        m_kinds.insert(int(kind), std::move(make));
        return *this;
    }
    /// The same, always \a value.
    ErrorMap &on(ErrorKind kind, E value) { return on(kind, always(std::move(value))); }
    /// Everything else.
    ErrorMap &otherwise(Make make)
    {
        m_otherwise = std::move(make);
        return *this;
    }
    /// The same, always \a value.
    ErrorMap &otherwise(E value) { return otherwise(always(std::move(value))); }

    /// What \a error is: by its code, else by its kind, else the rest.
    E operator()(const Error &error) const
    {
        if (error.kind == ErrorKind::Remote && error.codeText.isEmpty()) {
            if (const auto it = m_codes.constFind(error.code); it != m_codes.cend())
                return (*it)(error);
        }
        const auto it = m_kinds.constFind(int(error.kind));
        return it != m_kinds.cend() ? (*it)(error) : m_otherwise(error);
    }
    /// Nothing when \a reply is a success.
    template <class T> std::optional<E> operator()(const Result<T> &reply) const
    {
        return reply ? std::optional<E>() : (*this)(reply.error());
    }

private:
    static Make always(E value)
    {
        return [value = std::move(value)](const Error &) { return value; };
    }

    QHash<int, Make> m_codes;
    QHash<int, Make> m_kinds;
    Make m_otherwise;
};

} // namespace rpc
