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
    using Step = std::variant<QString, qsizetype>;

    Path() = default;

    bool isEmpty() const noexcept { return m_steps.isEmpty(); }
    const QList<Step> &steps() const noexcept { return m_steps; }

    void append(Step step) { m_steps.append(std::move(step)); }
    Path child(const QString &name) const;
    Path child(qsizetype index) const;
    /// This path below \a parent.
    Path below(const Path &parent) const;

    QString toString() const;

    friend bool operator==(const Path &a, const Path &b) { return a.m_steps == b.m_steps; }

private:
    QList<Step> m_steps;
};

} // namespace rpc
