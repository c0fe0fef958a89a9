// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/commands.h"
#include "output.h"

#include <rpccore/duplex/channeltransport.h>

#include <CLI/CLI.hpp>

#include <QCoreApplication>
#include <QSocketNotifier>

#include <csignal>
#include <map>

#ifdef Q_OS_UNIX
#include <sys/socket.h>
#include <unistd.h>
#endif

namespace {

#ifdef Q_OS_UNIX
int signalPipe[2];

// SIGINT and SIGTERM end the event loop, so that everything is taken down in order.
void quitOnSignals(QCoreApplication &app, antiphon::cli::Command &command)
{
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, signalPipe) != 0)
        return;
    auto *notifier = new QSocketNotifier(signalPipe[1], QSocketNotifier::Read, &app);
    QObject::connect(notifier, &QSocketNotifier::activated, &app, [&command, isSecond = false]() mutable {
        char byte = 0;
        [[maybe_unused]] const auto taken = ::read(signalPipe[1], &byte, 1);
        if (std::exchange(isSecond, true) || !command.interrupt())
            QCoreApplication::exit(0);
    });
    struct sigaction action = {};
    action.sa_handler = [](int) {
        const char byte = 1;
        [[maybe_unused]] const auto written = ::write(signalPipe[0], &byte, 1);
    };
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}
#else
void quitOnSignals(QCoreApplication &, antiphon::cli::Command &) { }
#endif

} // namespace

int main(int argc, char *argv[])
{
    using namespace antiphon::cli;
    QCoreApplication app(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("antiphon-cli"));
    QCoreApplication::setApplicationVersion(QStringLiteral(ANTIPHON_VERSION));

    CLI::App parser("Explore, call and host XML-RPC and JSON-RPC servers.", "antiphon-cli");
    parser.set_version_flag("--version", "antiphon-cli " ANTIPHON_VERSION);
    parser.require_subcommand(1);
    parser.footer("Exit status: 0 success, 1 usage, 2 unreachable, 3 timed out, 4 no valid answer,\n"
                  "5 error or fault from the server, 6 authentication refused, 7 success in part.");
    std::map<std::string, std::unique_ptr<Command>> commands;
    commands["list"] = makeListCommand(parser);
    commands["describe"] = makeDescribeCommand(parser);
    commands["call"] = makeCallCommand(parser);
    commands["bench"] = makeBenchCommand(parser);
    commands["serve"] = makeServeCommand(parser);
    try {
        std::vector<std::string> words; // CLI11 wants them backwards
        for (int i = argc - 1; i > 0; --i)
            words.push_back(guarded(argv[i]));
        parser.parse(std::move(words));
    } catch (const CLI::ParseError &e) {
        return parser.exit(e) == 0 ? int(ExitStatus::Success) : int(ExitStatus::Usage);
    }
    Command &command = *commands.at(parser.get_subcommands().front()->get_name());
    quitOnSignals(app, command);
    QMetaObject::invokeMethod(
        &app, [&command] { command.run([](ExitStatus status) { QCoreApplication::exit(int(status)); }); },
        Qt::QueuedConnection);
    const int status = QCoreApplication::exec();
    commands.clear(); // while the application still lives
    rpc::ChannelTransport::waitUntilLeft(); // some servers die of a WebSocket that just ends
    return status;
}
