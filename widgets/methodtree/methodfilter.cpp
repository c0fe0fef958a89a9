// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "methodfilter.h"

#include "methodtreemodel.h"

namespace antiphon {

MethodFilter::MethodFilter(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setRecursiveFilteringEnabled(true);
}

void MethodFilter::setFilter(const QString &text)
{
    m_words = text.split(u' ', Qt::SkipEmptyParts);
    invalidateFilter();
}

bool MethodFilter::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (m_words.isEmpty())
        return true;
    const QString text = sourceModel()->index(row, 0, parent).data(MethodTreeModel::SearchTextRole).toString();
    return !text.isEmpty() && std::all_of(m_words.begin(), m_words.end(), [&text](const QString &word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

QModelIndex MethodFilter::firstMethod(const QModelIndex &below) const
{
    for (int row = 0; row < rowCount(below); ++row) {
        const QModelIndex at = index(row, 0, below);
        if (at.data(MethodTreeModel::MethodNameRole).isValid())
            return at;
        if (const QModelIndex deeper = firstMethod(at); deeper.isValid())
            return deeper;
    }
    return {};
}

} // namespace antiphon
