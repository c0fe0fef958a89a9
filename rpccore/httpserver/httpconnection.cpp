// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httpconnection.h"

#include "requestsocket.h"

#include <QTcpSocket>

namespace rpc {

namespace {

constexpr qint64 readAhead = 256 * 1024; // bytes that may wait in the socket while a request is being answered
constexpr qint64 writeAhead
    = 1024 * 1024; // bytes of answers that may wait for the client before its next request is read
constexpr std::chrono::milliseconds closeTime { 2000 }; // for the client to close its side after the last byte
constexpr std::chrono::milliseconds lingerTime { 300 }; // to take in what is still being sent after a refusal

QString nextId()
{
    static std::atomic<quint64> last = 0;
    return u"http-" % QString::number(++last);
}

// Fields that are about this connection and its framing: they end here.
bool isHopByHop(const QByteArray &name)
{
    static constexpr const char *names[] = { "Connection", "Content-Length", "Expect", "Keep-Alive", "Proxy-Connection",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings" };
    return std::any_of(std::begin(names), std::end(names), [&](const char *hop) { return isSameField(name, hop); });
}

} // namespace

HttpConnection::HttpConnection(QTcpSocket *socket, const Limits &limits, QObject *parent)
    : QObject(parent)
    , m_socket(socket)
    , m_id(nextId())
    , m_limits(limits)
{
    m_socket->setParent(this);
    m_socket->setReadBufferSize(readAhead);
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, &HttpConnection::onTimeout);
    connect(m_socket, &QTcpSocket::readyRead, this, &HttpConnection::read);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &HttpConnection::onBytesWritten);
    connect(m_socket, &QTcpSocket::disconnected, this, &HttpConnection::onDisconnected);
    m_deadline.start(m_limits.headerTime); // a new connection has something to say
}

HttpConnection::~HttpConnection()
{
    if (m_token)
        m_token->cancel();
    m_socket->disconnect(this);
    if (m_requestSocket)
        m_requestSocket->hangUp();
}

std::chrono::microseconds HttpConnection::sinceRequest() const
{
    return std::chrono::microseconds(m_sinceRequest.isValid() ? m_sinceRequest.nsecsElapsed() / 1000 : 0);
}

QHostAddress HttpConnection::peer() const { return m_socket->peerAddress(); }
quint16 HttpConnection::peerPort() const { return m_socket->peerPort(); }

QByteArray HttpConnection::requestForQt() const
{
    QByteArray request = m_head.method + ' ' + m_head.target + " HTTP/1.1\r\n";
    for (const auto &[name, value] : m_head.fields) {
        if (!isHopByHop(name))
            request += name + ": " + value + "\r\n";
    }
    if (!m_body->bytes().isEmpty())
        request += "Content-Length: " + QByteArray::number(m_body->bytes().size()) + "\r\n";
    return request + "\r\n" + m_body->bytes();
}

RequestSocket *HttpConnection::requestSocket()
{
    if (!m_requestSocket)
        m_requestSocket = new RequestSocket(*m_socket);
    return m_requestSocket;
}

void HttpConnection::read()
{
    if (!m_socket->isOpen())
        return;
    if (m_phase == Phase::Closing) {
        m_socket->skip(m_socket->bytesAvailable());
        return;
    }
    // What is here already comes first; more is taken only when it does not do. So whatever a client sends ahead waits
    // in the socket and then in the kernel. The same for a client that does not take its answers.
    if (m_phase == Phase::Answering || m_socket->bytesToWrite() > writeAhead)
        return;
    if (!m_buffer.isEmpty()) {
        process();
        if (m_phase == Phase::Answering || m_phase == Phase::Closing || !m_socket->isOpen())
            return;
    }
    m_buffer += m_socket->readAll();
    process();
}

void HttpConnection::process()
{
    if (m_phase == Phase::Head && !readHead())
        return;
    if (m_phase == Phase::Body && !readBody())
        return;
    if (m_phase != Phase::Answering)
        return;
    m_deadline.stop();
    m_token = std::make_shared<CallToken>();
    m_sinceRequest.start();
    Q_EMIT requestReady();
}

bool HttpConnection::readHead()
{
    if (m_buffer.isEmpty())
        return false;
    auto scan = HttpHead::scan(m_buffer, m_limits);
    if (const auto *refused = std::get_if<HttpHead::Refused>(&scan)) {
        refuse(*refused);
        return false;
    }
    auto *complete = std::get_if<HttpHead::Complete>(&scan);
    if (!complete) {
        if (m_deadline.remainingTimeAsDuration() > m_limits.headerTime || !m_deadline.isActive())
            m_deadline.start(m_limits.headerTime);
        return false;
    }
    m_headBytes = m_buffer.left(complete->length);
    m_buffer.remove(0, complete->length);
    m_head = std::move(complete->head);
    m_body.emplace(m_head, m_limits);
    m_phase = Phase::Body;
    m_deadline.start(m_limits.bodyTime);
    if (m_head.expectsContinue && m_buffer.isEmpty())
        m_socket->write("HTTP/1.1 100 Continue\r\n\r\n");
    return true;
}

bool HttpConnection::readBody()
{
    switch (m_body->take(m_buffer)) {
    case HttpBody::State::NeedsMore:
        return false;
    case HttpBody::State::Refused:
        refuse(m_body->refusal());
        return false;
    case HttpBody::State::Complete:
        break;
    }
    m_phase = Phase::Answering;
    return true;
}

void HttpConnection::refuse(HttpHead::Refused refusal)
{
    const QByteArray received = m_phase == Phase::Head ? m_buffer.left(m_limits.headerBytes) : m_headBytes;
    const auto response = HttpResponse::text(refusal.status, refusal.reason);
    const QByteArray head = write(response, false);
    if (m_phase == Phase::Closing)
        m_deadline.start(lingerTime);
    Q_EMIT refused(refusal.status, refusal.reason, received, head, response.body);
}

QByteArray HttpConnection::answer(const HttpResponse &response)
{
    if (m_phase != Phase::Answering)
        return {};
    const QByteArray head = write(response, m_head.keepAlive);
    if (m_phase == Phase::Head && (!m_buffer.isEmpty() || (m_socket->isOpen() && m_socket->bytesAvailable() > 0))) {
        // Not from in here: many requests in one packet must not nest.
        QMetaObject::invokeMethod(this, &HttpConnection::read, Qt::QueuedConnection);
    }
    return head;
}

QByteArray HttpConnection::write(const HttpResponse &response, bool keepAlive)
{
    const QByteArray head = response.head(keepAlive);
    if (m_head.method == "HEAD" || response.body.isEmpty())
        m_socket->write(head);
    else
        m_socket->write(head + response.body);
    m_socket->flush(); // now: a client that has closed its sending side is taken for gone a moment later
    m_token.reset();
    const bool wasRefused = m_phase != Phase::Answering;
    // Nothing of the request is kept while the connection idles.
    m_body.reset();
    m_headBytes.clear();
    m_head = {};
    if (keepAlive) {
        m_phase = Phase::Head;
        m_deadline.start(m_limits.idleTime);
        return head;
    }
    m_phase = Phase::Closing;
    m_buffer.clear();
    // After a refusal the client may still be sending: with unread bytes the kernel would reset the connection, and the
    // client might never see the answer. So what comes is taken in for a moment, until onTimeout().
    if (!wasRefused)
        closeSocket();
    return head;
}

void HttpConnection::closeSocket()
{
    m_deadline.start(m_socket->bytesToWrite() > 0 ? m_limits.idleTime : closeTime);
    m_socket->disconnectFromHost(); // after the last byte
}

// The client takes its answer: it has time for the rest.
void HttpConnection::onBytesWritten()
{
    if (m_phase == Phase::Head && m_buffer.isEmpty())
        m_deadline.start(m_limits.idleTime);
    else if (m_phase == Phase::Closing && m_socket->state() == QAbstractSocket::ClosingState)
        m_deadline.start(m_socket->bytesToWrite() > 0 ? m_limits.idleTime : closeTime);
    if (m_phase == Phase::Head && m_socket->bytesToWrite() <= writeAhead
        && (!m_buffer.isEmpty() || m_socket->bytesAvailable() > 0))
        QMetaObject::invokeMethod(this, &HttpConnection::read, Qt::QueuedConnection);
}

void HttpConnection::onTimeout()
{
    switch (m_phase) {
    case Phase::Head:
        if (m_buffer.isEmpty() || m_socket->bytesToWrite() > 0)
            return abort(); // idle, or does not take its answer
        return refuse({ 408, QStringLiteral("the head did not come in time") });
    case Phase::Body:
        return refuse({ 408, QStringLiteral("the body did not come in time") });
    case Phase::Answering:
        return;
    case Phase::Closing:
        if (m_socket->state() == QAbstractSocket::ConnectedState)
            return closeSocket(); // the moment after a refusal is over
        return abort();
    }
}

void HttpConnection::abort()
{
    if (m_socket->state() == QAbstractSocket::UnconnectedState)
        return onDisconnected();
    m_socket->abort(); // emits disconnected
}

void HttpConnection::onDisconnected()
{
    if (m_token)
        m_token->cancel();
    m_phase = Phase::Closing;
    deleteLater();
}

} // namespace rpc
