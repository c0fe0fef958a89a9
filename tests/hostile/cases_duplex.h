// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "cases.h"

#include <rpccore/channel/framing.h>

namespace hostile {

/// Bytes over a WebSocket or a stream, and what becomes of them.
struct DuplexCase : Case
{
    /// Where they go.
    enum class Door {
        Handshake, ///< to the port of HTTP, as they are
        Frames, ///< behind a good handshake
        Stream, ///< to a stream listener
    };
    Door door;
    rpc::Framing framing = rpc::Framing::Detect; ///< of the stream listener
    rpc::Framing probe = rpc::Framing::Newline; ///< how the client asks afterwards whether it is still served
    bool hangsUp = false; ///< the client is gone after the last piece
};

/// What is sent to sessions. An outcome names all that comes back: statuses of HTTP, "result" or the code of an RPC
/// error, "pong"; then "open" when the session goes on, "closed with 1002" when a close frame came first, "closed".
const QList<DuplexCase> &duplexCases();

/// What needs more than bytes; each is a test function of the same name.
QList<Scene> duplexScenes();

/// The limits of that server.
rpc::Limits duplexLimits();

/// The origin that it lets in.
inline constexpr const char *goodOrigin = "https://good.example";

/// The begin of the part of the page that is made from this.
inline constexpr const char *duplexHeading = "\n# WebSockets and streams\n";
/// All of it as Markdown, with the heading.
QByteArray duplexTables();

} // namespace hostile
