// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QStringList>

#include <functional>

namespace rpc {

class Dispatcher;
class Registry;

/// The names that addIntrospection() adds, each of which can be left out.
struct SystemMethods
{
    bool introspection = true; ///< system.listMethods, system.methodSignature, system.methodHelp
    bool capabilities = true; ///< system.getCapabilities
    bool multicall = true; ///< system.multicall, XML-RPC only: JSON-RPC has batches

    static SystemMethods none() { return { false, false, false }; } ///< None of them.
};

/// Adds the `system.` methods, which speak of \a registry and call through \a dispatcher. They are methods like any
/// other: they list themselves, and whoever may not call the server may not call them. What a caller's protocol cannot
/// call is not listed to it. A signature is a list of lists (result first); unknown types are "undef".
///
/// system.multicall makes each of its calls anew, with middlewares and authorisation. Each gives a one-element array or
/// a fault struct; a result without a form in XML-RPC spoils its own entry only. A multicall inside a multicall is a
/// fault of its entry.
RPCCORE_EXPORT void addIntrospection(Registry &registry, Dispatcher &dispatcher, const SystemMethods &which = {});

} // namespace rpc
