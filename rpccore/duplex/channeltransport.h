// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/messagechannel.h>
#include <rpccore/client/transport.h>
#include <rpccore/core/limits.h>
#include <rpccore/dispatch/dispatcher.h>
#include <rpccore/dispatch/registry.h>

#include <QElapsedTimer>
#include <QTimer>

#include <memory>
#include <optional>

namespace rpc {

class ChannelExchange;

namespace jsonrpc {
struct MessageScan;
struct ScannedMessage;
} // namespace jsonrpc

/// How a ChannelTransport treats its channel.
struct ChannelOptions
{
    /// From sending to the answer, when a call names no time of its own; 0 = none.
    std::chrono::milliseconds timeout { 30'000 };
    /// Connects again when the connection is lost: after `reconnectFirst`, then twice as long each time up to
    /// `reconnectMost`. Calls that were sent end as ConnectionLost all the same; they are never sent twice. Calls that
    /// were not sent yet wait, within their time.
    bool reconnects = false;
    std::chrono::milliseconds reconnectFirst { 500 }; ///< before the first attempt
    std::chrono::milliseconds reconnectMost { 30'000 }; ///< between two attempts
    /// Of messages of the other end; inFlight bounds its calls under way, each call of a batch counted.
    Limits limits = Limits::forExplorer();
    /// Ends the connection when a message is due and more than Limits::backlog waits for the other end to take it; for
    /// servers. A client reads nothing more until its answers were taken; where the channel cannot wait (WebSocket,
    /// child processes on Windows), it ends the connection all the same when an answer is due. What it asks itself is
    /// sent in any case.
    bool dropsSlowReaders = false;
    /// Answers what is neither a request nor an answer with an error, as a server does. A client reports it only.
    bool answersUnreadable = false;
    /// For programs that show a person what comes. What the other end sends unasked is read as leniently as answers,
    /// and never answered with an error because it could not be read; bytes that are no message are shown and skipped
    /// (Misfits::Shown), JSON in binary frames is read, and what this end has sent is recognised when it comes back. A
    /// server, and a client whose peer may call the same methods with the same ids, leaves it off.
    bool isExplorer = false;
    /// When given, XML-RPC is sent and answered, too, told apart by its first byte; this one answers. Having no ids,
    /// its calls go one after the other: the next is sent when the one before has its answer. While a call is under
    /// way, the other end may call in turn, and may be called from within that. Null: XML-RPC is refused.
    std::shared_ptr<const Codec> xmlRpc = {};
};

/// What came over a channel and belongs to no call that is under way.
struct UnexpectedMessage
{
    /// Why nobody takes it.
    enum class Reason : quint8 {
        UnknownId, ///< an answer to nothing that was asked here
        Duplicate, ///< a second answer to one call
        Late, ///< the answer to a call that was given up: time-out, cancelled
        Unreadable, ///< no JSON-RPC message
        Binary, ///< a binary frame
        Text, ///< what stood between messages
        Echo, ///< what this end has sent came back
    };
    Reason reason = Reason::Unreadable; ///< why nobody takes it
    QByteArray body; ///< the message, byte for byte
    QString text; ///< one sentence for people
};

/// JSON-RPC in both directions over one MessageChannel: calls of this end, whose answers are told by their ids and may
/// come in any order, and calls of the other end, which are answered from a registry. XML-RPC has no ids and is
/// refused, unless ChannelOptions::xmlRpc is given.
///
/// The channel is opened by the first message, or by open(). When it closes, every call that was sent ends at once as
/// ConnectionLost. A server that closes after its answer is called over a new connection the next time, and has one
/// call under way from then on; a call that was sent is never sent again.
class RPCCORE_EXPORT ChannelTransport : public ClientTransport
{
    Q_OBJECT

public:
    /// Over \a channel, which becomes the transport's own; nothing is opened before the first message.
    explicit ChannelTransport(
        std::unique_ptr<MessageChannel> channel, const ChannelOptions &options = {}, QObject *parent = nullptr);
    /// Ends the channel and, as cancelled, the calls under way. A WebSocket is told so, and has a second to agree, in
    /// which it lives on by itself; see waitUntilLeft().
    ~ChannelTransport() override;
    /// Waits for the WebSockets that were left in this thread to agree, for a second at most; for programs that end. It
    /// runs an event loop for that.
    static void waitUntilLeft();

    void open(); ///< Connects, if it is not connected; opened() or closed() follows.
    /// Closes the channel in order and does not connect again until something is sent.
    void close(int code = 1000, const QString &reason = {});
    /// The same when the calls of the other end that are under way have been answered; what it calls from now on is
    /// answered with an error.
    void closeWhenAnswered(int code = 1000, const QString &reason = {});
    bool isOpen() const; ///< Messages can be sent at once.
    MessageChannel &channel() { return *m_channel; } ///< What carries the messages; lives as long as the transport.

    /// The methods that the other end may call; none at first, so that its calls are answered with -32601. What it
    /// calls that is no method here is told by called(), too.
    Registry &registry();
    Dispatcher &dispatcher(); ///< Answers the calls of the other end.
    /// Answers with \a dispatcher, which must outlive the transport, instead; \a context is what its handlers are told
    /// of the connection.
    void serve(Dispatcher &dispatcher, const CallContext &context);
    /// The context of the other end's calls. Its token is cancelled when the connection ends.
    const CallContext &context() const noexcept { return m_context; }

    /// The protocol of \a message, which came over this connection.
    Protocol protocolOf(const ChannelMessage &message) const;

    std::unique_ptr<TransportExchange> send(
        const QByteArray &body, const QByteArray &contentType, const CallOptions &options) override;

Q_SIGNALS:
    /// Connected, for the first time or again: subscriptions can be sent. Calls that wait are sent afterwards.
    void opened();
    /// The connection is over, or could not be made. With `reconnects`, opened() may follow.
    void closed(const rpc::Error &error);
    /// The other end called a method or sent a notification, before it is answered.
    void called(const rpc::Request &request);
    /// Something came that belongs to no call.
    void unexpected(const rpc::UnexpectedMessage &message);
    /// A message of the other end was dealt with, calls that were refused included; \a answer is what was sent back,
    /// empty for notifications, and when the connection had ended. Answers that stood in the same batch are not told
    /// of.
    void answered(const rpc::ChannelMessage &request, const rpc::Dispatched &result, const rpc::ChannelMessage &answer,
        std::chrono::microseconds duration);

private:
    friend ChannelExchange;
    struct Calls;
    struct PeerCalls // one message of the other end
    {
        ChannelMessage message; // as it came
        QByteArray body; // of it, what is no answer
        int count = 0; // of the calls that may be under way
        bool isXml = false;
    };

    void onOpened();
    void onClosed(const Error &error);
    void onInputEnded();
    void onReceived(const ChannelMessage &message);
    void onBinary(const QByteArray &bytes);
    void onXml(const ChannelMessage &message);
    void onAnswerInXml(const ChannelMessage &message);
    void beginTheirTurn();
    void endTheirTurn();
    void tell(UnexpectedMessage::Reason reason, const ChannelMessage &message, const QString &text);
    jsonrpc::MessageScan scan(const QByteArray &body) const;
    bool tellEcho(const ChannelMessage &message, const jsonrpc::MessageScan *scan);
    QByteArray readableCalls(const ChannelMessage &message, const jsonrpc::MessageScan &scan);
    const Codec &codecOf(const PeerCalls &calls) const;
    bool mayPost(const ChannelExchange &exchange) const;
    void postWaiting();
    void onCalled(const ChannelMessage &message, const jsonrpc::MessageScan &scan);
    bool takeAnswers(const ChannelMessage &message, const jsonrpc::MessageScan &scan);
    void tellStray(const ChannelMessage &message, const jsonrpc::ScannedMessage &answer, qsizetype others);
    void take(const PeerCalls &calls);
    void refuseCalls(const PeerCalls &calls, const QString &why);
    void handle(const PeerCalls &calls);
    void goOn();
    void post(ChannelExchange &exchange);
    void forget(ChannelExchange &exchange);
    void refuse(const ChannelMessage &message, ErrorKind kind, const char *words, const QString &details);
    bool isBacklogFull() const;
    bool holdBack();
    void dropSlowReader();
    std::optional<ChannelMessage> sendAnswer(const QByteArray &body);
    std::optional<ChannelMessage> write(const QByteArray &body);

    std::unique_ptr<MessageChannel> m_channel;
    ChannelOptions m_options;
    std::unique_ptr<Calls> m_calls;
    Registry *m_registry = nullptr;
    Dispatcher *m_ownDispatcher = nullptr;
    Dispatcher *m_dispatcher = nullptr;
    CallContext m_context;
    std::shared_ptr<const Codec> m_codec;
    QTimer m_reconnect;
    std::chrono::milliseconds m_reconnectIn { 0 };
    int m_answering = 0; // calls of the other end that are under way
    QList<PeerCalls> m_waiting; // until there is room
    bool m_holdsBack = false; // nothing is read until there is room for more calls and for their answers
    std::optional<Error> m_whyDropped; // the connection that is being ended
    quint64 m_connection = 0; // counts connections: an answer goes to the one that asked
    bool m_wantsOpen = false; // until close()
    bool m_opensAgain = false; // open() came while the channel was closing
    bool m_isOneShot = false; // the other end was seen to close after an answer
    bool m_isUsed = false; // this connection has been sent a message that is answered
    int m_answers = 0; // that came over this connection
    QElapsedTimer m_sinceAnswer;
    QByteArrayList m_sentLately; // by an explorer, which may see it come back
    std::function<void()> m_closing; // what is due after the last answer; set while it is waited for
};

} // namespace rpc
