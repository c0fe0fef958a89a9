// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "actions/actions.h"
#include "controllers/callcontroller.h"
#include "controllers/connectioncontroller.h"
#include "controllers/hostcontroller.h"
#include "controllers/messagescontroller.h"

#include <app/workspace/drafts.h>

#include <QObject>
#include <QSettings>

#include <memory>

namespace antiphon {

class MainWindow;

/// The composition root: makes everything and hands it on by reference.
class Application : public QObject
{
    Q_OBJECT

public:
    /// \a settingsFile and \a draftsFile: empty = the user's own.
    explicit Application(const QString &settingsFile = {}, const QString &draftsFile = {});
    ~Application() override;

    MainWindow &window() { return *m_window; }
    ConnectionController &connection() { return m_connection; }
    CallController &call() { return m_call; }
    HostController &host() { return m_host; }
    MessagesController &messages() { return m_messages; }

    /// Hosts \a script and connects to it when it runs.
    void hostAndConnect(const QString &script);
    /// The script that comes with the program; empty when it is not there.
    static QString exampleScript();

private:
    void onHostChanged();
    static QString settingsPath(const QString &given);
    static QString draftsPath(const QString &given);

    QSettings m_settings;
    Drafts m_drafts;
    MessagesController m_messages; // before the connection, which tells of its end
    ConnectionController m_connection;
    CallController m_call;
    HostController m_host;
    Actions m_actions;
    std::unique_ptr<MainWindow> m_window;
    bool m_connectWhenStarted = false;
};

} // namespace antiphon
