// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

namespace rpc {

/// How strictly XML-RPC is read. Strict is what the specification says, with nil and i8 as known extensions.
struct XmlRpcDialect
{
    bool booleanWords = false; ///< "true" and "false" in <boolean>
    bool anyDate = false; ///< dates with hyphens, fractions, zones
    bool notANumber = false; ///< "nan" and "inf" in <double>
    bool doubleExponent = false; ///< an exponent in <double>
    bool wideInt = false; ///< more than 32 bits in <int> and <i4>
    bool apacheTypes = false; ///< i1, i2, float, ex:nil, ex:i8 and their kin
    bool duplicateNames = false; ///< a name twice in one struct, both kept

    /// For servers.
    static XmlRpcDialect strict() { return {}; }
    /// For whoever wants to see what a server sent. Each leniency that was needed is a finding.
    static XmlRpcDialect lenient() { return { true, true, true, true, true, true, true }; }
};

} // namespace rpc
