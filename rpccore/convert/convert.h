// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QDateTime>
#include <QHash>
#include <QMap>
#include <QStringList>

#include <concepts>
#include <limits>
#include <optional>
#include <vector>

namespace rpc {

/// The customisation point: how a C++ type becomes a Value and comes back. Specialise it for a type of your own with
///
///     template<> struct rpc::Convert<Point> {
///         static QString typeName() { return QStringLiteral("struct"); }
///         static Value toValue(const Point &p);
///         static Result<Point> fromValue(const Value &v);
///     };
///
/// typeName() is what system.methodSignature says. fromValue() never coerces in silence: text is not a number, 1 is not
/// true, 2^40 is not an int.
template <class T> struct Convert;

template <class T> Value toValue(const T &value) { return Convert<T>::toValue(value); }

/// The error is InvalidParams with the path inside \a value: `tags[3]: expected int, got string`.
template <class T> Result<T> fromValue(const Value &value) { return Convert<T>::fromValue(value); }

namespace detail {

RPCCORE_EXPORT Error typeMismatch(const QString &expected, const Value &got);
RPCCORE_EXPORT Error outOfRange(const QString &expected, const Value &got);

template <class T> Error inside(Result<T> &result, const Path &step)
{
    Error e = result.error();
    e.path = e.path.below(step);
    return e;
}

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

/// A Convert for lists.
template <class List, class T> struct ConvertList
{
    static QString typeName() { return QStringLiteral("array"); }
    static Value toValue(const List &list)
    {
        Array out;
        out.reserve(qsizetype(list.size()));
        for (const T &item : list)
            out.append(rpc::toValue<T>(item));
        return out;
    }
    static Result<List> fromValue(const Value &value)
    {
        const auto *array = value.get<Array>();
        if (!array)
            return typeMismatch(typeName(), value);
        List out;
        out.reserve(array->size());
        for (qsizetype i = 0; i < array->size(); ++i) {
            auto item = rpc::fromValue<T>(array->at(i));
            if (!item)
                return inside(item, Path().child(i));
            out.push_back(*std::move(item));
        }
        return out;
    }
};

/// A Convert for maps from names.
template <class Map, class T> struct ConvertMap
{
    static QString typeName() { return QStringLiteral("struct"); }
    static Value toValue(const Map &map)
    {
        Struct out;
        for (auto it = map.cbegin(); it != map.cend(); ++it)
            out.append(it.key(), rpc::toValue<T>(it.value()));
        return out;
    }
    static Result<Map> fromValue(const Value &value)
    {
        const auto *members = value.get<Struct>();
        if (!members)
            return typeMismatch(typeName(), value);
        Map out;
        for (const Member &m : *members) {
            auto item = rpc::fromValue<T>(m.value);
            if (!item)
                return inside(item, Path().child(m.name));
            out.insert(m.name, *std::move(item));
        }
        return out;
    }
};

} // namespace detail

template <> struct Convert<Value>
{
    static QString typeName() { return QStringLiteral("any"); }
    static Value toValue(const Value &value) { return value; }
    static Result<Value> fromValue(const Value &value) { return value; }
};
template <> struct Convert<bool> : detail::ConvertAlternative<bool, Type::Bool>
{
};
template <> struct Convert<QString> : detail::ConvertAlternative<QString, Type::String>
{
};
template <> struct Convert<QByteArray> : detail::ConvertAlternative<QByteArray, Type::Bytes>
{
};
template <> struct Convert<DateTime> : detail::ConvertAlternative<DateTime, Type::DateTime>
{
};
template <> struct Convert<Struct> : detail::ConvertAlternative<Struct, Type::Struct>
{
};

/// Integers: from every integral value that fits.
template <class T>
requires(std::integral<T> && !std::same_as<T, bool>) struct Convert<T>
{
    static QString typeName()
    {
        return rpc::typeName(sizeof(T) <= 4 && std::signed_integral<T> ? Type::Int32 : Type::Int64);
    }
    static Value toValue(T value)
    {
        if constexpr (sizeof(T) < 4 || (sizeof(T) == 4 && std::signed_integral<T>))
            return Value(qint32(value));
        else if constexpr (std::signed_integral<T> || sizeof(T) < 8)
            return Value(qint64(value));
        else
            return Value::fromLiteral(QByteArray::number(qulonglong(value)));
    }
    static Result<T> fromValue(const Value &value)
    {
        const auto integer = value.toInteger();
        if (!integer)
            return value.toDouble() && value.type() != Type::Double ? detail::outOfRange(typeName(), value)
                                                                    : detail::typeMismatch(typeName(), value);
        if (!std::in_range<T>(*integer))
            return detail::outOfRange(typeName(), value);
        return T(*integer);
    }
};

/// Floating point: from every number.
template <std::floating_point T> struct Convert<T>
{
    static QString typeName() { return rpc::typeName(Type::Double); }
    static Value toValue(T value) { return double(value); }
    static Result<T> fromValue(const Value &value)
    {
        if (const auto number = value.toDouble())
            return T(*number);
        return detail::typeMismatch(typeName(), value);
    }
};

template <> struct Convert<QDateTime>
{
    static QString typeName() { return rpc::typeName(Type::DateTime); }
    static Value toValue(const QDateTime &value) { return DateTime::fromQDateTime(value); }
    /// From a dateTime, or (JSON has none) from ISO 8601 text.
    static Result<QDateTime> fromValue(const Value &value)
    {
        if (const auto *date = value.get<DateTime>())
            return date->toQDateTime();
        if (const auto *text = value.get<QString>()) {
            if (const auto date = DateTime::fromText(text->toLatin1()))
                return date->toQDateTime();
        }
        return detail::typeMismatch(typeName(), value);
    }
};

template <class T> struct Convert<QList<T>> : detail::ConvertList<QList<T>, T>
{
};
template <class T> struct Convert<std::vector<T>> : detail::ConvertList<std::vector<T>, T>
{
};
template <class T> struct Convert<QMap<QString, T>> : detail::ConvertMap<QMap<QString, T>, T>
{
};
template <class T> struct Convert<QHash<QString, T>> : detail::ConvertMap<QHash<QString, T>, T>
{
};

/// Nothing is nil.
template <class T> struct Convert<std::optional<T>>
{
    static QString typeName() { return Convert<T>::typeName(); }
    static Value toValue(const std::optional<T> &value) { return value ? rpc::toValue<T>(*value) : Value(); }
    static Result<std::optional<T>> fromValue(const Value &value)
    {
        if (value.isNil())
            return std::optional<T>();
        auto content = rpc::fromValue<T>(value);
        if (!content)
            return content.error();
        return std::optional<T>(*std::move(content));
    }
};

} // namespace rpc
