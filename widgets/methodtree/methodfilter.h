// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSortFilterProxyModel>

namespace antiphon {

/// Shows the methods in which every word of the filter occurs: in the name, the help, or the names and types of
/// parameters. Letter case is ignored. Namespaces without a hit disappear.
class MethodFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit MethodFilter(QObject *parent = nullptr);

    void setFilter(const QString &text);
    /// The shown method that fits the filter best: one of that very name, then one whose last part begins with it, then
    /// one that has it in its name, then any. Invalid when none is shown.
    QModelIndex bestMethod() const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    void findBest(const QModelIndex &below, QModelIndex &best, int &bestRank) const;

    QStringList m_words;
};

} // namespace antiphon
