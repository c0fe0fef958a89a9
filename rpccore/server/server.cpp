// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "server.h"

#include "session.h"

#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/message/headerfields.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>

#include <QMetaMethod>
#include <QPointer>

namespace rpc {

Server::Server(QObject *parent)
    : Server(ServerOptions(), parent)
{
}

Server::Server(const ServerOptions &options, QObject *parent)
    : QObject(parent)
    , m_options(options)
    , m_registry(new Registry(this))
    , m_dispatcher(new Dispatcher(*m_registry, this))
{
    m_dispatcher->setOptions(options.dispatch);
    m_codecs.push_back(std::make_unique<JsonRpcCodec>(options.jsonRpc));
    m_codecs.push_back(std::make_unique<XmlRpcCodec>(options.xmlRpc));
    std::erase_if(m_codecs, [&](const auto &codec) { return !options.dispatch.protocols.contains(codec->protocol()); });
    addIntrospection(*m_registry, *m_dispatcher, options.systemMethods);
}

Server::~Server()
{
    m_listeners.clear(); // first: their connections use everything else
    qDeleteAll(QList<Session *>(m_sessions)); // of listeners that others own
    delete m_dispatcher; // then nothing can be answered any more
    delete m_registry; // waits for methods that run in its threads, and may use a codec
}

const Codec *Server::codecFor(QByteArrayView type, QByteArrayView body) const
{
    for (const auto &codec : m_codecs) {
        if (codec->accepts(type))
            return codec.get();
    }
    for (const auto &codec : m_codecs) {
        if (!body.isEmpty() && codec->acceptsAnyway(body))
            return codec.get();
    }
    return nullptr;
}

Server::Loop Server::loop()
{
    return [self = QPointer<Server>(this)](const QByteArray &body, const QByteArray &contentType,
               const std::function<void(std::optional<QByteArray>)> &answer) {
        if (!self)
            return;
        const auto type = ContentType::fromHeader(contentType);
        const Codec *codec = self->codecFor(type.type, body);
        if (!codec)
            return answer(std::nullopt);
        DecodeOptions decode;
        decode.charset = type.charset;
        if (self->m_options.maxBatch > 0)
            decode.limits.batch = self->m_options.maxBatch;
        self->m_dispatcher->handle(
            {}, *codec, body, decode, [answer](const Dispatched &result) { answer(result.body); });
    };
}

QStringList Server::sessions() const
{
    QStringList all;
    for (const auto &listener : m_doors) {
        if (listener)
            all += listener->sessionsOf(*this);
    }
    for (const Session *session : m_sessions)
        all.append(session->id());
    return all;
}

Session *Server::session(const QString &id) const
{
    const auto at = std::find_if(m_sessions.begin(), m_sessions.end(), [&](const Session *s) { return s->id() == id; });
    return at == m_sessions.end() ? nullptr : *at;
}

void Server::notifyAll(
    QAnyStringView method, const Params &params, const std::function<bool(const Session &)> &wanted) const
{
    const auto all = m_sessions;
    for (Session *session : all) {
        if (!wanted || wanted(*session))
            session->client().notify(method, params);
    }
}

bool Server::isObserved() const
{
    static const QMetaMethod signal = QMetaMethod::fromSignal(&Server::served);
    return isSignalConnected(signal);
}

void Server::add(Session &session)
{
    m_sessions.append(&session);
    Q_EMIT sessionOpened(&session);
}

void Server::remove(Session &session)
{
    m_sessions.removeOne(&session);
    Q_EMIT sessionClosed(session.id());
}

bool Server::closeSession(const QString &id)
{
    if (Session *const open = session(id)) {
        open->close();
        return true;
    }
    return std::any_of(m_doors.begin(), m_doors.end(), [&](const auto &listener) {
        return listener && listener->sessionsOf(*this).contains(id) && listener->closeSession(id);
    });
}

void Server::addDoor(Listener &listener)
{
    if (!m_doors.contains(&listener))
        m_doors.append(&listener);
}

void Server::removeDoor(Listener &listener) { m_doors.removeAll(&listener); }

void Server::take(std::unique_ptr<Listener> listener)
{
    listener->attach(*this);
    addDoor(*listener);
    if (!listener->tellsServers())
        connect(listener.get(), &Listener::served, this, &Server::served);
    m_listeners.push_back(std::move(listener));
}

} // namespace rpc
