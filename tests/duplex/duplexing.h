// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/registry.h>
#include <rpccore/duplex/channeltransport.h>
#include <rpccore/server/server.h>
#include <rpccore/server/session.h>
#include <tests/client/testcalls.h>

namespace duplexing {

inline rpc::MethodInfo named(const char *name)
{
    rpc::MethodInfo info;
    info.name = QString::fromLatin1(name);
    return info;
}

/// A client and what its transport tells.
struct Caller
{
    explicit Caller(std::unique_ptr<rpc::ChannelTransport> made)
        : transport(made.get())
        , client(std::move(made), std::make_shared<rpc::JsonRpcCodec>())
    {
        QObject::connect(transport, &rpc::ChannelTransport::unexpected, transport, [this](const rpc::UnexpectedMessage &m) { unexpected.append(m); });
        QObject::connect(transport, &rpc::ChannelTransport::closed, transport, [this](const rpc::Error &e) { ends.append(e); });
        QObject::connect(transport, &rpc::ChannelTransport::opened, transport, [this] { ++opened; });
        QObject::connect(transport, &rpc::ChannelTransport::answered, transport, [this](const rpc::ChannelMessage &request, const rpc::Dispatched &result, const rpc::ChannelMessage &answer) {
            answered.append({ request, result, answer });
        });
        QObject::connect(transport, &rpc::ChannelTransport::called, transport, [this](const rpc::Request &r) { calls.append(r.method); });
    }

    rpc::ChannelTransport *transport;
    QList<rpc::UnexpectedMessage> unexpected;
    QList<rpc::Error> ends;
    QStringList calls;
    struct Answered
    {
        rpc::ChannelMessage request;
        rpc::Dispatched result;
        rpc::ChannelMessage answer;
    };
    QList<Answered> answered;
    int opened = 0;
    rpc::Client client;
};

/// Methods of every temper: "later" answers when the test says so, "askBack" calls its caller.
struct Methods
{
    QHash<QString, rpc::ReplyHandle> held; ///< calls of "later", by their argument

    explicit Methods(rpc::Server &server)
    {
        server.registry().add("add", [](int a, int b) { return a + b; }).params("a", "b");
        server.registry().add("echo", [](const rpc::Value &v) { return v; });
        server.registry().add("note", [this](const QString &text) { notes.append(text); });
        server.registry().addRaw(named("later"), [this](const rpc::CallContext &, const rpc::Params &params, const rpc::ReplyHandle &reply) {
            held.insert(params.positional().value(0).toString(), reply);
        });
        server.registry().addRaw(named("askBack"), [&server](const rpc::CallContext &context, const rpc::Params &params, const rpc::ReplyHandle &reply) {
            rpc::Session *const session = server.session(context.session);
            if (!session)
                return reply.reject(rpc::Error::application(1, "nobody to ask"));
            session->client().call("double", params).onFinished(session, [reply](const rpc::Reply &answer) { reply.answer(answer); });
        });
    }
    QStringList notes;
};

} // namespace duplexing
