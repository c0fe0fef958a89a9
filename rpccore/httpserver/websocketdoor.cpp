// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "websocketdoor.h"

#include <rpccore/channel/websocketchannel.h>
#include <rpccore/channel/websockethandshake.h>
#include <rpccore/core/limits.h>
#include <rpccore/server/server.h>
#include <rpccore/server/session.h>

#include <QTcpSocket>

namespace rpc {

namespace {

// The first of the server's that the client offers; RFC 6455 section 4.2.2.
QString agreedSubprotocol(const HeaderFields &fields, const WebSocketOptions &options)
{
    for (const QString &spoken : options.subprotocols) {
        for (const auto &[name, value] : fields) {
            if (!isSameField(name, "Sec-WebSocket-Protocol"))
                continue;
            const auto offers = value.split(',');
            for (const QByteArray &offer : offers) {
                if (offer.trimmed() == spoken.toUtf8()) // letter case counts
                    return spoken;
            }
        }
    }
    return {};
}

} // namespace

WebSocketDoor::WebSocketDoor(QObject *parent)
    : QObject(parent)
{
}

WebSocketDoor::~WebSocketDoor() { qDeleteAll(std::exchange(m_sessions, {})); }

void WebSocketDoor::take(QTcpSocket *socket, Server &server, const CallContext &context,
    const WebSocketOptions &options, const Limits &limits)
{
    const QString subprotocol = agreedSubprotocol(context.headers, options);
    socket->write(webSocketAgreement(headerValue(context.headers, "Sec-WebSocket-Key"), subprotocol));
    auto channel = std::make_unique<WebSocketChannel>(socket, subprotocol, limits, options.keepAlive);
    auto *session = new Session(std::move(channel), server, context, limits, this);
    m_sessions.append(session);
    connect(session, &QObject::destroyed, this, [this, session] { m_sessions.removeOne(session); });
}

void WebSocketDoor::closeAll()
{
    const auto all = m_sessions;
    for (Session *session : all)
        session->closeWhenAnswered(1001, QStringLiteral("the server is stopping"));
}

} // namespace rpc
