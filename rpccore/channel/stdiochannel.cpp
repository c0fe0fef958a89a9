// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "stdiochannel.h"

#include "descriptordevice.h"

namespace rpc {

StdioChannel::StdioChannel(Framing framing, const Limits &limits)
    : StdioChannel(0, 1, framing, limits)
{
}

StdioChannel::StdioChannel(int input, int output, Framing framing, const Limits &limits)
    : StreamChannel(framing, limits, {})
{
#ifdef Q_OS_UNIX
    m_device = new DescriptorDevice(input, output);
    beAccepted();
    connect(m_device, &QIODevice::readyRead, this, &StdioChannel::read);
    connect(m_device, &QIODevice::bytesWritten, this, &StdioChannel::drained);
    m_device->onInputEnd = [this] { inputOver(); };
    m_device->onBroken = [this] {
        m_device->stop();
        ended(Error::make(ErrorKind::ConnectionLost, QStringLiteral("nobody reads standard output any more")));
    };
#else
    Q_UNUSED(input)
    Q_UNUSED(output)
#endif
}

StdioChannel::~StdioChannel()
{
    m_state = State::Closed; // nobody is told
    const DescriptorDevicePointer ending(m_device);
}

void StdioChannel::connectNow()
{
    ended(Error::make(ErrorKind::ConnectionLost, QStringLiteral("standard input and output cannot be opened again")));
}

qint64 StdioChannel::backlog() const { return m_device ? m_device->bytesToWrite() : 0; }
QIODevice *StdioChannel::device() { return m_device; }

void StdioChannel::closeDevice()
{
    const auto over = [this] { ended(Error::make(ErrorKind::Cancelled, QStringLiteral("closed"))); };
    if (backlog() > 0)
        m_device->onEmpty = over;
    else
        QMetaObject::invokeMethod(this, over, Qt::QueuedConnection);
}

void StdioChannel::abortDevice() { }

} // namespace rpc
