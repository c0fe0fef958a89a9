// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/message/codec.h>

namespace rpc {

/// JSON-RPC 2.0. Requests are read strictly. Answers are read as a person wants to see them: what departs from the
/// specification without being ambiguous (a missing version, further members, a code that is text) becomes a finding.
class RPCCORE_EXPORT JsonRpcCodec : public Codec
{
public:
    Protocol protocol() const override { return Protocol::JsonRpc; }
    QByteArray requestType() const override { return QByteArrayLiteral("application/json"); }
    QByteArray responseType() const override { return QByteArrayLiteral("application/json"); }
    bool accepts(QByteArrayView type) const override;
    bool hasIds() const override { return true; }

    Result<QByteArray> encodeRequest(const Request &request) const override;
    Result<QByteArray> encodeResponse(const Response &response) const override;
    QByteArray joinBatch(const QList<QByteArray> &responses) const override;
    Result<IncomingRequests> decodeRequests(const QByteArray &body, const DecodeOptions &options) const override;
    Result<Response> decodeResponse(const QByteArray &body, const DecodeOptions &options) const override;
};

} // namespace rpc
