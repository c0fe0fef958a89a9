// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "gadget.h"

#include "metaconvert.h"

namespace rpc::detail {

namespace {

QString nameOf(const QMetaProperty &property) { return QString::fromUtf8(property.name()); }

} // namespace

QList<QMetaProperty> storedProperties(const QMetaObject &meta, int first)
{
    QList<QMetaProperty> properties;
    for (int i = first; i < meta.propertyCount(); ++i) {
        const QMetaProperty property = meta.property(i);
        if (property.isReadable() && property.isStored() && meta.indexOfProperty(property.name()) == i)
            properties.append(property);
    }
    return properties;
}

Result<Struct> gadgetToValue(const QMetaObject &meta, const void *gadget)
{
    Struct out;
    for (const QMetaProperty &property : storedProperties(meta, 0)) {
        auto value = fromMetaType(property.readOnGadget(gadget));
        if (!value)
            return inside(value, Path().child(nameOf(property)));
        out.append(nameOf(property), *std::move(value));
    }
    return out;
}

Struct gadgetToStruct(const QMetaObject &meta, const void *gadget)
{
    Struct out;
    for (const QMetaProperty &property : storedProperties(meta, 0))
        out.append(nameOf(property), fromMetaType(property.readOnGadget(gadget)).valueOr(Value()));
    return out;
}

Result<void> gadgetFromValue(const QMetaObject &meta, void *gadget, const Value &value)
{
    const auto *in = value.get<Struct>();
    if (!in)
        return typeMismatch(typeName(Type::Struct), value);
    const QList<QMetaProperty> properties = storedProperties(meta, 0);
    QStringList known;
    for (const QMetaProperty &property : properties)
        known.append(nameOf(property));
    if (const auto all = checkMembers(*in, known); !all)
        return all;
    for (const QMetaProperty &property : properties) {
        const QString name = nameOf(property);
        const Value *member = in->find(name);
        if (!property.isWritable()) {
            if (member)
                return memberError(name, QStringLiteral("is read-only"));
            continue;
        }
        if (!member) {
            const auto converter = findMetaConvert(property.metaType());
            if (converter && converter->isOptional)
                continue;
            return missingMember(name);
        }
        auto content = toMetaType(*member, property.metaType());
        if (!content)
            return inside(content, Path().child(name));
        if (!property.writeOnGadget(gadget, *content))
            return memberError(name, QStringLiteral("cannot be written"));
    }
    return {};
}

} // namespace rpc::detail
