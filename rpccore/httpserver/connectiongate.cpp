// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectiongate.h"

#include "requestsocket.h"

#include <QTcpSocket>
#include <QTimer>

namespace rpc {

ConnectionGate::ConnectionGate(const Limits &limits, QObject *parent)
    : QTcpServer(parent)
    , m_limits(limits)
{
    // Out of descriptors: trying again at once would only burn the processor.
    connect(this, &QTcpServer::acceptError, this, [this] {
        pauseAccepting();
        QTimer::singleShot(200, this, &QTcpServer::resumeAccepting);
    });
}

void ConnectionGate::incomingConnection(qintptr descriptor)
{
    auto *socket = new QTcpSocket;
    if (!socket->setSocketDescriptor(descriptor)) {
        delete socket;
        return;
    }
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (m_connections.size() >= m_limits.connections) {
        const auto response = HttpResponse::text(503, QStringLiteral("too many connections"));
        socket->write(response.head(false) + response.body);
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        socket->disconnectFromHost();
        if (socket->state() == QAbstractSocket::UnconnectedState)
            socket->deleteLater();
        return;
    }
    auto *connection = new HttpConnection(socket, m_limits, this);
    m_connections.append(connection);
    connect(connection, &QObject::destroyed, this, [this, connection] { m_connections.removeOne(connection); });
    connect(connection, &HttpConnection::requestReady, this, [this, connection] { Q_EMIT requestReady(connection); });
    connect(connection, &HttpConnection::refused, this,
        [this, connection](int status, const QString &reason, const QByteArray &received,
            const QByteArray &responseHead, const QByteArray &responseBody) {
            Q_EMIT refused(connection, status, reason, received, responseHead, responseBody);
        });
}

void ConnectionGate::handOver(HttpConnection &connection)
{
    RequestSocket *const socket = connection.requestSocket();
    if (!socket->parent()) {
        socket->setParent(this);
        addPendingConnection(socket); // Qt takes it at once and listens to it
    }
    socket->feed(connection.requestForQt());
}

void ConnectionGate::closeConnections()
{
    const auto all = m_connections; // the list shrinks meanwhile
    for (HttpConnection *connection : all)
        connection->abort();
}

} // namespace rpc
