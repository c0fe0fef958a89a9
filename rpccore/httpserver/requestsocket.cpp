// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "requestsocket.h"

#include <cstring>

namespace rpc {

RequestSocket::RequestSocket(const QTcpSocket &real, QObject *parent)
    : QTcpSocket(parent)
{
    setOpenMode(QIODevice::ReadWrite);
    setSocketState(QAbstractSocket::ConnectedState);
    setPeerAddress(real.peerAddress());
    setPeerPort(real.peerPort());
    setLocalAddress(real.localAddress());
    setLocalPort(real.localPort());
}

void RequestSocket::feed(const QByteArray &request)
{
    m_pending = request;
    m_at = 0;
    Q_EMIT readyRead();
    m_pending.clear(); // Qt has its own copy
    m_at = 0;
}

void RequestSocket::hangUp()
{
    if (state() == QAbstractSocket::UnconnectedState)
        return;
    setSocketState(QAbstractSocket::UnconnectedState);
    Q_EMIT stateChanged(QAbstractSocket::UnconnectedState);
    Q_EMIT disconnected();
}

qint64 RequestSocket::bytesAvailable() const { return QIODevice::bytesAvailable() + m_pending.size() - m_at; }

qint64 RequestSocket::readData(char *data, qint64 maxSize)
{
    const qint64 length = qMin<qint64>(maxSize, m_pending.size() - m_at);
    if (length <= 0)
        return 0;
    std::memcpy(data, m_pending.constData() + m_at, size_t(length));
    m_at += length;
    return length;
}

} // namespace rpc
