// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/streamchannel.h>

class QLocalSocket;

namespace rpc {

/// Over a Unix socket, on Windows a named pipe.
class RPCCORE_EXPORT LocalChannel : public StreamChannel
{
    Q_OBJECT

public:
    /// To the socket at \a path, when it is opened.
    LocalChannel(const QString &path, Framing framing, const Limits &limits, std::chrono::milliseconds openTime);
    /// Over \a accepted, which is connected, and becomes the channel's own.
    LocalChannel(QLocalSocket *accepted, Framing framing, const Limits &limits);
    ~LocalChannel() override;

    qint64 backlog() const override;
    QUrl url() const override;
    bool isLeft() const override;

protected:
    void connectNow() override;
    QIODevice *device() override;
    void closeDevice() override;
    void abortDevice() override;

private:
    void listen();

    QString m_path;
    QLocalSocket *m_socket;
};

} // namespace rpc
