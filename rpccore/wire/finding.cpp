// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "finding.h"

namespace rpc {

void note(Findings *findings, Rule rule, const QString &message, const TextPosition &position, qint64 length)
{
    if (findings && findings->size() < mostFindings)
        findings->append({ rule, message, position, length });
}

} // namespace rpc
