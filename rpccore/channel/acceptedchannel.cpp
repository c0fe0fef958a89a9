// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "acceptedchannel.h"

#include "descriptordevice.h"
#include "localchannel.h"
#include "tcpchannel.h"

#include <QCoreApplication>
#include <QLocalSocket>
#include <QTcpSocket>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

} // namespace

bool isAtEnd(qintptr descriptor)
{
#ifdef Q_OS_UNIX
    char byte = 0;
    return descriptor >= 0 && ::recv(int(descriptor), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
#else
    Q_UNUSED(descriptor)
    return false;
#endif
}

std::unique_ptr<StreamChannel> AcceptedChannel::over(
    std::unique_ptr<QTcpSocket> accepted, Framing framing, const Limits &limits)
{
    const int descriptor = duplicateOf(accepted->socketDescriptor());
    if (descriptor < 0)
        return std::make_unique<TcpChannel>(accepted.release(), framing, limits);
    accepted->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    std::unique_ptr<AcceptedChannel> made(new AcceptedChannel(descriptor, framing, limits));
    made->m_peer = accepted->peerAddress();
    made->m_peerPort = accepted->peerPort();
    return made;
}

std::unique_ptr<StreamChannel> AcceptedChannel::over(
    std::unique_ptr<QLocalSocket> accepted, Framing framing, const Limits &limits)
{
    const int descriptor = duplicateOf(accepted->socketDescriptor());
    if (descriptor < 0)
        return std::make_unique<LocalChannel>(accepted.release(), framing, limits);
    return std::unique_ptr<StreamChannel>(new AcceptedChannel(descriptor, framing, limits));
}

AcceptedChannel::AcceptedChannel(int descriptor, Framing framing, const Limits &limits)
    : StreamChannel(framing, limits, {})
    , m_descriptor(descriptor)
    , m_device(new DescriptorDevice(descriptor, descriptor))
{
    beAccepted();
    setMessageTime(limits.bodyTime);
    connect(m_device, &QIODevice::readyRead, this, &AcceptedChannel::read);
    connect(m_device, &QIODevice::bytesWritten, this, &AcceptedChannel::drained);
    m_device->onInputEnd = [this] { onInputEnd(); };
    m_device->onBroken = [this] { lost(); };
}

AcceptedChannel::~AcceptedChannel()
{
    m_state = State::Closed; // nobody is told
    drop();
    const DescriptorDevicePointer ending(m_device);
}

void AcceptedChannel::onInputEnd()
{
#ifdef Q_OS_UNIX
    if (isConnectionOver(m_descriptor))
        return lost();
#endif
    if (m_state != State::Open)
        return; // what is left is still written
    setDeadline(limits().bodyTime);
    inputOver();
}

void AcceptedChannel::lost()
{
    m_device->takeRest();
    drop();
    ended(Error::make(ErrorKind::ConnectionLost, Text::tr("the other end closed the connection")));
}

void AcceptedChannel::drop()
{
    m_device->stop();
#ifdef Q_OS_UNIX
    if (m_descriptor >= 0)
        ::close(m_descriptor);
#endif
    m_descriptor = -1;
}

void AcceptedChannel::connectNow() { } // an accepted one is not opened again

qint64 AcceptedChannel::backlog() const { return m_device->bytesToWrite(); }
QIODevice *AcceptedChannel::device() { return m_device; }

void AcceptedChannel::closeDevice()
{
    const auto over = [this] {
        const Error closed = Error::make(ErrorKind::Cancelled, Text::tr("the connection was closed"));
        m_device->takeRest(); // left where it is, it would make the kernel take the last answers back
        m_device->readAll();
        drop();
        ended(closed);
    };
    if (backlog() > 0)
        m_device->onEmpty = over;
    else
        QMetaObject::invokeMethod(this, over, Qt::QueuedConnection);
}

void AcceptedChannel::abortDevice() { drop(); }

} // namespace rpc
