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
        { "codecs", "[--json] [--quick] [--size MB]", bench::codecs },
    };
    QStringList arguments = app.arguments().sliced(1);
    if (!arguments.isEmpty()) {
        const QString name = arguments.takeFirst();
        for (const Subcommand &s : subcommands) {
            if (name == QLatin1String(s.name))
                return s.run(arguments);
        }
    }
    for (const Subcommand &s : subcommands)
        std::fprintf(stderr, "antiphon-bench %s %s\n", s.name, s.usage);
    return 2;
}
