// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "options.h"

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
    command.add_option("URL", url, "where to call: http://host:port/path or https://")->required();
    command
        .add_option(
            "--protocol", protocol, "auto asks: JSON-RPC first, XML-RPC first where the path says RPC2 or xmlrpc")
        ->check(CLI::IsMember({ "auto", "json-rpc", "xml-rpc" }))
        ->capture_default_str();
    command.add_option("--header", headers, "a header field to send, 'K: V'; may be given several times")
        ->expected(1)
        ->take_all();
    command.add_option("--user", user, "NAME:PASSWORD for Basic authentication");
    command.add_option("--bearer", bearer, "a token for Bearer authentication");
    command.add_option("--timeout", timeout, "seconds to wait for a complete answer; 0 = no limit")
        ->check(CLI::Range(0.0, 1e6))
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
    for (const std::string &text : headers) {
        const auto field = Endpoint::headerFromText(argument(text));
        if (!field)
            return field.error();
        endpoint.target.headers.append(*field);
    }
    const QString credentials = argument(user);
    endpoint.target.user = credentials.section(u':', 0, 0);
    endpoint.target.password = credentials.section(u':', 1);
    endpoint.target.bearer = argument(bearer);
    endpoint.target.timeout = std::chrono::milliseconds(std::isfinite(timeout) ? qint64(timeout * 1000) : 0);
    return endpoint;
}

} // namespace antiphon::cli
