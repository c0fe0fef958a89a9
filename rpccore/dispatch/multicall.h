// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

namespace rpc {

class Dispatcher;
class Registry;

/// Adds system.multicall; see addIntrospection().
void addMulticall(Registry &registry, Dispatcher &dispatcher);

} // namespace rpc
