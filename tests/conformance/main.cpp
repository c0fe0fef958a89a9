// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "fixture.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>

// Serves the fixture of the conformance vectors until it is ended.
int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser arguments;
    arguments.setApplicationDescription(
        QStringLiteral("Serves the methods that the conformance vectors call, on loopback."));
    arguments.addHelpOption();
    const QCommandLineOption port(
        QStringLiteral("port"), QStringLiteral("Port; 0 = any free one."), QStringLiteral("N"), QStringLiteral("0"));
    arguments.addOption(port);
    arguments.process(app);
    bool ok = false;
    const quint16 number = arguments.value(port).toUShort(&ok);
    if (!ok) {
        std::fprintf(stderr, "conformance-server: %s is no port\n", qPrintable(arguments.value(port)));
        return 2;
    }
    Fixture fixture;
    const auto url = fixture.listen(number);
    if (!url) {
        std::fprintf(stderr, "conformance-server: %s\n", qPrintable(url.error().toString()));
        return 1;
    }
    std::printf("listening on %s\n", url->toEncoded().constData());
    std::fflush(stdout);
    return app.exec();
}
