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

} // namespace

StreamChannel::StreamChannel(Framing framing, const Limits &limits, std::chrono::milliseconds openTime)
    : MessageChannel(openTime)
    , m_reader(framing, limits)
    , m_wanted(framing)
    , m_limits(limits)
{
    m_messageDeadline.setSingleShot(true);
    connect(&m_messageDeadline, &QTimer::timeout, this, [this] {
        setVerdict(Error::make(ErrorKind::Timeout, Text::tr("a message was begun and did not come to its end")));
        abort();
    });
}

void StreamChannel::forgetLast()
{
    m_reader = FrameReader(m_wanted, m_limits, m_misfits);
    m_isUnderstood = false;
    m_isPaused = false;
    m_isBroken = false;
    m_messageDeadline.stop();
}

std::optional<ChannelMessage> StreamChannel::send(const QByteArray &body)
{
    if (m_state != State::Open)
        return std::nullopt;
    m_lastWritten = writtenFraming();
    if (m_lastWritten == Framing::Detect) // an XML document shows its end, and is not made a line of
        m_lastWritten = body.trimmed().startsWith('<') ? Framing::Bare : Framing::Newline;
    ChannelMessage message = framed(m_lastWritten, body);
    if (m_lastWritten == Framing::Bare && m_wanted == Framing::Detect)
        message.tail = QByteArrayLiteral("\n"); // whoever reads lines needs it, to others it is white space
    QIODevice &out = *device();
    for (const QByteArray &part : { message.head, message.body, message.tail }) {
        if (!part.isEmpty())
            out.write(part);
    }
    return message;
}

// What is written may be another framing than what is read: what was answered once is written again. A program that
// shows nothing writes what it reads, as it always did.
Framing StreamChannel::writtenFraming() const
{
    if (m_wanted != Framing::Detect)
        return m_wanted;
    return m_isUnderstood && m_misfits == Misfits::Shown ? m_lastWritten : framing();
}

void StreamChannel::setUnderstood() { m_isUnderstood = true; }

void StreamChannel::setMisfits(Misfits misfits)
{
    m_misfits = misfits;
    if (m_state == State::Closed)
        m_reader = FrameReader(m_wanted, m_limits, m_misfits);
}

void StreamChannel::closeNow(int, const QString &)
{
    if (m_isBroken && backlog() == 0)
        return abort(); // the other end is not asked to agree
    closeDevice();
}

void StreamChannel::takeRest()
{
    m_isPaused = false;
    const QPointer<StreamChannel> alive(this);
    read();
    if (!alive || m_misfits == Misfits::Refused || m_isBroken || m_isReading)
        return;
    // The last line has no end.
    if (ChannelMessage rest { {}, m_reader.takeUnread(), {} }; !rest.body.trimmed().isEmpty()) {
        rest.form = framing() == Framing::Newline && rest.body.startsWith('{') ? ChannelMessage::Form::Message
                                                                               : ChannelMessage::Form::Text;
        Q_EMIT received(rest);
    }
}

bool StreamChannel::setPaused(bool paused)
{
    if (m_isPaused && !paused)
        QMetaObject::invokeMethod(this, &StreamChannel::read, Qt::QueuedConnection);
    m_isPaused = paused;
    return true;
}

// The stream cannot be read any further. What was asked before is still answered, within the time for a message.
void StreamChannel::endReading(const Error &why)
{
    const bool wasWell = !hasVerdict() && m_state == State::Open;
    setVerdict(why);
    if (!wasWell)
        return abort();
    m_isBroken = true;
    m_messageDeadline.stop();
    setDeadline(m_limits.bodyTime);
    Q_EMIT inputEnded();
}

void StreamChannel::inputOver()
{
    m_isInputOver = true;
    read();
}

// A socket that was reset is closed before it tells so.
QByteArray StreamChannel::takeAll()
{
    QIODevice *const in = device();
    return in && in->isOpen() ? in->readAll() : QByteArray();
}

void StreamChannel::read()
{
    if (m_isBroken) {
        takeAll(); // left where it is, it would make the kernel take the last answers back
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
        } else if (const auto *error = std::get_if<Error>(&next)) {
            m_isReading = false;
            return endReading(*error);
        } else {
            const QByteArray more = takeAll();
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
    case Framing::Nul:
        return m_reader.isDetected() ? Text::tr("a NUL behind each message (seen in what the other end sent)")
                                     : Text::tr("a NUL behind each message");
    case Framing::Bare:
        return m_reader.isDetected() ? Text::tr("messages with nothing between them (seen in what the other end sent)")
                                     : Text::tr("messages with nothing between them");
    case Framing::Detect:
        break;
    }
    return Text::tr("one line a message, until the other end shows how it does it");
}

QString StreamChannel::framingHint() const
{
    if (m_isUnderstood)
        return {};
    const QString scheme = url().scheme();
    const auto written = [](Framing framing) {
        switch (framing) {
        case Framing::ContentLength:
            return Text::tr("Content-Length before each message");
        case Framing::Netstring:
            return Text::tr("netstrings");
        case Framing::Bare:
            return Text::tr("messages with nothing between them");
        case Framing::Nul:
            return Text::tr("a NUL behind each message");
        case Framing::Detect:
        case Framing::Newline:
            break;
        }
        return Text::tr("one line a message");
    }(m_lastWritten);
    if (m_wanted == Framing::Detect && m_reader.isDetected() && framing() != m_lastWritten)
        return Text::tr("it was written with %1, as no framing was named, and %2+%3: is what the other end does")
            .arg(written, scheme, framingName(framing()));
    if (m_wanted == Framing::Detect)
        return Text::tr("it was written with %1, as no framing was named: a language server or a debug adapter wants "
                        "%2+lsp:, others %2+netstring:, %2+nul: or %2+bare:")
            .arg(written, scheme);
    return Text::tr("it was written with %1, as %2+%3: says; others want %4")
        .arg(written, scheme, framingName(m_wanted), [&] {
            QStringList others { QString(scheme % u':') };
            for (const Framing framing :
                { Framing::ContentLength, Framing::Newline, Framing::Netstring, Framing::Nul, Framing::Bare }) {
                if (framing != m_wanted)
                    others.append(QString(scheme % u'+' % framingName(framing) % u':'));
            }
            return others.join(QStringLiteral(", "));
        }());
}

} // namespace rpc
