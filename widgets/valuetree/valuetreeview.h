// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTreeView>

namespace antiphon {

/// Shows a ValueTreeModel. Copies the value (Ctrl+C) in its text form, or its path.
class ValueTreeView : public QTreeView
{
    Q_OBJECT

public:
    explicit ValueTreeView(QWidget *parent = nullptr);

    void setModel(QAbstractItemModel *model) override;

    /// The value at the current row as text, complete however long it is.
    void copyValue();
    void copyPath();

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
};

} // namespace antiphon
