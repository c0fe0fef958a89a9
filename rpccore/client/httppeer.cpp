// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httppeer.h"

#include <rpccore/message/fieldsyntax.h>

#include <QCoreApplication>
#include <QHostAddress>
#include <QNetworkProxyFactory>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

bool isLoopback(const QString &host)
{
    const QHostAddress address(host);
    return host == u"localhost" || host.endsWith(u".localhost") || (!address.isNull() && address.isLoopback());
}

Error unknown(const QUrl &url, HttpForm form)
{
    return Error::make(ErrorKind::InvalidArgument,
        form == HttpForm::Http
            ? Text::tr("\"%1\" is no address to call; it looks like http://host:port/path, https://host/path or "
                       "http+unix:///path/of.sock:/path")
                  .arg(url.toString())
            : Text::tr("\"%1\" is no address to call; it looks like scgi://host:port/path or "
                       "scgi+unix:///path/of.sock:/path")
                  .arg(url.toString()));
}

void useProxy(HttpPeer &peer, const HttpTarget &target)
{
    QNetworkProxy proxy = target.proxy;
    if (target.systemProxy) {
        proxy = QNetworkProxy(QNetworkProxy::NoProxy);
        if (!isLoopback(peer.host)) {
            const auto proxies = QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(target.url));
            if (!proxies.isEmpty())
                proxy = proxies.constFirst();
        }
    }
    const bool isHttp = proxy.type() == QNetworkProxy::HttpProxy || proxy.type() == QNetworkProxy::HttpCachingProxy;
    if (!isHttp && proxy.type() != QNetworkProxy::Socks5Proxy)
        return;
    peer.proxyName = QString(proxy.hostName() % u':' % QString::number(proxy.port()));
    peer.carriage = isHttp ? Text::tr("through the HTTP proxy %1").arg(peer.proxyName)
                           : Text::tr("through the SOCKS5 proxy %1").arg(peer.proxyName);
    if (isHttp && !peer.isTls && target.url.scheme() == u"http") {
        peer.isForwarded = true;
        peer.requestTarget = "http://" + peer.hostField + peer.path;
        peer.host = proxy.hostName();
        peer.port = proxy.port();
        if (!proxy.user().isEmpty())
            peer.proxyAuthorization = basicAuthorization(proxy.user(), proxy.password());
    } else {
        peer.tunnel = proxy;
    }
}

} // namespace

Result<HttpPeer> HttpPeer::of(const HttpTarget &target, HttpForm form)
{
    const QUrl &url = target.url;
    const QString scheme = url.scheme();
    const bool isHttp = form == HttpForm::Http;
    const bool isLocal = scheme == (isHttp ? u"http+unix" : u"scgi+unix");
    HttpPeer peer;
    peer.isTls = isHttp && scheme == u"https";
    if (!url.isValid() || (!isLocal && !peer.isTls && scheme != (isHttp ? u"http" : u"scgi")))
        return unknown(url, form);
    QUrl web = url; // as seen by the server: http://host/path
    web.setScheme(peer.isTls ? QStringLiteral("https") : QStringLiteral("http"));
    if (isLocal) {
        const QString path = url.path(QUrl::FullyDecoded);
        const qsizetype colon = path.lastIndexOf(u":/");
        peer.socketFile = path.left(colon < 0 ? path.size() : colon);
        if (!url.host().isEmpty() || peer.socketFile.size() < 2)
            return unknown(url, form);
        peer.name = peer.socketFile;
        peer.carriage = isHttp ? Text::tr("HTTP through %1").arg(peer.socketFile)
                               : Text::tr("SCGI through %1").arg(peer.socketFile);
        web.setHost(QStringLiteral("localhost"));
        const QString encoded = url.path(QUrl::FullyEncoded);
        web.setPath(colon < 0 ? QStringLiteral("/") : encoded.mid(encoded.lastIndexOf(u":/") + 1), QUrl::TolerantMode);
    } else {
        const int defaultPort = peer.isTls ? 443 : isHttp ? 80 : 0;
        const int port = url.port(defaultPort);
        if (url.host().isEmpty() || port <= 0)
            return unknown(url, form);
        peer.host = url.host(QUrl::FullyDecoded);
        peer.port = quint16(port);
        peer.name = url.authority();
        if (!isHttp)
            peer.carriage = QStringLiteral("SCGI");
    }
    if (web.path().isEmpty())
        web.setPath(QStringLiteral("/"));
    peer.path = web.path(QUrl::FullyEncoded).toLatin1();
    if (web.hasQuery())
        peer.path += '?' + web.query(QUrl::FullyEncoded).toLatin1();
    peer.hostField = authorityOf(web.host(), web.port(peer.isTls ? 443 : 80), peer.isTls ? 443 : 80);
    peer.cookieUrl = web;
    peer.requestTarget = peer.path;
    if (!isLocal)
        useProxy(peer, target);
    return peer;
}

} // namespace rpc
