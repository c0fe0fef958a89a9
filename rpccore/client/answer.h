// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/batch.h>
#include <rpccore/client/trace.h>
#include <rpccore/core/limits.h>
#include <rpccore/message/codec.h>

namespace rpc {

/// What the bytes that came back mean for \a request: the protocol first, whatever status and type they came under, and
/// only then HTTP. Findings go into \a trace. May be used from any thread, as everything here.
Result<Value> judgeAnswer(const Request &request, const Codec &codec, const Limits &limits, Trace &trace);

/// The same for \a sent, bytes that were sent as they are. Ids are not compared. The answer to a batch is the array of
/// answers as it came.
Result<Value> judgeRaw(const QByteArray &sent, const Codec &codec, const Limits &limits, Trace &trace);

/// The same for a batch: deals the answers out to \a requests by their ids.
BatchReply judgeBatch(const QList<Request> &requests, const Codec &codec, const Limits &limits, Trace &trace);

/// The same for a multicall: \a request called system.multicall with \a count calls.
BatchReply judgeMulticall(
    const Request &request, qsizetype count, const Codec &codec, const Limits &limits, Trace &trace);

namespace answer {

/// True when no answer is as good as one, for what expects none.
bool isAccepted(const Trace &trace);
/// Why there is no answer of the protocol, said by HTTP when its status says more than \a decoding, what the codec
/// said.
Error noAnswer(const Trace &trace, const std::optional<Error> &decoding);
/// Notes type and status when they are not those of an answer of the protocol.
void noteHttp(const Codec &codec, Trace &trace);
/// The sentence of a finding about an answer with the id \a came to a request with the id \a sent.
QString otherIdText(const RequestId &sent, const RequestId &came);

} // namespace answer

} // namespace rpc
