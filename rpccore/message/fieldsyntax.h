// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QByteArray>
#include <QString>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace rpc {

namespace detail {

// RFC 9110 section 5.6.2
inline constexpr std::array<bool, 256> tokenChars = [] {
    std::array<bool, 256> is {};
    for (int c = '0'; c <= '9'; ++c)
        is[c] = true;
    for (int c = 'a'; c <= 'z'; ++c)
        is[c] = is[c - 'a' + 'A'] = true;
    for (const char c : { '!', '#', '$', '%', '&', '\'', '*', '+', '-', '.', '^', '_', '`', '|', '~' })
        is[uchar(c)] = true;
    return is;
}();

} // namespace detail

/// True for what a token is made of (RFC 9110 section 5.6.2): the names of methods and header fields are tokens.
inline bool isTokenChar(char c) noexcept { return detail::tokenChars[uchar(c)]; }

/// True when \a text is a token; an empty one is none.
inline bool isToken(QByteArrayView text) noexcept
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenChar);
}

/// \a value without the spaces and tabs around it.
RPCCORE_EXPORT QByteArrayView withoutBlanks(QByteArrayView value) noexcept;

/// True when \a value, a list with commas, has \a word; letter case is ignored.
RPCCORE_EXPORT bool fieldListHas(QByteArrayView value, QByteArrayView word) noexcept;

/// Gives name and value of a line that may stand among the header fields or in a trailer (RFC 9112 section 5).
RPCCORE_EXPORT std::optional<std::pair<QByteArrayView, QByteArrayView>> readFieldLine(QByteArrayView line) noexcept;

/// The value of Host, and what CONNECT asks for: \a host in ASCII, in brackets when it is an IPv6 address; \a port
/// unless it is \a defaultPort.
RPCCORE_EXPORT QByteArray authorityOf(const QString &host, int port, int defaultPort);

/// The value of Authorization and Proxy-Authorization for \a user, in UTF-8 (RFC 7617).
inline QByteArray basicAuthorization(const QString &user, const QString &password)
{
    return "Basic " + QByteArray(user.toUtf8() + ':' + password.toUtf8()).toBase64();
}

} // namespace rpc
