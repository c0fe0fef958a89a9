// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "oneshotbody.h"

#include <cstring>

namespace rpc {

OneShotBody::OneShotBody(const QByteArray &body, QObject *parent)
    : QIODevice(parent)
    , m_body(body)
{
    open(QIODevice::ReadOnly | QIODevice::Unbuffered);
}

bool OneShotBody::atEnd() const { return m_at >= m_body.size() && QIODevice::bytesAvailable() == 0; }

qint64 OneShotBody::bytesAvailable() const { return m_body.size() - m_at + QIODevice::bytesAvailable(); }

qint64 OneShotBody::readData(char *data, qint64 maxSize)
{
    const qint64 length = qMin<qint64>(maxSize, m_body.size() - m_at);
    if (length <= 0)
        return m_at >= m_body.size() ? -1 : 0;
    std::memcpy(data, m_body.constData() + m_at, size_t(length));
    m_at += length;
    return length;
}

} // namespace rpc
