// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/keepalive.h>
#include <rpccore/channel/messagechannel.h>
#include <rpccore/channel/websocketframes.h>
#include <rpccore/core/limits.h>
#include <rpccore/core/tlsoptions.h>
#include <rpccore/message/headerfields.h>

#include <QElapsedTimer>
#include <QNetworkProxy>
#include <QStringList>
#include <QTimer>

class QTcpSocket;

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

/// Messages over a WebSocket (RFC 6455), each a text message of one frame or several. Extensions are not offered, so
/// nothing is compressed. A message's text is what its frames carry, byte for byte, without their heads and masks.
class RPCCORE_EXPORT WebSocketChannel : public MessageChannel
{
    Q_OBJECT

public:
    explicit WebSocketChannel(const WebSocketTarget &target); ///< To be opened.
    /// Over \a accepted, which becomes the channel's own, after the handshake, in which \a subprotocol was agreed on.
    /// Of \a limits it takes `messageBytes` and `backlog`: whoever asks for more pongs than it reads is dropped.
    WebSocketChannel(
        QTcpSocket *accepted, const QString &subprotocol, const Limits &limits, const KeepAlive &keepAlive);
    ~WebSocketChannel() override;

    std::optional<ChannelMessage> send(const QByteArray &body) override;
    qint64 backlog() const override;
    QUrl url() const override;
    QString carriage() const override;
    QHostAddress peerAddress() const override;
    quint16 peerPort() const override;
    bool takesLeave() const override { return m_end == WebSocketEnd::Client && m_state == State::Open; }

    QString subprotocol() const { return m_subprotocol; } ///< The one that was agreed on; empty when none was.

protected:
    void forgetLast() override;
    void connectNow() override;
    void closeNow(int code, const QString &reason) override;
    void abortDevice() override;

private:
    void watch();
    void listen();
    void dropSocket();
    void shakeHands();
    void begin(const QString &subprotocol);
    void read();
    bool readHandshake();
    void take(const WebSocketMessage &message);
    void answerPing(const QByteArray &payload);
    void sendPong();
    void takeClose(const QByteArray &payload);
    void violated(const WebSocketViolation &violation);
    void sendClose(const QByteArray &payload);
    void hangUpSoon();
    void hangUpWhenSent();
    void onWritten();
    void onTick();
    Error lossError() const;
    QString peerName() const;

    WebSocketTarget m_target;
    WebSocketEnd m_end = WebSocketEnd::Client;
    QTcpSocket *m_socket = nullptr;
    WebSocketReader m_reader;
    QByteArray m_key; // of the handshake
    QByteArray m_handshake; // the other end's, as far as it has come
    QString m_subprotocol;
    QTimer m_tick; // of keep-alive
    QElapsedTimer m_heard; // since the other end last said anything
    QElapsedTimer m_used; // since the last message, in either direction
    qint64 m_backlog = 4 * 1024 * 1024; // above it no ping is answered
    std::optional<QByteArray> m_pong; // that waits for room
    bool m_isPinged = false;
    bool m_isReading = false;
    bool m_isOver = false; // nothing that still comes is looked at
    QList<QSslError> m_sslErrors;
    std::optional<WebSocketClose> m_peerClose;
};

} // namespace rpc
