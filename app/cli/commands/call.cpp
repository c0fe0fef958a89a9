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
            return logInTo(*endpoint, finish, [this, body = *body, finish] {
                connect(finish, [this, body, finish] { await(m_client->sendRaw(body), finish); });
            });
        }
        logInTo(*endpoint, finish, [this, finish] {
            if (!m_client && !m_endpoint.protocol)
                m_protocols = rpc::Discovery::protocolsFor(m_endpoint.target.url);
            callNext(finish);
        });
    }

private:
    // Where nobody said which protocol the server speaks, the call itself finds out: what is answered by something else
    // was not acted on, and goes out in the next one.
    void callNext(const Finish &finish)
    {
        m_isGuess = !m_protocols.isEmpty();
        if (m_isGuess)
            m_client = m_endpoint.makeClient(m_protocols.takeFirst(), tellOfTheRest);
        else if (!m_client)
            m_client = m_endpoint.makeClient(*m_endpoint.protocol, tellOfTheRest);
        auto message = request();
        if (!message)
            return finish(fail(message.error()));
        if (m_notify)
            message->id = rpc::RequestId();
        m_notify = message->isNotification();
        await(m_client->send(*message), finish);
    }

    // A complete answer came, and it is none of this protocol.
    static bool isForeign(const rpc::Reply &reply, const rpc::Trace &trace)
    {
        using rpc::ErrorKind;
        if (trace.httpStatus == 0 || trace.httpStatus == 401 || trace.httpStatus == 403)
            return false;
        if (reply) // something that an explorer shows although it is no message of the protocol
            return trace.httpStatus >= 400
                && std::any_of(trace.findings.cbegin(), trace.findings.cend(),
                    [](const rpc::Finding &f) { return f.rule == rpc::Rule::JsonRpcEnvelopeMissing; });
        const ErrorKind kind = reply.error().kind;
        return kind == ErrorKind::InvalidAnswer || kind == ErrorKind::HttpStatus || kind == ErrorKind::EmptyAnswer;
    }

    void await(const rpc::PendingCall &call, const Finish &finish)
    {
        m_call = call;
        m_call.onFinished(m_client.get(), [this, finish](const rpc::Reply &reply) {
            if (!m_isGuess || !isForeign(reply, m_call.trace()))
                return show(reply, finish);
            if (!m_protocols.isEmpty()) {
                m_foreign = m_call;
                m_foreignClient = std::move(m_client);
                return callNext(finish);
            }
            if (m_foreign) // none of the protocols: what came to the likelier one says more
                std::swap(m_call, *m_foreign);
            show(*m_call.reply(), finish);
        });
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
        if (m_options.raw && m_foreign)
            print(rawText(m_foreign->trace()));
        if (m_options.raw)
            print(rawText(trace));
        if (m_isGuess && (reply || reply.error().kind == rpc::ErrorKind::Remote))
            complain(QStringLiteral("protocol: %1").arg(rpc::protocolName(m_client->protocol())));
        if (!reply) {
            const ExitStatus status = fail(reply.error());
            const auto kind = reply.error().kind;
            if (m_isGuess && (kind == rpc::ErrorKind::Timeout || kind == rpc::ErrorKind::ConnectionLost))
                complain(QStringLiteral("the call went out in %1; --protocol %2 calls in the other protocol")
                             .arg(rpc::protocolName(m_client->protocol()),
                                 m_client->protocol() == rpc::Protocol::JsonRpc ? QStringLiteral("xml-rpc")
                                                                                : QStringLiteral("json-rpc")));
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
    QList<rpc::Protocol> m_protocols; // that are left to be tried
    bool m_isGuess = false;
    rpc::PendingCall m_call;
    std::optional<rpc::PendingCall> m_foreign; // answered by something else than its protocol
    std::unique_ptr<rpc::Client> m_foreignClient;
};

} // namespace

std::unique_ptr<Command> makeCallCommand(CLI::App &app) { return std::make_unique<CallCommand>(app); }

} // namespace antiphon::cli
