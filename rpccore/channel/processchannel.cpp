// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "processchannel.h"

#include "descriptordevice.h"

#include <QCoreApplication>
#include <QPointer>
#include <QProcessEnvironment>

#ifdef Q_OS_UNIX
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#endif

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

#ifdef Q_OS_UNIX

// One end of a pipe.
class Descriptor
{
public:
    Descriptor() = default;
    // Above those that a program is given: dup2() does nothing with one that is in its place already.
    explicit Descriptor(int made)
        : m_number(::fcntl(made, F_DUPFD_CLOEXEC, 3))
    {
        ::close(made);
    }
    Descriptor(Descriptor &&other) noexcept
        : m_number(std::exchange(other.m_number, -1))
    {
    }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_number, other.m_number);
        return *this;
    }
    ~Descriptor() { close(); }

    int number() const noexcept { return m_number; }
    bool isOpen() const noexcept { return m_number >= 0; }
    void close()
    {
        if (isOpen())
            ::close(std::exchange(m_number, -1));
    }

private:
    int m_number = -1;
};

struct Pipe
{
    Descriptor readEnd;
    Descriptor writeEnd;

    bool make()
    {
        int ends[2];
#ifdef Q_OS_LINUX
        if (::pipe2(ends, O_CLOEXEC) != 0)
#else
        if (::pipe(ends) != 0)
#endif
            return false;
        readEnd = Descriptor(ends[0]);
        writeEnd = Descriptor(ends[1]);
        return readEnd.isOpen() && writeEnd.isOpen();
    }
};

#endif

} // namespace

// Standard input and output of the program. QProcess would read what the program writes without a bound.
struct ProcessChannel::Pipes
{
#ifdef Q_OS_UNIX
    Pipe toProgram;
    Pipe fromProgram;
#endif
    DescriptorDevicePointer device; // stopped before the pipes are closed
};

ProcessChannel::ProcessChannel(
    const ProcessTarget &target, Framing framing, const Limits &limits, std::chrono::milliseconds openTime)
    : StreamChannel(framing, limits, openTime)
    , m_target(target)
    , m_process(new QProcess(this))
{
    m_process->setProcessChannelMode(QProcess::SeparateChannels);
    connect(m_process, &QProcess::started, this, [this] {
        m_phases.connected = sinceOpen();
        becomeOpen();
    });
#ifdef Q_OS_UNIX
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->setStandardOutputFile(QProcess::nullDevice());
#else
    connect(m_process, &QProcess::readyReadStandardOutput, this, &ProcessChannel::read);
    connect(m_process, &QProcess::bytesWritten, this, &ProcessChannel::drained);
#endif
    connect(m_process, &QProcess::readyReadStandardError, this,
        [this] { Q_EMIT standardError(m_process->readAllStandardError()); });
    connect(m_process, &QProcess::finished, this, &ProcessChannel::onFinished);
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            ended(Error::make(ErrorKind::Refused,
                Text::tr("the program %1 cannot be started: %2").arg(m_target.program, m_process->errorString())));
    });
    m_grace.setSingleShot(true);
    connect(&m_grace, &QTimer::timeout, this, [this] {
        if (std::exchange(m_isTerminated, true))
            return m_process->kill();
        m_process->terminate();
        m_grace.start(m_target.graceTime);
    });
}

ProcessChannel::~ProcessChannel()
{
    m_state = State::Closed; // nobody is told
    m_process->disconnect(this);
    m_process->setParent(nullptr);
    m_process->deleteLater(); // this may be called from within one of its signals
    if (m_process->state() == QProcess::NotRunning)
        return;
    constexpr int patience = 500; // ms, twice: whoever wants to give more uses close() before
    m_process->closeWriteChannel();
    m_pipes.reset();
    m_process->terminate();
    if (!m_process->waitForFinished(patience)) {
        m_process->kill();
        m_process->waitForFinished(patience);
    }
}

void ProcessChannel::onFinished(int code, QProcess::ExitStatus status)
{
    m_grace.stop();
    if (const QByteArray rest = m_process->readAllStandardError(); !rest.isEmpty())
        Q_EMIT standardError(rest);
    if (std::exchange(m_startsWhenOver, false))
        return connectNow();
    if (m_pipes)
        m_pipes->device->takeRest();
    const QPointer<ProcessChannel> alive(this);
    ended(Error::make(ErrorKind::ConnectionLost,
        status == QProcess::CrashExit
            ? Text::tr("the program %1 was ended by a signal").arg(m_target.program)
            : Text::tr("the program %1 ended with status %2").arg(m_target.program).arg(code)));
    if (alive)
        m_pipes.reset();
}

bool ProcessChannel::makePipes()
{
#ifdef Q_OS_UNIX
    m_pipes = std::make_unique<Pipes>();
    Pipe &to = m_pipes->toProgram;
    Pipe &from = m_pipes->fromProgram;
    if (!to.make() || !from.make())
        return false;
    ::fcntl(to.writeEnd.number(), F_SETFL, O_NONBLOCK);
    ::fcntl(from.readEnd.number(), F_SETFL, O_NONBLOCK);
    m_pipes->device.reset(new DescriptorDevice(from.readEnd.number(), to.writeEnd.number()));
    DescriptorDevice *const device = m_pipes->device.get();
    connect(device, &QIODevice::readyRead, this, &ProcessChannel::read);
    connect(device, &QIODevice::bytesWritten, this, &ProcessChannel::drained);
    m_process->setChildProcessModifier([in = to.readEnd.number(), out = from.writeEnd.number()] {
        ::dup2(in, STDIN_FILENO);
        ::dup2(out, STDOUT_FILENO);
    });
#endif
    return true;
}

void ProcessChannel::connectNow()
{
    if (m_process->state() != QProcess::NotRunning) { // the one before is about to end
        m_startsWhenOver = true;
        return;
    }
    m_isTerminated = false;
    auto environment = QProcessEnvironment::systemEnvironment();
    for (const QString &entry : std::as_const(m_target.environment))
        environment.insert(entry.section(u'=', 0, 0), entry.section(u'=', 1));
    m_process->setProcessEnvironment(environment);
    m_process->setWorkingDirectory(m_target.workingDirectory);
    if (!makePipes())
        return ended(Error::make(ErrorKind::Refused,
            Text::tr("the program %1 cannot be started: %2").arg(m_target.program, qt_error_string())));
    const QPointer<ProcessChannel> alive(this);
    m_process->start(m_target.program, m_target.arguments, QIODevice::ReadWrite);
#ifdef Q_OS_UNIX
    if (alive && m_pipes) { // the program has its own by now
        m_pipes->toProgram.readEnd.close();
        m_pipes->fromProgram.writeEnd.close();
    }
#endif
}

QIODevice *ProcessChannel::device()
{
    if (m_pipes)
        return m_pipes->device.get();
    return m_process;
}

bool ProcessChannel::setPaused(bool paused)
{
#ifdef Q_OS_UNIX
    return StreamChannel::setPaused(paused);
#else
    Q_UNUSED(paused)
    return false;
#endif
}

void ProcessChannel::closeDevice()
{
    m_isTerminated = false;
    closeInput(); // most programs end with their input
    m_grace.start(m_target.graceTime);
}

void ProcessChannel::abortDevice()
{
    if (m_process->state() != QProcess::NotRunning)
        m_process->kill();
}

std::chrono::milliseconds ProcessChannel::closeTime() const { return 3 * m_target.graceTime; }

void ProcessChannel::closeInput()
{
#ifdef Q_OS_UNIX
    if (!m_pipes)
        return;
    const auto close = [this] { m_pipes->toProgram.writeEnd.close(); };
    if (m_pipes->device->bytesToWrite() > 0)
        m_pipes->device->onEmpty = close;
    else
        close();
#else
    m_process->closeWriteChannel();
#endif
}

qint64 ProcessChannel::backlog() const { return m_pipes ? m_pipes->device->bytesToWrite() : m_process->bytesToWrite(); }

QUrl ProcessChannel::url() const
{
    QUrl url; // without the arguments, which may hold secrets: it stands in error texts
    url.setScheme(QStringLiteral("exec"));
    url.setPath(m_target.program, QUrl::DecodedMode);
    return url;
}

} // namespace rpc
