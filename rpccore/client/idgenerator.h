// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/message/requestid.h>

#include <functional>

namespace rpc {

/// Gives the id of the next call: unique among the calls of a client that are under way, neither absent nor null.
/// Called in the client's thread.
using IdGenerator = std::function<RequestId()>;

/// 1, 2, 3: what a client has by itself.
RPCCORE_EXPORT IdGenerator countedIds();
/// Random UUIDs (RFC 9562 version 4): "5e0f8b1c-8f3b-4c3a-9d52-3a4c1c7a0f11".
RPCCORE_EXPORT IdGenerator uuidIds();
/// \a prefix and the 32 hexadecimal digits of a random UUID: "i5e0f8b1c8f3b4c3a9d523a4c1c7a0f11".
RPCCORE_EXPORT IdGenerator prefixedIds(const QString &prefix);

} // namespace rpc
