// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/trace.h>
#include <rpccore/core/limits.h>
#include <rpccore/message/codec.h>

namespace rpc {

/// What the bytes that came back mean for \a request: the protocol first, whatever status and type they came under, and
/// only then HTTP. Findings go into \a trace. May be used from any thread.
Result<Value> judgeAnswer(const Request &request, const Codec &codec, const Limits &limits, Trace &trace);

} // namespace rpc
