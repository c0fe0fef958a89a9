// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "answer.h"

#include "placednotes.h"

#include <QCoreApplication>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

const QString faultCodeName = QStringLiteral("faultCode");
const QString faultStringName = QStringLiteral("faultString");
const QString codeName = QStringLiteral("code");
const QString messageName = QStringLiteral("message");
const QString dataName = QStringLiteral("data");

// What the elements of the answer look like.
enum class Element : quint8 {
    Wrapped, // an array of one: a result
    Fault, // faultCode and faultString
    ErrorObject, // code and message, as aria2 has them over JSON-RPC
    Other, // a result that stands bare
};

bool isErrorObject(const Struct &s)
{
    const Value *code = s.find(codeName);
    const Value *message = s.find(messageName);
    if (!code || !code->toInteger() || !message || message->type() != Type::String)
        return false;
    return s.size() == (s.contains(dataName) ? 3 : 2);
}

Element kindOf(const Value &value, Protocol protocol)
{
    if (const auto *array = value.get<Array>())
        return array->size() == 1 ? Element::Wrapped : Element::Other;
    const auto *s = value.get<Struct>();
    if (!s)
        return Element::Other;
    if (s->contains(faultCodeName) && s->contains(faultStringName))
        return Element::Fault;
    return protocol == Protocol::JsonRpc && isErrorObject(*s) ? Element::ErrorObject : Element::Other;
}

Error errorFrom(const Struct &s, bool isFault, const Trace &trace)
{
    const Value *code = s.find(isFault ? faultCodeName : codeName);
    const Value *message = s.find(isFault ? faultStringName : messageName);
    Error e = Error::application(0, message ? message->toString() : QString());
    const auto number = code ? code->toInteger() : std::nullopt;
    if (number && *number >= INT32_MIN && *number <= INT32_MAX)
        e.code = int(*number);
    else if (number)
        e.codeText = QString::number(*number);
    else if (code)
        e.codeText = code->toString();
    if (const Value *data = s.find(dataName))
        e.data = *data;
    e.httpStatus = trace.httpStatus;
    return e;
}

// Where the list of answers stands in the message.
Path listPath(Protocol protocol)
{
    return protocol == Protocol::JsonRpc ? Path().child(QStringLiteral("result"))
                                         : Path().child(QStringLiteral("params")).child(qsizetype(0));
}

Error invalid(const QString &message, const Trace &trace)
{
    Error e = Error::make(ErrorKind::InvalidAnswer, message);
    e.httpStatus = trace.httpStatus;
    return e;
}

class Reader
{
public:
    Reader(Protocol protocol, PlacedNotes &notes, const Trace &trace)
        : m_protocol(protocol)
        , m_notes(notes)
        , m_trace(trace)
    {
    }

    QList<Result<Value>> read(const Array &list)
    {
        const Path at = listPath(m_protocol);
        // One style for the whole answer: what looks like a wrapped result may be a bare one that is an array.
        const bool isBare = std::any_of(list.begin(), list.end(),
            [this](const Value &value) { return kindOf(value, m_protocol) == Element::Other; });
        if (isBare)
            m_notes.add(Rule::XmlRpcMulticallShape,
                Text::tr("The results stand in the list as they are, without an array of one around each."), at);
        QList<Result<Value>> outcomes;
        outcomes.reserve(list.size());
        for (qsizetype i = 0; i < list.size(); ++i)
            outcomes.append(element(list.at(i), isBare, at.child(i)));
        return outcomes;
    }

    Error fault(const Struct &s, const Path &at)
    {
        const Value *code = s.find(faultCodeName);
        if (const auto number = code->toInteger(); !number || *number < INT32_MIN || *number > INT32_MAX)
            m_notes.add(Rule::XmlRpcFaultCode, Text::tr("The faultCode is %1, not int.").arg(typeName(code->type())),
                at.child(faultCodeName));
        return errorFrom(s, true, m_trace);
    }

private:
    Result<Value> element(const Value &value, bool isBare, const Path &at)
    {
        switch (kindOf(value, m_protocol)) {
        case Element::Fault:
            return fault(*value.get<Struct>(), at);
        case Element::Wrapped:
            return isBare ? value : value.get<Array>()->constFirst();
        case Element::ErrorObject:
            if (isBare)
                break; // a result may have these members, too
            m_notes.add(Rule::XmlRpcMulticallShape,
                Text::tr("The error has code and message instead of faultCode and faultString."), at);
            return errorFrom(*value.get<Struct>(), false, m_trace);
        case Element::Other:
            break;
        }
        return value;
    }

    Protocol m_protocol;
    PlacedNotes &m_notes;
    const Trace &m_trace;
};

} // namespace

BatchReply judgeMulticall(
    const Request &request, qsizetype count, const Codec &codec, const Limits &limits, Trace &trace)
{
    const QList<bool> calls(count, true);
    const auto whole = judgeAnswer(request, codec, limits, trace);
    if (!whole)
        return BatchReply::failed(calls, whole.error());
    PlacedNotes notes(codec, limits, trace);
    const Path at = listPath(codec.protocol());
    Reader reader(codec.protocol(), notes, trace);
    const auto *list = whole->get<Array>();
    if (!list) {
        notes.add(Rule::XmlRpcMulticallShape,
            Text::tr("%1 answered %2, not an array.").arg(request.method, typeName(whole->type())), at);
        if (kindOf(*whole, codec.protocol()) == Element::Fault)
            return BatchReply::failed(calls, reader.fault(*whole->get<Struct>(), at));
        return BatchReply::failed(calls,
            invalid(
                Text::tr("%1 answered %2 instead of an array").arg(request.method, typeName(whole->type())), trace));
    }
    const auto outcomes = reader.read(*list);
    if (outcomes.size() == count) {
        BatchReply reply;
        for (const auto &outcome : outcomes)
            reply.replies.append(outcome);
        return reply;
    }
    // They are told apart by their places only, and these are not known any more.
    notes.add(Rule::XmlRpcMulticallShape,
        Text::tr("The list has %1 answers to %2 calls.").arg(outcomes.size()).arg(count), at);
    BatchReply reply = BatchReply::failed(calls,
        invalid(Text::tr("%1 gave %2 answers to %3 calls; which one belongs to which call cannot be told")
                    .arg(request.method)
                    .arg(outcomes.size())
                    .arg(count),
            trace));
    for (const auto &outcome : outcomes)
        reply.unlinked.append({ RequestId(), outcome });
    return reply;
}

} // namespace rpc
