// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "valuetreeview.h"

#include "valuetreemodel.h"

#include <rpccore/json/valuetext.h>

#include <widgets/theme/icons.h>
#include <widgets/theme/rowdelegate.h>

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>

namespace antiphon {

ValueTreeView::ValueTreeView(QWidget *parent)
    : QTreeView(parent)
{
    setAccessibleName(tr("Result"));
    setItemDelegate(new RowDelegate(this));
    setIndentation(16);
    setUniformRowHeights(true);
    setFrameShape(QFrame::NoFrame);
    setTextElideMode(Qt::ElideRight);
    setSelectionBehavior(QAbstractItemView::SelectRows);
    auto *copy = new QAction(theme::icon(theme::IconId::Copy), tr("Copy value"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &ValueTreeView::copyValue);
    addAction(copy);
    auto *path = new QAction(tr("Copy path"), this);
    path->setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+C")));
    path->setShortcutContext(Qt::WidgetShortcut);
    connect(path, &QAction::triggered, this, &ValueTreeView::copyPath);
    addAction(path);
}

void ValueTreeView::setModel(QAbstractItemModel *model)
{
    QTreeView::setModel(model);
    connect(model, &QAbstractItemModel::modelReset, this, [this] {
        if (this->model()->rowCount() > 0)
            expand(this->model()->index(0, 0));
    });
    header()->setStretchLastSection(false);
    header()->setSectionResizeMode(ValueTreeModel::NameColumn, QHeaderView::Interactive);
    header()->setSectionResizeMode(ValueTreeModel::ValueColumn, QHeaderView::Stretch);
    header()->setSectionResizeMode(ValueTreeModel::TypeColumn, QHeaderView::Interactive);
    header()->resizeSection(ValueTreeModel::NameColumn, 160);
    header()->resizeSection(ValueTreeModel::TypeColumn, 110);
}

void ValueTreeView::copyValue()
{
    const auto *values = qobject_cast<ValueTreeModel *>(model());
    if (!values || !currentIndex().isValid())
        return;
    const rpc::Value value = values->valueAt(currentIndex());
    // A text is what somebody wants to paste, not its quoted form.
    const QString text = value.type() == rpc::Type::String
        ? value.toString()
        : QString::fromUtf8(rpc::valuetext::toText(value, rpc::JsonWriter::Layout::Indented));
    QGuiApplication::clipboard()->setText(text);
}

void ValueTreeView::copyPath()
{
    if (const auto *values = qobject_cast<ValueTreeModel *>(model()); values && currentIndex().isValid())
        QGuiApplication::clipboard()->setText(values->pathOf(currentIndex()).toString());
}

void ValueTreeView::contextMenuEvent(QContextMenuEvent *event)
{
    if (!currentIndex().isValid())
        return;
    QMenu menu;
    menu.addActions(actions());
    menu.exec(event->globalPos());
}

} // namespace antiphon
