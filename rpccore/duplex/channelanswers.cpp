// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT

// What the other end asks for.

#include "channeltransport.h"

#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/jsonrpc/messagescan.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QPointer>

namespace rpc {

using namespace jsonrpc;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

// How many calls a message is, of those that may be under way. One at least: notifications are work, too. A batch above
// the limit is one, because none of it is run.
int countOfCalls(const MessageScan &scan, const Limits &limits)
{
    if (scan.members.size() > limits.batch)
        return 1;
    const auto calls = std::count_if(scan.members.begin(), scan.members.end(),
        [](const ScannedMessage &m) { return m.kind == ScannedMessage::Kind::Request; });
    return qMax(1, int(calls));
}

bool isAnswer(const ScannedMessage &member) { return member.kind == ScannedMessage::Kind::Response; }

// What is to be answered of a message. A batch above the limit stays as it is: it is refused as a whole.
QByteArray callsIn(const QByteArray &body, const MessageScan &scan, const Limits &limits, const Codec &codec)
{
    if (scan.members.size() > limits.batch || std::none_of(scan.members.begin(), scan.members.end(), isAnswer))
        return body;
    QList<QByteArray> calls;
    for (const ScannedMessage &member : scan.members) {
        if (!isAnswer(member))
            calls.append(member.text.toByteArray());
    }
    return codec.joinBatch(calls);
}

} // namespace

bool ChannelTransport::isBacklogFull() const { return m_channel->backlog() > m_options.limits.backlog; }

// Nothing more is read; false where the channel cannot do that.
bool ChannelTransport::holdBack()
{
    m_holdsBack = m_channel->setPaused(true);
    return m_holdsBack;
}

void ChannelTransport::dropSlowReader()
{
    m_whyDropped = Error::make(ErrorKind::LimitExceeded,
        Text::tr("the other end does not read what it is sent: more than %1 wait for it")
            .arg(sizeText(m_options.limits.backlog)));
    m_channel->abort();
}

// For answers: who calls and does not read has to wait, or loses its connection.
std::optional<ChannelMessage> ChannelTransport::sendAnswer(const QByteArray &body)
{
    if (isBacklogFull() && (m_options.dropsSlowReaders || !holdBack())) {
        dropSlowReader();
        return std::nullopt;
    }
    auto sent = m_channel->send(body);
    if (isBacklogFull() && !m_options.dropsSlowReaders)
        holdBack();
    return sent;
}

// Answers a message that is not even looked at.
void ChannelTransport::refuse(const ChannelMessage &message, ErrorKind kind, const char *words, const QString &details)
{
    Error error = Error::make(kind, QString::fromLatin1(words));
    error.details = details;
    Dispatched result;
    result.outcomes.append({ {}, false, false, error.wireCode(), error.toString() });
    result.body = m_codec->encodeResponse({ RequestId::null(), error }).valueOr(QByteArray());
    const QPointer<ChannelTransport> alive(this);
    const auto sent = sendAnswer(*result.body);
    if (alive)
        Q_EMIT answered(message, result, sent.value_or(ChannelMessage()), {});
}

void ChannelTransport::onBinary(qint64 size)
{
    if (m_options.answersUnreadable)
        return refuse({}, ErrorKind::InvalidRequest, "Invalid Request",
            QStringLiteral("binary frames are not read; JSON-RPC travels in text frames"));
    Q_EMIT unexpected({ UnexpectedMessage::Reason::Binary, {},
        Text::tr("A binary frame of %1 came; JSON-RPC travels in text frames.").arg(sizeText(size)) });
}

// Answers calls that are not made.
void ChannelTransport::refuseCalls(const ChannelMessage &message, const MessageScan &scan, const QString &why)
{
    const Error error = Error::application(code::ServerErrorLast, why);
    Dispatched result;
    QList<QByteArray> refusals;
    for (const ScannedMessage &member : scan.members) {
        if (isAnswer(member))
            continue;
        const bool isNotification = member.kind == ScannedMessage::Kind::Notification;
        result.outcomes.append({ member.methodName(), isNotification, false, error.wireCode(), why });
        if (isNotification)
            continue;
        const RequestId id = member.id.isAbsent() ? RequestId::null() : member.id;
        if (const auto refusal = m_codec->encodeResponse({ id, error }))
            refusals.append(*refusal);
    }
    if (!refusals.isEmpty())
        result.body = scan.isBatch ? m_codec->joinBatch(refusals) : refusals.constFirst();
    const QPointer<ChannelTransport> alive(this);
    const auto sent = result.body && isOpen() ? sendAnswer(*result.body) : std::nullopt;
    if (alive)
        Q_EMIT answered(message, result, sent.value_or(ChannelMessage()), {});
}

void ChannelTransport::onCalled(const ChannelMessage &message, const MessageScan &scan)
{
    const int most = m_options.limits.inFlight;
    const PeerCalls calls { message, callsIn(message.body, scan, m_options.limits, *m_codec),
        countOfCalls(scan, m_options.limits) };
    if (m_closing)
        return refuseCalls(message, scan, QStringLiteral("The server is stopping"));
    if (m_waiting.isEmpty() && m_answering + calls.count <= most)
        return handle(calls);
    if (calls.count > most || !holdBack())
        return refuseCalls(message, scan, QStringLiteral("Too many calls under way"));
    m_waiting.append(calls);
}

void ChannelTransport::handle(const PeerCalls &calls)
{
    m_answering += calls.count;
    if (m_answering >= m_options.limits.inFlight)
        holdBack();
    CallContext context = m_context;
    DecodeOptions decode;
    decode.limits = m_options.limits;
    QElapsedTimer clock;
    clock.start();
    const QPointer<ChannelTransport> alive(this);
    const auto codec = context.codec ? context.codec : m_codec.get();
    dispatcher().handle(context, *codec, calls.body, decode,
        [this, alive, message = calls.message, count = calls.count, clock, connection = m_connection](
            const Dispatched &result) {
            if (!alive)
                return;
            ChannelMessage answer;
            if (connection == m_connection && isOpen()) {
                m_answering -= count;
                if (result.body) {
                    auto sent = sendAnswer(*result.body);
                    if (!alive)
                        return;
                    if (sent)
                        answer = *std::move(sent);
                }
            }
            Q_EMIT answered(message, result, answer, std::chrono::microseconds(clock.nsecsElapsed() / 1000));
            if (alive)
                goOn();
        });
}

// After an answer was given, or taken by the other end: what waited for it.
void ChannelTransport::goOn()
{
    const int most = m_options.limits.inFlight;
    const QPointer<ChannelTransport> alive(this);
    while (!m_waiting.isEmpty() && m_answering + m_waiting.constFirst().count <= most) {
        handle(m_waiting.takeFirst());
        if (!alive)
            return;
    }
    const bool waitsForReader = !m_options.dropsSlowReaders && isBacklogFull();
    if (m_holdsBack && m_waiting.isEmpty() && m_answering < most && !waitsForReader) {
        m_holdsBack = false;
        m_channel->setPaused(false);
    }
    if (m_closing && m_answering == 0)
        std::exchange(m_closing, nullptr)();
}

} // namespace rpc
