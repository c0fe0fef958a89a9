// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "registered.h"

#include <QCoreApplication>
#include <QPointer>

namespace rpc {

namespace {

struct Enlisted
{
    QList<std::shared_ptr<Method>> methods;
    QPointer<Server> server; // once somebody has asked for it
};

// Filled while other static objects are made, in any order.
Enlisted &enlisted()
{
    static Enlisted all;
    return all;
}

} // namespace

MethodEditor detail::Registrar::enlist(std::shared_ptr<Method> method)
{
    enlisted().methods.append(method);
    if (Server *const server = enlisted().server)
        share(method, server->registry());
    return MethodEditor(std::move(method));
}

// The method itself, not a copy: what is said of it follows.
void detail::Registrar::share(const std::shared_ptr<Method> &method, Registry &registry)
{
    registry.insert(method, false);
}

void addRegistered(Registry &registry)
{
    for (const auto &method : std::as_const(enlisted().methods))
        detail::Registrar::share(method, registry);
}

Server &defaultServer()
{
    QPointer<Server> &server = enlisted().server;
    if (!server) {
        Q_ASSERT_X(QCoreApplication::instance(), "rpc::defaultServer", "there is no QCoreApplication");
        server = new Server(QCoreApplication::instance());
        addRegistered(server->registry());
    }
    return *server;
}

} // namespace rpc
