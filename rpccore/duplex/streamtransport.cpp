// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "streamtransport.h"

#include <rpccore/channel/localchannel.h>
#include <rpccore/channel/tcpchannel.h>

#include <QCoreApplication>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

Error invalid(const QUrl &url, const QString &like)
{
    return Error::make(ErrorKind::InvalidArgument,
        Text::tr("\"%1\" is no address to call; it looks like %2").arg(Trace::shownUrl(url).toString(), like));
}

std::unique_ptr<StreamChannel> channelTo(const StreamTarget &target, const Limits &limits)
{
    if (const auto *tcp = std::get_if<TcpTarget>(&target.peer))
        return std::make_unique<TcpChannel>(
            tcp->host, tcp->port, tcp->tls, tcp->proxy, target.framing, limits, target.openTime);
    if (const auto *local = std::get_if<LocalTarget>(&target.peer))
        return std::make_unique<LocalChannel>(local->path, target.framing, limits, target.openTime);
    return std::make_unique<ProcessChannel>(
        std::get<ProcessTarget>(target.peer), target.framing, limits, target.openTime);
}

std::unique_ptr<MessageChannel> makeChannel(const StreamTarget &target, const ChannelOptions &options)
{
    auto channel = channelTo(target, options.limits);
    channel->setMisfits(options.isExplorer ? Misfits::Shown : Misfits::Refused);
    return channel;
}

// "tcp+lsp" taken apart; nothing when a part is not known.
std::optional<std::pair<QString, Framing>> taken(const QString &scheme)
{
    const QString base = scheme.section(u'+', 0, 0);
    const QString name = scheme.section(u'+', 1);
    if (base != u"tcp" && base != u"tls" && base != u"unix" && base != u"exec")
        return std::nullopt;
    if (!scheme.contains(u'+'))
        return std::pair(base, Framing::Detect);
    const auto framing = framingFromName(name);
    if (!framing)
        return std::nullopt;
    return std::pair(base, *framing);
}

} // namespace

bool StreamTarget::isScheme(const QString &scheme) { return taken(scheme).has_value(); }

Result<StreamTarget> StreamTarget::fromUrl(const QUrl &url)
{
    const auto scheme = taken(url.scheme());
    if (!scheme)
        return invalid(url, QStringLiteral("tcp://host:port, tls://host:port, unix:///path, exec:program"));
    StreamTarget target;
    target.framing = scheme->second;
    const QString path = url.path(QUrl::FullyDecoded);
    if (scheme->first == u"unix") {
        if (!url.host().isEmpty() || path.size() < 2)
            return invalid(url, QStringLiteral("unix:///run/service.sock"));
        target.peer = LocalTarget { path };
    } else if (scheme->first == u"exec") {
        QStringList words = QProcess::splitCommand(path);
        if (words.isEmpty())
            return invalid(url, QStringLiteral("exec:program argument"));
        const QString program = words.takeFirst();
        target.peer = ProcessTarget { program, words, {}, {} };
    } else {
        if (url.host().isEmpty() || url.port() <= 0)
            return invalid(url, QString(scheme->first % u"://host:port"));
        target.peer = TcpTarget { url.host(), quint16(url.port()),
            scheme->first == u"tls" ? std::optional(TlsOptions()) : std::nullopt,
            QNetworkProxy(QNetworkProxy::NoProxy) };
    }
    return target;
}

StreamTransport::StreamTransport(const StreamTarget &target, const ChannelOptions &options, QObject *parent)
    : ChannelTransport(makeChannel(target, options), options, parent)
{
}

} // namespace rpc
