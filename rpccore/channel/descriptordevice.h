// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QIODevice>
#include <QSocketNotifier>

#include <functional>
#include <memory>

namespace rpc {

/// Another descriptor of the connection \a socket, which does not block; -1 when there is none to be had. The caller's
/// to close.
RPCCORE_EXPORT int duplicateOf(qintptr socket);
/// Both directions of a connection are over, as a Unix socket tells at once, and TCP when something was sent.
RPCCORE_EXPORT bool isConnectionOver(int descriptor);

/// Two descriptors as one device; they stay the caller's, and open as long as they are used. They stay in the mode they
/// are in, because others may share them: nothing is read or written that could block. Both may be one socket, which
/// then has to be one that does not block. What is not taken waits in the pipe, but for 256 KiB. On Unix only:
/// elsewhere nothing comes.
class RPCCORE_EXPORT DescriptorDevice : public QIODevice
{
    Q_OBJECT

public:
    DescriptorDevice(int input, int output);

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override { return m_received.size() + QIODevice::bytesAvailable(); }
    qint64 bytesToWrite() const override { return m_waiting.size() - m_written; }

    /// Takes what is in the pipe by now (up to 1 MiB, which is the largest that Linux makes for everybody), without a
    /// signal. Whoever wrote it is gone.
    void takeRest();
    /// Neither reads nor writes any more; what was read can be taken.
    void stop();

    std::function<void()> onInputEnd; ///< nothing more comes
    std::function<void()> onBroken; ///< nobody reads what is written, or reading failed
    std::function<void()> onEmpty; ///< everything is written

protected:
    qint64 readData(char *data, qint64 maxSize) override;
    qint64 writeData(const char *data, qint64 size) override;

private:
    enum class Taken { Some, Nothing, End, Failed };
    Taken takeBlock();
    void take();
    void give();

    int m_input;
    int m_output;
    QSocketNotifier m_readable;
    QSocketNotifier m_writable;
    QByteArray m_received;
    QByteArray m_waiting;
    qsizetype m_written = 0; // of them
    bool m_ended = false;
};

/// Ends a device that may be within one of its signals.
struct StopsAndDeletesLater
{
    void operator()(DescriptorDevice *device) const
    {
        device->stop();
        device->disconnect();
        device->deleteLater();
    }
};
using DescriptorDevicePointer = std::unique_ptr<DescriptorDevice, StopsAndDeletesLater>;

} // namespace rpc
