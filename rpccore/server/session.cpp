// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "session.h"

#include "server.h"

#include <rpccore/jsonrpc/jsonrpccodec.h>

#include <atomic>

namespace rpc {

namespace {

QString nextId()
{
    static std::atomic<quint64> last = 0;
    return u"session-" % QString::number(++last);
}

std::unique_ptr<ChannelTransport> makeTransport(std::unique_ptr<MessageChannel> channel, Server &server,
    const CallContext &known, const Limits &limits, Session::Languages languages)
{
    ChannelOptions options;
    options.limits = limits;
    if (server.options().maxBatch > 0)
        options.limits.batch = server.options().maxBatch;
    options.dropsSlowReaders = true;
    options.answersUnreadable = true;
    if (const Codec *xml = server.codecFor("text/xml"); xml && languages == Session::Languages::Both)
        options.xmlRpc = std::shared_ptr<const Codec>(std::shared_ptr<const Codec>(), xml); // the server's
    CallContext context = known;
    context.session = nextId();
    context.protocol = Protocol::JsonRpc;
    context.token = std::make_shared<CallToken>();
    context.codec = server.codecFor("application/json");
    if (context.peer.isNull()) {
        context.peer = channel->peerAddress();
        context.peerPort = channel->peerPort();
    }
    auto transport = std::make_unique<ChannelTransport>(std::move(channel), options);
    transport->serve(server.dispatcher(), context);
    return transport;
}

} // namespace

Session::Session(std::unique_ptr<MessageChannel> channel, Server &server, const CallContext &context,
    const Limits &limits, QObject *parent, Languages languages)
    : Session(makeTransport(std::move(channel), server, context, limits, languages), server, parent)
{
}

Session::Session(std::unique_ptr<ChannelTransport> transport, Server &server, QObject *parent)
    : QObject(parent)
    , m_server(&server)
    , m_transport(transport.get())
    , m_client(std::move(transport), std::make_shared<JsonRpcCodec>())
{
    connect(m_transport, &ChannelTransport::closed, this, [this] {
        Q_EMIT ended();
        deleteLater();
    });
    connect(m_transport, &ChannelTransport::answered, this, &Session::onAnswered);
    connect(m_transport, &ChannelTransport::unexpected, this, &Session::onUnexpected);
    server.add(*this);
}

Session::~Session()
{
    if (m_server)
        m_server->remove(*this);
}

void Session::close(int code, const QString &reason) { m_transport->close(code, reason); }

void Session::closeWhenAnswered(int code, const QString &reason) { m_transport->closeWhenAnswered(code, reason); }

ServedExchange Session::exchangeOf(const ChannelMessage &request) const
{
    const CallContext &known = context();
    ServedExchange log;
    log.peer = known.peer;
    log.peerPort = known.peerPort;
    log.carriage = carriage();
    log.requestHead = request.head;
    log.requestBody = request.body;
    return log;
}

void Session::onUnexpected(const UnexpectedMessage &message)
{
    if (!m_server || !m_server->isObserved())
        return;
    ServedExchange log = exchangeOf({ {}, message.body, {} });
    log.received = QDateTime::currentDateTime();
    log.refusal = message.text;
    Q_EMIT m_server->served(log);
}

void Session::onAnswered(const ChannelMessage &request, const Dispatched &result, const ChannelMessage &answer,
    std::chrono::microseconds duration)
{
    if (!m_server || !m_server->isObserved())
        return;
    ServedExchange log = exchangeOf(request);
    log.received = QDateTime::currentDateTime().addMSecs(-duration.count() / 1000);
    log.duration = duration;
    log.responseHead = answer.head;
    log.responseBody = answer.body;
    log.protocol = m_transport->protocolOf(request);
    log.calls = result.outcomes;
    log.findings = result.findings;
    Q_EMIT m_server->served(log);
}

} // namespace rpc
