// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "authorization.h"

#include <rpccore/core/logging.h>
#include <rpccore/value/visit.h>

#include <exception>

namespace rpc {

namespace {

bool allows(const Value &verdict)
{
    return visit(verdict,
        Overloaded {
            [](Nil) { return false; },
            [](bool b) { return b; },
            [](qint32 i) { return i != 0; },
            [](qint64 i) { return i != 0; },
            [](double d) { return d != 0; },
            [](const Number &n) { return n.toDouble() != 0; },
            [](const DateTime &) { return true; },
            [](const auto &textOrContainer) { return !textOrContainer.isEmpty(); },
        });
}

Error refused(const QString &message) { return Error::make(ErrorKind::Unauthorized, message); }

} // namespace

std::optional<Value> Authorization::check(const CallContext &context) const
{
    if (m_says != Says::AnyOf)
        return Value();
    for (const Predicate &predicate : m_predicates) { // of none, nobody is allowed
        try {
            Value verdict = predicate(context);
            if (allows(verdict))
                return verdict;
        } catch (const std::exception &e) {
            qCWarning(
                lcServer, "an authorisation predicate for %ls threw: %s", qUtf16Printable(context.method), e.what());
        } catch (...) {
            qCWarning(lcServer, "an authorisation predicate for %ls threw", qUtf16Printable(context.method));
        }
    }
    return std::nullopt;
}

namespace auth {

bool isEqual(QByteArrayView a, QByteArrayView b) noexcept
{
    if (a.size() != b.size())
        return false;
    unsigned char difference = 0;
    for (qsizetype i = 0; i < a.size(); ++i)
        difference = static_cast<unsigned char>(difference | (uchar(a[i]) ^ uchar(b[i])));
    return difference == 0;
}

Result<QByteArray> header(const CallContext &context, QByteArrayView name)
{
    std::optional<QByteArray> found;
    for (const auto &[field, value] : context.headers) {
        if (!isSameField(field, name))
            continue;
        if (found)
            return refused(QStringLiteral("the field %1 stands twice").arg(QString::fromLatin1(name)));
        found = value.trimmed();
    }
    if (!found)
        return refused(QStringLiteral("there is no field %1").arg(QString::fromLatin1(name)));
    return *std::move(found);
}

namespace {

Result<QByteArray> credentials(const CallContext &context, QByteArrayView scheme)
{
    const auto value = header(context, "Authorization");
    if (!value)
        return value.error();
    const qsizetype space = value->indexOf(' ');
    if (!isSameField(value->left(space), scheme))
        return refused(QStringLiteral("the scheme is not %1").arg(QString::fromLatin1(scheme)));
    return space < 0 ? QByteArray() : value->mid(space + 1).trimmed();
}

} // namespace

Result<QString> token(const CallContext &context, QByteArrayView scheme)
{
    const auto value = credentials(context, scheme);
    if (!value)
        return value.error();
    return QString::fromUtf8(QByteArray::fromPercentEncoding(*value));
}

Result<QString> bearerToken(const CallContext &context) { return token(context, "Bearer"); }

static QString decoded(const QString &text)
{
    return QString::fromUtf8(QByteArray::fromPercentEncoding(text.toUtf8()));
}

Result<BasicCredentials> basicCredentials(const CallContext &context)
{
    const auto value = credentials(context, "Basic");
    if (!value)
        return value.error();
    const auto decoded = QByteArray::fromBase64Encoding(*value, QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded)
        return refused(QStringLiteral("the credentials are no base64"));
    const QByteArray text = *decoded;
    const qsizetype colon = text.indexOf(':');
    if (colon < 0 || !text.isValidUtf8())
        return refused(QStringLiteral("the credentials are not user:password in UTF-8"));
    return BasicCredentials { QString::fromUtf8(text.left(colon)), QString::fromUtf8(text.mid(colon + 1)) };
}

Predicate basic(const QString &user, const QString &password)
{
    return basic([user = user.toUtf8(), password = password.toUtf8()](const BasicCredentials &given) {
        const bool sameUser = isEqual(given.user.toUtf8(), user);
        const bool samePassword = isEqual(given.password.toUtf8(), password); // both are always compared
        return sameUser && samePassword;
    });
}

Predicate basic(std::function<bool(const BasicCredentials &)> check)
{
    return [check = std::move(check)](const CallContext &context) -> Value {
        const auto given = basicCredentials(context);
        if (!given)
            return {};
        if (check(*given))
            return given->user;
        const BasicCredentials plain { decoded(given->user), decoded(given->password) };
        const bool isEncoded = plain.user != given->user || plain.password != given->password;
        return isEncoded && check(plain) ? Value(plain.user) : Value();
    };
}

Predicate bearer(const QString &token) { return tokenOf("Bearer", token); }

Predicate tokenOf(const QByteArray &scheme, const QString &expected)
{
    return [scheme, expected = expected.toUtf8()](const CallContext &context) -> Value {
        const auto raw = credentials(context, scheme);
        if (!raw || expected.isEmpty()) // a secret that was never set lets nobody in
            return false;
        const bool asItIs = isEqual(*raw, expected);
        const bool decoded = isEqual(QByteArray::fromPercentEncoding(*raw), expected); // both are always compared
        return asItIs || decoded;
    };
}

Predicate headerIs(const QByteArray &name, const QByteArray &value)
{
    return [name, value](const CallContext &context) -> Value {
        const auto given = header(context, name);
        return given && !value.isEmpty() && isEqual(*given, value);
    };
}

} // namespace auth

} // namespace rpc
