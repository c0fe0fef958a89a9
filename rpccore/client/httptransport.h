// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/transport.h>
#include <rpccore/core/limits.h>

class QNetworkAccessManager;

namespace rpc {

/// Where and how to call over HTTP.
struct HttpTarget
{
    QUrl url; ///< http or https; user and password in it are used as Basic credentials and never shown
    HeaderFields headers; ///< sent with every call
    QString user; ///< Basic authentication when not empty
    QString password; ///< goes with `user`
    QString bearer; ///< Bearer token when not empty
    std::chrono::milliseconds timeout { 30'000 }; ///< from sending to the last byte of the answer; 0 = none
    Limits limits = Limits::forExplorer(); ///< of the answer
};

/// HTTP on QNetworkAccessManager. Every message is POSTed exactly once; redirects are not followed; TLS certificates
/// are verified; no compression, no cookies.
class RPCCORE_EXPORT HttpTransport : public ClientTransport
{
    Q_OBJECT

public:
    /// Calls \a target; nothing is opened before the first message.
    explicit HttpTransport(HttpTarget target, QObject *parent = nullptr);
    ~HttpTransport() override;

    const HttpTarget &target() const noexcept { return m_target; } ///< Where and how it calls.

    std::unique_ptr<TransportExchange> send(
        const QByteArray &body, const QByteArray &contentType, const CallOptions &options) override;

Q_SIGNALS:
    /// The transport is about to die; exchanges under way end as cancelled.
    void closing();

private:
    HttpTarget m_target;
    QNetworkAccessManager *m_network;
};

} // namespace rpc
