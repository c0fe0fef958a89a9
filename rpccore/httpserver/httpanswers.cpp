// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httpconnection.h"

#include "connectiongate.h"

#include <QSslSocket>
#include <QTcpSocket>

#ifdef Q_OS_LINUX
#include <sys/socket.h>
#endif

// How a connection writes its answers, and how much of them may wait.

namespace rpc {

namespace {

constexpr qint64 writeAhead = 256 * 1024; // bytes of answers that may wait unsent when the next request is taken
constexpr std::chrono::milliseconds closeTime { 2000 }; // for the client to close its side after the last byte
constexpr std::chrono::milliseconds lingerTime { 300 }; // to take in what is still being sent after a refusal

// Straight to the kernel, and how much it took. QAbstractSocket would switch its write notifier on and off for every
// answer, and each time the event loop is woken up for that: three system calls for one.
qsizetype sendNow(const QTcpSocket &socket, QByteArrayView bytes)
{
#ifdef Q_OS_LINUX
    const auto count
        = ::send(int(socket.socketDescriptor()), bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL | MSG_DONTWAIT);
    return qMax<qsizetype>(0, count);
#else
    Q_UNUSED(socket)
    Q_UNUSED(bytes)
    return 0;
#endif
}

} // namespace

void HttpConnection::send(const QByteArray &bytes)
{
    const qsizetype sent = m_isPlain && m_socket->bytesToWrite() == 0 ? sendNow(*m_socket, bytes) : 0;
    if (sent == bytes.size())
        return;
    m_socket->write(sent == 0 ? bytes : bytes.sliced(sent)); // also finds out what was wrong
    m_socket->flush(); // now: a client that has closed its sending side is taken for gone a moment later
    countUnsent();
}

QByteArray HttpConnection::bodySent(const HttpResponse &response) const
{
    return m_head.method == "HEAD" || response.status == 204 ? QByteArray() : response.body;
}

QByteArray HttpConnection::write(const HttpResponse &response, bool keepAlive)
{
    keepAlive = keepAlive && !m_isHalfClosed;
    constexpr qsizetype small = 16 * 1024; // to be copied behind the head, so that there is one packet
    const QByteArray body = bodySent(response);
    const bool isJoined = body.size() <= small;
    QByteArray head = response.head(keepAlive, isJoined ? body.size() : 0);
    const qsizetype headSize = head.size();
    endRequest();
    m_phase = keepAlive ? Phase::Head : Phase::Closing;
    // Nothing of the request is kept while the connection idles.
    m_body.reset();
    m_requestBody.clear();
    m_headBytes.clear();
    m_head = {};
    if (!keepAlive || unread().isEmpty()) {
        m_buffer.clear();
        m_at = 0;
    }
    asked = nullptr;
    if (keepAlive)
        setDeadline(m_gate.limits().idleTime);
    if (m_isHalfClosed) {
        setDeadline(m_gate.limits().idleTime);
        m_lastAnswer.write(head + body, [this] { end(); });
        return head;
    }
    if (isJoined) {
        head += body;
        send(head);
        head.truncate(headSize);
    } else {
        m_socket->write(head);
        send(body);
    }
    if (keepAlive)
        return head;
    // After a refusal the client may still be sending: with unread bytes the kernel would reset the connection, and the
    // client might never see the answer. So what comes is taken in for a moment, until onDeadline().
    if (m_mayStillSend)
        setDeadline(lingerTime);
    else
        closeSocket();
    return head;
}

// With TLS, what is encrypted already has not been taken either.
qint64 HttpConnection::unsent() const
{
    if (m_isPlain)
        return m_socket->bytesToWrite();
    return m_socket->bytesToWrite() + static_cast<const QSslSocket *>(m_socket)->encryptedBytesToWrite();
}

void HttpConnection::countUnsent()
{
    const qint64 now = m_socket ? unsent() : 0;
    if (now != m_unsent)
        m_gate.addUnsent(now - std::exchange(m_unsent, now));
}

// Who takes its answers is served whatever the others leave behind.
bool HttpConnection::mayAnswerMore()
{
    const qint64 own = unsent();
    return own == 0 || (own <= qMin(writeAhead, m_gate.limits().backlog) && m_gate.hasRoom());
}

void HttpConnection::closeSocket()
{
    setDeadline(unsent() > 0 ? m_gate.limits().idleTime : closeTime);
    m_socket->disconnectFromHost(); // after the last byte
}

// The client takes its answer: it has time for the rest.
void HttpConnection::onBytesWritten()
{
    countUnsent();
    const bool isWaiting = m_unsent > 0;
    if (m_phase == Phase::Closing && m_socket->state() == QAbstractSocket::ClosingState)
        return setDeadline(isWaiting ? m_gate.limits().idleTime : closeTime);
    if (m_phase != Phase::Head || m_isProcessing)
        return;
    if (isWaiting && m_scanned == 0)
        setDeadline(m_gate.limits().idleTime);
    if (mayAnswerMore() && hasMore())
        readSoon();
}

} // namespace rpc
