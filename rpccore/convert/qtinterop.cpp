// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "qtinterop.h"

#include "convert.h"
#include "metaconvert.h"

#include <rpccore/value/visit.h>

#include <QCborArray>
#include <QCborMap>

#include <cmath>

namespace rpc {

namespace {

Error notExpressible(const QString &message) { return Error::make(ErrorKind::NotExpressible, message); }

Error tooLarge(const Number &number)
{
    return notExpressible(QString::fromLatin1(number.literal().left(60)) % QStringLiteral(" is beyond every double"));
}

Error at(Error error, const Path::Step &step)
{
    Path parent;
    parent.append(step);
    error.path = error.path.below(parent);
    return error;
}

// The integer that a literal without fraction and exponent spells.
std::optional<qint64> integerLiteral(const Number &number)
{
    return number.isIntegerLiteral() && number.literal() != "-0" ? number.toInt64() : std::nullopt;
}

QString isoText(const DateTime &date) { return QString::fromLatin1(date.isoText()); }

QVariant numberToVariant(const Number &number)
{
    if (const auto integer = integerLiteral(number))
        return QVariant::fromValue<qint64>(*integer);
    if (number.isIntegerLiteral()) {
        if (const auto large = fromValue<quint64>(number); large && number.literal() != "-0")
            return QVariant::fromValue<quint64>(*large);
    }
    if (std::isfinite(number.toDouble()))
        return number.toDouble();
    return QVariant::fromValue(number);
}

Value fromJsonArray(const QJsonArray &array)
{
    Array out;
    out.reserve(array.size());
    for (const QJsonValue item : array)
        out.append(fromJson(item));
    return out;
}

Value fromJsonObject(const QJsonObject &object)
{
    Struct out;
    for (auto it = object.begin(); it != object.end(); ++it)
        out.append(it.key(), fromJson(it.value()));
    return out;
}

Result<QJsonValue> toJsonArray(const Array &array)
{
    QJsonArray out;
    for (qsizetype i = 0; i < array.size(); ++i) {
        const auto item = toJson(array.at(i));
        if (!item)
            return at(item.error(), i);
        out.append(*item);
    }
    return QJsonValue(out);
}

Result<QJsonValue> toJsonObject(const Struct &members)
{
    QJsonObject out;
    for (const Member &m : members) {
        const auto item = toJson(m.value);
        if (!item)
            return at(item.error(), m.name);
        if (out.contains(m.name))
            return at(notExpressible(QStringLiteral("stands twice")), m.name);
        out.insert(m.name, *item);
    }
    return QJsonValue(out);
}

Result<Value> fromCborArray(const QCborArray &array)
{
    Array out;
    out.reserve(array.size());
    for (qsizetype i = 0; i < array.size(); ++i) {
        auto item = fromCbor(array.at(i));
        if (!item)
            return at(item.error(), i);
        out.append(*std::move(item));
    }
    return Value(out);
}

Result<Value> fromCborMap(const QCborMap &map)
{
    Struct out;
    for (auto it = map.begin(); it != map.end(); ++it) {
        if (!it.key().isString())
            return notExpressible(QStringLiteral("a name that is no text"));
        auto item = fromCbor(it.value());
        if (!item)
            return at(item.error(), it.key().toString());
        out.append(it.key().toString(), *std::move(item));
    }
    return Value(out);
}

Result<QCborValue> toCborArray(const Array &array)
{
    QCborArray out;
    for (qsizetype i = 0; i < array.size(); ++i) {
        const auto item = toCbor(array.at(i));
        if (!item)
            return at(item.error(), i);
        out.append(*item);
    }
    return QCborValue(out);
}

Result<QCborValue> toCborMap(const Struct &members)
{
    QCborMap out;
    QSet<QString> names; // QCborMap looks them up one by one
    for (const Member &m : members) {
        const auto item = toCbor(m.value);
        if (!item)
            return at(item.error(), m.name);
        if (names.contains(m.name))
            return at(notExpressible(QStringLiteral("stands twice")), m.name);
        names.insert(m.name);
        out.insert(m.name, *item);
    }
    return QCborValue(out);
}

} // namespace

Result<Value> fromVariant(const QVariant &variant) { return fromMetaType(variant); }

QVariant toVariant(const Value &value)
{
    return visit(value,
        Overloaded {
            [](Nil) { return QVariant::fromValue(nullptr); },
            [](bool b) { return QVariant(b); },
            [](qint32 i) { return QVariant(i); },
            [](qint64 i) { return QVariant(i); },
            [](double d) { return QVariant(d); },
            [](const Number &n) { return numberToVariant(n); },
            [](const QString &s) { return QVariant(s); },
            [](const DateTime &d) { return QVariant(d.toQDateTime()); },
            [](const QByteArray &b) { return QVariant(b); },
            [](const Array &a) {
                QVariantList list;
                list.reserve(a.size());
                for (const Value &item : a)
                    list.append(toVariant(item));
                return QVariant(list);
            },
            [](const Struct &s) {
                QVariantMap map;
                for (const Member &m : s)
                    map.insert(m.name, toVariant(m.value));
                return QVariant(map);
            },
        });
}

Value fromJson(const QJsonValue &json)
{
    switch (json.type()) {
    case QJsonValue::Bool:
        return json.toBool();
    case QJsonValue::Double: {
        const QVariant number = json.toVariant(); // the only way to tell an integer
        return number.typeId() == QMetaType::LongLong ? Value::fromInteger(json.toInteger()) : Value(json.toDouble());
    }
    case QJsonValue::String:
        return json.toString();
    case QJsonValue::Array:
        return fromJsonArray(json.toArray());
    case QJsonValue::Object:
        return fromJsonObject(json.toObject());
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        break;
    }
    return {};
}

Result<QJsonValue> toJson(const Value &value)
{
    using R = Result<QJsonValue>;
    return visit(value,
        Overloaded {
            [](Nil) -> R { return QJsonValue(); },
            [](bool b) -> R { return QJsonValue(b); },
            [](qint32 i) -> R { return QJsonValue(i); },
            [](qint64 i) -> R { return QJsonValue(i); },
            [](double d) -> R {
                if (std::isfinite(d))
                    return QJsonValue(d);
                return notExpressible(QStringLiteral("JSON has no NaN and no infinity"));
            },
            [](const Number &n) -> R {
                if (const auto integer = integerLiteral(n))
                    return QJsonValue(*integer);
                return std::isfinite(n.toDouble()) ? R(QJsonValue(n.toDouble())) : R(tooLarge(n));
            },
            [](const QString &s) -> R { return QJsonValue(s); },
            [](const DateTime &d) -> R { return QJsonValue(isoText(d)); },
            [](const QByteArray &) -> R { return notExpressible(QStringLiteral("JSON has no bytes")); },
            [](const Array &a) { return toJsonArray(a); },
            [](const Struct &s) { return toJsonObject(s); },
        });
}

Result<Value> fromCbor(const QCborValue &cbor)
{
    switch (cbor.type()) {
    case QCborValue::Undefined:
    case QCborValue::Null:
        return Value();
    case QCborValue::False:
    case QCborValue::True:
        return Value(cbor.toBool());
    case QCborValue::Integer:
        return Value::fromInteger(cbor.toInteger());
    case QCborValue::Double:
        return Value(cbor.toDouble());
    case QCborValue::String:
        return Value(cbor.toString());
    case QCborValue::ByteArray:
        return Value(cbor.toByteArray());
    case QCborValue::Array:
        return fromCborArray(cbor.toArray());
    case QCborValue::Map:
        return fromCborMap(cbor.toMap());
    case QCborValue::Uuid:
        return toValue(cbor.toUuid());
    case QCborValue::Url:
        return toValue(cbor.toUrl());
    case QCborValue::DateTime:
        if (const auto date = DateTime::fromText(cbor.taggedValue().toString().toLatin1()))
            return Value(*date);
        break;
    default:
        break;
    }
    if (cbor.isTag())
        return notExpressible(QStringLiteral("CBOR tag %1 has no form as a value").arg(quint64(cbor.tag())));
    return notExpressible(
        QStringLiteral("CBOR simple type %1 has no form as a value").arg(quint8(cbor.toSimpleType())));
}

Result<QCborValue> toCbor(const Value &value)
{
    using R = Result<QCborValue>;
    return visit(value,
        Overloaded {
            [](Nil) -> R { return QCborValue(nullptr); },
            [](bool b) -> R { return QCborValue(b); },
            [](qint32 i) -> R { return QCborValue(i); },
            [](qint64 i) -> R { return QCborValue(i); },
            [](double d) -> R { return QCborValue(d); },
            [](const Number &n) -> R {
                if (const auto integer = integerLiteral(n))
                    return QCborValue(*integer);
                return std::isfinite(n.toDouble()) ? R(QCborValue(n.toDouble())) : R(tooLarge(n));
            },
            [](const QString &s) -> R { return QCborValue(s); },
            [](const DateTime &d) -> R { return QCborValue(isoText(d)); },
            [](const QByteArray &b) -> R { return QCborValue(b); },
            [](const Array &a) { return toCborArray(a); },
            [](const Struct &s) { return toCborMap(s); },
        });
}

Result<QJsonValue> Convert<QJsonValue>::fromValue(const Value &value)
{
    auto json = toJson(value);
    if (json)
        return json;
    Error e = json.error();
    e.kind = ErrorKind::InvalidParams;
    e.code = e.wireCode();
    return e;
}

Result<QJsonObject> Convert<QJsonObject>::fromValue(const Value &value)
{
    if (!value.get<Struct>())
        return detail::typeMismatch(typeName(), value);
    const auto json = Convert<QJsonValue>::fromValue(value);
    if (!json)
        return json.error();
    return json->toObject();
}

Result<QJsonArray> Convert<QJsonArray>::fromValue(const Value &value)
{
    if (!value.get<Array>())
        return detail::typeMismatch(typeName(), value);
    const auto json = Convert<QJsonValue>::fromValue(value);
    if (!json)
        return json.error();
    return json->toArray();
}

} // namespace rpc
