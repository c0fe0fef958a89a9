// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "websockettransport.h"

namespace rpc {

WebSocketTransport::WebSocketTransport(const WebSocketTarget &target, const ChannelOptions &options, QObject *parent)
    : ChannelTransport(std::make_unique<WebSocketChannel>(target), options, parent)
{
    auto &socket = static_cast<WebSocketChannel &>(channel());
    connect(&socket, &WebSocketChannel::binaryReceived, this, [this](qint64 size) { reportBinary(size); });
}

} // namespace rpc
