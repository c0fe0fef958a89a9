// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "dispatcher.h"

#include "registry.h"

#include <rpccore/core/logging.h>

#include <exception>

namespace rpc {

namespace {

// One body on its way: collects the answers of its members.
struct Exchange
{
    const Codec &codec;
    Dispatcher::Done done;
    bool isBatch = false;
    qsizetype open = 0;
    QList<QByteArray> answers; // by member; null where nothing is sent
    QList<CallOutcome> outcomes;

    void finishMember(qsizetype index, const Request &request, Result<Value> outcome)
    {
        CallOutcome &log = outcomes[index];
        log.method = request.method;
        log.isNotification = request.isNotification();
        if (!request.isNotification())
            answers[index] = encode({ request.id, outcome }, outcome);
        log.succeeded = outcome.hasValue();
        if (!outcome) {
            log.code = outcome.error().wireCode();
            log.message = outcome.error().toString();
        }
        if (--open == 0)
            finish();
    }

    // A result that the protocol cannot express becomes an error of this member only.
    QByteArray encode(const Response &response, Result<Value> &outcome) const
    {
        const auto bytes = codec.encodeResponse(response);
        if (bytes)
            return *bytes;
        Error e = Error::make(ErrorKind::Internal,
            response.outcome ? QStringLiteral("the result has no form in %1: %2")
                                   .arg(protocolName(codec.protocol()), bytes.error().toString())
                             : QStringLiteral("the error has no form in %1: %2")
                                   .arg(protocolName(codec.protocol()), bytes.error().toString()));
        outcome = e;
        if (const auto told = codec.encodeResponse({ response.id, e }))
            return *told;
        // Even the place in the value has no form (a control character in a member's name).
        e.message = QStringLiteral("the answer has no form in %1").arg(protocolName(codec.protocol()));
        outcome = e;
        return codec.encodeResponse({ response.id, e }).valueOr(QByteArray());
    }

    void finish()
    {
        QList<QByteArray> sent;
        for (const QByteArray &answer : std::as_const(answers)) {
            if (!answer.isNull())
                sent.append(answer);
        }
        std::optional<QByteArray> body;
        if (!sent.isEmpty())
            body = isBatch ? codec.joinBatch(sent) : sent.constFirst();
        done(body, outcomes);
    }
};

// For the client: what the handler meant, with the place in the arguments.
Error visible(Error error)
{
    if (error.kind == ErrorKind::Remote)
        return error; // the application's own words
    if (error.kind == ErrorKind::InvalidParams)
        error.message = QStringLiteral("Invalid params: ") + error.toString();
    return error;
}

} // namespace

Dispatcher::Dispatcher(const Registry &registry, QObject *parent)
    : QObject(parent)
    , m_registry(registry)
    , m_home(std::make_shared<ThreadHop>(this))
{
}

Dispatcher::~Dispatcher() { m_home->close(); }

void Dispatcher::handle(
    const CallContext &context, const Codec &codec, const QByteArray &body, const DecodeOptions &options, Done done)
{
    auto incoming = codec.decodeRequests(body, options);
    auto exchange = std::make_shared<Exchange>(Exchange { codec, std::move(done), false, 0, {}, {} });
    if (!incoming) {
        Error e = incoming.error();
        e.message = (e.kind == ErrorKind::Parse ? QStringLiteral("Parse error: ") : QStringLiteral("Invalid Request: "))
            + e.toString();
        incoming = IncomingRequests { { { e, RequestId::null() } }, false };
    }
    exchange->isBatch = incoming->isBatch;
    exchange->open = incoming->members.size();
    exchange->answers.resize(incoming->members.size());
    exchange->outcomes.resize(incoming->members.size());
    for (qsizetype i = 0; i < incoming->members.size(); ++i) {
        const auto &member = incoming->members.at(i);
        if (!member.request) {
            exchange->finishMember(i, Request { member.id, {}, {} }, member.request.error());
            continue;
        }
        const Request request = *member.request;
        CallContext call = context;
        call.protocol = codec.protocol();
        call.method = request.method;
        call.isNotification = request.isNotification();
        const ReplyHandle reply(m_home, call.token, [exchange, i, request](Result<Value> outcome) {
            if (!outcome)
                outcome = visible(outcome.error());
            exchange->finishMember(i, request, std::move(outcome));
        });
        const auto method = m_registry.find(request.method);
        if (!method) {
            reply.reject(
                Error::make(ErrorKind::MethodNotFound, QStringLiteral("Method not found: \"%1\"").arg(request.method)));
            continue;
        }
        try {
            method->handler(call, request.params, reply);
        } catch (const std::exception &e) { // user code may throw; its text is for the log, not for the client
            qCWarning(lcServer, "%ls threw: %s", qUtf16Printable(request.method), e.what());
            reply.reject(Error::make(ErrorKind::Internal, QStringLiteral("Internal error")));
        } catch (...) {
            qCWarning(lcServer, "%ls threw", qUtf16Printable(request.method));
            reply.reject(Error::make(ErrorKind::Internal, QStringLiteral("Internal error")));
        }
    }
}

} // namespace rpc
