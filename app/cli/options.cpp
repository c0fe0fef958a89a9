// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

#include "input.h"
#include "output.h"

#include <app/workspace/peerwatch.h>

#include <CLI/CLI.hpp>

#include <cmath>

namespace antiphon::cli {

namespace {
constexpr char guard = '\x01';
}

std::string guarded(const char *word)
{
    const std::string text(word);
    return !text.empty() && text.front() == '[' && text.back() == ']' ? guard + text : text;
}

QString argument(const std::string &word)
{
    return QString::fromStdString(!word.empty() && word.front() == guard ? word.substr(1) : word);
}

void ConnectionOptions::addTo(CLI::App &command)
{
    command.add_option("URL", url, "where to call, see below")->required();
    command.footer(Endpoint::addressForms().toStdString());
    command
        .add_option(
            "--protocol", protocol, "auto asks: JSON-RPC first, XML-RPC first where the path says RPC2 or xmlrpc")
        ->check(CLI::IsMember({ "auto", "json-rpc", "xml-rpc" }))
        ->capture_default_str();
    command.add_option("--header", headers, "a header field to send, 'K: V' or @FILE; may be given several times")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command.add_option(
        "--user", user, "NAME:PASSWORD; goes by the scheme that the server asks for (Digest, Basic); @FILE reads it "
        "from a file, - from standard input");
    command.add_option("--bearer", bearer, "a token for Bearer authentication; @FILE and - as for --user");
    command.add_option("--timeout", timeout, "seconds to wait for a complete answer; 0 = no limit")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
    command.add_option("--connect-timeout", connectTimeout, "seconds to wait for a connection; 0 = no limit")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
    command.add_option("--tls-ca", authority, "a PEM file of authorities to trust besides the system's");
    auto *own = command.add_option("--tls-cert", certificate, "a PEM file with a certificate to show to the server");
    command.add_option("--tls-key", key, "a PEM file with its private key; by default the same file")->needs(own);
    auto *any = command.add_flag("--insecure", insecure, "take any certificate: unsafe, for tests only");
    command.add_option("--proxy", proxy, "http://host:port, socks5://host:port, or system; none by default");
    auto *onlyDigest = command.add_flag("--digest", digest, "--user by Digest only");
    command.add_flag("--basic", basic, "--user by Basic, without asking the server for a scheme")->excludes(onlyDigest);
    command
        .add_option("--pin", pin,
            "the SHA-256 of the one certificate to take, 64 hexadecimal digits: whoever signed it, whatever its name")
        ->excludes(any);
    command.add_option("--server-name", serverName, "the name that the certificate has to be for, instead of the host");
    auto *loggingIn = command.add_option("--login", login,
        "a method to call first, whose cookies go with what comes behind it (over WebSockets and streams: on the same "
        "connection)");
    command
        .add_option("--login-arg", loginWords,
            "an argument for it, as ARG of call: JSON or text, @FILE or -; may be given several times")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false)
        ->needs(loggingIn);
    command.add_flag("--compressed", compressed, "ask for gzip or deflate");
    command.add_option("--env", environment, "NAME=VALUE for a program that is started; may be given several times")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command.add_option("--cwd", directory, "the folder in which such a program runs");
    command
        .add_option("--subprotocol", subprotocols,
            "a subprotocol to offer over WebSocket; may be given several times, the preferred one first")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command
        .add_option("--limit", limits,
            "bounds on an answer, NAME=NUMBER[K|M|G],...: body and head in bytes, items (values), depth (nested "
            "lists and structs); by default body=1G,head=16K,items=200000000,depth=512")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    command
        .add_option("--lenient", lenient,
            "explorer shows what can be read of an answer and tells what is wrong with it; none refuses what breaks "
            "the specification, as a strict client does")
        ->check(CLI::IsMember({ "none", "explorer" }))
        ->capture_default_str();
    command.add_flag("--raw", raw, "print the exact bytes sent and received");
}

rpc::Result<Endpoint> ConnectionOptions::endpoint() const
{
    Endpoint endpoint;
    const auto address = Endpoint::urlFromText(argument(url));
    if (!address)
        return address.error();
    endpoint.target.url = *address;
    endpoint.protocol = Endpoint::protocolFromText(argument(protocol));
    if (const auto failed = readCredentials(endpoint.target))
        return *failed;
    if (const auto failed = readLimits(endpoint.target.limits))
        return *failed;
    endpoint.isExplorer = lenient == "explorer";
    for (const std::string &name : subprotocols)
        endpoint.subprotocols.append(argument(name));
    endpoint.target.timeout = std::chrono::milliseconds(std::isfinite(timeout) ? qint64(timeout * 1000) : 0);
    endpoint.target.connectTimeout = std::chrono::milliseconds(qint64(connectTimeout * 1000));
    endpoint.target.digest = digest;
    endpoint.asksForScheme = !basic;
    endpoint.target.acceptCompression = compressed;
    for (const std::string &entry : environment)
        endpoint.environment.append(argument(entry));
    endpoint.workingDirectory = argument(directory);
    const QString scheme = endpoint.target.url.scheme();
    const bool isHttp = scheme.startsWith(u"http");
    const bool isLocal = scheme.startsWith(u"unix") || scheme.startsWith(u"exec") || scheme.endsWith(u"+unix");
    const auto impossible
        = [](const char *what) { return rpc::Error::make(rpc::ErrorKind::InvalidArgument, QString::fromLatin1(what)); };
    if (digest && !isHttp)
        return impossible("--digest is for http and https: elsewhere the password would be sent as it is");
    const bool isTls = scheme == u"https" || scheme == u"wss" || scheme.startsWith(u"tls");
    if ((!pin.empty() || !serverName.empty()) && !isTls)
        return impossible("--pin and --server-name are for https, wss and tls: elsewhere no certificate is shown");
    if (basic && user.empty() && endpoint.target.url.userName().isEmpty())
        return impossible("--basic says how --user goes out, and there is none");
    if (!subprotocols.empty() && !scheme.startsWith(u"ws"))
        return impossible("--subprotocol is for ws and wss");
    if (!proxy.empty() && (isLocal || scheme == u"scgi"))
        return impossible("--proxy has no meaning for this address");
    if (const auto failed = readTls(endpoint.target.tls))
        return *failed;
    if (const auto failed = readProxy(endpoint.target))
        return *failed;
    return endpoint;
}

rpc::Result<std::optional<rpc::Request>> ConnectionOptions::loginCall() const
{
    if (login.empty())
        return std::optional<rpc::Request>();
    rpc::Array params;
    for (const std::string &word : loginWords) {
        auto value = valueFrom(argument(word));
        if (!value)
            return value.error();
        params.append(*std::move(value));
    }
    return std::optional(rpc::Request { rpc::RequestId(1), argument(login), params });
}

std::optional<rpc::Error> ConnectionOptions::readCredentials(rpc::HttpTarget &target) const
{
    for (const std::string &word : headers) {
        const auto text = textFrom(argument(word));
        if (!text)
            return text.error();
        const auto field = Endpoint::headerFromText(*text);
        if (!field)
            return field.error();
        target.headers.append(*field);
    }
    const auto credentials = textFrom(argument(user));
    if (!credentials)
        return credentials.error();
    target.user = credentials->section(u':', 0, 0);
    target.password = credentials->section(u':', 1);
    const auto token = textFrom(argument(bearer));
    if (!token)
        return token.error();
    target.bearer = *token;
    return std::nullopt;
}

std::optional<rpc::Error> ConnectionOptions::readLimits(rpc::Limits &bounds) const
{
    for (const std::string &word : limits) {
        const QStringList entries = argument(word).split(u',');
        for (const QString &entry : entries) {
            const QString name = entry.section(u'=', 0, 0).trimmed();
            QString number = entry.section(u'=', 1).trimmed();
            const qsizetype unit = number.isEmpty() ? -1 : QStringLiteral("KMG").indexOf(number.back().toUpper());
            if (unit >= 0)
                number.chop(1);
            bool isNumber = false;
            const qint64 value = number.toLongLong(&isNumber) * (qint64(1) << (10 * (unit + 1)));
            // Nesting costs stack where it is read, and more than a TiB is no bound.
            const qint64 most = name == u"depth" ? 2000 : name == u"head" ? 1LL << 30 : 1LL << 40;
            const bool isKnown = name == u"body" || name == u"head" || name == u"items" || name == u"depth";
            if (!isKnown || !isNumber || value < 1 || value > most || number.size() > 12)
                return rpc::Error::make(rpc::ErrorKind::InvalidArgument,
                    QStringLiteral("--limit wants body=, head=, items= or depth= with a number, not \"%1\"")
                        .arg(entry));
            if (name == u"body")
                bounds.bytes = value;
            else if (name == u"head")
                bounds.headerBytes = value;
            else if (name == u"items")
                bounds.items = value;
            else
                bounds.depth = int(value);
        }
    }
    return std::nullopt;
}

std::optional<rpc::Error> ConnectionOptions::readTls(rpc::TlsOptions &tls) const
{
    tls.verify = !insecure;
    tls.serverName = argument(serverName);
    if (!pin.empty()) {
        const auto sha256 = rpc::TlsOptions::sha256FromText(argument(pin));
        if (!sha256)
            return sha256.error();
        tls.pinnedSha256 = *sha256;
    }
    if (!authority.empty()) {
        const auto authorities = rpc::TlsOptions::certificatesFromFile(argument(authority));
        if (!authorities)
            return authorities.error();
        tls.authorities = *authorities;
    }
    if (certificate.empty())
        return std::nullopt;
    const auto chain = rpc::TlsOptions::certificatesFromFile(argument(certificate));
    if (!chain)
        return chain.error();
    const auto secret = rpc::TlsOptions::keyFromFile(argument(key.empty() ? certificate : key));
    if (!secret)
        return secret.error();
    tls.certificate = *chain;
    tls.key = *secret;
    return std::nullopt;
}

std::optional<rpc::Error> ConnectionOptions::readProxy(rpc::HttpTarget &target) const
{
    if (proxy.empty())
        return std::nullopt;
    if (proxy == "system") {
        target.systemProxy = true;
        return std::nullopt;
    }
    const QUrl url(argument(proxy), QUrl::StrictMode);
    const bool known = url.scheme() == u"http" || url.scheme() == u"socks5";
    if (!known || url.host().isEmpty() || url.port() <= 0)
        return rpc::Error::make(rpc::ErrorKind::InvalidArgument,
            QStringLiteral("--proxy wants http://host:port, socks5://host:port or system, not \"%1\"")
                .arg(url.toString(QUrl::RemovePassword)));
    target.proxy = QNetworkProxy(url.scheme() == u"http" ? QNetworkProxy::HttpProxy : QNetworkProxy::Socks5Proxy,
        url.host(), quint16(url.port()), url.userName(QUrl::FullyDecoded), url.password(QUrl::FullyDecoded));
    return std::nullopt;
}

void tellOfTheRest(rpc::ClientTransport &transport)
{
    const PeerWatch *const watch = PeerWatch::over(transport);
    if (!watch)
        return;
    QObject::connect(watch, &PeerWatch::came, watch, [](const PeerMessage &message) {
        using Kind = PeerMessage::Kind;
        // What becomes of the connection is told by the calls that need it.
        if (message.kind != Kind::Opened && message.kind != Kind::Closed && message.kind != Kind::Lost)
            complain(message.line());
    });
}

} // namespace antiphon::cli
