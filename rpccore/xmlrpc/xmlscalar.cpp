// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlscalar.h"

#include <rpccore/value/utf8.h>

#include <cmath>
#include <limits>

namespace rpc {

namespace {

Error wrong(const QString &message) { return Error::make(ErrorKind::InvalidRequest, message); }

QString shown(const QByteArray &text)
{
    return u'"' % QString::fromUtf8(text.size() > 40 ? text.left(40) + "..." : text) % u'"';
}

Result<Value> integer(const QByteArray &text, bool wide, const XmlRpcDialect &dialect, std::optional<Rule> &leniency)
{
    const QByteArray digits = text.trimmed();
    bool ok = false;
    const qint64 value = digits.toLongLong(&ok);
    const bool plain = !digits.isEmpty()
        && std::all_of(digits.begin() + (digits[0] == '-' || digits[0] == '+' ? 1 : 0), digits.end(),
            [](char c) { return c >= '0' && c <= '9'; });
    if (!ok || !plain)
        return wrong(QStringLiteral("%1 is no %2-bit integer")
                         .arg(shown(text), wide ? QStringLiteral("64") : QStringLiteral("32")));
    if (wide)
        return Value(value);
    if (value >= INT32_MIN && value <= INT32_MAX)
        return Value(qint32(value));
    if (!dialect.wideInt)
        return wrong(QStringLiteral("%1 does not fit into the 32 bits of <int>; <i8> holds 64").arg(shown(text)));
    leniency = Rule::XmlRpcWideInt;
    return Value(value);
}

Result<Value> boolean(const QByteArray &text, const XmlRpcDialect &dialect, std::optional<Rule> &leniency)
{
    if (text == "1")
        return Value(true);
    if (text == "0")
        return Value(false);
    if (dialect.booleanWords) {
        leniency = Rule::XmlRpcBooleanWord;
        const QByteArray word = text.trimmed().toLower();
        if (word == "true" || word == "1")
            return Value(true);
        if (word == "false" || word == "0")
            return Value(false);
    }
    return wrong(QStringLiteral("%1 is no boolean; it is 0 or 1").arg(shown(text)));
}

// A valid JSON literal with the same digits: no plus, digits on both sides of the point. Something invalid when the
// text is no number.
QByteArray asLiteral(QByteArray text)
{
    const bool negative = text.startsWith('-');
    if (negative || text.startsWith('+'))
        text.remove(0, 1);
    if (text == ".")
        return text;
    qsizetype zeros = 0;
    while (zeros + 1 < text.size() && text[zeros] == '0' && text[zeros + 1] >= '0' && text[zeros + 1] <= '9')
        ++zeros;
    text.remove(0, zeros);
    if (text.startsWith('.'))
        text.prepend('0');
    const qsizetype point = text.indexOf('.');
    if (point >= 0 && (point + 1 == text.size() || text[point + 1] < '0' || text[point + 1] > '9'))
        text.insert(point + 1, '0');
    return negative ? '-' + text : text;
}

Result<Value> number(const QByteArray &text, const XmlRpcDialect &dialect, std::optional<Rule> &leniency)
{
    const QByteArray trimmed = text.trimmed();
    const QByteArray word = trimmed.toLower();
    const bool isNan = word == "nan";
    const bool isInfinite
        = word == "inf" || word == "-inf" || word == "+inf" || word == "infinity" || word == "-infinity";
    if (isNan || isInfinite) {
        if (!dialect.notANumber)
            return wrong(QStringLiteral("%1 is no double; XML-RPC has no NaN and no infinity").arg(shown(text)));
        leniency = Rule::XmlRpcNotANumber;
        if (isNan)
            return Value(std::numeric_limits<double>::quiet_NaN());
        const double infinity = std::numeric_limits<double>::infinity();
        return Value(word[0] == '-' ? -infinity : infinity);
    }
    auto literal = Number::fromLiteral(asLiteral(trimmed));
    if (!literal)
        return wrong(QStringLiteral("%1 is no double").arg(shown(text)));
    if (word.contains('e')) {
        if (!dialect.doubleExponent)
            return wrong(QStringLiteral("%1: XML-RPC's double has no exponent").arg(shown(text)));
        leniency = Rule::XmlRpcDoubleExponent;
    }
    // A double when it holds these very digits, else the digits themselves.
    const double value = literal->toDouble();
    const auto exact = [&] {
        if (!std::isfinite(value))
            return false;
        if (shortestLiteral(value) == literal->literal())
            return true;
        const auto mine = Number::fromLiteral(shortestLiteral(value))->plainDecimal();
        QByteArray theirs = literal->plainDecimal().value_or(QByteArray());
        if (theirs.contains('.')) {
            while (theirs.endsWith('0'))
                theirs.chop(1);
            if (theirs.endsWith('.'))
                theirs += '0';
        } else {
            theirs += ".0";
        }
        return mine == theirs;
    };
    if (exact())
        return Value(value);
    if (literal->isIntegerLiteral()) // a double all the same
        return Value(*Number::fromLiteral(QByteArray(literal->literal() + ".0")));
    return Value(*std::move(literal));
}

Result<Value> dateTime(const QByteArray &text, const XmlRpcDialect &dialect, std::optional<Rule> &leniency)
{
    auto date = DateTime::fromText(text.trimmed());
    if (!date)
        return wrong(QStringLiteral("%1 is no date; XML-RPC writes 19980717T14:08:55").arg(shown(text)));
    if (!date->isStandard()) {
        if (!dialect.anyDate)
            return wrong(QStringLiteral("%1 is not in XML-RPC's form of a date, 19980717T14:08:55").arg(shown(text)));
        leniency = Rule::XmlRpcDateForm;
    }
    return Value(*std::move(date));
}

Result<Value> base64(QByteArray text)
{
    text.removeIf([](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
    const auto bytes = QByteArray::fromBase64Encoding(text, QByteArray::AbortOnBase64DecodingErrors);
    if (!bytes || text.size() % 4 != 0)
        return wrong(QStringLiteral("%1 is no base64").arg(shown(text)));
    return Value(*bytes);
}

} // namespace

XmlScalar xmlScalarByName(QByteArrayView name, bool &apache)
{
    static constexpr struct
    {
        const char *name;
        XmlScalar type;
        bool apache;
    } types[] = {
        { "string", XmlScalar::String, false },
        { "int", XmlScalar::Int32, false },
        { "i4", XmlScalar::Int32, false },
        { "boolean", XmlScalar::Boolean, false },
        { "double", XmlScalar::Double, false },
        { "dateTime.iso8601", XmlScalar::DateTime, false },
        { "base64", XmlScalar::Base64, false },
        { "nil", XmlScalar::Nil, false },
        { "i8", XmlScalar::Int64, false },
        { "i1", XmlScalar::Int32, true },
        { "i2", XmlScalar::Int32, true },
        { "float", XmlScalar::Double, true },
        { "ex:nil", XmlScalar::Nil, true },
        { "ex:i1", XmlScalar::Int32, true },
        { "ex:i2", XmlScalar::Int32, true },
        { "ex:i8", XmlScalar::Int64, true },
        { "ex:float", XmlScalar::Double, true },
    };
    for (const auto &t : types) {
        if (name == t.name) {
            apache = t.apache;
            return t.type;
        }
    }
    return XmlScalar::None;
}

Result<Value> xmlScalarValue(
    XmlScalar type, const QByteArray &text, const XmlRpcDialect &dialect, std::optional<Rule> &leniency)
{
    switch (type) {
    case XmlScalar::Int32:
        return integer(text, false, dialect, leniency);
    case XmlScalar::Int64:
        return integer(text, true, dialect, leniency);
    case XmlScalar::Boolean:
        return boolean(text, dialect, leniency);
    case XmlScalar::Double:
        return number(text, dialect, leniency);
    case XmlScalar::DateTime:
        return dateTime(text, dialect, leniency);
    case XmlScalar::Base64:
        return base64(text);
    case XmlScalar::Nil:
        if (!text.trimmed().isEmpty())
            return wrong(QStringLiteral("<nil> has no content"));
        return Value();
    case XmlScalar::String:
    case XmlScalar::None:
        break;
    }
    return Value(stringFromUtf8(text));
}

} // namespace rpc
