// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "processchannel.h"

#include <QCoreApplication>
#include <QProcessEnvironment>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

} // namespace

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
    connect(m_process, &QProcess::readyReadStandardOutput, this, &ProcessChannel::read);
    connect(m_process, &QProcess::readyReadStandardError, this,
        [this] { Q_EMIT standardError(m_process->readAllStandardError()); });
    connect(m_process, &QProcess::bytesWritten, this, &ProcessChannel::drained);
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
    ended(Error::make(ErrorKind::ConnectionLost,
        status == QProcess::CrashExit
            ? Text::tr("the program %1 was ended by a signal").arg(m_target.program)
            : Text::tr("the program %1 ended with status %2").arg(m_target.program).arg(code)));
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
    m_process->start(m_target.program, m_target.arguments, QIODevice::ReadWrite);
}

QIODevice *ProcessChannel::device() { return m_process; }

void ProcessChannel::closeDevice()
{
    m_isTerminated = false;
    m_process->closeWriteChannel(); // most programs end with their input
    m_grace.start(m_target.graceTime);
}

void ProcessChannel::abortDevice()
{
    if (m_process->state() != QProcess::NotRunning)
        m_process->kill();
}

std::chrono::milliseconds ProcessChannel::closeTime() const { return 3 * m_target.graceTime; }

qint64 ProcessChannel::backlog() const { return m_process->bytesToWrite(); }

QUrl ProcessChannel::url() const
{
    QStringList words { m_target.program };
    words += m_target.arguments;
    QUrl url;
    url.setScheme(QStringLiteral("exec"));
    url.setPath(words.join(u' '));
    return url;
}

} // namespace rpc
