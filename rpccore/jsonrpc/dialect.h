// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <span>

namespace rpc {

struct JsonRpcLeniency;

/// What besides JSON-RPC 2.0 is let pass, leniency by leniency. Each one that a message needs is a finding.
struct JsonRpcDialect
{
    bool missingVersion = false; ///< no "jsonrpc" member, or one that is not "2.0"
    bool version10 = false; ///< JSON-RPC 1.0: no version, params by position, an id of null means a notification
    bool version11 = false; ///< JSON-RPC 1.1 (working draft): "version": "1.1"
    bool scalarParams = false; ///< "params": 5, as aiohttp-rpc 1 sends a single argument
    bool anyContentType = false; ///< a body that is JSON is JSON-RPC, whatever its Content-Type says, or without one
    bool duplicateNames = false; ///< a name twice in one object, both kept
    bool nullIdRefused
        = false; ///< stricter than the specification: "id": null and fractions are refused, as aiohttp-rpc 2 does
    /// What cannot be read is kept as its text, what has no envelope is shown as it is, and the id of an answer decides
    /// only where answers have to be told apart. For explorers only.
    bool tolerant = false;
    /// Requests and answers are written with everything beyond ASCII as `\uXXXX`, for peers that cannot read UTF-8.
    bool asciiOutput = false;

    /// For servers.
    static JsonRpcDialect strict() { return {}; }
    /// For whoever wants to see what was sent.
    static JsonRpcDialect lenient() { return { true, true, true, true, true, true, false, false, false }; }
    /// For programs that show a person what a server really said: lenient(), and what cannot be read at all becomes its
    /// text, in its place, with a finding of severity error. Never for a server.
    static JsonRpcDialect explorer()
    {
        JsonRpcDialect d = lenient();
        d.tolerant = true;
        return d;
    }
    /// The leniencies that a server may have, by name, for programs that can be told.
    RPCCORE_EXPORT static std::span<const JsonRpcLeniency> leniencies();
};

/// One of them.
struct JsonRpcLeniency
{
    const char *name; ///< "json-rpc-1.0"
    bool JsonRpcDialect::*member; ///< what it switches on
    const char *meaning; ///< a few words
};

} // namespace rpc
