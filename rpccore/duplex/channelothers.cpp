// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT

// What belongs to no call, comes back, or is XML-RPC.

#include "channelcalls.h"
#include "channelexchange.h"
#include "channeltransport.h"

#include <rpccore/jsonrpc/messagescan.h>

#include <QCoreApplication>

namespace rpc {

using namespace jsonrpc;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

} // namespace

// Tells of what belongs to no call; when no answer comes, it is all there is to show.
void ChannelTransport::tell(UnexpectedMessage::Reason reason, const ChannelMessage &message, const QString &text)
{
    if (reason == UnexpectedMessage::Reason::Text || reason == UnexpectedMessage::Reason::Unreadable
        || reason == UnexpectedMessage::Reason::Binary || reason == UnexpectedMessage::Reason::Echo) {
        for (ChannelExchange *const exchange : m_calls->sent())
            exchange->addStray(message.head + message.body + message.tail);
    }
    Q_EMIT unexpected({ reason, message.body, text });
}

void ChannelTransport::tellStray(const ChannelMessage &message, const ScannedMessage &answer, qsizetype others)
{
    using Reason = UnexpectedMessage::Reason;
    const QString id = answer.id.toString();
    const bool isNameless = answer.id.isAbsent() || answer.id.isNull();
    const Reason reason = isNameless     ? Reason::UnknownId
        : m_calls->answered.contains(id) ? Reason::Duplicate
        : m_calls->givenUp.contains(id)  ? Reason::Late
                                         : Reason::UnknownId;
    QString text = isNameless         ? Text::tr("An answer without an id came, and it cannot be told whose it is.")
        : reason == Reason::Duplicate ? Text::tr("A second answer came to the call with the id %1.").arg(id)
        : reason == Reason::Late ? Text::tr("The answer to the call with the id %1 came after it was given up.").arg(id)
                                 : Text::tr("An answer came with the id %1, which no call has.").arg(id);
    if (others > 0)
        text += u' ' % Text::tr("%1 more answers in the same batch belong to no call.").arg(others);
    tell(reason, message, text);
}

// What this end has sent came back: a line that echoes, a program that repeats what it reads. It is neither a call of
// the other end nor its answer; the call goes on waiting.
bool ChannelTransport::tellEcho(const ChannelMessage &message, const MessageScan *scan)
{
    using Kind = ScannedMessage::Kind;
    const QByteArray body = message.body.trimmed();
    const bool isSame = std::any_of(
        m_sentLately.begin(), m_sentLately.end(), [&body](const QByteArray &sent) { return sent.trimmed() == body; });
    QString what;
    bool isEcho = isSame;
    bool isAwaited = false; // as the answer to a call
    for (const ScannedMessage &member : scan ? scan->members : QList<ScannedMessage>()) {
        ChannelExchange *const exchange = m_calls->byId.value(member.id.toString());
        if (member.kind == Kind::Request && exchange) {
            const QString method = member.methodName();
            if (exchange->methods.value(exchange->ids.indexOf(member.id.toString())) == method) {
                exchange->isEchoed = true;
                isEcho = true;
                what = method;
            }
        }
        isAwaited = isAwaited || (member.kind == Kind::Response && exchange && !exchange->isEchoed);
    }
    if (!isEcho || isAwaited)
        return false;
    for (ChannelExchange *const exchange : m_calls->sent())
        exchange->isEchoed = exchange->isEchoed || exchange->trace().requestBody.trimmed() == body;
    tell(UnexpectedMessage::Reason::Echo, message,
        what.isEmpty() ? Text::tr("The other end sent back what it was sent.")
                       : Text::tr("The other end sent back the call of %1.").arg(what));
    return true;
}

// XML-RPC has no ids. Who is called may call in turn, and is answered before it answers, so that an answer belongs to
// the first call that was made since the other end last called.
void ChannelTransport::onXml(const ChannelMessage &message)
{
    if (m_options.isExplorer && tellEcho(message, nullptr))
        return;
    const qsizetype answer = message.body.indexOf("<methodResponse");
    const qsizetype call = message.body.indexOf("<methodCall");
    if (answer >= 0 && (call < 0 || answer < call))
        return onAnswerInXml(message);
    if (m_options.isExplorer && call < 0)
        return tell(UnexpectedMessage::Reason::Unreadable, message, Text::tr("A message came that is no XML-RPC."));
    take({ message, message.body, 1, true });
}

void ChannelTransport::onAnswerInXml(const ChannelMessage &message)
{
    const qsizetype at = m_calls->beginOfTurns();
    if (at == m_calls->turns.size())
        return tell(UnexpectedMessage::Reason::UnknownId, message,
            Text::tr("An answer of XML-RPC came, and nothing was asked."));
    ChannelExchange *const exchange = m_calls->turns.takeAt(at).ours;
    if (!exchange)
        return tell(UnexpectedMessage::Reason::Late, message,
            Text::tr("The answer to a call over XML-RPC came after it was given up."));
    ++m_answers;
    m_sinceAnswer.start();
    m_channel->setUnderstood();
    exchange->arrive(message, m_channel->carriage());
}

void ChannelTransport::beginTheirTurn() { m_calls->turns.append({ nullptr, true }); }

void ChannelTransport::endTheirTurn()
{
    const auto last = std::find_if(
        m_calls->turns.rbegin(), m_calls->turns.rend(), [](const Calls::Turn &turn) { return turn.isTheirs; });
    if (last != m_calls->turns.rend())
        m_calls->turns.erase(std::prev(last.base()));
}

} // namespace rpc
