// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/server/server.h>

namespace rpc {

/// \cond
namespace detail {

// The methods that are registered where they stand.
struct RPCCORE_EXPORT Registrar
{
    template <class F> static MethodEditor add(const QString &name, F function)
    {
        return enlist(Registry::make(name, std::move(function)));
    }
    static MethodEditor enlist(std::shared_ptr<Method> method);
    static void share(const std::shared_ptr<Method> &method, Registry &registry);
};

} // namespace detail
/// \endcond

/// Registers a function where it stands, before main() begins:
///
///     static const auto add = rpc::registered("add", [](int a, int b) { return a + b; })
///                                 .params("a", "b")
///                                 .docs("Adds two numbers.");
///
/// defaultServer() has all of these; addRegistered() puts them into any other registry. Function and documentation as with
/// Registry::add(); a name is checked when the method comes into a registry. In the main thread only. A plugin that
/// registers functions must not be unloaded.
///
/// In a static library, the linker leaves out object files that nobody refers to, and what they register.
template <class F> MethodEditor registered(const QString &name, F function)
{
    return detail::Registrar::add(name, std::move(function));
}

/// Adds to \a registry what was registered so far. The methods are the same ones: what is said of them later is said of
/// all. A name that is taken is logged as a warning.
RPCCORE_EXPORT void addRegistered(Registry &registry);

/// The server of a program that has one: it has what was registered by registered(), also by a plugin that is loaded later.
/// Made by the first call, with the defaults; ends with the QCoreApplication, which has to be there. In the main thread
/// only.
///
///     int main(int argc, char **argv)
///     {
///         QCoreApplication app(argc, argv);
///         rpc::defaultServer().addListener(std::make_unique<rpc::HttpListener>())->listen({});
///         return app.exec();
///     }
RPCCORE_EXPORT Server &defaultServer();

} // namespace rpc
