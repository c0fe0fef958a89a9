// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore_core_export.h>

#include <QMap>
#include <QMetaObject>
#include <QObject>
#include <QStringList>

#include <functional>

namespace rpc {

class MethodEditor;
class Registry;

/// What of an object becomes a method.
struct ObjectOptions
{
    /// Only what is declared below this class; by default nothing of QObject, so never `deleteLater`.
    const QMetaObject *below = &QObject::staticMetaObject;
    /// Only slots and invokables whose names begin with this, and without it: with "rpc_", `rpc_add` is exposed as `add`.
    QString servePrefix = {};
    /// Properties, too: `size` reads, `setSize` writes where the property can be written.
    bool properties = false;
    /// What else is to be said of a method, by the name under which it is served: its documentation, who may call it, the
    /// protocols that see it. Documentation may also stand in the class, as `Q_CLASSINFO("rpc:add", "Adds two numbers.")`
    /// with the name of the function.
    ///
    ///     options.methods["add"] = [](rpc::MethodEditor &add) { add.authorization(admins).tags("math"); };
    QMap<QString, std::function<void(MethodEditor &)>> methods = {};
};

/// Registers the public slots and Q_INVOKABLE functions of \a object in \a registry, and gives their names. Parameters
/// are named as in the source, so they can be given by name; default arguments make them optional. Of several functions
/// with one name, the one that fits the arguments best is called. A first parameter `const rpc::CallContext &` gets the
/// context; a function may return `rpc::Result<rpc::Value>` to fail.
///
/// The object is called in its own thread. When it is deleted, its methods are answered with an internal error until
/// they are removed, which happens by itself when the event loop of the registry's thread is reached.
///
/// The error names the function whose parameters or result have a type that no value becomes (see registerConvert()), or
/// whose name is taken, or the name in the options that no method has; then nothing is registered.
RPCCORE_EXPORT Result<QStringList> addObject(Registry &registry, QObject *object, const ObjectOptions &options = {});

} // namespace rpc
