// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/httptarget.h>
#include <rpccore/client/transport.h>

#include <QNetworkCookie>

#include <functional>

namespace rpc {

class HttpSession;

/// HTTP/1.1 over TCP, TLS and Unix sockets. Every message is POSTed once: it is written to one connection and never to
/// another, whatever becomes of it. (The one exception is an answer that says that the call was refused, see
/// setRetryHook() and HttpTarget::digest.) Connections are kept and used again; redirects are not followed; TLS
/// certificates are verified. What the trace says is what went over the wire.
class RPCCORE_EXPORT HttpTransport : public ClientTransport
{
    Q_OBJECT

public:
    /// Calls \a target; nothing is opened before the first message.
    explicit HttpTransport(HttpTarget target, QObject *parent = nullptr);
    /// Shares what \a other has for the same target: connections (and how many there may be), cookies, what the retry
    /// hook gave, Digest's nonce. For several clients of one server, in one protocol or both. In the thread of \a
    /// other, which may die before this one.
    explicit HttpTransport(const HttpTransport *other, QObject *parent = nullptr);
    /// Calls under way end as cancelled; those of one that shares, with the last of them.
    ~HttpTransport() override;

    const HttpTarget &target() const noexcept; ///< Where and how it calls.

    /// Looks at a complete answer that says that the server did not act, and gives what is to be sent with a second
    /// try.
    using RetryHook = std::function<std::optional<HeaderFields>(const Trace &refused)>;
    /// \a hook is asked when an answer comes under HTTP 401, 407 or 409. When it gives header fields, the call is sent
    /// once more with them, and they go with all later calls (a field replaces one of its name, whoever set that); with
    /// nothing, the answer stands. At most once per call; the first exchange is Trace::earlier of the second. For
    /// session ids that a server hands out with its refusal, and for tokens that run out. Called in the transport's
    /// thread.
    void setRetryHook(RetryHook hook);

    /// What the server has set and what is sent back to it; empty unless HttpTarget::cookies.
    QList<QNetworkCookie> cookies() const;
    void clearCookies(); ///< Forgets them.
    /// The value of the field Cookie that the next call sends; empty without cookies. For the handshake of a WebSocket to
    /// the same server (WebSocketTarget::headers).
    QByteArray cookieField() const;

    std::unique_ptr<TransportExchange> send(
        const QByteArray &body, const QByteArray &contentType, const CallOptions &options) override;
    void dropIdle() override;

private:
    std::shared_ptr<HttpSession> m_session;
};

} // namespace rpc
