// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "channelexchange.h"

#include "channeltransport.h"

#include <QCoreApplication>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

constexpr qsizetype mostStrays = 64 * 1024; // bytes that are kept of them

// As much as a sentence can hold.
QString excerpt(const QByteArray &bytes)
{
    constexpr qsizetype most = 160; // characters
    QString text = QString::fromUtf8(bytes.left(4 * most)).trimmed();
    const bool isCut = text.size() > most || bytes.size() > 4 * most;
    text.truncate(most);
    for (QChar &c : text) {
        if (c < u' ')
            c = QChar(char16_t(0x2400 + c.unicode())); // its picture
        else if (!c.isPrint() && !c.isSurrogate())
            c = QChar::ReplacementCharacter;
    }
    return isCut ? QString(text % u'\u2026') : text;
}

} // namespace

ChannelExchange::ChannelExchange(ChannelTransport &transport, const QByteArray &body, std::chrono::milliseconds timeout)
    : m_transport(&transport)
{
    m_trace.url = transport.channel().url();
    m_trace.requestBody = body;
    m_trace.carriage = transport.channel().carriage();
    m_trace.started = QDateTime::currentDateTime();
    m_clock.start();
    if (timeout.count() > 0) {
        m_timer.setSingleShot(true);
        connect(&m_timer, &QTimer::timeout, this, [this, timeout] {
            end(Error::make(ErrorKind::Timeout,
                isSent() ? Text::tr("no answer within %1").arg(durationText(timeout))
                    : m_transport && m_transport->isOpen()
                    ? Text::tr("the answers to the calls before were not there within %1; nothing was sent")
                          .arg(durationText(timeout))
                    : Text::tr("there was no connection within %1; nothing was sent").arg(durationText(timeout))));
        });
        m_timer.start(timeout);
    }
}

ChannelExchange::~ChannelExchange()
{
    if (m_transport && !m_done)
        m_transport->forget(*this);
}

void ChannelExchange::cancel() { end(Error::make(ErrorKind::Cancelled, QStringLiteral("cancelled"))); }

void ChannelExchange::onSent(const ChannelMessage &message, const MessageChannel &channel, bool openedForIt)
{
    m_trace.requestHead = message.head;
    m_trace.requestBody = message.body;
    m_trace.requestTail = message.tail;
    m_trace.carriage = channel.carriage();
    m_trace.sent = now();
    if (openedForIt) {
        m_trace.nameResolved = channel.phases().nameResolved;
        m_trace.connecting = Trace::Microseconds(0);
        m_trace.connected = channel.phases().connected;
        m_trace.encrypted = channel.phases().encrypted;
    }
    m_trace.isTlsUnverified = channel.phases().isTlsUnverified;
    m_strays.clear();
    m_strayBytes = 0;
    if (!expectsAnswer) // not from within send()
        QMetaObject::invokeMethod(this, &ChannelExchange::complete, Qt::QueuedConnection);
}

void ChannelExchange::arrive(const ChannelMessage &message, const QString &carriage)
{
    if (m_done)
        return;
    m_trace.responseHead = message.head;
    m_trace.responseBody = message.body;
    m_trace.responseTail = message.tail;
    if (message.form == ChannelMessage::Form::Binary)
        note(&m_trace.findings, Rule::WebSocketBinaryMessage, Text::tr("The answer came in a binary message."));
    if (message.head.startsWith("\xEF\xBB\xBF"))
        note(&m_trace.findings, Rule::StreamByteOrderMark,
            Text::tr("A byte order mark stands before the header of the answer."));
    m_trace.carriage = carriage; // the framing may have been found by looking at this
    m_trace.firstByte = now();
    complete();
}

void ChannelExchange::addStray(const QByteArray &bytes)
{
    if (m_strays.size() < mostStrays)
        m_strays += bytes.left(mostStrays - m_strays.size());
    m_strayBytes += bytes.size();
}

// What came instead of an answer, and how the question was written: it may be that the other end could not read it.
void ChannelExchange::showStrays(Error &error)
{
    if (!m_transport || !isSent() || error.kind == ErrorKind::Cancelled)
        return;
    const MessageChannel &channel = m_transport->channel();
    if (error.kind == ErrorKind::Timeout)
        addStray(channel.unread());
    m_trace.responseBody = m_strays;
    const QString hint = error.kind == ErrorKind::Timeout ? channel.framingHint() : QString();
    if (isEchoed)
        error.message = Text::tr("%1; what was sent came back").arg(error.message);
    if (m_strayBytes > 0)
        error.message = Text::tr("%1; %2 came that are no answer: \"%3\"")
                            .arg(error.message, sizeText(m_strayBytes), excerpt(m_strays));
    else if (!hint.isEmpty())
        error.message = Text::tr("%1; nothing came back").arg(error.message);
    if (!hint.isEmpty())
        error.message += u"; " % hint;
}

void ChannelExchange::end(const Error &error)
{
    if (m_done)
        return;
    m_error = error;
    showStrays(*m_error);
    complete();
}

void ChannelExchange::complete()
{
    if (m_done)
        return;
    m_done = true;
    m_timer.stop();
    m_trace.complete = now();
    if (m_transport)
        m_transport->forget(*this);
    Q_EMIT finished();
}

} // namespace rpc
