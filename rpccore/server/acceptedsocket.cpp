// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "acceptedsocket.h"

#include <QCryptographicHash>
#include <QSslCertificate>
#include <QSslSocket>

namespace rpc {

std::unique_ptr<QTcpSocket> acceptedSocket(qintptr descriptor, const std::optional<QSslConfiguration> &tls)
{
    std::unique_ptr<QTcpSocket> socket;
    if (tls)
        socket = std::make_unique<QSslSocket>();
    else
        socket = std::make_unique<QTcpSocket>();
    if (!socket->setSocketDescriptor(descriptor))
        return nullptr;
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (auto *encrypted = qobject_cast<QSslSocket *>(socket.get())) {
        encrypted->setSslConfiguration(*tls);
        encrypted->startServerEncryption();
    }
    return socket;
}

quint64 hostKey(const QHostAddress &address)
{
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4);
    if (isV4)
        return (quint64(1) << 32) | v4;
    const Q_IPV6ADDR v6 = address.toIPv6Address();
    quint64 network = 0;
    for (int i = 0; i < 8; ++i)
        network = network << 8 | v6[i];
    return network;
}

QVariantMap certificateAttributes(const QTcpSocket &socket)
{
    QVariantMap attributes;
    const auto *encrypted = qobject_cast<const QSslSocket *>(&socket);
    const auto certificate = encrypted ? encrypted->peerCertificate() : QSslCertificate();
    if (certificate.isNull() || !encrypted->sslHandshakeErrors().isEmpty())
        return attributes;
    attributes.insert(QStringLiteral("tls.subject"), certificate.subjectDisplayName());
    attributes.insert(
        QStringLiteral("tls.sha256"), QString::fromLatin1(certificate.digest(QCryptographicHash::Sha256).toHex()));
    return attributes;
}

} // namespace rpc
