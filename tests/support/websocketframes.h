// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

/// What WebSocket clients send, right or wrong, byte for byte (RFC 6455).
namespace websocketframes {

/// A frame with a mask. \a first is its whole first byte: FIN (0x80), the reserved bits (0x40, 0x20, 0x10) and the opcode
/// (0 for what continues a message, 1 text, 2 binary, 8 close, 9 ping, 10 pong); 0x81 is a text, all of it.
QByteArray frame(int first, const QByteArray &payload);
/// The same without a mask, as only a server may send it.
QByteArray unmaskedFrame(int first, const QByteArray &payload);

/// What is in a close frame.
QByteArray closePayload(int code, const QByteArray &reason = {});

/// A handshake that servers take; \a moreFields end with CR LF each.
QByteArray handshake(const QByteArray &moreFields = {}, const QByteArray &path = "/rpc");

} // namespace websocketframes
