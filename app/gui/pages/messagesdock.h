// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>

class QSplitter;
class QToolButton;

namespace antiphon {

class ConnectionController;
class MessagesController;
class MessagesPage;
struct Actions;

/// The panel of messages. It is there for connections over which the other end may speak of its own accord, unless the
/// user closed it; then a button in the status bar says what is new.
class MessagesDock : public QDockWidget
{
    Q_OBJECT

public:
    MessagesDock(ConnectionController &connection, MessagesController &messages, const Actions &actions);

    QSplitter *splitter() const;
    /// For the status bar: how many messages nobody has looked at. Opens the panel.
    QToolButton *newsButton() const { return m_newsButton; }
    /// Whether the user wants to see it where it has a meaning.
    bool isWanted() const noexcept { return m_isWanted; }
    void setWanted(bool wanted);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void toggle();
    void showConnection();
    void showNews();

    ConnectionController &m_connection;
    MessagesController &m_messages;
    const Actions &m_actions;
    MessagesPage *m_page;
    QToolButton *m_newsButton;
    bool m_isWanted = true;
    bool m_isInFront = false; // not behind another panel
    bool m_wasTwoWay = false;
};

} // namespace antiphon
