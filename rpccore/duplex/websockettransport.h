// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/websocketchannel.h>
#include <rpccore/duplex/channeltransport.h>

namespace rpc {

/// JSON-RPC over WebSocket, in both directions.
///
///     auto transport = std::make_unique<rpc::WebSocketTransport>(rpc::WebSocketTarget { url });
///     transport->registry().add("progress", [](int percent) { ... }); // the server may call this
///     rpc::Client client(std::move(transport), std::make_shared<rpc::JsonRpcCodec>());
class RPCCORE_EXPORT WebSocketTransport : public ChannelTransport
{
    Q_OBJECT

public:
    /// To \a target, which is connected to by the first message or by open(). The options' limits on bytes are those of
    /// messages after WebSocketTarget::messageBytes.
    explicit WebSocketTransport(
        const WebSocketTarget &target, const ChannelOptions &options = {}, QObject *parent = nullptr);
};

} // namespace rpc
