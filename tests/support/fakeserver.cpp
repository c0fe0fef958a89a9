// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "fakeserver.h"

#include <QTcpSocket>

#include <memory>

namespace support {

FakeServer::FakeServer(Answer answer)
    : m_answer(answer ? std::move(answer) : [](QTcpSocket &socket, const QByteArray &) { socket.abort(); })
{
    if (!m_server.listen(QHostAddress::LocalHost))
        qFatal("the fake server cannot listen");
    connect(&m_server, &QTcpServer::newConnection, this, [this] {
        while (QTcpSocket *socket = m_server.nextPendingConnection()) {
            ++m_connections;
            auto buffer = std::make_shared<QByteArray>();
            connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
            connect(socket, &QTcpSocket::readyRead, this, [this, socket, buffer] {
                *buffer += socket->readAll();
                for (;;) {
                    const qsizetype end = buffer->indexOf("\r\n\r\n");
                    if (end < 0)
                        return;
                    const QByteArray head = buffer->left(end + 4).toLower();
                    const qsizetype at = head.indexOf("content-length:");
                    const qsizetype length
                        = at < 0 ? 0 : head.mid(at + 15).split('\r').constFirst().trimmed().toLongLong();
                    if (buffer->size() < end + 4 + length)
                        return;
                    const QByteArray request = buffer->left(end + 4 + length);
                    buffer->remove(0, request.size());
                    m_requests.append(request);
                    m_answer(*socket, request);
                    if (socket->state() != QAbstractSocket::ConnectedState)
                        return;
                }
            });
        }
    });
}

FakeServer::Answer FakeServer::bytes(const QByteArray &answer)
{
    return [answer](QTcpSocket &socket, const QByteArray &) {
        socket.write(answer);
        socket.disconnectFromHost();
    };
}

FakeServer::Answer FakeServer::body(const QByteArray &body, const QByteArray &type, const QByteArray &status)
{
    return [=](QTcpSocket &socket, const QByteArray &) {
        socket.write("HTTP/1.1 " + status + "\r\nContent-Type: " + type
            + "\r\nContent-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
    };
}

QByteArray fieldOf(const QByteArray &request, const QByteArray &name)
{
    for (const QByteArray &line : request.left(request.indexOf("\r\n\r\n")).split('\n')) {
        const qsizetype colon = line.indexOf(':');
        if (line.left(colon).toLower() == name.toLower())
            return line.mid(colon + 1).trimmed();
    }
    return {};
}

QByteArray FakeServer::url(const QByteArray &path) const
{
    return "http://127.0.0.1:" + QByteArray::number(port()) + path;
}

} // namespace support
