// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <widgets/methodtree/methodfilter.h>
#include <widgets/methodtree/methodtreemodel.h>

#include <QWidget>

class QLabel;
class QLineEdit;
class QTreeView;

namespace antiphon {

class CallController;
class ConnectionController;

/// The methods of the server, with a filter above. Return in the filter goes to the first hit.
class MethodPanel : public QWidget
{
    Q_OBJECT

public:
    MethodPanel(ConnectionController &connection, CallController &call, QWidget *parent = nullptr);

    void focusFilter();

Q_SIGNALS:
    /// The user wants to fill in the method (Return or a double click).
    void activated();

private:
    void reload();
    void applyFilter(const QString &text);
    void select(const QString &method);
    void showHint();

    ConnectionController &m_connection;
    CallController &m_call;
    MethodTreeModel m_model;
    MethodFilter m_filter;
    QLineEdit *m_filterEdit;
    QTreeView *m_tree;
    QLabel *m_hint;
    bool m_filtering = false;
};

} // namespace antiphon
