// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QObject>

namespace rpc {

// Both run in the thread of the object. \a boundary is a base class of the object: its properties and those of its own
// bases are not looked at. Dynamic properties are not either.

/// The stored properties of \a object in order of declaration, bases first. A property whose type is not known to
/// fromMetaType() (a pointer, say) is left out.
RPCCORE_EXPORT Struct objectProperties(const QObject &object, const QMetaObject &boundary = QObject::staticMetaObject);

/// Sets the properties that \a values names, in their order; others keep what they have. Everything is checked before
/// anything is written: a name that is no property or stands twice, a read-only property, a value that does not fit.
/// The error is InvalidParams with its path, and nothing has changed then. What a setter does with a value that fits is
/// its own affair.
RPCCORE_EXPORT Result<void> setObjectProperties(
    QObject &object, const Struct &values, const QMetaObject &boundary = QObject::staticMetaObject);

} // namespace rpc
