// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "rule.h"

#include <iterator>

namespace rpc {

namespace {

using enum Severity;

constexpr RuleInfo rules[] = {
    { Rule::JsonByteOrderMark, "json.byte-order-mark", Note,
        "A JSON text does not begin with a byte order mark; readers may skip it or refuse it.",
        "RFC 8259 section 8.1" },
    { Rule::JsonDuplicateName, "json.duplicate-name", Error,
        "The names in an object should be unique; readers differ in which of two members they keep.",
        "RFC 8259 section 4" },
    { Rule::JsonLoneSurrogate, "json.lone-surrogate", Warning,
        "Half of a surrogate pair stands for no character; readers replace it, keep it or refuse it.",
        "RFC 8259 section 8.2" },
    { Rule::JsonNulCharacter, "json.nul-character", Note, "A string holds U+0000, where some readers end the string.",
        "RFC 8259 section 9" },
    { Rule::JsonNumberBeyondDouble, "json.number-beyond-double", Note,
        "The number lies beyond the range of a double; other readers see infinity or zero.", "RFC 8259 section 6" },
    { Rule::JsonIntegerBeyondDouble, "json.integer-beyond-double", Note,
        "The integer lies beyond 2^53; readers that use doubles round it.", "RFC 8259 section 6" },
    { Rule::JsonCharset, "json.charset", Warning, "JSON is exchanged in UTF-8; the header names another charset.",
        "RFC 8259 section 8.1" },

    { Rule::JsonUnreadable, "json.unreadable", Error, "What stands here is no value of JSON; its text is kept.",
        "RFC 8259 section 3" },
    { Rule::JsonControlCharacter, "json.control-character", Error,
        "Control characters are escaped inside a string; most readers refuse the whole text.", "RFC 8259 section 7" },
    { Rule::JsonEscape, "json.escape", Error,
        "A backslash begins one of nine escape sequences; of any other the characters are kept.",
        "RFC 8259 section 7" },
    { Rule::JsonInvalidUtf8, "json.invalid-utf8", Error,
        "JSON is exchanged in UTF-8; bytes that are none are shown as U+FFFD.", "RFC 8259 section 8.1" },
    { Rule::JsonName, "json.name", Error, "A name is a string in double quotes, and a colon follows it.",
        "RFC 8259 section 4" },
    { Rule::JsonComma, "json.comma", Error, "Between two values stands one comma, and none behind the last.",
        "RFC 8259 sections 4 and 5" },
    { Rule::JsonComment, "json.comment", Error, "JSON has no comments.", "RFC 8259 section 2" },
    { Rule::JsonBracket, "json.bracket", Error, "An array is closed by \"]\" and an object by \"}\".",
        "RFC 8259 sections 4 and 5" },
    { Rule::JsonBrokenOff, "json.broken-off", Error, "The text ends before its value does; what came before is shown.",
        "RFC 8259 section 2" },
    { Rule::JsonTrailing, "json.trailing", Error, "A JSON text is one value; more stands behind it.",
        "RFC 8259 section 2" },

    { Rule::JsonRpcVersionMissing, "jsonrpc.version-missing", Warning, "A message has the member \"jsonrpc\".",
        "JSON-RPC 2.0 sections 4 and 5" },
    { Rule::JsonRpcVersion, "jsonrpc.version", Warning, "The member \"jsonrpc\" is exactly \"2.0\".",
        "JSON-RPC 2.0 sections 4 and 5" },
    { Rule::JsonRpcVersion10, "jsonrpc.version-1.0", Warning,
        "The message has the form of JSON-RPC 1.0: no version, and both result and error.",
        "JSON-RPC 1.0 sections 1.1 and 1.2" },
    { Rule::JsonRpcVersion11, "jsonrpc.version-1.1", Warning,
        "The message has the form of JSON-RPC 1.1, a draft: \"version\" instead of \"jsonrpc\".",
        "JSON-RPC 1.1 working draft section 6" },
    { Rule::JsonRpcUnknownMember, "jsonrpc.unknown-member", Note,
        "A message has members that the specification does not name.", "JSON-RPC 2.0 sections 4 and 5" },

    { Rule::JsonRpcParamsScalar, "jsonrpc.params-scalar", Error, "Params are an array or an object.",
        "JSON-RPC 2.0 section 4.2" },
    { Rule::JsonRpcParamsNull, "jsonrpc.params-null", Warning,
        "Params are an array or an object, or left out; null is neither.", "JSON-RPC 2.0 section 4.2" },
    { Rule::JsonRpcIdNull, "jsonrpc.id-null", Note,
        "A request should not have the id null: answers to unreadable requests have it.", "JSON-RPC 2.0 section 4" },
    { Rule::JsonRpcIdFraction, "jsonrpc.id-fraction", Note, "An id that is a number should have no fraction.",
        "JSON-RPC 2.0 section 4" },
    { Rule::JsonRpcMethodReserved, "jsonrpc.method-reserved", Note,
        "Method names that begin with \"rpc.\" are reserved for extensions.", "JSON-RPC 2.0 sections 4 and 8" },

    { Rule::JsonRpcIdMissing, "jsonrpc.id-missing", Warning, "An answer has the member \"id\", null when unknown.",
        "JSON-RPC 2.0 section 5" },
    { Rule::JsonRpcResultAndError, "jsonrpc.result-and-error", Warning,
        "An answer with an error has no result, not even null.", "JSON-RPC 2.0 section 5" },
    { Rule::JsonRpcErrorNull, "jsonrpc.error-null", Warning, "An answer with a result has no error, not even null.",
        "JSON-RPC 2.0 section 5" },
    { Rule::JsonRpcErrorShape, "jsonrpc.error-shape", Warning, "An error is an object.", "JSON-RPC 2.0 section 5.1" },
    { Rule::JsonRpcErrorMessage, "jsonrpc.error-message", Warning, "An error has a message, which is a string.",
        "JSON-RPC 2.0 section 5.1" },
    { Rule::JsonRpcErrorCode, "jsonrpc.error-code", Warning, "An error has a code, which is an integer.",
        "JSON-RPC 2.0 section 5.1" },
    { Rule::JsonRpcErrorCodeReserved, "jsonrpc.error-code-reserved", Note,
        "Codes from -32768 to -32000 are reserved; this one is neither defined nor free for servers.",
        "JSON-RPC 2.0 section 5.1" },
    { Rule::JsonRpcErrorUnknownMember, "jsonrpc.error-unknown-member", Note,
        "An error has code, message and data, and nothing else.", "JSON-RPC 2.0 section 5.1" },
    { Rule::JsonRpcNotificationAnswered, "jsonrpc.notification-answered", Warning,
        "A notification is not answered, whatever becomes of it.", "JSON-RPC 2.0 section 4.1" },
    { Rule::JsonRpcEnvelopeMissing, "jsonrpc.envelope-missing", Error,
        "An answer is an object with a result or an error; what came instead is shown as it is.",
        "JSON-RPC 2.0 section 5" },
    { Rule::JsonRpcResultMissing, "jsonrpc.result-missing", Error, "An answer has a result or an error.",
        "JSON-RPC 2.0 section 5" },
    { Rule::JsonRpcIdForm, "jsonrpc.id-form", Warning,
        "An answer has the id of its request as it was sent; others compare it by its spelling.",
        "JSON-RPC 2.0 section 5" },
    { Rule::JsonRpcIdForeign, "jsonrpc.id-foreign", Error, "An answer has the id of its request.",
        "JSON-RPC 2.0 section 5" },
    { Rule::JsonRpcIdShape, "jsonrpc.id-shape", Error, "An id is a string, a number or null.",
        "JSON-RPC 2.0 section 4" },
    { Rule::JsonRpcBatchForSingle, "jsonrpc.batch-for-single", Warning,
        "A single request is answered by an object; this is an array of one.", "JSON-RPC 2.0 section 6" },
    { Rule::JsonRpcBatchEmptyAnswer, "jsonrpc.batch-empty-answer", Warning,
        "When there is nothing to answer, nothing is sent; not an empty array.", "JSON-RPC 2.0 section 6" },
    { Rule::JsonRpcBatchUnlinked, "jsonrpc.batch-unlinked", Error,
        "An answer in a batch names its request by an id; this one does not.", "JSON-RPC 2.0 section 6" },
    { Rule::JsonRpcBatchDuplicate, "jsonrpc.batch-duplicate", Error, "Each request in a batch is answered once.",
        "JSON-RPC 2.0 section 6" },
    { Rule::JsonRpcBatchUnknownId, "jsonrpc.batch-unknown-id", Error,
        "An answer in a batch has the id of one of the requests.", "JSON-RPC 2.0 section 6" },
    { Rule::JsonRpcBatchMissing, "jsonrpc.batch-missing", Error,
        "Each request in a batch that is no notification is answered.", "JSON-RPC 2.0 section 6" },

    { Rule::XmlRpcExtensionType, "xmlrpc.extension-type", Warning,
        "The type is one of Apache's extensions, which the specification does not have.", "XML-RPC, Scalar <value>s" },
    { Rule::XmlRpcNil, "xmlrpc.nil", Note, "<nil/> is an extension, though a common one.", "XML-RPC, Scalar <value>s" },
    { Rule::XmlRpcInt64, "xmlrpc.i8", Note, "<i8> is an extension, though a common one.", "XML-RPC, Scalar <value>s" },
    { Rule::XmlRpcWideInt, "xmlrpc.wide-int", Error, "<int> and <i4> have 32 bits; other readers cut this number.",
        "XML-RPC, Scalar <value>s" },
    { Rule::XmlRpcBooleanWord, "xmlrpc.boolean-word", Warning, "A boolean is 0 or 1.", "XML-RPC, Scalar <value>s" },
    { Rule::XmlRpcNumberSpace, "xmlrpc.number-space", Warning, "White space does not belong into a number or boolean.",
        "XML-RPC, Additional note on double and int" },
    { Rule::XmlRpcDoubleExponent, "xmlrpc.double-exponent", Warning, "A double is written without an exponent.",
        "XML-RPC, Additional note on double" },
    { Rule::XmlRpcNotANumber, "xmlrpc.not-a-number", Warning, "A double has no infinity and no not-a-number.",
        "XML-RPC, Additional note on double" },
    { Rule::XmlRpcDateForm, "xmlrpc.date-form", Warning, "A date is written 19980717T14:08:55.",
        "XML-RPC, Scalar <value>s" },
    { Rule::XmlRpcDateZone, "xmlrpc.date-zone", Warning, "A date has no zone; what it means is said by the server.",
        "XML-RPC, Additional note on timezones" },
    { Rule::XmlRpcBase64Padding, "xmlrpc.base64-padding", Warning,
        "Base64 is filled up with \"=\" to a multiple of four.", "RFC 4648 section 4" },
    { Rule::XmlRpcDuplicateName, "xmlrpc.duplicate-name", Error,
        "A name stands once in a struct; readers differ in which of two members they keep.", "XML-RPC, <struct>s" },
    { Rule::XmlRpcMemberOrder, "xmlrpc.member-order", Warning, "In a member the name stands before the value.",
        "XML-RPC, <struct>s" },
    { Rule::XmlRpcArrayWithoutData, "xmlrpc.array-without-data", Warning, "An array holds one <data>.",
        "XML-RPC, <array>s" },
    { Rule::XmlRpcAttribute, "xmlrpc.attribute", Note, "XML-RPC has no attributes; they are ignored.",
        "XML-RPC, Overview" },
    { Rule::XmlRpcMethodName, "xmlrpc.method-name", Warning,
        "A method name is made of letters, digits, underscore, dot, colon and slash.", "XML-RPC, Payload format" },
    { Rule::XmlRpcMethodNameSpace, "xmlrpc.method-name-space", Warning,
        "White space around a method name is not part of it.", "XML-RPC, Payload format" },
    { Rule::XmlRpcEncodingConflict, "xmlrpc.encoding-conflict", Warning,
        "Header and XML declaration name different encodings; the header wins.", "RFC 7303 section 3.2" },
    { Rule::XmlRpcLeadingSpace, "xmlrpc.leading-space", Warning,
        "Nothing, not even white space, stands before the XML declaration.", "XML 1.0 section 2.8" },
    { Rule::XmlRpcEmptyParams, "xmlrpc.empty-params", Warning, "An answer holds exactly one value.",
        "XML-RPC, Response format" },
    { Rule::XmlRpcFaultCode, "xmlrpc.fault-code", Warning, "A faultCode is an int.", "XML-RPC, Fault example" },
    { Rule::XmlRpcFaultShape, "xmlrpc.fault-shape", Warning,
        "A fault is a struct of faultCode and faultString, and nothing else.", "XML-RPC, Fault example" },
    { Rule::XmlRpcMulticallShape, "xmlrpc.multicall-shape", Warning,
        "system.multicall answers an array: a one-element array for each result, a fault struct for each error.",
        "system.multicall, Eric Kidd, 2001" },

    { Rule::XmlRpcUnreadable, "xmlrpc.unreadable", Error, "The content is no value of its type; its text is kept.",
        "XML-RPC, scalar types" },
    { Rule::XmlRpcElement, "xmlrpc.element", Error, "XML-RPC has no such element at this place.", "XML-RPC" },
    { Rule::XmlRpcText, "xmlrpc.text", Error, "Text stands inside scalar types and names only.", "XML-RPC" },
    { Rule::XmlRpcMissing, "xmlrpc.missing", Error, "The element lacks something that it has to hold.", "XML-RPC" },
    { Rule::XmlCharacter, "xml.character", Error,
        "The character, or the byte in this encoding, has no place in an XML document.",
        "XML 1.0 sections 2.2 and 4.3.3" },
    { Rule::XmlEntity, "xml.entity", Error,
        "An ampersand begins one of five entities or a number; of any other the characters are kept.",
        "XML 1.0 section 4.1" },
    { Rule::XmlMarkup, "xml.markup", Error, "The document is not well-formed.", "XML 1.0 section 2.1" },
    { Rule::XmlDoctype, "xml.doctype", Error, "XML-RPC has no DOCTYPE; what it declares is not read.", "XML-RPC" },
    { Rule::XmlBrokenOff, "xml.broken-off", Error, "The document ends before its root does; what came before is shown.",
        "XML 1.0 section 2.1" },
    { Rule::XmlTrailing, "xml.trailing", Error, "Behind the root of a document stands nothing but white space.",
        "XML 1.0 section 2.1" },

    { Rule::StreamByteOrderMark, "stream.byte-order-mark", Warning,
        "A stream of messages does not begin with a byte order mark: it belongs to no header.",
        "LSP 3.17, base protocol" },
    { Rule::WebSocketBinaryMessage, "websocket.binary-message", Note,
        "JSON is text, which travels in text frames; clients in browsers get binary ones as something else.",
        "RFC 6455 section 5.6" },

    { Rule::HttpContentType, "http.content-type", Warning, "The Content-Type of the answer is not one of its protocol.",
        "XML-RPC, Response format; RFC 8259 section 11" },
    { Rule::HttpStatus, "http.status", Note,
        "A protocol's own answer came under an HTTP error status; some clients never look into it.",
        "XML-RPC, Response format" },
    { Rule::HttpEventStream, "http.event-stream", Note,
        "The answer is one event of a stream; other messages may stand before it.",
        "HTML Living Standard section 9.2" },
    { Rule::HttpIncomplete, "http.incomplete", Warning,
        "Fewer bytes came than the head announced, and the answer is whole all the same; other clients wait for the rest.",
        "RFC 9112 section 6.3" },
};

constexpr bool inOrder()
{
    for (std::size_t i = 0; i < std::size(rules); ++i) {
        if (std::size_t(rules[i].rule) != i)
            return false;
    }
    return std::size(rules) == std::size_t(Rule::HttpIncomplete) + 1;
}
static_assert(inOrder());

} // namespace

QString severityName(Severity severity)
{
    switch (severity) {
    case Note:
        return QStringLiteral("note");
    case Warning:
        return QStringLiteral("warning");
    case Error:
        return QStringLiteral("error");
    }
    Q_UNREACHABLE();
}

const RuleInfo &ruleInfo(Rule rule) { return rules[std::size_t(rule)]; }

std::span<const RuleInfo> allRules() { return rules; }

} // namespace rpc
