// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

class QString;

namespace rpc {

class Dispatcher;
class Registry;

/// Logs that what \a method gave cannot be written.
void logFormless(const QString &method, const QString &why);

/// Adds system.multicall; see addIntrospection().
void addMulticall(Registry &registry, Dispatcher &dispatcher);

} // namespace rpc
