// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/batch.h>
#include <rpccore/client/idgenerator.h>
#include <rpccore/client/pendingcall.h>
#include <rpccore/client/transport.h>
#include <rpccore/client/typedcall.h>
#include <rpccore/core/limits.h>
#include <rpccore/message/codec.h>

#include <QAnyStringView>
#include <QObject>

#include <memory>
#include <vector>

namespace rpc {

class ThreadHop;

namespace detail {
struct OpenState;
}

/// Calls the methods of one server.
///
///     rpc::Client client(std::make_unique<rpc::HttpTransport>(rpc::HttpTarget { url }),
///                        std::make_shared<rpc::JsonRpcCodec>());
///     client.call("add", rpc::Array { 2, 3 }).onFinished(this, [](const rpc::Reply &reply) { ... });
///     client.call<int>("add", 2, 3).onFinished(this, [](const rpc::Result<int> &sum) { ... });
///
/// Calls run concurrently. To be used in one thread. Calls under way end as cancelled when the client dies.
class RPCCORE_EXPORT Client : public QObject
{
    Q_OBJECT

public:
    /// Sends through \a transport, which becomes the client's own, in the protocol of \a codec.
    Client(std::unique_ptr<ClientTransport> transport, std::shared_ptr<const Codec> codec, QObject *parent = nullptr);
    ~Client() override; ///< Ends every call under way as cancelled.

    Protocol protocol() const { return m_codec->protocol(); } ///< In which the client calls.
    /// Bounds on answers; the default is Limits::forExplorer().
    void setLimits(const Limits &limits) { m_limits = limits; }
    /// Params by name that every call, notification and batch entry carries besides its own, which win. A call without
    /// params, or with an empty list of them, has just these; one with params by position is InvalidArgument, because
    /// neither protocol has a form for both. Requests that are sent as they are do not get them. Default: none.
    void setDefaultNamedParams(const Struct &params) { m_defaults = params; }
    /// Where the ids of JSON-RPC calls come from; the default is countedIds(). An id that is absent or null makes the
    /// call InvalidArgument.
    void setIdGenerator(IdGenerator generator) { m_ids = std::move(generator); }
    /// The form of all calls, notifications and batches of JSON-RPC but those that are sent as they are; the default is
    /// 2.0. 1.0 has params by position only. Without effect over XML-RPC.
    void setVersion(JsonRpcVersion version) { m_version = version; }
    /// What becomes of every error in a reply, of this side or the server's, before anybody sees it; an ErrorMap<Error>
    /// will do. Calls that are under way keep what was said before. Default: it stays what it is.
    void setErrorMap(std::function<Error(const Error &)> map) { m_errorMap = std::move(map); }
    /// The id of a next call, for a Request of one's own; null over XML-RPC, which has none.
    RequestId nextId() { return m_codec->hasIds() ? m_ids() : RequestId::null(); }

    /// Calls \a method. What is wrong with the call itself (a param without a form in the protocol, say) is in the
    /// reply; then nothing is sent.
    PendingCall call(QAnyStringView method, const Params &params = {}, const CallOptions &options = {});
    /// A notification: there is no result, success means that it was accepted. It is sent although nobody holds the
    /// handle. JSON-RPC only; over XML-RPC the reply is NotExpressible.
    PendingCall notify(QAnyStringView method, const Params &params = {}, const CallOptions &options = {});

    /// Calls with one param for each argument, each made by rpc::toValue(); the result becomes a T by rpc::fromValue().
    /// An Array or a Struct is one argument.
    template <class T, detail::Argument... Args> TypedCall<T> call(QAnyStringView method, const Args &...args)
    {
        return TypedCall<T>(call(method, detail::paramsOf(args...), CallOptions()));
    }
    /// The same with ready-made params, by position or by name.
    template <class T> TypedCall<T> call(QAnyStringView method, const Params &params, const CallOptions &options = {})
    {
        return TypedCall<T>(call(method, params, options));
    }

    /// Sends \a request as it is: its id (a notification when it is absent), its extra members, its version. The answer
    /// is held against that id.
    PendingCall send(const Request &request, const CallOptions &options = {});

    /// Closes connections that no call is using, where the transport has such (HTTP). For a call that must not be lost
    /// because the server is about to close one that was used before.
    void dropIdleConnections() { m_transport->dropIdle(); }

    /// An empty batch, to be filled.
    Batch batch() const { return {}; }
    /// Gives every call of \a batch that has no id one now, and all ids by their places: absent for notifications.
    QList<RequestId> assignIds(Batch &batch);
    /// Sends all of \a batch in one message. InvalidArgument when it is empty or two of its calls have one id,
    /// NotExpressible over XML-RPC; then nothing is sent.
    PendingBatch send(const Batch &batch, const CallOptions &options = {});

    /// Has the server make all of these calls, in order, by its method \a name. XML-RPC servers and a few JSON-RPC
    /// servers have it; some spell it system.multiCall. The calls have no ids: answers are told apart by their places,
    /// so a list of another length answers no call. Every form of answer that is in use is understood; what is not the
    /// one of the specification is a finding (Rule::XmlRpcMulticallShape). InvalidArgument when there are no calls.
    PendingBatch multicall(const QList<MulticallEntry> &calls, const CallOptions &options = {},
        const QString &name = QStringLiteral("system.multicall"));

    /// Sends \a body as it is, right or wrong; \a contentType empty: the protocol's. The reply is whatever answer the
    /// protocol reads in what comes back: ids are not compared, an array of answers is the result as it came. Nothing
    /// coming back is a success only when \a body holds notifications and nothing else. CallOptions::extra is
    /// InvalidArgument here.
    PendingCall sendRaw(const QByteArray &body, const QByteArray &contentType = {}, const CallOptions &options = {});

private:
    template <class State> std::shared_ptr<State> open(const QString &method);
    template <class State> void failLater(const std::shared_ptr<State> &state, const Error &error);
    template <class State, class Judge>
    void launch(const std::shared_ptr<State> &state, const QByteArray &body, const QByteArray &contentType,
        const CallOptions &options, Judge judge);

    std::optional<Error> addDefaults(Params &params) const;
    Result<RequestId> freshId();
    Result<QByteArray> encode(Request request, const CallOptions &options) const;
    Result<QList<Request>> prepare(const Batch &batch);
    PendingCall start(const Result<Request> &request, const QString &method, const CallOptions &options);

    std::unique_ptr<ClientTransport> m_transport;
    std::shared_ptr<const Codec> m_codec;
    Limits m_limits = Limits::forExplorer();
    Struct m_defaults;
    std::function<Error(const Error &)> m_errorMap;
    IdGenerator m_ids = countedIds();
    JsonRpcVersion m_version = JsonRpcVersion::V2_0;
    std::shared_ptr<ThreadHop> m_home;
    std::vector<std::weak_ptr<detail::OpenState>> m_open;
};

} // namespace rpc
