// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "value.h"

#include "numberscan.h"
#include "path.h"
#include "visit.h"

#include <QDebug>

#include <cmath>

#include <charconv>

namespace rpc {

static_assert(sizeof(Value) == 32);

QString typeName(Type type)
{
    switch (type) {
    case Type::Nil:
        return QStringLiteral("nil");
    case Type::Bool:
        return QStringLiteral("boolean");
    case Type::Int32:
        return QStringLiteral("int");
    case Type::Int64:
        return QStringLiteral("i8");
    case Type::Double:
        return QStringLiteral("double");
    case Type::Number:
        return QStringLiteral("number");
    case Type::String:
        return QStringLiteral("string");
    case Type::DateTime:
        return QStringLiteral("dateTime.iso8601");
    case Type::Bytes:
        return QStringLiteral("base64");
    case Type::Array:
        return QStringLiteral("array");
    case Type::Struct:
        return QStringLiteral("struct");
    }
    Q_UNREACHABLE();
}

Value Value::fromLiteral(QByteArrayView literal)
{
    const char *const begin = literal.data();
    const char *const end = begin + literal.size();
    if (const ScannedNumber n = scanNumber(begin, end); n.end == end)
        return n.isInteger ? fromInteger(n.integer) : Value(n.number);
    qint64 integer = 0;
    const auto asInteger = std::from_chars(begin, end, integer);
    if (asInteger.ptr == end) {
        const bool minusZero = integer == 0 && *begin == '-';
        if (asInteger.ec == std::errc() && !minusZero)
            return fromInteger(integer);
        return *Number::fromLiteral(literal);
    }
    double number = 0;
    const auto asDouble = std::from_chars(begin, end, number);
    if (asDouble.ec == std::errc()) {
        char shortest[32];
        if (QByteArrayView(shortest, shortestLiteral(number, shortest)) == literal)
            return number;
    }
    return *Number::fromLiteral(literal);
}

std::optional<qint64> Value::toInteger() const
{
    if (const auto *i = get<qint32>())
        return *i;
    if (const auto *i = get<qint64>())
        return *i;
    if (const auto *n = get<Number>())
        return n->toInt64();
    // As a Number with the same digits; from 2^63 on nothing fits.
    if (const auto *d = get<double>(); d && *d >= -0x1p63 && *d < 0x1p63 && std::trunc(*d) == *d)
        return qint64(*d);
    return std::nullopt;
}

std::optional<double> Value::toDouble() const
{
    if (const auto *d = get<double>())
        return *d;
    if (const auto *i = get<qint32>())
        return *i;
    if (const auto *i = get<qint64>())
        return double(*i);
    if (const auto *n = get<Number>())
        return n->toDouble();
    return std::nullopt;
}

QString Value::toString(const QString &fallback) const
{
    const auto *s = get<QString>();
    return s ? *s : fallback;
}

const Value *Value::find(const Path &path) const
{
    const Value *at = this;
    for (const Path::Step &step : path.steps()) {
        if (const auto *name = std::get_if<QString>(&step)) {
            const auto *s = at->get<Struct>();
            at = s ? s->find(*name) : nullptr;
        } else {
            const auto *a = at->get<Array>();
            const qsizetype index = std::get<qsizetype>(step);
            at = a && index >= 0 && index < a->size() ? &a->at(index) : nullptr;
        }
        if (!at)
            return nullptr;
    }
    return at;
}

QDebug operator<<(QDebug debug, const Value &value)
{
    const QDebugStateSaver saver(debug);
    debug.nospace();
    visit(value,
        Overloaded {
            [&](Nil) { debug << "nil"; },
            [&](bool b) { debug << b; },
            [&](qint32 i) { debug << i; },
            [&](qint64 i) { debug << "i8 " << i; },
            [&](double d) { debug << shortestLiteral(d).constData(); },
            [&](const Number &n) { debug << "number " << n.literal().constData(); },
            [&](const QString &s) { debug << s; },
            [&](const DateTime &d) { debug << "dateTime " << d.text().constData(); },
            [&](const QByteArray &b) { debug << "bytes " << b.toHex().constData(); },
            [&](const Array &a) {
                debug << '[';
                for (qsizetype i = 0; i < a.size(); ++i)
                    debug << (i ? ", " : "") << a[i];
                debug << ']';
            },
            [&](const Struct &s) {
                debug << '{';
                for (qsizetype i = 0; i < s.size(); ++i)
                    debug << (i ? ", " : "") << s.at(i).name << ": " << s.at(i).value;
                debug << '}';
            },
        });
    return debug;
}

} // namespace rpc
