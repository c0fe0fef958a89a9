// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/transport.h>

#include <functional>
#include <memory>

namespace rpc {

/// Gives every message to a function of the same process, without any network between: for tests, and for programs that
/// call their own methods as others call them. There is no HTTP, so the trace has no URL, no heads and no status, and
/// CallOptions::headers go nowhere.
class RPCCORE_EXPORT LoopTransport : public ClientTransport
{
    Q_OBJECT

public:
    /// Takes the body of the answer, or nothing when there is none to give (notifications). May be called from any
    /// thread, once; what comes later, or after the call was given up, is dropped. When the last copy goes without
    /// having been called, the call ends as ConnectionLost.
    using Answer = std::function<void(std::optional<QByteArray> body)>;
    /// Called from the event loop, in the transport's thread; never from within send(), and not when the call was given
    /// up or the transport died before.
    using Handler = std::function<void(QByteArray body, QByteArray contentType, Answer answer)>;

    explicit LoopTransport(Handler handler, QObject *parent = nullptr); ///< Gives the messages to \a handler.
    ~LoopTransport() override;

    /// From sending to the answer, when a call names no time of its own; 0 = none, the default.
    void setTimeout(std::chrono::milliseconds timeout) { m_timeout = timeout; }

    std::unique_ptr<TransportExchange> send(
        const QByteArray &body, const QByteArray &contentType, const CallOptions &options) override;

private:
    std::shared_ptr<const Handler> m_handler;
    std::chrono::milliseconds m_timeout { 0 };
};

} // namespace rpc
