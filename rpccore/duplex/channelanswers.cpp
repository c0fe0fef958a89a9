// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT

// What the other end asks for.

#include "channeltransport.h"

#include "channelexchange.h"

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

// Everything that goes out.
std::optional<ChannelMessage> ChannelTransport::write(const QByteArray &body)
{
    auto sent = m_channel->send(body);
    constexpr qsizetype mostKept = 32;
    constexpr qsizetype largestKept = 64 * 1024; // bytes
    if (sent && m_options.isExplorer && body.size() <= largestKept) {
        m_sentLately.append(sent->body);
        if (m_sentLately.size() > mostKept)
            m_sentLately.removeFirst();
    }
    return sent;
}

// For answers: who calls and does not read has to wait, or loses its connection.
std::optional<ChannelMessage> ChannelTransport::sendAnswer(const QByteArray &body)
{
    if (isBacklogFull() && (m_options.dropsSlowReaders || !holdBack())) {
        dropSlowReader();
        return std::nullopt;
    }
    auto sent = write(body);
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

void ChannelTransport::onBinary(const QByteArray &bytes)
{
    if (m_options.answersUnreadable)
        return refuse({}, ErrorKind::InvalidRequest, "Invalid Request",
            QStringLiteral("binary frames are not read; JSON-RPC travels in text frames"));
    const QByteArray begin = bytes.left(64).trimmed();
    if (m_options.isExplorer && (begin.startsWith('{') || begin.startsWith('[') || begin.startsWith("\xEF\xBB\xBF")))
        return onReceived({ {}, bytes, {}, ChannelMessage::Form::Binary });
    tell(UnexpectedMessage::Reason::Binary, { {}, bytes, {} },
        Text::tr("A binary frame of %1 came; JSON-RPC travels in text frames.").arg(sizeText(bytes.size())));
}

const Codec &ChannelTransport::codecOf(const PeerCalls &calls) const
{
    if (calls.isXml)
        return *m_options.xmlRpc;
    return m_context.codec ? *m_context.codec : *m_codec;
}

// Answers calls that are not made.
void ChannelTransport::refuseCalls(const PeerCalls &calls, const QString &why)
{
    const Error error = Error::application(code::ServerErrorLast, why);
    const MessageScan scan = calls.isXml ? MessageScan() : this->scan(calls.body);
    Dispatched result;
    QList<QByteArray> refusals;
    const auto add = [&](const QString &method, const RequestId &id, bool isNotification) {
        result.outcomes.append({ method, isNotification, false, error.wireCode(), why });
        if (isNotification)
            return;
        const Codec &codec = calls.isXml ? codecOf(calls) : *m_codec;
        if (const auto refusal = codec.encodeResponse({ id.isAbsent() ? RequestId::null() : id, error }))
            refusals.append(*refusal);
    };
    for (const ScannedMessage &member : scan.members) {
        if (!isAnswer(member))
            add(member.methodName(), member.id, member.kind == ScannedMessage::Kind::Notification);
    }
    if (calls.isXml)
        add({}, {}, false);
    if (!refusals.isEmpty())
        result.body = scan.isBatch ? m_codec->joinBatch(refusals) : refusals.constFirst();
    const QPointer<ChannelTransport> alive(this);
    const auto sent = result.body && isOpen() ? sendAnswer(*result.body) : std::nullopt;
    if (alive)
        Q_EMIT answered(calls.message, result, sent.value_or(ChannelMessage()), {});
}

// For an explorer, which answers calls and nothing else: those of a message that can be read. The rest is told.
QByteArray ChannelTransport::readableCalls(const ChannelMessage &message, const MessageScan &scan)
{
    QList<QByteArray> calls;
    QByteArray unreadable;
    QString why;
    DecodeOptions decode;
    decode.limits = m_options.limits;
    for (const ScannedMessage &member : scan.members) {
        if (isAnswer(member))
            continue;
        const QByteArray text = member.text.isEmpty() ? message.body : member.text.toByteArray();
        const auto requests = m_codec->decodeRequests(text, decode);
        const bool isReadable = requests && requests->members.size() == 1 && requests->members.constFirst().request;
        if (isReadable) {
            calls.append(text);
            continue;
        }
        if (unreadable.isEmpty()) {
            unreadable = text;
            const Error error = requests && !requests->members.isEmpty()
                ? requests->members.constFirst().request.error()
                : requests ? Error()
                           : requests.error();
            why = error.details.isEmpty() ? error.message : error.details;
        }
    }
    if (!unreadable.isEmpty()) {
        const QPointer<ChannelTransport> alive(this);
        tell(UnexpectedMessage::Reason::Unreadable, { {}, unreadable, {} },
            why.isEmpty() ? Text::tr("A message came that is no JSON-RPC.")
                          : Text::tr("A message came that is no JSON-RPC: %1.").arg(why));
        if (!alive)
            return {};
    }
    return calls.isEmpty() ? QByteArray() : scan.isBatch ? m_codec->joinBatch(calls) : calls.constFirst();
}

void ChannelTransport::onCalled(const ChannelMessage &message, const MessageScan &scan)
{
    PeerCalls calls { message, {}, countOfCalls(scan, m_options.limits), false };
    if (m_options.isExplorer) {
        const QPointer<ChannelTransport> alive(this);
        calls.body = readableCalls(message, scan);
        if (!alive || calls.body.isEmpty())
            return;
    } else {
        calls.body = callsIn(message.body, scan, m_options.limits, *m_codec);
    }
    take(calls);
}

void ChannelTransport::take(const PeerCalls &calls)
{
    const int most = m_options.limits.inFlight;
    if (m_closing)
        return refuseCalls(calls, QStringLiteral("The server is stopping"));
    if (m_waiting.isEmpty() && m_answering + calls.count <= most)
        return handle(calls);
    if (calls.count > most || !holdBack())
        return refuseCalls(calls, QStringLiteral("Too many calls under way"));
    m_waiting.append(calls);
}

void ChannelTransport::handle(const PeerCalls &calls)
{
    m_answering += calls.count;
    if (m_answering >= m_options.limits.inFlight)
        holdBack();
    CallContext context = m_context;
    const Codec &codec = codecOf(calls);
    if (calls.isXml) {
        context.protocol = Protocol::XmlRpc;
        context.codec = &codec;
        beginTheirTurn();
    }
    DecodeOptions decode;
    decode.limits = m_options.limits;
    QElapsedTimer clock;
    clock.start();
    const QPointer<ChannelTransport> alive(this);
    dispatcher().handle(context, codec, calls.body, decode,
        [this, alive, message = calls.message, count = calls.count, isXml = calls.isXml, clock,
            connection = m_connection](const Dispatched &result) {
            if (!alive)
                return;
            ChannelMessage answer;
            if (connection == m_connection && isOpen()) {
                m_answering -= count;
                if (isXml)
                    endTheirTurn();
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
