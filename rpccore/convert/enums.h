// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/scalars.h>

#include <QFlags>
#include <QMetaEnum>

#include <type_traits>

namespace rpc {

namespace detail {

/// E is declared with Q_ENUM, Q_ENUM_NS, Q_FLAG or Q_FLAG_NS.
template <class E> inline constexpr bool isRegisteredEnum = QtPrivate::IsQEnumHelper<E>::Value;

/// Whether the numbers of an enum are read with a sign; QMetaEnum does not say.
enum class Sign : bool { Signed, Unsigned };
template <class E>
inline constexpr Sign signOf = std::is_signed_v<std::underlying_type_t<E>> ? Sign::Signed : Sign::Unsigned;

/// The name of \a number; the number itself when it has none.
RPCCORE_EXPORT Value enumToValue(const QMetaEnum &meta, qint64 number, Sign sign);
/// The number of a name, or a number that has a name.
RPCCORE_EXPORT Result<qint64> enumFromValue(const QMetaEnum &meta, const Value &value, Sign sign);
/// The names of all bits of \a number; the number itself when some have none.
RPCCORE_EXPORT Value flagsToValue(const QMetaEnum &meta, qint64 number);
/// From an array of names, or a number whose bits all have names.
RPCCORE_EXPORT Result<qint64> flagsFromValue(const QMetaEnum &meta, const Value &value);

/// The integer type of the size and sign of an enum.
template <class E> struct EnumInteger
{
    using Underlying = std::underlying_type_t<E>;
    using Sized = QIntegerForSizeof<Underlying>;
    using type = std::conditional_t<std::is_signed_v<Underlying>, typename Sized::Signed, typename Sized::Unsigned>;
};

} // namespace detail

/// An enum that Qt knows (Q_ENUM, Q_ENUM_NS) is the name of its enumerator, as text. In: such a name, exactly, or the
/// integer of an enumerator; the error lists the names. Out: a number that no enumerator has stays an integer.
///
/// Any other enum is an integer of its underlying type, checked for the range of that type only.
template <class E>
requires(std::is_enum_v<E> && !std::same_as<std::underlying_type_t<E>, bool>) struct Convert<E>
{
    using Integer = typename detail::EnumInteger<E>::type; ///< the integer type of the size and sign of E

    /// "string" for an enum that Qt knows, else the name of its integer type.
    static QString typeName()
    {
        if constexpr (detail::isRegisteredEnum<E>)
            return rpc::typeName(Type::String);
        else
            return Convert<Integer>::typeName();
    }
    /// The name, or the number when it has none.
    static Value toValue(E value)
    {
        if constexpr (detail::isRegisteredEnum<E>)
            return detail::enumToValue(QMetaEnum::fromType<E>(), qint64(value), detail::signOf<E>);
        else
            return Convert<Integer>::toValue(Integer(value));
    }
    /// From a name or a number, see above.
    static Result<E> fromValue(const Value &value)
    {
        const auto number = [&value] {
            if constexpr (detail::isRegisteredEnum<E>)
                return detail::enumFromValue(QMetaEnum::fromType<E>(), value, detail::signOf<E>);
            else
                return Convert<Integer>::fromValue(value);
        }();
        if (!number)
            return number.error();
        return E(*number);
    }
};

/// Flags that Qt knows (Q_FLAG, Q_FLAG_NS) are an array of names; also in as an integer all of whose bits have names.
/// Out: when some bit has no name, an integer. Other QFlags are an integer.
template <class E> struct Convert<QFlags<E>>
{
    using Flags = QFlags<E>; ///< the flags themselves
    using Integer = typename Flags::Int; ///< the integer type that holds them

    /// "array" for flags that Qt knows, else the name of their integer type.
    static QString typeName()
    {
        if constexpr (detail::isRegisteredEnum<Flags>)
            return rpc::typeName(Type::Array);
        else
            return Convert<Integer>::typeName();
    }
    /// The names of the bits, or the number.
    static Value toValue(Flags value)
    {
        if constexpr (detail::isRegisteredEnum<Flags>)
            return detail::flagsToValue(QMetaEnum::fromType<Flags>(), qint64(Integer(value)));
        else
            return Convert<Integer>::toValue(Integer(value));
    }
    /// From names or a number, see above.
    static Result<Flags> fromValue(const Value &value)
    {
        const auto number = [&value] {
            if constexpr (detail::isRegisteredEnum<Flags>)
                return detail::flagsFromValue(QMetaEnum::fromType<Flags>(), value);
            else
                return Convert<Integer>::fromValue(value);
        }();
        if (!number)
            return number.error();
        return Flags::fromInt(Integer(*number));
    }
};

} // namespace rpc
