// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/message/headerfields.h>
#include <rpccore/message/message.h>

#include <QHostAddress>
#include <QVariantMap>

#include <atomic>
#include <memory>

namespace rpc {

class Codec;

/// Whether anybody still waits for the answer. Shared between a connection and the calls that came over it;
/// thread-safe.
class CallToken
{
public:
    /// The client has gone: its calls may stop.
    void cancel() noexcept { m_cancelled.store(true, std::memory_order_relaxed); }
    /// True once nobody waits any more.
    bool isCancelled() const noexcept { return m_cancelled.load(std::memory_order_relaxed); }

private:
    std::atomic<bool> m_cancelled = false;
};

/// Everything that a handler may want to know about the call it answers. A value; copies share the token.
struct CallContext
{
    Protocol protocol = Protocol::JsonRpc; ///< of the message
    QString method; ///< the full name, as it was called
    RequestId id; ///< of the request; null over XML-RPC
    bool isNotification = false; ///< nobody waits for an answer
    QHostAddress peer; ///< the other end of the connection; null when there is none
    quint16 peerPort = 0; ///< the port of the other end; 0 when there is none
    QString session; ///< id of the connection, for Server::closeSession(); empty when there is none
    QString path; ///< under which the server was reached
    HeaderFields headers; ///< of the HTTP request
    Value identity; ///< what the authorisation predicate returned; nil when none was asked
    QVariantMap attributes; ///< what middlewares put in for handlers
    bool insideMulticall = false; ///< an entry of system.multicall
    const Codec *codec = nullptr; ///< of the message; null for a call in the process. Lives as long as the server
    /// whether the answer is still waited for; never null
    std::shared_ptr<CallToken> token = std::make_shared<CallToken>();
};

} // namespace rpc
