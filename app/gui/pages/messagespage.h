// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <widgets/valuetree/valuetreemodel.h>

#include <QWidget>

class QLabel;
class QSplitter;
class QTabWidget;

namespace antiphon {

class LogView;
class MessagesController;
class ValueTreeView;
class WireView;
struct Actions;
struct PeerMessage;

/// What the other end says of its own accord: the live log, and of one message the exact bytes, the value, the answer.
class MessagesPage : public QWidget
{
    Q_OBJECT

public:
    MessagesPage(MessagesController &messages, const Actions &actions, QWidget *parent = nullptr);

    QSplitter *splitter() const { return m_splitter; }
    void focusLog();

private:
    QWidget *makeDetail();
    void showCount();
    void showMessage(const PeerMessage &message);
    void showNothing();
    void showValue();
    void copyMessage();

    MessagesController &m_messages;
    QLabel *m_count;
    QSplitter *m_splitter;
    LogView *m_log;
    QLabel *m_caption;
    QTabWidget *m_tabs;
    WireView *m_message;
    ValueTreeView *m_tree;
    ValueTreeModel m_value;
    WireView *m_answer;
    QByteArray m_body; // of the message that is shown, to make a value of when that is looked at
};

} // namespace antiphon
