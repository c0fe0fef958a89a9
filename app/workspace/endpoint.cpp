// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "endpoint.h"

#include <QCoreApplication>

#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>

namespace antiphon {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(antiphon::Endpoint)
};
} // namespace

using rpc::Error;
using rpc::ErrorKind;

rpc::Result<QUrl> Endpoint::urlFromText(const QString &text)
{
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return Error::make(ErrorKind::InvalidArgument, Text::tr("the address is empty"));
    QUrl url(trimmed.contains(u"://") ? trimmed : QString(u"http://" % trimmed), QUrl::StrictMode);
    if (!url.isValid() || url.host().isEmpty())
        return Error::make(ErrorKind::InvalidArgument,
            Text::tr("\"%1\" is no address; one looks like http://127.0.0.1:8080/rpc").arg(trimmed));
    if (url.scheme() != u"http" && url.scheme() != u"https")
        return Error::make(
            ErrorKind::InvalidArgument, Text::tr("\"%1:\" is not known; http: and https: are").arg(url.scheme()));
    if (url.path().isEmpty())
        url.setPath(QStringLiteral("/"));
    return url;
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

std::unique_ptr<rpc::Client> Endpoint::makeClient(rpc::Protocol wanted) const
{
    std::shared_ptr<rpc::Codec> codec;
    if (wanted == rpc::Protocol::JsonRpc)
        codec = std::make_shared<rpc::JsonRpcCodec>();
    else
        codec = std::make_shared<rpc::XmlRpcCodec>();
    return std::make_unique<rpc::Client>(std::make_unique<rpc::HttpTransport>(target), codec);
}

std::unique_ptr<rpc::Discovery> Endpoint::makeDiscovery() const
{
    return std::make_unique<rpc::Discovery>(
        target.url, [endpoint = *this](rpc::Protocol wanted) { return endpoint.makeClient(wanted); });
}

} // namespace antiphon
