// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/messagechannel.h>

#include <memory>

namespace rpc {

/// Ends \a channel: at once, or, where MessageChannel::takesLeave() and an event loop may still run, in order and by
/// itself, within a second.
void leave(std::unique_ptr<MessageChannel> channel);

} // namespace rpc
