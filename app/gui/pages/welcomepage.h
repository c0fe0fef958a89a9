// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>

class QLabel;
class QSettings;
class QVBoxLayout;

namespace antiphon {

class ConnectionController;
struct Actions;

/// What the window shows while no server is connected: where to begin, and why the last attempt failed.
class WelcomePage : public QWidget
{
    Q_OBJECT

public:
    WelcomePage(
        ConnectionController &connection, const Actions &actions, QSettings &settings, QWidget *parent = nullptr);

Q_SIGNALS:
    void addressChosen(const QString &address);

private:
    void showRecent();

    QSettings &m_settings;
    QVBoxLayout *m_recent;
    QStringList m_shownRecent;
};

} // namespace antiphon
