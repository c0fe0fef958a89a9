// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/dispatch/callcontext.h>

#include <functional>
#include <optional>
#include <vector>

namespace rpc {

/// Decides whether a call may be made: nil, false, zero and empty values refuse it, anything else allows it and becomes
/// CallContext::identity. A predicate that throws refuses.
using Predicate = std::function<Value(const CallContext &)>;

/// Who may call: a list of predicates of which the first that allows wins. What a method says goes before what its
/// branch says, that before its parent branch, that before the server.
class RPCCORE_EXPORT Authorization
{
public:
    /// Says nothing: the next level decides.
    Authorization() = default;
    /// Whoever \a predicate allows.
    Authorization(Predicate predicate)
        : m_predicates({ std::move(predicate) })
        , m_says(Says::AnyOf)
    {
    }
    /// Whoever one of them allows, asked in order; without any, nobody.
    Authorization(std::vector<Predicate> anyOf)
        : m_predicates(std::move(anyOf))
        , m_says(Says::AnyOf)
    {
    }
    /// Everybody, whatever the levels above say.
    static Authorization none()
    {
        Authorization open;
        open.m_says = Says::Everybody;
        return open;
    }

    bool isInherited() const noexcept { return m_says == Says::Nothing; } ///< Says nothing: the next level decides.
    /// The identity (nil when nothing is asked); nothing when the call is refused.
    std::optional<Value> check(const CallContext &context) const;

private:
    enum class Says : quint8 { Nothing, Everybody, AnyOf };
    std::vector<Predicate> m_predicates;
    Says m_says = Says::Nothing;
};

/// What HTTP header fields tell about the caller, and predicates that look at it. Secrets are compared in constant
/// time.
namespace auth {

/// What a caller said in `Authorization: Basic`.
struct BasicCredentials
{
    QString user; ///< may be empty; has no colon
    QString password; ///< may be empty
};

/// True when both are equal; takes as long for a wrong first byte as for a wrong last one. The length is no secret.
RPCCORE_EXPORT bool isEqual(QByteArrayView a, QByteArrayView b) noexcept;

/// The value of a header field; an error when there is none or it stands twice.
RPCCORE_EXPORT Result<QByteArray> header(const CallContext &context, QByteArrayView name);
/// What stands behind \a scheme (letter case is ignored) in Authorization, percent-decoded; an error when the field is
/// missing or names another scheme.
RPCCORE_EXPORT Result<QString> token(const CallContext &context, QByteArrayView scheme);
/// The token of `Authorization: Bearer`.
RPCCORE_EXPORT Result<QString> bearerToken(const CallContext &context);
/// User and password of `Authorization: Basic` (RFC 7617): base64 of UTF-8, split at the first colon, as they are.
RPCCORE_EXPORT Result<BasicCredentials> basicCredentials(const CallContext &context);

/// Allows one user; the identity is the user's name. Credentials that are percent-encoded, as some clients send what
/// stood in a URL, are taken, too.
RPCCORE_EXPORT Predicate basic(const QString &user, const QString &password);
/// Allows whoever \a check says yes to; the identity is the user's name. Asked a second time with the credentials
/// percent-decoded when it says no to them as they are and they have percent signs.
RPCCORE_EXPORT Predicate basic(std::function<bool(const BasicCredentials &)> check);
/// Allows one bearer token; the identity is true.
RPCCORE_EXPORT Predicate bearer(const QString &token);
/// Allows one token of any scheme; the identity is true.
RPCCORE_EXPORT Predicate tokenOf(const QByteArray &scheme, const QString &token);
/// Allows requests whose header field \a name has this value; the identity is true.
RPCCORE_EXPORT Predicate headerIs(const QByteArray &name, const QByteArray &value);

} // namespace auth

} // namespace rpc
