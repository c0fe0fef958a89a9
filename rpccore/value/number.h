// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QByteArray>
#include <QSharedData>

#include <optional>

namespace rpc {

/// An exact decimal number: the literal as it was received or typed, in the grammar of RFC 8259 section 6.
/// Nothing is rounded or rewritten; "1.0", "1.00" and "1" are three different literals, and so are "-0" and "0".
class RPCCORE_EXPORT Number
{
public:
    /// The literal "0".
    Number();

    /// The number that \a literal spells, or nothing when it is no JSON number ("+1", ".5", "01", "NaN").
    static std::optional<Number> fromLiteral(QByteArrayView literal);

    /// The same for what was spelled as a double, as XML-RPC's `<double>3</double>`: a literal without a fraction stays
    /// one, and is told apart from an integer.
    static std::optional<Number> doubleFromLiteral(QByteArrayView literal);

    /// The literal, ASCII.
    const QByteArray &literal() const noexcept { return m_data ? m_data->literal : zero()->literal; }
    /// True for a literal without fraction and exponent that is a double all the same; see doubleFromLiteral().
    bool isDouble() const noexcept { return m_data && m_data->isDouble; }

    /// The nearest double; infinite when the number is beyond the range of a double.
    double toDouble() const;

    /// The value when it is integral (also as "1.0" or "1e2") and fits; never rounded.
    std::optional<qint64> toInt64() const;

    /// True when the literal has neither fraction nor exponent.
    bool isIntegerLiteral() const;

    /// The number without an exponent ("1e2" gives "100", "25e-1" gives "2.5"), as XML-RPC wants it; nothing when that
    /// would take more than 1,100 characters.
    std::optional<QByteArray> plainDecimal() const;

    /// Same literal, and the same of isDouble().
    friend bool operator==(const Number &a, const Number &b)
    {
        return a.literal() == b.literal() && a.isDouble() == b.isDouble();
    }

private:
    struct Data : QSharedData
    {
        QByteArray literal;
        bool isDouble;
    };
    Number(const QByteArray &literal, bool isDouble);
    static const QExplicitlySharedDataPointer<const Data> &zero();

    QExplicitlySharedDataPointer<const Data> m_data; // null when it was moved from
};

/// The length of the JSON number at the begin of \a text, 0 when there is none.
RPCCORE_EXPORT qsizetype numberLiteralLength(QByteArrayView text) noexcept;

/// The shortest literal that reads back as \a value; integral values keep ".0", so that a double stays apart from an
/// integer. Not for NaN and infinity, which JSON does not have.
RPCCORE_EXPORT QByteArray shortestLiteral(double value);
/// The same, written to \a to; returns its end.
RPCCORE_EXPORT char *shortestLiteral(double value, char (&to)[32]) noexcept;

} // namespace rpc
