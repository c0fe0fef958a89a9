// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "calling.h"

#include "../input.h"
#include "../output.h"

#include <app/workspace/describe.h>
#include <rpccore/json/valuetext.h>

#include <CLI/CLI.hpp>

namespace antiphon::cli {

namespace {

class CallCommand : public CallingCommand
{
public:
    explicit CallCommand(CLI::App &app)
        : CallingCommand(app, "call", "Call a method and print its result as JSON")
    {
        m_app.add_flag("--notify", m_notify, "send a notification: no result is waited for (JSON-RPC only)");
        m_app.add_option("--body", m_bodyWord,
            "instead of METHOD and ARG: the whole body, sent as it is; @FILE or - (standard input), or the text "
            "itself");
    }

    void run(Finish finish) override
    {
        auto endpoint = m_options.endpoint();
        if (!endpoint)
            return finish(fail(endpoint.error()));
        const bool hasBody = m_app.count("--body") > 0;
        if (hasBody == (m_app.count("METHOD") > 0)) {
            complain(hasBody ? QStringLiteral("--body is the whole message: METHOD has no place beside it")
                             : QStringLiteral("METHOD is needed, or --body"));
            return finish(ExitStatus::Usage);
        }
        if (const auto failed = readWords())
            return finish(fail(*failed));
        if (hasBody) {
            const auto body = bytesFrom(argument(m_bodyWord));
            if (!body)
                return finish(fail(body.error()));
            if (!endpoint->protocol)
                endpoint->protocol = body->trimmed().startsWith('<') ? rpc::Protocol::XmlRpc : rpc::Protocol::JsonRpc;
            m_client = endpoint->makeClient(*endpoint->protocol, tellOfTheRest);
            return await(m_client->sendRaw(*body), finish);
        }
        connectTo(*endpoint, finish, [this, endpoint = *endpoint, finish] {
            auto message = request(endpoint);
            if (!message)
                return finish(fail(message.error()));
            if (m_notify)
                message->id = rpc::RequestId();
            m_notify = message->isNotification();
            await(m_client->send(*message), finish);
        });
    }

private:
    void await(const rpc::PendingCall &call, const Finish &finish)
    {
        m_call = call;
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
        for (const QByteArray &event : trace.events)
            complain(QStringLiteral("besides the answer came: %1").arg(oneLine(QString::fromUtf8(event))));
        if (m_options.raw)
            print(rawText(trace));
        if (!reply) {
            const ExitStatus status = fail(reply.error());
            if (const QString text = hint(reply.error()); !text.isEmpty())
                complain(text);
            return finish(status);
        }
        if (!m_options.raw && !m_notify)
            print(rpc::valuetext::toText(*reply, rpc::JsonWriter::Layout::Indented));
        finish(ExitStatus::Success);
    }

    std::string m_bodyWord;
    bool m_notify = false;
    rpc::PendingCall m_call;
};

} // namespace

std::unique_ptr<Command> makeCallCommand(CLI::App &app) { return std::make_unique<CallCommand>(app); }

} // namespace antiphon::cli
