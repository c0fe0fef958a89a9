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
    m_trace.carriage = carriage; // the framing may have been found by looking at this
    m_trace.firstByte = now();
    complete();
}

void ChannelExchange::end(const Error &error)
{
    if (m_done)
        return;
    m_error = error;
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
