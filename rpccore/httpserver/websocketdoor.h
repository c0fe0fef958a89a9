// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/dispatch/callcontext.h>
#include <rpccore/server/websocketoptions.h>

#include <QList>
#include <QObject>

class QTcpSocket;

namespace rpc {

class Server;
class Session;
struct Limits;

/// Makes sessions of connections that ask for a WebSocket. What they ask was checked before: path, Host, Origin, the
/// form of the handshake.
class WebSocketDoor : public QObject
{
    Q_OBJECT

public:
    explicit WebSocketDoor(QObject *parent = nullptr);
    ~WebSocketDoor() override; ///< Every client is told that the server goes away (1001).

    /// Takes \a socket and agrees to the handshake whose fields are in \a context.
    void take(QTcpSocket *socket, Server &server, const CallContext &context, const WebSocketOptions &options,
        const Limits &limits);
    /// Closes every session with 1001, each when its calls under way are answered.
    void closeAll();

private:
    QList<Session *> m_sessions;
};

} // namespace rpc
