// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/client.h>
#include <rpccore/duplex/channeltransport.h>
#include <rpccore/server/traffic.h>

#include <QObject>
#include <QPointer>

namespace rpc {

class Server;

/// One client that is connected over a WebSocket or a stream: its calls are answered by the server, and the server can
/// call it. Made by listeners; deletes itself when the connection ends.
///
///     server.registry().add("subscribe", [&server](const rpc::CallContext &context) {
///         if (rpc::Session *session = server.session(context.session))
///             session->client().notify("tick", rpc::Array { 1 });
///     });
class RPCCORE_EXPORT Session : public QObject
{
    Q_OBJECT

public:
    /// What a client may speak.
    enum class Languages : quint8 {
        JsonRpc, ///< nothing else
        Both, ///< XML-RPC, too, told apart by the first byte of a message; see ChannelOptions::xmlRpc
    };

    /// Serves \a server over \a channel, which is open. \a context says what is known of the client: peer, path,
    /// headers, attributes; its session id is made here.
    Session(std::unique_ptr<MessageChannel> channel, Server &server, const CallContext &context, const Limits &limits,
        QObject *parent, Languages languages = Languages::JsonRpc);
    ~Session() override; ///< Ends the connection at once.

    QString id() const { return m_transport->context().session; } ///< CallContext::session of its calls.
    const CallContext &context() const { return m_transport->context(); } ///< What is known of the client.
    QString carriage() const { return m_transport->channel().carriage(); } ///< "WebSocket", or the framing in words.

    /// Calls the other end, sends it notifications. Calls that are not answered end with the session.
    Client &client() { return m_client; }
    ChannelTransport &transport() { return *m_transport; } ///< For signals: unexpected(), answered().

    /// Ends the connection in order; \a code (RFC 6455 section 7.4) and \a reason are told over WebSocket.
    void close(int code = 1000, const QString &reason = {});
    /// The same after the calls that are under way have been answered; no others are taken.
    void closeWhenAnswered(int code = 1000, const QString &reason = {});

Q_SIGNALS:
    void ended(); ///< The connection is over; the session is about to be deleted.

private:
    Session(std::unique_ptr<ChannelTransport> transport, Server &server, QObject *parent);
    void onAnswered(const ChannelMessage &request, const Dispatched &result, const ChannelMessage &answer,
        std::chrono::microseconds duration);
    void onUnexpected(const UnexpectedMessage &message);
    ServedExchange exchangeOf(const ChannelMessage &request) const;

    QPointer<Server> m_server;
    ChannelTransport *m_transport; // the client's
    Client m_client;
};

} // namespace rpc
