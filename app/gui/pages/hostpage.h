// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QSpinBox;
class QSplitter;

namespace antiphon {

class HostController;
class LogView;
class WireView;
struct Actions;

/// The host panel: which script, on or off, under which address, and the live log of requests with their bytes.
class HostPage : public QWidget
{
    Q_OBJECT

public:
    HostPage(HostController &host, const Actions &actions, QWidget *parent = nullptr);

    QSplitter *splitter() const { return m_splitter; }

Q_SIGNALS:
    /// The user wants to call what is hosted.
    void callRequested();

private:
    void showState();
    void showEntry(int row);

    HostController &m_host;
    const Actions &m_actions;
    QLineEdit *m_script;
    QSpinBox *m_port;
    QLabel *m_icon;
    QLabel *m_message;
    QWidget *m_callButton;
    QSplitter *m_splitter;
    LogView *m_log;
    WireView *m_request;
    WireView *m_response;
};

} // namespace antiphon
