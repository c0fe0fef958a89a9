// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/error.h>

#include <QList>

namespace rpc {

/// One departure of a message from its specification that the reader let pass. Readers that are told to be lenient say
/// so with findings; they are never silent.
struct Finding
{
    QString rule; ///< stable id, for example "jsonrpc.version-missing"
    QString message; ///< one sentence
    TextPosition position; ///< where in the message, when known
};

using Findings = QList<Finding>;

/// Readers stop noting after this many: the hundredth says no more than the first ninety-nine.
inline constexpr qsizetype mostFindings = 100;

} // namespace rpc
