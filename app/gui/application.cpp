// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "application.h"

#include "mainwindow.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace antiphon {

QString Application::settingsPath(const QString &given)
{
    return given.isEmpty()
        ? QString(QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation) % u"/window.ini")
        : given;
}

QString Application::draftsPath(const QString &given)
{
    return given.isEmpty()
        ? QString(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) % u"/drafts.json")
        : given;
}

Application::Application(const QString &settingsFile, const QString &draftsFile)
    : m_settings(settingsPath(settingsFile), QSettings::IniFormat)
    , m_drafts(draftsPath(draftsFile))
    , m_call(m_connection, m_drafts)
    , m_host(m_settings)
    , m_actions(this)
    , m_window(std::make_unique<MainWindow>(m_connection, m_call, m_host, m_messages, m_actions, m_settings))
{
    connect(&m_connection, &ConnectionController::transportMade, &m_messages, &MessagesController::watch);
    connect(&m_drafts, &Drafts::failed, m_window.get(), &MainWindow::showMessage);
    connect(m_actions.hostExample, &QAction::triggered, this, [this] { hostAndConnect(exampleScript()); });
    connect(&m_host, &HostController::stateChanged, this, &Application::onHostChanged);
    m_actions.hostExample->setEnabled(!exampleScript().isEmpty());
}

Application::~Application() = default;

void Application::hostAndConnect(const QString &script)
{
    m_host.stop();
    m_host.setScript(script);
    m_connectWhenStarted = true;
    m_host.start();
}

void Application::onHostChanged()
{
    using State = HostController::State;
    const State state = m_host.state();
    if (state == State::Failed || state == State::Stopped)
        m_connectWhenStarted = false; // a later start is another one
    else if (state == State::Running && std::exchange(m_connectWhenStarted, false))
        m_window->connectTo(m_host.url().toString());
}

QString Application::exampleScript()
{
    // Beside an installed program, or in the source tree around a build.
    const QString bin = QCoreApplication::applicationDirPath();
    for (const QString &folder :
        { QStringLiteral("/../share/antiphon/examples"), QStringLiteral("/../../../examples") }) {
        const QFileInfo file(bin % folder % u"/calculator.js");
        if (file.exists())
            return file.canonicalFilePath();
    }
    return {};
}

} // namespace antiphon
