// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "multicall.h"

#include "dispatcher.h"
#include "registry.h"

#include <QPointer>

namespace rpc {

namespace {

const QString multicallName = QStringLiteral("system.multicall");

Value faultOf(const Error &error)
{
    return Struct { { QStringLiteral("faultCode"), error.wireCode() },
        { QStringLiteral("faultString"),
            error.details.isEmpty() ? error.message : QString(error.message % u": " % error.details) } };
}

Error invalidEntry(const QString &details)
{
    Error e = Error::make(ErrorKind::InvalidParams, QStringLiteral("Invalid params"));
    e.details = details;
    return e;
}

Result<Request> requestFrom(const Value &entry)
{
    const auto *members = entry.get<Struct>();
    if (!members)
        return invalidEntry(
            QStringLiteral("an entry is a struct of methodName and params, not %1").arg(typeName(entry.type())));
    const Value *name = members->find(QStringLiteral("methodName"));
    const Value *params = members->find(QStringLiteral("params"));
    if (!name || name->type() != Type::String)
        return invalidEntry(QStringLiteral("an entry needs a methodName, which is a string"));
    Request request;
    request.id = RequestId::null();
    request.method = name->toString();
    if (request.method == multicallName)
        return invalidEntry(QStringLiteral("system.multicall inside system.multicall is refused"));
    if (params) {
        const auto *array = params->get<Array>();
        if (!array)
            return invalidEntry(QStringLiteral("params are an array, not %1").arg(typeName(params->type())));
        request.params = *array;
    }
    return request;
}

// The calls of one multicall on their way.
class Run : public std::enable_shared_from_this<Run>
{
public:
    Run(Dispatcher &dispatcher, const CallContext &context, Array calls, ReplyHandle reply)
        : m_dispatcher(&dispatcher)
        , m_context(context)
        , m_calls(std::move(calls))
        , m_reply(std::move(reply))
        , m_results(m_calls.size())
        , m_open(m_calls.size())
    {
        m_context.insideMulticall = true;
    }

    // As Dispatcher::pump(): an entry that answers at once does not nest.
    void pump()
    {
        if (m_calls.isEmpty())
            return m_reply.resolve(Array());
        if (m_pumping)
            return;
        m_pumping = true;
        const bool inOrder = m_dispatcher && m_dispatcher->options().multicallInOrder;
        while (m_dispatcher && m_next < m_calls.size() && (!inOrder || m_running == 0)) {
            ++m_running;
            start(m_next++);
        }
        m_pumping = false;
    }

private:
    void start(qsizetype index)
    {
        const auto request = requestFrom(m_calls.at(index));
        if (!request)
            return finish(index, m_dispatcher->finalError(request.error(), m_context));
        m_dispatcher->call(m_context, *request,
            [run = shared_from_this(), index](const Result<Value> &outcome) { run->finish(index, outcome); });
    }

    void finish(qsizetype index, const Result<Value> &outcome)
    {
        if (!m_dispatcher)
            return;
        --m_running;
        // Tried alone, so that one result that cannot be written does not spoil the others.
        Result<Value> told = outcome;
        if (outcome && m_context.codec) {
            const auto bytes = m_context.codec->encodeResponse({ RequestId::null(), *outcome });
            if (!bytes) {
                CallContext entry = m_context;
                entry.method = requestFrom(m_calls.at(index)).value().method;
                told = m_dispatcher->formlessError(QStringLiteral("the result"), bytes.error(), entry);
            }
        }
        m_results[index] = told ? Value(Array { *told }) : faultOf(m_dispatcher->concealed(told.error()));
        if (--m_open == 0)
            return m_reply.resolve(m_results);
        pump();
    }

    QPointer<Dispatcher> m_dispatcher;
    CallContext m_context;
    Array m_calls;
    ReplyHandle m_reply;
    Array m_results;
    qsizetype m_next = 0;
    qsizetype m_running = 0;
    qsizetype m_open;
    bool m_pumping = false;
};

} // namespace

void addMulticall(Registry &registry, Dispatcher &dispatcher)
{
    MethodInfo info;
    info.name = multicallName;
    info.help = QStringLiteral(
        "Makes several calls, each a struct of methodName and params. Gives for each a one-element array with the "
        "result, or a struct of faultCode and faultString.");
    info.protocols = Protocol::XmlRpc;
    Signature signature;
    signature.result = typeName(Type::Array);
    signature.parameters.append(Parameter { QStringLiteral("calls"), typeName(Type::Array), {}, false });
    info.signatures = { signature };
    registry.addRaw(info, [&dispatcher](const CallContext &context, const Params &params, const ReplyHandle &reply) {
        const Array arguments = params.positional();
        const auto *calls = arguments.size() == 1 ? arguments.constFirst().get<Array>() : nullptr;
        if (!calls)
            return reply.reject(invalidEntry(QStringLiteral("expected one parameter, an array of calls")));
        if (calls->size() > dispatcher.options().maxMulticall)
            return reply.reject(invalidEntry(QStringLiteral("%1 calls in one system.multicall, the limit is %2")
                                                 .arg(calls->size())
                                                 .arg(dispatcher.options().maxMulticall)));
        if (context.insideMulticall)
            return reply.reject(invalidEntry(QStringLiteral("system.multicall inside system.multicall is refused")));
        std::make_shared<Run>(dispatcher, context, *calls, reply)->pump();
    });
}

} // namespace rpc
