// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/dispatcher.h>
#include <rpccore/dispatch/introspection.h>
#include <rpccore/dispatch/registry.h>
#include <rpccore/jsonrpc/dialect.h>
#include <rpccore/server/listener.h>
#include <rpccore/xmlrpc/dialect.h>

#include <QObject>
#include <QPointer>

#include <memory>
#include <vector>

namespace rpc {

class Session;

/// What a server is like. The defaults: both protocols, strictly, everybody may call.
struct ServerOptions
{
    DispatchOptions dispatch; ///< protocols, authorisation, order of calls
    SystemMethods systemMethods; ///< which `system.` methods there are
    JsonRpcDialect jsonRpc; ///< how strictly requests are read
    XmlRpcDialect xmlRpc; ///< the same, and which extensions are written
    int maxBatch = 0; ///< members of one JSON-RPC batch; 0 = what the listener's Limits say
};

/// Methods and the doors to them.
///
///     rpc::Server server;
///     server.registry().add("add", [](int a, int b) { return a + b; }).params("a", "b");
///     auto *http = server.addListener(std::make_unique<rpc::HttpListener>());
///     auto port = http->listen({});
///
/// Any number of servers may live side by side, each with its registry; several can share one HttpListener, each at its
/// own path. To be used in one thread; handlers may answer from any.
class RPCCORE_EXPORT Server : public QObject
{
    Q_OBJECT
    Q_MOC_INCLUDE("rpccore/server/session.h")

public:
    explicit Server(QObject *parent = nullptr); ///< With the defaults, and without listeners.
    /// Without listeners. The options are fixed from here on.
    explicit Server(const ServerOptions &options, QObject *parent = nullptr);
    ~Server() override; ///< Ends every connection; calls under way are not answered any more.

    const ServerOptions &options() const noexcept { return m_options; } ///< What the server was made with.
    Registry &registry() { return *m_registry; } ///< The methods; lives as long as the server.
    Dispatcher &dispatcher() { return *m_dispatcher; } ///< What calls them; lives as long as the server.

    /// Takes \a listener and returns it.
    template <class T> T *addListener(std::unique_ptr<T> listener)
    {
        T *const raw = listener.get();
        take(std::move(listener));
        return raw;
    }

    /// The codec for a media type (lower case, without parameters), or null when the server does not speak it. A
    /// dialect that takes any Content-Type looks at \a body.
    const Codec *codecFor(QByteArrayView type, QByteArrayView body = {}) const;

    /// The door for a transport inside the process: takes a body of a media type and gives the answer's body, nothing
    /// for notifications. Fits LoopTransport:
    ///
    ///     rpc::Client client(std::make_unique<rpc::LoopTransport>(server.loop()),
    ///     std::make_shared<rpc::JsonRpcCodec>());
    ///
    /// A type that the server does not speak gives no answer. After the server's end nothing is answered.
    using Loop = std::function<void(
        const QByteArray &body, const QByteArray &contentType, std::function<void(std::optional<QByteArray>)> answer)>;
    Loop loop(); ///< Such a door; may outlive the server, then it gives no answers.

    /// Ids of the connections that are open now, through any door, also one that belongs to another server on whose
    /// listener this one is mounted.
    QStringList sessions() const;
    /// The clients that can be called: those over WebSockets and streams. HTTP has no way to call a client.
    const QList<Session *> &openSessions() const noexcept { return m_sessions; }
    /// The one with this id (CallContext::session); null when there is none, or when it came over HTTP.
    Session *session(const QString &id) const;
    /// Sends a notification to every open session, or to those that \a wanted takes.
    void notifyAll(QAnyStringView method, const Params &params = {},
        const std::function<bool(const Session &)> &wanted = {}) const;
    /// Ends a connection and the calls that came over it. False when there is none with this id.
    bool closeSession(const QString &id);

    /// Somebody listens to served(), so that it is worth making one. For listeners.
    bool isObserved() const;
    /// The server is reached through \a listener, too, which another one owns. For listeners.
    void addDoor(Listener &listener);
    void removeDoor(Listener &listener); ///< It is not any more. For listeners.

Q_SIGNALS:
    /// Every request to this server through any door, for logs. What a listener refuses before it knows for which server
    /// it is (a path where none is, a broken head) is told by the server that owns the listener.
    void served(const rpc::ServedExchange &exchange);
    /// A client connected over a WebSocket or a stream.
    void sessionOpened(rpc::Session *session);
    /// Such a client has gone.
    void sessionClosed(const QString &id);

private:
    friend Session;
    void add(Session &session);
    void remove(Session &session);
    void take(std::unique_ptr<Listener> listener);

    ServerOptions m_options;
    Registry *m_registry;
    std::vector<std::unique_ptr<Codec>> m_codecs;
    Dispatcher *m_dispatcher;
    std::vector<std::unique_ptr<Listener>> m_listeners;
    QList<QPointer<Listener>> m_doors; // all of them, and those of others
    QList<Session *> m_sessions; // their listeners' children
};

} // namespace rpc
