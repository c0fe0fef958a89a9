// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "socketerror.h"

#include <rpccore/core/tlsoptions.h>

#include <QCoreApplication>
#include <QSslSocket>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

} // namespace

Error socketError(const QAbstractSocket &socket, const QString &host, const QString &peer, SocketStage stage,
    const QList<QSslError> &errors)
{
    const auto *tls = qobject_cast<const QSslSocket *>(&socket);
    switch (socket.error()) {
    case QAbstractSocket::HostNotFoundError:
        return Error::make(ErrorKind::NameNotFound, Text::tr("there is no host called \"%1\"").arg(host));
    case QAbstractSocket::ConnectionRefusedError:
        return Error::make(ErrorKind::Refused, Text::tr("nothing answers at %1: the connection was refused").arg(peer));
    case QAbstractSocket::SslHandshakeFailedError: {
        Error e = Error::make(ErrorKind::Tls,
            Text::tr("TLS with %1 failed: %2")
                .arg(peer, errors.isEmpty() ? socket.errorString() : errors.constFirst().errorString()));
        e.details = tlsFailureText(errors, tls ? tls->peerCertificateChain() : QList<QSslCertificate>());
        return e;
    }
    case QAbstractSocket::RemoteHostClosedError:
        if (stage == SocketStage::Opening && tls)
            return Error::make(ErrorKind::Tls, Text::tr("%1 closed the connection during the TLS handshake").arg(peer));
        [[fallthrough]];
    case QAbstractSocket::UnknownSocketError: // never any
        return Error::make(ErrorKind::ConnectionLost, Text::tr("%1 closed the connection").arg(peer));
    default:
        return stage == SocketStage::Opening
            ? Error::make(ErrorKind::Refused, Text::tr("%1 cannot be reached: %2").arg(peer, socket.errorString()))
            : Error::make(ErrorKind::ConnectionLost,
                Text::tr("the connection with %1 was lost: %2").arg(peer, socket.errorString()));
    }
}

} // namespace rpc
