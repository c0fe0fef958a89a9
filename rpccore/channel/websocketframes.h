// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QByteArray>
#include <QString>

#include <array>
#include <variant>

namespace rpc {

/// What a frame of a WebSocket is (RFC 6455 section 5.2).
enum class WebSocketOpcode : quint8 {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
};

/// Which end of a WebSocket: clients mask what they send, servers do not (RFC 6455 section 5.1).
enum class WebSocketEnd : quint8 {
    Client,
    Server,
};

/// A whole message, or a control frame.
struct WebSocketMessage
{
    WebSocketOpcode opcode = WebSocketOpcode::Text; ///< never Continuation
    QByteArray payload; ///< unmasked; of a Text it is valid UTF-8
};

/// What the other end did that it may not.
struct WebSocketViolation
{
    int code = 1002; ///< to close with (RFC 6455 section 7.4.1)
    QString what; ///< in words
};

/// Why an end closes, as a close frame says it (RFC 6455 section 5.5.1).
struct WebSocketClose
{
    int code = 1005; ///< 1005: the frame names none
    QString reason; ///< for people; mostly empty
};

/// One frame that is a whole message, as \a sender has to send it. Client's masks come from the system's random
/// numbers.
RPCCORE_EXPORT QByteArray webSocketFrame(WebSocketEnd sender, WebSocketOpcode opcode, const QByteArray &payload);

/// The payload of a close frame; \a reason is cut at 123 bytes, between characters.
RPCCORE_EXPORT QByteArray webSocketClosePayload(int code, const QString &reason);
/// Takes such a payload apart.
RPCCORE_EXPORT std::variant<WebSocketClose, WebSocketViolation> readWebSocketClose(const QByteArray &payload);

/// Reads what the other end of a WebSocket sends, strictly (RFC 6455 section 5). Holds one message and the piece that
/// was appended last.
class RPCCORE_EXPORT WebSocketReader
{
public:
    /// For \a end, which this is. A message above \a messageBytes is a violation (1009), found by its length before it
    /// has come.
    WebSocketReader(WebSocketEnd end, qint64 messageBytes);

    void append(const QByteArray &bytes); ///< What came next.

    /// Nothing: more has to come.
    using Next = std::variant<std::monostate, WebSocketMessage, WebSocketViolation>;
    Next next(); ///< What is complete. After a violation nothing more can be read.

private:
    QByteArrayView rest() const { return QByteArrayView(m_bytes).sliced(m_at); }
    bool readFrameHead(); // false: it is not complete, or wrong
    Next needsMore();
    Next violation(int code, const QString &what);
    void takePayload();

    WebSocketEnd m_end;
    qint64 m_messageBytes;
    QByteArray m_bytes;
    qsizetype m_at = 0;
    std::variant<std::monostate, WebSocketViolation> m_wrong;
    // The frame
    bool m_isInFrame = false;
    bool m_isFinal = false;
    WebSocketOpcode m_opcode = WebSocketOpcode::Text;
    qint64 m_left = 0; // of its payload
    std::array<char, 4> m_mask {};
    int m_maskAt = 0;
    // The message that its frames make
    bool m_isInMessage = false;
    WebSocketOpcode m_kind = WebSocketOpcode::Text;
    QByteArray m_message;
    QByteArray m_control; // a control frame, which may come between the frames of a message
};

} // namespace rpc
