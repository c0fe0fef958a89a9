// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "testcalls.h"

/// Calls over HTTP that are looked at byte for byte.
namespace httpcaller {

using namespace rpc;

/// The answer to a call with the id 1.
inline const QByteArray good = "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}";

inline HttpTarget targetOf(const QByteArray &url)
{
    HttpTarget target;
    target.url = QUrl(QString::fromLatin1(url));
    target.timeout = std::chrono::seconds(10);
    return target;
}

/// A client over HTTP, and how its last call went.
struct Caller
{
    explicit Caller(const HttpTarget &target)
    {
        auto own = std::make_unique<HttpTransport>(target);
        transport = own.get();
        client = std::make_unique<Client>(std::move(own), std::make_shared<JsonRpcCodec>());
        client->setIdGenerator([] { return RequestId(1); });
    }
    /// "1", or the error.
    QString call(const CallOptions &options = {}, const char *method = "m")
    {
        PendingCall pending = client->call(QString::fromLatin1(method), {}, options);
        const auto reply = testcalls::wait(pending);
        trace = pending.trace();
        error = *reply ? Error() : reply->error();
        return *reply ? QString::number((*reply)->toInteger().value_or(-1)) : QStringLiteral("!%1 %2").arg(int(error.kind)).arg(error.message);
    }
    HttpTransport *transport;
    std::unique_ptr<Client> client;
    Trace trace;
    Error error;
};

/// What went over the wire.
inline QByteArray sent(const Trace &trace) { return trace.requestHead + trace.requestBody; }

/// The value of a field of the head; empty when there is none.
inline QByteArray field(const QByteArray &request, const QByteArray &name)
{
    for (const QByteArray &line : request.left(request.indexOf("\r\n\r\n")).split('\n')) {
        if (line.toLower().startsWith(name.toLower() + ':'))
            return line.mid(name.size() + 1).trimmed();
    }
    return {};
}

} // namespace httpcaller
