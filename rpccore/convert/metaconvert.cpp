// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "metaconvert.h"

#include "convert.h"
#include "gadget.h"
#include "qtinterop.h"

#include <QAssociativeIterable>
#include <QHash>
#include <QReadWriteLock>
#include <QSequentialIterable>

namespace rpc {

namespace {

using detail::MetaConvert;
using detail::Sign;

class Converters
{
public:
    Converters()
    {
        addAll<bool, signed char, unsigned char, short, unsigned short, int, unsigned int, long, unsigned long, qint64,
            quint64, float, double, QString, std::string, QByteArray, QDateTime, QDate, QTime, QUuid, QUrl,
            std::chrono::seconds, std::chrono::milliseconds, Value, Struct, DateTime, Number, Nil, QJsonValue,
            QJsonObject, QJsonArray>();
    }
    std::optional<MetaConvert> find(QMetaType type)
    {
        const QReadLocker lock(&m_lock);
        const auto it = m_converters.constFind(type.id());
        return it == m_converters.cend() ? std::nullopt : std::optional(*it);
    }
    void set(QMetaType type, const MetaConvert &convert)
    {
        const QWriteLocker lock(&m_lock);
        m_converters.insert(type.id(), convert);
    }

private:
    template <class... T> void addAll()
    {
        const auto insert
            = [this](QMetaType type, const MetaConvert &convert) { m_converters.insert(type.id(), convert); };
        (detail::withFamily<T>(insert), ...);
    }

    QReadWriteLock m_lock;
    QHash<int, MetaConvert> m_converters;
};

Converters &converters()
{
    static Converters all;
    return all;
}

Error unknown(QMetaType type)
{
    return Error::make(ErrorKind::NotExpressible,
        QStringLiteral("the type %1 has no form as a value").arg(QString::fromUtf8(type.name())));
}

bool isNothing(QMetaType type)
{
    return !type.isValid() || type.id() == QMetaType::Void || type.id() == QMetaType::Nullptr;
}

bool isEnum(QMetaType type) { return type.flags().testFlag(QMetaType::IsEnumeration); }

// The class of a Q_GADGET type, not of one that is only derived from it.
const QMetaObject *gadgetClass(QMetaType type)
{
    if (!type.flags().testFlag(QMetaType::IsGadget))
        return nullptr;
    const QMetaObject *meta = type.metaObject();
    return meta && meta->metaType() == type ? meta : nullptr;
}

// What Q_ENUM or Q_FLAG say of an enum or QFlags; invalid when there is nothing.
QMetaEnum enumOf(QMetaType type)
{
    const QMetaObject *meta = type.metaObject();
    if (!meta)
        return {};
    QByteArray name = type.name(); // "Shop::Colour", "QFlags<Shop::Option>"
    const bool flags = name.startsWith("QFlags<") && name.endsWith('>');
    if (flags)
        name = name.mid(7).chopped(1);
    name = name.mid(name.lastIndexOf(':') + 1);
    for (int i = 0; i < meta->enumeratorCount(); ++i) {
        const QMetaEnum e = meta->enumerator(i);
        if (flags ? e.isFlag() && name == e.enumName() : name == e.name())
            return e;
    }
    return {};
}

Sign signOf(QMetaType type)
{
    return type.flags().testFlag(QMetaType::IsUnsignedEnumeration) ? Sign::Unsigned : Sign::Signed;
}

bool isFlags(QMetaType type) { return QByteArrayView(type.name()).startsWith("QFlags<"); }

// The integer type of the size and sign of an enum.
QMetaType integerOf(QMetaType type)
{
    const bool plus = signOf(type) == Sign::Unsigned;
    switch (type.sizeOf()) {
    case 1:
        return QMetaType(plus ? QMetaType::UChar : QMetaType::SChar);
    case 2:
        return QMetaType(plus ? QMetaType::UShort : QMetaType::Short);
    case 4:
        return QMetaType(plus ? QMetaType::UInt : QMetaType::Int);
    default:
        return QMetaType(plus ? QMetaType::ULongLong : QMetaType::LongLong);
    }
}

Result<Value> fromEnum(QMetaType type, const void *data)
{
    auto number = fromMetaType(integerOf(type), data);
    const auto integer = number ? number->toInteger() : std::nullopt;
    const QMetaEnum meta = enumOf(type);
    if (!meta.isValid() || !integer)
        return number;
    return isFlags(type) ? detail::flagsToValue(meta, *integer) : detail::enumToValue(meta, *integer, signOf(type));
}

Result<QVariant> toEnum(const Value &value, QMetaType type)
{
    Value number = value;
    if (const QMetaEnum meta = enumOf(type); meta.isValid()) {
        const auto known
            = isFlags(type) ? detail::flagsFromValue(meta, value) : detail::enumFromValue(meta, value, signOf(type));
        if (!known)
            return known.error();
        number = Value(*known);
    }
    const auto integer = toMetaType(number, integerOf(type));
    if (!integer)
        return integer.error();
    return QVariant(type, integer->constData());
}

Result<QVariant> toGadget(const Value &value, QMetaType type)
{
    QVariant gadget(type); // default constructed
    if (!gadget.isValid())
        return unknown(type);
    if (const auto set = detail::gadgetFromValue(*type.metaObject(), gadget.data(), value); !set)
        return set.error();
    return gadget;
}

template <class Iterable> bool isIterable(QMetaType type)
{
    return QMetaType::canView(type, QMetaType::fromType<Iterable>())
        && QMetaType::canConvert(type, QMetaType::fromType<Iterable>());
}

// A look at the container that \a data points to; what it may be asked depends on the constness of what was given.
template <class Iterable> Iterable viewOf(QMetaType type, const void *data)
{
    Iterable iterable({}, static_cast<const quint64 *>(nullptr));
    QMetaType::convert(type, data, QMetaType::fromType<Iterable>(), &iterable);
    return iterable;
}

// Maps that Qt can look into, with text for keys.
bool isMap(QMetaType type)
{
    return isIterable<QAssociativeIterable>(type)
        && viewOf<QAssociativeIterable>(type, QVariant(type).constData()).metaContainer().keyMetaType()
        == QMetaType::fromType<QString>();
}

Result<Value> fromSequence(QMetaType type, const void *data)
{
    const auto items = viewOf<QSequentialIterable>(type, data);
    Array out;
    qsizetype i = 0;
    for (const QVariant &item : items) {
        auto value = fromMetaType(item);
        if (!value)
            return detail::inside(value, Path().child(i));
        out.append(*std::move(value));
        ++i;
    }
    return Value(out);
}

Result<Value> fromMap(QMetaType type, const void *data)
{
    const auto items = viewOf<QAssociativeIterable>(type, data);
    Struct out;
    for (auto it = items.constBegin(); it != items.constEnd(); ++it) {
        const QString name = it.key().toString();
        auto value = fromMetaType(it.value());
        if (!value)
            return detail::inside(value, Path().child(name));
        out.append(name, *std::move(value));
    }
    return Value(out);
}

// The address of what a container of \a type holds.
const void *contentOf(const QVariant &content, QMetaType type)
{
    return type.id() == QMetaType::QVariant ? static_cast<const void *>(&content) : content.constData();
}

Result<QVariant> toSequence(const Value &value, QMetaType type)
{
    const auto *array = value.get<Array>();
    if (!array)
        return detail::typeMismatch(typeName(Type::Array), value);
    QVariant container(type);
    const QMetaSequence meta = viewOf<QSequentialIterable>(type, container.constData()).metaContainer();
    if (!meta.canAddValue() || !meta.hasSize())
        return unknown(type);
    const QMetaType itemType = meta.valueMetaType();
    for (qsizetype i = 0; i < array->size(); ++i) {
        auto item = toMetaType(array->at(i), itemType);
        if (!item)
            return detail::inside(item, Path().child(i));
        meta.addValue(container.data(), contentOf(*item, itemType));
        if (meta.size(container.constData()) != i + 1)
            return detail::repeatedItem(i); // a set
    }
    return container;
}

Result<QVariant> toMap(const Value &value, QMetaType type)
{
    const auto *members = value.get<Struct>();
    if (!members)
        return detail::typeMismatch(typeName(Type::Struct), value);
    QVariant container(type);
    const QMetaAssociation meta = viewOf<QAssociativeIterable>(type, container.constData()).metaContainer();
    if (!meta.canSetMappedAtKey() || !meta.canContainsKey())
        return unknown(type);
    const QMetaType itemType = meta.mappedMetaType();
    for (const Member &m : *members) {
        auto item = toMetaType(m.value, itemType);
        if (!item)
            return detail::inside(item, Path().child(m.name));
        if (meta.containsKey(container.constData(), &m.name))
            return detail::repeatedMember(m.name);
        meta.setMappedAtKey(container.data(), &m.name, contentOf(*item, itemType));
    }
    return container;
}

} // namespace

void detail::setMetaConvert(QMetaType type, const MetaConvert &convert) { converters().set(type, convert); }

std::optional<MetaConvert> detail::findMetaConvert(QMetaType type) { return converters().find(type); }

Result<QVariant> toMetaType(const Value &value, QMetaType type)
{
    if (isNothing(type)) {
        if (value.isNil() && type.id() == QMetaType::Nullptr)
            return QVariant::fromValue(nullptr);
        return type.id() == QMetaType::Nullptr ? detail::typeMismatch(typeName(Type::Nil), value) : unknown(type);
    }
    if (const auto converter = converters().find(type))
        return converter->fromValue(value);
    if (type.id() == QMetaType::QVariant)
        return toVariant(value);
    if (isEnum(type))
        return toEnum(value, type);
    if (gadgetClass(type))
        return toGadget(value, type);
    if (isMap(type))
        return toMap(value, type);
    if (isIterable<QSequentialIterable>(type))
        return toSequence(value, type);
    return unknown(type);
}

Result<Value> fromMetaType(QMetaType type, const void *data)
{
    if (isNothing(type))
        return Value();
    if (const auto converter = converters().find(type))
        return converter->toValue(data);
    if (type.id() == QMetaType::QVariant)
        return fromMetaType(*static_cast<const QVariant *>(data));
    if (isEnum(type))
        return fromEnum(type, data);
    if (const QMetaObject *meta = gadgetClass(type)) {
        auto members = detail::gadgetToValue(*meta, data);
        if (!members)
            return members.error();
        return Value(*std::move(members));
    }
    if (isMap(type))
        return fromMap(type, data);
    if (isIterable<QSequentialIterable>(type))
        return fromSequence(type, data);
    return unknown(type);
}

Result<Value> fromMetaType(const QVariant &value) { return fromMetaType(value.metaType(), value.constData()); }

QString metaTypeName(QMetaType type)
{
    if (isNothing(type))
        return type.isValid() ? typeName(Type::Nil) : QStringLiteral("undef");
    if (const auto converter = converters().find(type))
        return converter->typeName();
    if (type.id() == QMetaType::QVariant)
        return Convert<QVariant>::typeName();
    if (isEnum(type)) {
        if (!enumOf(type).isValid())
            return metaTypeName(integerOf(type));
        return typeName(isFlags(type) ? Type::Array : Type::String);
    }
    if (gadgetClass(type) || isMap(type))
        return typeName(Type::Struct);
    if (isIterable<QSequentialIterable>(type))
        return typeName(Type::Array);
    return QStringLiteral("undef");
}

} // namespace rpc
