// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "messagechannel.h"

#include <QCoreApplication>
#include <QPointer>

namespace rpc {

MessageChannel::MessageChannel(std::chrono::milliseconds openTime)
    : m_openTime(openTime)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        if (m_state == State::Opening)
            setVerdict(Error::make(ErrorKind::Timeout,
                tr("%1 could not be opened within %2 ms").arg(url().toString()).arg(m_openTime.count())));
        abort();
    });
}

void MessageChannel::open()
{
    if (m_state != State::Closed || m_isAccepted)
        return;
    m_state = State::Opening;
    ++m_openings;
    m_hasBegun = false;
    m_verdict.reset();
    m_phases = {};
    m_clock.start();
    if (m_openTime.count() > 0)
        m_deadline.start(m_openTime);
    forgetLast();
    QMetaObject::invokeMethod(
        this,
        [this, opening = m_openings] {
            if (m_state != State::Opening || opening != m_openings)
                return;
            m_hasBegun = true;
            connectNow();
        },
        Qt::QueuedConnection);
}

void MessageChannel::beAccepted()
{
    m_isAccepted = true;
    m_state = State::Open;
}

void MessageChannel::becomeOpen()
{
    m_deadline.stop();
    m_state = State::Open;
    Q_EMIT opened();
}

void MessageChannel::close(int code, const QString &reason)
{
    if (m_state == State::Closed || m_state == State::Closing)
        return;
    setVerdict(Error::make(ErrorKind::Cancelled, tr("the connection was closed")));
    if (m_state == State::Opening) { // not from within
        QMetaObject::invokeMethod(
            this,
            [this, opening = m_openings] {
                if (opening == m_openings)
                    abort();
            },
            Qt::QueuedConnection);
        return;
    }
    setClosing();
    closeNow(code, reason);
}

void MessageChannel::setClosing()
{
    m_state = State::Closing;
    m_deadline.start(closeTime());
}

void MessageChannel::abort()
{
    if (m_state == State::Closed)
        return;
    setVerdict(Error::make(ErrorKind::Cancelled, tr("the connection was closed")));
    const QPointer<MessageChannel> alive(this);
    const auto opening = m_openings; // closed() may open it again
    abortDevice();
    if (alive && opening == m_openings)
        finish(*m_verdict);
}

void MessageChannel::ended(const Error &error)
{
    if (m_state != State::Opening || m_hasBegun) // else it is the connection before that tells of its end
        finish(error);
}

void MessageChannel::finish(const Error &error)
{
    if (m_state == State::Closed)
        return;
    const Error why = error; // it may be what is about to change
    const QPointer<MessageChannel> alive(this);
    if (m_state == State::Open && !m_verdict) {
        takeRest();
        if (!alive || m_state == State::Closed)
            return;
    }
    m_deadline.stop();
    m_state = State::Closed;
    Q_EMIT closed(m_verdict.value_or(why));
}

void MessageChannel::setVerdict(const Error &why)
{
    if (!m_verdict)
        m_verdict = why;
}

void MessageChannel::setDeadline(std::chrono::milliseconds time) { m_deadline.start(time); }

std::chrono::microseconds MessageChannel::sinceOpen() const
{
    return std::chrono::microseconds(m_clock.isValid() ? m_clock.nsecsElapsed() / 1000 : 0);
}

} // namespace rpc
