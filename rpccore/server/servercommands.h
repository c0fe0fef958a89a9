// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/dispatch/task.h>
#include <rpccore_core_export.h>

#include <functional>

namespace rpc {

class Registry;
class Server;
struct CallContext;

/// The commands by which people look after a running server, as pulsar's rpc application has them.
struct ServerCommands
{
    /// Says more in `server_info`: gets what is there, gives what is told, a Struct or, when it has to wait, a
    /// Task<Struct>.
    std::function<Task<Struct>(const CallContext &, Struct info)> extraInfo = {};
    /// Whether there is `close_session`. Whoever may call the server may end everybody's connections with it.
    bool closeSession = false;
};

/// Adds to \a registry (of \a server, or one of its branches):
///
/// - `ping` gives "pong"; `echo(message = "")` gives the message;
/// - `server_info` tells name, version, uptime in seconds, process id, the system, the number of open sessions;
/// - `functions_list` gives pairs of name and {doc, section}, sorted; line breaks become blanks, "No docs" when there
/// is
///   no help; `documentation` gives the same as reStructuredText;
/// - `close_session(id)` ends a connection, when the options allow it.
///
/// \a server must outlive the methods, which it does when the registry is its own.
RPCCORE_EXPORT void addServerCommands(Registry &registry, Server &server, const ServerCommands &options = {});

/// The methods of \a registry as reStructuredText: its title and docs where it has them, the same of each branch, and for
/// each method a label, a title, its signature and its help.
RPCCORE_EXPORT QString restructuredText(const Registry &registry);

} // namespace rpc
