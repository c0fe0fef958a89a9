// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/dispatcher.h>
#include <rpccore/dispatch/registry.h>
#include <rpccore/server/listener.h>

#include <QObject>

#include <memory>
#include <vector>

namespace rpc {

/// Methods and the doors to them.
///
///     rpc::Server server;
///     server.registry().add("add", [](int a, int b) { return a + b; }).params("a", "b");
///     auto *http = server.addListener(std::make_unique<rpc::HttpListener>());
///     auto port = http->listen({});
///
/// Both protocols are served; system.listMethods, system.methodSignature and system.methodHelp are there from the
/// start. To be used in one thread; handlers may answer from any.
class RPCCORE_EXPORT Server : public QObject
{
    Q_OBJECT

public:
    explicit Server(QObject *parent = nullptr);
    ~Server() override;

    Registry &registry() { return *m_registry; }
    Dispatcher &dispatcher() { return *m_dispatcher; }

    /// Takes \a listener and returns it.
    template <class T> T *addListener(std::unique_ptr<T> listener)
    {
        T *const raw = listener.get();
        take(std::move(listener));
        return raw;
    }

    /// The codec for a media type (lower case, without parameters), or null.
    const Codec *codecFor(QByteArrayView type) const;

Q_SIGNALS:
    /// Every request through any door, for logs.
    void served(const rpc::ServedExchange &exchange);

private:
    void take(std::unique_ptr<Listener> listener);

    Registry *m_registry;
    std::vector<std::unique_ptr<Codec>> m_codecs;
    Dispatcher *m_dispatcher;
    std::vector<std::unique_ptr<Listener>> m_listeners;
};

} // namespace rpc
