// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/channel/descriptordevice.h>

#include <QTcpSocket>

#include <functional>

namespace rpc {

/// The answer to a client that has closed its sending side behind its request (RFC 9293 section 3.6). QTcpSocket closes
/// both sides then, so this keeps the connection open by a descriptor of its own. TCP on Unix only: not with TLS, which
/// has a farewell of its own.
class HttpLastAnswer
{
public:
    HttpLastAnswer() = default;
    ~HttpLastAnswer();
    Q_DISABLE_COPY_MOVE(HttpLastAnswer)

    /// To be called while \a socket is open, before its answer is waited for. Once is enough.
    void prepare(const QTcpSocket &socket);
    /// The client has closed its sending side, or both, which cannot be told apart before something is sent. False when
    /// it is known to have gone.
    bool mayBeTaken() const;

    /// Writes \a bytes and then closes; \a done is called when that is over, not from within here.
    void write(const QByteArray &bytes, std::function<void()> done);

private:
    void close();

    int m_descriptor = -1;
    DescriptorDevicePointer m_device;
};

} // namespace rpc
