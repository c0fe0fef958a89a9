// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/messagechannel.h>
#include <rpccore/core/limits.h>

#include <variant>

namespace rpc {

/// How messages are told apart in a stream of bytes.
enum class Framing : quint8 {
    /// By what the other end sends first: a digit begins a netstring, a letter a header field, `<?xml` or `<method`
    /// XML, a brace or a bracket JSON, which stands on lines when a line feed follows it, and is ended by NUL when that
    /// follows. Until then, lines are sent.
    Detect,
    Newline, ///< a line each; read with LF and CR LF, written with LF; empty lines are skipped
    ContentLength, ///< header fields with a Content-Length, an empty line, the text; as in LSP
    Netstring, ///< length in digits, a colon, the text, a comma
    Bare, ///< nothing at all: a JSON text ends where it ends, an XML document with its root
    Nul, ///< U+0000 behind each; empty ones are skipped
};

/// "newline", "lsp", "netstring", "bare", "nul": as in the scheme of an address ("tcp+lsp"); empty for Detect.
RPCCORE_EXPORT QString framingName(Framing framing);
/// The other way round.
RPCCORE_EXPORT std::optional<Framing> framingFromName(QStringView name);

/// Puts \a body into \a framing; Detect writes lines. A line cannot hold line feeds: where JSON has them they are white
/// space, and become blanks; XML keeps them as references.
RPCCORE_EXPORT ChannelMessage framed(Framing framing, const QByteArray &body);

/// What is made of bytes that do not fit the framing.
enum class Misfits : quint8 {
    Refused, ///< they end the reading
    /// For programs that show a person what comes: they are given as ChannelMessage::Form::Text, a line at a time, and
    /// reading goes on behind them; where Framing::Detect was asked for, the framing is decided anew with each message,
    /// and what is written stays what was answered.
    Shown,
};

/// Takes messages out of a stream, whatever the pieces in which it comes. Linear in what comes. A byte order mark
/// before the first message belongs to it: to the text of JSON, else to the head.
class RPCCORE_EXPORT FrameReader
{
public:
    /// \a limits bounds the messages (bytes) and the header fields of Content-Length (headerBytes).
    explicit FrameReader(Framing framing, const Limits &limits = {}, Misfits misfits = Misfits::Refused);

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
    QByteArray unread() const { return m_buffer.mid(m_at); } ///< What is here of a message, or is none.
    QByteArray takeUnread(); ///< The same, when nothing more comes.

private:
    enum class Fit : quint8 { Yes, No, Unknown }; // Unknown: more has to come
    struct Again // the framing is known now
    {
    };
    using Step = std::variant<NeedsMore, ChannelMessage, Error, Again>;
    Step step();
    Step detect();
    Step nextOfAny();
    Step nextJsonOfAny();
    void found(Framing framing);
    Step nextLine();
    Step nextCounted();
    Step nextNetstring();
    Step nextBare();
    Step nextNul();
    Step misfit(const QString &what);
    Step takeText();
    bool showsMisfits() const noexcept { return m_misfits == Misfits::Shown; }
    std::optional<qsizetype> markAt(qsizetype at) const;
    Fit fitsHeader(qsizetype at) const;
    Fit fitsNetstring(qsizetype at) const;
    Fit fitsJson(qsizetype at) const;
    Fit fitsXml(qsizetype at) const;
    std::optional<qsizetype> endOfJson();
    std::optional<qsizetype> endOfXml();
    ChannelMessage take(qsizetype head, qsizetype body, qsizetype tail);
    Error broken(const QString &what);
    Error tooLarge();

    Framing m_framing;
    Misfits m_misfits;
    bool m_detects; // the framing was not named
    bool m_isDetected = false;
    bool m_isFirstTaken = false; // while detecting: JSON came, and what follows it has to be seen
    bool m_isBegin = true; // nothing was taken yet
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
    std::optional<qsizetype> m_cut; // Misfits::Shown: JSON that does not end has to end here, behind m_at
    enum class Xml : quint8 { Text, Begin, Tag, Quoted, Comment, Data, Instruction, Declaration };
    Xml m_xml = Xml::Text; // Bare: within an XML document
    char m_quote = 0;
    std::optional<Error> m_error;
};

} // namespace rpc
