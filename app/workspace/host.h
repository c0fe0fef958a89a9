// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/httpserver/httplistener.h>
#include <rpccore/server/traffic.h>

#include <QObject>
#include <QUrl>

#include <memory>

namespace rpc {
class ScriptHost;
class Server;
} // namespace rpc

namespace antiphon {

/// A server on this machine that is made of script files; what the window and `antiphon-cli serve` run.
class Host : public QObject
{
    Q_OBJECT

public:
    explicit Host(QObject *parent = nullptr);
    ~Host() override;

    /// Listens, then loads the scripts one after the other. started() or failed() follows.
    void start(const QStringList &scripts, const rpc::HttpOptions &options, std::chrono::milliseconds scriptTimeLimit);
    void stop();

    bool isRunning() const { return m_listener != nullptr; }
    QUrl url() const;
    /// The methods that the scripts serve, without the system ones.
    QStringList methods() const { return m_methods; }

Q_SIGNALS:
    void started(const QUrl &url);
    void failed(const rpc::Error &error);
    void stopped();
    void served(const rpc::ServedExchange &exchange);
    /// \a level: "info", "warning", "error"; \a where: "file:line", or empty.
    void logged(const QString &level, const QString &text, const QString &where);

private:
    void loadNext();

    std::unique_ptr<rpc::Server> m_server;
    std::vector<std::unique_ptr<rpc::ScriptHost>> m_scripts;
    rpc::HttpListener *m_listener = nullptr; // the server's
    QStringList m_files; // still to be loaded
    QStringList m_methods;
    std::chrono::milliseconds m_timeLimit { 5000 };
};

} // namespace antiphon
