// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <app/workspace/host.h>

#include <widgets/trafficlog/trafficmodel.h>

#include <QObject>

class QSettings;

namespace antiphon {

/// The server that the window hosts: its script, its state, its log.
class HostController : public QObject
{
    Q_OBJECT

public:
    enum class State { Stopped, Starting, Running, Failed };

    explicit HostController(QSettings &settings, QObject *parent = nullptr);

    void setScript(const QString &path);
    QString script() const { return m_script; }
    /// 0 = any free one.
    void setPort(quint16 port);
    quint16 port() const noexcept { return m_port; }

    /// Starts anew when it runs.
    void start();
    void stop();

    State state() const noexcept { return m_state; }
    /// Running, or about to.
    bool isBusy() const noexcept { return m_state == State::Running || m_state == State::Starting; }
    QUrl url() const { return m_host.url(); }
    /// One sentence: the address, or why it does not run.
    QString message() const { return m_message; }
    TrafficModel &log() noexcept { return m_log; }

Q_SIGNALS:
    void stateChanged();
    /// It runs.
    void started(const QUrl &url);

private:
    void setState(State state, const QString &message);
    void onServed(const rpc::ServedExchange &exchange);
    void onLogged(const QString &level, const QString &text, const QString &where);

    QSettings &m_settings;
    Host m_host;
    TrafficModel m_log;
    QString m_script;
    quint16 m_port = 0;
    State m_state = State::Stopped;
    QString m_message;
};

} // namespace antiphon
