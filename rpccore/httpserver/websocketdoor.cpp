// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "websocketdoor.h"

#include <rpccore/channel/websocketchannel.h>
#include <rpccore/core/limits.h>
#include <rpccore/server/server.h>
#include <rpccore/server/session.h>

#include <QPointer>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketServer>

namespace rpc {

WebSocketDoor::WebSocketDoor(QObject *parent)
    : QObject(parent)
{
}

WebSocketDoor::~WebSocketDoor() { qDeleteAll(std::exchange(m_sessions, {})); }

void WebSocketDoor::take(QTcpSocket *socket, Server &server, const CallContext &context,
    const WebSocketOptions &options, const Limits &limits)
{
    // QWebSocket takes a frame out of the socket when the whole of it is there.
    socket->setReadBufferSize(limits.messageBytes + 64 * 1024);
    // One for each connection, which it does not outlive: so nothing has to be found again when the handshake is done.
    auto *handshake = new QWebSocketServer(QStringLiteral("Antiphon"), QWebSocketServer::NonSecureMode, this);
    handshake->setSupportedSubprotocols(options.subprotocols);
    // QWebSocket cuts all connections of the socket's own signals, so a child of it tells of its end.
    connect(new QObject(socket), &QObject::destroyed, handshake, &QObject::deleteLater);
    connect(handshake, &QWebSocketServer::newConnection, this,
        [this, handshake, socket = QPointer<QTcpSocket>(socket), server = QPointer<Server>(&server), context, options,
            limits] {
            QWebSocket *const made = handshake->nextPendingConnection();
            handshake->deleteLater();
            if (!made)
                return;
            // A QWebSocket that was given its socket does not delete it.
            connect(made, &QObject::destroyed, socket, &QObject::deleteLater);
            if (!server) {
                made->deleteLater();
                return;
            }
            auto channel = std::make_unique<WebSocketChannel>(made, limits.messageBytes, options.keepAlive);
            // Pings are answered by QWebSocket, without a word: whoever sends them and reads nothing is dropped here.
            channel->setCarrier(socket);
            connect(socket, &QTcpSocket::readyRead, channel.get(), [channel = channel.get(), limits] {
                if (channel->backlog() > limits.backlog)
                    channel->abort();
            });
            auto *session = new Session(std::move(channel), *server, context, limits, this);
            m_sessions.append(session);
            connect(session, &QObject::destroyed, this, [this, session] { m_sessions.removeOne(session); });
        });
    handshake->handleConnection(socket);
}

void WebSocketDoor::closeAll()
{
    const auto all = m_sessions;
    for (Session *session : all)
        session->closeWhenAnswered(1001, QStringLiteral("the server is stopping"));
}

} // namespace rpc
