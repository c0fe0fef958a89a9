// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/value/path.h>
#include <rpccore/value/value.h>
#include <rpccore_core_export.h>

#include <QString>

#include <exception>

namespace rpc {

/// The codes that JSON-RPC 2.0 section 5.1 reserves; XML-RPC faults of this library use the same numbers.
namespace code {
inline constexpr int ParseError = -32700; ///< the text is not well formed
inline constexpr int InvalidRequest = -32600; ///< the message is no request
inline constexpr int MethodNotFound = -32601; ///< there is no such method
inline constexpr int InvalidParams = -32602; ///< the arguments do not fit the method
inline constexpr int InternalError = -32603; ///< the method failed, or gave no answer
inline constexpr int AuthenticationFailed = -32098; ///< the caller may not call this method
inline constexpr int ServerErrorFirst = -32099; ///< first of the range that is free for the application
inline constexpr int ServerErrorLast = -32000; ///< last of that range
} // namespace code

/// What went wrong, by who has to do something about it.
enum class ErrorKind : quint8 {
    Remote, ///< said by the server; code, message and data are its own
    // Nobody answered.
    NameNotFound, ///< the host name has no address
    Refused, ///< nothing listens there, or the network does not reach it
    Tls, ///< the handshake failed or the certificate is not trusted
    Timeout, ///< no complete answer within the time limit
    ConnectionLost, ///< the connection ended before the answer; the server may or may not have acted
    Cancelled, ///< by the caller
    // Somebody answered, but not with an answer.
    HttpStatus, ///< an HTTP error without a protocol message in its body
    Unauthorized, ///< HTTP 401 or 403
    EmptyAnswer, ///< no body
    InvalidAnswer, ///< a body that is no answer of the protocol, or no answer to this request
    LimitExceeded, ///< larger, deeper or longer than Limits allow
    // Found on this side.
    Parse, ///< text that is not well formed
    InvalidRequest, ///< a message that is no request
    MethodNotFound, ///< there is no such method, or not for this caller's protocol
    InvalidParams, ///< the arguments do not fit the method, or a value does not fit a C++ type
    Internal, ///< a handler failed
    NotExpressible, ///< the value has no form in this protocol
    InvalidArgument, ///< the caller's own input
};

/// The place of an error in a text.
struct TextPosition
{
    qint64 offset = -1; ///< bytes from the begin; -1 when unknown
    int line = 0; ///< from 1; 0 when unknown
    int column = 0; ///< characters from 1; 0 when unknown
    bool isKnown() const noexcept { return line > 0; } ///< line and column are known
};

/// Why something did not work. A value; nothing in the library throws or prints.
struct RPCCORE_EXPORT Error
{
    ErrorKind kind = ErrorKind::Internal; ///< who has to do something about it
    int code = 0; ///< of the protocol: what a server sends, what a client received
    QString message; ///< one sentence for people
    Value data; ///< what a JSON-RPC error carries in `data`; nil when nothing
    Path path; ///< where in the value
    TextPosition position; ///< where in the text
    /// What exactly is wrong, besides the specification's short message. A server sends it as `data.details` over
    /// JSON-RPC (when there is no other data) and behind the message over XML-RPC.
    QString details;
    QString codeText; ///< the code as received when it is no integer (some servers send text); then `code` is 0
    int httpStatus = 0; ///< 0 when there was none
    bool wasThrown = false; ///< made of somebody's exception by fromException(); a dispatcher logs it

    /// An error of this library, with the code that belongs to \a kind.
    static Error make(ErrorKind kind, const QString &message);
    /// An error of the application: sent to the client as it is.
    static Error application(int code, const QString &message, const Value &data = {});

    /// For an exception that left somebody else's code: an Error that was thrown as it is, all else Internal, with the
    /// exception's text as details.
    static Error fromException(std::exception_ptr exception);

    /// The code that a server sends for this error.
    int wireCode() const noexcept;
    /// The message with its place and its details: "line 3, column 7: a comma is missing", "params[1]: expected int,
    /// got string".
    QString toString() const;
};

} // namespace rpc
