// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QByteArray>
#include <QStringList>

#include <variant>

namespace rpc {

struct WebSocketTarget;

/// What a client puts into its handshake (RFC 6455 section 4.1): 16 random bytes in base64.
RPCCORE_EXPORT QByteArray newWebSocketKey();
/// The value of Sec-WebSocket-Accept that answers \a key (RFC 6455 section 4.2.2).
RPCCORE_EXPORT QByteArray webSocketAccept(const QByteArray &key);

/// What of \a target cannot stand in a handshake, or would make another one of it; empty when nothing does.
RPCCORE_EXPORT QString unsendablePart(const WebSocketTarget &target);
/// The head that asks for a WebSocket.
RPCCORE_EXPORT QByteArray webSocketRequest(const WebSocketTarget &target, const QByteArray &key);
/// The head that agrees to one; \a subprotocol is empty when none was agreed on.
RPCCORE_EXPORT QByteArray webSocketAgreement(const QByteArray &key, const QString &subprotocol);

/// The server's agreement.
struct WebSocketAgreed
{
    qsizetype length = 0; ///< bytes of the head; what follows are frames
    QString subprotocol; ///< empty when none was agreed on
};

/// Reads what a server answers to webSocketRequest(): nothing while the head is not complete, the agreement, or why
/// there is none (HttpStatus, Unauthorized, Refused).
RPCCORE_EXPORT std::variant<std::monostate, WebSocketAgreed, Error> readWebSocketAnswer(
    const QByteArray &received, const WebSocketTarget &target, const QByteArray &key);

} // namespace rpc
