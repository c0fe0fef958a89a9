// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httplastanswer.h"

#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace rpc {

HttpLastAnswer::~HttpLastAnswer() { close(); }

void HttpLastAnswer::close()
{
    m_device.reset(); // stops using the descriptor
#ifdef Q_OS_UNIX
    if (m_descriptor >= 0)
        ::close(m_descriptor);
#endif
    m_descriptor = -1;
}

void HttpLastAnswer::prepare(const QTcpSocket &socket)
{
    if (m_descriptor < 0)
        m_descriptor = duplicateOf(socket.socketDescriptor());
}

bool HttpLastAnswer::mayBeTaken() const { return m_descriptor >= 0 && !isConnectionOver(m_descriptor); }

void HttpLastAnswer::write(const QByteArray &bytes, std::function<void()> done)
{
    m_device = DescriptorDevicePointer(new DescriptorDevice(m_descriptor, m_descriptor));
    const auto over = [this, done = std::move(done)] {
        close();
        done();
    };
    m_device->onEmpty = over;
    m_device->onBroken = over;
    m_device->write(bytes);
}

} // namespace rpc
