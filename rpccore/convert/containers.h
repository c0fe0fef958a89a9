// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/scalars.h>

#include <QHash>
#include <QList>
#include <QMap>
#include <QSet>

#include <array>
#include <deque>
#include <list>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace rpc {

namespace detail {

/// "[2]: stands twice".
RPCCORE_EXPORT Error repeatedItem(qsizetype index);
/// None of the alternatives of a variant fits.
RPCCORE_EXPORT Error noAlternative(const QStringList &expected, const QList<Error> &errors, const Value &got);
/// The names without repetition: one, or "any".
RPCCORE_EXPORT QString commonTypeName(const QStringList &names);

/// A Convert for lists.
template <class List, class T> struct ConvertList
{
    static QString typeName() { return rpc::typeName(Type::Array); }
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
        if constexpr (requires { out.reserve(array->size()); })
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

/// A Convert for sets: an array; in, an item that stands twice is an error. Out, unordered sets have no certain order.
template <class Set, class T> struct ConvertSet
{
    static QString typeName() { return rpc::typeName(Type::Array); }
    static Value toValue(const Set &set) { return ConvertList<Set, T>::toValue(set); }
    static Result<Set> fromValue(const Value &value)
    {
        const auto *array = value.get<Array>();
        if (!array)
            return typeMismatch(typeName(), value);
        Set out;
        for (qsizetype i = 0; i < array->size(); ++i) {
            auto item = rpc::fromValue<T>(array->at(i));
            if (!item)
                return inside(item, Path().child(i));
            const auto before = out.size();
            out.insert(*std::move(item));
            if (out.size() == before)
                return repeatedItem(i);
        }
        return out;
    }
};

/// A Convert for maps from names (QString or std::string): a struct. In, a name that stands twice is an error.
template <class Map, class Key, class T> struct ConvertMap
{
    static QString typeName() { return rpc::typeName(Type::Struct); }
    static Value toValue(const Map &map)
    {
        Struct out;
        if constexpr (isQtMap) {
            for (auto it = map.cbegin(); it != map.cend(); ++it)
                out.append(it.key(), rpc::toValue<T>(it.value()));
        } else {
            for (const auto &[key, item] : map)
                out.append(rpc::toValue<Key>(key).toString(), rpc::toValue<T>(item));
        }
        return out;
    }
    static Result<Map> fromValue(const Value &value)
    {
        const auto *members = value.get<Struct>();
        if (!members)
            return typeMismatch(typeName(), value);
        Map out;
        for (const Member &m : *members) {
            auto key = rpc::fromValue<Key>(m.name);
            if (!key)
                return inside(key, Path().child(m.name));
            auto item = rpc::fromValue<T>(m.value);
            if (!item)
                return inside(item, Path().child(m.name));
            const auto before = out.size();
            if constexpr (isQtMap)
                out.insert(*std::move(key), *std::move(item));
            else
                out.emplace(*std::move(key), *std::move(item));
            if (out.size() == before)
                return repeatedMember(m.name);
        }
        return out;
    }

private:
    static constexpr bool isQtMap = requires(const Map &map) { map.cbegin().key(); };
};

/// A Convert for a fixed number of values: an array of exactly that length.
template <class Tuple, class... T> struct ConvertTuple
{
    static QString typeName() { return rpc::typeName(Type::Array); }
    static Value toValue(const Tuple &tuple)
    {
        return std::apply([](const auto &...item) { return Array { rpc::toValue<T>(item)... }; }, tuple);
    }
    static Result<Tuple> fromValue(const Value &value)
    {
        const auto *array = value.get<Array>();
        if (!array)
            return typeMismatch(typeName(), value);
        if (array->size() != qsizetype(sizeof...(T)))
            return wrongLength(sizeof...(T), array->size());
        if constexpr (sizeof...(T) == 0)
            return Tuple();
        else
            return fromArray(*array, std::index_sequence_for<T...>());
    }

private:
    template <std::size_t... I> static Result<Tuple> fromArray(const Array &array, std::index_sequence<I...>)
    {
        std::tuple<Result<T>...> items { rpc::fromValue<T>(array.at(qsizetype(I)))... };
        std::optional<Error> error;
        const auto check = [&error](auto &item, qsizetype index) {
            if (!error && !item)
                error = inside(item, Path().child(index));
        };
        (check(std::get<I>(items), qsizetype(I)), ...);
        if (error)
            return *std::move(error);
        return Tuple { *std::get<I>(std::move(items))... };
    }
};

} // namespace detail

/// An array of the items, in order.
template <class T> struct Convert<QList<T>> : detail::ConvertList<QList<T>, T>
{
};
/// An array of the items, in order.
template <class T, class A> struct Convert<std::vector<T, A>> : detail::ConvertList<std::vector<T, A>, T>
{
};
/// An array of the items, in order.
template <class T, class A> struct Convert<std::list<T, A>> : detail::ConvertList<std::list<T, A>, T>
{
};
/// An array of the items, in order.
template <class T, class A> struct Convert<std::deque<T, A>> : detail::ConvertList<std::deque<T, A>, T>
{
};

/// An array, out in no certain order; in, an item that stands twice is an error.
template <class T> struct Convert<QSet<T>> : detail::ConvertSet<QSet<T>, T>
{
};
/// An array, out in the order of the set; in, an item that stands twice is an error.
template <class T, class C, class A> struct Convert<std::set<T, C, A>> : detail::ConvertSet<std::set<T, C, A>, T>
{
};
/// An array, out in no certain order; in, an item that stands twice is an error.
template <class T, class H, class E, class A>
struct Convert<std::unordered_set<T, H, E, A>> : detail::ConvertSet<std::unordered_set<T, H, E, A>, T>
{
};

/// A struct, out sorted by name; in, a name that stands twice is an error.
template <class T> struct Convert<QMap<QString, T>> : detail::ConvertMap<QMap<QString, T>, QString, T>
{
};
/// A struct, out in no certain order; in, a name that stands twice is an error.
template <class T> struct Convert<QHash<QString, T>> : detail::ConvertMap<QHash<QString, T>, QString, T>
{
};
/// A struct, out in the order of the map; in, a name that stands twice is an error.
template <class K, class T, class C, class A>
requires(std::same_as<K, QString> || std::same_as<K, std::string>) struct Convert<std::map<K, T, C, A>>
    : detail::ConvertMap<std::map<K, T, C, A>, K, T>
{
};
/// A struct, out in no certain order; in, a name that stands twice is an error.
template <class K, class T, class H, class E, class A>
requires(std::same_as<K, QString> || std::same_as<K, std::string>) struct Convert<std::unordered_map<K, T, H, E, A>>
    : detail::ConvertMap<std::unordered_map<K, T, H, E, A>, K, T>
{
};

/// An array of exactly two values.
template <class A, class B> struct Convert<std::pair<A, B>> : detail::ConvertTuple<std::pair<A, B>, A, B>
{
};
/// An array of exactly as many values.
template <class... T> struct Convert<std::tuple<T...>> : detail::ConvertTuple<std::tuple<T...>, T...>
{
};

/// An array of exactly \a size values. T has a default constructor.
template <class T, std::size_t size> struct Convert<std::array<T, size>>
{
    static QString typeName() { return rpc::typeName(Type::Array); } ///< "array".
    /// An array of all values, in order.
    static Value toValue(const std::array<T, size> &value)
    {
        return detail::ConvertList<std::array<T, size>, T>::toValue(value);
    }
    /// From an array; the error has the index of the item that does not fit.
    static Result<std::array<T, size>> fromValue(const Value &value)
    {
        const auto *array = value.get<Array>();
        if (!array)
            return detail::typeMismatch(typeName(), value);
        if (array->size() != qsizetype(size))
            return detail::wrongLength(size, array->size());
        std::array<T, size> out {};
        for (std::size_t i = 0; i < size; ++i) {
            auto item = rpc::fromValue<T>(array->at(qsizetype(i)));
            if (!item)
                return detail::inside(item, Path().child(qsizetype(i)));
            out[i] = *std::move(item);
        }
        return out;
    }
};

/// Nothing is nil. As a parameter or a member it may also be missing.
template <class T> struct Convert<std::optional<T>>
{
    static QString typeName() { return Convert<T>::typeName(); } ///< As for T.
    /// The content, or nil.
    static Value toValue(const std::optional<T> &value) { return value ? rpc::toValue<T>(*value) : Value(); }
    /// Nothing for nil, else as for T.
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

/// One of several types. In: the first one that takes the value and would give the very same value back; when there is
/// none, the first one that takes it. So 5 is an int for variant<double, int>, and a double for variant<double,
/// QString>.
template <class... T> struct Convert<std::variant<T...>>
{
    using Variant = std::variant<T...>; ///< the variant itself

    /// The common type of all alternatives, "any" when they differ.
    static QString typeName() { return detail::commonTypeName({ Convert<T>::typeName()... }); }
    /// What the content becomes by itself.
    static Value toValue(const Variant &value)
    {
        return std::visit([](const auto &content) { return rpc::toValue(content); }, value);
    }
    /// The alternative that fits best, see above; the error tells what each of them said.
    static Result<Variant> fromValue(const Value &value) { return tryAll(value, std::index_sequence_for<T...>()); }

private:
    template <std::size_t... I> static Result<Variant> tryAll(const Value &value, std::index_sequence<I...>)
    {
        std::optional<Variant> first;
        QList<Error> errors;
        bool exact = false;
        const auto attempt = [&]<std::size_t i, class A>(std::in_place_index_t<i> index, std::type_identity<A>) {
            auto content = rpc::fromValue<A>(value);
            if (!content) {
                errors.append(content.error());
                return;
            }
            exact = rpc::toValue<A>(*content) == value;
            if (exact || !first)
                first.emplace(index, *std::move(content));
        };
        ((exact ? void() : attempt(std::in_place_index<I>, std::type_identity<T>())), ...);
        if (first)
            return *std::move(first);
        return detail::noAlternative({ Convert<T>::typeName()... }, errors, value);
    }
};

} // namespace rpc
