// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QCryptographicHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>

namespace support {

/// A WebSocket server that sees what clients really send: QWebSocket takes a connection that just ends for one that was
/// closed with 1000.
struct RawWebSocketServer
{
    explicit RawWebSocketServer(const QByteArray &answer = {}, bool agrees = true)
    {
        server.listen(QHostAddress::LocalHost);
        QObject::connect(&server, &QTcpServer::newConnection, &server, [this, answer, agrees] {
            QTcpSocket *const socket = server.nextPendingConnection();
            QObject::connect(socket, &QTcpSocket::disconnected, &server, [this] { isOver = true; });
            QObject::connect(socket, &QTcpSocket::readyRead, &server, [this, socket, answer, agrees] {
                received += socket->readAll();
                if (!isUp) {
                    if (!received.contains("\r\n\r\n"))
                        return;
                    const qsizetype at = received.indexOf("Sec-WebSocket-Key: ") + 19;
                    const QByteArray key = received.mid(at, received.indexOf('\r', at) - at);
                    const QByteArray accept = QCryptographicHash::hash(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", QCryptographicHash::Sha1).toBase64();
                    socket->write("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + accept + "\r\n\r\n");
                    received.remove(0, received.indexOf("\r\n\r\n") + 4);
                    isUp = true;
                }
                while (received.size() >= 6 && (received[1] & 0x7f) <= 125 && received.size() >= 6 + (received[1] & 0x7f)) {
                    const int opcode = received[0] & 0x0f;
                    const int length = received[1] & 0x7f;
                    QByteArray payload = received.mid(6, length);
                    for (int i = 0; i < length; ++i)
                        payload[i] = char(payload[i] ^ received[2 + i % 4]);
                    received.remove(0, 6 + length);
                    if (opcode == 8 && length >= 2)
                        closeCode = (uchar(payload[0]) << 8) | uchar(payload[1]);
                    if (opcode == 8 && agrees) {
                        socket->write(QByteArray("\x88\x02\x03\xe8", 4));
                        socket->disconnectFromHost();
                    }
                    if (opcode == 1 && !answer.isEmpty())
                        socket->write(QByteArray(1, '\x81') + char(answer.size()) + answer);
                }
            });
        });
    }
    QUrl url() const
    {
        QUrl url(QStringLiteral("ws://127.0.0.1/"));
        url.setPort(server.serverPort());
        return url;
    }
    QTcpServer server;
    QByteArray received;
    int closeCode = 0; ///< of the close frame that came; 0 for none
    bool isUp = false; ///< the handshake is over
    bool isOver = false; ///< and so is the connection
};

} // namespace support
