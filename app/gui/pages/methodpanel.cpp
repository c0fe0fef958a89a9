// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "methodpanel.h"

#include "../controllers/callcontroller.h"
#include "../controllers/connectioncontroller.h"

#include <widgets/theme/rowdelegate.h>
#include <widgets/theme/theme.h>

#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTreeView>
#include <QVBoxLayout>

namespace antiphon {

namespace {
constexpr int expandAllUpTo = 200; // methods; longer trees open at their first level only
}

MethodPanel::MethodPanel(ConnectionController &connection, CallController &call, QWidget *parent)
    : QWidget(parent)
    , m_connection(connection)
    , m_call(call)
    , m_filterEdit(new QLineEdit)
    , m_tree(new QTreeView)
    , m_hint(new QLabel)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::margin, theme::between, 0, theme::between);
    layout->setSpacing(theme::between);
    layout->addWidget(m_filterEdit);
    layout->addWidget(m_hint);
    layout->addWidget(m_tree, 1);

    m_filterEdit->setObjectName(QStringLiteral("filter"));
    m_filterEdit->setPlaceholderText(tr("Filter methods"));
    m_filterEdit->setAccessibleName(tr("Filter methods"));
    m_filterEdit->setClearButtonEnabled(true);
    connect(m_filterEdit, &QLineEdit::textChanged, this, &MethodPanel::applyFilter);
    connect(m_filterEdit, &QLineEdit::returnPressed, this, [this] {
        if (const QModelIndex first = m_filter.bestMethod(); first.isValid()) {
            m_tree->setCurrentIndex(first);
            m_tree->setFocus();
        }
    });

    m_filter.setSourceModel(&m_model);
    m_tree->setObjectName(QStringLiteral("methods"));
    m_tree->setAccessibleName(tr("Methods"));
    m_tree->setModel(&m_filter);
    m_tree->setHeaderHidden(true);
    m_tree->setItemDelegate(new RowDelegate(m_tree));
    m_tree->setIndentation(16);
    m_tree->setUniformRowHeights(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setTextElideMode(Qt::ElideMiddle);
    m_tree->setEditTriggers(QAbstractItemView::NoEditTriggers);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex &current) {
        if (m_filtering) // the tree moves on by itself when its row is filtered away; nobody chose that
            return;
        const QVariant name = current.data(MethodTreeModel::MethodNameRole);
        if (name.isValid() && name.toString() != m_call.method())
            m_call.setMethod(name.toString());
    });
    connect(m_tree, &QTreeView::activated, this, [this](const QModelIndex &index) {
        if (index.data(MethodTreeModel::MethodNameRole).isValid())
            Q_EMIT activated();
    });
    m_hint->setWordWrap(true);
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setObjectName(QStringLiteral("methodsHint"));
    m_hint->setTextInteractionFlags(Qt::TextSelectableByMouse);
    connect(&m_connection, &ConnectionController::modelChanged, this, &MethodPanel::reload);
    connect(&m_connection, &ConnectionController::stateChanged, this, &MethodPanel::showHint);
    connect(&m_call, &CallController::methodChanged, this, [this] { select(m_call.method()); });
    showHint();
}

void MethodPanel::reload()
{
    const QString method = m_call.method();
    m_filtering = true;
    m_model.setMethods(m_connection.model().methods);
    m_filtering = false;
    if (m_connection.model().methods.size() <= expandAllUpTo)
        m_tree->expandAll();
    select(method);
    showHint();
}

void MethodPanel::applyFilter(const QString &text)
{
    m_filtering = true;
    m_filter.setFilter(text);
    m_filtering = false;
    if (!text.isEmpty() || m_connection.model().methods.size() <= expandAllUpTo)
        m_tree->expandAll();
    else
        m_tree->collapseAll();
    select(m_call.method());
    showHint();
}

void MethodPanel::select(const QString &method)
{
    const QModelIndex index = m_filter.mapFromSource(m_model.indexOf(method));
    if (index.isValid() && index != m_tree->currentIndex())
        m_tree->setCurrentIndex(index);
    else if (!index.isValid())
        m_tree->selectionModel()->clear();
}

// What belongs here, when nothing is here.
void MethodPanel::showHint()
{
    QString text;
    if (m_connection.state() == ConnectionController::State::Connecting)
        text = m_connection.message();
    else if (m_connection.model().listError && m_connection.client())
        text = m_connection.model().notes.join(u'\n');
    else if (!m_connection.client())
        text = tr("Methods appear here when a server is connected.");
    else if (m_connection.model().methods.isEmpty())
        text = tr("The server lists no methods.");
    else if (m_filter.rowCount() == 0)
        text = tr("No method matches the filter.");
    m_hint->setText(text);
    m_hint->setVisible(!text.isEmpty());
}

void MethodPanel::focusFilter()
{
    m_filterEdit->setFocus(Qt::ShortcutFocusReason);
    m_filterEdit->selectAll();
}

} // namespace antiphon
