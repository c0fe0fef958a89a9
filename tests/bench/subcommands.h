// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QStringList>

namespace bench {

/// Readers and writers beside those of others. Returns the exit status.
int codecs(const QStringList &arguments);

} // namespace bench
