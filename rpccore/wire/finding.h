// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/error.h>
#include <rpccore/wire/rule.h>

#include <QList>

namespace rpc {

/// One departure of a message from its specification that the reader let pass. Readers that are told to be lenient say
/// so with findings; they are never silent.
struct RPCCORE_EXPORT Finding
{
    Rule rule = Rule::JsonByteOrderMark; ///< what it departs from
    QString message; ///< one sentence about this very place
    TextPosition position; ///< where in the message it begins, when known
    qint64 length = 0; ///< bytes from there; 0 when unknown

    /// "json.duplicate-name".
    QString id() const { return QLatin1String(ruleInfo(rule).id); }
    Severity severity() const { return ruleInfo(rule).severity; } ///< How much it matters.
    /// The paragraph of the specification.
    QString reference() const { return QLatin1String(ruleInfo(rule).reference); }
};

/// What a reader let pass.
using Findings = QList<Finding>;

/// Readers stop noting after this many: the hundredth says no more than the first ninety-nine.
inline constexpr qsizetype mostFindings = 100;

/// Adds a finding to \a findings, unless that is null or full.
RPCCORE_EXPORT void note(
    Findings *findings, Rule rule, const QString &message, const TextPosition &position = {}, qint64 length = 0);

} // namespace rpc
