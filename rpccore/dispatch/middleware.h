// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/callcontext.h>
#include <rpccore/dispatch/replyhandle.h>

#include <functional>
#include <memory>

namespace rpc {

/// Stands between the decoded request and its method. The first one that a dispatcher is told to use is the outermost:
/// it sees the request first and the answer last. To be used in the dispatcher's thread.
class RPCCORE_EXPORT Middleware
{
public:
    /// What comes after this one. May be called at once, later or never; whoever does not call it answers itself.
    using Next = std::function<void(const CallContext &, const Request &, const ReplyHandle &)>;

    virtual ~Middleware(); ///< Middlewares are held by this base class.

    /// Handles one request, batch members and multicall entries included. May change what it hands on: the method, the
    /// params, the context. To see or change the answer, it hands on `reply.intercepted(...)`.
    virtual void handle(const CallContext &context, const Request &request, const ReplyHandle &reply, const Next &next)
        = 0;

    /// True when this one sees to it which web pages may call, and lets those of \a origin: then the transport need not
    /// know them as well.
    virtual bool allowsOrigin(const QByteArray &origin) const;
};

/// A function as a middleware.
using MiddlewareFunction
    = std::function<void(const CallContext &, const Request &, const ReplyHandle &, const Middleware::Next &)>;
RPCCORE_EXPORT std::shared_ptr<Middleware> makeMiddleware(MiddlewareFunction function); ///< The middleware that it is.

} // namespace rpc
