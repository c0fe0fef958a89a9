// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QString>
#include <QStringList>

#include <concepts>
#include <optional>

namespace rpc {

/// The customisation point: how a C++ type becomes a Value and comes back. Specialise it for a type of your own with
///
///     template<> struct rpc::Convert<Point> {
///         static QString typeName() { return QStringLiteral("struct"); }
///         static Value toValue(const Point &p);
///         static Result<Point> fromValue(const Value &v);
///     };
///
/// or, when the type is a plain struct, from ConvertFields (fields.h).
///
/// typeName() is what system.methodSignature says. toValue() cannot fail. fromValue() never coerces in silence: text is
/// not a number, 1 is not true, 2^40 is not an int. Its error is InvalidParams with the path inside the value. All
/// three have to be thread-safe for different values. A type without a specialisation (char, const char *, pointers)
/// does not compile.
template <class T> struct Convert;

/// T can become a Value.
template <class T>
concept HasToValue = requires(const T &value)
{
    {
        Convert<T>::toValue(value)
        } -> std::same_as<Value>;
    {
        Convert<T>::typeName()
        } -> std::same_as<QString>;
};

/// A Value can become a T.
template <class T>
concept HasFromValue = requires(const Value &value)
{
    {
        Convert<T>::fromValue(value)
        } -> std::same_as<Result<T>>;
    {
        Convert<T>::typeName()
        } -> std::same_as<QString>;
};

/// Both. Says nothing of what a container holds.
template <class T>
concept Convertible = HasToValue<T> && HasFromValue<T>;

/// \a value as Convert<T> says it; never fails.
template <class T> Value toValue(const T &value) { return Convert<T>::toValue(value); }

/// The error is InvalidParams with the path inside \a value: `tags[3]: expected int, got string`.
template <class T> Result<T> fromValue(const Value &value) { return Convert<T>::fromValue(value); }

namespace detail {

/// "expected int, got string".
RPCCORE_EXPORT Error typeMismatch(const QString &expected, const Value &got);
/// "expected one of Red, Green, got "Blue"": like typeMismatch(), but names the value; long ones are cut.
RPCCORE_EXPORT Error valueMismatch(const QString &expected, const Value &got);
/// "300 is out of the range 0 to 255".
RPCCORE_EXPORT Error outOfRange(const Value &got, const QString &lowest, const QString &highest);
/// "expected 3 values, got 2".
RPCCORE_EXPORT Error wrongLength(qsizetype expected, qsizetype got);
/// \a message at the member called \a name.
RPCCORE_EXPORT Error memberError(const QString &name, const QString &message);
/// Success when every member of \a members is called like one of \a known, and none twice.
RPCCORE_EXPORT Result<void> checkMembers(const Struct &members, const QStringList &known);
RPCCORE_EXPORT Error missingMember(const QString &name);
RPCCORE_EXPORT Error repeatedMember(const QString &name);

template <class T> Error inside(Result<T> &result, const Path &step)
{
    Error e = result.error();
    e.path = e.path.below(step);
    return e;
}

template <class T> inline constexpr bool isStdOptional = false;
template <class T> inline constexpr bool isStdOptional<std::optional<T>> = true;

} // namespace detail

} // namespace rpc
