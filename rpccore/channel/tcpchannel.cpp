// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "tcpchannel.h"

#include "acceptedchannel.h"
#include "socketerror.h"

#include <QSslSocket>

namespace rpc {

namespace {

constexpr qint64 readAhead = 256 * 1024; // bytes; what is more waits in the kernel

} // namespace

TcpChannel::TcpChannel(const QString &host, quint16 port, const std::optional<TlsOptions> &tls,
    const QNetworkProxy &proxy, Framing framing, const Limits &limits, std::chrono::milliseconds openTime)
    : StreamChannel(framing, limits, openTime)
    , m_host(host)
    , m_port(port)
    , m_tls(tls)
    , m_proxy(proxy)
    , m_socket(tls ? new QSslSocket(this) : new QTcpSocket(this))
{
    listen();
}

TcpChannel::TcpChannel(QTcpSocket *accepted, Framing framing, const Limits &limits)
    : StreamChannel(framing, limits, {})
    , m_socket(accepted)
{
    m_socket->setParent(this);
    beAccepted();
    setMessageTime(limits.bodyTime);
    listen();
    QMetaObject::invokeMethod(this, &TcpChannel::read, Qt::QueuedConnection); // what is here already
}

TcpChannel::~TcpChannel()
{
    m_state = State::Closed; // nobody is told
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket->setParent(nullptr);
    m_socket->deleteLater(); // this may be called from within one of its signals
}

void TcpChannel::listen()
{
    m_socket->setReadBufferSize(readAhead);
    connect(m_socket, &QTcpSocket::hostFound, this, [this] {
        if (QHostAddress(m_host).isNull())
            m_phases.nameResolved = sinceOpen();
    });
    connect(m_socket, &QTcpSocket::connected, this, [this] {
        m_phases.connected = sinceOpen();
        m_socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
        if (!m_tls)
            becomeOpen();
    });
    if (auto *ssl = qobject_cast<QSslSocket *>(m_socket)) {
        connect(ssl, &QSslSocket::encrypted, this, [this, ssl] {
            if (state() != State::Opening)
                return;
            if (showsAnother(*ssl, *m_tls))
                return ssl->abort();
            m_phases.encrypted = sinceOpen();
            m_phases.isTlsUnverified = !m_tls->verify;
            becomeOpen();
        });
        connect(ssl, &QSslSocket::encryptedBytesWritten, this, &TcpChannel::drained);
        connect(ssl, &QSslSocket::sslErrors, this, [this, ssl](const QList<QSslError> &errors) {
            if (!m_tls || m_tls->pinnedSha256.isEmpty() || showsAnother(*ssl, *m_tls))
                m_sslErrors = errors;
        });
    }
    connect(m_socket, &QTcpSocket::readyRead, this, &TcpChannel::read);
    connect(m_socket, &QTcpSocket::bytesWritten, this, &TcpChannel::drained);
    connect(m_socket, &QTcpSocket::disconnected, this, [this] { ended(lossError()); });
    connect(m_socket, &QTcpSocket::errorOccurred, this, [this] {
        if (state() == State::Opening)
            ended(lossError());
    });
}

Error TcpChannel::lossError() const
{
    const QString peer = m_host.isEmpty()
        ? QString(m_socket->peerAddress().toString() % u':' % QString::number(m_socket->peerPort()))
        : QString(m_host % u':' % QString::number(m_port));
    return socketError(
        *m_socket, m_host, peer, state() == State::Opening ? SocketStage::Opening : SocketStage::Open, m_sslErrors);
}

void TcpChannel::connectNow()
{
    m_sslErrors.clear();
    m_socket->setProxy(m_proxy);
    auto *ssl = qobject_cast<QSslSocket *>(m_socket);
    if (m_tls && ssl) {
        m_tls->applyTo(*ssl, m_host);
        ssl->connectToHostEncrypted(m_host, m_port, ssl->peerVerifyName());
    } else {
        m_socket->connectToHost(m_host, m_port);
    }
}

QIODevice *TcpChannel::device() { return m_socket; }
void TcpChannel::closeDevice() { m_socket->disconnectFromHost(); }
void TcpChannel::abortDevice() { m_socket->abort(); }

qint64 TcpChannel::backlog() const
{
    const auto *ssl = qobject_cast<QSslSocket *>(m_socket);
    return m_socket->bytesToWrite() + (ssl ? ssl->encryptedBytesToWrite() : 0);
}

bool TcpChannel::isLeft() const { return isAtEnd(m_socket->socketDescriptor()); }

QUrl TcpChannel::url() const
{
    QUrl url;
    if (m_host.isEmpty())
        return url;
    url.setScheme(m_tls ? QStringLiteral("tls") : QStringLiteral("tcp"));
    url.setHost(m_host);
    url.setPort(m_port);
    return url;
}

QHostAddress TcpChannel::peerAddress() const { return m_socket->peerAddress(); }
quint16 TcpChannel::peerPort() const { return m_socket->peerPort(); }

} // namespace rpc
