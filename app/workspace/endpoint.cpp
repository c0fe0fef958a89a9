// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "endpoint.h"

#include <QCoreApplication>
#include <QHostAddress>
#include <QNetworkProxy>

#include <rpccore/client/scgitransport.h>
#include <rpccore/duplex/streamtransport.h>
#include <rpccore/duplex/websockettransport.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>

namespace antiphon {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(antiphon::Endpoint)
};

// The proxy of a connection that is not HTTP.
QNetworkProxy proxyFor(const rpc::HttpTarget &target)
{
    if (!target.systemProxy)
        return target.proxy;
    if (QHostAddress(target.url.host()).isLoopback() || target.url.host() == u"localhost")
        return QNetworkProxy::NoProxy;
    const QNetworkProxyQuery query(target.url.host(), target.url.port(target.url.scheme() == u"wss" ? 443 : 80), {},
        QNetworkProxyQuery::TcpSocket);
    const auto proxies = QNetworkProxyFactory::systemProxyForQuery(query);
    return proxies.isEmpty() ? QNetworkProxy(QNetworkProxy::NoProxy) : proxies.constFirst();
}

} // namespace

using rpc::Error;
using rpc::ErrorKind;

rpc::Result<QUrl> Endpoint::urlFromText(const QString &text)
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return Error::make(ErrorKind::InvalidArgument, Text::tr("the address is empty"));
    // A command line is no URL: its question marks and number signs are its own.
    const QString scheme = trimmed.section(u':', 0, 0).toLower();
    if (scheme.section(u'+', 0, 0) == u"exec" && trimmed.contains(u':')) {
        QUrl url;
        url.setScheme(scheme);
        url.setPath(trimmed.section(u':', 1).trimmed(), QUrl::DecodedMode);
        const auto target = rpc::StreamTarget::fromUrl(url);
        return target ? rpc::Result<QUrl>(url) : target.error();
    }
    QUrl url(trimmed.contains(u"://") ? trimmed : QString(u"http://" % trimmed), QUrl::StrictMode);
    const QString shown = url.isValid() ? url.toString(QUrl::RemoveUserInfo) : trimmed; // without a password
    const QString wrong = Text::tr("\"%1\" is no address; one looks like %2");
    if (!url.isValid())
        return Error::make(ErrorKind::InvalidArgument, wrong.arg(trimmed, QStringLiteral("http://127.0.0.1:8080/rpc")));
    if (rpc::StreamTarget::isScheme(url.scheme())) {
        const auto target = rpc::StreamTarget::fromUrl(url);
        return target ? rpc::Result<QUrl>(url) : target.error();
    }
    static const QStringList hosts { QStringLiteral("http"), QStringLiteral("https"), QStringLiteral("ws"),
        QStringLiteral("wss"), QStringLiteral("scgi") };
    static const QStringList sockets { QStringLiteral("http+unix"), QStringLiteral("scgi+unix") };
    if (sockets.contains(url.scheme())) {
        if (!url.host().isEmpty() || url.path().size() < 2)
            return Error::make(
                ErrorKind::InvalidArgument, wrong.arg(shown, QString(url.scheme() % u":///run/service.sock:/RPC2")));
        return url;
    }
    if (!hosts.contains(url.scheme()))
        return Error::make(ErrorKind::InvalidArgument,
            Text::tr("\"%1:\" is not known; %2 are")
                .arg(url.scheme(),
                    QStringLiteral("http: https: http+unix: ws: wss: tcp: tls: unix: exec: scgi: scgi+unix:")));
    if (url.host().isEmpty())
        return Error::make(
            ErrorKind::InvalidArgument, wrong.arg(shown, QString(url.scheme() % u"://127.0.0.1:8080/rpc")));
    if (url.path().isEmpty() && url.scheme() != u"scgi")
        url.setPath(QStringLiteral("/"));
    return url;
}

bool Endpoint::isTwoWay(const QUrl &url)
{
    return url.scheme() == u"ws" || url.scheme() == u"wss" || rpc::StreamTarget::isScheme(url.scheme());
}

QString Endpoint::addressForms()
{
    return Text::tr(
        "URL is one of\n"
        "  http://host:port/path  https://...       HTTP (http:// may be left out)\n"
        "  http+unix:///run/a.sock:/RPC2            HTTP through a Unix socket\n"
        "  ws://host:port/path  wss://...           WebSocket\n"
        "  tcp://host:port  tls://host:port         a stream of messages\n"
        "  unix:///run/a.sock                       the same through a Unix socket\n"
        "  exec:program argument ...                the same with a program that is started\n"
        "  scgi://host:port  scgi+unix:///run/a.sock  SCGI\n"
        "WebSocket carries JSON-RPC only, streams carry it unless XML-RPC is named. How messages of a stream are\n"
        "told apart stands behind a plus sign when it is known: tcp+newline, exec+lsp, unix+netstring, tls+bare,\n"
        "tcp+nul.");
}

rpc::Result<std::pair<QByteArray, QByteArray>> Endpoint::headerFromText(const QString &text)
{
    const qsizetype colon = text.indexOf(u':');
    const QByteArray name = text.left(colon).trimmed().toLatin1();
    const QByteArray value = text.mid(colon + 1).trimmed().toUtf8();
    const bool bad = colon < 1 || name.isEmpty() || name.contains(' ') || value.contains('\n') || value.contains('\r');
    if (bad)
        return Error::make(ErrorKind::InvalidArgument,
            Text::tr("\"%1\" is no header field; one looks like \"Name: value\"").arg(text));
    return std::pair(name, value);
}

std::optional<rpc::Protocol> Endpoint::protocolFromText(const QString &text)
{
    if (text == u"json-rpc")
        return rpc::Protocol::JsonRpc;
    if (text == u"xml-rpc")
        return rpc::Protocol::XmlRpc;
    return std::nullopt;
}

// As people expect of a browser.
rpc::HttpTarget Endpoint::httpTarget() const
{
    rpc::HttpTarget http = target;
    http.cookies = http.sessionIds = true;
    http.asksForScheme = asksForScheme;
    return http;
}

void Endpoint::openSession()
{
    if (target.url.scheme().startsWith(u"http"))
        session = std::make_shared<rpc::HttpTransport>(httpTarget());
}

std::unique_ptr<rpc::ClientTransport> Endpoint::makeTransport() const
{
    const QString scheme = target.url.scheme();
    rpc::ChannelOptions options;
    options.timeout = target.timeout;
    options.limits = target.limits;
    options.isExplorer = true;
    if (scheme == u"ws" || scheme == u"wss") {
        rpc::WebSocketTarget socket;
        socket.url = target.url;
        socket.headers = target.headers;
        socket.user = target.user;
        socket.password = target.password;
        socket.bearer = target.bearer;
        socket.subprotocols = subprotocols;
        socket.tls = target.tls;
        socket.proxy = proxyFor(target);
        socket.openTime = target.connectTimeout;
        socket.messageBytes = target.limits.bytes;
        return std::make_unique<rpc::WebSocketTransport>(socket, options);
    }
    if (auto stream = rpc::StreamTarget::fromUrl(target.url)) {
        stream->openTime = target.connectTimeout;
        if (auto *tcp = std::get_if<rpc::TcpTarget>(&stream->peer)) {
            tcp->proxy = proxyFor(target);
            if (tcp->tls)
                tcp->tls = target.tls;
        }
        if (auto *program = std::get_if<rpc::ProcessTarget>(&stream->peer)) {
            program->environment = environment;
            program->workingDirectory = workingDirectory;
        }
        options.xmlRpc
            = std::make_shared<rpc::XmlRpcCodec>(rpc::XmlRpcDialect::explorer(), rpc::XmlRpcDialect::explorer());
        return std::make_unique<rpc::StreamTransport>(*stream, options);
    }
    if (scheme == u"scgi" || scheme == u"scgi+unix")
        return std::make_unique<rpc::ScgiTransport>(target);
    return session ? std::make_unique<rpc::HttpTransport>(session.get())
                   : std::make_unique<rpc::HttpTransport>(httpTarget());
}

std::unique_ptr<rpc::Client> Endpoint::makeClient(rpc::Protocol wanted, const Watch &watch) const
{
    std::shared_ptr<rpc::Codec> codec;
    if (wanted == rpc::Protocol::JsonRpc) {
        const auto dialect = isExplorer ? rpc::JsonRpcDialect::explorer() : rpc::JsonRpcDialect::strict();
        codec = std::make_shared<rpc::JsonRpcCodec>(dialect, dialect);
    } else {
        auto dialect = isExplorer ? rpc::XmlRpcDialect::explorer() : rpc::XmlRpcDialect::strict();
        dialect.datesAsSpelled = true; // that is about what is sent
        codec = std::make_shared<rpc::XmlRpcCodec>(dialect, dialect);
    }
    auto transport = makeTransport();
    if (watch)
        watch(*transport);
    auto client = std::make_unique<rpc::Client>(std::move(transport), codec);
    client->setLimits(target.limits);
    return client;
}

rpc::Params Endpoint::paramsOfNone() const
{
    switch (emptyParams) {
    case EmptyParams::Auto:
        return isTwoWay(target.url) ? rpc::Params() : rpc::Params(rpc::Array());
    case EmptyParams::None:
        return {};
    case EmptyParams::Array:
        return rpc::Array();
    case EmptyParams::Object:
        return rpc::Struct();
    }
    return {};
}

std::unique_ptr<rpc::Discovery> Endpoint::makeDiscovery(const Watch &watch) const
{
    auto discovery = std::make_unique<rpc::Discovery>(
        target.url, [endpoint = *this, watch](rpc::Protocol wanted) { return endpoint.makeClient(wanted, watch); });
    constexpr std::chrono::milliseconds probe { 5000 };
    discovery->setProbeTimeout(target.timeout.count() > 0 ? qMin(target.timeout, probe) : probe);
    return discovery;
}

} // namespace antiphon
