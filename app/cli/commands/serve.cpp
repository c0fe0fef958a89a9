// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"

#include "../output.h"

#include <app/workspace/describe.h>
#include <app/workspace/host.h>

namespace antiphon::cli {

namespace {

class ServeCommand : public Command
{
public:
    explicit ServeCommand(CLI::App &app)
        : m_app(*app.add_subcommand("serve", "Host the methods of scripts, over both protocols on one URL"))
    {
        m_app.add_option("FILE.js", m_files, "scripts")->required()->check(CLI::ExistingFile);
        m_app.add_option("--listen", m_listen, "ADDRESS:PORT; port 0 = any free one")->capture_default_str();
        m_app.add_option("--path", m_path, "the path of the URL")->capture_default_str();
        m_app.add_option("--time-limit", m_timeLimit, "seconds that one call of the script may take")
            ->check(CLI::Range(0.01, 1e5))
            ->capture_default_str();
        m_app.add_flag("--log", m_log, "print a line for each request to standard error");
    }

    void run(Finish finish) override
    {
        const auto options = readOptions();
        if (!options)
            return finish(fail(options.error()));
        QObject::connect(&m_host, &Host::started, &m_host,
            [](const QUrl &url) { print(QStringLiteral("listening on %1").arg(url.toString())); });
        QObject::connect(&m_host, &Host::failed, &m_host, [finish](const rpc::Error &error) {
            complain(error.message); // the script's file, line and column are in it
            finish(ExitStatus::Usage);
        });
        QObject::connect(
            &m_host, &Host::logged, &m_host, [](const QString &level, const QString &text, const QString &where) {
                complain(where % u": " % (level == u"info" ? QString() : QString(level % u": ")) % text);
            });
        if (m_log)
            QObject::connect(&m_host, &Host::served, &m_host, &ServeCommand::logExchange);
        QStringList files;
        for (const std::string &file : m_files)
            files.append(argument(file));
        if (!options->address.isLoopback())
            complain(QStringLiteral("warning: %1 can be reached from the network").arg(options->address.toString()));
        m_host.start(files, *options, std::chrono::milliseconds(qint64(m_timeLimit * 1000)));
    }

private:
    rpc::Result<rpc::HttpOptions> readOptions() const
    {
        rpc::HttpOptions options;
        const QString listen = argument(m_listen);
        const qsizetype colon = listen.lastIndexOf(u':');
        QString address = listen.left(colon);
        if (address.startsWith(u'[') && address.endsWith(u']'))
            address = address.mid(1, address.size() - 2);
        bool ok = false;
        const uint port = listen.mid(colon + 1).toUInt(&ok);
        options.address = address == u"localhost" ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(address);
        if (colon < 1 || !ok || port > 65535 || options.address.isNull())
            return rpc::Error::make(rpc::ErrorKind::InvalidArgument,
                QStringLiteral("--listen wants ADDRESS:PORT, such as 127.0.0.1:8080, not \"%1\"").arg(listen));
        options.port = quint16(port);
        options.path = argument(m_path);
        return options;
    }

    static void logExchange(const rpc::ServedExchange &exchange)
    {
        QStringList what;
        for (const rpc::CallOutcome &call : exchange.calls) {
            what.append(call.succeeded
                    ? QString(call.method % u" ok")
                    : QString(call.method % u" error " % QString::number(call.code) % u' ' % call.message));
        }
        if (!exchange.refusal.isEmpty())
            what.append(exchange.refusal);
        complain(exchange.peer.toString() % u' ' % QString::number(exchange.status) % u' '
            % rpc::durationText(exchange.duration) % u' ' % harmless(what.join(u"; ")));
    }

    // A client chooses these words: they must not look like lines of their own, nor move the cursor.
    static QString harmless(QString text)
    {
        constexpr qsizetype longest = 200;
        if (text.size() > longest)
            text = text.left(longest) % u" …";
        for (QChar &c : text) {
            if (c.category() == QChar::Other_Control)
                c = u'?';
        }
        return text;
    }

    CLI::App &m_app;
    std::vector<std::string> m_files;
    std::string m_listen = "127.0.0.1:0";
    std::string m_path = "/rpc";
    double m_timeLimit = 5;
    bool m_log = false;
    Host m_host;
};

} // namespace

std::unique_ptr<Command> makeServeCommand(CLI::App &app) { return std::make_unique<ServeCommand>(app); }

} // namespace antiphon::cli
