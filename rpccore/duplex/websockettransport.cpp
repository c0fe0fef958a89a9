// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "websockettransport.h"

namespace rpc {

WebSocketTransport::WebSocketTransport(const WebSocketTarget &target, const ChannelOptions &options, QObject *parent)
    : ChannelTransport(std::make_unique<WebSocketChannel>(target), options, parent)
{
}

} // namespace rpc
