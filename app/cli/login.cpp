// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "login.h"

#include "output.h"

#include <app/workspace/describe.h>
#include <rpccore/json/valuetext.h>

namespace antiphon::cli {

void Login::run(Endpoint &endpoint, rpc::Client *client, const Finish &failed, const std::function<void()> &ready)
{
    const auto call = m_options.loginCall();
    if (!call)
        return failed(fail(call.error()));
    if (!*call)
        return ready();
    if (!client) {
        endpoint.openSession();
        m_client = endpoint.makeClient(
            endpoint.protocol.value_or(rpc::Discovery::protocolsFor(endpoint.target.url).constFirst()), tellOfTheRest);
        client = m_client.get();
    }
    rpc::PendingCall pending = client->send(**call);
    pending.onFinished(client, [this, pending, failed, ready](const rpc::Reply &reply) {
        if (m_options.raw)
            print(rawText(pending.trace()));
        const auto &findings = pending.trace().findings;
        const bool isAnswer = std::none_of(findings.cbegin(), findings.cend(),
            [](const rpc::Finding &f) { return f.rule == rpc::Rule::JsonRpcEnvelopeMissing; });
        if (reply && isAnswer && *reply != rpc::Value(false))
            return ready();
        complain(QStringLiteral("the login did not work:"));
        if (reply)
            complain(QStringLiteral("\"%1\" gave %2")
                         .arg(argument(m_options.login),
                             oneLine(QString::fromUtf8(rpc::valuetext::toText(*reply)))));
        failed(reply ? ExitStatus::RemoteError : fail(reply.error()));
    });
}

} // namespace antiphon::cli
