// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"

#include "../output.h"

#include <app/workspace/describe.h>
#include <app/workspace/host.h>

#include <CLI/CLI.hpp>

#include <QCryptographicHash>
#include <QRegularExpression>

#include <cstring>

namespace antiphon::cli {

namespace {

class ServeCommand : public Command
{
public:
    explicit ServeCommand(CLI::App &app)
        : m_app(*app.add_subcommand("serve", "Host the methods of scripts, over both protocols on one URL"))
    {
        m_app.add_option("FILE.js", m_files, "scripts")->required()->check(CLI::ExistingFile);
        m_app
            .add_option(
                "--listen", m_listen, "where to listen, see below; may be given several times; 127.0.0.1:0 by default")
            ->expected(1)
            ->take_all();
        m_app.footer(
            "--listen takes\n"
            "  ADDRESS:PORT               HTTP and WebSocket; port 0 = any free one\n"
            "  https://ADDRESS:PORT       the same with TLS: --tls-cert, or a certificate made for the occasion\n"
            "  tcp://ADDRESS:PORT         a stream of messages, of both protocols\n"
            "  tls://ADDRESS:PORT         the same with TLS, as https\n"
            "  unix:///run/a.sock         the same on a Unix socket\n"
            "  stdio:                     the same on standard input and output\n"
            "The framing of a stream is found by looking, or stands behind a plus sign: stdio+lsp:, tcp+netstring://.\n"
            "\n"
            "--accept takes lenient, or any of\n"
            + acceptNames());
        m_app.add_option("--path", m_path, "the path of the URL")->capture_default_str();
        m_app
            .add_option(
                "--host", m_hosts, "a name under which it is called, besides its address; may be given several times")
            ->expected(1)
            ->take_all();
        m_app
            .add_option("--origin", m_origins,
                "an Origin (of a web page) that may call and read the answers (CORS), * = every page there is; "
                "may be given several times")
            ->expected(1)
            ->take_all();
        m_app
            .add_option("--accept", m_accept,
                "what besides the specifications is read: lenient = all of it, or a list with commas, see below")
            ->expected(1)
            ->take_all();
        m_app.add_flag("--lenient", m_lenient, "the same as --accept lenient");
        m_app.add_flag("--no-nil", m_noNil,
            "write no <nil/>, for clients that do not know it: a method without a result answers \"\"");
        m_app.add_flag("--no-i8", m_noInt64, "write no <i8>, for clients that do not know it");
        m_app
            .add_option("--limit", m_limits,
                "NAME=NUMBER, with commas: body, message (of a WebSocket), items, depth, batch, connections; "
                "bytes may end in k or M")
            ->expected(1)
            ->take_all();
        m_app
            .add_option(
                "--subprotocol", m_subprotocols, "a WebSocket subprotocol that is spoken; may be given several times")
            ->expected(1)
            ->take_all();
        m_app.add_option("--notification-status", m_notificationStatus, "the HTTP status of an answer without content")
            ->check(CLI::IsMember({ 200, 202, 204 }))
            ->capture_default_str();
        auto *certificate
            = m_app.add_option("--tls-cert", m_certificate, "a PEM file with the certificate, for https and tls");
        m_app.add_option("--tls-key", m_key, "a PEM file with its private key; by default the same file")
            ->needs(certificate);
        m_app.add_flag("--docs", m_documentation, "answer a GET with a page that describes the methods");
        m_app.add_option("--drain", m_drain, "seconds that calls under way have when SIGTERM or SIGINT comes")
            ->check(CLI::Range(0.0, 1e5))
            ->capture_default_str();
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
        QObject::connect(&m_host, &Host::started, &m_host, [this, isSilent = options->stdio.has_value()] {
            // Standard output belongs to the messages when they go there.
            for (const QUrl &url : m_host.urls())
                isSilent ? complain(u"listening on " % url.toString())
                         : print(QString(u"listening on " % url.toString()));
        });
        QObject::connect(&m_host, &Host::failed, &m_host, [finish](const rpc::Error &error) {
            complain(error.message); // the script's file, line and column are in it
            finish(ExitStatus::Usage);
        });
        QObject::connect(
            &m_host, &Host::stopped, &m_host, [finish] { finish(ExitStatus::Success); }, Qt::QueuedConnection);
        QObject::connect(
            &m_host, &Host::logged, &m_host, [](const QString &level, const QString &text, const QString &where) {
                complain(where % u": " % (level == u"info" ? QString() : QString(level % u": ")) % text);
            });
        if (m_log)
            QObject::connect(&m_host, &Host::served, &m_host, &ServeCommand::logExchange);
        QStringList files;
        for (const std::string &file : m_files)
            files.append(argument(file));
        m_host.start(files, *options, std::chrono::milliseconds(qint64(m_timeLimit * 1000)));
    }

    bool interrupt() override
    {
        m_host.stop(std::chrono::milliseconds(qint64(m_drain * 1000)));
        return true;
    }

private:
    static std::string acceptNames()
    {
        std::string text;
        const auto add = [&text](const char *name, const char *meaning) {
            text += "  " + std::string(name) + std::string(qMax(1, 27 - int(std::strlen(name))), ' ') + meaning + '\n';
        };
        for (const auto &leniency : rpc::JsonRpcDialect::leniencies())
            add(leniency.name, leniency.meaning);
        for (const auto &leniency : rpc::XmlRpcDialect::leniencies())
            add(leniency.name, leniency.meaning);
        return text;
    }

    static rpc::Error wrong(const QString &message)
    {
        return rpc::Error::make(rpc::ErrorKind::InvalidArgument, message);
    }

    static QStringList listOf(const std::vector<std::string> &words)
    {
        QStringList all;
        for (const std::string &word : words)
            all += argument(word).split(u',', Qt::SkipEmptyParts);
        return all;
    }

    std::optional<rpc::Error> readDialects(rpc::ServerOptions &server) const
    {
        const QStringList accepted
            = listOf(m_accept) + (m_lenient ? QStringList { QStringLiteral("lenient") } : QStringList());
        for (const QString &name : accepted) {
            bool known = name == u"lenient";
            for (const auto &leniency : rpc::JsonRpcDialect::leniencies()) {
                if (name == u"lenient" || name == QLatin1String(leniency.name))
                    known = server.jsonRpc.*leniency.member = true;
            }
            for (const auto &leniency : rpc::XmlRpcDialect::leniencies()) {
                if (name == u"lenient" || name == QLatin1String(leniency.name))
                    known = server.xmlRpc.*leniency.member = true;
            }
            if (!known)
                return wrong(QStringLiteral("--accept knows no \"%1\"; --help has the list").arg(name));
        }
        server.xmlRpc.nil = !m_noNil;
        server.xmlRpc.emptyForNil = m_noNil;
        server.xmlRpc.int64 = !m_noInt64;
        return std::nullopt;
    }

    std::optional<rpc::Error> readLimits(rpc::Limits &limits) const
    {
        for (const QString &word : listOf(m_limits)) {
            const QString name = word.section(u'=', 0, 0);
            QString number = word.section(u'=', 1);
            const qint64 unit = number.endsWith(u'k', Qt::CaseInsensitive) ? 1024
                : number.endsWith(u'm', Qt::CaseInsensitive)               ? 1024 * 1024
                                                                           : 1;
            if (unit > 1)
                number.chop(1);
            bool ok = false;
            const qint64 value = number.toLongLong(&ok);
            constexpr qint64 most = 1LL << 40;
            if (!ok || value < 1 || value > most / unit)
                return wrong(QStringLiteral("--limit wants NAME=NUMBER, such as body=64M, not \"%1\"").arg(word));
            const qint64 limit = value * unit;
            const int small = int(qMin<qint64>(limit, INT_MAX));
            if (name == u"body")
                limits.bytes = limit;
            else if (name == u"message")
                limits.messageBytes = limit;
            else if (name == u"items")
                limits.items = limit;
            else if (name == u"depth")
                limits.depth = qMin(small, 10'000);
            else if (name == u"batch")
                limits.batch = small;
            else if (name == u"connections")
                limits.connections = limits.connectionsPerHost = small;
            else
                return wrong(QStringLiteral(
                    "--limit knows no \"%1\"; it knows body, message, items, depth, batch and connections")
                                 .arg(name));
        }
        return std::nullopt;
    }

    static rpc::Error wrongListen(const QString &text)
    {
        return rpc::Error::make(rpc::ErrorKind::InvalidArgument,
            QStringLiteral(
                "--listen wants ADDRESS:PORT, such as 127.0.0.1:8080, or one of the forms of --help, not \"%1\"")
                .arg(text));
    }

    static rpc::Result<std::pair<QHostAddress, quint16>> addressAndPort(const QString &text)
    {
        const qsizetype colon = text.lastIndexOf(u':');
        QString address = text.left(colon);
        if (address.startsWith(u'[') && address.endsWith(u']'))
            address = address.mid(1, address.size() - 2);
        bool ok = false;
        const uint port = text.mid(colon + 1).toUInt(&ok);
        const QHostAddress host
            = address == u"localhost" ? QHostAddress(QHostAddress::LocalHost) : QHostAddress(address);
        if (colon < 1 || !ok || port > 65535 || host.isNull())
            return wrongListen(text);
        if (!host.isLoopback())
            complain(QStringLiteral("warning: %1 can be reached from the network").arg(host.toString()));
        return std::pair(host, quint16(port));
    }

    rpc::Result<HostOptions> readOptions() const
    {
        HostOptions options;
        options.http.reset();
        rpc::Limits limits;
        if (auto error = readDialects(options.server))
            return *std::move(error);
        if (auto error = readLimits(limits))
            return *std::move(error);
        options.streamLimits = limits;
        QStringList doors;
        QStringList addresses; // that the certificate is for
        bool isHttpSecure = false;
        QList<qsizetype> secureStreams;
        for (const std::string &door : m_listen)
            doors.append(argument(door));
        if (doors.isEmpty())
            doors.append(QStringLiteral("127.0.0.1:0"));
        for (const QString &door : std::as_const(doors)) {
            static const QRegularExpression form(QStringLiteral("^([a-z]+)(?:\\+([a-z]+))?:(?://)?(.*)$"));
            const auto match = form.match(door);
            const QString scheme = match.captured(1);
            const auto framing = match.captured(2).isEmpty() ? std::optional(rpc::Framing::Detect)
                                                             : rpc::framingFromName(match.captured(2));
            if (match.hasMatch() && scheme == u"stdio" && framing && match.captured(3).isEmpty() && !options.stdio) {
                options.stdio = framing;
            } else if (match.hasMatch() && (scheme == u"tcp" || scheme == u"tls" || scheme == u"unix") && framing) {
                rpc::StreamOptions stream;
                stream.framing = *framing;
                stream.limits = limits;
                if (scheme == u"unix") {
                    stream.socketPath = match.captured(3);
                    if (!stream.socketPath.startsWith(u'/'))
                        return wrongListen(door);
                } else {
                    const auto at = addressAndPort(match.captured(3));
                    if (!at)
                        return wrongListen(door);
                    std::tie(stream.address, stream.port) = *at;
                }
                if (scheme == u"tls") {
                    secureStreams.append(options.streams.size());
                    addresses.append(stream.address.toString());
                }
                options.streams.append(stream);
            } else {
                const bool hasScheme = door.startsWith(u"http://") || door.startsWith(u"https://");
                const auto at = addressAndPort(hasScheme ? door.section(QStringLiteral("//"), 1) : door);
                if (!at)
                    return wrongListen(door);
                if (options.http)
                    return rpc::Error::make(
                        rpc::ErrorKind::InvalidArgument, QStringLiteral("--listen can name one address for HTTP"));
                options.http = rpc::HttpOptions();
                std::tie(options.http->address, options.http->port) = *at;
                options.http->limits = limits;
                readHttp(*options.http);
                isHttpSecure = door.startsWith(u"https:");
                if (isHttpSecure)
                    addresses.append(options.http->address.toString());
            }
        }
        if (addresses.isEmpty())
            return options;
        const auto tls = readTls(addresses);
        if (!tls)
            return tls.error();
        if (isHttpSecure)
            options.http->tls = *tls;
        for (const qsizetype i : std::as_const(secureStreams))
            options.streams[i].tls = *tls;
        return options;
    }

    void readHttp(rpc::HttpOptions &http) const
    {
        http.path = argument(m_path);
        http.documentation = m_documentation;
        for (const std::string &host : m_hosts)
            http.hosts.append(argument(host));
        for (const std::string &origin : m_origins)
            http.origins.append(argument(origin));
        http.webSocket.origins = http.origins;
        if (!http.origins.isEmpty()) {
            // Fields cannot do harm that the origin may not do anyway.
            http.cors = rpc::CorsOptions();
            http.cors->origins = http.origins;
            http.cors->headers = { QStringLiteral("*") };
        }
        for (const std::string &protocol : m_subprotocols)
            http.webSocket.subprotocols.append(argument(protocol));
        http.notificationStatus = m_notificationStatus;
    }

    rpc::Result<rpc::ServerTls> readTls(const QStringList &addresses) const
    {
        if (!m_certificate.empty())
            return rpc::ServerTls::fromFiles(argument(m_certificate), argument(m_key.empty() ? m_certificate : m_key));
        QStringList names;
        for (const std::string &host : m_hosts)
            names.append(argument(host));
        const auto tls = rpc::ServerTls::selfSigned(names + addresses);
        if (tls)
            complain(QStringLiteral("the certificate is signed by nobody but itself; SHA-256 %1")
                         .arg(QString::fromLatin1(
                             tls->certificate.constFirst().digest(QCryptographicHash::Sha256).toHex(':'))));
        return tls;
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
        complain(exchange.peer.toString() % u' '
            % (exchange.carriage.isEmpty() ? QString::number(exchange.status) : exchange.carriage) % u' '
            % rpc::durationText(exchange.duration) % u' ' % oneLine(what.join(u"; ")));
    }

    CLI::App &m_app;
    std::vector<std::string> m_files;
    std::vector<std::string> m_listen;
    std::string m_path = "/rpc";
    std::vector<std::string> m_hosts;
    std::vector<std::string> m_origins;
    std::vector<std::string> m_accept;
    std::vector<std::string> m_limits;
    std::vector<std::string> m_subprotocols;
    bool m_lenient = false;
    bool m_noNil = false;
    bool m_noInt64 = false;
    int m_notificationStatus = 204;
    std::string m_certificate;
    std::string m_key;
    bool m_documentation = false;
    double m_drain = 10;
    double m_timeLimit = 5;
    bool m_log = false;
    Host m_host;
};

} // namespace

std::unique_ptr<Command> makeServeCommand(CLI::App &app) { return std::make_unique<ServeCommand>(app); }

} // namespace antiphon::cli
