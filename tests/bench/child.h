// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QProcess>
#include <QStringList>

#include <optional>

namespace bench {

/// A program under measurement in a process of its own, which ends with this object.
class Child
{
public:
    ~Child();

    /// This program's subcommand `serve`: it prints its port and answers questions on its standard input.
    bool startOwn(const QStringList &arguments);
    /// Somebody else's server, that is up when it accepts connections at \a port.
    bool startOther(const QString &program, const QStringList &arguments, quint16 port,
        const QProcessEnvironment &environment = QProcessEnvironment::systemEnvironment());

    quint16 port() const { return m_port; }
    /// Writes one line and returns the line that comes back; empty when the process has ended. Own servers only.
    QByteArray ask(const QByteArray &question, int milliseconds = 5000);
    /// Processor time so far, of the process, or of all its children, too, when it is somebody else's.
    double cpuSeconds();
    qint64 pid() const { return m_process.processId(); }
    bool isRunning() const { return m_process.state() == QProcess::Running; }
    /// For own programs that print one thing and end.
    QProcess &process() { return m_process; }

private:
    QProcess m_process;
    quint16 m_port = 0;
    bool m_isOwn = false;
};

/// Processor seconds that this process has had, user and system.
double ownCpuSeconds();
/// Bytes that are in memory for this process, after free ones were given back; -1 where that is not known.
qint64 residentBytes();
/// Bytes that are allocated at this moment (mallinfo2), which does not count the heap of a script engine; -1 where that
/// is not known.
qint64 allocatedBytes();
/// Open descriptors of this process; -1 where that is not known.
int openDescriptors();
/// A port that nobody has at this moment.
quint16 freePort();

} // namespace bench
