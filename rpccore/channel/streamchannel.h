// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/framing.h>

#include <QElapsedTimer>
#include <QTimer>

class QIODevice;

namespace rpc {

/// Messages over a stream of bytes, told apart by a framing.
class RPCCORE_EXPORT StreamChannel : public MessageChannel
{
    Q_OBJECT

public:
    void open() override;
    std::optional<ChannelMessage> send(const QByteArray &body) override;
    void close(int code = 1000, const QString &reason = {}) override;
    void abort() override;
    bool setPaused(bool paused) override;
    QString carriage() const override;

    /// The framing, as far as it is known by now.
    Framing framing() const noexcept { return m_reader.framing(); }

protected:
    /// For subclasses. \a openTime is the limit on open(), 0 = none.
    StreamChannel(Framing framing, const Limits &limits, std::chrono::milliseconds openTime);

    /// Starts what open() begins; opened() or ended() follows later, not from within.
    virtual void connectNow() = 0;
    virtual QIODevice *device() = 0; ///< null when there is none
    virtual void closeDevice() = 0; ///< in order; ended() follows
    virtual void abortDevice() = 0; ///< at once; ended() from within or not at all

    /// How long the other end has, after close(), to take what is left and to close on its side.
    virtual std::chrono::milliseconds closeTime() const { return std::chrono::seconds(5); }

    void becomeOpen(); ///< for subclasses: the device can be written to
    /// For subclasses: it is over. What the device still holds is read first.
    void ended(Error error);
    void read(); ///< for subclasses: the device has something
    void inputOver(); ///< for subclasses: the device gets nothing more; inputEnded() follows when everything was taken
    /// For servers: a message that was begun has to be complete within \a time, else the channel ends.
    void setMessageTime(std::chrono::milliseconds time) { m_messageTime = time; }
    std::chrono::microseconds sinceOpen() const; ///< for ChannelPhases

private:
    void endReading(Error why);

    FrameReader m_reader;
    Framing m_wanted;
    Limits m_limits;
    QElapsedTimer m_clock;
    QTimer m_deadline; // of opening, of closing, and of the last answers when the stream cannot be read any further
    QTimer m_messageDeadline;
    std::chrono::milliseconds m_openTime;
    std::chrono::milliseconds m_messageTime { 0 };
    std::optional<Error> m_verdict; // why this side ends it
    bool m_isPaused = false;
    bool m_isReading = false;
    bool m_isInputOver = false; // and not told yet
    bool m_isBroken = false; // the stream cannot be read any further
};

} // namespace rpc
