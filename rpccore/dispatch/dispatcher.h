// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/authorization.h>
#include <rpccore/dispatch/callcontext.h>
#include <rpccore/dispatch/methodinfo.h>
#include <rpccore/dispatch/middleware.h>
#include <rpccore/message/codec.h>

#include <QHash>
#include <QObject>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <vector>

namespace rpc {

class Registry;
class ThreadHop;

/// What became of a call; for logs.
struct CallOutcome
{
    QString method; ///< empty when the message was no request
    bool isNotification = false; ///< no answer is sent, whatever came of it
    bool succeeded = false; ///< there is a result
    int code = 0; ///< of the error, when it did not succeed
    QString message; ///< of the error
};

/// What became of a body.
struct Dispatched
{
    std::optional<QByteArray> body; ///< of the answer; nothing when there is none to send (notifications)
    QList<CallOutcome> outcomes; ///< of each call
    Findings findings; ///< what was let pass in the request
    /// Set when a middleware wants the whole request refused by the transport: `httpStatus` says how, the message why.
    /// Then there is no body.
    std::optional<Error> refusal;
};

/// How a dispatcher works; the defaults suit most servers.
struct DispatchOptions
{
    Protocols protocols = Protocols::all(); ///< which are spoken
    /// Who may call, where neither method nor branch says anything. The default lets everybody.
    Authorization authorization = {};
    bool batchInOrder = false; ///< each member of a batch waits for the one before it; else they run concurrently
    int maxMulticall = 1000; ///< entries of one system.multicall
    bool multicallInOrder = true; ///< the same for the entries of system.multicall
    /// Tells callers the texts of exceptions and internal errors, as `data.details`. They may hold secrets: for
    /// development.
    bool showInternalErrors = false;
};

/// Bytes in, bytes out; knows no sockets. To be used in one thread; handlers may answer from any.
class RPCCORE_EXPORT Dispatcher : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(const Dispatched &)>; ///< takes what became of a body
    /// Sees every error before it is sent, also those of notifications, unreadable requests and multicall entries, and
    /// may give another one to be sent instead.
    using ErrorHook = std::function<std::optional<Error>(const Error &, const CallContext &)>;

    /// \a registry has the methods; it has to outlive the dispatcher.
    explicit Dispatcher(const Registry &registry, QObject *parent = nullptr);
    /// Calls under way are not answered any more. Waits for decoders under way.
    ~Dispatcher() override;

    const DispatchOptions &options() const noexcept { return m_options; } ///< How this dispatcher works.
    /// For the calls that come from now on.
    void setOptions(DispatchOptions options) { m_options = std::move(options); }

    /// Adds a middleware inside of those that are there.
    void use(std::shared_ptr<Middleware> middleware);
    /// The same with a function.
    void use(MiddlewareFunction middleware);
    /// True when one of the middlewares says so; see Middleware::allowsOrigin().
    bool allowsOrigin(const QByteArray &origin) const;
    /// Adds a hook; the first that gives an error wins.
    void addErrorHook(ErrorHook hook) { m_errorHooks.push_back(std::move(hook)); }

    /// Decodes \a body, calls, encodes. Answers of a batch are in the order of its members. \a done is called once, in
    /// this thread, maybe before this function returns; it is not called when the dispatcher dies.
    ///
    /// A body of more than 256 KiB is decoded in another thread, which needs an event loop in this one to come back to,
    /// and \a codec as long as the dispatcher lives; smaller ones may overtake it. When the token of \a context is
    /// cancelled until then, nothing is called, and \a done gets neither body nor outcomes. Findings are told in
    /// Dispatched only: what \a options say of them is ignored.
    void handle(const CallContext &context, const Codec &codec, const QByteArray &body, const DecodeOptions &options,
        Done done);

    /// Calls a method in the process, with middlewares and authorisation, without any encoding. The params may be
    /// mixed. \a done as above.
    void call(const CallContext &context, const Request &request, std::function<void(const Result<Value> &)> done);

    /// \a error in the specification's words, after the error hooks. One that was thrown is logged
    /// as a warning of rpc.server, with its method, before a hook replaces it.
    Error finalError(Error error, const CallContext &context) const;
    /// The error of a call whose outcome the protocol of \a context cannot express, as \a why says ("the result"); after
    /// the error hooks, and logged as a warning of rpc.server.
    Error formlessError(const QString &what, const Error &why, const CallContext &context) const;
    /// \a error as a caller may see it: without the texts of internal errors, unless the options show them.
    Error concealed(Error error) const;

private:
    struct Exchange;
    struct Decoding;
    void decodeElsewhere(
        const std::shared_ptr<Exchange> &exchange, const QByteArray &body, const DecodeOptions &options);
    void begin(const std::shared_ptr<Exchange> &exchange, Result<IncomingRequests> incoming);
    void pump(const std::shared_ptr<Exchange> &exchange);
    void startMember(const std::shared_ptr<Exchange> &exchange, qsizetype index);
    void runChain(std::size_t at, const CallContext &context, const Request &request, const ReplyHandle &reply);
    void invoke(const CallContext &context, const Request &request, const ReplyHandle &reply);

    const Registry &m_registry;
    DispatchOptions m_options;
    std::vector<std::shared_ptr<Middleware>> m_middlewares;
    std::vector<ErrorHook> m_errorHooks;
    std::shared_ptr<ThreadHop> m_home;
    std::unique_ptr<QThreadPool> m_decoders; // made for the first large body
    QHash<quint64, std::shared_ptr<Exchange>> m_decoding; // what waits for them; never leaves this thread
    quint64 m_decodings = 0;
};

} // namespace rpc
