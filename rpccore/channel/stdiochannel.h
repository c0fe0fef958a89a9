// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/streamchannel.h>

namespace rpc {

class DescriptorDevice;

/// Over this process's own standard input and output: what a program does that others start and talk to. Whatever else
/// writes to standard output breaks it. Open from the begin; inputEnded() when standard input ends. On Unix only:
/// elsewhere it is closed from the begin.
class RPCCORE_EXPORT StdioChannel : public StreamChannel
{
    Q_OBJECT

public:
    StdioChannel(Framing framing, const Limits &limits); ///< There should be one in a process.
    /// Over other descriptors, which stay the caller's.
    StdioChannel(int input, int output, Framing framing, const Limits &limits);
    ~StdioChannel() override;

    qint64 backlog() const override;
    QUrl url() const override { return {}; }

protected:
    void connectNow() override;
    QIODevice *device() override;
    void closeDevice() override;
    void abortDevice() override;

private:
    DescriptorDevice *m_device = nullptr; // its own
};

} // namespace rpc
