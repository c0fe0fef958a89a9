// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/keepalive.h>
#include <rpccore/channel/messagechannel.h>
#include <rpccore/core/limits.h>
#include <rpccore/core/tlsoptions.h>
#include <rpccore/message/headerfields.h>

#include <QElapsedTimer>
#include <QNetworkProxy>
#include <QPointer>
#include <QStringList>
#include <QTimer>

class QTcpSocket;
class QWebSocket;

namespace rpc {

/// Where and how to connect over WebSocket.
struct WebSocketTarget
{
    QUrl url; ///< ws or wss; user and password in it are used as Basic credentials and never shown
    /// Of the handshake. Those that are its own (Host, Connection, Upgrade, Sec-WebSocket-*) are InvalidArgument.
    HeaderFields headers;
    QString user; ///< Basic authentication when not empty
    QString password; ///< goes with `user`
    QString bearer; ///< Bearer token when not empty
    QByteArray origin; ///< sent as Origin; empty = none
    QStringList subprotocols; ///< offered, the preferred first
    TlsOptions tls; ///< for wss
    QNetworkProxy proxy { QNetworkProxy::NoProxy }; ///< HTTP (by CONNECT) or SOCKS5
    std::chrono::milliseconds openTime { 30'000 }; ///< for connecting and the handshake
    qint64 messageBytes = 1024LL * 1024 * 1024; ///< of one message from the server; more closes with 1009
    KeepAlive keepAlive = {}; ///< signs of life
};

/// Messages over a WebSocket (RFC 6455), each a text frame, on QWebSocket. Compression is not offered. QWebSocket shows
/// neither the bytes of its frames nor the heads of its handshake: a message is its text.
class RPCCORE_EXPORT WebSocketChannel : public MessageChannel
{
    Q_OBJECT

public:
    explicit WebSocketChannel(const WebSocketTarget &target); ///< To be opened.
    /// Over \a accepted, which is open, and becomes the channel's own.
    WebSocketChannel(QWebSocket *accepted, qint64 messageBytes, const KeepAlive &keepAlive);
    ~WebSocketChannel() override;

    void open() override;
    std::optional<ChannelMessage> send(const QByteArray &body) override;
    void close(int code = 1000, const QString &reason = {}) override;
    void abort() override;
    qint64 backlog() const override;
    QUrl url() const override;
    QString carriage() const override;
    QHostAddress peerAddress() const override;
    quint16 peerPort() const override;

    /// For an accepted one: the socket below it, which QWebSocket does not show.
    void setCarrier(QTcpSocket *carrier);
    QString subprotocol() const; ///< The one that was agreed on; empty when none was.

private:
    std::optional<QString> unsendable() const;
    void makeSocket();
    void listen();
    void becomeOpen();
    void ended(const Error &error);
    void onTick();
    void watch();
    Error lossError() const;
    std::chrono::microseconds sinceOpen() const;

    WebSocketTarget m_target;
    QWebSocket *m_socket = nullptr;
    QPointer<QTcpSocket> m_carrier;
    QElapsedTimer m_clock;
    QTimer m_deadline; // of opening and of closing
    QTimer m_tick; // of keep-alive
    QElapsedTimer m_heard; // since the other end last said anything
    QElapsedTimer m_used; // since the last message, in either direction
    bool m_isPinged = false;
    bool m_isAccepted = false;
    QList<QSslError> m_sslErrors;
    std::optional<Error> m_verdict; // why this side ends it
};

} // namespace rpc
