// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "calling.h"

#include "../input.h"
#include "../output.h"

#include <app/workspace/describe.h>
#include <rpccore/json/valuetext.h>

namespace antiphon::cli {

namespace {

rpc::Error wrong(const QString &what) { return rpc::Error::make(rpc::ErrorKind::InvalidArgument, what); }

std::optional<rpc::Error> addTo(rpc::Struct &all, const std::string &word, const QString &option)
{
    auto member = memberFrom(argument(word), option);
    if (!member)
        return member.error();
    if (all.contains(member->name))
        return wrong(QStringLiteral("%1 has \"%2\" twice").arg(option, member->name));
    all.append(member->name, member->value);
    return std::nullopt;
}

} // namespace

CallingCommand::CallingCommand(CLI::App &app, const char *name, const char *help)
    : m_app(*app.add_subcommand(name, help))
{
    m_options.addTo(m_app);
    m_app.add_option("METHOD", m_method, "its name");
    m_app.add_option("ARG", m_words,
        "arguments, each JSON; what is not JSON is text. @FILE is what stands in a file, - (or @-) what comes from "
        "standard input; a text that begins with @ is written @@. {\"$dateTime\": …}, {\"$bytes\": …} and "
        "{\"$int64\": …} spell what JSON lacks");
    m_app.add_flag("--named", m_named, "arguments are NAME=ARG; over XML-RPC they go as one struct");
    m_app.add_option("--member", m_memberWords, "NAME=ARG beside params (JSON-RPC); may be given several times")
        ->expected(1)
        ->take_all()
        ->allow_extra_args(false);
    m_app.add_option("--version", m_version, "of JSON-RPC that the request is in")
        ->check(CLI::IsMember({ "1.0", "1.1", "2.0" }))
        ->capture_default_str();
    m_app
        .add_option("--params", m_emptyParams,
            "what a call without ARG has as params (JSON-RPC): none, array [] or object {}; auto: none over WebSockets "
            "and streams, else array")
        ->check(CLI::IsMember({ "auto", "none", "array", "object" }))
        ->capture_default_str();
    m_app.add_option(
        "--id", m_id, "of the request (JSON-RPC): JSON, or text, or none for a notification; 1 by default");
}

std::optional<rpc::Error> CallingCommand::readWords()
{
    for (const std::string &word : m_words) {
        if (m_named) {
            if (auto failed = addTo(m_byName, word, QStringLiteral("--named")))
                return failed;
            continue;
        }
        auto value = valueFrom(argument(word));
        if (!value)
            return value.error();
        m_positional.append(*std::move(value));
    }
    for (const std::string &word : m_memberWords) {
        if (auto failed = addTo(m_members, word, QStringLiteral("--member")))
            return failed;
    }
    if (!id())
        return wrong(QStringLiteral("--id wants a number, a text, null or none"));
    return std::nullopt;
}

std::optional<rpc::RequestId> CallingCommand::id() const
{
    if (m_id.empty() || m_id == "none")
        return rpc::RequestId();
    return rpc::RequestId::fromValue(rpc::valuetext::fromWord(argument(m_id)));
}

void CallingCommand::logInTo(const Endpoint &endpoint, const Finish &finish, const std::function<void()> &ready)
{
    m_endpoint = endpoint;
    if (Endpoint::isTwoWay(endpoint.target.url))
        m_client = endpoint.makeClient(endpoint.protocol.value_or(rpc::Protocol::JsonRpc), tellOfTheRest);
    m_login.run(m_endpoint, m_client.get(), finish, ready);
}

void CallingCommand::connect(const Finish &finish, const std::function<void()> &ready)
{
    // Where one protocol is possible, nobody has to be asked.
    if (!m_client && m_endpoint.protocol)
        m_client = m_endpoint.makeClient(*m_endpoint.protocol, tellOfTheRest);
    if (m_client)
        return ready();
    m_discovery = m_endpoint.makeDiscovery(tellOfTheRest);
    QObject::connect(m_discovery.get(), &rpc::Discovery::finished, m_discovery.get(),
        [this, finish, ready](const rpc::Result<rpc::ApiModel> &model) {
            if (!model) {
                if (m_options.raw) {
                    for (const rpc::Trace &trace : m_discovery->traces())
                        print(rawText(trace));
                }
                const ExitStatus status = fail(model.error());
                if (status == ExitStatus::InvalidAnswer || status == ExitStatus::TimedOut
                    || model.error().kind == rpc::ErrorKind::ConnectionLost)
                    complain(QStringLiteral("\"%1\" itself was not called: only the protocol was asked for. "
                                            "--protocol json-rpc and --protocol xml-rpc call without asking")
                                 .arg(oneLine(argument(m_method))));
                return finish(status);
            }
            complain(QStringLiteral("protocol: %1").arg(rpc::protocolName(model->protocol)));
            m_client = m_discovery->takeClient();
            ready();
        });
    m_discovery->start(std::nullopt, rpc::Discovery::Depth::NamesOnly);
}

rpc::Result<rpc::Request> CallingCommand::request()
{
    rpc::Request request { m_client->nextId(), argument(m_method), m_positional };
    if (m_client->protocol() == rpc::Protocol::XmlRpc) {
        if (!m_id.empty() || m_version != "2.0" || !m_members.isEmpty())
            return rpc::Error::make(rpc::ErrorKind::NotExpressible,
                QStringLiteral("--id, --version and --member are for JSON-RPC, and the protocol is XML-RPC"));
        if (m_named)
            request.params = rpc::Array { rpc::Value(m_byName) };
        return request;
    }
    if (m_named) {
        request.params = m_byName;
    } else if (m_positional.isEmpty()) {
        Endpoint empty = m_endpoint;
        using Empty = Endpoint::EmptyParams;
        empty.emptyParams = m_emptyParams == "none" ? Empty::None
            : m_emptyParams == "array"              ? Empty::Array
            : m_emptyParams == "object"             ? Empty::Object
                                                    : m_endpoint.emptyParams;
        request.params = empty.paramsOfNone();
        m_leftOut = request.params.isAbsent();
    }
    if (!m_id.empty())
        request.id = *id();
    request.extra = m_members;
    request.version = m_version == "1.0" ? rpc::JsonRpcVersion::V1_0
        : m_version == "1.1"             ? rpc::JsonRpcVersion::V1_1
                                         : rpc::JsonRpcVersion::V2_0;
    return request;
}

QString CallingCommand::hint(const rpc::Error &error) const
{
    const bool isRefusal = error.kind == rpc::ErrorKind::Remote && (error.code == -32602 || error.code == -32600);
    const bool isSilence = error.kind == rpc::ErrorKind::Timeout || error.kind == rpc::ErrorKind::ConnectionLost;
    const bool isGuess
        = m_emptyParams == "auto" && m_words.empty() && m_client && m_client->protocol() == rpc::Protocol::JsonRpc;
    if (!isGuess || (!isRefusal && !isSilence))
        return {};
    return m_leftOut
        ? QStringLiteral("the call went out without params; some servers want --params array or --params object")
        : QStringLiteral("the call went out with params []; some servers want --params none or --params object");
}

} // namespace antiphon::cli
