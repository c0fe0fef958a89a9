// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "../controllers/callcontroller.h"

#include <widgets/valuetree/valuetreemodel.h>

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QTabWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace antiphon {

class ValueTreeView;
class WireView;

/// What came of a call: the outcome first, then the value, the bytes of both directions, headers, timings, findings.
class ReplyPage : public QWidget
{
    Q_OBJECT

public:
    explicit ReplyPage(QWidget *parent = nullptr);

    void showOutcome(const CallController::Outcome &outcome);
    /// An exchange that is no call of the user's: a search for methods that failed.
    void showFailure(const rpc::Error &error, const std::optional<rpc::Trace> &trace);
    /// A call was sent; what was here before belongs to another.
    void showWaiting(const QString &method);
    /// Another server is connected: a failure that is shown is over.
    void forgetFailure();
    ValueTreeView *tree() const { return m_tree; }

private:
    void showTrace(const rpc::Trace &trace);
    void showHeaders(const rpc::Trace &trace);
    void showTimings(const rpc::Trace &trace);
    void showFindings(const rpc::Trace &trace);
    void showBytesOf(const QTreeWidgetItem *finding);
    static QString severityText(rpc::Severity severity);
    void showError(const rpc::Error &error);
    void setHeadline(int iconId, const QString &text, int meaning);

    bool m_showsFailure = false;
    QLabel *m_icon;
    QLabel *m_headline;
    QLabel *m_facts;
    QLabel *m_detail;
    QTabWidget *m_tabs;
    ValueTreeView *m_tree;
    ValueTreeModel m_model;
    WireView *m_request;
    WireView *m_response;
    QTreeWidget *m_headers;
    QTreeWidget *m_timings;
    QTreeWidget *m_findings;
};

} // namespace antiphon
