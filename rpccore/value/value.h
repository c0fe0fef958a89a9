// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/value/datetime.h>
#include <rpccore/value/number.h>
#include <rpccore/value/struct.h>
#include <rpccore_core_export.h>

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>
#include <variant>

class QDebug;

namespace rpc {

class Path;

/// JSON null, XML-RPC nil.
struct Nil
{
    friend bool operator==(Nil, Nil) { return true; } ///< Always: there is one nil.
};

/// The types of Value, in the order of its variant.
enum class Type : quint8 { Nil, Bool, Int32, Int64, Double, Number, String, DateTime, Bytes, Array, Struct };

/// The name of a type as it is shown to people: "nil", "boolean", "int", "i8", "double", "number", "string",
/// "dateTime.iso8601", "base64", "array", "struct".
RPCCORE_EXPORT QString typeName(Type type);

/// JSON array, XML-RPC array: values in order.
using Array = QList<Value>;

/// One value of either protocol, exactly: 32-bit and 64-bit integers are different types, decimals keep their digits,
/// structs their order, dates have no zone. A regular type, 32 bytes, with implicitly shared contents. Comparison is
/// structural; nothing is converted in silence.
class RPCCORE_EXPORT Value
{
public:
    /// The alternatives, in the order of Type.
    using Data = std::variant<Nil, bool, qint32, qint64, double, Number, QString, DateTime, QByteArray, Array, Struct>;

    Value() noexcept = default; ///< Nil.
    Value(Nil) noexcept { } ///< Nil.
    /// A boolean.
    Value(bool value) noexcept
        : m_data(value)
    {
    }
    /// An int of 32 bits.
    Value(qint32 value) noexcept
        : m_data(value)
    {
    }
    /// An i8 of 64 bits, whatever the number; see fromInteger().
    Value(qint64 value) noexcept
        : m_data(value)
    {
    }
    /// A double; NaN and infinity are not refused here, but by what cannot write them.
    Value(double value) noexcept
        : m_data(value)
    {
    }
    /// A decimal, digit for digit.
    Value(Number value) noexcept
        : m_data(std::move(value))
    {
    }
    /// A string.
    Value(QString value) noexcept
        : m_data(std::move(value))
    {
    }
    /// A string.
    Value(QLatin1StringView value)
        : m_data(QString(value))
    {
    }
    /// A date and time.
    Value(DateTime value) noexcept
        : m_data(std::move(value))
    {
    }
    /// Bytes (base64), never text.
    Value(QByteArray value) noexcept
        : m_data(std::move(value))
    {
    }
    /// An array.
    Value(Array value) noexcept
        : m_data(std::move(value))
    {
    }
    /// A struct.
    Value(Struct value) noexcept
        : m_data(std::move(value))
    {
    }
    /// A string, from a literal in UTF-8 such as "one". Bytes are a QByteArray.
    template <std::size_t N>
    Value(const char (&literal)[N])
        : m_data(QString::fromUtf8(literal, qsizetype(qstrnlen(literal, N))))
    {
    }
    /// Pointers are never booleans, and no text either: say QString or QByteArray.
    Value(const void *) = delete;

    /// The narrowest of Int32 and Int64 that holds \a value.
    static Value fromInteger(qint64 value) noexcept
    {
        return value >= INT32_MIN && value <= INT32_MAX ? Value(qint32(value)) : Value(value);
    }

    /// The narrowest value that gives exactly \a literal, a valid JSON number, back: Int32, Int64, Double when the
    /// literal is the double's shortest one, else Number.
    static Value fromLiteral(QByteArrayView literal);

    Type type() const noexcept { return Type(m_data.index()); } ///< The type of the content.
    bool isNil() const noexcept { return m_data.index() == 0; } ///< True for nil.
    const Data &data() const noexcept { return m_data; } ///< The content, for std::visit(); see visit().

    /// The content when it is of type T, else nullptr. T is one of the alternatives of Data.
    template <class T> const T *get() const noexcept { return std::get_if<T>(&m_data); }
    /// The same, to be changed in place.
    template <class T> T *get() noexcept { return std::get_if<T>(&m_data); }

    /// Int32, Int64, and Number and Double where they are integral (5.0 is what 5e0 is): exactly, or nothing. Never
    /// text.
    std::optional<qint64> toInteger() const;
    /// Any of the number types; the nearest double.
    std::optional<double> toDouble() const;
    /// The content of a string, else \a fallback.
    QString toString(const QString &fallback = {}) const;

    /// The value at \a path, or nullptr when the path leads nowhere.
    const Value *find(const Path &path) const;

    /// Same type and same content: the int 1, the i8 1 and the double 1 are different.
    friend bool operator==(const Value &a, const Value &b) { return a.m_data == b.m_data; }

private:
    Data m_data;
};

/// One name and its value.
struct Member
{
    QString name; ///< as it was read; may be empty
    Value value; ///< what it holds
    /// Same name and same value.
    friend bool operator==(const Member &a, const Member &b) { return a.name == b.name && a.value == b.value; }
};

/// Writes the value for developers; the form is not stable.
RPCCORE_EXPORT QDebug operator<<(QDebug debug, const Value &value);

} // namespace rpc

Q_DECLARE_TYPEINFO(rpc::Value, Q_RELOCATABLE_TYPE);
Q_DECLARE_TYPEINFO(rpc::Member, Q_RELOCATABLE_TYPE);
Q_DECLARE_METATYPE(rpc::Value)
