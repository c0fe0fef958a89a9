// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/basics.h>

#include <QMetaProperty>
#include <QObject>

#include <concepts>

namespace rpc {

namespace detail {

/// T itself is declared with Q_GADGET. (A class that only derives from a gadget is not: it would lose what it adds.)
template <class T>
concept Gadget = bool(QtPrivate::IsGadgetHelper<T>::IsRealGadget) && !std::derived_from<T, QObject>;

/// The stored, readable properties from index \a first on, in order of declaration, bases first; of a name that a
/// derived class declares again, the derived one only.
RPCCORE_EXPORT QList<QMetaProperty> storedProperties(const QMetaObject &meta, int first);

/// The error has the path inside the object.
RPCCORE_EXPORT Result<Struct> gadgetToValue(const QMetaObject &meta, const void *gadget);
/// As above, with nil for a property that has no form.
RPCCORE_EXPORT Struct gadgetToStruct(const QMetaObject &meta, const void *gadget);
/// Sets the properties of \a gadget; after an error some may be set.
RPCCORE_EXPORT Result<void> gadgetFromValue(const QMetaObject &meta, void *gadget, const Value &value);

} // namespace detail

/// A Q_GADGET class is a struct of its properties, in order of declaration, bases first. STORED false leaves one out.
///
/// Out: a property whose type is not known to fromMetaType() is nil. In: every property that can be written has to be
/// there unless its type is std::optional; a read-only property, a name that is no property, and a name that stands
/// twice are errors. T has a default constructor. Types of properties that are not built in need registerConvert()
/// (metaconvert.h).
template <detail::Gadget T> struct Convert<T>
{
    static QString typeName() { return rpc::typeName(Type::Struct); } ///< "struct".
    /// A struct of the stored properties.
    static Value toValue(const T &value) { return detail::gadgetToStruct(T::staticMetaObject, &value); }
    /// The error has the name of the property that is missing, unknown, repeated or does not fit.
    static Result<T> fromValue(const Value &value)
    {
        T gadget {};
        if (const auto set = detail::gadgetFromValue(T::staticMetaObject, &gadget, value); !set)
            return set.error();
        return gadget;
    }
};

} // namespace rpc
