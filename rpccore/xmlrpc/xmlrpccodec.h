// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/message/codec.h>
#include <rpccore/xmlrpc/dialect.h>

namespace rpc {

/// XML-RPC (http://xmlrpc.com/spec.md) with `<nil/>` and `<i8>`. Requests are read strictly, answers leniently with
/// findings, as JsonRpcCodec does.
class RPCCORE_EXPORT XmlRpcCodec : public Codec
{
public:
    /// \a requests is how strictly requests are read and which extensions are written; \a answers how strictly answers
    /// are read.
    explicit XmlRpcCodec(const XmlRpcDialect &requests = XmlRpcDialect::strict(),
        const XmlRpcDialect &answers = XmlRpcDialect::lenient())
        : m_requests(requests)
        , m_answers(answers)
    {
    }

    Protocol protocol() const override { return Protocol::XmlRpc; }
    QByteArray requestType() const override { return QByteArrayLiteral("text/xml"); }
    QByteArray responseType() const override { return QByteArrayLiteral("text/xml"); }
    bool accepts(QByteArrayView type) const override;
    bool acceptsAnyway(QByteArrayView body) const override;
    bool hasIds() const override { return false; }

    /// Named params are NotExpressible: XML-RPC has positional ones only.
    Result<QByteArray> encodeRequest(const Request &request) const override;
    Result<QByteArray> encodeResponse(const Response &response) const override;
    QByteArray joinBatch(const QList<QByteArray> &messages) const override;
    Result<IncomingRequests> decodeRequests(const QByteArray &body, const DecodeOptions &options) const override;
    Result<Response> decodeResponse(const QByteArray &body, const DecodeOptions &options) const override;
    Result<IncomingResponses> decodeResponses(const QByteArray &body, const DecodeOptions &options) const override;
    Result<Payload> readPayload(const QByteArray &body, const DecodeOptions &options) const override;

private:
    XmlRpcDialect m_requests;
    XmlRpcDialect m_answers;
};

} // namespace rpc
