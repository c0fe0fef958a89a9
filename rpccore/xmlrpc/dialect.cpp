// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "dialect.h"

namespace rpc {

std::span<const XmlRpcLeniency> XmlRpcDialect::leniencies()
{
    static constexpr XmlRpcLeniency all[] = {
        { "xml-any-type", &XmlRpcDialect::anyContentType, "XML under another Content-Type, or without one" },
        { "wide-int", &XmlRpcDialect::wideInt, "more than 32 bits in <int>" },
        { "boolean-words", &XmlRpcDialect::booleanWords, "<boolean>true</boolean>" },
        { "any-date", &XmlRpcDialect::anyDate, "dates with hyphens, fractions, zones" },
        { "not-a-number", &XmlRpcDialect::notANumber, "nan and inf in <double>" },
        { "apache-types", &XmlRpcDialect::apacheTypes, "i1, i2, float, biginteger, ex:nil, ex:i8 and their kin" },
        { "unpadded-base64", &XmlRpcDialect::unpaddedBase64, "base64 without its final \"=\"" },
        { "any-order", &XmlRpcDialect::anyOrder, "a member's value before its name, <array/> without <data>" },
        { "leading-space", &XmlRpcDialect::leadingSpace, "white space before the XML declaration" },
        { "xml-duplicate-names", &XmlRpcDialect::duplicateNames, "a name twice in one struct" },
    };
    return all;
}

} // namespace rpc
