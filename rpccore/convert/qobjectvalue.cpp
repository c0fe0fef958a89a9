// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "qobjectvalue.h"

#include "gadget.h"
#include "metaconvert.h"

namespace rpc {

namespace {

QList<QMetaProperty> propertiesBelow(const QObject &object, const QMetaObject &boundary)
{
    const QMetaObject &meta = *object.metaObject();
    const QMetaObject &base = meta.inherits(&boundary) ? boundary : QObject::staticMetaObject;
    return detail::storedProperties(meta, base.propertyCount());
}

} // namespace

Struct objectProperties(const QObject &object, const QMetaObject &boundary)
{
    Struct out;
    for (const QMetaProperty &property : propertiesBelow(object, boundary)) {
        if (auto value = fromMetaType(property.read(&object)))
            out.append(QString::fromUtf8(property.name()), *std::move(value));
    }
    return out;
}

Result<void> setObjectProperties(QObject &object, const Struct &values, const QMetaObject &boundary)
{
    const QList<QMetaProperty> properties = propertiesBelow(object, boundary);
    QStringList known;
    for (const QMetaProperty &property : properties)
        known.append(QString::fromUtf8(property.name()));
    if (const auto all = detail::checkMembers(values, known); !all)
        return all;
    QList<std::pair<QMetaProperty, QVariant>> writes;
    for (const Member &m : values) {
        const QMetaProperty &property = properties.at(known.indexOf(m.name));
        if (!property.isWritable())
            return detail::memberError(m.name, QStringLiteral("is read-only"));
        auto content = toMetaType(m.value, property.metaType());
        if (!content)
            return detail::inside(content, Path().child(m.name));
        writes.emplaceBack(property, *std::move(content));
    }
    for (const auto &[property, content] : writes) {
        if (!property.write(&object, content)) // only of a type that Qt itself does not know
            return detail::memberError(QString::fromUtf8(property.name()), QStringLiteral("cannot be written"));
    }
    return {};
}

} // namespace rpc
