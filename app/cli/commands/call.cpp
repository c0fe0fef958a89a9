// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"

#include "../output.h"

#include <CLI/CLI.hpp>

#include <app/workspace/describe.h>
#include <rpccore/discovery/discovery.h>
#include <rpccore/json/valuetext.h>

namespace antiphon::cli {

namespace {

class CallCommand : public Command
{
public:
    explicit CallCommand(CLI::App &app)
        : m_app(*app.add_subcommand("call", "Call a method and print its result as JSON"))
    {
        m_options.addTo(m_app);
        auto *method = m_app.add_option("METHOD", m_method, "its name");
        m_app.add_option("ARG", m_words,
            "arguments, each JSON; what is not JSON is text. {\"$dateTime\": …}, {\"$bytes\": …} and {\"$int64\": …} "
            "spell what JSON lacks. @FILE is the content of a file, - that of standard input, @@ begins a text with @");
        m_app.add_flag("--named", m_named, "arguments are NAME=ARG; over XML-RPC they are one struct");
        m_app.add_flag("--notify", m_notify, "send a notification: no result is waited for (JSON-RPC only)");
        m_app
            .add_option("--params", m_empty,
                "what goes out when there are no arguments: none (no params), array ([]), object ({}); auto: array, "
                "and none over WebSockets and streams, where servers with named params wait (JSON-RPC only)")
            ->check(CLI::IsMember({ "auto", "none", "array", "object" }))
            ->capture_default_str();
        m_app
            .add_option("--member", m_members,
                "NAME=JSON, a member of the message beside params; may be given several times (JSON-RPC only)")
            ->expected(1)
            ->take_all();
        m_app.add_option("--version", m_version, "of JSON-RPC")
            ->check(CLI::IsMember({ "1.0", "1.1", "2.0" }))
            ->capture_default_str();
        m_app.add_option("--id", m_id, "the id of the call, JSON; what is not JSON is text (JSON-RPC only)");
        auto *body = m_app.add_option("--body", m_body,
            "send this as the whole body, @FILE or - included, exactly as it is; METHOD and ARG are not needed");
        method->required(false);
        body->excludes(method);
    }

    void run(Finish finish) override
    {
        const auto endpoint = m_options.endpoint();
        if (!endpoint)
            return finish(fail(endpoint.error()));
        if (m_method.empty() && m_body.empty()) {
            complain(QStringLiteral("METHOD is needed, or --body"));
            return finish(ExitStatus::Usage);
        }
        const auto params = readParams();
        if (!params)
            return finish(fail(params.error()));
        m_isTwoWay = Endpoint::isTwoWay(endpoint->target.url);
        // A stream is asked nothing that the user did not ask, and there is one protocol for it.
        const auto protocol = endpoint->protocol || !m_isTwoWay ? endpoint->protocol : rpc::Protocol::JsonRpc;
        if (protocol) {
            m_client = endpoint->makeClient(*protocol, tellOfTheRest);
            return call(*params, finish);
        }
        // Which protocol? Ask.
        m_discovery = endpoint->makeDiscovery(tellOfTheRest);
        QObject::connect(m_discovery.get(), &rpc::Discovery::finished, m_discovery.get(),
            [this, params = *params, finish](const rpc::Result<rpc::ApiModel> &model) {
                if (!model) {
                    if (m_options.raw) {
                        for (const rpc::Trace &trace : m_discovery->traces())
                            print(rawText(trace));
                    }
                    return finish(fail(model.error()));
                }
                complain(QStringLiteral("protocol: %1").arg(rpc::protocolName(model->protocol)));
                m_client = m_discovery->takeClient();
                call(params, finish);
            });
        m_discovery->start(std::nullopt, rpc::Discovery::Depth::NamesOnly);
    }

private:
    static rpc::Error wrong(const QString &message)
    {
        return rpc::Error::make(rpc::ErrorKind::InvalidArgument, message);
    }

    // NAME=WORD, several times.
    static rpc::Result<rpc::Struct> namedValues(const std::vector<std::string> &words, const QString &option)
    {
        rpc::Struct values;
        for (const std::string &word : words) {
            const QString text = argument(word);
            const qsizetype equals = text.indexOf(u'=');
            if (equals < 1)
                return wrong(QStringLiteral("\"%1\" is not NAME=ARG, as %2 wants it").arg(text, option));
            const QString name = text.left(equals);
            if (values.contains(name))
                return wrong(QStringLiteral("the parameter \"%1\" is given twice").arg(name));
            const auto content = inputOf(text.mid(equals + 1).toStdString());
            if (!content)
                return content.error();
            values.append(name, rpc::valuetext::fromWord(*content));
        }
        return values;
    }

    rpc::Result<rpc::Params> readParams() const
    {
        if (m_named) {
            auto values = namedValues(m_words, QStringLiteral("--named"));
            if (!values)
                return values.error();
            return rpc::Params(*std::move(values));
        }
        rpc::Array params;
        for (const std::string &word : m_words) {
            const auto content = inputOf(word);
            if (!content)
                return content.error();
            params.append(rpc::valuetext::fromWord(*content));
        }
        return rpc::Params(params);
    }

    // What goes out for no arguments is a choice: some servers never answer [], others want params.
    rpc::Params paramsToSend(const rpc::Params &params) const
    {
        const bool isXml = m_client->protocol() == rpc::Protocol::XmlRpc;
        if (isXml && m_named)
            return rpc::Array { rpc::Value(params.named()) };
        if (isXml || params.size() > 0)
            return params;
        if (m_empty == "none" || (m_empty == "auto" && !m_named && m_isTwoWay))
            return {};
        if (m_empty == "object")
            return rpc::Struct();
        return params;
    }

    void call(const rpc::Params &params, const Finish &finish)
    {
        const auto onFinished = [this, finish](const rpc::Reply &reply) { show(reply, finish); };
        if (!m_body.empty()) {
            const auto body = inputOf(m_body);
            if (!body)
                return finish(fail(body.error()));
            m_call = m_client->sendRaw(body->toUtf8());
            m_call.onFinished(m_client.get(), onFinished);
            return;
        }
        rpc::Request request;
        request.method = argument(m_method);
        request.params = paramsToSend(params);
        request.version = m_version == "1.0" ? rpc::JsonRpcVersion::V1_0
            : m_version == "1.1"             ? rpc::JsonRpcVersion::V1_1
                                             : rpc::JsonRpcVersion::V2_0;
        auto extra = namedValues(m_members, QStringLiteral("--member"));
        if (!extra)
            return finish(fail(extra.error()));
        request.extra = *std::move(extra);
        if (!m_notify) {
            request.id = m_client->nextId();
            if (!m_id.empty()) {
                const auto id = rpc::RequestId::fromValue(rpc::valuetext::fromWord(argument(m_id)));
                if (!id)
                    return finish(fail(wrong(QStringLiteral("--id wants a text, a number or null"))));
                request.id = *id;
            }
        }
        m_call = m_client->send(request);
        m_call.onFinished(m_client.get(), onFinished);
    }

    void show(const rpc::Reply &reply, const Finish &finish)
    {
        const rpc::Trace &trace = m_call.trace();
        for (const rpc::Finding &finding : trace.findings) {
            if (finding.severity() != rpc::Severity::Note) // those are for the window; here they would be noise
                complain(QStringLiteral("%1: %2 [%3]")
                             .arg(rpc::severityName(finding.severity()), finding.message, finding.id()));
        }
        for (const QByteArray &event : trace.events)
            complain(QStringLiteral("besides the answer came: %1").arg(oneLine(QString::fromUtf8(event))));
        if (m_options.raw)
            print(rawText(trace));
        if (!reply)
            return finish(fail(reply.error()));
        if (!m_options.raw && !m_notify)
            print(rpc::valuetext::toText(*reply, rpc::JsonWriter::Layout::Indented));
        finish(ExitStatus::Success);
    }

    CLI::App &m_app;
    ConnectionOptions m_options;
    std::string m_method;
    std::vector<std::string> m_words;
    std::vector<std::string> m_members;
    std::string m_empty = "auto";
    std::string m_version = "2.0";
    std::string m_id;
    std::string m_body;
    bool m_isTwoWay = false;
    bool m_named = false;
    bool m_notify = false;
    std::unique_ptr<rpc::Discovery> m_discovery;
    std::unique_ptr<rpc::Client> m_client;
    rpc::PendingCall m_call;
};

} // namespace

std::unique_ptr<Command> makeCallCommand(CLI::App &app) { return std::make_unique<CallCommand>(app); }

} // namespace antiphon::cli
