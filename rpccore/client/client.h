// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/pendingcall.h>
#include <rpccore/client/transport.h>
#include <rpccore/core/limits.h>
#include <rpccore/message/codec.h>

#include <QObject>

#include <memory>
#include <vector>

namespace rpc {

class ThreadHop;

/// Calls the methods of one server.
///
///     rpc::Client client(std::make_unique<rpc::HttpTransport>(rpc::HttpTarget { url }),
///                        std::make_shared<rpc::JsonRpcCodec>());
///     client.call("add", rpc::Array { 2, 3 }).onFinished(this, [](const rpc::Reply &reply) { ... });
///
/// Calls run concurrently. To be used in one thread. Calls under way end as cancelled when the client dies.
class RPCCORE_EXPORT Client : public QObject
{
    Q_OBJECT

public:
    Client(std::unique_ptr<ClientTransport> transport, std::shared_ptr<const Codec> codec, QObject *parent = nullptr);
    ~Client() override;

    Protocol protocol() const { return m_codec->protocol(); }
    /// Bounds on answers; the default is Limits::forExplorer().
    void setLimits(const Limits &limits) { m_limits = limits; }

    PendingCall call(const QString &method, const Params &params = {}, const CallOptions &options = {});
    /// A notification: there is no result, success means that it was accepted. JSON-RPC only; over XML-RPC the reply is
    /// NotExpressible.
    PendingCall notify(const QString &method, const Params &params = {}, const CallOptions &options = {});

private:
    PendingCall send(const Request &request, const CallOptions &options);

    std::unique_ptr<ClientTransport> m_transport;
    std::shared_ptr<const Codec> m_codec;
    Limits m_limits = Limits::forExplorer();
    qint64 m_lastId = 0;
    std::shared_ptr<ThreadHop> m_home;
    std::vector<std::weak_ptr<PendingCall::State>> m_open;
};

} // namespace rpc
