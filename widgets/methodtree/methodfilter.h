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
    /// The first method that is shown, invalid when there is none.
    QModelIndex firstMethod(const QModelIndex &below = {}) const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QStringList m_words;
};

} // namespace antiphon
