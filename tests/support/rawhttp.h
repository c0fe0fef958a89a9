// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QTcpSocket>

#include <memory>

namespace support {

/// An HTTP answer as it stood on the wire.
struct RawAnswer
{
    int status = 0; ///< 0 when none came
    QByteArray head;
    QByteArray body;
    QByteArray field(const QByteArray &name) const;
};

/// A client that sends exactly what it is told.
class RawClient
{
public:
    /// \a tls: over TLS, without looking at the certificate.
    explicit RawClient(quint16 port, bool tls = false);
    void send(const QByteArray &bytes);
    /// Waits for one complete answer (by Content-Length), keeping the event loop of this thread running.
    RawAnswer receive(int timeoutMs = 5000);
    /// Waits until the server has closed the connection. False on time-out.
    bool waitForClose(int timeoutMs = 5000);
    /// Closes with a reset.
    void abort() { m_socket->abort(); }
    QTcpSocket &socket() { return *m_socket; }
    const QByteArray &received() const { return m_received; }

private:
    std::unique_ptr<QTcpSocket> m_socket;
    QByteArray m_received;
};

/// A POST with the usual fields.
QByteArray post(const QByteArray &body, const QByteArray &type = "application/json", const QByteArray &more = {});

} // namespace support
