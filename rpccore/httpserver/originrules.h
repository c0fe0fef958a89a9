// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/httpserver/httpoptions.h>
#include <rpccore/httpserver/httprequestview.h>
#include <rpccore/httpserver/httpresponse.h>

#include <QUrl>

namespace rpc {

/// Which names a server answers to, and which web pages may call it.
class RPCHTTPSERVER_EXPORT OriginRules
{
public:
    OriginRules() = default;
    explicit OriginRules(const HttpOptions &options);

    /// False for a Host that is not ours: a page that rebinds its own name to this address sends that name.
    bool isOwnHost(const QByteArray &host) const;
    /// False for a page that may not call.
    bool mayCall(const HttpHead &head) const;
    /// The same for a page or program that wants a WebSocket.
    bool mayConnect(const HttpHead &head, const WebSocketOptions &options) const;
    /// Where the server listens: a page that came from there may call.
    void setOwnUrl(const QUrl &url);

    bool hasCors() const noexcept { return m_cors.has_value(); }
    /// The answer to an OPTIONS with which a browser asks before it calls; nothing when this is none. \a methods is the
    /// list for Allow.
    std::optional<HttpResponse> preflight(const HttpHead &head, const QByteArray &methods) const;
    /// Lets the page that \a head came from read the answer, if it may.
    void addFields(const HttpHead &head, HttpResponse &response) const;

private:
    // The Host is known to be ours, and pages name the port in it.
    bool isOwnOrigin(const HttpHead &head) const;
    bool isCorsOrigin(const QByteArray &origin) const;

    bool m_anyHost = false;
    QHostAddress m_address;
    QStringList m_hosts; // lower case
    QByteArray m_ownScheme; // with ://
    QByteArray m_ownPort; // with its colon; empty for that which pages do not name
    QList<QByteArray> m_origins;
    std::optional<CorsOptions> m_cors;
    QList<QByteArray> m_corsOrigins;
    bool m_anyOrigin = false;
    mutable QByteArray m_lastHost; // that was found to be ours: it is the same one nearly always
};

} // namespace rpc
