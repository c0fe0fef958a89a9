// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

#include <chrono>

namespace rpc {

/// The bounds on everything that comes from outside. Every reader takes one; the defaults suit a server.
struct Limits
{
    qint64 bytes = 32 * 1024 * 1024; ///< of one message body
    int depth = 512; ///< of nested arrays and structs
    /// Values in one message. One takes some 30 to 120 bytes of memory, however short it is in the text.
    qint64 items = 1'000'000;
    int batch = 1000; ///< members of one JSON-RPC batch
    qsizetype headerBytes = 16 * 1024; ///< of an HTTP head
    int headerFields = 100; ///< of an HTTP head
    std::chrono::milliseconds headerTime { 10'000 }; ///< from the first byte of a head to its last
    std::chrono::milliseconds bodyTime { 60'000 }; ///< from the head's last byte to the body's last
    /// Bytes a second that a body has to come with, on average, after `headerTime`; 0 = any. Where a body is that slow,
    /// `bodyTime` would let a client hold its connection with one byte a second.
    qint64 bodyRate = 256;
    std::chrono::milliseconds idleTime { 60'000 }; ///< between two requests of a connection
    int connections = 1000; ///< at a time, of one listener
    int connectionsPerHost = 1000; ///< at a time, from one address (an IPv6 address counts with its /64)
    /// Requests that a listener has not answered yet, of all its connections; over a WebSocket or a stream calls, of
    /// one session. A batch counts as one request, and as so many calls as it has.
    int inFlight = 1000;
    qint64 messageBytes = 1024 * 1024; ///< of one message over a WebSocket
    /// Bytes that wait for a client which does not take them. A session that has more is ended when the next message is
    /// due, a client waits instead where it can (ChannelOptions); one message may be larger.
    qint64 backlog = 4 * 1024 * 1024;

    /// For a client that a person looks at: 1 GiB bodies.
    static Limits forExplorer()
    {
        Limits l;
        l.bytes = 1024LL * 1024 * 1024;
        l.items = 200'000'000;
        return l;
    }
};

} // namespace rpc
