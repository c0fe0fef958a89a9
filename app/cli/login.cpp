// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "login.h"

#include "output.h"

#include <app/workspace/describe.h>

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
        m_client = endpoint.makeClient(endpoint.protocol.value_or(rpc::Protocol::JsonRpc), tellOfTheRest);
        client = m_client.get();
    }
    rpc::PendingCall pending = client->send(**call);
    pending.onFinished(client, [this, pending, failed, ready](const rpc::Reply &reply) {
        if (m_options.raw)
            print(rawText(pending.trace()));
        const bool isRefused = reply && *reply == rpc::Value(false);
        if (reply && !isRefused)
            return ready();
        complain(QStringLiteral("the login did not work:"));
        if (reply)
            complain(QStringLiteral("\"%1\" gave false").arg(argument(m_options.login)));
        failed(reply ? ExitStatus::RemoteError : fail(reply.error()));
    });
}

} // namespace antiphon::cli
