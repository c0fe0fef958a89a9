// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "calling.h"

#include "../input.h"
#include "../output.h"

#include <app/workspace/describe.h>
#include <rpccore/json/valuetext.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>

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
                m_protocols = isForJsonOnly() ? QList<rpc::Protocol> { rpc::Protocol::JsonRpc }
                                              : rpc::Discovery::protocolsFor(m_endpoint.target.url);
            callNext(finish);
        });
    }

private:
    // Where nobody said which protocol the server speaks, the call itself finds out: one that was not even read goes out
    // in the next one.
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

    static bool isNoMessage(const rpc::Error &error)
    {
        using rpc::ErrorKind;
        return error.kind == ErrorKind::InvalidAnswer || error.kind == ErrorKind::HttpStatus
            || error.kind == ErrorKind::EmptyAnswer;
    }

    bool isForJsonOnly() const
    {
        return m_notify || m_app.count("--id") + m_app.count("--version") + m_app.count("--member") > 0;
    }

    // The server has not read the call, and says so: by a message of the other protocol, or by a status that means the
    // form of the request. Everything else may have come after somebody acted.
    bool isUnread(const rpc::Reply &reply, const rpc::Trace &trace) const
    {
        using rpc::ErrorKind;
        if (trace.httpStatus == 0 || m_protocols.isEmpty())
            return false;
        const bool isAnswer = reply || reply.error().kind == ErrorKind::Remote;
        const bool isBare = std::any_of(trace.findings.cbegin(), trace.findings.cend(),
            [](const rpc::Finding &f) { return f.rule == rpc::Rule::JsonRpcEnvelopeMissing; });
        if (isAnswer && !isBare)
            return false;
        const int status = trace.httpStatus;
        if (status == 400 || status == 404 || status == 405 || status == 406 || status == 415)
            return true;
        rpc::DecodeOptions decode;
        decode.charset = trace.charset;
        const auto other = m_protocols.constFirst() == rpc::Protocol::XmlRpc
            ? rpc::XmlRpcCodec().decodeResponse(trace.responseBody, decode)
            : rpc::JsonRpcCodec().decodeResponse(trace.responseBody, decode);
        return other.hasValue();
    }

    void await(const rpc::PendingCall &call, const Finish &finish)
    {
        m_call = call;
        m_call.onFinished(m_client.get(), [this, finish](const rpc::Reply &reply) {
            if (m_isGuess && isUnread(reply, m_call.trace())) {
                m_unread = m_call;
                m_unreadClient = std::move(m_client);
                return callNext(finish);
            }
            if (m_options.raw && m_unread)
                print(rawText(m_unread->trace()));
            if (!reply && m_unread && isNoMessage(reply.error())) {
                // Neither of the protocols: what came to the likelier one says more.
                if (m_options.raw)
                    print(rawText(m_call.trace()));
                return finish(fail(m_unread->reply()->hasValue() ? reply.error() : m_unread->reply()->error()));
            }
            show(reply, finish);
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
    std::optional<rpc::PendingCall> m_unread; // in the first protocol
    std::unique_ptr<rpc::Client> m_unreadClient;
};

} // namespace

std::unique_ptr<Command> makeCallCommand(CLI::App &app) { return std::make_unique<CallCommand>(app); }

} // namespace antiphon::cli
