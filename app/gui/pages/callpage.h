// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QScrollArea;
class QTabWidget;
class QToolButton;

namespace antiphon {

class CallController;
class CodeEditor;
class ParamForm;
struct Actions;

/// Composes a call: the method, what is known of it, its params as a form or as text.
class CallPage : public QWidget
{
    Q_OBJECT

public:
    CallPage(CallController &call, const Actions &actions, QWidget *parent = nullptr);

    void focusParams();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fitHelp();
    void showMethod();
    void showParams();
    void showState();

    CallController &m_call;
    QLineEdit *m_method;
    QLabel *m_signature;
    QComboBox *m_overload;
    QLabel *m_help;
    QScrollArea *m_helpArea;
    QString m_shownMethod;
    QTabWidget *m_tabs;
    QLabel *m_hint;
    ParamForm *m_form;
    CodeEditor *m_raw;
    QLabel *m_reason;
    QLabel *m_reasonIcon;
};

} // namespace antiphon
