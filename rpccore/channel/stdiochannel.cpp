// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "stdiochannel.h"

#include <QIODevice>
#include <QSocketNotifier>

#include <functional>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <climits>
#include <poll.h>
#include <unistd.h>
#endif

namespace rpc {

/// Two descriptors as one device. They stay in the mode they are in, because others may share them: nothing is read or
/// written that could block.
class StdioChannel::Device : public QIODevice
{
public:
    Device(int input, int output)
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

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override { return m_received.size() + QIODevice::bytesAvailable(); }
    qint64 bytesToWrite() const override { return m_waiting.size() - m_written; }
    /// What the end of either side means.
    std::function<void()> onEnd;
    std::function<void()> onInputEnd; ///< nothing more comes
    std::function<void()> onEmpty; ///< everything is written

protected:
    qint64 readData(char *data, qint64 maxSize) override
    {
        const qint64 size = qMin<qint64>(maxSize, m_received.size());
        std::copy_n(m_received.constData(), size, data);
        m_received.remove(0, size);
        m_readable.setEnabled(m_received.size() < readAhead && !m_ended);
        return size;
    }

    qint64 writeData(const char *data, qint64 size) override
    {
        m_waiting.append(data, size);
        m_writable.setEnabled(true);
        return size;
    }

private:
    static constexpr qsizetype readAhead = 256 * 1024; // bytes; what is more waits in the pipe

    void take()
    {
#ifdef Q_OS_UNIX
        char block[16 * 1024];
        const auto size = ::read(m_input, block, sizeof block);
        if (size > 0) {
            m_received.append(block, size);
            m_readable.setEnabled(m_received.size() < readAhead);
            Q_EMIT readyRead();
        } else if (size == 0) {
            m_ended = true;
            m_readable.setEnabled(false);
            if (onInputEnd)
                onInputEnd();
        } else if (errno != EAGAIN && errno != EINTR) {
            end();
        }
#endif
    }

    void give()
    {
#ifdef Q_OS_UNIX
        // A pipe that is ready takes PIPE_BUF bytes without blocking.
        pollfd ready { m_output, POLLOUT, 0 };
        do {
            const auto size = ::write(m_output, m_waiting.constData() + m_written,
                size_t(qMin<qsizetype>(m_waiting.size() - m_written, PIPE_BUF)));
            if (size < 0) {
                if (errno == EAGAIN || errno == EINTR)
                    return;
                m_waiting.clear();
                m_written = 0;
                return end();
            }
            m_written += size;
        } while (m_written < m_waiting.size() && ::poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT));
        if (m_written == m_waiting.size() || m_written > readAhead) {
            m_waiting.remove(0, m_written);
            m_written = 0;
        }
        Q_EMIT bytesWritten(0);
        if (m_waiting.isEmpty()) {
            m_writable.setEnabled(false);
            if (onEmpty)
                onEmpty();
        }
#endif
    }

    void end()
    {
        m_ended = true;
        m_readable.setEnabled(false);
        m_writable.setEnabled(false);
        if (onEnd)
            onEnd();
    }

    int m_input;
    int m_output;
    QSocketNotifier m_readable;
    QSocketNotifier m_writable;
    QByteArray m_received;
    QByteArray m_waiting;
    qsizetype m_written = 0; // of them
    bool m_ended = false;
};

StdioChannel::StdioChannel(Framing framing, const Limits &limits)
    : StdioChannel(0, 1, framing, limits)
{
}

StdioChannel::StdioChannel(int input, int output, Framing framing, const Limits &limits)
    : StreamChannel(framing, limits, {})
{
#ifdef Q_OS_UNIX
    m_device = std::make_unique<Device>(input, output);
    m_state = State::Open;
    connect(m_device.get(), &QIODevice::readyRead, this, &StdioChannel::read);
    connect(m_device.get(), &QIODevice::bytesWritten, this, &StdioChannel::drained);
    m_device->onInputEnd = [this] { Q_EMIT inputEnded(); };
    m_device->onEnd = [this] {
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
}

qint64 StdioChannel::backlog() const { return m_device ? m_device->bytesToWrite() : 0; }
QIODevice *StdioChannel::device() { return m_device.get(); }

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
