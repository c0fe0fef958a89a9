// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "subcommands.h"

#include <QCoreApplication>

#include <cstdio>

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    struct Subcommand
    {
        const char *name;
        const char *usage;
        int (*run)(const QStringList &arguments);
    };
    static constexpr Subcommand subcommands[] = {
        { "codecs", "[--json] [--quick] [--once] [--size MB]", bench::codecs },
#ifdef Q_OS_UNIX
        { "server", "[--json] [--quick] [--seconds N] [--idle CONNECTIONS]", bench::server },
        { "client", "[--json] [--quick]", bench::client },
        { "soak", "[--seconds N]", bench::soak },
        { "slow", "[--quick]", bench::slow },
        // Started by the others.
        { "serve", nullptr, bench::serve },
        { "load", nullptr, bench::loadCommand },
        { "call", nullptr, bench::call },
#endif
    };
    QStringList arguments = app.arguments().sliced(1);
    if (!arguments.isEmpty()) {
        const QString name = arguments.takeFirst();
        for (const Subcommand &s : subcommands) {
            if (name == QLatin1String(s.name))
                return s.run(arguments);
        }
    }
    for (const Subcommand &s : subcommands) {
        if (s.usage)
            std::fprintf(stderr, "antiphon-bench %s %s\n", s.name, s.usage);
    }
    return 2;
}
