// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QString>

#include <span>

namespace rpc {

/// How much a finding matters.
enum class Severity : quint8 {
    Note, ///< allowed, yet another reader may stumble over it
    Warning, ///< departs from the specification; what is meant is not in doubt
    Error, ///< departs from the specification, and another reader may understand something else
};

/// "note", "warning" or "error".
RPCCORE_EXPORT QString severityName(Severity severity);

/// Every rule that a finding can name; rule.cpp holds id, severity, sentence and paragraph of each, docs/findings.md
/// shows them.
enum class Rule : quint8 {
    // JSON text
    JsonByteOrderMark,
    JsonDuplicateName,
    JsonLoneSurrogate,
    JsonNulCharacter,
    JsonNumberBeyondDouble,
    JsonIntegerBeyondDouble,
    JsonCharset,
    // JSON text that only an explorer reads
    JsonUnreadable,
    JsonControlCharacter,
    JsonEscape,
    JsonInvalidUtf8,
    JsonName,
    JsonComma,
    JsonComment,
    JsonBracket,
    JsonBrokenOff,
    JsonTrailing,
    // JSON-RPC, any message
    JsonRpcVersionMissing,
    JsonRpcVersion,
    JsonRpcVersion10,
    JsonRpcVersion11,
    JsonRpcUnknownMember,
    // JSON-RPC requests
    JsonRpcParamsScalar,
    JsonRpcParamsNull,
    JsonRpcIdNull,
    JsonRpcIdFraction,
    JsonRpcMethodReserved,
    // JSON-RPC answers
    JsonRpcIdMissing,
    JsonRpcResultAndError,
    JsonRpcErrorNull,
    JsonRpcErrorShape,
    JsonRpcErrorMessage,
    JsonRpcErrorCode,
    JsonRpcErrorCodeReserved,
    JsonRpcErrorUnknownMember,
    JsonRpcNotificationAnswered,
    JsonRpcEnvelopeMissing,
    JsonRpcResultMissing,
    JsonRpcIdForm,
    JsonRpcIdForeign,
    JsonRpcIdShape,
    JsonRpcBatchForSingle,
    JsonRpcBatchEmptyAnswer,
    JsonRpcBatchUnlinked,
    JsonRpcBatchDuplicate,
    JsonRpcBatchUnknownId,
    JsonRpcBatchMissing,
    // XML-RPC
    XmlRpcExtensionType,
    XmlRpcNil,
    XmlRpcInt64,
    XmlRpcWideInt,
    XmlRpcBooleanWord,
    XmlRpcNumberSpace,
    XmlRpcDoubleExponent,
    XmlRpcNotANumber,
    XmlRpcDateForm,
    XmlRpcDateZone,
    XmlRpcBase64Padding,
    XmlRpcDuplicateName,
    XmlRpcMemberOrder,
    XmlRpcArrayWithoutData,
    XmlRpcAttribute,
    XmlRpcMethodName,
    XmlRpcMethodNameSpace,
    XmlRpcEncodingConflict,
    XmlRpcLeadingSpace,
    XmlRpcEmptyParams,
    XmlRpcFaultCode,
    XmlRpcFaultShape,
    XmlRpcMulticallShape,
    // XML and XML-RPC that only an explorer reads
    XmlRpcUnreadable,
    XmlRpcElement,
    XmlRpcText,
    XmlRpcMissing,
    XmlCharacter,
    XmlEntity,
    XmlMarkup,
    XmlDoctype,
    XmlBrokenOff,
    XmlTrailing,
    // What carries either, both ways
    StreamByteOrderMark,
    WebSocketBinaryMessage,
    // HTTP around either
    HttpContentType,
    HttpStatus,
    HttpEventStream,
    HttpIncomplete,
};

/// What there is to know of a rule.
struct RuleInfo
{
    Rule rule; ///< the rule itself
    const char *id; ///< stable, for files and filters: "json.duplicate-name"
    Severity severity; ///< of each of its findings
    const char *sentence; ///< what the rule says, in general
    const char *reference; ///< the paragraph of the specification
};

/// The entry of \a rule.
RPCCORE_EXPORT const RuleInfo &ruleInfo(Rule rule);

/// All rules, in the order of the enumeration.
RPCCORE_EXPORT std::span<const RuleInfo> allRules();

} // namespace rpc
