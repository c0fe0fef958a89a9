// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/dispatcher.h>
#include <rpccore/dispatch/introspection.h>
#include <rpccore/dispatch/registry.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>

#include <QTest>

/// A registry and its dispatcher, asked with bytes and in the process.
struct Asking
{
    rpc::Registry registry;
    rpc::Dispatcher dispatcher { registry };
    rpc::JsonRpcCodec json;
    rpc::XmlRpcCodec xml;
    rpc::CallContext context;
    QList<rpc::CallOutcome> outcomes; // of the last body
    std::optional<rpc::Error> refusal; // of the last body

    QByteArray ask(const QByteArray &body, const rpc::Codec &codec)
    {
        std::optional<QByteArray> answer;
        dispatcher.handle(context, codec, body, {}, [&](const rpc::Dispatched &result) {
            answer = result.body.value_or("(nothing)");
            outcomes = result.outcomes;
            refusal = result.refusal;
        });
        return QTest::qWaitFor([&] { return answer.has_value(); }) ? *answer : QByteArray("(no answer)");
    }
    QByteArray ask(const QByteArray &body) { return ask(body, json); }
    /// What is between {"jsonrpc":"2.0", and ,"id":1}.
    QByteArray call(const QByteArray &method, const QByteArray &params = "[]")
    {
        const QByteArray answer = ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}");
        return answer.startsWith('{') ? answer.mid(17).chopped(8) : answer;
    }
    rpc::Result<rpc::Value> callXml(const QString &method, const rpc::Array &params = {})
    {
        const auto body = xml.encodeRequest({ rpc::RequestId::null(), method, params });
        const auto response = xml.decodeResponse(ask(*body, xml), {});
        return response ? response->outcome : rpc::Result<rpc::Value>(response.error());
    }
    rpc::Result<rpc::Value> callHere(const QString &method, const rpc::Params &params = {})
    {
        std::optional<rpc::Result<rpc::Value>> outcome;
        dispatcher.call(context, { rpc::RequestId(1), method, params }, [&](const rpc::Result<rpc::Value> &o) { outcome = o; });
        return QTest::qWaitFor([&] { return outcome.has_value(); })
            ? *outcome
            : rpc::Result<rpc::Value>(rpc::Error::make(rpc::ErrorKind::Timeout, QStringLiteral("no answer")));
    }
};

/// A method of which only the name is known.
inline rpc::MethodInfo named(const QString &name)
{
    rpc::MethodInfo info;
    info.name = name;
    return info;
}

inline QString operator""_q(const char *text, std::size_t size) { return QString::fromUtf8(text, qsizetype(size)); }
