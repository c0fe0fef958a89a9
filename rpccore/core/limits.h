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
    qint64 items = 10'000'000; ///< values in one message
    int batch = 1000; ///< members of one JSON-RPC batch
    qsizetype headerBytes = 16 * 1024; ///< of an HTTP head
    int headerFields = 100; ///< of an HTTP head
    std::chrono::milliseconds headerTime { 10'000 }; ///< from the first byte of a head to its last
    std::chrono::milliseconds bodyTime { 60'000 }; ///< from the head's last byte to the body's last
    std::chrono::milliseconds idleTime { 60'000 }; ///< between two requests of a connection
    int connections = 1000; ///< at a time, of one listener

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
