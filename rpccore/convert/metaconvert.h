// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/containers.h>

#include <QMetaType>
#include <QVariant>

namespace rpc {

// Conversion by QMetaType, for callers that know a type at run time only: properties, and slots called by name. The
// rules are those of Convert; QVariant::convert() is not used, so nothing is coerced. Known without registration:
//
//     bool, integers, float, double, QString, std::string, QByteArray, QDateTime, QDate, QTime, QUuid, QUrl,
//     std::chrono::seconds and milliseconds, Value and its own types, QJsonValue, QJsonObject, QJsonArray;
//     QList and std::optional of each of these;
//     QVariant, enums and flags, Q_GADGET types;
//     lists, sets and maps from QString that Qt can iterate over (QList, QSet, QMap, QHash, std::vector, std::list,
//     std::map, std::unordered_map) of everything here; Qt can when their content is declared as a metatype (its own
//     types, Q_GADGET, Q_ENUM, Q_DECLARE_METATYPE).
//
// Everything else that has a Convert becomes known by registerConvert<T>(). All functions are thread-safe.

/// Makes Convert<T> known to the functions below, for T, QList<T> and std::optional<T>; what a gadget or an enum would
/// be by itself is overridden. To be called once, before values come in; calling it again changes nothing.
template <Convertible T> void registerConvert();

/// A QVariant of exactly \a type. For QMetaType::QVariant it is the content (toVariant()). The error is InvalidParams
/// with the path inside \a value, or NotExpressible when \a type is not known.
RPCCORE_EXPORT Result<QVariant> toMetaType(const Value &value, QMetaType type);

/// \a data points to an object of \a type and is only read. Nothing (QMetaType::Void, an invalid type) is nil. The
/// error is NotExpressible with the path inside the object.
RPCCORE_EXPORT Result<Value> fromMetaType(QMetaType type, const void *data);
/// The same with the content of \a value and its type.
RPCCORE_EXPORT Result<Value> fromMetaType(const QVariant &value);

/// What system.methodSignature says of \a type: as Convert::typeName(), "nil" for void, "any" for QVariant, "undef" for
/// a type that is not known.
RPCCORE_EXPORT QString metaTypeName(QMetaType type);

namespace detail {

/// A Convert<T> whose T has been taken away.
struct MetaConvert
{
    QString (*typeName)();
    Value (*toValue)(const void *);
    Result<QVariant> (*fromValue)(const Value &);
    bool isOptional; ///< may be missing where members are named

    template <class T> static MetaConvert of()
    {
        return { &Convert<T>::typeName, [](const void *data) { return rpc::toValue<T>(*static_cast<const T *>(data)); },
            [](const Value &value) -> Result<QVariant> {
                auto content = rpc::fromValue<T>(value);
                if (!content)
                    return content.error();
                return QVariant::fromValue<T>(*std::move(content));
            },
            isStdOptional<T> };
    }
};

RPCCORE_EXPORT void setMetaConvert(QMetaType type, const MetaConvert &convert);
/// The registered or built-in converter of exactly \a type.
RPCCORE_EXPORT std::optional<MetaConvert> findMetaConvert(QMetaType type);

/// Calls \a set(QMetaType, MetaConvert) for T and what comes with it.
template <class T, class Set> void withFamily(Set set)
{
    set(QMetaType::fromType<T>(), MetaConvert::of<T>());
    set(QMetaType::fromType<QList<T>>(), MetaConvert::of<QList<T>>());
    if constexpr (!isStdOptional<T>)
        set(QMetaType::fromType<std::optional<T>>(), MetaConvert::of<std::optional<T>>());
}

} // namespace detail

template <Convertible T> void registerConvert() { detail::withFamily<T>(&detail::setMetaConvert); }

} // namespace rpc
