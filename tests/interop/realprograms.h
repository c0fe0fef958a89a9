// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <tests/support/program.h>

#include <QStandardPaths>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

/// The real programs of tests/real-programs, started when a test needs one; the test skips where it is not installed.
namespace realprograms {

using support::Finished;
using support::Program;

inline QString text(const QByteArray &utf8) { return QString::fromUtf8(utf8); }

// The first of some consecutive ports that nobody has at this moment.
inline quint16 freePorts(int count)
{
    for (int attempt = 0; attempt < 50; ++attempt) {
        const quint16 first = support::freePort();
        bool free = first && first < 65535 - count;
        for (int i = 0; free && i < count; ++i) {
            QTcpServer probe;
            free = probe.listen(QHostAddress::LocalHost, quint16(first + i));
        }
        if (free)
            return first;
    }
    return 0;
}

// The folder of the npm packages; empty when they are not installed.
inline QString npmFolder()
{
    static const QString folder = [] {
        const Finished check = support::run(text(SOURCE_DIR "/tests/real-programs/npm/install.sh"), { text("check") });
        return check.status == 0 ? QString::fromUtf8(check.out).trimmed() : QString();
    }();
    return folder;
}

// What a real program lacks here; empty when nothing.
inline QString missing(const QString &name)
{
    static const QHash<QString, QStringList> needs {
        { text("python-xmlrpc"), { text("/usr/bin/python3"), text("python3") } },
        { text("aria2"), { text("/usr/bin/aria2c"), text("aria2") } },
        { text("supervisor"), { text("/usr/bin/supervisord"), text("supervisor") } },
        { text("xmlrpc-c-abyss"), { text("/usr/share/doc/libxmlrpc-core-c3-dev/examples"), text("libxmlrpc-core-c3-dev") } },
        { text("xmlrpc"), { text("/usr/bin/xmlrpc"), text("libxmlrpc-core-c3-dev") } },
        { text("xml-rpc-api2txt"), { text("/usr/bin/xml-rpc-api2txt"), text("xmlrpc-api-utils") } },
        { text("clangd"), { text("/usr/bin/clangd"), text("clangd") } },
        { text("curl"), { text("/usr/bin/curl"), text("curl") } },
    };
    if (const auto file = needs.constFind(name); file != needs.cend())
        return QFile::exists(file->at(0)) ? QString() : file->at(1) + text(" is not installed");
    if (QStandardPaths::findExecutable(text("node")).isEmpty())
        return text("node is not installed");
    return npmFolder().isEmpty() ? text("the npm packages are not installed: tests/real-programs/npm/install.sh") : QString();
}

#define NEEDS(name)                                                                                                    \
    do {                                                                                                               \
        if (const QString reason = missing(text(name)); !reason.isEmpty())                                             \
            QSKIP(qPrintable(reason));                                                                                 \
    } while (false)

// One real server at a time: the one that was asked for last.
struct Real
{
    QString name;
    QStringList arguments;
    quint16 port = 0; // 0: it did not come up
    QTemporaryDir folder; // of this server alone
    Program program;
};

inline std::unique_ptr<Real> real;

inline quint16 start(const QString &name, const QStringList &arguments = {})
{
    if (real && real->name == name && real->arguments == arguments && real->program.process().state() == QProcess::Running)
        return real->port;
    for (int attempt = 0; attempt < 3; ++attempt) { // somebody else may have taken a port meanwhile
        real.reset(); // ends the one before
        real = std::make_unique<Real>();
        real->name = name;
        real->arguments = arguments;
        // Its own files, so that two test runs do not meet. The others share what was built or downloaded once.
        const bool alone = name == u"supervisor";
        const QByteArray shared = qgetenv("ANTIPHON_REAL_DIR");
        if (alone)
            qputenv("ANTIPHON_REAL_DIR", real->folder.path().toUtf8());
        const quint16 port = freePorts(3);
        const QString script = text(SOURCE_DIR "/tests/real-programs/") + name + text("/start.sh");
        const bool up = port && real->program.startServer(script, QStringList { QString::number(port) } + arguments, port);
        if (alone && shared.isNull())
            qunsetenv("ANTIPHON_REAL_DIR");
        else if (alone)
            qputenv("ANTIPHON_REAL_DIR", shared);
        if (up) {
            real->port = port;
            return port;
        }
    }
    return 0;
}

#define START(...)                                                                                                     \
    const quint16 port = start(__VA_ARGS__);                                                                           \
    QVERIFY2(port, "the server did not come up")


} // namespace realprograms
