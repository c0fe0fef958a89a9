// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QHostAddress>
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

/// Tells hosts apart, for Limits::connectionsPerHost: an IPv4 address, or the /64 that an IPv6 client can choose its
/// address from. 0 for a connection without an address.
RPCCORE_EXPORT quint64 hostKey(const QHostAddress &address);

/// What the certificate of a client says, for CallContext::attributes: "tls.subject", "tls.sha256". Empty without one
/// that is valid.
RPCCORE_EXPORT QVariantMap certificateAttributes(const QTcpSocket &socket);

} // namespace rpc
