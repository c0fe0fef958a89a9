// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "client.h"

#include <rpccore/core/threadhop.h>

#include "answer.h"
#include "pendingcall_p.h"

#include <QThreadPool>

namespace rpc {

namespace {

constexpr qsizetype decodeInPlaceUpTo = 256 * 1024; // bytes; larger answers are decoded in a worker thread

} // namespace

Client::Client(std::unique_ptr<ClientTransport> transport, std::shared_ptr<const Codec> codec, QObject *parent)
    : QObject(parent)
    , m_transport(std::move(transport))
    , m_codec(std::move(codec))
    , m_home(std::make_shared<ThreadHop>(this))
{
}

Client::~Client()
{
    m_home->close();
    for (const auto &weak : std::exchange(m_open, {})) {
        if (const auto state = weak.lock())
            state->finish(Error::make(ErrorKind::Cancelled, QStringLiteral("the client was closed")));
    }
}

PendingCall Client::call(const QString &method, const Params &params, const CallOptions &options)
{
    Request request { RequestId(), method, params };
    request.id = m_codec->hasIds() ? RequestId(++m_lastId) : RequestId::null();
    return send(request, options);
}

PendingCall Client::notify(const QString &method, const Params &params, const CallOptions &options)
{
    return send(Request { RequestId(), method, params }, options);
}

PendingCall Client::send(const Request &request, const CallOptions &options)
{
    const auto state = std::make_shared<PendingCall::State>();
    state->trace.method = request.method;
    state->trace.protocol = protocol();
    PendingCall call(state);
    std::erase_if(m_open, [](const auto &weak) {
        const auto open = weak.lock();
        return !open || open->reply;
    });
    m_open.push_back(state);
    const auto failLater = [this, &state](const Error &error) {
        state->self = state;
        QMetaObject::invokeMethod(
            this, [state, error] { state->finish(error); }, Qt::QueuedConnection);
    };
    if (request.isNotification() && !m_codec->hasIds()) {
        failLater(Error::make(ErrorKind::NotExpressible, QStringLiteral("XML-RPC has no notifications")));
        return call;
    }
    const auto body = m_codec->encodeRequest(request);
    if (!body) {
        failLater(body.error());
        return call;
    }
    state->exchange = m_transport->send(*body, m_codec->requestType(), options);
    const std::weak_ptr<PendingCall::State> weak = state;
    connect(state->exchange.get(), &TransportExchange::finished, this, [this, weak, request] {
        const auto waiting = weak.lock();
        if (!waiting || waiting->reply)
            return;
        Trace trace = waiting->exchange->trace();
        trace.method = request.method;
        trace.protocol = protocol();
        const auto deliver = [weak](const Trace &judged, Reply reply) {
            if (const auto s = weak.lock(); s && !s->reply) {
                if (s->exchange)
                    s->exchange.release()->deleteLater();
                s->trace = judged;
                s->finish(std::move(reply));
            }
        };
        if (const auto &error = waiting->exchange->error())
            return deliver(trace, *error);
        if (trace.responseBody.size() <= decodeInPlaceUpTo) {
            Reply reply = judgeAnswer(request, *m_codec, m_limits, trace);
            return deliver(trace, std::move(reply));
        }
        QThreadPool::globalInstance()->start(
            [home = m_home, request, codec = m_codec, limits = m_limits, trace, deliver]() mutable {
                Reply reply = judgeAnswer(request, *codec, limits, trace);
                home->run([deliver, trace, reply] { deliver(trace, reply); });
            });
    });
    return call;
}

} // namespace rpc
