// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/streamchannel.h>

#include <QHostAddress>

class QLocalSocket;
class QTcpSocket;

namespace rpc {

class DescriptorDevice;

/// True when the other end of the connected socket \a descriptor has closed its side, and everything that it sent was
/// read. False where that cannot be told, as on Windows.
bool isAtEnd(qintptr descriptor);

/// Over a connection that a server took, TCP or a Unix socket, without TLS. Unlike QTcpSocket and QLocalSocket it tells
/// the end of what a client sends from the end of the connection: who closes its sending side is told by inputEnded(),
/// and is still answered, within Limits::bodyTime. A client that is gone altogether looks the same over TCP until it is
/// written to; that is what the limit is for.
class RPCCORE_EXPORT AcceptedChannel : public StreamChannel
{
    Q_OBJECT

public:
    /// Over \a accepted, which is connected and from which nothing was read yet; it is taken. Where this cannot be
    /// done (not on Unix) the socket is used as it is, by a TcpChannel.
    static std::unique_ptr<StreamChannel> over(
        std::unique_ptr<QTcpSocket> accepted, Framing framing, const Limits &limits);
    /// The same for a Unix socket, and LocalChannel.
    static std::unique_ptr<StreamChannel> over(
        std::unique_ptr<QLocalSocket> accepted, Framing framing, const Limits &limits);
    ~AcceptedChannel() override;

    qint64 backlog() const override;
    QUrl url() const override { return {}; }
    QHostAddress peerAddress() const override { return m_peer; }
    quint16 peerPort() const override { return m_peerPort; }

protected:
    void connectNow() override;
    QIODevice *device() override;
    void closeDevice() override;
    void abortDevice() override;

private:
    AcceptedChannel(int descriptor, Framing framing, const Limits &limits);
    void onInputEnd();
    void drop();
    void lost();

    int m_descriptor; // its own; -1 when it was closed
    DescriptorDevice *m_device; // its own
    QHostAddress m_peer;
    quint16 m_peerPort = 0;
};

} // namespace rpc
