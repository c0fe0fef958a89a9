// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/json/jsonwriter.h>
#include <rpccore/jsonrpc/dialect.h>
#include <rpccore/message/codec.h>

namespace rpc {

/// JSON-RPC 2.0. Requests are read strictly. Answers are read as a person wants to see them: what departs from the
/// specification without being ambiguous (a missing version, further members, a code that is text) becomes a finding.
class RPCCORE_EXPORT JsonRpcCodec : public Codec
{
public:
    /// \a requests is how strictly requests are read and how everything is written, \a answers how strictly answers are
    /// read.
    explicit JsonRpcCodec(const JsonRpcDialect &requests = JsonRpcDialect::strict(),
        const JsonRpcDialect &answers = JsonRpcDialect::lenient())
        : m_requests(requests)
        , m_answers(answers)
    {
    }

    Protocol protocol() const override { return Protocol::JsonRpc; }
    QByteArray requestType() const override { return QByteArrayLiteral("application/json"); }
    QByteArray responseType() const override { return QByteArrayLiteral("application/json"); }
    bool accepts(QByteArrayView type) const override;
    bool acceptsAnyway(QByteArrayView body) const override;
    bool hasIds() const override { return true; }
    bool isTolerant() const override { return m_answers.tolerant; }

    Result<QByteArray> encodeRequest(const Request &request) const override;
    Result<QByteArray> encodeResponse(const Response &response) const override;
    QByteArray joinBatch(const QList<QByteArray> &messages) const override;
    Result<IncomingRequests> decodeRequests(const QByteArray &body, const DecodeOptions &options) const override;
    Result<Response> decodeResponse(const QByteArray &body, const DecodeOptions &options) const override;
    Result<IncomingResponses> decodeResponses(const QByteArray &body, const DecodeOptions &options) const override;
    Result<Payload> readPayload(const QByteArray &body, const DecodeOptions &options) const override;

private:
    JsonWriter writer() const { return { .ascii = m_requests.asciiOutput }; }

    JsonRpcDialect m_requests;
    JsonRpcDialect m_answers;
};

} // namespace rpc
