// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "server.h"

#include <rpccore/dispatch/introspection.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>

namespace rpc {

Server::Server(QObject *parent)
    : QObject(parent)
    , m_registry(new Registry(this))
    , m_dispatcher(new Dispatcher(*m_registry, this))
{
    m_codecs.push_back(std::make_unique<JsonRpcCodec>());
    m_codecs.push_back(std::make_unique<XmlRpcCodec>());
    addIntrospection(*m_registry);
}

Server::~Server()
{
    m_listeners.clear(); // first: their connections use everything else
    delete m_dispatcher; // then nothing can be answered any more
}

const Codec *Server::codecFor(QByteArrayView type) const
{
    for (const auto &codec : m_codecs) {
        if (codec->accepts(type))
            return codec.get();
    }
    return nullptr;
}

void Server::take(std::unique_ptr<Listener> listener)
{
    listener->attach(*this);
    connect(listener.get(), &Listener::served, this, &Server::served);
    m_listeners.push_back(std::move(listener));
}

} // namespace rpc
