// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>

namespace bench {

// Each takes its arguments and returns the exit status.

/// Readers and writers beside those of others.
int codecs(const QStringList &arguments);
/// What a call costs a server, beside QHttpServer and the servers of others.
int server(const QStringList &arguments);
/// What a call costs rpc::Client, beside a bare QNetworkAccessManager.
int client(const QStringList &arguments);
/// A server under everything at once; whether it grows, leaks or errs.
int soak(const QStringList &arguments);
/// A server with slow clients and too many of them; whether others notice.
int slow(const QStringList &arguments);

// Processes that the others start.
int serve(const QStringList &arguments);
int loadCommand(const QStringList &arguments);
int call(const QStringList &arguments);

} // namespace bench
