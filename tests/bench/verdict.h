// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace bench {

/// What a cost says beside its target: "met", or by how much it is missed.
inline QString verdict(double ratio, double target)
{
    return ratio <= target ? QStringLiteral("met") : QStringLiteral("missed by %1 %").arg((ratio / target - 1) * 100, 0, 'f', 0);
}

} // namespace bench
