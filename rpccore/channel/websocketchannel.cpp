// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "websocketchannel.h"

#include "socketerror.h"
#include "websockethandshake.h"

#include <QCoreApplication>
#include <QPointer>
#include <QSslSocket>
#include <QUtf8StringView>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#endif

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

constexpr qint64 readAhead = 256 * 1024; // bytes; what is more waits in the kernel

// The other end sees the end behind the last byte, and what it still sends can be taken: a connection that is closed
// with bytes unread is reset, and the close frame may be lost with it.
bool endSending(QTcpSocket &socket)
{
#ifdef Q_OS_UNIX
    return !qobject_cast<QSslSocket *>(&socket) && ::shutdown(int(socket.socketDescriptor()), SHUT_WR) == 0;
#else
    Q_UNUSED(socket)
    return false;
#endif
}

} // namespace

WebSocketChannel::WebSocketChannel(const WebSocketTarget &target)
    : MessageChannel(target.openTime)
    , m_target(target)
    , m_reader(WebSocketEnd::Client, target.messageBytes)
{
    if (m_target.user.isEmpty() && !m_target.url.userName().isEmpty()) {
        m_target.user = m_target.url.userName(QUrl::FullyDecoded);
        m_target.password = m_target.url.password(QUrl::FullyDecoded);
    }
    m_target.url.setUserInfo(QString());
    m_target.url.setFragment(QString());
    watch();
}

WebSocketChannel::WebSocketChannel(
    QTcpSocket *accepted, const QString &subprotocol, const Limits &limits, const KeepAlive &keepAlive)
    : m_end(WebSocketEnd::Server)
    , m_socket(accepted)
    , m_reader(WebSocketEnd::Server, limits.messageBytes)
    , m_backlog(limits.backlog)
{
    m_target.messageBytes = limits.messageBytes;
    m_target.keepAlive = keepAlive;
    m_socket->setParent(this);
    watch();
    listen();
    begin(subprotocol);
    beAccepted();
    QMetaObject::invokeMethod(this, &WebSocketChannel::read, Qt::QueuedConnection); // what is here already
}

WebSocketChannel::~WebSocketChannel()
{
    const bool isOpen = m_state == State::Open;
    m_state = State::Closed; // nobody is told
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    m_socket->setParent(nullptr); // this may be called from within one of its signals
    if (!isOpen) {
        m_socket->abort();
        m_socket->deleteLater();
        return;
    }
    // The other end is told, and has its time; nobody here waits for it.
    connect(m_socket, &QTcpSocket::disconnected, m_socket, &QObject::deleteLater);
    QTimer::singleShot(WebSocketChannel::closeTime(), m_socket, &QObject::deleteLater);
    m_socket->write(
        webSocketFrame(m_end, WebSocketOpcode::Close, webSocketClosePayload(1001, QStringLiteral("going away"))));
    m_socket->disconnectFromHost();
}

void WebSocketChannel::watch()
{
    std::chrono::milliseconds step { 15'000 };
    for (const auto time : { m_target.keepAlive.pingAfter, m_target.keepAlive.pongTime, m_target.keepAlive.idleTime }) {
        if (time.count() > 0)
            step = qMin(step, time / 4);
    }
    m_tick.setInterval(qMax(step, std::chrono::milliseconds(10)));
    connect(&m_tick, &QTimer::timeout, this, &WebSocketChannel::onTick);
}

void WebSocketChannel::listen()
{
    m_socket->setReadBufferSize(readAhead);
    connect(m_socket, &QTcpSocket::readyRead, this, &WebSocketChannel::read);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &WebSocketChannel::onWritten);
    if (auto *tls = qobject_cast<QSslSocket *>(m_socket))
        connect(tls, &QSslSocket::encryptedBytesWritten, this, &WebSocketChannel::onWritten);
    connect(m_socket, &QTcpSocket::disconnected, this, [this] { ended(lossError()); });
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this] {
        if (m_state == State::Opening)
            ended(lossError());
    });
}

void WebSocketChannel::onWritten()
{
    if (m_state == State::Closing && m_isOver)
        return hangUpSoon();
    sendPong();
    Q_EMIT drained();
}

// That of the connection before, which may be in the middle of telling that it ends.
void WebSocketChannel::dropSocket()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this);
    std::exchange(m_socket, nullptr)->deleteLater();
}

void WebSocketChannel::forgetLast()
{
    dropSocket();
    m_reader = WebSocketReader(m_end, m_target.messageBytes);
    m_handshake.clear();
    m_subprotocol.clear();
    m_peerClose.reset();
    m_pong.reset();
    m_sslErrors.clear();
    m_isOver = false;
}

void WebSocketChannel::connectNow()
{
    if (const QString wrong = unsendablePart(m_target); !wrong.isEmpty()) {
        setVerdict(Error::make(
            ErrorKind::InvalidArgument, Text::tr("%1 cannot be sent in the handshake of a WebSocket").arg(wrong)));
        return abort();
    }
    const QString host = m_target.url.host();
    const bool isTls = m_target.url.scheme() == u"wss";
    auto *tls = isTls ? new QSslSocket(this) : nullptr;
    m_socket = tls ? tls : new QTcpSocket(this);
    m_socket->setProxy(m_target.proxy);
    listen();
    connect(m_socket, &QTcpSocket::hostFound, this, [this, host] {
        if (QHostAddress(host).isNull())
            m_phases.nameResolved = sinceOpen();
    });
    connect(m_socket, &QTcpSocket::connected, this, [this, tls] {
        m_phases.connected = sinceOpen();
        m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        if (!tls)
            shakeHands();
    });
    if (tls) {
        connect(tls, &QSslSocket::encrypted, this, [this, tls] {
            if (showsAnother(*tls, m_target.tls))
                return tls->abort();
            m_phases.encrypted = sinceOpen();
            m_phases.isTlsUnverified = !m_target.tls.verify;
            shakeHands();
        });
        connect(tls, &QSslSocket::sslErrors, this, [this, tls](const QList<QSslError> &errors) {
            if (m_target.tls.pinnedSha256.isEmpty() || showsAnother(*tls, m_target.tls))
                m_sslErrors = errors;
        });
        m_target.tls.applyTo(*tls, host);
        tls->connectToHostEncrypted(host, quint16(m_target.url.port(443)), tls->peerVerifyName());
    } else {
        m_socket->connectToHost(host, quint16(m_target.url.port(80)));
    }
}

void WebSocketChannel::shakeHands()
{
    m_key = newWebSocketKey();
    m_socket->write(webSocketRequest(m_target, m_key));
}

void WebSocketChannel::begin(const QString &subprotocol)
{
    m_subprotocol = subprotocol;
    m_isPinged = false;
    m_heard.start();
    m_used.start();
    m_tick.start();
}

// One piece at a time, so that others have their turn; the socket comes again when there is more.
void WebSocketChannel::read()
{
    if (m_isReading || !m_socket || m_state == State::Closed)
        return;
    m_heard.start(); // also in the middle of a large message
    if (m_isOver) {
        m_socket->skip(m_socket->bytesAvailable());
        return;
    }
    const QPointer<WebSocketChannel> alive(this);
    const QPointer<QTcpSocket> socket(m_socket);
    if (m_state == State::Opening) {
        if (!readHandshake() || !alive || m_state != State::Open)
            return;
    } else {
        m_reader.append(m_socket->readAll());
    }
    m_isReading = true;
    while ((m_state == State::Open || m_state == State::Closing) && !m_isOver) {
        const auto next = m_reader.next();
        if (const auto *message = std::get_if<WebSocketMessage>(&next)) {
            take(*message);
            if (!alive)
                return;
        } else {
            if (const auto *violation = std::get_if<WebSocketViolation>(&next))
                violated(*violation);
            break;
        }
    }
    if (!alive)
        return;
    m_isReading = false;
    if (m_state == State::Open && !qobject_cast<QSslSocket *>(m_socket))
        m_socket->flush(); // what waits then waits for the other end, not for the event loop
    if (alive && socket && socket == m_socket && m_socket->bytesAvailable() > 0)
        QMetaObject::invokeMethod(this, &WebSocketChannel::read, Qt::QueuedConnection);
}

// True when it is over, and frames may follow.
bool WebSocketChannel::readHandshake()
{
    m_handshake += m_socket->readAll();
    const auto answer = readWebSocketAnswer(m_handshake, m_target, m_key);
    if (const auto *error = std::get_if<Error>(&answer)) {
        setVerdict(*error);
        abort();
        return false;
    }
    const auto *agreed = std::get_if<WebSocketAgreed>(&answer);
    if (!agreed)
        return false;
    m_reader.append(std::exchange(m_handshake, {}).sliced(agreed->length));
    begin(agreed->subprotocol);
    becomeOpen();
    return true;
}

void WebSocketChannel::take(const WebSocketMessage &message)
{
    if (message.opcode == WebSocketOpcode::Close)
        return takeClose(message.payload);
    if (m_state != State::Open)
        return; // this end has closed: nothing could be answered any more
    switch (message.opcode) {
    case WebSocketOpcode::Text:
        m_used.start();
        Q_EMIT received({ {}, message.payload, {} });
        break;
    case WebSocketOpcode::Binary:
        Q_EMIT binaryReceived(message.payload);
        break;
    case WebSocketOpcode::Ping:
        return answerPing(message.payload);
    case WebSocketOpcode::Pong:
        m_isPinged = false;
        break;
    case WebSocketOpcode::Close:
    case WebSocketOpcode::Continuation:
        break;
    }
}

void WebSocketChannel::answerPing(const QByteArray &payload)
{
    const QPointer<WebSocketChannel> alive(this);
    if (backlog() > m_backlog && !qobject_cast<QSslSocket *>(m_socket))
        m_socket->flush(); // it may be that only the event loop had no turn
    if (!alive || m_state != State::Open)
        return;
    if (m_end == WebSocketEnd::Server && backlog() > m_backlog)
        return abort();
    m_pong = payload;
    sendPong();
}

// The last ping only, when several wait (RFC 6455 section 5.5.3).
void WebSocketChannel::sendPong()
{
    if (m_state == State::Open && m_pong && backlog() <= m_backlog)
        m_socket->write(webSocketFrame(m_end, WebSocketOpcode::Pong, *std::exchange(m_pong, std::nullopt)));
}

void WebSocketChannel::takeClose(const QByteArray &payload)
{
    const auto close = readWebSocketClose(payload);
    if (const auto *violation = std::get_if<WebSocketViolation>(&close))
        return violated(*violation);
    m_peerClose = std::get<WebSocketClose>(close);
    m_isOver = true;
    setVerdict(lossError());
    if (m_state == State::Open)
        sendClose(webSocketClosePayload(payload.isEmpty() ? 1000 : m_peerClose->code, {}));
    hangUpSoon();
}

void WebSocketChannel::violated(const WebSocketViolation &violation)
{
    setVerdict(violation.code == 1009
            ? Error::make(ErrorKind::LimitExceeded,
                Text::tr("%1 sent a message of more than %2 bytes").arg(peerName()).arg(m_target.messageBytes))
            : Error::make(ErrorKind::InvalidAnswer,
                Text::tr("%1 broke the rules of WebSocket: %2").arg(peerName(), violation.what)));
    m_isOver = true;
    if (m_state == State::Open)
        sendClose(webSocketClosePayload(violation.code, violation.what));
    hangUpSoon();
}

void WebSocketChannel::sendClose(const QByteArray &payload)
{
    setClosing();
    m_socket->write(webSocketFrame(m_end, WebSocketOpcode::Close, payload));
}

// Both ends have said that they close, or this one has nothing to say any more to the other. Not from within a signal
// of the socket: QSslSocket goes on with what it frees at its end.
void WebSocketChannel::hangUpSoon()
{
    QMetaObject::invokeMethod(this, &WebSocketChannel::hangUpWhenSent, Qt::QueuedConnection);
}

void WebSocketChannel::hangUpWhenSent()
{
    if (m_state != State::Closing || !m_isOver || !m_socket || m_socket->state() != QAbstractSocket::ConnectedState)
        return;
    const QPointer<WebSocketChannel> alive(this);
    m_socket->flush();
    if (!alive || m_state != State::Closing || backlog() > 0)
        return; // gone; or until more is written, or the deadline
    // Through a proxy, what this socket has written may still wait within it.
    if (m_target.proxy.type() != QNetworkProxy::NoProxy || !endSending(*m_socket))
        m_socket->disconnectFromHost();
}

std::optional<ChannelMessage> WebSocketChannel::send(const QByteArray &body)
{
    if (m_state != State::Open)
        return std::nullopt;
    m_used.start();
    // What is no UTF-8 cannot be sent: it is replaced, and told so.
    const bool isUtf8 = QUtf8StringView(body.constData(), body.size()).isValidUtf8();
    const QByteArray text = isUtf8 ? body : QString::fromUtf8(body).toUtf8();
    m_socket->write(webSocketFrame(m_end, WebSocketOpcode::Text, text));
    return ChannelMessage { {}, text, {} };
}

void WebSocketChannel::closeNow(int code, const QString &reason) { sendClose(webSocketClosePayload(code, reason)); }

void WebSocketChannel::abortDevice()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this); // closed() is told once, and may open the channel again
    m_socket->abort();
}

QString WebSocketChannel::peerName() const
{
    return m_end == WebSocketEnd::Server ? m_socket->peerAddress().toString() : m_target.url.authority();
}

Error WebSocketChannel::lossError() const
{
    if (m_state == State::Opening) {
        if (m_phases.connected && m_socket->error() == QAbstractSocket::RemoteHostClosedError
            && (m_phases.encrypted || m_target.url.scheme() == u"ws"))
            return Error::make(ErrorKind::Refused,
                Text::tr("%1 does not become a WebSocket: it closed the connection").arg(m_target.url.toString()));
        return socketError(*m_socket, m_target.url.host(), peerName(), SocketStage::Opening, m_sslErrors);
    }
    if (!m_peerClose)
        return socketError(*m_socket, m_target.url.host(), peerName(), SocketStage::Open, m_sslErrors);
    QString how = m_peerClose->code == 1005
        ? Text::tr("%1 closed the WebSocket without a code").arg(peerName())
        : Text::tr("%1 closed the WebSocket with code %2").arg(peerName()).arg(m_peerClose->code);
    if (!m_peerClose->reason.isEmpty())
        how += u" (" % m_peerClose->reason % u')';
    if (m_peerClose->code == 1009)
        how += Text::tr(": it takes no message as large as one that was sent");
    return Error::make(ErrorKind::ConnectionLost, how);
}

void WebSocketChannel::onTick()
{
    if (m_state != State::Open)
        return m_tick.stop();
    const KeepAlive &times = m_target.keepAlive;
    const auto since = [](const QElapsedTimer &clock) { return std::chrono::milliseconds(clock.elapsed()); };
    if (times.idleTime.count() > 0 && since(m_used) >= times.idleTime)
        return close(1000, QStringLiteral("idle"));
    if (times.pingAfter.count() == 0)
        return;
    if (m_isPinged && since(m_heard) >= times.pingAfter + times.pongTime) {
        setVerdict(Error::make(ErrorKind::ConnectionLost,
            Text::tr("the other end gave no sign of life for %1 ms").arg(m_heard.elapsed())));
        return abort();
    }
    if (!m_isPinged && since(m_heard) >= times.pingAfter) {
        m_isPinged = true;
        m_socket->write(webSocketFrame(m_end, WebSocketOpcode::Ping, {}));
    }
}

qint64 WebSocketChannel::backlog() const
{
    const auto *tls = qobject_cast<const QSslSocket *>(m_socket);
    return (m_socket ? m_socket->bytesToWrite() : 0) + (tls ? tls->encryptedBytesToWrite() : 0);
}

QUrl WebSocketChannel::url() const { return m_target.url; }
QString WebSocketChannel::carriage() const { return QStringLiteral("WebSocket"); }
QHostAddress WebSocketChannel::peerAddress() const { return m_socket ? m_socket->peerAddress() : QHostAddress(); }
quint16 WebSocketChannel::peerPort() const { return m_socket ? m_socket->peerPort() : 0; }

} // namespace rpc
