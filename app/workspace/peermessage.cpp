// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "peermessage.h"

#include "describe.h"

#include <rpccore/client/trace.h>
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>
#include <rpccore/json/valuetext.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>

#include <QCoreApplication>

namespace antiphon {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(antiphon::PeerMessage)
};

constexpr qsizetype mostParsed = 16 * 1024; // bytes: an excerpt is made each time it is looked at

// As much of the bytes as a line can show: a character has up to three for each unit of UTF-16.
QString excerptOf(const QByteArray &utf8)
{
    constexpr qsizetype most = 1000;
    return oneLine(QString::fromUtf8(utf8.left(most)));
}

// The params of a call, as they were written but for white space; nothing when the message is a batch, or no JSON.
std::optional<QByteArray> paramsOf(const QByteArray &body)
{
    rpc::JsonReader reader;
    reader.duplicates = rpc::Duplicates::KeepAll;
    const auto value = reader.read(body);
    const auto *const object = value ? value->get<rpc::Struct>() : nullptr;
    if (!object)
        return std::nullopt;
    const rpc::Value *const params = object->find(u"params");
    return params ? rpc::JsonWriter().write(*params).valueOr(QByteArray()) : QByteArray();
}

// The same of a call over XML-RPC, as JSON.
std::optional<QByteArray> xmlParamsOf(const QByteArray &body)
{
    const rpc::XmlRpcCodec codec(rpc::XmlRpcDialect::explorer(), rpc::XmlRpcDialect::explorer());
    const auto requests = codec.decodeRequests(body, {});
    if (!requests || requests->members.isEmpty() || !requests->members.constFirst().request)
        return std::nullopt;
    return rpc::valuetext::toText(requests->members.constFirst().request->params.positional());
}

} // namespace

QString PeerMessage::kindText(Kind kind)
{
    switch (kind) {
    case Kind::Opened:
        return Text::tr("Connected");
    case Kind::Closed:
        return Text::tr("Disconnected");
    case Kind::Lost:
        return Text::tr("No connection");
    case Kind::Notification:
        return Text::tr("Notification");
    case Kind::Call:
        return Text::tr("Call");
    case Kind::UnknownAnswer:
        return Text::tr("Stray answer");
    case Kind::SecondAnswer:
        return Text::tr("Second answer");
    case Kind::LateAnswer:
        return Text::tr("Late answer");
    case Kind::Unreadable:
        return Text::tr("Unreadable");
    case Kind::Binary:
        return Text::tr("Binary frame");
    case Kind::StandardError:
        return Text::tr("Standard error");
    case Kind::Echo:
        return Text::tr("Echo");
    }
    Q_UNREACHABLE();
}

QString PeerMessage::excerpt() const
{
    if (kind == Kind::Notification || kind == Kind::Call) {
        const auto read = message.body.trimmed().startsWith('<') ? xmlParamsOf : paramsOf;
        const auto params = message.body.size() <= mostParsed ? read(message.body) : std::nullopt;
        return excerptOf(params.value_or(message.body));
    }
    return message.body.isEmpty() || kind == Kind::Binary ? oneLine(text) : excerptOf(message.body);
}

QString PeerMessage::line() const
{
    switch (kind) {
    case Kind::Notification:
        return QString(Text::tr("notification: %1").arg(method) % u' ' % excerpt());
    case Kind::Call:
        return QString(Text::tr("called by the other end: %1").arg(method) % u' ' % excerpt());
    case Kind::StandardError:
        return QString(u"| " % excerpt());
    case Kind::Unreadable:
        return QString(kindText(kind) % u" (" % rpc::sizeText(message.body.size()) % u"): " % excerpt());
    case Kind::Echo:
        return QString(oneLine(text) % u" (" % rpc::sizeText(message.body.size()) % u"): " % excerpt());
    case Kind::Opened:
    case Kind::Closed:
    case Kind::Lost:
    case Kind::UnknownAnswer:
    case Kind::SecondAnswer:
    case Kind::LateAnswer:
    case Kind::Binary:
        break;
    }
    return oneLine(text);
}

} // namespace antiphon
