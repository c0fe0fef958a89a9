// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "dialect.h"

namespace rpc {

std::span<const JsonRpcLeniency> JsonRpcDialect::leniencies()
{
    static constexpr JsonRpcLeniency all[] = {
        { "json-any-type", &JsonRpcDialect::anyContentType, "JSON under another Content-Type, or without one" },
        { "json-rpc-1.0", &JsonRpcDialect::version10, "JSON-RPC 1.0: no version, params by position" },
        { "json-rpc-1.1", &JsonRpcDialect::version11, "JSON-RPC 1.1: \"version\": \"1.1\"" },
        { "no-version", &JsonRpcDialect::missingVersion, "no \"jsonrpc\", or one that is not \"2.0\"" },
        { "scalar-params", &JsonRpcDialect::scalarParams, "\"params\": 5, as one argument" },
        { "json-duplicate-names", &JsonRpcDialect::duplicateNames, "a name twice in one object" },
    };
    return all;
}

} // namespace rpc
