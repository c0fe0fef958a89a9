// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/client/trace.h>
#include <rpccore/core/error.h>
#include <rpccore/discovery/apimodel.h>
#include <rpccore/dispatch/dispatcher.h>

#include <QString>

/// Texts that the window and the terminal share.
namespace antiphon {

/// A method with signatures and help, several lines.
QString methodText(const rpc::MethodInfo &method);

/// `{"name": …, "signatures": [{"result": …, "params": [{"name": …, "type": …, "help": …, "optional": …}]}], "help":
/// …}`.
rpc::Value methodToValue(const rpc::MethodInfo &method);

/// The code as it came: "-32601", or text where the server sent text.
QString errorCodeText(const rpc::Error &error);
/// What JSON-RPC 2.0 section 5.1 calls this code ("Method not found"), empty for the application's own.
QString errorCodeName(int code);

/// What the last call that failed failed with: "error -32601  Method not found"; empty when none did.
QString failureText(const QList<rpc::CallOutcome> &outcomes);

/// \a text as part of a line: others chose it, so it must not look like lines of its own, nor move the cursor. Control
/// characters become their pictures (U+2400 and on); behind 200 characters it ends with " …".
QString oneLine(const QString &text);

/// The bytes of the request, then those of the answer, exactly as they went over the wire, each behind a line that says
/// what follows. An exchange that was refused before, and sent again, comes first.
QByteArray rawText(const rpc::Trace &trace);

} // namespace antiphon
