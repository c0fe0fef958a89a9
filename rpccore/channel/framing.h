// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/messagechannel.h>
#include <rpccore/core/limits.h>

#include <variant>

namespace rpc {

/// How messages are told apart in a stream of bytes.
enum class Framing : quint8 {
    /// By what the other end sends first: a digit begins a netstring, a letter a header field, a brace or a bracket
    /// JSON, which stands on lines when a line feed follows it. Until then, lines are sent.
    Detect,
    Newline, ///< a line each; read with LF and CR LF, written with LF; empty lines are skipped
    ContentLength, ///< header fields with a Content-Length, an empty line, the text; as in LSP
    Netstring, ///< length in digits, a colon, the text, a comma
    Bare, ///< nothing at all: a JSON text ends where it ends
};

/// "newline", "lsp", "netstring", "bare": as in the scheme of an address ("tcp+lsp"); empty for Detect.
RPCCORE_EXPORT QString framingName(Framing framing);
/// The other way round.
RPCCORE_EXPORT std::optional<Framing> framingFromName(QStringView name);

/// Puts \a body into \a framing; Detect writes lines. A line cannot hold line feeds: where JSON has them they are white
/// space, and become blanks.
RPCCORE_EXPORT ChannelMessage framed(Framing framing, const QByteArray &body);

/// Takes messages out of a stream, whatever the pieces in which it comes. Linear in what comes.
class RPCCORE_EXPORT FrameReader
{
public:
    /// \a limits bounds the messages (bytes) and the header fields of Content-Length (headerBytes).
    explicit FrameReader(Framing framing, const Limits &limits = {});

    void append(const QByteArray &bytes); ///< More of the stream.

    /// The bytes that are here do not make a message yet.
    struct NeedsMore
    {
    };
    /// A message, NeedsMore, or why the stream cannot be read any further (LimitExceeded, InvalidAnswer).
    using Next = std::variant<NeedsMore, ChannelMessage, Error>;
    Next next(); ///< The next message of what was appended.

    /// The framing, as far as it is known by now: Detect until the other end has sent something.
    Framing framing() const noexcept { return m_framing; }
    bool isDetected() const noexcept { return m_isDetected; } ///< It was found by looking.
    /// Something of an unfinished message is here.
    bool isInMessage() const noexcept { return m_at < m_buffer.size(); }

private:
    Next detect();
    void found(Framing framing);
    Next nextLine();
    Next nextCounted();
    Next nextNetstring();
    Next nextBare();
    std::optional<qsizetype> endOfJson();
    ChannelMessage take(qsizetype head, qsizetype body, qsizetype tail);
    Error broken(const QString &what);
    Error tooLarge();

    Framing m_framing;
    bool m_isDetected = false;
    bool m_isFirstTaken = false; // while detecting: JSON came, and what follows it has to be seen
    qint64 m_limit;
    qsizetype m_headLimit;
    QByteArray m_buffer;
    qsizetype m_at = 0; // begin of the unread rest
    qsizetype m_looked = 0; // how far behind m_at it was looked at already
    std::optional<qsizetype> m_head; // Content-Length: bytes of the head that was read
    qint64 m_length = 0; // and what it says
    int m_depth = 0; // Bare: of brackets
    bool m_inString = false;
    bool m_escaped = false;
    std::optional<Error> m_error;
};

} // namespace rpc
