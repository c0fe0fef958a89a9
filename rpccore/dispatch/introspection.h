// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

namespace rpc {

class Registry;

/// Adds system.listMethods, system.methodSignature and system.methodHelp, which speak of \a registry. They are methods
/// like any other and list themselves. A signature is a list of lists (result first); unknown types are "undef". The
/// registry must outlive its methods, which it does.
RPCCORE_EXPORT void addIntrospection(Registry &registry);

} // namespace rpc
