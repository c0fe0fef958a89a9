// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/streamchannel.h>

#include <QProcess>
#include <QStringList>

#include <memory>

namespace rpc {

/// A program to be run.
struct ProcessTarget
{
    QString program; ///< a path, or a name that is looked up in PATH; no shell takes part
    QStringList arguments; ///< each as it is
    QStringList environment; ///< "NAME=value", over what this process has
    QString workingDirectory; ///< empty = that of this process
    /// It has so long to end after its standard input was closed, then again after SIGTERM, before it is killed.
    std::chrono::milliseconds graceTime { 2000 };
};

/// Over standard input and output of a child process, which is started by open() and ends with the channel.
class RPCCORE_EXPORT ProcessChannel : public StreamChannel
{
    Q_OBJECT

public:
    /// Runs \a target when it is opened.
    ProcessChannel(
        const ProcessTarget &target, Framing framing, const Limits &limits, std::chrono::milliseconds openTime);
    ~ProcessChannel() override; ///< Ends the program, and waits for it: up to a second.

    qint64 backlog() const override;
    QUrl url() const override; ///< exec: and the program, as it is; without its arguments.
    /// While true, the program has to wait when the pipe is full. False on Windows: what it writes is always read.
    bool setPaused(bool paused) override;
    qint64 processId() const { return m_process->processId(); } ///< 0 when it does not run.

protected:
    void connectNow() override;
    QIODevice *device() override;
    void closeDevice() override;
    void abortDevice() override;
    std::chrono::milliseconds closeTime() const override;

private:
    struct Pipes;
    bool makePipes();
    void closeInput(); ///< when everything is written
    void onFinished(int code, QProcess::ExitStatus status);

    ProcessTarget m_target;
    QProcess *m_process;
    std::unique_ptr<Pipes> m_pipes; // to a program that was started; null where QProcess has them
    QTimer m_grace;
    bool m_isTerminated = false;
    bool m_startsWhenOver = false;
};

} // namespace rpc
