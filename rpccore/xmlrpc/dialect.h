// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <span>

namespace rpc {

struct XmlRpcLeniency;

/// How strictly XML-RPC is read, leniency by leniency, and which extensions are known. Each leniency that a message
/// needs is a finding.
struct XmlRpcDialect
{
    // Extensions: read and written.
    bool nil = true; ///< `<nil/>`; without it nil is NotExpressible
    bool int64 = true; ///< `<i8>`; without it integers that need more than 32 bits are NotExpressible
    /// A result of nil is written as an empty string where there is no `<nil/>`: methods without a result are called by
    /// clients that know none.
    bool emptyForNil = false;
    /// Dates are written as their text is spelled, always. Else a fraction or a zone behind the specification's form,
    /// 19980717T14:08:55, is left out: a QDateTime has them, and few peers read them.
    bool datesAsSpelled = false;
    /// A double that is spelled in another way than it would be written ("0.1000", "3") becomes a Number with its
    /// digits, and is written as it came. Else the double that it means, unless that loses digits.
    bool doublesAsSpelled = false;
    // Leniencies: read only.
    bool apacheTypes = false; ///< i1, i2, float, ex:nil, ex:i8 and their kin, biginteger and bigdecimal
    bool booleanWords = false; ///< "true" and "false" in `<boolean>`
    bool anyDate = false; ///< dates with hyphens, fractions, zones
    bool notANumber = false; ///< "nan" and "inf" in `<double>`
    bool doubleExponent = true; ///< an exponent in `<double>`: read everywhere, written nowhere
    bool wideInt = false; ///< more than 32 bits in `<int>` and `<i4>`
    bool numberSpace = true; ///< white space around a number or a boolean
    bool unpaddedBase64 = false; ///< base64 without its final "="
    bool anyOrder = false; ///< a member's value before its name, `<array/>` without `<data>`
    bool leadingSpace = false; ///< white space before the XML declaration
    bool duplicateNames = false; ///< a name twice in one struct, both kept
    bool anyMethodName = true; ///< a method name with other characters than the specification's
    bool anyContentType = false; ///< a body that begins with "<" is XML-RPC, whatever its Content-Type says
    /// What cannot be read is kept as its text, and what is no XML is read as far as it can. For explorers only.
    bool tolerant = false;

    /// For servers: what the specification says, and what every client in use relies on.
    static XmlRpcDialect strict() { return {}; }
    /// For whoever wants to see what was sent.
    static XmlRpcDialect lenient()
    {
        XmlRpcDialect d;
        d.apacheTypes = d.booleanWords = d.anyDate = d.notANumber = d.doubleExponent = d.wideInt = true;
        d.numberSpace = d.unpaddedBase64 = d.anyOrder = d.leadingSpace = d.duplicateNames = d.anyMethodName = true;
        d.anyContentType = true;
        return d;
    }
    /// For programs that show a person what a server really said: lenient(), and what cannot be read at all becomes its
    /// text, in its place, with a finding of severity error. Never for a server.
    static XmlRpcDialect explorer()
    {
        XmlRpcDialect d = lenient();
        d.tolerant = d.datesAsSpelled = d.doublesAsSpelled = true;
        return d;
    }
    /// The leniencies that a server may have, by name, for programs that can be told.
    RPCCORE_EXPORT static std::span<const XmlRpcLeniency> leniencies();
};

/// One of them.
struct XmlRpcLeniency
{
    const char *name; ///< "wide-int"
    bool XmlRpcDialect::*member; ///< what it switches on
    const char *meaning; ///< a few words
};

} // namespace rpc
