// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "websocketchannel.h"

#include "websocket_compat.h"

#include <rpccore/message/fieldsyntax.h>

#include <QCoreApplication>
#include <QNetworkRequest>
#include <QPointer>
#include <QRegularExpression>
#include <QSslSocket>
#include <QWebSocketHandshakeOptions>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

constexpr std::chrono::milliseconds closeTime { 5000 }; // for the closing handshake

// Fields of the handshake itself would stand twice, and a line break would end the field early.
bool isSendable(const QByteArray &name, const QByteArray &value)
{
    static constexpr const char *own[] = { "Host", "Connection", "Upgrade", "Content-Length", "Transfer-Encoding" };
    const bool isOwn = std::any_of(std::begin(own), std::end(own), [&](const char *o) { return isSameField(name, o); })
        || name.toLower().startsWith("sec-websocket-");
    const auto isNameChar = [](char c) { return uchar(c) > 0x20 && uchar(c) < 0x7f && c != ':'; };
    const auto isValueChar = [](char c) { return (uchar(c) >= 0x20 && c != 0x7f) || c == '\t'; };
    return !isOwn && !name.isEmpty() && std::all_of(name.begin(), name.end(), isNameChar)
        && std::all_of(value.begin(), value.end(), isValueChar);
}

Error cancelled() { return Error::make(ErrorKind::Cancelled, Text::tr("the connection was closed")); }

} // namespace

WebSocketChannel::WebSocketChannel(const WebSocketTarget &target)
    : m_target(target)
{
    if (m_target.user.isEmpty() && !m_target.url.userName().isEmpty()) {
        m_target.user = m_target.url.userName(QUrl::FullyDecoded);
        m_target.password = m_target.url.password(QUrl::FullyDecoded);
    }
    m_target.url.setUserInfo(QString());
    m_target.url.setFragment(QString());
    watch();
}

WebSocketChannel::WebSocketChannel(QWebSocket *accepted, qint64 messageBytes, const KeepAlive &keepAlive)
    : m_socket(accepted)
    , m_isAccepted(true)
{
    m_target.messageBytes = messageBytes;
    m_target.keepAlive = keepAlive;
    m_socket->setParent(this);
    m_socket->setMaxAllowedIncomingMessageSize(quint64(messageBytes));
    m_socket->setMaxAllowedIncomingFrameSize(quint64(messageBytes));
    watch();
    listen();
    m_state = State::Open;
    m_heard.start();
    m_used.start();
    m_tick.start();
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
    connect(m_socket, &QWebSocket::disconnected, m_socket, &QObject::deleteLater);
    QTimer::singleShot(closeTime, m_socket, &QObject::deleteLater);
    m_socket->close(QWebSocketProtocol::CloseCodeGoingAway, QStringLiteral("going away"));
    m_socket->flush();
}

void WebSocketChannel::watch()
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] {
        if (m_state == State::Opening)
            m_verdict = Error::make(ErrorKind::Timeout,
                Text::tr("%1 did not become a WebSocket within %2 ms")
                    .arg(m_target.url.toString())
                    .arg(m_target.openTime.count()));
        abort();
    });
    std::chrono::milliseconds step { 15'000 };
    for (const auto time : { m_target.keepAlive.pingAfter, m_target.keepAlive.pongTime, m_target.keepAlive.idleTime }) {
        if (time.count() > 0)
            step = qMin(step, time / 4);
    }
    m_tick.setInterval(qMax(step, std::chrono::milliseconds(10)));
    connect(&m_tick, &QTimer::timeout, this, &WebSocketChannel::onTick);
}

void WebSocketChannel::makeSocket()
{
    if (m_socket) {
        m_socket->disconnect(this);
        m_socket->deleteLater();
    }
    m_socket = new QWebSocket(QString::fromLatin1(m_target.origin), QWebSocketProtocol::VersionLatest, this);
    m_socket->setProxy(m_target.proxy);
    m_socket->setMaxAllowedIncomingMessageSize(quint64(m_target.messageBytes));
    m_socket->setMaxAllowedIncomingFrameSize(quint64(m_target.messageBytes));
    m_socket->setSslConfiguration(m_target.tls.configuration());
    m_sslErrors.clear();
    listen();
}

void WebSocketChannel::listen()
{
    connect(m_socket, &QWebSocket::connected, this, &WebSocketChannel::becomeOpen);
    connect(m_socket, &QWebSocket::disconnected, this, [this] { ended(lossError()); });
    connect(m_socket, qtcompat::webSocketError(), this, [this] {
        if (m_state == State::Opening)
            ended(lossError());
    });
    connect(m_socket, &QWebSocket::sslErrors, this, [this](const QList<QSslError> &errors) { m_sslErrors = errors; });
    connect(m_socket, &QWebSocket::textMessageReceived, this, [this](const QString &text) {
        m_heard.start();
        m_used.start();
        Q_EMIT received({ {}, text.toUtf8(), {} });
    });
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &bytes) {
        m_heard.start();
        Q_EMIT binaryReceived(bytes.size());
    });
    // A large message that is still coming is a sign of life, too.
    connect(m_socket, &QWebSocket::textFrameReceived, this, [this] { m_heard.start(); });
    connect(m_socket, &QWebSocket::pong, this, [this] {
        m_heard.start();
        m_isPinged = false;
    });
    connect(m_socket, &QWebSocket::bytesWritten, this, &WebSocketChannel::drained);
}

void WebSocketChannel::open()
{
    if (m_state != State::Closed || m_isAccepted)
        return;
    m_state = State::Opening;
    m_verdict.reset();
    m_phases = {};
    m_clock.start();
    if (m_target.openTime.count() > 0)
        m_deadline.start(m_target.openTime);
    makeSocket();
    if (const auto wrong = unsendable()) {
        m_verdict = Error::make(
            ErrorKind::InvalidArgument, Text::tr("%1 cannot be sent in the handshake of a WebSocket").arg(*wrong));
        QMetaObject::invokeMethod(this, &WebSocketChannel::abort, Qt::QueuedConnection);
        return;
    }
    QNetworkRequest request(m_target.url);
    if (!m_target.user.isEmpty())
        request.setRawHeader("Authorization", basicAuthorization(m_target.user, m_target.password));
    else if (!m_target.bearer.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + m_target.bearer.toUtf8());
    for (const auto &[name, value] : std::as_const(m_target.headers))
        request.setRawHeader(name, value);
    QWebSocketHandshakeOptions options;
    options.setSubprotocols(m_target.subprotocols);
    // In the name of the channel: the socket may outlive it by a turn of the event loop.
    QMetaObject::invokeMethod(
        this,
        [this, socket = QPointer<QWebSocket>(m_socket), request, options] {
            if (m_state == State::Opening && socket == m_socket)
                socket->open(request, options);
        },
        Qt::QueuedConnection);
}

// What of the target would make another handshake of it.
std::optional<QString> WebSocketChannel::unsendable() const
{
    for (const auto &[name, value] : m_target.headers) {
        if (!isSendable(name, value))
            return Text::tr("the header field \"%1\"").arg(QString::fromUtf8(name));
    }
    if (!isSendable("Authorization", m_target.bearer.toUtf8()))
        return Text::tr("the token");
    if (!isSendable("Origin", m_target.origin))
        return Text::tr("the origin");
    for (const QString &protocol : m_target.subprotocols) {
        if (!isSendable(protocol.toUtf8(), {}))
            return Text::tr("the subprotocol \"%1\"").arg(protocol);
    }
    return std::nullopt;
}

void WebSocketChannel::becomeOpen()
{
    if (m_state != State::Opening)
        return;
    m_deadline.stop();
    m_phases.connected = sinceOpen();
    m_phases.isTlsUnverified = m_target.url.scheme() == u"wss" && !m_target.tls.verify;
    m_state = State::Open;
    m_isPinged = false;
    m_heard.start();
    m_used.start();
    m_tick.start();
    Q_EMIT opened();
}

std::chrono::microseconds WebSocketChannel::sinceOpen() const
{
    return std::chrono::microseconds(m_clock.isValid() ? m_clock.nsecsElapsed() / 1000 : 0);
}

std::optional<ChannelMessage> WebSocketChannel::send(const QByteArray &body)
{
    if (m_state != State::Open)
        return std::nullopt;
    m_used.start();
    const QString text = QString::fromUtf8(body); // what is no UTF-8 cannot be sent: it is replaced, and told so
    m_socket->sendTextMessage(text);
    return ChannelMessage { {}, text.toUtf8(), {} };
}

void WebSocketChannel::close(int code, const QString &reason)
{
    if (m_state == State::Closed || m_state == State::Closing)
        return;
    m_verdict = cancelled();
    if (m_state == State::Opening) { // not from within
        QMetaObject::invokeMethod(this, &WebSocketChannel::abort, Qt::QueuedConnection);
        return;
    }
    m_state = State::Closing;
    m_tick.stop();
    m_deadline.start(closeTime);
    m_socket->close(QWebSocketProtocol::CloseCode(code), reason);
}

void WebSocketChannel::abort()
{
    if (m_state == State::Closed)
        return;
    if (!m_verdict)
        m_verdict = cancelled();
    const QPointer<WebSocketChannel> alive(this);
    m_socket->abort();
    if (alive)
        ended(*m_verdict);
}

void WebSocketChannel::ended(const Error &error)
{
    if (m_state == State::Closed)
        return;
    m_deadline.stop();
    m_tick.stop();
    m_state = State::Closed;
    Q_EMIT closed(m_verdict.value_or(error));
}

Error WebSocketChannel::lossError() const
{
    const QString peer = m_isAccepted ? m_socket->peerAddress().toString() : m_target.url.authority();
    if (m_state != State::Opening) {
        const int code = m_socket->closeCode();
        const QString reason = m_socket->closeReason();
        QString how = Text::tr("%1 closed the WebSocket with code %2").arg(peer).arg(code);
        if (!reason.isEmpty())
            how += u" (" % reason % u')';
        return Error::make(ErrorKind::ConnectionLost, how);
    }
    // The one place where QWebSocket tells the status of an answer that is no handshake.
    static const QRegularExpression status(QStringLiteral("status code: (\\d{3})"));
    if (const auto match = status.match(m_socket->errorString()); match.hasMatch()) {
        Error e = Error::make(ErrorKind::HttpStatus,
            Text::tr("%1 does not become a WebSocket: it answers HTTP %2")
                .arg(m_target.url.toString(), match.captured(1)));
        e.httpStatus = match.captured(1).toInt();
        if (e.httpStatus == 401 || e.httpStatus == 403)
            e.kind = ErrorKind::Unauthorized;
        return e;
    }
    switch (m_socket->error()) {
    case QAbstractSocket::HostNotFoundError:
        return Error::make(
            ErrorKind::NameNotFound, Text::tr("there is no host called \"%1\"").arg(m_target.url.host()));
    case QAbstractSocket::SslHandshakeFailedError: {
        Error e = Error::make(ErrorKind::Tls,
            Text::tr("TLS with %1 failed: %2")
                .arg(peer, m_sslErrors.isEmpty() ? m_socket->errorString() : m_sslErrors.constFirst().errorString()));
        e.details = tlsFailureText(m_sslErrors, m_socket->sslConfiguration().peerCertificateChain());
        return e;
    }
    case QAbstractSocket::ConnectionRefusedError:
        return Error::make(ErrorKind::Refused,
            Text::tr("%1 does not become a WebSocket: %2").arg(m_target.url.toString(), m_socket->errorString()));
    default:
        return Error::make(ErrorKind::Refused, Text::tr("%1 cannot be reached: %2").arg(peer, m_socket->errorString()));
    }
}

void WebSocketChannel::onTick()
{
    const KeepAlive &times = m_target.keepAlive;
    const auto since = [](const QElapsedTimer &clock) { return std::chrono::milliseconds(clock.elapsed()); };
    if (times.idleTime.count() > 0 && since(m_used) >= times.idleTime)
        return close(1000, QStringLiteral("idle"));
    if (times.pingAfter.count() == 0)
        return;
    if (m_isPinged && since(m_heard) >= times.pingAfter + times.pongTime) {
        m_verdict = Error::make(
            ErrorKind::ConnectionLost, Text::tr("the other end gave no sign of life for %1 ms").arg(m_heard.elapsed()));
        return abort();
    }
    if (!m_isPinged && since(m_heard) >= times.pingAfter) {
        m_isPinged = true;
        m_socket->ping();
    }
}

qint64 WebSocketChannel::backlog() const
{
    // QWebSocket counts what TLS has taken as written.
    const auto *tls = qobject_cast<const QSslSocket *>(m_carrier.data());
    return (m_socket ? m_socket->bytesToWrite() : 0) + (tls ? tls->encryptedBytesToWrite() : 0);
}

void WebSocketChannel::setCarrier(QTcpSocket *carrier)
{
    m_carrier = carrier;
    connect(carrier, &QTcpSocket::readyRead, this, [this] { m_heard.start(); });
}

QUrl WebSocketChannel::url() const { return m_target.url; }
QString WebSocketChannel::carriage() const { return QStringLiteral("WebSocket"); }
QHostAddress WebSocketChannel::peerAddress() const { return m_socket ? m_socket->peerAddress() : QHostAddress(); }
quint16 WebSocketChannel::peerPort() const { return m_socket ? m_socket->peerPort() : 0; }
QString WebSocketChannel::subprotocol() const { return m_socket ? m_socket->subprotocol() : QString(); }

} // namespace rpc
