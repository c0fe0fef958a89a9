// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "descriptordevice.h"

#include <QPointer>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <climits>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#endif

namespace rpc {

namespace {

constexpr qsizetype readAhead = 256 * 1024; // bytes; what is more waits in the pipe
constexpr qsizetype mostRest = 1024 * 1024; // bytes

#ifdef Q_OS_UNIX

// write() without SIGPIPE, which would end this process because another one does not read; whatever it does otherwise
// with that signal stays.
ssize_t writeQuietly(int descriptor, const char *data, size_t size)
{
    sigset_t broken;
    sigset_t before;
    ::sigemptyset(&broken);
    ::sigaddset(&broken, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &broken, &before);
    const ssize_t written = ::write(descriptor, data, size);
    const int error = errno;
    if (written < 0 && error == EPIPE && !::sigismember(&before, SIGPIPE)) {
        sigset_t pending;
        int taken = 0;
        if (::sigpending(&pending) == 0 && ::sigismember(&pending, SIGPIPE))
            ::sigwait(&broken, &taken);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return written;
}

#endif

} // namespace

int duplicateOf(qintptr socket)
{
#ifdef Q_OS_UNIX
    const int descriptor = socket < 0 ? -1 : ::fcntl(int(socket), F_DUPFD_CLOEXEC, 0);
    if (descriptor >= 0)
        ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
    return descriptor;
#else
    Q_UNUSED(socket)
    return -1;
#endif
}

bool isConnectionOver(int descriptor)
{
#ifdef Q_OS_UNIX
    pollfd state { descriptor, 0, 0 };
    return ::poll(&state, 1, 0) == 1 && (state.revents & (POLLHUP | POLLERR)) != 0;
#else
    Q_UNUSED(descriptor)
    return true;
#endif
}

DescriptorDevice::DescriptorDevice(int input, int output)
    : m_input(input)
    , m_output(output)
    , m_readable(input, QSocketNotifier::Read)
    , m_writable(output, QSocketNotifier::Write)
{
    m_writable.setEnabled(false);
    connect(&m_readable, &QSocketNotifier::activated, this, [this] { take(); });
    connect(&m_writable, &QSocketNotifier::activated, this, [this] { give(); });
    open(QIODevice::ReadWrite | QIODevice::Unbuffered);
}

void DescriptorDevice::stop()
{
    m_ended = true;
    m_readable.setEnabled(false);
    m_writable.setEnabled(false);
}

qint64 DescriptorDevice::readData(char *data, qint64 maxSize)
{
    const qint64 size = qMin<qint64>(maxSize, m_received.size());
    std::copy_n(m_received.constData(), size, data);
    m_received.remove(0, size);
    m_readable.setEnabled(m_received.size() < readAhead && !m_ended);
    return size;
}

qint64 DescriptorDevice::writeData(const char *data, qint64 size)
{
    m_waiting.append(data, size);
    m_writable.setEnabled(true);
    return size;
}

DescriptorDevice::Taken DescriptorDevice::takeBlock()
{
#ifdef Q_OS_UNIX
    char block[16 * 1024];
    const auto size = ::read(m_input, block, sizeof block);
    if (size > 0) {
        m_received.append(block, size);
        return Taken::Some;
    }
    if (size == 0)
        return Taken::End;
    return errno == EAGAIN || errno == EINTR ? Taken::Nothing : Taken::Failed;
#else
    return Taken::End;
#endif
}

void DescriptorDevice::take()
{
    const Taken taken = takeBlock();
    if (taken == Taken::Nothing)
        return;
    m_ended = taken != Taken::Some;
    m_readable.setEnabled(!m_ended && m_received.size() < readAhead);
    if (!m_ended)
        Q_EMIT readyRead();
    else if (const auto &told = taken == Taken::End ? onInputEnd : onBroken)
        told();
}

void DescriptorDevice::takeRest()
{
#ifdef Q_OS_UNIX
    pollfd ready { m_input, POLLIN, 0 };
    const qsizetype most = m_received.size() + mostRest;
    while (!m_ended && m_received.size() < most && ::poll(&ready, 1, 0) == 1 && takeBlock() == Taken::Some) { }
#endif
}

void DescriptorDevice::give()
{
#ifdef Q_OS_UNIX
    // A pipe that is ready takes PIPE_BUF bytes without blocking; a socket takes what it can.
    constexpr qsizetype mostAtOnce = 256 * 1024; // bytes
    const qsizetype atOnce = m_input == m_output ? mostAtOnce : PIPE_BUF;
    pollfd ready { m_output, POLLOUT, 0 };
    do {
        const auto size = writeQuietly(
            m_output, m_waiting.constData() + m_written, size_t(qMin<qsizetype>(m_waiting.size() - m_written, atOnce)));
        if (size < 0) {
            if (errno == EAGAIN || errno == EINTR)
                return;
            m_waiting.clear();
            m_written = 0;
            m_writable.setEnabled(false);
            if (onBroken)
                onBroken();
            return;
        }
        m_written += size;
    } while (m_written < m_waiting.size() && ::poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT));
    if (m_written == m_waiting.size() || m_written > readAhead) {
        m_waiting.remove(0, m_written);
        m_written = 0;
    }
    m_writable.setEnabled(!m_waiting.isEmpty());
    const QPointer<DescriptorDevice> alive(this);
    Q_EMIT bytesWritten(0);
    if (alive && m_waiting.isEmpty() && onEmpty)
        onEmpty();
#endif
}

} // namespace rpc
