// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/streamchannel.h>
#include <rpccore/core/tlsoptions.h>

#include <QNetworkProxy>

class QTcpSocket;

namespace rpc {

/// Over TCP, with TLS or without.
class RPCCORE_EXPORT TcpChannel : public StreamChannel
{
    Q_OBJECT

public:
    /// To \a host and \a port, when it is opened; with TLS when \a tls is given.
    TcpChannel(const QString &host, quint16 port, const std::optional<TlsOptions> &tls, const QNetworkProxy &proxy,
        Framing framing, const Limits &limits, std::chrono::milliseconds openTime);
    /// Over \a accepted, which is connected (and encrypted), and becomes the channel's own.
    TcpChannel(QTcpSocket *accepted, Framing framing, const Limits &limits);
    ~TcpChannel() override;

    qint64 backlog() const override;
    QUrl url() const override;
    bool isLeft() const override;
    QHostAddress peerAddress() const override;
    quint16 peerPort() const override;

protected:
    void connectNow() override;
    QIODevice *device() override;
    void closeDevice() override;
    void abortDevice() override;

private:
    void listen();
    Error lossError() const;

    QString m_host;
    quint16 m_port = 0;
    std::optional<TlsOptions> m_tls;
    QNetworkProxy m_proxy { QNetworkProxy::NoProxy };
    QTcpSocket *m_socket;
    QList<QSslError> m_sslErrors;
};

} // namespace rpc
