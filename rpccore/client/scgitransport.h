// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/httptarget.h>
#include <rpccore/client/transport.h>

namespace rpc {

class HttpSession;

/// SCGI, which is what rtorrent and some application servers speak behind a web server: one connection a message, over
/// TCP (scgi://host:port/path) or a Unix socket (scgi+unix:///path/of.sock:/path). Header fields go as HTTP_ variables;
/// the answer is that of a CGI program, or plain HTTP, and ends with the connection.
class RPCCORE_EXPORT ScgiTransport : public ClientTransport
{
    Q_OBJECT

public:
    /// Calls \a target; nothing is opened before the first message.
    explicit ScgiTransport(HttpTarget target, QObject *parent = nullptr);
    ~ScgiTransport() override; ///< Calls under way end as cancelled.

    const HttpTarget &target() const noexcept; ///< Where and how it calls.

    std::unique_ptr<TransportExchange> send(
        const QByteArray &body, const QByteArray &contentType, const CallOptions &options) override;
    void dropIdle() override;

private:
    std::shared_ptr<HttpSession> m_session;
};

} // namespace rpc
