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

QModelIndex MethodFilter::bestMethod() const
{
    QModelIndex best;
    int bestRank = INT_MAX;
    findBest({}, best, bestRank);
    return best;
}

void MethodFilter::findBest(const QModelIndex &below, QModelIndex &best, int &bestRank) const
{
    const QString text = m_words.join(u' ');
    for (int row = 0; row < rowCount(below); ++row) {
        const QModelIndex at = index(row, 0, below);
        const QVariant data = at.data(MethodTreeModel::MethodNameRole);
        if (data.isValid()) {
            const QString name = data.toString();
            const QString last = name.mid(name.lastIndexOf(u'.') + 1);
            const int rank = name.compare(text, Qt::CaseInsensitive) == 0 ? 0
                : last.startsWith(text, Qt::CaseInsensitive)              ? 1
                : name.contains(text, Qt::CaseInsensitive)                ? 2
                                                                          : 3;
            if (rank < bestRank) {
                bestRank = rank;
                best = at;
            }
        }
        findBest(at, best, bestRank);
    }
}

} // namespace antiphon
