// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QUrl>

class QLineEdit;

namespace antiphon {

class ConnectionController;

/// Asks for Basic or Bearer credentials. They stay in memory and end with the program.
class AccessPopup : public QFrame
{
    Q_OBJECT

public:
    AccessPopup(ConnectionController &connection, const QUrl &url, QWidget *parent);

    void showBelow(const QWidget &anchor);

private:
    void apply();

    ConnectionController &m_connection;
    QUrl m_url;
    QLineEdit *m_user;
    QLineEdit *m_password;
    QLineEdit *m_bearer;
};

} // namespace antiphon
