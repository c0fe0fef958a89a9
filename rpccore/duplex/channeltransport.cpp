// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "channeltransport.h"

#include "channelcalls.h"
#include "channelexchange.h"
#include "farewell.h"

#include <rpccore/client/failedexchange.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/jsonrpc/messagescan.h>

#include <QCoreApplication>
#include <QPointer>

#include <algorithm>
#include <vector>

namespace rpc {

using namespace jsonrpc;

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

bool looksLikeXml(QByteArrayView text)
{
    const auto begin = std::find_if(text.begin(), text.end(), [](char c) { return uchar(c) > ' '; });
    return begin != text.end() && *begin == '<';
}

// One answer of a batch. What stands around it is kept with it, so that a trace shows what came; not of large batches,
// of which each call would have a copy.
ChannelMessage partOf(const ChannelMessage &batch, QByteArrayView answer)
{
    constexpr qsizetype mostKept = 1024 * 1024; // bytes
    if (batch.body.size() > mostKept)
        return { {}, answer.toByteArray(), {} };
    const qsizetype begin = answer.data() - batch.body.constData();
    return { batch.head + batch.body.left(begin), answer.toByteArray(),
        batch.body.mid(begin + answer.size()) + batch.tail };
}

} // namespace

ChannelTransport::ChannelTransport(
    std::unique_ptr<MessageChannel> channel, const ChannelOptions &options, QObject *parent)
    : ClientTransport(parent)
    , m_channel(std::move(channel))
    , m_options(options)
    , m_calls(std::make_unique<Calls>())
    , m_codec(options.isExplorer
              ? std::make_shared<JsonRpcCodec>(JsonRpcDialect::explorer(), JsonRpcDialect::explorer())
              : std::make_shared<JsonRpcCodec>())
{
    connect(m_channel.get(), &MessageChannel::opened, this, &ChannelTransport::onOpened);
    connect(m_channel.get(), &MessageChannel::closed, this, &ChannelTransport::onClosed);
    connect(m_channel.get(), &MessageChannel::received, this, &ChannelTransport::onReceived);
    connect(m_channel.get(), &MessageChannel::binaryReceived, this, &ChannelTransport::onBinary);
    connect(m_channel.get(), &MessageChannel::drained, this, &ChannelTransport::goOn);
    connect(m_channel.get(), &MessageChannel::inputEnded, this, &ChannelTransport::onInputEnded);
    m_reconnect.setSingleShot(true);
    connect(&m_reconnect, &QTimer::timeout, m_channel.get(), &MessageChannel::open);
    m_wantsOpen = m_channel->state() == MessageChannel::State::Open;
}

ChannelTransport::~ChannelTransport()
{
    m_context.token->cancel();
    m_channel->disconnect(this);
    const Error error = Error::make(ErrorKind::Cancelled, Text::tr("the client was closed"));
    const auto open = m_calls->waiting + m_calls->sent();
    QList<QPointer<ChannelExchange>> ending(open.begin(), open.end());
    for (const auto &exchange : ending) {
        if (exchange)
            exchange->end(error);
    }
    delete m_ownDispatcher; // before the registry
    leave(std::move(m_channel));
}

Registry &ChannelTransport::registry()
{
    if (!m_registry)
        m_registry = new Registry(this);
    return *m_registry;
}

Dispatcher &ChannelTransport::dispatcher()
{
    if (m_dispatcher)
        return *m_dispatcher;
    m_ownDispatcher = new Dispatcher(registry(), this);
    m_ownDispatcher->use([this](const CallContext &context, const Request &request, const ReplyHandle &reply,
                             const Middleware::Next &next) {
        const QPointer<ChannelTransport> alive(this);
        Q_EMIT called(request);
        if (alive)
            next(context, request, reply);
    });
    m_dispatcher = m_ownDispatcher;
    return *m_dispatcher;
}

void ChannelTransport::serve(Dispatcher &dispatcher, const CallContext &context)
{
    m_dispatcher = &dispatcher;
    m_context = context;
}

Protocol ChannelTransport::protocolOf(const ChannelMessage &message) const
{
    return m_options.xmlRpc && looksLikeXml(message.body) ? Protocol::XmlRpc : Protocol::JsonRpc;
}

bool ChannelTransport::isOpen() const { return m_channel->state() == MessageChannel::State::Open; }

void ChannelTransport::open()
{
    m_wantsOpen = true;
    m_opensAgain = m_channel->state() == MessageChannel::State::Closing;
    if (!m_reconnect.isActive())
        m_channel->open();
}

void ChannelTransport::close(int code, const QString &reason)
{
    m_wantsOpen = false;
    m_opensAgain = false;
    m_reconnect.stop();
    m_channel->close(code, reason);
}

void ChannelTransport::closeWhenAnswered(int code, const QString &reason)
{
    if (m_answering == 0)
        return close(code, reason);
    m_closing = [this, code, reason] { close(code, reason); };
}

std::unique_ptr<TransportExchange> ChannelTransport::send(
    const QByteArray &body, const QByteArray &contentType, const CallOptions &options)
{
    const auto failed = [this](const QString &message) {
        return std::make_unique<FailedExchange>(m_channel->url(), Error::make(ErrorKind::InvalidArgument, message));
    };
    const QByteArray type = contentType.split(';').constFirst().trimmed().toLower();
    const bool isXml = m_options.xmlRpc && m_options.xmlRpc->accepts(type);
    if (!isXml && !m_codec->accepts(type))
        return failed(Text::tr("%1 carries JSON-RPC only: XML-RPC has no ids to tell its answers by, and needs HTTP")
                          .arg(m_channel->url().isEmpty() ? Text::tr("this connection") : m_channel->url().toString()));
    auto exchange = std::make_unique<ChannelExchange>(*this, body, options.timeout.value_or(m_options.timeout));
    exchange->isXml = isXml;
    // What cannot be read as JSON-RPC is sent all the same: that is what an explorer is for.
    const MessageScan scan = isXml ? MessageScan() : this->scan(body);
    bool isSilent = !scan.members.isEmpty();
    for (const ScannedMessage &member : scan.members) {
        const bool isCall = member.kind == ScannedMessage::Kind::Request;
        if (isCall && !member.id.isNull() && !member.id.isAbsent()) {
            exchange->ids.append(member.id.toString());
            exchange->meanings.append(member.id.meaning());
            exchange->methods.append(m_options.isExplorer ? member.methodName() : QString());
        }
        isSilent = isSilent
            && (member.kind == ScannedMessage::Kind::Notification || member.kind == ScannedMessage::Kind::Response);
    }
    exchange->isBatch = scan.isBatch;
    exchange->expectsAnswer = !isSilent;
    for (const QString &id : std::as_const(exchange->ids)) {
        const bool isWaiting = std::any_of(m_calls->waiting.begin(), m_calls->waiting.end(),
            [&id](const ChannelExchange *other) { return other->ids.contains(id); });
        if (isWaiting || m_calls->byId.contains(id))
            return failed(
                Text::tr("a call with the id %1 is under way: the answers to the two could not be told apart").arg(id));
    }
    if (m_options.dropsSlowReaders && isBacklogFull()) {
        QMetaObject::invokeMethod(this, &ChannelTransport::dropSlowReader, Qt::QueuedConnection);
        return std::make_unique<FailedExchange>(m_channel->url(),
            Error::make(ErrorKind::ConnectionLost, Text::tr("the other end does not take what it is sent")));
    }
    if (isOpen() && m_channel->isLeft() && m_answering == 0) {
        // The other end has closed the connection, and nobody has noticed yet: nothing was sent that it could act on.
        m_whyDropped = Error::make(ErrorKind::ConnectionLost, Text::tr("the other end closed the connection"));
        m_wantsOpen = true;
        m_opensAgain = true;
        m_channel->close();
    }
    if (isOpen() && mayPost(*exchange)) {
        post(*exchange);
        return exchange;
    }
    m_calls->waiting.append(exchange.get());
    if (isOpen())
        postWaiting();
    else
        open();
    return exchange;
}

bool ChannelTransport::mayPost(const ChannelExchange &exchange) const
{
    if (m_isOneShot && m_isUsed && exchange.expectsAnswer)
        return false;
    const auto isOpen = [](const Calls::Turn &turn) { return turn.ours != nullptr; };
    return !exchange.isXml
        || std::none_of(m_calls->turns.begin() + m_calls->beginOfTurns(), m_calls->turns.end(), isOpen);
}

// What could not be sent before. One by one: sending may end the connection, and callbacks may end calls.
void ChannelTransport::postWaiting()
{
    const QPointer<ChannelTransport> alive(this);
    while (alive && isOpen()) {
        const auto next = std::find_if(m_calls->waiting.begin(), m_calls->waiting.end(),
            [this](const ChannelExchange *exchange) { return mayPost(*exchange); });
        if (next == m_calls->waiting.end())
            break;
        post(**next);
    }
    if (alive && isOpen() && m_isOneShot && m_isUsed && !m_calls->waiting.isEmpty() && m_calls->sent().isEmpty()
        && m_answering == 0) {
        m_wantsOpen = true;
        m_opensAgain = true;
        m_channel->close();
    }
}

void ChannelTransport::post(ChannelExchange &exchange)
{
    const auto sent = write(exchange.trace().requestBody);
    if (!sent)
        return; // it is closing: that ends the exchange
    m_isUsed = m_isUsed || exchange.expectsAnswer;
    if (exchange.isXml) {
        m_calls->turns.append({ &exchange, false });
    } else if (exchange.expectsAnswer) {
        for (const QString &id : std::as_const(exchange.ids))
            m_calls->byId.insert(id, &exchange);
        if (exchange.ids.isEmpty())
            m_calls->nameless.append(&exchange);
    }
    exchange.onSent(*sent, *m_channel, m_calls->waiting.removeOne(&exchange));
}

void ChannelTransport::forget(ChannelExchange &exchange)
{
    m_calls->waiting.removeOne(&exchange);
    m_calls->nameless.removeOne(&exchange);
    for (Calls::Turn &turn : m_calls->turns) {
        if (turn.ours == &exchange)
            turn.ours = nullptr; // its answer is still due
    }
    for (const QString &id : std::as_const(exchange.ids)) {
        if (m_calls->byId.value(id) != &exchange)
            continue;
        m_calls->byId.remove(id);
        (exchange.error() || exchange.trace().responseBody.isEmpty() ? m_calls->givenUp : m_calls->answered).add(id);
    }
    if (!m_calls->waiting.isEmpty()) // not from within
        QMetaObject::invokeMethod(this, &ChannelTransport::postWaiting, Qt::QueuedConnection);
}

void ChannelTransport::onOpened()
{
    ++m_connection;
    m_reconnectIn = m_options.reconnectFirst;
    m_context.token = std::make_shared<CallToken>();
    m_isUsed = false;
    m_answers = 0;
    m_calls->turns.clear();
    const QPointer<ChannelTransport> alive(this);
    Q_EMIT opened();
    if (alive)
        postWaiting();
}

void ChannelTransport::onClosed(const Error &reported)
{
    const Error error = std::exchange(m_whyDropped, std::nullopt).value_or(reported);
    // Who closes right after the first answer does so each time: a new connection is made for each call from now on.
    constexpr qint64 rightAfter = 1000; // ms
    m_isOneShot = m_isOneShot
        || (m_answers == 1 && m_sinceAnswer.elapsed() < rightAfter && error.kind == ErrorKind::ConnectionLost
            && !m_options.reconnects);
    m_opensAgain = m_opensAgain || (m_isOneShot && m_wantsOpen && m_answers > 0 && !m_calls->waiting.isEmpty());
    m_answers = 0;
    m_context.token->cancel();
    m_answering = 0;
    const auto unanswered = std::exchange(m_waiting, {});
    m_holdsBack = false;
    m_closing = nullptr;
    const bool atOnce = std::exchange(m_opensAgain, false); // asked for while it was closing
    const bool again = m_wantsOpen && (m_options.reconnects || atOnce);
    const QPointer<ChannelTransport> alive(this);
    for (const PeerCalls &calls : unanswered) {
        refuseCalls(calls, QStringLiteral("The connection has ended"));
        if (!alive)
            return;
    }
    QList<QPointer<ChannelExchange>> ending;
    for (ChannelExchange *e : m_calls->sent())
        ending.append(e);
    if (!again) {
        for (ChannelExchange *e : std::as_const(m_calls->waiting))
            ending.append(e);
    }
    for (const auto &exchange : ending) {
        if (!exchange)
            continue;
        Error why = error;
        if (exchange->isSent() && why.kind != ErrorKind::Cancelled) {
            if (why.kind != ErrorKind::LimitExceeded && why.kind != ErrorKind::InvalidAnswer)
                why.kind = ErrorKind::ConnectionLost;
            why.message = Text::tr("%1; the other end may or may not have acted on the call. The call was sent once "
                                   "and is not repeated")
                              .arg(why.message);
        }
        exchange->end(why);
        if (!alive)
            return;
    }
    if (atOnce) {
        m_channel->open();
    } else if (again && !m_reconnect.isActive()) {
        m_reconnect.start(m_reconnectIn.count() > 0 ? m_reconnectIn : m_options.reconnectFirst);
        m_reconnectIn = qMin(qMax(m_reconnectIn, m_options.reconnectFirst) * 2, m_options.reconnectMost);
    } else if (!again && m_channel->state() == MessageChannel::State::Closed) {
        m_wantsOpen = false; // nobody has sent anything meanwhile
    }
    Q_EMIT closed(error);
}

// Unlike close(), this says nothing of whether a connection is wanted. Calls of this end have no answer to hope for,
// and a method of this end may be waiting for one.
void ChannelTransport::onInputEnded()
{
    if (!m_channel->verdict()) {
        m_whyDropped
            = Error::make(ErrorKind::ConnectionLost, Text::tr("the other end closed its side of the connection"));
        const QPointer<ChannelTransport> alive(this);
        QList<QPointer<ChannelExchange>> ending;
        for (ChannelExchange *e : m_calls->sent())
            ending.append(e);
        for (const auto &exchange : ending) {
            if (exchange)
                exchange->end(*m_whyDropped);
            if (!alive)
                return;
        }
    }
    if (m_answering == 0)
        return m_channel->close();
    if (!m_closing)
        m_closing = [this] { m_channel->close(); };
}

jsonrpc::MessageScan ChannelTransport::scan(const QByteArray &body) const
{
    return m_options.isExplorer ? scanTolerantly(body, m_options.limits) : scanMessage(body, m_options.limits);
}

void ChannelTransport::onReceived(const ChannelMessage &message)
{
    if (message.form == ChannelMessage::Form::Text)
        return tell(UnexpectedMessage::Reason::Text, message, Text::tr("Text came that is no JSON-RPC."));
    if (protocolOf(message) == Protocol::XmlRpc)
        return onXml(message);
    const MessageScan scan = this->scan(message.body);
    using Kind = ScannedMessage::Kind;
    const auto is = [&](Kind kind) {
        return std::any_of(scan.members.begin(), scan.members.end(), [kind](const auto &m) { return m.kind == kind; });
    };
    if (m_options.isExplorer && tellEcho(message, &scan))
        return;
    const bool hasAnswers = is(Kind::Response);
    const QPointer<ChannelTransport> alive(this);
    const bool isShown = hasAnswers && takeAnswers(message, scan);
    if (!alive || (hasAnswers && !is(Kind::Request) && !is(Kind::Notification) && !is(Kind::Unreadable)))
        return;
    if (m_options.answersUnreadable && looksLikeXml(message.body))
        return refuse(message, ErrorKind::Parse, "Parse error",
            QStringLiteral("this connection carries JSON-RPC only; XML-RPC is sent over HTTP"));
    if (is(Kind::Request) || is(Kind::Notification) || m_options.answersUnreadable)
        return onCalled(message, scan);
    // A server that could not read what it was sent may answer in any form.
    if (!isShown)
        tell(UnexpectedMessage::Reason::Unreadable, message,
            hasAnswers ? Text::tr("A batch of answers came, of which a member is no JSON-RPC.")
                       : Text::tr("A message came that is no JSON-RPC."));
}

// Gives each answer to its call; true when a batch of this end has got the whole message, and says what is odd about
// it.
bool ChannelTransport::takeAnswers(const ChannelMessage &message, const MessageScan &scan)
{
    const auto sent = m_calls->sent();
    // From a server that could not read the request, and so cannot know its id (JSON-RPC 2.0 section 5): the oldest
    // that was sent without one, else the only one that is under way.
    ChannelExchange *const ofNoId = !m_calls->nameless.isEmpty() ? m_calls->nameless.constFirst()
        : sent.size() == 1                                       ? sent.constFirst()
                                                                 : nullptr;
    std::vector<std::pair<QPointer<ChannelExchange>, ChannelMessage>> arrivals;
    QList<ScannedMessage> strays;
    bool isWhole = false;
    for (const ScannedMessage &member : scan.members) {
        if (member.kind != ScannedMessage::Kind::Response)
            continue;
        const bool isNameless = member.id.isAbsent() || member.id.isNull();
        ChannelExchange *const exchange = isNameless ? ofNoId : m_calls->withId(member.id, m_options.isExplorer);
        if (exchange && !isNameless)
            m_channel->setUnderstood();
        const bool isFirst = std::none_of(
            arrivals.begin(), arrivals.end(), [exchange](const auto &other) { return other.first == exchange; });
        if (!exchange || (!isFirst && !exchange->isBatch)) {
            strays.append(member);
        } else if (isFirst) {
            const bool takesAll = exchange->isBatch || scan.members.size() == 1;
            isWhole = isWhole || (takesAll && scan.isBatch);
            arrivals.emplace_back(exchange, takesAll ? message : partOf(message, member.text));
        }
    }
    const QPointer<ChannelTransport> alive(this);
    for (const auto &[exchange, part] : arrivals) {
        if (!exchange)
            continue;
        ++m_answers;
        m_sinceAnswer.start();
        exchange->arrive(part, m_channel->carriage());
        if (!alive)
            return isWhole;
    }
    if (!isWhole && !strays.isEmpty())
        tellStray(message, strays.constFirst(), strays.size() - 1);
    return isWhole;
}

} // namespace rpc
