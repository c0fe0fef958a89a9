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
