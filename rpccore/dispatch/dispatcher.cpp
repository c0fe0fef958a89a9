// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "dispatcher.h"

#include "registry.h"

#include <rpccore/core/logging.h>

#include <QPointer>
#include <QVarLengthArray>

#include <exception>

namespace rpc {

namespace {

constexpr qsizetype largestInPlace = 256 * 1024; // bytes of a body: a millisecond or two
constexpr int mostDecoders = 2;

Error withDetails(ErrorKind kind, const char *message, const QString &details)
{
    Error e = Error::make(kind, QLatin1String(message));
    e.details = details;
    return e;
}

Error refusedCall(const QString &method)
{
    return withDetails(
        ErrorKind::Unauthorized, "Authentication failed", QStringLiteral("when calling \"%1\"").arg(method));
}

// Answers with the exception that was just caught.
void rejectThrown(const ReplyHandle &reply) { reply.reject(Error::fromException(std::current_exception())); }

ReplyHandle prepared(const ReplyHandle &reply, const std::shared_ptr<const Method> &method)
{
    return reply.continued([method](Result<Value> outcome, const ReplyHandle &outer) {
        if (!outcome)
            return outer.answer(std::move(outcome));
        // A coroutine of it may be a lambda, which has to live as long.
        method->prepareResult(*std::move(outcome)).onFinished([method, outer](const Result<Value> &result) {
            outer.answer(result);
        });
    });
}

// Whoever calls gets no more than "Internal error": what happened is told here.
void logThrown(const QString &method, const Error &error)
{
    qCWarning(lcServer, "%ls threw: %ls", qUtf16Printable(method), qUtf16Printable(error.details));
}

QString noForm(Protocol protocol) { return u"has no form in " % protocolName(protocol); }

// The specification's own words, with what is known as details.
Error worded(Error error)
{
    const auto reword = [&error](const char *message) {
        const QString words = QLatin1String(message);
        if (error.details.isEmpty() && error.message != words)
            error.details = error.toString();
        error.message = words;
    };
    switch (error.kind) {
    case ErrorKind::Parse:
        reword("Parse error");
        break;
    case ErrorKind::InvalidRequest:
    case ErrorKind::LimitExceeded:
        reword("Invalid Request");
        break;
    case ErrorKind::MethodNotFound:
        reword("Method not found");
        break;
    case ErrorKind::InvalidParams:
        reword("Invalid params");
        break;
    default:
        break;
    }
    return error;
}

} // namespace

// One body on its way: collects the answers of its members.
struct Dispatcher::Exchange
{
    const Codec &codec;
    CallContext context;
    Dispatcher::Done done;
    QList<IncomingRequest> members;
    bool isBatch = false;
    qsizetype open = 0;
    qsizetype next = 0; // the first member that has not been started
    qsizetype running = 0;
    bool pumping = false;
    QVarLengthArray<QByteArray, 1> answers; // by member; null where nothing is sent
    Dispatched result;

    // Of one member's call.
    CallContext contextOf(qsizetype index) const
    {
        CallContext call = context;
        describe(call, index);
        return call;
    }
    void describe(CallContext &call, qsizetype index) const
    {
        const IncomingRequest &member = members.at(index);
        if (!member.request)
            return;
        call.id = member.request->id;
        call.method = member.request->method;
        call.isNotification = member.request->isNotification();
    }

    void finishMember(qsizetype index, Result<Value> outcome, const Dispatcher &dispatcher)
    {
        const IncomingRequest &member = members.at(index);
        CallOutcome &log = result.outcomes[index];
        if (member.request) {
            log.method = member.request->method;
            log.isNotification = member.request->isNotification();
        }
        if (!outcome && outcome.error().httpStatus >= 400 && outcome.error().kind == ErrorKind::Unauthorized)
            result.refusal = outcome.error();
        if (!log.isNotification)
            answers[index] = encode(index, outcome, dispatcher);
        log.succeeded = outcome.hasValue();
        if (!outcome) {
            log.code = outcome.error().wireCode();
            log.message = outcome.error().toString();
        }
        if (--open == 0)
            finish();
    }

    // What is sent. A result that the protocol cannot express becomes an error of this member only.
    QByteArray encode(qsizetype index, Result<Value> &outcome, const Dispatcher &dispatcher) const
    {
        const IncomingRequest &member = members.at(index);
        const auto encoded = [&](const Result<Value> &told) {
            if (told)
                return codec.encodeResponse({ member.id, told, member.version });
            return codec.encodeResponse({ member.id, dispatcher.concealed(told.error()), member.version });
        };
        const auto bytes = encoded(outcome);
        if (bytes)
            return *bytes;
        CallContext call = contextOf(index);
        call.id = members.at(index).id;
        outcome = dispatcher.formlessError(
            outcome ? QStringLiteral("the result") : QStringLiteral("the error"), bytes.error(), call);
        if (const auto told = encoded(outcome))
            return *told;
        // Even the place in the value has no form (a control character in a member's name).
        outcome = withDetails(ErrorKind::Internal, "Internal error", QString(u"the answer " % noForm(codec.protocol())));
        return encoded(outcome).valueOr(QByteArray());
    }

    void finish()
    {
        if (isBatch) {
            QList<QByteArray> sent;
            sent.reserve(answers.size());
            std::copy_if(answers.cbegin(), answers.cend(), std::back_inserter(sent),
                [](const QByteArray &answer) { return !answer.isNull(); });
            if (!sent.isEmpty() && !result.refusal)
                result.body = codec.joinBatch(sent);
        } else if (!answers.at(0).isNull() && !result.refusal) {
            result.body = answers.at(0);
        }
        done(result);
    }
};

Dispatcher::Dispatcher(const Registry &registry, QObject *parent)
    : QObject(parent)
    , m_registry(registry)
    , m_home(std::make_shared<ThreadHop>(this))
{
}

Dispatcher::~Dispatcher()
{
    m_home->close();
    if (m_decoders) {
        m_decoders->clear();
        m_decoders->waitForDone(); // they use codecs that may go next
    }
}

void Dispatcher::use(std::shared_ptr<Middleware> middleware) { m_middlewares.push_back(std::move(middleware)); }

void Dispatcher::use(MiddlewareFunction middleware) { m_middlewares.push_back(makeMiddleware(std::move(middleware))); }

bool Dispatcher::allowsOrigin(const QByteArray &origin) const
{
    return std::any_of(m_middlewares.cbegin(), m_middlewares.cend(),
        [&](const auto &middleware) { return middleware->allowsOrigin(origin); });
}

void Dispatcher::handle(
    const CallContext &context, const Codec &codec, const QByteArray &body, const DecodeOptions &options, Done done)
{
    auto exchange
        = std::make_shared<Exchange>(Exchange { codec, context, std::move(done), {}, false, 0, 0, 0, false, {}, {} });
    exchange->context.protocol = codec.protocol();
    exchange->context.codec = &codec;
    DecodeOptions decode = options;
    decode.findings = &exchange->result.findings;
    if (body.size() > largestInPlace)
        return decodeElsewhere(exchange, body, decode);
    begin(exchange, codec.decodeRequests(body, decode));
}

// What a decoder has of an exchange.
struct Dispatcher::Decoding
{
    quint64 id;
    const Codec &codec;
    QByteArray body;
    DecodeOptions options;
    std::shared_ptr<CallToken> token;
    Findings findings = {};
    std::optional<Result<IncomingRequests>> incoming = {}; // nothing when nobody waits any more
};

void Dispatcher::decodeElsewhere(
    const std::shared_ptr<Exchange> &exchange, const QByteArray &body, const DecodeOptions &options)
{
    if (!m_decoders) {
        m_decoders = std::make_unique<QThreadPool>();
        m_decoders->setMaxThreadCount(mostDecoders);
    }
    const auto decoding = std::make_shared<Decoding>(
        Decoding { ++m_decodings, exchange->codec, body, options, exchange->context.token });
    m_decoding.insert(decoding->id, exchange);
    m_decoders->start([this, home = m_home, decoding] {
        if (!decoding->token->isCancelled()) {
            decoding->options.findings = &decoding->findings;
            decoding->incoming = decoding->codec.decodeRequests(decoding->body, decoding->options);
        }
        home->run([this, decoding] {
            const auto exchange = m_decoding.take(decoding->id);
            if (!decoding->incoming || decoding->token->isCancelled())
                return exchange->done({});
            exchange->result.findings = std::move(decoding->findings);
            begin(exchange, *std::move(decoding->incoming));
        });
    });
}

void Dispatcher::begin(const std::shared_ptr<Exchange> &exchange, Result<IncomingRequests> incoming)
{
    if (!incoming)
        incoming = IncomingRequests { { { incoming.error(), RequestId::null() } }, false };
    exchange->isBatch = incoming->isBatch;
    exchange->members = std::move(incoming->members);
    exchange->open = exchange->members.size();
    exchange->answers.resize(exchange->open);
    exchange->result.outcomes.resize(exchange->open);
    pump(exchange);
}

// Starts what may run now. A member that answers at once comes back here from inside its own answer; the loop below
// goes on then, so that a batch does not nest as deep as it is long.
void Dispatcher::pump(const std::shared_ptr<Exchange> &exchange)
{
    if (exchange->pumping)
        return;
    exchange->pumping = true;
    const QPointer<Dispatcher> self(this); // a handler may end the server
    while (self && exchange->next < exchange->members.size() && (!m_options.batchInOrder || exchange->running == 0)) {
        ++exchange->running;
        startMember(exchange, exchange->next++);
    }
    exchange->pumping = false;
}

void Dispatcher::startMember(const std::shared_ptr<Exchange> &exchange, qsizetype index)
{
    const IncomingRequest &member = exchange->members.at(index);
    auto finish = [self = QPointer<Dispatcher>(this), exchange, index](Result<Value> outcome) {
        if (!self)
            return;
        if (!outcome)
            outcome = self->finalError(outcome.error(), exchange->contextOf(index));
        --exchange->running;
        exchange->finishMember(index, std::move(outcome), *self);
        if (self)
            self->pump(exchange);
    };
    if (!member.request)
        return finish(member.request.error());
    const ReplyHandle reply(m_home, exchange->context.token, std::move(finish));
    if (exchange->isBatch)
        return runChain(0, exchange->contextOf(index), *member.request, reply);
    exchange->describe(exchange->context, index); // without a copy: it is the only one
    runChain(0, exchange->context, *member.request, reply);
}

void Dispatcher::call(
    const CallContext &context, const Request &request, std::function<void(const Result<Value> &)> done)
{
    CallContext call = context;
    call.method = request.method;
    call.id = request.id;
    call.isNotification = request.isNotification();
    const ReplyHandle reply(m_home, call.token, [this, call, done = std::move(done)](const Result<Value> &outcome) {
        done(outcome ? outcome : Result<Value>(finalError(outcome.error(), call)));
    });
    runChain(0, call, request, reply);
}

void Dispatcher::runChain(std::size_t at, const CallContext &context, const Request &request, const ReplyHandle &reply)
{
    try {
        if (at >= m_middlewares.size())
            return invoke(context, request, reply);
        const auto middleware = m_middlewares[at]; // stays, whatever it does
        middleware->handle(context, request, reply,
            [self = QPointer<Dispatcher>(this), at](const CallContext &c, const Request &r, const ReplyHandle &h) {
                if (self)
                    self->runChain(at + 1, c, r, h);
            });
    } catch (...) { // user code may throw
        rejectThrown(reply);
    }
}

void Dispatcher::invoke(const CallContext &context, const Request &request, const ReplyHandle &reply)
{
    const auto [method, inherited, execution] = m_registry.lookUp(request.method);
    if (!method || !method->info.protocols.contains(context.protocol)) {
        // Whoever may not call this server need not learn what it has.
        if (!m_options.authorization.check(context))
            return reply.reject(refusedCall(request.method));
        return reply.reject(withDetails(ErrorKind::MethodNotFound, "Method not found",
            QStringLiteral("there is no method \"%1\"").arg(request.method)));
    }
    const Authorization &authorization = inherited.isInherited() ? m_options.authorization : inherited;
    std::optional<CallContext> changed; // most calls need no copy
    const auto ours = [&]() -> CallContext & { return changed ? *changed : changed.emplace(context); };
    if (request.method != context.method)
        ours().method = request.method; // a middleware has changed it
    const auto identity = authorization.check(changed ? *changed : context);
    if (!identity)
        return reply.reject(refusedCall(request.method));
    if (*identity != context.identity)
        ours().identity = *identity;
    const CallContext &call = changed ? *changed : context;
    reply.belongsToMethod();
    const ReplyHandle answer = method->prepareResult ? prepared(reply, method) : reply;
    if (execution.where() != Execution::Where::Thread && execution.where() != Execution::Where::Pool)
        return method->handler(call, request.params, answer);
    m_registry.execute(execution, [method = method, call, params = request.params, answer] {
        if (call.token->isCancelled())
            return answer.reject(Error::make(ErrorKind::Cancelled, QStringLiteral("nobody waits for the answer")));
        try {
            method->handler(call, params, answer);
        } catch (...) {
            rejectThrown(answer);
        }
    });
}

Error Dispatcher::finalError(Error error, const CallContext &context) const
{
    error = worded(std::move(error));
    if (error.wasThrown)
        logThrown(context.method, error);
    for (const ErrorHook &hook : m_errorHooks) {
        try {
            if (auto other = hook(error, context)) {
                error = worded(*std::move(other));
                break;
            }
        } catch (...) {
            qCWarning(lcServer, "an error hook threw: %ls",
                qUtf16Printable(Error::fromException(std::current_exception()).details));
        }
    }
    return error;
}

Error Dispatcher::formlessError(const QString &what, const Error &why, const CallContext &context) const
{
    const QString text = what % u' ' % noForm(context.protocol) % u": " % why.toString();
    qCWarning(lcServer, "%ls: %ls", qUtf16Printable(context.method), qUtf16Printable(text));
    return finalError(withDetails(ErrorKind::Internal, "Internal error", text), context);
}

Error Dispatcher::concealed(Error error) const
{
    const bool isInternal = error.kind != ErrorKind::Remote && error.wireCode() == code::InternalError;
    if (isInternal && !m_options.showInternalErrors) {
        error.details.clear();
        error.data = {};
        error.path = {};
        error.message = QStringLiteral("Internal error");
    }
    return error;
}

} // namespace rpc
