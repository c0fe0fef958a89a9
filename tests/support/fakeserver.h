// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QTcpServer>

#include <functional>

class QTcpSocket;

namespace support {

/// A server that answers whatever a test wants, right or wrong. Counts what it got.
class FakeServer : public QObject
{
    Q_OBJECT

public:
    /// What to do with a complete request (by Content-Length). The default closes the connection.
    using Answer = std::function<void(QTcpSocket &, const QByteArray &request)>;

    explicit FakeServer(Answer answer = {});
    /// Answers everything with these bytes and closes.
    static Answer bytes(const QByteArray &answer);
    /// Answers everything with HTTP 200 of this type, and keeps the connection.
    static Answer body(
        const QByteArray &body, const QByteArray &type = "application/json", const QByteArray &status = "200 OK");

    void setAnswer(Answer answer) { m_answer = std::move(answer); }
    quint16 port() const { return m_server.serverPort(); }
    QByteArray url(const QByteArray &path = "/rpc") const;
    const QList<QByteArray> &requests() const { return m_requests; }
    int connections() const { return m_connections; }

private:
    QTcpServer m_server;
    Answer m_answer;
    QList<QByteArray> m_requests;
    int m_connections = 0;
};

/// The value of a header field of a request, whatever the letter case of its name; empty when there is none.
QByteArray fieldOf(const QByteArray &request, const QByteArray &name);

} // namespace support
