// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "number.h"

#include <QStringBuilder>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace rpc {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// The parts of a valid literal: its digits with the point taken out, and where the point belongs.
struct Decimal
{
    bool negative = false;
    QByteArray digits;
    qint64 pointAt = 0; // digits before the decimal point; may be negative or beyond the digits
};

std::optional<Decimal> split(const QByteArray &literal)
{
    Decimal d;
    qsizetype i = 0;
    if (literal[0] == '-') {
        d.negative = true;
        ++i;
    }
    bool fraction = false;
    for (; i < literal.size() && literal[i] != 'e' && literal[i] != 'E'; ++i) {
        if (literal[i] == '.') {
            fraction = true;
            continue;
        }
        d.digits += literal[i];
        if (!fraction)
            ++d.pointAt;
    }
    if (i < literal.size()) {
        ++i;
        if (literal[i] == '+')
            ++i;
        qint64 exponent = 0;
        const auto end = literal.constData() + literal.size();
        const auto [rest, error] = std::from_chars(literal.constData() + i, end, exponent);
        if (d.digits.count('0') == d.digits.size())
            return d; // zero, whatever the exponent
        if (error != std::errc() || rest != end || exponent > 1'000'000 || exponent < -1'000'000)
            return std::nullopt;
        d.pointAt += exponent;
    }
    return d;
}

} // namespace

qsizetype numberLiteralLength(QByteArrayView text) noexcept
{
    const qsizetype size = text.size();
    qsizetype i = 0;
    if (i < size && text[i] == '-')
        ++i;
    if (i >= size || !isDigit(text[i]))
        return 0;
    if (text[i] == '0')
        ++i;
    else
        while (i < size && isDigit(text[i]))
            ++i;
    if (i < size && text[i] == '.') {
        if (i + 1 >= size || !isDigit(text[i + 1]))
            return 0;
        ++i;
        while (i < size && isDigit(text[i]))
            ++i;
    }
    if (i < size && (text[i] == 'e' || text[i] == 'E')) {
        qsizetype k = i + 1;
        if (k < size && (text[k] == '+' || text[k] == '-'))
            ++k;
        if (k >= size || !isDigit(text[k]))
            return 0;
        while (k < size && isDigit(text[k]))
            ++k;
        i = k;
    }
    return i;
}

// Doubles with up to four decimals, prices for instance, without std::to_chars. Null for all others.
static char *fewDecimals(double value, char *to) noexcept
{
    // Below 10^10 these are decimals of at most 14 digits, and no other one of up to 15 digits is the same double.
    // Those below 0.001, and those that end in five zeros, are shorter with an exponent.
    const double size = std::abs(value);
    if (!(size >= 1e-3 && size < 1e10))
        return nullptr;
    const auto scaled = qint64(size * 1e4 + 0.5);
    if (double(scaled) / 1e4 != size)
        return nullptr;
    const qint64 whole = scaled / 10'000;
    auto decimals = unsigned(scaled % 10'000);
    if (decimals == 0 && whole % 100'000 == 0)
        return nullptr;
    if (value < 0)
        *to++ = '-';
    to = std::to_chars(to, to + 12, whole).ptr;
    *to++ = '.';
    do {
        *to++ = char('0' + decimals / 1000);
        decimals = decimals % 1000 * 10;
    } while (decimals != 0);
    return to;
}

char *shortestLiteral(double value, char (&to)[32]) noexcept
{
    if (char *const end = fewDecimals(value, to))
        return end;
    char *end = std::to_chars(to, to + sizeof to, value).ptr;
    const auto isMark = [](char c) { return c == '.' || c == 'e'; };
    if (std::isfinite(value) && std::none_of(to, end, isMark)) {
        *end++ = '.';
        *end++ = '0';
    }
    return end;
}

QByteArray shortestLiteral(double value)
{
    char text[32];
    return QByteArray(text, shortestLiteral(value, text) - text);
}

Number::Number()
    : m_data(zero())
{
}

Number::Number(const QByteArray &literal, bool isDouble)
    : m_data(new Data { {}, literal, isDouble })
{
}

const QExplicitlySharedDataPointer<const Number::Data> &Number::zero()
{
    static const QExplicitlySharedDataPointer<const Data> shared(new Data { {}, QByteArrayLiteral("0"), false });
    return shared;
}

std::optional<Number> Number::fromLiteral(QByteArrayView literal)
{
    if (literal.isEmpty() || numberLiteralLength(literal) != literal.size())
        return std::nullopt;
    return Number(literal.toByteArray(), false);
}

std::optional<Number> Number::doubleFromLiteral(QByteArrayView literal)
{
    auto number = fromLiteral(literal);
    if (number && number->isIntegerLiteral())
        return Number(literal.toByteArray(), true);
    return number;
}

double Number::toDouble() const
{
    double value = 0;
    const char *const begin = literal().constData();
    const auto result = std::from_chars(begin, begin + literal().size(), value);
    if (result.ec != std::errc::result_out_of_range)
        return value;
    // Too large or too small: the decimal point's place tells which.
    const double sign = *begin == '-' ? -1.0 : 1.0;
    bool large = literal().indexOf("e-") < 0 && literal().indexOf("E-") < 0; // of an exponent beyond all reason
    if (const auto d = split(literal())) {
        qsizetype zeros = 0;
        while (zeros < d->digits.size() && d->digits[zeros] == '0')
            ++zeros;
        large = d->pointAt > zeros;
    }
    return sign * (large ? std::numeric_limits<double>::infinity() : 0.0);
}

std::optional<qint64> Number::toInt64() const
{
    const auto d = split(literal());
    if (!d)
        return std::nullopt;
    QByteArray whole;
    qsizetype significant = 0;
    while (significant < d->digits.size() && d->digits[significant] == '0')
        ++significant;
    if (significant == d->digits.size())
        return 0;
    if (d->pointAt - significant > 19 || d->pointAt <= significant)
        return std::nullopt;
    for (qsizetype i = qMax<qint64>(d->pointAt, 0); i < d->digits.size(); ++i) {
        if (d->digits[i] != '0')
            return std::nullopt;
    }
    whole = (d->negative ? QByteArray("-") : QByteArray()) + d->digits.mid(significant, d->pointAt - significant);
    whole += QByteArray(qMax<qint64>(0, d->pointAt - qMax<qint64>(d->digits.size(), significant)), '0');
    qint64 value = 0;
    const auto [rest, error] = std::from_chars(whole.constData(), whole.constData() + whole.size(), value);
    if (error != std::errc() || rest != whole.constData() + whole.size())
        return std::nullopt;
    return value;
}

bool Number::isIntegerLiteral() const
{
    for (const char c : literal()) {
        if (c == '.' || c == 'e' || c == 'E')
            return false;
    }
    return true;
}

std::optional<QByteArray> Number::plainDecimal() const
{
    if (literal().indexOf('e') < 0 && literal().indexOf('E') < 0)
        return literal();
    const auto d = split(literal());
    constexpr qint64 longest = 1100; // holds every finite double, including the smallest one, exactly
    if (!d || std::abs(d->pointAt) > longest || d->digits.size() > longest)
        return std::nullopt;
    QByteArray whole;
    QByteArray fraction;
    if (d->pointAt <= 0) {
        whole = "0";
        fraction = QByteArray(-d->pointAt, '0') + d->digits;
    } else if (d->pointAt >= d->digits.size()) {
        whole = d->digits + QByteArray(d->pointAt - d->digits.size(), '0');
    } else {
        whole = d->digits.left(d->pointAt);
        fraction = d->digits.mid(d->pointAt);
    }
    qsizetype zeros = 0;
    while (zeros + 1 < whole.size() && whole[zeros] == '0')
        ++zeros;
    whole.remove(0, zeros);
    if (fraction.isEmpty())
        fraction = "0";
    return (d->negative ? QByteArray("-") : QByteArray()) + whole + '.' + fraction;
}

} // namespace rpc
