// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "localchannel.h"

#include "acceptedchannel.h"

#include <QCoreApplication>
#include <QLocalSocket>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

constexpr qint64 readAhead = 256 * 1024; // bytes; what is more waits in the kernel

} // namespace

LocalChannel::LocalChannel(
    const QString &path, Framing framing, const Limits &limits, std::chrono::milliseconds openTime)
    : StreamChannel(framing, limits, openTime)
    , m_path(path)
    , m_socket(new QLocalSocket(this))
{
    listen();
}

LocalChannel::LocalChannel(QLocalSocket *accepted, Framing framing, const Limits &limits)
    : StreamChannel(framing, limits, {})
    , m_socket(accepted)
{
    m_socket->setParent(this);
    beAccepted();
    setMessageTime(limits.bodyTime);
    listen();
    QMetaObject::invokeMethod(this, &LocalChannel::read, Qt::QueuedConnection); // what is here already
}

LocalChannel::~LocalChannel()
{
    m_state = State::Closed; // nobody is told
    m_socket->disconnect(this);
    m_socket->abort();
    m_socket->setParent(nullptr);
    m_socket->deleteLater(); // this may be called from within one of its signals
}

void LocalChannel::listen()
{
    m_socket->setReadBufferSize(readAhead);
    connect(m_socket, &QLocalSocket::connected, this, [this] {
        m_phases.connected = sinceOpen();
        becomeOpen();
    });
    connect(m_socket, &QLocalSocket::readyRead, this, &LocalChannel::read);
    connect(m_socket, &QLocalSocket::bytesWritten, this, &LocalChannel::drained);
    connect(m_socket, &QLocalSocket::disconnected, this, [this] {
        ended(Error::make(ErrorKind::ConnectionLost,
            m_path.isEmpty() ? Text::tr("the other end closed the connection")
                             : Text::tr("%1 closed the connection").arg(m_path)));
    });
    connect(m_socket, &QLocalSocket::errorOccurred, this, [this](QLocalSocket::LocalSocketError error) {
        if (state() != State::Opening)
            return;
        switch (error) {
        case QLocalSocket::ServerNotFoundError:
            return ended(Error::make(ErrorKind::NameNotFound, Text::tr("there is no socket at %1").arg(m_path)));
        case QLocalSocket::ConnectionRefusedError:
            return ended(Error::make(
                ErrorKind::Refused, Text::tr("nothing answers at %1: the connection was refused").arg(m_path)));
        case QLocalSocket::SocketAccessError:
            return ended(
                Error::make(ErrorKind::Refused, Text::tr("the socket %1 may not be used by this user").arg(m_path)));
        default:
            return ended(Error::make(
                ErrorKind::Refused, Text::tr("%1 cannot be reached: %2").arg(m_path, m_socket->errorString())));
        }
    });
}

void LocalChannel::connectNow() { m_socket->connectToServer(m_path); }
QIODevice *LocalChannel::device() { return m_socket; }
void LocalChannel::closeDevice() { m_socket->disconnectFromServer(); }
void LocalChannel::abortDevice() { m_socket->abort(); }
qint64 LocalChannel::backlog() const { return m_socket->bytesToWrite(); }

bool LocalChannel::isLeft() const { return isAtEnd(m_socket->socketDescriptor()); }

QUrl LocalChannel::url() const
{
    QUrl url;
    if (m_path.isEmpty())
        return url;
    url.setScheme(QStringLiteral("unix"));
    url.setPath(m_path);
    return url;
}

} // namespace rpc
