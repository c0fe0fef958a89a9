// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "answer.h"

#include "placednotes.h"

#include <QCoreApplication>
#include <QHash>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

Error unanswered(const Trace &trace)
{
    Error e = Error::make(ErrorKind::InvalidAnswer, Text::tr("the server did not answer this call"));
    e.httpStatus = trace.httpStatus;
    return e;
}

QList<bool> callsOf(const QList<Request> &requests)
{
    QList<bool> calls;
    calls.reserve(requests.size());
    for (const Request &request : requests)
        calls.append(!request.isNotification());
    return calls;
}

// One object where an array was due (JSON-RPC 2.0 section 6): the error with which the batch was refused.
BatchReply judgeLone(const QList<bool> &calls, const Response &response, const Trace &trace)
{
    if (!response.outcome)
        return BatchReply::failed(calls, response.outcome.error());
    Error e = Error::make(
        ErrorKind::InvalidAnswer, Text::tr("the batch was answered by a single result instead of an array of answers"));
    e.httpStatus = trace.httpStatus;
    BatchReply reply = BatchReply::failed(calls, e);
    reply.unlinked.append(response);
    return reply;
}

// Deals the members of an array out to the calls.
class Dealer
{
public:
    /// \a anyForm: ids are compared by what they mean, where no two calls have ids that mean the same.
    Dealer(const QList<Request> &requests, PlacedNotes *notes, bool anyForm)
        : m_requests(requests)
        , m_notes(notes)
    {
        m_reply.replies.resize(requests.size());
        for (qsizetype i = 0; i < requests.size(); ++i) {
            if (requests.at(i).isNotification())
                continue;
            m_places.insert(requests.at(i).id.toString(), i);
            if (anyForm) {
                const QString meaning = requests.at(i).id.meaning();
                m_meanings.insert(meaning, m_meanings.contains(meaning) ? ambiguous : i);
            }
        }
    }

    void deal(qsizetype index, const Result<Response> &member)
    {
        const Path path = Path().child(index);
        if (!member) {
            m_reply.unlinked.append({ RequestId(), member.error() });
            say(Rule::JsonRpcBatchUnlinked,
                Text::tr("Member %1 is no answer: %2.").arg(index + 1).arg(member.error().message), path);
            return;
        }
        // An error with the id null may be meant for any request that the server could not read.
        const bool isAnybodys = member->id.isNull() && !member->outcome;
        const qsizetype place = isAnybodys ? nobody : placeOf(member->id, path);
        if (place == nobody) {
            m_reply.unlinked.append(*member);
            if (member->id.isAbsent() || member->id.isNull())
                say(Rule::JsonRpcBatchUnlinked,
                    Text::tr("Answer %1 does not say by an id what it answers.").arg(index + 1), path);
            else
                say(Rule::JsonRpcBatchUnknownId,
                    Text::tr("Answer %1 has the id %2, which none of the calls has.")
                        .arg(index + 1)
                        .arg(member->id.toString()),
                    path);
            return;
        }
        auto &reply = m_reply.replies[place];
        if (reply) {
            m_reply.duplicated.append(*member);
            say(Rule::JsonRpcBatchDuplicate,
                Text::tr("Answer %1 is another one to the id %2.").arg(index + 1).arg(member->id.toString()), path);
            return;
        }
        reply = member->outcome;
        m_reply.arrival.append(place);
    }

    BatchReply finish(const QList<Request> &requests, const Trace &trace)
    {
        for (qsizetype i = 0; i < requests.size(); ++i) {
            const Request &request = requests.at(i);
            if (request.isNotification() || m_reply.replies.at(i))
                continue;
            m_reply.replies[i] = unanswered(trace);
            if (m_notes)
                m_notes->add(Rule::JsonRpcBatchMissing,
                    Text::tr("Call %1, \"%2\" with the id %3, is not answered.")
                        .arg(i + 1)
                        .arg(request.method, request.id.toString()));
        }
        return std::move(m_reply);
    }

private:
    static constexpr qsizetype nobody = -1;
    static constexpr qsizetype ambiguous = -2;

    // The call that has the id; one in another form is said.
    qsizetype placeOf(const RequestId &id, const Path &path)
    {
        if (id.isAbsent())
            return nobody;
        const qsizetype exact = m_places.value(id.toString(), nobody);
        if (exact != nobody)
            return exact;
        const qsizetype same = m_meanings.value(id.meaning(), nobody);
        if (same < 0)
            return nobody;
        say(Rule::JsonRpcIdForm, answer::otherIdText(m_requests.at(same).id, id), path.child(QStringLiteral("id")));
        return same;
    }

    // Where nothing was to be answered, that is what there is to say, and it is said already.
    void say(Rule rule, const QString &text, const Path &path)
    {
        if (m_notes && !m_places.isEmpty())
            m_notes->add(rule, text, path);
    }

    const QList<Request> &m_requests;
    PlacedNotes *m_notes; // may be null
    QHash<QString, qsizetype> m_places;
    QHash<QString, qsizetype> m_meanings;
    BatchReply m_reply;
};

} // namespace

BatchReply collectBatch(const QList<Request> &requests, const IncomingResponses &answers)
{
    if (!answers.isBatch && answers.members.size() == 1) {
        const Result<Response> &lone = answers.members.constFirst();
        return lone ? judgeLone(callsOf(requests), *lone, {}) : BatchReply::failed(callsOf(requests), lone.error());
    }
    Dealer dealer(requests, nullptr, false);
    for (qsizetype i = 0; i < answers.members.size(); ++i)
        dealer.deal(i, answers.members.at(i));
    return dealer.finish(requests, {});
}

BatchReply judgeBatch(const QList<Request> &requests, const Codec &codec, const Limits &limits, Trace &trace)
{
    const QList<bool> calls = callsOf(requests);
    const bool isSilent = !calls.contains(true);
    if (trace.responseBody.isEmpty()) {
        if (!isSilent || !answer::isAccepted(trace))
            return BatchReply::failed(calls, answer::noAnswer(trace, std::nullopt));
        BatchReply accepted;
        accepted.replies.resize(requests.size());
        return accepted;
    }
    const DecodeOptions options { limits, trace.charset, &trace.findings };
    auto incoming = codec.decodeResponses(trace.responseBody, options);
    std::optional<Error> decoding;
    if (!incoming)
        decoding = incoming.error();
    else if (!incoming->members.isEmpty()
        && std::none_of(incoming->members.begin(), incoming->members.end(),
            [](const Result<Response> &member) { return member.hasValue(); }))
        decoding = incoming->members.constFirst().error();
    if (decoding) {
        trace.findings.clear(); // they speak of something that is no answer
        return BatchReply::failed(calls, answer::noAnswer(trace, decoding));
    }
    answer::noteHttp(codec, trace);
    for (Result<Response> &member : incoming->members) {
        if (member && !member->outcome)
            member->outcome.error().httpStatus = trace.httpStatus;
    }
    if (!incoming->isBatch)
        return judgeLone(calls, *incoming->members.constFirst(), trace);
    if (isSilent && !incoming->members.isEmpty())
        note(&trace.findings, Rule::JsonRpcNotificationAnswered,
            Text::tr("The server answered a batch of notifications."));
    PlacedNotes notes(codec, limits, trace);
    Dealer dealer(requests, &notes, codec.isTolerant());
    for (qsizetype i = 0; i < incoming->members.size(); ++i)
        dealer.deal(i, incoming->members.at(i));
    return dealer.finish(requests, trace);
}

} // namespace rpc
