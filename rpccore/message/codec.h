// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/message/message.h>
#include <rpccore/wire/finding.h>
#include <rpccore/wire/payload.h>

#include <QList>

namespace rpc {

/// What a reader needs to know besides the bytes.
struct DecodeOptions
{
    Limits limits; ///< bounds on the body
    QByteArray charset; ///< of the Content-Type, lower case; empty when it names none
    Findings *findings = nullptr; ///< receives what was let pass
};

/// The answers of one body, in the order in which they came.
struct IncomingResponses
{
    QList<Result<Response>> members; ///< an error (InvalidAnswer) for a member that is no answer
    bool isBatch = false; ///< they came as an array
};

/// One member of a body: a request, or the error to answer it with.
struct IncomingRequest
{
    Result<Request> request; ///< the request, or the error to answer with
    RequestId id; ///< to answer with; null when it cannot be told (JSON-RPC 2.0 section 5)
    JsonRpcVersion version = JsonRpcVersion::V2_0; ///< to answer in
};

/// The requests of one body, in order.
struct IncomingRequests
{
    QList<IncomingRequest> members; ///< in the order of the body
    bool isBatch = false; ///< answer with an array, also when there is one member only
};

/// Messages to bytes and back, for one protocol. Stateless; may be used from any thread.
class RPCCORE_EXPORT Codec
{
public:
    virtual ~Codec(); ///< Codecs are held by this base class.

    virtual Protocol protocol() const = 0; ///< Which protocol this is.
    /// The Content-Type of requests.
    virtual QByteArray requestType() const = 0;
    /// The Content-Type of answers.
    virtual QByteArray responseType() const = 0;
    /// True when \a type (lower case, without parameters) means this protocol.
    virtual bool accepts(QByteArrayView type) const = 0;
    /// True when the codec was told to take \a body under any Content-Type, and it looks like one of its messages.
    virtual bool acceptsAnyway(QByteArrayView body) const = 0;
    /// True when answers carry the id of their request.
    virtual bool hasIds() const = 0;
    /// True when answers are read as an explorer reads them: the id of an answer only tells answers apart (a single one
    /// is taken whatever its id, and 1, 1.0 and "1" are one), and a whole answer is one although its transport promised
    /// more. Each difference is a finding.
    virtual bool isTolerant() const { return false; }

    /// The body of a call, UTF-8. The error is NotExpressible, with the path, for a value or params that have no form
    /// in the protocol.
    virtual Result<QByteArray> encodeRequest(const Request &request) const = 0;
    /// The body of an answer, UTF-8: the result, or the error as the protocol tells it. The error is NotExpressible,
    /// as above.
    virtual Result<QByteArray> encodeResponse(const Response &response) const = 0;
    /// One body for several messages, all requests or all answers, that are encoded already. XML-RPC has no batches:
    /// the first one.
    virtual QByteArray joinBatch(const QList<QByteArray> &messages) const = 0;

    /// An error only for bytes that are no message at all.
    virtual Result<IncomingRequests> decodeRequests(const QByteArray &body, const DecodeOptions &options) const = 0;
    /// The answer in \a body. Its outcome is the server's result or its Remote error; bytes that are no answer give an
    /// InvalidAnswer.
    virtual Result<Response> decodeResponse(const QByteArray &body, const DecodeOptions &options) const = 0;
    /// Every answer in \a body; an error only for bytes that are no message at all.
    virtual Result<IncomingResponses> decodeResponses(const QByteArray &body, const DecodeOptions &options) const = 0;
    /// What stands in \a body, request or answer, read as leniently as the codec can, with the place of every value.
    virtual Result<Payload> readPayload(const QByteArray &body, const DecodeOptions &options) const = 0;
};

} // namespace rpc
