// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "logview.h"

#include <QHeaderView>
#include <QScrollBar>

namespace antiphon {

LogView::LogView(QWidget *parent)
    : QTableView(parent)
{
    setShowGrid(false);
    setFrameShape(QFrame::NoFrame);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setTabKeyNavigation(false);
    setWordWrap(false);
    verticalHeader()->hide();
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setDefaultSectionSize(int(fontMetrics().height() * 1.6));
    horizontalHeader()->setHighlightSections(false);
}

void LogView::setLog(QAbstractItemModel *log, int stretched, const QList<std::pair<int, QString>> &samples)
{
    setModel(log);
    horizontalHeader()->setSectionResizeMode(stretched, QHeaderView::Stretch);
    for (const auto &[column, sample] : samples)
        setColumnWidth(column, fontMetrics().horizontalAdvance(sample) + 24);
    connect(log, &QAbstractItemModel::rowsRemoved, this, [this](const QModelIndex &, int first, int last) {
        if (!m_follows)
            verticalScrollBar()->setValue(verticalScrollBar()->value() - (last - first + 1));
    });
    connect(log, &QAbstractItemModel::rowsAboutToBeInserted, this, &LogView::noteEnd);
    connect(log, &QAbstractItemModel::rowsInserted, this, [this] {
        if (!m_follows || std::exchange(m_scrolls, true))
            return;
        const auto scroll = [this] {
            m_scrolls = false;
            scrollToBottom();
        };
        QMetaObject::invokeMethod(this, scroll, Qt::QueuedConnection);
    });
}

// The scroll bar knows of new rows only when they are laid out, so it is not asked while that is due.
void LogView::noteEnd()
{
    if (!m_scrolls)
        m_follows = verticalScrollBar()->value() >= verticalScrollBar()->maximum() - 1;
}

void LogView::rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last)
{
    noteEnd();
    const int current = currentIndex().row();
    if (current >= first && current <= last) // else the view would choose a neighbour
        selectionModel()->clear();
    QTableView::rowsAboutToBeRemoved(parent, first, last);
}

} // namespace antiphon
