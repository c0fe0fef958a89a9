// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/client.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/client/looptransport.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fatalmessages.h>

namespace testcalls {

/// What went through a loop, and what comes back.
struct Loop
{
    QList<QByteArray> sent;
    std::optional<QByteArray> answer;
};

/// A client whose calls are all answered with `loop.answer`.
template <class Codec = rpc::JsonRpcCodec> std::unique_ptr<rpc::Client> loopClient(Loop &loop)
{
    auto transport = std::make_unique<rpc::LoopTransport>([&loop](const QByteArray &body, const QByteArray &, const rpc::LoopTransport::Answer &answer) {
        loop.sent.append(body);
        answer(loop.answer);
    });
    return std::make_unique<rpc::Client>(std::move(transport), std::make_shared<Codec>());
}

inline std::unique_ptr<rpc::Client> httpClient(const QByteArray &url)
{
    rpc::HttpTarget target;
    target.url = QUrl(QString::fromLatin1(url));
    target.timeout = std::chrono::seconds(10);
    return std::make_unique<rpc::Client>(std::make_unique<rpc::HttpTransport>(target), std::make_shared<rpc::JsonRpcCodec>());
}

/// The outcome of a call, a typed call or a batch.
template <class Call> auto wait(Call call)
{
    decltype(call.reply()) outcome;
    QObject context;
    call.onFinished(&context, [&](const auto &reply) { outcome.emplace(reply); });
    if (!QTest::qWaitFor([&] { return outcome.has_value(); }, 20000)) {
        qWarning("the test waited in vain");
        call.cancel(); // that is an outcome
    }
    return outcome;
}

inline QStringList ids(const rpc::Findings &findings)
{
    QStringList names;
    for (const rpc::Finding &f : findings)
        names.append(f.id());
    return names;
}

/// "7", "!-32601 text", "-" for a gap.
inline QString shown(const std::optional<rpc::Reply> &reply)
{
    if (!reply)
        return QStringLiteral("-");
    if (*reply)
        return (*reply)->toString((*reply)->toInteger() ? QString::number(*(*reply)->toInteger()) : rpc::typeName((*reply)->type()));
    const rpc::Error &e = reply->error();
    switch (e.kind) {
    case rpc::ErrorKind::Remote:
        return QStringLiteral("!%1 %2").arg(e.codeText.isEmpty() ? QString::number(e.code) : e.codeText, e.message);
    case rpc::ErrorKind::InvalidAnswer:
        return QStringLiteral("?");
    case rpc::ErrorKind::EmptyAnswer:
        return QStringLiteral("empty");
    case rpc::ErrorKind::HttpStatus:
        return QStringLiteral("http %1").arg(e.httpStatus);
    case rpc::ErrorKind::Cancelled:
        return QStringLiteral("cancelled");
    default:
        return QStringLiteral("kind %1: %2").arg(int(e.kind)).arg(e.message);
    }
}

inline QString shown(const QList<std::optional<rpc::Reply>> &replies)
{
    QStringList texts;
    for (const auto &reply : replies)
        texts.append(shown(reply));
    return texts.join(u", ");
}

inline QString shown(const QList<rpc::Response> &responses)
{
    QStringList texts;
    for (const rpc::Response &r : responses)
        texts.append(r.id.toString() + u':' + shown(std::optional<rpc::Reply>(r.outcome)));
    return texts.join(u", ");
}

} // namespace testcalls
