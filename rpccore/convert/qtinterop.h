// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/basics.h>

#include <QCborValue>
#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QVariant>

// Values as Qt's own dynamic types, and back. Each function says what it loses; all are thread-safe.

namespace rpc {

/// As fromMetaType(): by the exact type of the content. An invalid QVariant and a null pointer are nil. A QDateTime
/// loses its zone, and a qint64 that fits 32 bits is an int. The error is NotExpressible when a type is not known, with
/// the path inside.
RPCCORE_EXPORT Result<Value> fromVariant(const QVariant &variant);

/// Nil is a null pointer; int, i8 and double are int, qint64 and double; a dateTime is a QDateTime (its spelling and
/// what is finer than a millisecond are lost, one without text is invalid); bytes are a QByteArray; an array is a
/// QVariantList; a struct is a QVariantMap, which sorts the names and keeps the last of a name that stands twice. A
/// Number is a qint64 or quint64 when its literal is such an integer, else the nearest double (its digits are lost);
/// beyond the range of a double it stays an rpc::Number.
RPCCORE_EXPORT QVariant toVariant(const Value &value);

/// Nothing is lost. Integers are int or i8, whatever fits (Qt keeps 64 bits, and takes 5.0 for an integer too);
/// undefined is nil.
RPCCORE_EXPORT Value fromJson(const QJsonValue &json);

/// int, i8 and whole doubles become integers, all 64 bits; a Number beyond that becomes the nearest double (its digits
/// are lost); a dateTime becomes ISO 8601 text; QJsonObject sorts names. The error is NotExpressible with its path for
/// what JSON does not have (bytes, NaN, infinity), a Number beyond the range of a double, and a name that stands twice.
RPCCORE_EXPORT Result<QJsonValue> toJson(const Value &value);

/// Undefined is nil, dates are dateTime, UUIDs and URLs are text, maps are structs. The error is NotExpressible with
/// its path for a map with a key that is no text, and for other tags and simple types.
RPCCORE_EXPORT Result<Value> fromCbor(const QCborValue &cbor);

/// int and i8 become an integer, a Number a 64-bit integer or the nearest double (its digits are lost), a dateTime
/// ISO 8601 text (CBOR's own dates need a zone); bytes, NaN and the order of names are kept. The error is
/// NotExpressible with its path for a Number beyond the range of a double and a name that stands twice.
/// QCborMap looks up every name one by one, so the time is quadratic in the members of one struct.
RPCCORE_EXPORT Result<QCborValue> toCbor(const Value &value);

/// For parameters and results that can be anything. Out: content of a type that is not known is nil, since toValue()
/// cannot fail; fromVariant() says so.
template <> struct Convert<QVariant>
{
    static QString typeName() { return QStringLiteral("any"); } ///< "any".
    /// As fromVariant(); nil where that fails.
    static Value toValue(const QVariant &value) { return fromVariant(value).valueOr(Value()); }
    /// As toVariant(); never fails.
    static Result<QVariant> fromValue(const Value &value) { return toVariant(value); }
};

/// In: what toJson() refuses is an error.
template <> struct Convert<QJsonValue>
{
    static QString typeName() { return QStringLiteral("any"); } ///< "any".
    static Value toValue(const QJsonValue &value) { return fromJson(value); } ///< As fromJson().
    /// As toJson(), but the error is InvalidParams.
    RPCCORE_EXPORT static Result<QJsonValue> fromValue(const Value &value);
};
/// A struct, as fromJson() and toJson() say.
template <> struct Convert<QJsonObject>
{
    static QString typeName() { return rpc::typeName(Type::Struct); } ///< "struct".
    static Value toValue(const QJsonObject &value) { return fromJson(value); } ///< As fromJson().
    RPCCORE_EXPORT static Result<QJsonObject> fromValue(const Value &value); ///< From a struct only.
};
/// An array, as fromJson() and toJson() say.
template <> struct Convert<QJsonArray>
{
    static QString typeName() { return rpc::typeName(Type::Array); } ///< "array".
    static Value toValue(const QJsonArray &value) { return fromJson(value); } ///< As fromJson().
    RPCCORE_EXPORT static Result<QJsonArray> fromValue(const Value &value); ///< From an array only.
};

} // namespace rpc
