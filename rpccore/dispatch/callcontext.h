// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/message/headerfields.h>
#include <rpccore/message/message.h>

#include <QHostAddress>

#include <atomic>
#include <memory>

namespace rpc {

/// Whether anybody still waits for the answer. Shared between a connection and the calls that came over it;
/// thread-safe.
class CallToken
{
public:
    void cancel() noexcept { m_cancelled.store(true, std::memory_order_relaxed); }
    bool isCancelled() const noexcept { return m_cancelled.load(std::memory_order_relaxed); }

private:
    std::atomic<bool> m_cancelled = false;
};

/// Everything that a handler may want to know about the call it answers. A value; copies share the token.
struct CallContext
{
    Protocol protocol = Protocol::JsonRpc;
    QString method;
    bool isNotification = false;
    QHostAddress peer;
    quint16 peerPort = 0;
    HeaderFields headers; ///< of the HTTP request
    std::shared_ptr<CallToken> token = std::make_shared<CallToken>();
};

} // namespace rpc
