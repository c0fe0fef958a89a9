// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/methodinfo.h>
#include <rpccore_script_export.h>

#include <QHash>
#include <QString>

namespace rpc {

/// What a script's source says of one method: the JSDoc comment before `rpc.method("name", …)` and the parameter list
/// of the function that follows.
struct DocumentedMethod
{
    MethodInfo info;
    bool takesAny = false; ///< a rest parameter, or a function that is defined elsewhere: any arguments are passed on
};

/// Finds the documentation of every `rpc.method("name", …)` in \a source, by name. Understood are @param, @returns (or
/// @return) and @deprecated; types are translated to those of XML-RPC (`number` is double, `object` is struct).
RPCSCRIPT_EXPORT QHash<QString, DocumentedMethod> readJsDoc(const QString &source);

} // namespace rpc
