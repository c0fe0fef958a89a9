// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/basics.h>

#include <array>
#include <type_traits>

namespace rpc {

/// A Convert for a plain struct, from pointers to its members and their names on the wire:
///
///     struct Point { double x = 0; double y = 0; std::optional<QString> label; };
///
///     template<> struct rpc::Convert<Point> : rpc::ConvertFields<Point, &Point::x, &Point::y, &Point::label> {
///         static constexpr std::array names { "x", "y", "label" };
///     };
///
/// Out: a struct in this order. In: every member has to be there unless its type is std::optional; a member with
/// another name, or one that stands twice, is an error. T has a default constructor; names are UTF-8.
template <class T, auto... members> struct ConvertFields
{
    static QString typeName() { return rpc::typeName(Type::Struct); } ///< "struct".

    /// A struct of all members, in the order of the names.
    static Value toValue(const T &object)
    {
        Struct out;
        std::size_t i = 0;
        (out.append(name(i++), rpc::toValue<FieldType<members>>(object.*members)), ...);
        return out;
    }

    /// The error has the name of the member that is missing, unknown, repeated or does not fit.
    static Result<T> fromValue(const Value &value)
    {
        static_assert(Convert<T>::names.size() == sizeof...(members), "one name for each member");
        const auto *in = value.get<Struct>();
        if (!in)
            return detail::typeMismatch(typeName(), value);
        QStringList known;
        for (std::size_t i = 0; i < sizeof...(members); ++i)
            known.append(name(i));
        if (const auto all = detail::checkMembers(*in, known); !all)
            return all.error();
        T object {};
        std::optional<Error> error;
        qsizetype i = 0;
        ((error ? void() : read<members>(object, *in, known.at(i++), error)), ...);
        if (error)
            return *std::move(error);
        return object;
    }

private:
    template <auto member> using FieldType = std::remove_cvref_t<decltype(std::declval<T &>().*member)>;

    static QString name(std::size_t index) { return QString::fromUtf8(Convert<T>::names[index]); }

    template <auto member>
    static void read(T &object, const Struct &in, const QString &name, std::optional<Error> &error)
    {
        using Field = FieldType<member>;
        const Value *found = in.find(name);
        if (!found) {
            if (!detail::isStdOptional<Field>)
                error = detail::missingMember(name);
            return;
        }
        auto field = rpc::fromValue<Field>(*found);
        if (field)
            object.*member = *std::move(field);
        else
            error = detail::inside(field, Path().child(name));
    }
};

} // namespace rpc
