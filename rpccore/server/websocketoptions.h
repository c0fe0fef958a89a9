// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/keepalive.h>

#include <QStringList>

namespace rpc {

/// How a server is reached over WebSocket (RFC 6455), JSON-RPC only: one message a text frame. Compression
/// (permessage-deflate) is not offered.
struct WebSocketOptions
{
    bool enabled = true; ///< false: an upgrade is refused with 403
    /// Values of Origin that may connect besides the server's own; "*" is every one. Web pages send one; programs send
    /// none.
    QStringList origins;
    bool originRequired = false; ///< refuses programs that send no Origin, too
    /// Subprotocols that are spoken, the preferred first. A client that offers only others is connected without any.
    QStringList subprotocols;
    KeepAlive keepAlive = {}; ///< signs of life
};

} // namespace rpc
