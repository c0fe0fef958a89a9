// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>

#include <QByteArray>
#include <QElapsedTimer>
#include <QHostAddress>
#include <QObject>
#include <QTimer>
#include <QUrl>

#include <chrono>
#include <optional>

namespace rpc {

/// One message as it stood on the wire: its text, and what the framing put around it.
struct ChannelMessage
{
    QByteArray head; ///< before the text: "Content-Length: 44\r\n\r\n", "44:"; mostly empty
    QByteArray body; ///< the text, byte for byte
    QByteArray tail; ///< behind it: a line feed, a comma; mostly empty

    /// What a channel takes it for.
    enum class Form : quint8 {
        Message, ///< a message
        Binary, ///< a message in binary frames of a WebSocket
        Text, ///< what stood where a message should begin, and begins none; of tolerant streams only
    };
    Form form = Form::Message; ///< what the channel takes it for
};

/// How long the parts of opening a channel took, since open(); nothing for what did not happen.
struct ChannelPhases
{
    std::optional<std::chrono::microseconds> nameResolved; ///< the address of the host was known
    std::optional<std::chrono::microseconds> connected; ///< the connection was there, or the program was started
    std::optional<std::chrono::microseconds> encrypted; ///< TLS was up
    bool isTlsUnverified = false; ///< TLS without a look at the certificate
};

/// A connection that carries whole messages in both directions, and both ends may begin: a WebSocket, a stream with a
/// framing. Knows nothing of what the messages say. To be used in one thread.
class RPCCORE_EXPORT MessageChannel : public QObject
{
    Q_OBJECT

public:
    /// What a channel is doing.
    enum class State : quint8 {
        Closed, ///< nothing; the state at first, and after closed()
        Opening, ///< open() was called
        Open, ///< messages can be sent
        Closing, ///< close() was called
    };

    State state() const noexcept { return m_state; } ///< What it is doing now.

    /// Begins to connect; opened() or closed() follows, never from within. No effect unless Closed. A channel that was
    /// accepted by a server is Open from the begin and cannot be opened again.
    void open();
    /// Sends \a body as one message. Gives what goes out, or nothing when the channel is not Open.
    virtual std::optional<ChannelMessage> send(const QByteArray &body) = 0;
    /// Ends it in order: what was sent still goes out, as far as the other end takes it within a few seconds. closed()
    /// follows. \a code and \a reason (up to 123 bytes of UTF-8) are told over WebSocket (RFC 6455 section 7.4).
    void close(int code = 1000, const QString &reason = {});
    void abort(); ///< Ends it at once; closed() comes from within, unless it came already.
    /// Bytes that were sent and that the other end has not taken yet.
    virtual qint64 backlog() const = 0;
    /// While true nothing is read, so that the other end has to wait. False when the channel cannot do that.
    virtual bool setPaused(bool paused)
    {
        Q_UNUSED(paused)
        return false;
    }
    /// The other end has answered what was sent: it goes on being written the way it was, whatever the other end
    /// writes.
    virtual void setUnderstood() { }
    /// What came and is no message yet.
    virtual QByteArray unread() const { return {}; }
    /// How messages were written, and how else they may be, in a sentence; empty where there is one way only.
    virtual QString framingHint() const { return {}; }
    /// Why this end does not go on reading, or has closed it; nothing while all is well.
    const std::optional<Error> &verdict() const noexcept { return m_verdict; }
    /// The other end has closed its side: what is sent now can have no answer.
    virtual bool isLeft() const { return false; }
    /// The other end is told when it is left, and given a moment to agree, as the rules of WebSocket want it.
    virtual bool takesLeave() const { return false; }

    /// Where it leads, without what may be secret, as Trace::url; empty for an accepted one.
    virtual QUrl url() const = 0;
    virtual QString carriage() const = 0; ///< How messages are carried, in words; see Trace::carriage.
    virtual QHostAddress peerAddress() const { return {}; } ///< Of the other end; null when it has none.
    virtual quint16 peerPort() const { return 0; } ///< Of the other end; 0 when it has none.
    const ChannelPhases &phases() const noexcept { return m_phases; } ///< Of the last open().

Q_SIGNALS:
    void opened(); ///< Messages can be sent.
    void received(const rpc::ChannelMessage &message); ///< One complete message.
    /// A binary message of a WebSocket, which is none of JSON-RPC unless both ends agree that it is.
    void binaryReceived(const QByteArray &bytes);
    /// The other end sends nothing more, but may still read: what it asked can be answered before the channel is
    /// closed from this side.
    void inputEnded();
    /// It is closed, or could not be opened; once for each open(). Cancelled when this side wanted it.
    void closed(const rpc::Error &error);
    /// The other end has taken something: backlog() is smaller.
    void drained();
    /// What a child process wrote to its standard error.
    void standardError(const QByteArray &bytes);

protected:
    /// For subclasses, as all that follows. \a openTime is the limit on opening it, 0 = none.
    explicit MessageChannel(std::chrono::milliseconds openTime = {});

    virtual void forgetLast() { } ///< What the connection before left behind; within open().
    /// Starts what open() begins; becomeOpen() or ended() follows.
    virtual void connectNow() = 0;
    virtual void closeNow(int code, const QString &reason) = 0; ///< In order; ended() follows.
    virtual void abortDevice() = 0; ///< At once; ended() from within or not at all.
    virtual void takeRest() { } ///< The other end has gone: the last chance to read what it sent before.
    /// How long the other end has, after close(), to take what is left and to close on its side.
    virtual std::chrono::milliseconds closeTime() const { return std::chrono::seconds(5); }

    void beAccepted(); ///< It is open already, and cannot be opened again.
    void becomeOpen(); ///< Messages can be sent; emits opened().
    void setClosing(); ///< As close() does: what is left has closeTime().
    void ended(const Error &error); ///< It is over; emits closed() with the verdict, or else with \a error.
    /// Why this end does not go on; the first reason counts.
    void setVerdict(const Error &why);
    /// A reason was given.
    bool hasVerdict() const noexcept { return m_verdict.has_value(); }
    void setDeadline(std::chrono::milliseconds time); ///< abort() after \a time, unless it is over before.
    std::chrono::microseconds sinceOpen() const; ///< For ChannelPhases.

    State m_state = State::Closed; ///< set by open(), becomeOpen(), setClosing(), ended(); by destructors, to be quiet
    ChannelPhases m_phases; ///< filled in while it connects

private:
    void finish(const Error &error);

    std::chrono::milliseconds m_openTime;
    QElapsedTimer m_clock;
    QTimer m_deadline; // of opening, of closing, and where a subclass sets one
    std::optional<Error> m_verdict;
    quint64 m_openings = 0; // so far
    bool m_hasBegun = false; // to connect, since the last open()
    bool m_isAccepted = false;
};

} // namespace rpc

Q_DECLARE_METATYPE(rpc::ChannelMessage)
