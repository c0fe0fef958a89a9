// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "streamchannel.h"

#include <QCoreApplication>
#include <QIODevice>
#include <QPointer>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

Error cancelled() { return Error::make(ErrorKind::Cancelled, Text::tr("the connection was closed")); }

} // namespace

StreamChannel::StreamChannel(Framing framing, const Limits &limits, std::chrono::milliseconds openTime)
    : m_reader(framing, limits)
    , m_wanted(framing)
    , m_limits(limits)
    , m_openTime(openTime)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        if (m_state == State::Opening)
            m_verdict = Error::make(ErrorKind::Timeout,
                Text::tr("%1 could not be opened within %2 ms").arg(url().toString()).arg(m_openTime.count()));
        abort();
    });
    m_messageDeadline.setSingleShot(true);
    connect(&m_messageDeadline, &QTimer::timeout, this, [this] {
        m_verdict = Error::make(ErrorKind::Timeout, Text::tr("a message was begun and did not come to its end"));
        abort();
    });
}

void StreamChannel::open()
{
    if (m_state != State::Closed)
        return;
    m_state = State::Opening;
    m_verdict.reset();
    m_reader = FrameReader(m_wanted, m_limits);
    m_phases = {};
    m_isPaused = false;
    m_isBroken = false;
    m_clock.start();
    if (m_openTime.count() > 0)
        m_deadline.start(m_openTime);
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (m_state == State::Opening)
                connectNow();
        },
        Qt::QueuedConnection);
}

void StreamChannel::becomeOpen()
{
    m_deadline.stop();
    m_state = State::Open;
    Q_EMIT opened();
}

std::chrono::microseconds StreamChannel::sinceOpen() const
{
    return std::chrono::microseconds(m_clock.isValid() ? m_clock.nsecsElapsed() / 1000 : 0);
}

std::optional<ChannelMessage> StreamChannel::send(const QByteArray &body)
{
    if (m_state != State::Open)
        return std::nullopt;
    const ChannelMessage message = framed(framing(), body);
    QIODevice &out = *device();
    for (const QByteArray &part : { message.head, message.body, message.tail }) {
        if (!part.isEmpty())
            out.write(part);
    }
    return message;
}

void StreamChannel::close(int, const QString &)
{
    if (m_state == State::Closed || m_state == State::Closing)
        return;
    if (!m_verdict)
        m_verdict = cancelled();
    if (m_isBroken && backlog() == 0)
        return abort(); // the other end is not asked to agree
    if (m_state == State::Opening) { // not from within
        QMetaObject::invokeMethod(this, &StreamChannel::abort, Qt::QueuedConnection);
        return;
    }
    m_state = State::Closing;
    m_deadline.start(closeTime());
    closeDevice();
}

void StreamChannel::abort()
{
    if (m_state == State::Closed)
        return;
    if (!m_verdict)
        m_verdict = cancelled();
    const QPointer<StreamChannel> alive(this);
    abortDevice();
    if (alive)
        ended(*m_verdict);
}

void StreamChannel::ended(Error error)
{
    if (m_state == State::Closed)
        return;
    const QPointer<StreamChannel> alive(this);
    if (m_state == State::Open && !m_verdict) {
        m_isPaused = false;
        read(); // what came before the end
        if (!alive || m_state == State::Closed)
            return;
    }
    m_deadline.stop();
    m_messageDeadline.stop();
    m_state = State::Closed;
    Q_EMIT closed(m_verdict.value_or(std::move(error)));
}

bool StreamChannel::setPaused(bool paused)
{
    if (m_isPaused && !paused)
        QMetaObject::invokeMethod(this, &StreamChannel::read, Qt::QueuedConnection);
    m_isPaused = paused;
    return true;
}

// The stream cannot be read any further. What was asked before is still answered, within the time for a message.
void StreamChannel::endReading(Error why)
{
    if (m_verdict || m_state != State::Open) {
        if (!m_verdict)
            m_verdict = std::move(why);
        return abort();
    }
    m_verdict = std::move(why);
    m_isBroken = true;
    m_messageDeadline.stop();
    m_deadline.start(m_limits.bodyTime);
    Q_EMIT inputEnded();
}

void StreamChannel::inputOver()
{
    m_isInputOver = true;
    read();
}

void StreamChannel::read()
{
    if (m_isBroken) {
        if (QIODevice *const in = device())
            in->readAll(); // left where it is, it would make the kernel take the last answers back
        return;
    }
    if (m_isReading || m_isPaused || (m_state != State::Open && m_state != State::Closing))
        return;
    m_isReading = true;
    bool hasTaken = false;
    const QPointer<StreamChannel> alive(this);
    for (;;) {
        FrameReader::Next next = m_reader.next();
        if (const auto *message = std::get_if<ChannelMessage>(&next)) {
            hasTaken = true;
            Q_EMIT received(*message);
            if (!alive)
                return;
            if (m_isPaused || m_state == State::Closed)
                break;
        } else if (auto *error = std::get_if<Error>(&next)) {
            m_isReading = false;
            return endReading(std::move(*error));
        } else {
            const QByteArray more = device() ? device()->readAll() : QByteArray();
            if (more.isEmpty())
                break;
            m_reader.append(more);
        }
    }
    m_isReading = false;
    if (hasTaken || m_messageTime.count() == 0 || !m_reader.isInMessage() || m_isPaused)
        m_messageDeadline.stop(); // also for a client that is never seen between two messages
    if (m_messageTime.count() > 0 && m_reader.isInMessage() && !m_isPaused && !m_messageDeadline.isActive())
        m_messageDeadline.start(m_messageTime);
    if (!m_isPaused && m_state == State::Open && std::exchange(m_isInputOver, false))
        Q_EMIT inputEnded();
}

QString StreamChannel::carriage() const
{
    switch (framing()) {
    case Framing::Newline:
        return m_reader.isDetected() ? Text::tr("one line a message (seen in what the other end sent)")
                                     : Text::tr("one line a message");
    case Framing::ContentLength:
        return m_reader.isDetected() ? Text::tr("Content-Length before each message (seen in what the other end sent)")
                                     : Text::tr("Content-Length before each message");
    case Framing::Netstring:
        return m_reader.isDetected() ? Text::tr("netstrings (seen in what the other end sent)")
                                     : Text::tr("netstrings");
    case Framing::Bare:
        return m_reader.isDetected()
            ? Text::tr("JSON texts with nothing between them (seen in what the other end sent)")
            : Text::tr("JSON texts with nothing between them");
    case Framing::Detect:
        break;
    }
    return Text::tr("one line a message, until the other end shows how it does it");
}

} // namespace rpc
