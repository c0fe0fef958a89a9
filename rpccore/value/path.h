// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QList>
#include <QString>

#include <variant>

namespace rpc {

/// A place inside a value: member names and array indexes from the root. Shown as `params[1].tags[3]`; a name that is
/// no identifier is shown as `["a b"]`.
class RPCCORE_EXPORT Path
{
public:
    using Step = std::variant<QString, qsizetype>; ///< the name of a member, or the index of an array element from 0

    Path() = default; ///< The root.

    bool isEmpty() const noexcept { return m_steps.isEmpty(); } ///< True for the root.
    const QList<Step> &steps() const noexcept { return m_steps; } ///< The steps, from the root on.

    void append(Step step) { m_steps.append(std::move(step)); } ///< Goes one step deeper.
    Path child(const QString &name) const; ///< This path and the member \a name.
    Path child(qsizetype index) const; ///< This path and the array element \a index.
    /// This path below \a parent.
    Path below(const Path &parent) const;

    QString toString() const; ///< For people: `params[1].tags[3]`; empty for the root.

    /// Same steps.
    friend bool operator==(const Path &a, const Path &b) { return a.m_steps == b.m_steps; }

private:
    QList<Step> m_steps;
};

} // namespace rpc
