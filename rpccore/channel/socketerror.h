// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QList>
#include <QSslError>

class QAbstractSocket;

namespace rpc {

/// How far a connection has come.
enum class SocketStage : quint8 {
    Opening, ///< connecting, or the handshake of TLS
    Open,
};

/// Why \a socket cannot be used (any more), for a person. \a host is what was looked up, \a peer what the other end is
/// called; \a errors are what was wrong with its certificate.
Error socketError(const QAbstractSocket &socket, const QString &host, const QString &peer, SocketStage stage,
    const QList<QSslError> &errors);

} // namespace rpc
