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

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

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

// The arguments without those that QApplication takes for itself, in the order that CLI11 wants.
std::vector<std::string> ownArguments(int argc, char *argv[])
{
    static const std::vector<std::string> withValue { "platform", "platformpluginpath", "platformtheme", "plugin",
        "style", "stylesheet", "qwindowgeometry", "qwindowicon", "qwindowtitle", "geometry", "title", "icon", "display",
        "session", "qmljsdebugger" };
    std::vector<std::string> own;
    for (int i = 1; i < argc; ++i) {
        const std::string word(argv[i]);
        const std::string name
            = word.substr(word.find_first_not_of('-') == std::string::npos ? 0 : word.find_first_not_of('-'));
        const bool isOption = word.size() > 1 && word[0] == '-';
        const auto isNamed
            = [&](const std::string &option) { return name == option || name.rfind(option + '=', 0) == 0; };
        const auto known = std::find_if(withValue.begin(), withValue.end(), isNamed);
        if (isOption && known != withValue.end())
            i += name == *known ? 1 : 0;
        else if (!isOption || (name != "reverse" && name != "widgetcount"))
            own.push_back(word);
    }
    std::reverse(own.begin(), own.end());
    return own;
}

// Without one Qt ends the program by abort().
bool hasDisplay(int argc, char *argv[])
{
#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
    for (const char *variable : { "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM" }) {
        if (!qEnvironmentVariableIsEmpty(variable))
            return true;
    }
    return std::any_of(argv + 1, argv + argc, [](const char *word) {
        return qstrcmp(word, "-platform") == 0 || qstrcmp(word, "--platform") == 0 || qstrcmp(word, "-display") == 0;
    });
#else
    Q_UNUSED(argc)
    Q_UNUSED(argv)
    return true;
#endif
}

} // namespace

int main(int argc, char *argv[])
{
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
    try {
        parser.parse(ownArguments(argc, argv));
    } catch (const CLI::ParseError &e) {
        return parser.exit(e); // before anything needs a display
    }
    if (!hasDisplay(argc, argv)) {
        std::fputs("antiphon: there is no display here (DISPLAY and WAYLAND_DISPLAY are not set); antiphon-cli does "
                   "the same in a "
                   "terminal\n",
            stderr);
        return 1;
    }

    QApplication qtApp(argc, argv);
    QApplication::setApplicationName(QStringLiteral("antiphon"));
    QApplication::setApplicationDisplayName(QStringLiteral("Antiphon"));
    QApplication::setApplicationVersion(QStringLiteral(ANTIPHON_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("antiphon"));

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
