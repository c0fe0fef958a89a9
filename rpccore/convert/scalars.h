// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/basics.h>

#include <QUrl>
#include <QUuid>

#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

namespace rpc {

namespace detail {

/// A Convert for a type that is one of Value's own alternatives.
template <class T, Type type> struct ConvertAlternative
{
    static QString typeName() { return rpc::typeName(type); }
    static Value toValue(const T &value) { return value; }
    static Result<T> fromValue(const Value &value)
    {
        if (const T *content = value.get<T>())
            return *content;
        return typeMismatch(typeName(), value);
    }
};

/// A Convert for a type that has no type of its own on the wire and is text there.
struct TextTypeName
{
    static QString typeName() { return rpc::typeName(Type::String); }
};

/// Every integer type but bool and the characters.
template <class T>
concept Integer
    = std::integral<T> && !std::same_as<T,
          bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

/// As Value::toInteger(), or the error for a value that is no integer between the two bounds.
RPCCORE_EXPORT Result<qint64> signedFromValue(const Value &value, qint64 lowest, qint64 highest, Type expected);
RPCCORE_EXPORT Result<quint64> unsignedFromValue(const Value &value, quint64 highest, Type expected);
/// The nearest double. An error when \a value is no number, or finite and beyond \a highest.
RPCCORE_EXPORT Result<double> floatingFromValue(const Value &value, double highest);

} // namespace detail

/// A value is itself: for parameters and results of any type.
template <> struct Convert<Value>
{
    static QString typeName() { return QStringLiteral("any"); } ///< "any".
    static Value toValue(const Value &value) { return value; } ///< As it is.
    static Result<Value> fromValue(const Value &value) { return value; } ///< As it is; never fails.
};
/// From a boolean only: 1 is not true.
template <> struct Convert<bool> : detail::ConvertAlternative<bool, Type::Bool>
{
};
/// From a string only.
template <> struct Convert<QString> : detail::ConvertAlternative<QString, Type::String>
{
};
/// Bytes from bytes only: JSON has none, and text that happens to be base64 is not taken for them. A method for JSON
/// clients takes a QString and decodes it.
template <> struct Convert<QByteArray> : detail::ConvertAlternative<QByteArray, Type::Bytes>
{
};
/// From a dateTime only; text is not taken for one.
template <> struct Convert<DateTime> : detail::ConvertAlternative<DateTime, Type::DateTime>
{
};
/// From a struct only.
template <> struct Convert<Struct> : detail::ConvertAlternative<Struct, Type::Struct>
{
};
/// From nil only.
template <> struct Convert<Nil> : detail::ConvertAlternative<Nil, Type::Nil>
{
};

/// Nil; for the empty state of a std::variant.
template <> struct Convert<std::monostate>
{
    static QString typeName() { return rpc::typeName(Type::Nil); } ///< "nil".
    static Value toValue(std::monostate) { return {}; } ///< Nil.
    RPCCORE_EXPORT static Result<std::monostate> fromValue(const Value &value); ///< From nil only.
};

/// Digit for digit, from every finite number. Signatures call it "double", the closest that XML-RPC has.
template <> struct Convert<Number>
{
    static QString typeName() { return rpc::typeName(Type::Double); } ///< "double".
    static Value toValue(const Number &value) { return value; } ///< As it is.
    RPCCORE_EXPORT static Result<Number> fromValue(const Value &value); ///< From any finite number.
};

/// Integers: from every integral value that fits, however it is written ("1e2", "1.0", a double that is whole). Out:
/// "int" when the value fits 32 bits, else "i8"; what only fits an unsigned 64-bit integer goes out as a Number.
template <detail::Integer T> struct Convert<T>
{
    /// whether every T fits an int of 32 bits
    static constexpr bool isSmall = sizeof(T) < 4 || (sizeof(T) == 4 && std::signed_integral<T>);
    static constexpr Type type = isSmall ? Type::Int32 : Type::Int64; ///< of a signature: Int32 or Int64

    static QString typeName() { return rpc::typeName(type); } ///< "int" or "i8".
    /// By the size of \a value, not of T: the size() of a list is readable for peers that know no i8.
    static Value toValue(T value)
    {
        if constexpr (isSmall)
            return Value(qint32(value));
        else if (std::in_range<qint64>(value))
            return Value::fromInteger(qint64(value));
        else
            return Value::fromLiteral(QByteArray::number(qulonglong(value)));
    }
    /// The error names the range of T.
    static Result<T> fromValue(const Value &value)
    {
        using Limits = std::numeric_limits<T>;
        if constexpr (std::signed_integral<T>) {
            const auto integer = detail::signedFromValue(value, Limits::min(), Limits::max(), type);
            if (!integer)
                return integer.error();
            return T(*integer);
        } else {
            const auto integer = detail::unsignedFromValue(value, Limits::max(), type);
            if (!integer)
                return integer.error();
            return T(*integer);
        }
    }
};

/// Floating point: the nearest one to any number. Integers above 2^53 and decimals are rounded, as everywhere where
/// there are doubles; a number beyond the range is an error. `long double` is left out, no protocol carries it.
template <class T>
requires(std::same_as<T, double> || std::same_as<T, float>) struct Convert<T>
{
    static QString typeName() { return rpc::typeName(Type::Double); } ///< "double".
    static Value toValue(T value) { return double(value); } ///< A double.
    /// The nearest T to any number in its range.
    static Result<T> fromValue(const Value &value)
    {
        const auto number = detail::floatingFromValue(value, std::numeric_limits<T>::max());
        if (!number)
            return number.error();
        return T(*number);
    }
};

/// UTF-8. Out: bytes that are no UTF-8 become U+FFFD, since toValue() cannot fail; bytes belong into a QByteArray.
/// In: text with a lone surrogate has no UTF-8 form and is an error.
template <> struct Convert<std::string> : detail::TextTypeName
{
    RPCCORE_EXPORT static Value toValue(const std::string &value); ///< A string.
    RPCCORE_EXPORT static Result<std::string> fromValue(const Value &value); ///< From a string only.
};

/// Out only: a view has nothing to hold what comes in.
template <> struct Convert<std::string_view> : detail::TextTypeName
{
    RPCCORE_EXPORT static Value toValue(std::string_view value); ///< A string, as for std::string.
};
/// Out only, as text.
template <> struct Convert<QStringView> : detail::TextTypeName
{
    static Value toValue(QStringView value) { return value.toString(); } ///< A string.
};
/// Out only, as text.
template <> struct Convert<QLatin1StringView> : detail::TextTypeName
{
    static Value toValue(QLatin1StringView value) { return value; } ///< A string.
};

/// Text, out as "67c8770b-44f1-410a-ab9a-f9b5446f13ee"; in also with braces and in upper case.
template <> struct Convert<QUuid> : detail::TextTypeName
{
    /// Lower case, without braces.
    static Value toValue(const QUuid &value) { return value.toString(QUuid::WithoutBraces); }
    RPCCORE_EXPORT static Result<QUuid> fromValue(const Value &value); ///< From the text of a UUID.
};

/// Text, percent-encoded. In: what QUrl::StrictMode takes, relative references too; the empty text is an error (say
/// std::optional where a URL may be missing). Out: an invalid URL is the empty text.
template <> struct Convert<QUrl> : detail::TextTypeName
{
    static Value toValue(const QUrl &value) { return value.toString(QUrl::FullyEncoded); } ///< Percent-encoded.
    RPCCORE_EXPORT static Result<QUrl> fromValue(const Value &value); ///< From the text of a URL.
};

/// The count of milliseconds, and of seconds. Other durations do not compile: a number does not say its unit, and these
/// two are the ones that people expect.
template <class D>
requires(std::same_as<D, std::chrono::milliseconds> || std::same_as<D, std::chrono::seconds>) struct Convert<D>
{
    /// The integer type of the duration.
    using Count = typename D::rep;
    static QString typeName() { return Convert<Count>::typeName(); } ///< "i8".
    static Value toValue(D value) { return Convert<Count>::toValue(value.count()); } ///< The count.
    /// From an integer.
    static Result<D> fromValue(const Value &value)
    {
        const auto count = Convert<Count>::fromValue(value);
        if (!count)
            return count.error();
        return D(*count);
    }
};

} // namespace rpc
