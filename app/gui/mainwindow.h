// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "controllers/connectioncontroller.h"

#include <widgets/state/statekeeper.h>

#include <QMainWindow>

class QLabel;
class QSettings;
class QSplitter;
class QStackedWidget;

namespace antiphon {

class CallController;
class CallPage;
class EndpointBar;
class HostController;
class HostPage;
class MessagesController;
class MessagesDock;
class MethodPanel;
class ReplyPage;
struct Actions;

/// Places the pages and the actions; knows nothing else.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    MainWindow(ConnectionController &connection, CallController &call, HostController &host,
        MessagesController &messages, Actions &actions, QSettings &settings);
    ~MainWindow() override;

    /// Puts \a address into the endpoint bar and connects.
    void connectTo(const QString &address);
    /// A line in the status bar.
    void showMessage(const QString &message);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void placePages();
    void placeMenus();
    void connectActions();
    void restoreLayout();
    void showConnection();
    void updateActions();
    void openScript();

    ConnectionController &m_connection;
    CallController &m_call;
    HostController &m_host;
    MessagesController &m_messages;
    Actions &m_actions;
    QSettings &m_settings;
    StateKeeper m_state;
    EndpointBar *m_endpointBar;
    MethodPanel *m_methodPanel;
    CallPage *m_callPage;
    ReplyPage *m_replyPage;
    HostPage *m_hostPage;
    QStackedWidget *m_center;
    QSplitter *m_mainSplitter;
    QSplitter *m_callSplitter;
    QDockWidget *m_hostDock;
    MessagesDock *m_messagesDock;
    ConnectionController::State m_shownState = ConnectionController::State::Disconnected;
};

} // namespace antiphon
