// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "realprograms.h"

#include <rpccore/discovery/discovery.h>
#include <rpccore/json/valuetext.h>
#include <tests/client/testcalls.h>

/// What tests of our client against the real servers have in common.
namespace realservers {

using namespace rpc;
using realprograms::text;
using testcalls::shown;

/// A reply in full: the text form of its value, "!code message" for an error of the server, else who is to blame.
inline QString told(const std::optional<Reply> &reply)
{
    return reply && *reply ? QString::fromUtf8(valuetext::toText(**reply)) : shown(reply);
}

inline QString told(const BatchReply &reply)
{
    QStringList texts;
    for (const auto &one : reply.replies)
        texts.append(told(one));
    return texts.join(u"; ");
}

inline Value value(const QByteArray &text)
{
    const auto read = valuetext::fromText(text);
    if (!read)
        qFatal("%s: %s", text.constData(), qPrintable(read.error().toString()));
    return *read;
}

inline Params paramsOf(const QByteArray &text)
{
    const Value given = value(text);
    return given.get<Array>() ? Params(*given.get<Array>()) : Params(*given.get<Struct>());
}

/// A table of calls and what comes of them: "method", "params", "reply" as told() tells it.
inline void callColumns()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<QString>("reply");
}

inline QTestData &callRow(const char *name, const char *method, const char *params, const char *reply)
{
    return QTest::newRow(name) << text(method) << QByteArray(params) << text(reply);
}

/// The call of the row, finished.
inline PendingCall callOfRow(Client &client)
{
    QFETCH(QString, method);
    QFETCH(QByteArray, params);
    PendingCall call = client.call(method, paramsOf(params));
    testcalls::wait(call);
    return call;
}

inline QUrl at(quint16 port, const QByteArray &path) { return QUrl(QStringLiteral("http://127.0.0.1:%1").arg(port) + text(path)); }

inline std::unique_ptr<Client> clientOf(const QUrl &url, Protocol protocol, const QString &user = {}, const QString &password = {})
{
    HttpTarget target;
    target.url = url;
    target.user = user;
    target.password = password;
    target.timeout = std::chrono::seconds(15);
    std::shared_ptr<Codec> codec;
    if (protocol == Protocol::JsonRpc)
        codec = std::make_shared<JsonRpcCodec>();
    else
        codec = std::make_shared<XmlRpcCodec>();
    return std::make_unique<Client>(std::make_unique<HttpTransport>(target), codec);
}

inline std::unique_ptr<Client> xmlClient(quint16 port, const char *path = "/RPC2") { return clientOf(at(port, path), Protocol::XmlRpc); }
inline std::unique_ptr<Client> jsonClient(quint16 port, const char *path = "/") { return clientOf(at(port, path), Protocol::JsonRpc); }

inline Result<ApiModel> discover(const QUrl &url, const QString &user = {}, const QString &password = {})
{
    Discovery discovery(url, [&](Protocol protocol) { return clientOf(url, protocol, user, password); });
    std::optional<Result<ApiModel>> model;
    QObject::connect(&discovery, &Discovery::finished, &discovery, [&](const Result<ApiModel> &found) { model = found; });
    discovery.start({});
    if (!QTest::qWaitFor([&] { return model.has_value(); }, 30000))
        return Error::make(ErrorKind::Internal, text("the test waited in vain"));
    return *model;
}

inline QString signatureOf(const ApiModel &model, const char *name)
{
    const MethodInfo *info = model.find(text(name));
    return info ? info->signatureText() : text("not there");
}

} // namespace realservers
