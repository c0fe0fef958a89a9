// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/limits.h>

#include <QByteArray>
#include <QList>

namespace hostile {

/// Bytes that a server may be sent, and what it does with them.
struct Case
{
    const char *group;
    QByteArray name; ///< unlike that of any other
    QList<QByteArray> pieces; ///< sent one after the other; the server has seen one before the next is sent
    /// The statuses of all answers, with the code of an RPC error in brackets, then what becomes of the connection:
    /// "200, open", "200 (-32700), open", "100 200, open", "3 x 200, open", "400, closed", "closed".
    QByteArray outcome;
};

/// The limits of the server that gets them: what is large is smaller here, what takes time shorter.
rpc::Limits limits();

/// Requests over HTTP, with or without TLS.
const QList<Case> &httpCases();

/// What needs more than bytes; each is a test function of the same name.
struct Scene
{
    QByteArray function;
    QByteArray name;
    QByteArray outcome;
};
QList<Scene> scenes();

/// Everything above as Markdown.
QByteArray tables();

} // namespace hostile
