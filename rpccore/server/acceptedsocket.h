// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QSslConfiguration>
#include <QTcpSocket>
#include <QVariantMap>

#include <memory>
#include <optional>

namespace rpc {

/// The socket of a connection that a QTcpServer took; with \a tls, the handshake has begun. Null when the descriptor is
/// of no use.
RPCCORE_EXPORT std::unique_ptr<QTcpSocket> acceptedSocket(
    qintptr descriptor, const std::optional<QSslConfiguration> &tls);

/// What the certificate of a client says, for CallContext::attributes: "tls.subject", "tls.sha256". Empty without one
/// that is valid.
RPCCORE_EXPORT QVariantMap certificateAttributes(const QTcpSocket &socket);

} // namespace rpc
