// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scriptvalue.h"

#include <rpccore/json/valuetext.h>
#include <rpccore/value/visit.h>

#include <QDateTime>

#include <cmath>

namespace rpc {

namespace {

constexpr int deepest = 512;
constexpr double exactIntegers = 9007199254740992.0; // 2^53: up to here a double holds every integer

bool isNumberType(const QString &type)
{
    return type == u"int" || type == u"i8" || type == u"double" || type == u"number";
}

bool isPlain(double value) { return !std::isfinite(value) || value != std::trunc(value); }

} // namespace

ScriptValues::ScriptValues(QJSEngine &engine, const QJSValue &helpers)
    : m_engine(engine)
    , m_helpers(helpers)
{
}

QJSValue ScriptValues::exact(const char *name, const QString &text) const
{
    return m_helpers.property(QStringLiteral("exact")).call({ QString::fromLatin1(name), text });
}

QJSValue ScriptValues::toScript(const Value &value, const QString &declaredType) const
{
    if (isNumberType(declaredType)) {
        if (const auto number = value.toDouble())
            return *number;
    }
    return visit(value,
        Overloaded {
            [](Nil) { return QJSValue(QJSValue::NullValue); },
            [](bool b) { return QJSValue(b); },
            [](qint32 i) { return QJSValue(i); },
            [&](qint64 i) {
                const bool narrow = i >= INT32_MIN && i <= INT32_MAX;
                if (narrow || double(i) > exactIntegers || double(i) < -exactIntegers
                    || (double(i) == exactIntegers && i != qint64(exactIntegers)))
                    return exact("$int64", QString::number(i));
                return QJSValue(double(i));
            },
            [&](double d) {
                return isPlain(d) ? QJSValue(d) : exact("$number", QString::fromLatin1(shortestLiteral(d)));
            },
            [&](const Number &n) { return exact("$number", QString::fromLatin1(n.literal())); },
            [](const QString &s) { return QJSValue(s); },
            [&](const DateTime &d) { return exact("$dateTime", QString::fromLatin1(d.text())); },
            [&](const QByteArray &b) { return exact("$bytes", QString::fromLatin1(b.toBase64())); },
            [&](const Array &a) {
                QJSValue array = m_engine.newArray(uint(a.size()));
                for (qsizetype i = 0; i < a.size(); ++i)
                    array.setProperty(quint32(i), toScript(a[i]));
                return array;
            },
            [&](const Struct &s) {
                QJSValue object = m_engine.newObject();
                for (const Member &m : s) {
                    if (m.name == u"__proto__") // as a member, not as the prototype
                        m_helpers.property(QStringLiteral("define")).call({ object, m.name, toScript(m.value) });
                    else
                        object.setProperty(m.name, toScript(m.value));
                }
                return object;
            },
        });
}

Result<Value> ScriptValues::fromScript(const QJSValue &value, const QString &declaredType) const
{
    return fromScript(value, declaredType, 0);
}

Result<Value> ScriptValues::fromScript(const QJSValue &value, const QString &declaredType, int depth) const
{
    const auto refuse = [](const QString &message) { return Error::make(ErrorKind::NotExpressible, message); };
    if (depth > deepest)
        return refuse(QStringLiteral("nested deeper than %1 levels").arg(deepest));
    if (value.isUndefined() || value.isNull())
        return Value();
    if (value.isBool())
        return Value(value.toBool());
    if (value.isNumber()) {
        const double number = value.toNumber();
        const bool minusZero = number == 0 && std::signbit(number);
        if (declaredType == u"double" || isPlain(number) || minusZero || std::abs(number) > exactIntegers)
            return Value(number);
        if (declaredType == u"i8")
            return Value(qint64(number));
        return Value::fromInteger(qint64(number));
    }
    if (value.isString()) {
        const QString text = value.toString();
        return Value(text.isNull() ? QString(QLatin1String("")) : text);
    }
    if (value.isDate())
        return Value(DateTime::fromQDateTime(value.toDateTime().toLocalTime()));
    if (value.isArray()) {
        Array out;
        const quint32 length = value.property(QStringLiteral("length")).toUInt();
        for (quint32 i = 0; i < length; ++i) {
            auto item = fromScript(value.property(i), {}, depth + 1);
            if (!item) {
                item.error().path = item.error().path.below(Path().child(qsizetype(i)));
                return item;
            }
            out.append(*std::move(item));
        }
        return Value(std::move(out));
    }
    if (value.isCallable())
        return refuse(QStringLiteral("a function is no value"));
    if (value.isObject())
        return fromObject(value, depth);
    return refuse(QStringLiteral("\"%1\" is no value").arg(value.toString()));
}

Result<Value> ScriptValues::fromObject(const QJSValue &value, int depth) const
{
    Struct out;
    const QJSValue keys = m_helpers.property(QStringLiteral("keys")).call({ value });
    const quint32 length = keys.property(QStringLiteral("length")).toUInt();
    for (quint32 i = 0; i < length; ++i) {
        const QString name = keys.property(i).toString();
        auto member = fromScript(value.property(name), {}, depth + 1);
        if (!member) {
            member.error().path = member.error().path.below(Path().child(name));
            return member;
        }
        out.append(name.isNull() ? QString(QLatin1String("")) : name, *std::move(member));
    }
    if (valuetext::needsEscape(out)) {
        if (out.at(0).name == u"$struct") // its content stands as it is
            return out.at(0).value;
        return valuetext::fromSpelling(out);
    }
    return Value(std::move(out));
}

} // namespace rpc
