// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/error.h>

#include <utility>
#include <variant>

namespace rpc {

/// Either a T or an Error, in the shape of std::expected.
template <class T> class [[nodiscard]] Result
{
public:
    /// Success.
    Result(T value)
        : m_data(std::in_place_index<0>, std::move(value))
    {
    }
    /// Failure.
    Result(Error error)
        : m_data(std::in_place_index<1>, std::move(error))
    {
    }

    bool hasValue() const noexcept { return m_data.index() == 0; } ///< True for a success.
    explicit operator bool() const noexcept { return hasValue(); } ///< As hasValue().

    /// Only when hasValue().
    const T &value() const & { return std::get<0>(m_data); }
    /// Only when hasValue().
    T &value() & { return std::get<0>(m_data); }
    /// The value, moved out; only when hasValue().
    T &&value() && { return std::get<0>(std::move(m_data)); }
    const T &operator*() const & { return value(); } ///< As value().
    T &operator*() & { return value(); } ///< As value().
    T &&operator*() && { return std::move(*this).value(); } ///< As value().
    const T *operator->() const { return &value(); } ///< As value().
    T *operator->() { return &value(); } ///< As value().

    /// Only when not hasValue().
    const Error &error() const & { return std::get<1>(m_data); }
    /// Only when not hasValue().
    Error &error() & { return std::get<1>(m_data); }

    /// The value, or \a fallback for an error.
    T valueOr(T fallback) const { return hasValue() ? value() : std::move(fallback); }

private:
    std::variant<T, Error> m_data;
};

/// Success without a value, or an Error.
template <> class [[nodiscard]] Result<void>
{
public:
    Result() = default; ///< Success.
    /// Failure.
    Result(Error error)
        : m_error(std::move(error))
        , m_ok(false)
    {
    }
    bool hasValue() const noexcept { return m_ok; } ///< True for a success.
    explicit operator bool() const noexcept { return m_ok; } ///< As hasValue().
    const Error &error() const { return m_error; } ///< Only when not hasValue().

private:
    Error m_error;
    bool m_ok = true;
};

} // namespace rpc
