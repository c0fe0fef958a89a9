// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QObject>

namespace antiphon {

/// Every action of the window, once: menus, buttons and shortcuts show the same one.
struct Actions
{
    explicit Actions(QObject *parent);

    QAction *focusEndpoint;
    QAction *refresh;
    QAction *focusFilter;
    QAction *call;
    QAction *notify;
    QAction *cancel;
    QAction *toggleOrientation;
    QAction *openScript;
    QAction *hostExample;
    QAction *toggleHost;
    QAction *copyHostUrl;
    QAction *clearLog;
    QAction *showMessages;
    QAction *clearMessages;
    QAction *quit;
    QAction *about;
};

} // namespace antiphon
