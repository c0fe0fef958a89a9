// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/httpserver/httpconnection.h>

#include <QTcpServer>

namespace rpc {

/// Accepts connections and counts them. Qt takes its sockets from here, but only RequestSockets, and only when a
/// request is complete.
class ConnectionGate : public QTcpServer
{
    Q_OBJECT

public:
    explicit ConnectionGate(const Limits &limits, QObject *parent = nullptr);

    /// Lets Qt read the request that \a connection holds.
    void handOver(HttpConnection &connection);
    /// Ends every connection.
    void closeConnections();
    const QList<HttpConnection *> &connections() const noexcept { return m_connections; }

Q_SIGNALS:
    /// A request is complete; handOver() or answer() is due.
    void requestReady(rpc::HttpConnection *connection);
    void refused(rpc::HttpConnection *connection, int status, const QString &reason, const QByteArray &received,
        const QByteArray &responseHead, const QByteArray &responseBody);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    Limits m_limits;
    QList<HttpConnection *> m_connections;
};

} // namespace rpc
