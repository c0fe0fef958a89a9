// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "application.h"
#include "i18n/translator.h"
#include "mainwindow.h"

#include <rpccore/duplex/channeltransport.h>

#include <CLI/CLI.hpp>

#include <QApplication>
#include <QFileInfo>
#include <QScopeGuard>
#include <QStyleFactory>
#include <QTimer>

namespace {

// For scripts: waits until the hosted example is connected, calls math.add, writes a picture of the window, ends.
void renderAndQuit(antiphon::Application &app, const QString &file)
{
    using antiphon::CallController;
    using antiphon::ConnectionController;
    const auto save = [&app, file] {
        const bool written = app.window().grab().save(file);
        if (!written)
            qCritical("%s cannot be written", qUtf8Printable(file));
        QCoreApplication::exit(written ? 0 : 1);
    };
    QObject::connect(&app.call(), &CallController::outcomeChanged, &app, [save] { QTimer::singleShot(200, save); });
    QObject::connect(&app.connection(), &ConnectionController::modelChanged, &app, [&app] {
        app.call().setMethod(QStringLiteral("math.add"));
        app.call().setParamsText(QStringLiteral("[\n  2,\n  3\n]"));
        app.call().call();
    });
    QTimer::singleShot(20'000, &app, [] {
        qCritical("the window was not ready within 20 s");
        QCoreApplication::exit(1);
    });
}

} // namespace

int main(int argc, char *argv[])
{
    QApplication qtApp(argc, argv);
    QApplication::setApplicationName(QStringLiteral("antiphon"));
    QApplication::setApplicationDisplayName(QStringLiteral("Antiphon"));
    QApplication::setApplicationVersion(QStringLiteral(ANTIPHON_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("antiphon"));

    CLI::App parser("Explore, call and host XML-RPC and JSON-RPC servers.", "antiphon");
    parser.set_version_flag("--version", "antiphon " ANTIPHON_VERSION);
    std::string address;
    std::string script;
    std::string render;
    bool example = false;
    parser.add_option("URL", address, "a server to connect to");
    parser.add_option("--host", script, "a script to host, and to connect to")->check(CLI::ExistingFile);
    parser.add_flag("--example", example, "host the example that comes with the program, and connect to it");
    parser.add_option(
        "--render", render, "with --host or --example: call math.add, write a picture of the window, end");
    CLI11_PARSE(parser, argc, argv);

    // Without a desktop that chooses one, Fusion is the style that looks finished everywhere.
    if (qEnvironmentVariableIsEmpty("QT_STYLE_OVERRIDE") && qEnvironmentVariableIsEmpty("XDG_CURRENT_DESKTOP"))
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    antiphon::installTranslations(QLocale());

    const auto leave = qScopeGuard(&rpc::ChannelTransport::waitUntilLeft); // behind the end of what had WebSockets
    antiphon::Application app;
    app.window().show();
    if (!render.empty())
        renderAndQuit(app, QString::fromStdString(render));
    if (example)
        script = antiphon::Application::exampleScript().toStdString();
    if (!script.empty())
        app.hostAndConnect(QFileInfo(QString::fromStdString(script)).absoluteFilePath());
    else if (!address.empty())
        app.window().connectTo(QString::fromStdString(address));
    return QApplication::exec();
}
