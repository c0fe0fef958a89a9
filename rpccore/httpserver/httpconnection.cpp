// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httpconnection.h"

#include "connectiongate.h"

#include <rpccore/server/acceptedsocket.h>

#include <QSslSocket>
#include <QTcpSocket>

namespace rpc {

namespace {

constexpr qint64 readAhead = 256 * 1024; // bytes that may wait in the socket while a request is being answered
constexpr std::chrono::milliseconds halfClosedTime { 2000 }; // for the answer that is under way
constexpr std::chrono::milliseconds newTime { 500 }; // for the first request of a connection, when the server stops
constexpr int requestsInARow = 16; // that were sent ahead, before other connections have their turn
constexpr std::chrono::milliseconds timeInARow { 1 }; // likewise

QString nextId()
{
    static std::atomic<quint64> last = 0;
    return u"http-" % QString::number(++last);
}

} // namespace

HttpConnection::HttpConnection(QTcpSocket *socket, ConnectionGate &gate)
    : QObject(&gate)
    , m_socket(socket)
    , m_gate(gate)
    , m_id(nextId())
    , m_peer(socket->peerAddress())
    , m_peerPort(socket->peerPort())
    , m_isPlain(!qobject_cast<QSslSocket *>(socket))
    , m_token(std::make_shared<CallToken>())
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(readAhead);
    connect(m_socket, &QTcpSocket::readyRead, this, &HttpConnection::read);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &HttpConnection::onBytesWritten);
    connect(m_socket, &QTcpSocket::disconnected, this, &HttpConnection::onDisconnected);
    if (auto *tls = qobject_cast<QSslSocket *>(m_socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &HttpConnection::onBytesWritten);
    setDeadline(m_gate.limits().headerTime); // a new connection has something to say; TLS has to be agreed upon, too
}

HttpConnection::~HttpConnection()
{
    m_token->cancel();
    endRequest();
    if (m_isHalfClosed)
        m_gate.removeHalfClosed(this);
    m_gate.addUnsent(-m_unsent);
    if (m_socket)
        m_socket->disconnect(this);
    m_gate.forget(this);
}

std::chrono::microseconds HttpConnection::sinceRequest() const
{
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - m_requestTime);
}

const QVariantMap &HttpConnection::attributes()
{
    if (!m_attributes)
        m_attributes = certificateAttributes(*m_socket);
    return *m_attributes;
}

void HttpConnection::setDeadline(std::chrono::milliseconds fromNow)
{
    m_deadline = ConnectionGate::now() + fromNow.count();
    m_gate.wakeAt(m_deadline);
}

void HttpConnection::read()
{
    if (m_isProcessing || m_isWaiting || m_phase == Phase::Released || !m_socket->isOpen())
        return;
    if (m_phase == Phase::Closing) {
        m_socket->skip(m_socket->bytesAvailable());
        return;
    }
    // What is here already comes first; more is taken only when it does not do. So whatever a client sends ahead waits
    // in the socket and then in the kernel. The same for a client that does not take its answers.
    if (m_phase == Phase::Answering || (m_phase == Phase::Head && !mayAnswerMore()))
        return;
    const auto token = m_token;
    if (!unread().isEmpty()) {
        process();
        if (token->isCancelled() || m_phase == Phase::Answering || m_phase >= Phase::Closing || !m_socket->isOpen())
            return;
        if (m_phase == Phase::Head && !unread().isEmpty() && m_scanned == 0)
            return; // others have their turn
    }
    if (m_at == m_buffer.size()) {
        m_buffer = m_socket->readAll();
    } else {
        m_buffer.remove(0, m_at);
        m_buffer += m_socket->readAll();
    }
    m_at = 0;
    process();
}

void HttpConnection::process()
{
    const auto token = m_token; // not cancelled: this is alive
    const int most = m_gate.isBusy() ? 1 : requestsInARow;
    std::optional<std::chrono::steady_clock::time_point> since;
    m_isProcessing = true;
    for (int count = 0; count < most; ++count) {
        if (m_phase == Phase::Head && !readHead())
            break;
        if (m_phase == Phase::Body && !readBody())
            break;
        if (m_phase != Phase::Answering)
            break;
        startRequest();
        if (token->isCancelled())
            return;
        if (m_phase == Phase::Answering && m_isPlain)
            m_lastAnswer.prepare(*m_socket);
        if (m_phase != Phase::Head || !mayAnswerMore())
            break;
        if (!since)
            since = m_requestTime;
        else if (m_requestTime - *since > timeInARow)
            break;
    }
    m_isProcessing = false;
    if (m_phase == Phase::Head && hasMore() && mayAnswerMore())
        readSoon();
}

// Besides the begin of a head that was looked at already.
bool HttpConnection::hasMore() const
{
    return (m_scanned == 0 && !unread().isEmpty()) || (m_socket->isOpen() && m_socket->bytesAvailable() > 0);
}

// Not from in here: others have their turn, and many requests in one packet must not nest.
void HttpConnection::readSoon()
{
    if (!std::exchange(m_isWaiting, true))
        m_gate.waitForTurn(this);
}

void HttpConnection::onTurn()
{
    m_isWaiting = false;
    read();
}

bool HttpConnection::readHead()
{
    const auto bytes = unread();
    if (bytes.isEmpty())
        return false;
    auto scan = HttpHead::scan(bytes, m_gate.limits(), m_scanned);
    if (const auto *refused = std::get_if<HttpHead::Refused>(&scan)) {
        refuse(*refused);
        return false;
    }
    auto *complete = std::get_if<HttpHead::Complete>(&scan);
    if (!complete) {
        if (m_scanned == 0)
            setDeadline(m_gate.limits().headerTime); // its first bytes
        m_scanned = bytes.size();
        return false;
    }
    m_scanned = 0;
    m_headBytes = bytes.first(complete->length).toByteArray();
    m_at += complete->length;
    m_head = std::move(complete->head);
    m_mayStillSend = false;
    m_phase = Phase::Body;
    m_body.emplace(m_head, m_gate.limits());
    if (m_head.expectsContinue && unread().isEmpty() && (m_head.isChunked || m_head.contentLength > 0)) {
        if (m_gate.door().refusesByHead(*this)) {
            m_head.keepAlive = false;
            m_mayStillSend = true;
            m_phase = Phase::Answering;
        } else {
            send(QByteArrayLiteral("HTTP/1.1 100 Continue\r\n\r\n"));
        }
    }
    return true;
}

bool HttpConnection::readBody()
{
    auto bytes = unread();
    const auto state = m_body->take(bytes);
    m_at = m_buffer.size() - bytes.size();
    if (state == HttpBody::State::Refused) {
        refuse(m_body->refusal());
        return false;
    }
    if (state == HttpBody::State::NeedsMore) {
        if (m_bodyStart == 0) {
            m_bodyStart = ConnectionGate::now();
            setDeadline(qMin(m_gate.limits().bodyTime, m_gate.limits().headerTime));
        }
        return false;
    }
    m_requestBody = m_body->takeBytes();
    m_body.reset();
    m_phase = Phase::Answering;
    return true;
}

// A body that comes has to come at a pace: see Limits::bodyRate.
void HttpConnection::onBodyDeadline()
{
    const Limits &limits = m_gate.limits();
    const qint64 elapsed = ConnectionGate::now() - m_bodyStart;
    const qint64 left = limits.bodyTime.count() - elapsed;
    if (left <= 0)
        return refuse({ 408, QStringLiteral("the body did not come in time") });
    qint64 next = left;
    if (limits.bodyRate > 0) {
        const qint64 enoughFor = m_body->bytes().size() * 1000 / limits.bodyRate;
        if (elapsed >= limits.headerTime.count() && enoughFor < elapsed)
            return refuse({ 408, QStringLiteral("the body comes too slowly") });
        next = qMin(left, qMax<qint64>(enoughFor - elapsed, 250));
    }
    setDeadline(std::chrono::milliseconds(next));
}

void HttpConnection::startRequest()
{
    m_bodyStart = 0;
    m_deadline = never;
    m_requestTime = std::chrono::steady_clock::now();
    m_isCounted = m_gate.beginRequest();
    if (m_isCounted)
        return m_gate.door().onRequest(*this);
    auto response = HttpResponse::text(503, QStringLiteral("too many requests are being answered"));
    response.addField(QByteArrayLiteral("Retry-After"), QByteArrayLiteral("1"));
    const QByteArray received = m_headBytes;
    const QByteArray body = bodySent(response);
    const QByteArray head = write(response, m_head.keepAlive);
    m_gate.door().onRefused(
        *this, { 503, QStringLiteral("too many requests are being answered"), received, head, body });
}

void HttpConnection::endRequest()
{
    if (std::exchange(m_isCounted, false))
        m_gate.endRequest();
}

void HttpConnection::refuse(HttpHead::Refused refusal)
{
    const QByteArray received = m_phase == Phase::Head
        ? unread().first(qMin(unread().size(), m_gate.limits().headerBytes)).toByteArray()
        : m_headBytes;
    const auto response = HttpResponse::text(refusal.status, refusal.reason);
    m_mayStillSend = true;
    const QByteArray body = bodySent(response);
    const QByteArray head = write(response, false);
    m_gate.door().onRefused(*this, { refusal.status, refusal.reason, received, head, body });
}

void HttpConnection::turnAway(const HttpResponse &response, bool polite)
{
    m_isTurnedAway = true;
    if (!m_isPlain)
        return abort(); // there is no language yet to say it in
    m_mayStillSend = polite;
    write(response, false);
}

QByteArray HttpConnection::answer(const HttpResponse &response)
{
    if (m_phase != Phase::Answering)
        return {};
    m_isNew = false;
    const QByteArray head = write(response, m_head.keepAlive && !m_gate.isDraining());
    if (m_phase == Phase::Head && !m_isProcessing && hasMore())
        readSoon();
    return head;
}

void HttpConnection::closeWhenIdle()
{
    if (m_phase == Phase::Head && m_socket->bytesAvailable() == 0)
        m_socket->waitForReadyRead(0); // a request may be in the kernel: it is taken now
    if (m_phase != Phase::Head || !unread().isEmpty() || m_socket->bytesAvailable() > 0)
        return;
    if (m_isNew) // it has come to ask something
        return setDeadline(newTime);
    m_phase = Phase::Closing;
    closeSocket();
}

void HttpConnection::onDeadline()
{
    m_deadline = never;
    switch (m_phase) {
    case Phase::Head:
        if (unread().isEmpty() || unsent() > 0)
            return abort(); // idle, or does not take its answer
        return refuse({ 408, QStringLiteral("the head did not come in time") });
    case Phase::Body:
        return onBodyDeadline();
    case Phase::Answering:
        if (m_isHalfClosed)
            end();
        return;
    case Phase::Released:
        return;
    case Phase::Closing:
        if (m_isHalfClosed)
            return end(); // does not take its answer
        if (m_socket->state() == QAbstractSocket::ConnectedState)
            return closeSocket(); // the moment after a refusal is over
        return abort();
    }
}

void HttpConnection::abort()
{
    if (m_phase == Phase::Released)
        return;
    if (m_socket->state() == QAbstractSocket::UnconnectedState)
        return end();
    m_socket->abort(); // emits disconnected
}

// A client that closes its sending side behind its request is answered, one that has gone looks the same for a while.
void HttpConnection::onDisconnected()
{
    if (m_phase == Phase::Answering && !m_isHalfClosed && m_lastAnswer.mayBeTaken()) {
        m_isHalfClosed = true;
        setDeadline(halfClosedTime);
        return m_gate.addHalfClosed(this);
    }
    end();
}

void HttpConnection::end()
{
    m_token->cancel();
    endRequest();
    m_deadline = never;
    m_phase = Phase::Closing;
    deleteLater();
}

QTcpSocket *HttpConnection::release()
{
    QTcpSocket *const socket = std::exchange(m_socket, nullptr);
    socket->disconnect(this);
    socket->setParent(nullptr);
    socket->setReadBufferSize(0);
    const QByteArray read = unread().toByteArray(); // sent ahead
    for (qsizetype i = read.size(); i-- > 0;)
        socket->ungetChar(read[i]);
    countUnsent();
    endRequest();
    m_phase = Phase::Released;
    m_deadline = never;
    m_buffer.clear();
    m_at = 0;
    m_headBytes.clear();
    connect(socket, &QObject::destroyed, this, &QObject::deleteLater);
    return socket;
}

} // namespace rpc
