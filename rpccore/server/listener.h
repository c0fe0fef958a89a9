// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/server/traffic.h>

#include <QObject>

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

Q_SIGNALS:
    /// One request is done with. Nothing is kept by the listener.
    void served(const rpc::ServedExchange &exchange);
};

} // namespace rpc
