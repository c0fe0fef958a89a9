// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

namespace rpc {

/// What scanNumber() found. `end` is null when the number is not of the common forms, or is no number.
struct ScannedNumber
{
    const char *end = nullptr;
    bool isInteger = false;
    qint64 integer = 0;
    double number = 0;
};

/// Reads a number of the forms that nearly all numbers have: up to 18 digits, or up to 15 with a point among them, no
/// exponent. Only such that Int32, Int64 or Double give exactly the same literal back; for all others
/// Value::fromLiteral looks closer.
///
/// Why no second look is needed here: a decimal of up to 15 digits is the only one of that length for its double, so
/// without zeros at its end it is the shortest one; and digits and power of ten are exact doubles, so that one division
/// rounds correctly. std::to_chars prefers an exponent where that is shorter, which zeros before or after the digits
/// decide.
inline ScannedNumber scanNumber(const char *const begin, const char *const end) noexcept
{
    static constexpr double powers[]
        = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
    const auto digitAt = [end](const char *p) { return p < end ? unsigned(uchar(*p)) - '0' : 10U; };
    ScannedNumber found;
    const char *p = begin;
    const bool negative = p < end && *p == '-';
    if (negative)
        ++p;
    const char *const whole = p;
    quint64 digits = 0; // wraps around when there are too many of them; their count says so
    for (unsigned d; (d = digitAt(p)) < 10; ++p)
        digits = digits * 10 + d;
    const qsizetype wholeLength = p - whole;
    if (wholeLength == 0 || wholeLength > 18 || (*whole == '0' && wholeLength > 1))
        return found;
    const char *fraction = nullptr;
    if (p < end && *p == '.') {
        fraction = ++p;
        for (unsigned d; (d = digitAt(p)) < 10; ++p)
            digits = digits * 10 + d;
    }
    if (p < end && (*p == '.' || *p == 'e' || *p == 'E' || *p == '+' || *p == '-'))
        return found;
    if (!fraction) {
        if (negative && digits == 0)
            return found; // no integer gives "-0" back
        found.integer = negative ? -qint64(digits) : qint64(digits);
        found.isInteger = true;
        found.end = p;
        return found;
    }
    const qsizetype fractionLength = p - fraction;
    if (fractionLength == 0 || wholeLength + fractionLength > 15)
        return found;
    if (p[-1] == '0') {
        if (fractionLength > 1 || (digits != 0 && digits % 1'000'000 == 0))
            return found; // 1.50; 100000.0, which is shorter as 1e+05
    } else if (*whole == '0' && fractionLength > 3 && fraction[0] == '0' && fraction[1] == '0' && fraction[2] == '0') {
        return found; // 0.0001, which is shorter as 1e-04
    }
    const double value = double(digits) / powers[fractionLength];
    found.number = negative ? -value : value;
    found.end = p;
    return found;
}

} // namespace rpc
