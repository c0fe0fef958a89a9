// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QUrl>
#include <QWidget>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSettings;
class QToolButton;

namespace antiphon {

class AccessPopup;
class ConnectionController;

/// The bar at the top: address, protocol, credentials, Connect or Cancel, and how it stands.
class EndpointBar : public QWidget
{
    Q_OBJECT

public:
    EndpointBar(ConnectionController &connection, QSettings &settings, QWidget *parent = nullptr);

    /// Puts \a address into the field and connects.
    void connectTo(const QString &address);
    void focusAddress();

private:
    void submit();
    void showState();
    void remember(const QString &address);
    void showRecent();
    QUrl typedUrl() const;

    ConnectionController &m_connection;
    QSettings &m_settings;
    QLabel *m_dot;
    QLineEdit *m_address;
    QComboBox *m_protocol;
    QToolButton *m_access;
    QPushButton *m_button;
    QLabel *m_status;
    bool m_wasConnecting = false;
};

} // namespace antiphon
