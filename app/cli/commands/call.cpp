// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"

#include "../output.h"

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
        m_app.add_option("METHOD", m_method, "its name")->required();
        m_app.add_option("ARG", m_words,
            "arguments, each JSON; what is not JSON is text. {\"$dateTime\": …}, {\"$bytes\": …} and {\"$int64\": …} "
            "spell what JSON lacks");
        m_app.add_flag("--named", m_named, "arguments are NAME=ARG (JSON-RPC only)");
        m_app.add_flag("--notify", m_notify, "send a notification: no result is waited for (JSON-RPC only)");
    }

    void run(Finish finish) override
    {
        const auto endpoint = m_options.endpoint();
        if (!endpoint)
            return finish(fail(endpoint.error()));
        const auto params = readParams();
        if (!params)
            return finish(fail(params.error()));
        if (endpoint->protocol) {
            m_client = endpoint->makeClient(*endpoint->protocol, tellOfTheRest);
            return call(*params, finish);
        }
        // Which protocol? Ask.
        m_discovery = endpoint->makeDiscovery(tellOfTheRest);
        QObject::connect(m_discovery.get(), &rpc::Discovery::finished, m_discovery.get(),
            [this, params = *params, finish](const rpc::Result<rpc::ApiModel> &model) {
                if (!model)
                    return finish(fail(model.error()));
                complain(QStringLiteral("protocol: %1").arg(rpc::protocolName(model->protocol)));
                m_client = m_discovery->takeClient();
                call(params, finish);
            });
        m_discovery->start(std::nullopt, rpc::Discovery::Depth::NamesOnly);
    }

private:
    rpc::Result<rpc::Params> readParams() const
    {
        if (!m_named) {
            rpc::Array params;
            for (const std::string &word : m_words)
                params.append(rpc::valuetext::fromWord(argument(word)));
            return rpc::Params(params);
        }
        rpc::Struct params;
        for (const std::string &word : m_words) {
            const QString text = argument(word);
            const qsizetype equals = text.indexOf(u'=');
            if (equals < 1)
                return rpc::Error::make(rpc::ErrorKind::InvalidArgument,
                    QStringLiteral("\"%1\" is not NAME=ARG, as --named wants it").arg(text));
            if (params.contains(text.left(equals)))
                return rpc::Error::make(rpc::ErrorKind::InvalidArgument,
                    QStringLiteral("the parameter \"%1\" is given twice").arg(text.left(equals)));
            params.append(text.left(equals), rpc::valuetext::fromWord(text.mid(equals + 1)));
        }
        return rpc::Params(params);
    }

    void call(const rpc::Params &params, const Finish &finish)
    {
        const QString method = argument(m_method);
        m_call = m_notify ? m_client->notify(method, params) : m_client->call(method, params);
        m_call.onFinished(m_client.get(), [this, finish](const rpc::Reply &reply) { show(reply, finish); });
    }

    void show(const rpc::Reply &reply, const Finish &finish)
    {
        const rpc::Trace &trace = m_call.trace();
        for (const rpc::Finding &finding : trace.findings) {
            if (finding.severity() != rpc::Severity::Note) // those are for the window; here they would be noise
                complain(QStringLiteral("%1: %2 [%3]")
                             .arg(rpc::severityName(finding.severity()), finding.message, finding.id()));
        }
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
    bool m_named = false;
    bool m_notify = false;
    std::unique_ptr<rpc::Discovery> m_discovery;
    std::unique_ptr<rpc::Client> m_client;
    rpc::PendingCall m_call;
};

} // namespace

std::unique_ptr<Command> makeCallCommand(CLI::App &app) { return std::make_unique<CallCommand>(app); }

} // namespace antiphon::cli
