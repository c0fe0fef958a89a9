// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/result.h>

#include <QByteArray>
#include <QString>

namespace antiphon::cli {

/// Words of the command line that may stand for something that is elsewhere, so that secrets need not be in the list of
/// processes and size is not bounded by the system: `@FILE` is what is in FILE, `-` and `@-` are standard input (once
/// in a command), `@@x` is the text `@x`; everything else is itself. The error names the file.

/// The bytes that \a word stands for.
rpc::Result<QByteArray> bytesFrom(const QString &word);
/// The same as text, without the line end that files close with. The error when it is no UTF-8.
rpc::Result<QString> textFrom(const QString &word);
/// The same as a value: the text form of values when it is one, else a string.
rpc::Result<rpc::Value> valueFrom(const QString &word);
/// NAME=WORD taken apart, as `--named` and `--member` (\a option) want it.
rpc::Result<rpc::Member> memberFrom(const QString &text, const QString &option);

} // namespace antiphon::cli
