// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTableView>

namespace antiphon {

/// The lines of a log. Follows the end as long as nobody scrolls away from it; else the lines that are seen stay where
/// they are, also when older ones go. A line that goes is not current any more, and no other one is in its place.
class LogView : public QTableView
{
    Q_OBJECT

public:
    explicit LogView(QWidget *parent = nullptr);

    /// Shows \a log. \a stretched is the column that takes what the others leave; \a samples has the widest texts that
    /// the columns have to hold.
    void setLog(QAbstractItemModel *log, int stretched, const QList<std::pair<int, QString>> &samples);

protected Q_SLOTS:
    void rowsAboutToBeRemoved(const QModelIndex &parent, int first, int last) override;

private:
    void noteEnd();

    bool m_follows = true;
    bool m_scrolls = false; // to the end, as soon as the rows are laid out
};

} // namespace antiphon
