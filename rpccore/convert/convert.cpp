// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "convert.h"

#include <rpccore/json/valuetext.h>
#include <rpccore/value/utf8.h>

#include <charconv>
#include <cmath>

namespace rpc {

namespace detail {

namespace {

Error invalid(const QString &message) { return Error::make(ErrorKind::InvalidParams, message); }

// A value as it stands in a message: whole arrays and long texts do not.
QString shown(const Value &value)
{
    if (value.get<Array>() || value.get<Struct>() || value.get<QByteArray>())
        return typeName(value.type());
    if (const auto *date = value.get<DateTime>(); date && !date->text().isEmpty())
        return QString::fromLatin1(date->text());
    constexpr qsizetype longest = 60;
    const auto *text = value.get<QString>();
    const bool cut = text && text->size() > longest;
    QString notation = QString::fromUtf8(valuetext::toText(cut ? Value(text->left(longest)) : value));
    if (cut || notation.size() > 2 * longest) {
        notation.truncate(2 * longest);
        notation += QChar(0x2026);
    }
    return notation;
}

// Without sign, of a literal that is integral; nothing when it has more than 20 digits.
std::optional<quint64> unsignedOf(const Number &number)
{
    auto digits = number.plainDecimal();
    if (!digits)
        return std::nullopt;
    const qsizetype point = digits->indexOf('.');
    if (point >= 0) {
        if (digits->mid(point + 1).count('0') != digits->size() - point - 1)
            return std::nullopt;
        digits->truncate(point);
    }
    quint64 value = 0;
    const char *const end = digits->constData() + digits->size();
    const auto [rest, error] = std::from_chars(digits->constData(), end, value);
    return error == std::errc() && rest == end ? std::optional(value) : std::nullopt;
}

// True for a number that would be an integer if it were smaller.
bool isWhole(const Value &value)
{
    const auto number = value.toDouble();
    return number && *number == std::trunc(*number);
}

} // namespace

Error typeMismatch(const QString &expected, const Value &got)
{
    return invalid(QStringLiteral("expected %1, got %2").arg(expected, typeName(got.type())));
}

Error valueMismatch(const QString &expected, const Value &got)
{
    return invalid(QStringLiteral("expected %1, got %2").arg(expected, shown(got)));
}

Error outOfRange(const Value &got, const QString &lowest, const QString &highest)
{
    return invalid(QStringLiteral("%1 is out of the range %2 to %3").arg(shown(got), lowest, highest));
}

Error wrongLength(qsizetype expected, qsizetype got)
{
    return invalid(QStringLiteral("expected %1 %2, got %3")
                       .arg(expected)
                       .arg(expected == 1 ? QStringLiteral("value") : QStringLiteral("values"))
                       .arg(got));
}

Error memberError(const QString &name, const QString &message)
{
    Error e = invalid(message);
    e.path.append(name);
    return e;
}

Error missingMember(const QString &name) { return memberError(name, QStringLiteral("is missing")); }

Error repeatedMember(const QString &name) { return memberError(name, QStringLiteral("stands twice")); }

Error repeatedItem(qsizetype index)
{
    Error e = invalid(QStringLiteral("stands twice"));
    e.path.append(index);
    return e;
}

Result<void> checkMembers(const Struct &members, const QStringList &known)
{
    QSet<QString> seen;
    for (const Member &m : members) {
        if (!known.contains(m.name))
            return memberError(m.name, QStringLiteral("no such member"));
        if (seen.contains(m.name))
            return repeatedMember(m.name);
        seen.insert(m.name);
    }
    return {};
}

QString commonTypeName(const QStringList &names)
{
    for (const QString &name : names) {
        if (name != names.first())
            return Convert<Value>::typeName();
    }
    return names.first();
}

Error noAlternative(const QStringList &expected, const QList<Error> &errors, const Value &got)
{
    // Alternatives that fit but for something inside them say more than the types of all.
    QList<Error> inner;
    QStringList texts;
    for (const Error &e : errors) {
        if (e.path.isEmpty())
            continue;
        inner.append(e);
        texts.append(e.toString());
    }
    if (inner.size() == 1)
        return inner.first();
    if (!inner.isEmpty())
        return invalid(texts.join(QStringLiteral("; or ")));
    QStringList names = expected;
    names.removeDuplicates();
    return typeMismatch(names.join(QStringLiteral(" or ")), got);
}

Result<qint64> signedFromValue(const Value &value, qint64 lowest, qint64 highest, Type expected)
{
    const auto integer = value.toInteger();
    if (integer && *integer >= lowest && *integer <= highest)
        return *integer;
    if (integer || isWhole(value))
        return outOfRange(value, QString::number(lowest), QString::number(highest));
    return typeMismatch(typeName(expected), value);
}

Result<quint64> unsignedFromValue(const Value &value, quint64 highest, Type expected)
{
    const auto integer = value.toInteger();
    if (integer && *integer >= 0 && quint64(*integer) <= highest)
        return quint64(*integer);
    const auto *number = value.get<Number>();
    if (const auto large = number ? unsignedOf(*number) : std::nullopt; large && *large <= highest)
        return *large;
    if (integer || isWhole(value))
        return outOfRange(value, QStringLiteral("0"), QString::number(highest));
    return typeMismatch(typeName(expected), value);
}

Result<double> floatingFromValue(const Value &value, double highest)
{
    const auto number = value.toDouble();
    if (!number)
        return typeMismatch(typeName(Type::Double), value);
    const bool sayInfinity = value.get<double>() && std::isinf(*number);
    if (!sayInfinity && std::abs(*number) > highest)
        return outOfRange(value, QString::number(-highest), QString::number(highest));
    return *number;
}

} // namespace detail

Result<std::monostate> Convert<std::monostate>::fromValue(const Value &value)
{
    if (value.isNil())
        return std::monostate();
    return detail::typeMismatch(typeName(), value);
}

Result<Number> Convert<Number>::fromValue(const Value &value)
{
    if (const auto *number = value.get<Number>())
        return *number;
    std::optional<Number> number;
    if (const auto *d = value.get<double>()) {
        if (std::isfinite(*d))
            number = Number::fromLiteral(shortestLiteral(*d));
    } else if (const auto integer = value.toInteger()) {
        number = Number::fromLiteral(QByteArray::number(*integer));
    }
    if (number)
        return *number;
    return detail::typeMismatch(rpc::typeName(Type::Number), value);
}

Value Convert<std::string_view>::toValue(std::string_view value)
{
    return stringFromUtf8(QByteArrayView(value.data(), qsizetype(value.size())));
}

Value Convert<std::string>::toValue(const std::string &value) { return Convert<std::string_view>::toValue(value); }

Result<std::string> Convert<std::string>::fromValue(const Value &value)
{
    const auto *text = value.get<QString>();
    if (!text)
        return detail::typeMismatch(typeName(), value);
    if (!text->isValidUtf16())
        return Error::make(ErrorKind::InvalidParams, QStringLiteral("text with a lone surrogate has no UTF-8"));
    return text->toStdString();
}

Result<QUuid> Convert<QUuid>::fromValue(const Value &value)
{
    const auto *text = value.get<QString>();
    if (!text)
        return detail::typeMismatch(typeName(), value);
    // QUuid reads over what follows, so the result has to spell the text.
    const QUuid uuid = QUuid::fromString(*text);
    const QString lower = text->toLower();
    if (lower == uuid.toString(QUuid::WithoutBraces) || lower == uuid.toString(QUuid::WithBraces))
        return uuid;
    return detail::valueMismatch(QStringLiteral("a UUID"), value);
}

Result<QUrl> Convert<QUrl>::fromValue(const Value &value)
{
    const auto *text = value.get<QString>();
    if (!text)
        return detail::typeMismatch(typeName(), value);
    QUrl url(*text, QUrl::StrictMode);
    if (url.isValid())
        return url;
    return detail::valueMismatch(QStringLiteral("a URL"), value);
}

} // namespace rpc
