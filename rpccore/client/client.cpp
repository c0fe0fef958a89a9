// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "client.h"

#include <rpccore/core/threadhop.h>

#include "answer.h"
#include "pendingcall_p.h"

#include <QSet>
#include <QThreadPool>

namespace rpc {

namespace {

constexpr qsizetype decodeInPlaceUpTo = 256 * 1024; // bytes; larger answers are decoded in a worker thread

Error invalidArgument(const QString &message) { return Error::make(ErrorKind::InvalidArgument, message); }

// A member that the protocol itself has: a second one would make another message of it.
bool isProtocolMember(const QString &name, JsonRpcVersion version)
{
    return name == u"jsonrpc" || name == u"id" || name == u"method" || name == u"params"
        || (name == u"version" && version == JsonRpcVersion::V1_1);
}

// Tells the answer among other messages.
std::function<bool(const QByteArray &)> answerIn(const std::shared_ptr<const Codec> &codec)
{
    return [codec](const QByteArray &message) { return codec->decodeResponse(message, {}).hasValue(); };
}

// Tells a whole answer from one that breaks off, for codecs that read both.
std::function<bool(const QByteArray &)> wholeAnswerIn(const std::shared_ptr<const Codec> &codec, const Limits &limits)
{
    if (!codec->isTolerant())
        return {};
    return [codec, limits](const QByteArray &body) {
        Findings findings;
        const bool isRead = codec->decodeResponses(body, { limits, {}, &findings }).hasValue();
        return isRead && std::none_of(findings.cbegin(), findings.cend(), [](const Finding &finding) {
            return finding.rule == Rule::JsonBrokenOff || finding.rule == Rule::XmlBrokenOff
                || finding.rule == Rule::JsonRpcEnvelopeMissing;
        });
    };
}

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
            state->fail(Error::make(ErrorKind::Cancelled, QStringLiteral("the client was closed")));
    }
}

template <class State> std::shared_ptr<State> Client::open(const QString &method)
{
    const auto state = std::make_shared<State>();
    state->trace.method = method;
    state->trace.protocol = protocol();
    state->errorMap = m_errorMap;
    std::erase_if(m_open, [](const auto &weak) {
        const auto open = weak.lock();
        return !open || open->isFinished();
    });
    m_open.push_back(state);
    return state;
}

template <class State> void Client::failLater(const std::shared_ptr<State> &state, const Error &error)
{
    state->self = state;
    QMetaObject::invokeMethod(
        this, [state, error] { state->fail(error); }, Qt::QueuedConnection);
}

template <class State, class Judge>
void Client::launch(const std::shared_ptr<State> &state, const QByteArray &body, const QByteArray &contentType,
    const CallOptions &options, Judge judge)
{
    CallOptions sending = options;
    sending.isWhole = wholeAnswerIn(m_codec, m_limits);
    state->exchange = m_transport->send(body, contentType, sending);
    const std::weak_ptr<State> weak = state;
    connect(state->exchange.get(), &TransportExchange::finished, this, [this, weak, judge] {
        const auto waiting = weak.lock();
        if (!waiting || waiting->reply)
            return;
        Trace trace = waiting->exchange->trace();
        trace.method = waiting->trace.method;
        trace.protocol = protocol();
        const auto deliver = [weak](const Trace &judged, auto outcome) {
            if (const auto s = weak.lock(); s && !s->reply) {
                if (s->exchange)
                    s->exchange.release()->deleteLater();
                s->trace = judged;
                s->finish(std::move(outcome));
            }
        };
        if (const auto &error = waiting->exchange->error())
            return deliver(trace, waiting->failed(*error));
        if (trace.responseBody.size() <= decodeInPlaceUpTo) {
            auto outcome = judge(trace);
            return deliver(trace, std::move(outcome));
        }
        QThreadPool::globalInstance()->start([home = m_home, judge, trace, deliver]() mutable {
            auto outcome = judge(trace);
            home->run([deliver, trace, outcome] { deliver(trace, outcome); });
        });
    });
}

std::optional<Error> Client::addDefaults(Params &params) const
{
    if (m_defaults.isEmpty())
        return std::nullopt;
    if (!params.positional().isEmpty())
        return invalidArgument(
            QStringLiteral("the client has default params by name, so a call cannot have params by position"));
    Struct named = params.named();
    for (const Member &m : m_defaults) {
        if (!named.contains(m.name))
            named.append(m.name, m.value);
    }
    params = named;
    return std::nullopt;
}

Result<RequestId> Client::freshId()
{
    const RequestId id = nextId();
    if (m_codec->hasIds() && (id.isAbsent() || id.isNull()))
        return invalidArgument(QStringLiteral("the id generator gave no id"));
    return id;
}

PendingCall Client::call(QAnyStringView method, const Params &params, const CallOptions &options)
{
    Request request { RequestId(), method.toString(), params, {}, m_version };
    if (const auto error = addDefaults(request.params))
        return start(*error, request.method, options);
    const auto id = freshId();
    if (!id)
        return start(id.error(), request.method, options);
    request.id = *id;
    return send(request, options);
}

PendingCall Client::notify(QAnyStringView method, const Params &params, const CallOptions &options)
{
    Request request { RequestId(), method.toString(), params, {}, m_version };
    if (const auto error = addDefaults(request.params))
        return start(*error, request.method, options);
    return send(request, options);
}

PendingCall Client::send(const Request &request, const CallOptions &options)
{
    return start(request, request.method, options);
}

Result<QByteArray> Client::encode(Request request, const CallOptions &options) const
{
    for (const Member &m : options.extra) {
        if (!request.extra.contains(m.name))
            request.extra.append(m.name, m.value);
    }
    if (m_codec->hasIds()) {
        for (const Member &m : std::as_const(request.extra)) {
            if (isProtocolMember(m.name, request.version))
                return invalidArgument(QStringLiteral("\"%1\" is a member of the protocol, no extra one").arg(m.name));
        }
    } else if (!request.extra.isEmpty()) {
        return Error::make(ErrorKind::NotExpressible, QStringLiteral("XML-RPC has no place for extra members"));
    } else if (request.isNotification()) {
        return Error::make(ErrorKind::NotExpressible, QStringLiteral("XML-RPC has no notifications"));
    }
    return m_codec->encodeRequest(request);
}

PendingCall Client::start(const Result<Request> &request, const QString &method, const CallOptions &options)
{
    const auto state = open<PendingCall::State>(method);
    const auto body = request ? encode(*request, options) : Result<QByteArray>(request.error());
    CallOptions sending = options;
    if (request && !request->isNotification())
        sending.isAnswer = answerIn(m_codec);
    if (body)
        launch(state, *body, m_codec->requestType(), sending,
            [request = *request, codec = m_codec, limits = m_limits](
                Trace &trace) -> Reply { return judgeAnswer(request, *codec, limits, trace); });
    else
        failLater(state, body.error());
    if (body && request->isNotification())
        state->goOn();
    return PendingCall(state);
}

PendingCall Client::sendRaw(const QByteArray &body, const QByteArray &contentType, const CallOptions &options)
{
    const auto state = open<PendingCall::State>(QString());
    CallOptions sending = options;
    sending.isAnswer = answerIn(m_codec);
    if (options.extra.isEmpty())
        launch(state, body, contentType.isEmpty() ? m_codec->requestType() : contentType, sending,
            [body, codec = m_codec, limits = m_limits](
                Trace &trace) -> Reply { return judgeRaw(body, *codec, limits, trace); });
    else
        failLater(
            state, invalidArgument(QStringLiteral("extra members have no place in a body that is sent as it is")));
    return PendingCall(state);
}

QList<RequestId> Client::assignIds(Batch &batch)
{
    QList<RequestId> ids;
    ids.reserve(batch.size());
    for (Batch::Entry &entry : batch.m_entries) {
        if (entry.isCall && entry.request.id.isAbsent())
            entry.request.id = nextId();
        ids.append(entry.request.id);
    }
    return ids;
}

Result<QList<Request>> Client::prepare(const Batch &batch)
{
    if (batch.isEmpty())
        return invalidArgument(QStringLiteral("the batch is empty"));
    if (!m_codec->hasIds())
        return Error::make(ErrorKind::NotExpressible,
            QStringLiteral("XML-RPC has no batches; Client::multicall() makes several calls in one message where the "
                           "server has system.multicall"));
    QSet<QString> taken;
    const auto take = [&taken](const RequestId &id) {
        const qsizetype before = taken.size();
        taken.insert(id.toString());
        return taken.size() > before;
    };
    const auto takenTwice = [](const RequestId &id) {
        return invalidArgument(
            QStringLiteral("two calls of the batch have the id %1, their answers could not be told apart")
                .arg(id.toString()));
    };
    for (const Batch::Entry &entry : batch.m_entries) {
        if (entry.isCall && !entry.request.id.isAbsent() && !take(entry.request.id))
            return takenTwice(entry.request.id);
    }
    QList<Request> requests;
    requests.reserve(batch.size());
    for (const Batch::Entry &entry : batch.m_entries) {
        Request request = entry.request;
        if (!entry.isReady) {
            if (auto error = addDefaults(request.params))
                return *std::move(error);
            request.version = m_version;
        }
        if (entry.isCall && request.id.isAbsent()) {
            // An id that a request of the caller's own has is left out.
            auto id = freshId();
            for (qsizetype i = 0; id && taken.contains(id->toString()) && i < batch.size(); ++i)
                id = freshId();
            if (!id)
                return id.error();
            if (!take(*id))
                return takenTwice(*id);
            request.id = *id;
        }
        requests.append(request);
    }
    return requests;
}

PendingBatch Client::send(const Batch &batch, const CallOptions &options)
{
    const auto state = open<PendingBatch::State>(QString());
    QList<bool> isCall;
    for (const Batch::Entry &entry : batch.m_entries)
        isCall.append(entry.isCall);
    state->failed = [isCall](const Error &error) { return BatchReply::failed(isCall, error); };
    PendingBatch pending(state);
    const auto requests = prepare(batch);
    if (!requests) {
        failLater(state, requests.error());
        return pending;
    }
    QList<QByteArray> messages;
    messages.reserve(requests->size());
    for (qsizetype i = 0; i < requests->size(); ++i) {
        auto message = encode(requests->at(i), options);
        if (!message) {
            Error error = message.error();
            error.message = QStringLiteral("call %1 of the batch: %2").arg(i + 1).arg(error.message);
            failLater(state, error);
            return pending;
        }
        messages.append(*std::move(message));
    }
    launch(state, m_codec->joinBatch(messages), m_codec->requestType(), options,
        [requests = *requests, codec = m_codec, limits = m_limits](
            Trace &trace) { return judgeBatch(requests, *codec, limits, trace); });
    if (!isCall.contains(true))
        state->goOn();
    return pending;
}

PendingBatch Client::multicall(const QList<MulticallEntry> &calls, const CallOptions &options, const QString &name)
{
    const auto state = open<PendingBatch::State>(name);
    state->failed
        = [count = calls.size()](const Error &error) { return BatchReply::failed(QList<bool>(count, true), error); };
    PendingBatch pending(state);
    Array list;
    list.reserve(calls.size());
    for (const MulticallEntry &call : calls)
        list.append(
            Struct { { QStringLiteral("methodName"), call.method }, { QStringLiteral("params"), call.params } });
    const auto id = freshId();
    if (calls.isEmpty() || !id) {
        failLater(state, calls.isEmpty() ? invalidArgument(QStringLiteral("there is nothing to call")) : id.error());
        return pending;
    }
    const Request request { *id, name, Array { Value(list) }, {}, m_version };
    const auto body = encode(request, options);
    if (!body) {
        failLater(state, body.error());
        return pending;
    }
    launch(state, *body, m_codec->requestType(), options,
        [request, count = calls.size(), codec = m_codec, limits = m_limits](
            Trace &trace) { return judgeMulticall(request, count, *codec, limits, trace); });
    return pending;
}

} // namespace rpc
