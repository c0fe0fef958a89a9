// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/dispatch/methodinfo.h>

#include <QStringList>

/// Reads the answers of system.listMethods, system.methodSignature and system.methodHelp as they are given in the wild.
namespace rpc::systemlist {

/// The names of system.listMethods. Entries that are no text are left out and named in \a notes.
RPCCORE_EXPORT Result<QStringList> methodNames(const Value &answer, QStringList &notes);

/// The signatures in an answer of system.methodSignature: a list of lists, or one flat list. Empty when the server
/// knows none ("undef", a sentence, an empty list).
RPCCORE_EXPORT QList<Signature> signatures(const Value &answer);

} // namespace rpc::systemlist
