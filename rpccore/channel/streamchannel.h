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
    std::optional<ChannelMessage> send(const QByteArray &body) override;
    bool setPaused(bool paused) override;
    QString carriage() const override;

    void setUnderstood() override;
    QByteArray unread() const override { return m_reader.unread(); }
    QString framingHint() const override;

    /// The framing of what comes, as far as it is known by now.
    Framing framing() const noexcept { return m_reader.framing(); }
    /// What becomes of bytes that do not fit the framing, from the next open() on; Refused at first.
    void setMisfits(Misfits misfits);

protected:
    /// For subclasses. \a openTime is the limit on open(), 0 = none.
    StreamChannel(Framing framing, const Limits &limits, std::chrono::milliseconds openTime);

    virtual QIODevice *device() = 0; ///< null when there is none
    virtual void closeDevice() = 0; ///< in order; ended() follows

    void forgetLast() override;
    void closeNow(int code, const QString &reason) override;
    void takeRest() override;
    void read(); ///< for subclasses: the device has something
    void inputOver(); ///< for subclasses: the device gets nothing more; inputEnded() follows when everything was taken
    const Limits &limits() const noexcept { return m_limits; } ///< As given.
    /// For servers: a message that was begun has to be complete within \a time, else the channel ends.
    void setMessageTime(std::chrono::milliseconds time) { m_messageTime = time; }

private:
    QByteArray takeAll();
    void endReading(const Error &why);
    Framing writtenFraming() const;

    FrameReader m_reader;
    Framing m_wanted;
    Misfits m_misfits = Misfits::Refused;
    Framing m_lastWritten = Framing::Newline;
    bool m_isUnderstood = false; // what was written as m_lastWritten
    Limits m_limits;
    QTimer m_messageDeadline;
    std::chrono::milliseconds m_messageTime { 0 };
    bool m_isPaused = false;
    bool m_isReading = false;
    bool m_isInputOver = false; // and not told yet
    bool m_isBroken = false; // the stream cannot be read any further
};

} // namespace rpc
