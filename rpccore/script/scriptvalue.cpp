// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scriptvalue.h"

#include <rpccore/json/valuetext.h>
#include <rpccore/value/visit.h>

#include <cmath>

namespace rpc {

namespace {

constexpr double exactIntegers = 9007199254740992.0; // 2^53: up to here a double holds every integer

bool isNumberType(const QString &type)
{
    return type == u"int" || type == u"i8" || type == u"double" || type == u"number";
}

bool isPlain(double value) { return !std::isfinite(value) || value != std::trunc(value); }

} // namespace

ScriptValues::ScriptValues(QJSEngine &engine, const QJSValue &helpers)
    : m_engine(engine)
    , m_exact(helpers.property(QStringLiteral("exact")))
    , m_define(helpers.property(QStringLiteral("define")))
{
}

QJSValue ScriptValues::exact(const char *name, const QString &text) const
{
    return m_exact.call({ QString::fromLatin1(name), text });
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
                for (const Member &m : s) // not setProperty(): it would run setters of prototypes
                    m_define.call({ object, m.name, toScript(m.value) });
                if (!valuetext::needsEscape(s))
                    return object;
                QJSValue escaped = m_engine.newObject(); // it is no exact value, it only looks like one
                m_define.call({ escaped, QStringLiteral("$struct"), object });
                return escaped;
            },
        });
}

Result<Value> ScriptValues::fromText(const QString &text, const QString &declaredType)
{
    Limits limits; // the prelude has its own, smaller ones
    limits.bytes = 1024LL * 1024 * 1024;
    auto value = valuetext::fromText(text.toUtf8(), limits);
    if (!value)
        return value;
    if (declaredType == u"double" && value->toInteger())
        return Value(*value->toDouble());
    if (declaredType == u"i8" && value->toInteger())
        return Value(*value->toInteger());
    return value;
}

} // namespace rpc
