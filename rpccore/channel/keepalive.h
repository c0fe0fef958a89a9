// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace rpc {

/// When a WebSocket asks the other end for a sign of life, and when it gives up.
struct KeepAlive
{
    std::chrono::milliseconds pingAfter { 30'000 }; ///< of silence; 0 = never
    std::chrono::milliseconds pongTime { 20'000 }; ///< for the answer; then the connection is taken for lost
    std::chrono::milliseconds idleTime { 0 }; ///< without a message in either direction; then it is closed; 0 = never
};

} // namespace rpc
