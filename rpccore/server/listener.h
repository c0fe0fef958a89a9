// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/server/traffic.h>

#include <QObject>
#include <QStringList>

namespace rpc {

class Server;

/// A door through which requests reach a server.
class RPCCORE_EXPORT Listener : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Called once, by Server::addListener().
    virtual void attach(Server &server) = 0;

    /// Ids of the connections that are open now.
    virtual QStringList sessions() const { return {}; }
    /// Of them those whose last request was for \a server: the listener's own server, or one that is mounted on it.
    virtual QStringList sessionsOf(const Server &server) const
    {
        Q_UNUSED(server)
        return sessions();
    }
    /// Ends a connection; false when there is none with this id.
    virtual bool closeSession(const QString &id)
    {
        Q_UNUSED(id)
        return false;
    }

    /// True for one that emits Server::served() by itself, because it serves several; else its own served() is that of its
    /// server.
    virtual bool tellsServers() const { return false; }

Q_SIGNALS:
    /// One request is done with, whichever server it was for. Nothing is kept by the listener.
    void served(const rpc::ServedExchange &exchange);
};

} // namespace rpc
