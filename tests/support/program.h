// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QProcess>
#include <QStringList>

namespace support {

/// A program that a test starts and that ends with it, whatever happens.
class Program
{
public:
    ~Program();
    /// Starts it and waits until it accepts connections at \a port. False when it does not come up.
    bool startServer(const QString &program, const QStringList &arguments, quint16 port);
    /// Starts it and waits for a line of standard output that begins with \a prefix; gives the rest of that line, empty
    /// when it does not come.
    QString startAndWaitFor(const QString &program, const QStringList &arguments, const QString &prefix);
    QProcess &process() { return m_process; }

private:
    QProcess m_process;
};

/// A port that nobody has at this moment.
quint16 freePort();

/// The start script of a real server in tests/real-programs; empty when what it needs is not installed.
QString realProgram(const QString &name);

/// What a program printed and how it ended.
struct Finished
{
    int status = -1;
    QByteArray out;
    QByteArray err;
};
Finished run(const QString &program, const QStringList &arguments, int timeoutMs = 30000);

} // namespace support
