// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/middleware.h>

#include <QStringList>

#include <chrono>
#include <memory>

namespace rpc {

/// The middlewares that many servers need. Each is a `std::shared_ptr<Middleware>` for Dispatcher::use().
///
/// Exceptions that leave a handler are caught by the dispatcher itself; there is no middleware to forget.
namespace middlewares {

using Ptr = std::shared_ptr<Middleware>; ///< what Dispatcher::use() takes

/// Logs request and answer (method, params, id, result or error) to \a category at info level. Default: rpc.server.
RPCCORE_EXPORT Ptr logging(const char *category = nullptr);

/// Tells how long every call took, from here to its answer.
using Timed = std::function<void(const CallContext &, std::chrono::microseconds, bool succeeded)>;
/// Calls \a timed once for each call, in the dispatcher's thread.
RPCCORE_EXPORT Ptr timing(Timed timed);

/// Puts a value into CallContext::attributes of every call, where handlers find it.
RPCCORE_EXPORT Ptr inject(const QString &name, const QVariant &value);
/// The same, made anew for each call.
RPCCORE_EXPORT Ptr inject(const QString &name, std::function<QVariant(const CallContext &)> make);

/// Answers with HTTP 403 unless the Origin is one of these, letter for letter. \a required also refuses requests
/// without one: programs send none, web pages always do. An HttpListener lets these origins through without being told
/// of them; that pages may read the answers is still HttpOptions::cors.
RPCCORE_EXPORT Ptr origins(const QStringList &allowed, bool required = true);

/// Only these methods; "math.*" means all that begin with "math.". Others are not found.
RPCCORE_EXPORT Ptr allowList(const QStringList &methods);

/// At most \a calls within \a window, counted for each peer address; more are refused with -32097 and
/// `data.retryAfterMs`. Peers are forgotten after two windows.
RPCCORE_EXPORT Ptr rateLimit(int calls, std::chrono::milliseconds window);

/// At most \a running calls at a time; up to \a waiting more wait for their turn, the others are refused with -32096.
/// Calls whose client has gone lose their place.
RPCCORE_EXPORT Ptr concurrencyLimit(int running, int waiting = 0);

// The codes of the refusals above, from the range that JSON-RPC leaves to servers.
inline constexpr int tooManyCalls = -32097; ///< rateLimit()
inline constexpr int tooBusy = -32096; ///< concurrencyLimit()

} // namespace middlewares

} // namespace rpc
