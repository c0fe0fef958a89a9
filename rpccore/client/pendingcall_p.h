// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/pendingcall.h>
#include <rpccore/client/transport.h>

#include <QPointer>
#include <QPromise>

#include <vector>

namespace rpc {

struct PendingCall::State : std::enable_shared_from_this<PendingCall::State>
{
    std::unique_ptr<TransportExchange> exchange;
    Trace trace;
    std::optional<Reply> reply;

    ~State();
    void finish(Reply outcome);
    void addCallback(QObject *context, std::function<void(const Reply &)> function);

    struct Callback
    {
        QPointer<QObject> context;
        std::function<void(const Reply &)> function;
    };
    std::vector<Callback> callbacks;
    std::vector<QMetaObject::Connection> contextWatches;
    std::optional<QPromise<Reply>> promise;
    std::shared_ptr<State> self; // while somebody but a PendingCall waits
};

} // namespace rpc
