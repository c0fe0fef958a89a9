// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "exitstatus.h"

#include <QByteArray>
#include <QString>

namespace antiphon::cli {

/// Results: standard output, flushed.
void print(const QByteArray &bytes);
void print(const QString &text);
/// Diagnostics: standard error, one line, with the program's name before it.
void complain(const QString &text);
/// Prints why something failed and gives the exit status for it. Errors of the server are shown with code, message,
/// data.
ExitStatus fail(const rpc::Error &error);

} // namespace antiphon::cli
