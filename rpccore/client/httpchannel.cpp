// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpchannel.h"

#include <QCoreApplication>
#include <QHostInfo>
#include <QLocalSocket>
#include <QSslSocket>
#include <QTimerEvent>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

// A second address is tried beside the first after this time (RFC 8305 section 8).
constexpr int attemptDelay = 250; // ms

// The addresses in the order of the resolver, but families by turns (RFC 8305 section 4).
QList<QHostAddress> byTurns(QList<QHostAddress> addresses)
{
    QList<QHostAddress> result;
    while (!addresses.isEmpty()) {
        const auto wanted = result.isEmpty() ? addresses.constFirst().protocol() : result.constLast().protocol();
        qsizetype at = 0;
        for (qsizetype i = 0; !result.isEmpty() && i < addresses.size(); ++i) {
            if (addresses[i].protocol() != wanted) {
                at = i;
                break;
            }
        }
        result.append(addresses.takeAt(at));
    }
    return result;
}

// What OpenSSL says when the other end ended TLS by an alert about our certificate.
bool isCertificateAlert(const QString &text)
{
    for (const char *alert : { "certificate required", "bad certificate", "unknown ca", "certificate unknown",
             "certificate expired", "handshake failure", "access denied" }) {
        if (text.contains(QString(u"alert " % QLatin1String(alert)), Qt::CaseInsensitive))
            return true;
    }
    return false;
}

} // namespace

HttpChannel::HttpChannel(const HttpPeer &peer, const TlsOptions &tls)
    : m_peer(peer)
    , m_tls(tls)
{
}

HttpChannel::~HttpChannel() { abort(); }

void HttpChannel::abort()
{
    m_user = nullptr;
    m_isOver = true;
    m_nextAttempt.stop();
    if (m_lookup >= 0)
        QHostInfo::abortHostLookup(std::exchange(m_lookup, -1));
    for (QAbstractSocket *socket : std::exchange(m_attempts, {})) {
        socket->disconnect(this);
        socket->abort();
    }
    if (m_device)
        m_device->disconnect(this);
    if (m_socket)
        m_socket->abort(); // not after what is still to be written
    if (m_local)
        m_local->abort();
}

void HttpChannel::open(User *user)
{
    m_user = user;
    if (!m_peer.socketFile.isEmpty())
        openLocal();
    else if (const QHostAddress address(m_peer.host); !address.isNull()) {
        m_addresses = { address };
        startNext();
    } else if (m_peer.tunnel.type() != QNetworkProxy::NoProxy)
        startNext(); // the proxy looks the name up
    else
        lookUp();
}

void HttpChannel::lookUp()
{
    m_lookup = QHostInfo::lookupHost(m_peer.host, this, [this](const QHostInfo &info) { lookedUp(info); });
}

void HttpChannel::lookedUp(const QHostInfo &info)
{
    m_lookup = -1;
    m_addresses = byTurns(info.addresses());
    if (m_addresses.isEmpty()) {
        fail(ErrorKind::NameNotFound,
            m_peer.isForwarded ? Text::tr("there is no proxy called \"%1\"").arg(m_peer.host)
                               : Text::tr("there is no host called \"%1\"").arg(m_peer.host));
        return;
    }
    if (m_user)
        m_user->reached(Phase::NameResolved);
    startNext();
}

QAbstractSocket *HttpChannel::makeSocket()
{
    QAbstractSocket *socket = nullptr;
    if (m_peer.isTls) {
        auto *secure = new QSslSocket(this);
        m_tls.applyTo(*secure, m_peer.tunnel.type() == QNetworkProxy::NoProxy ? m_peer.host : QString());
        socket = secure;
    } else {
        socket = new QTcpSocket(this);
    }
    socket->setProxy(m_peer.tunnel);
    connect(socket, &QAbstractSocket::connected, this, [this, socket] { attemptWon(socket); });
    connect(socket, &QAbstractSocket::errorOccurred, this, [this, socket] { attemptFailed(socket); });
    m_attempts.push_back(socket);
    return socket;
}

void HttpChannel::startNext()
{
    m_nextAttempt.stop();
    if (m_isOver || m_isOpen || m_device)
        return;
    if (m_attempts.empty() && m_user)
        m_user->reached(Phase::Connecting);
    QAbstractSocket *socket = makeSocket();
    if (!m_addresses.isEmpty()) {
        const QHostAddress address = m_addresses.takeFirst();
        if (!m_addresses.isEmpty())
            m_nextAttempt.start(attemptDelay, this);
        socket->connectToHost(address, m_peer.port);
    } else {
        socket->connectToHost(m_peer.host, m_peer.port);
    }
}

void HttpChannel::timerEvent(QTimerEvent *event)
{
    if (event->timerId() == m_nextAttempt.timerId())
        startNext();
}

void HttpChannel::attemptFailed(QAbstractSocket *socket)
{
    std::erase(m_attempts, socket);
    socket->disconnect(this);
    socket->deleteLater();
    if (!m_addresses.isEmpty())
        startNext();
    else if (m_attempts.empty())
        failConnecting(socket->error(), socket->errorString());
}

void HttpChannel::attemptWon(QAbstractSocket *socket)
{
    m_nextAttempt.stop();
    for (QAbstractSocket *other : std::exchange(m_attempts, {})) {
        other->disconnect(this);
        if (other != socket)
            other->deleteLater();
    }
    m_device = m_socket = socket;
    socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    if (m_user)
        m_user->reached(Phase::Connected);
    m_secure = qobject_cast<QSslSocket *>(socket);
    watch();
    if (!m_secure) {
        ready();
        return;
    }
    connect(m_secure, &QSslSocket::encrypted, this, [this] {
        if (showsAnother(*m_secure, m_tls)) {
            m_tlsError = tlsFailure();
            return m_secure->abort();
        }
        m_isTlsUnverified = !m_tls.verify;
        if (m_user)
            m_user->reached(Phase::Encrypted);
        ready();
    });
    connect(m_secure, &QSslSocket::encryptedBytesWritten, this, [this] {
        if (m_user && m_isOpen)
            m_user->bytesWent();
    });
    m_secure->startClientEncryption();
}

void HttpChannel::openLocal()
{
    if (m_user)
        m_user->reached(Phase::Connecting);
    m_local = new QLocalSocket(this);
    m_device = m_local;
    connect(m_local, &QLocalSocket::connected, this, [this] {
        if (m_user)
            m_user->reached(Phase::Connected);
        ready();
    });
    connect(m_local, &QLocalSocket::errorOccurred, this, [this](QLocalSocket::LocalSocketError error) {
        if (!m_isOpen) {
            fail(ErrorKind::Refused,
                error == QLocalSocket::ServerNotFoundError ? Text::tr("there is no socket %1").arg(m_peer.name)
                    : error == QLocalSocket::ConnectionRefusedError
                    ? Text::tr("nothing answers at %1: the connection was refused").arg(m_peer.name)
                    : Text::tr("%1 cannot be reached: %2").arg(m_peer.name, m_local->errorString()));
        }
    });
    watch();
    m_local->connectToServer(m_peer.socketFile);
}

void HttpChannel::watch()
{
    connect(m_device, &QIODevice::readyRead, this, [this] {
        if (m_user && m_isOpen)
            m_user->bytesCame();
    });
    connect(m_device, &QIODevice::bytesWritten, this, [this] {
        if (m_user && m_isOpen)
            m_user->bytesWent();
    });
    if (m_local) {
        connect(m_local, &QLocalSocket::disconnected, this, &HttpChannel::lost);
        return;
    }
    connect(m_socket, &QAbstractSocket::disconnected, this, &HttpChannel::lost);
    connect(m_socket, &QAbstractSocket::errorOccurred, this, [this](QAbstractSocket::SocketError error) {
        const bool isTls = error == QAbstractSocket::SslHandshakeFailedError
            || error == QAbstractSocket::SslInternalError || error == QAbstractSocket::SslInvalidUserDataError;
        if (m_secure && (!m_isOpen || (isTls && isCertificateAlert(m_secure->errorString())))) {
            m_tlsError = tlsFailure();
            lost();
        }
    });
}

Error HttpChannel::tlsFailure() const
{
    const bool isAnother = !m_secure->peerCertificate().isNull() && showsAnother(*m_secure, m_tls);
    const auto errors = isAnother || m_tls.pinnedSha256.isEmpty() ? m_secure->sslHandshakeErrors() : QList<QSslError>();
    const QString said = m_secure->errorString();
    QString what;
    if (isAnother) {
        what = Text::tr("the certificate of the server is not the one that is pinned");
    } else if (!errors.isEmpty()) {
        const QString subject = errors.constFirst().certificate().subjectDisplayName();
        what = errors.constFirst().errorString();
        if (!subject.isEmpty())
            what = QString(what % u" (" % subject % u')');
    } else if (isCertificateAlert(said)) {
        what = m_tls.certificate.isEmpty()
            ? Text::tr("the server refused the connection; it probably wants a client certificate (%1)").arg(said)
            : Text::tr("the server refused the client certificate (%1)").arg(said);
    } else if (said.contains(u"wrong version number") || said.contains(u"packet length too long")
        || said.contains(u"record layer failure")) {
        what = Text::tr("the server does not speak TLS there; perhaps http:// is meant");
    } else if (m_secure->error() == QAbstractSocket::RemoteHostClosedError) {
        what = m_tls.certificate.isEmpty()
            ? Text::tr("the server closed the connection in the handshake; perhaps it wants a client certificate")
            : Text::tr("the server closed the connection in the handshake");
    } else {
        what = said;
    }
    Error error = Error::make(ErrorKind::Tls, Text::tr("TLS with %1 failed: %2").arg(m_peer.name, what));
    error.details = tlsFailureText(errors, m_secure->peerCertificateChain());
    return error;
}

void HttpChannel::ready()
{
    m_isOpen = true;
    if (m_user)
        m_user->opened();
}

void HttpChannel::fail(ErrorKind kind, const QString &message, const QString &details)
{
    if (std::exchange(m_isOver, true))
        return;
    m_nextAttempt.stop();
    Error error = Error::make(kind, message);
    error.details = details;
    if (User *user = std::exchange(m_user, nullptr))
        user->openFailed(error);
}

void HttpChannel::failConnecting(int socketError, const QString &text)
{
    const QString proxy = m_peer.proxyName;
    switch (socketError) {
    case QAbstractSocket::ProxyAuthenticationRequiredError:
        return fail(ErrorKind::Unauthorized, Text::tr("the proxy %1 wants other credentials").arg(proxy));
    case QAbstractSocket::ProxyNotFoundError:
        return fail(ErrorKind::NameNotFound, Text::tr("there is no proxy called \"%1\"").arg(proxy));
    case QAbstractSocket::ProxyConnectionRefusedError:
    case QAbstractSocket::ProxyConnectionClosedError:
    case QAbstractSocket::ProxyConnectionTimeoutError:
    case QAbstractSocket::ProxyProtocolError:
        return fail(ErrorKind::Refused, Text::tr("the proxy %1 does not serve: %2").arg(proxy, text));
    case QAbstractSocket::HostNotFoundError:
        return fail(ErrorKind::NameNotFound, Text::tr("there is no host called \"%1\"").arg(m_peer.host));
    case QAbstractSocket::ConnectionRefusedError:
        if (m_peer.isForwarded)
            return fail(ErrorKind::Refused, Text::tr("the proxy %1 does not serve: %2").arg(proxy, text));
        return fail(ErrorKind::Refused,
            proxy.isEmpty() ? Text::tr("nothing answers at %1: the connection was refused").arg(m_peer.name)
                            : Text::tr("%1 cannot be reached: %2").arg(m_peer.name, text));
    default:
        return fail(ErrorKind::Refused, Text::tr("%1 cannot be reached: %2").arg(m_peer.name, text));
    }
}

void HttpChannel::lost()
{
    if (!m_isOpen) {
        if (m_secure) {
            const Error error = m_tlsError.value_or(tlsFailure());
            fail(error.kind, error.message, error.details);
        } else {
            fail(ErrorKind::Refused, Text::tr("%1 cannot be reached: %2").arg(m_peer.name, m_device->errorString()));
        }
        return;
    }
    if (std::exchange(m_isOver, true))
        return;
    if (!m_user)
        m_closedAfter = idleMs();
    if (User *user = std::exchange(m_user, nullptr))
        user->closed();
}

bool HttpChannel::isFresh()
{
    if (!m_isOver)
        m_device->waitForReadyRead(0); // the event loop may not have come to it yet
    return !m_isOver && m_device->bytesAvailable() == 0;
}

void HttpChannel::write(const QByteArray &bytes)
{
    if (m_isOver)
        return;
    m_device->write(bytes);
    if (m_socket)
        m_socket->flush(); // now, not after a turn of the event loop
    else
        m_local->flush();
}

bool HttpChannel::isAllWritten() const
{
    return m_device->bytesToWrite() == 0 && (!m_secure || m_secure->encryptedBytesToWrite() == 0);
}

} // namespace rpc
