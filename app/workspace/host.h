// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/httpserver/httplistener.h>
#include <rpccore/server/server.h>
#include <rpccore/server/streamlistener.h>
#include <rpccore/server/traffic.h>

#include <QObject>
#include <QUrl>

#include <memory>

namespace rpc {
class ScriptHost;
class Server;
class Session;
} // namespace rpc

namespace antiphon {

/// The doors of a host.
struct HostOptions
{
    std::optional<rpc::HttpOptions> http = rpc::HttpOptions(); ///< HTTP and WebSocket; none when absent
    QList<rpc::StreamOptions> streams = {}; ///< TCP ports and Unix sockets; both protocols
    /// Standard input and output of this process, for whoever started it; in this framing. Both protocols.
    std::optional<rpc::Framing> stdio = {};
    rpc::ServerOptions server = {}; ///< how strictly requests are read, and what answers may hold
    rpc::Limits streamLimits = {}; ///< of standard input and output
};

/// A server on this machine that is made of script files; what the window and `antiphon-cli serve` run.
class Host : public QObject
{
    Q_OBJECT

public:
    explicit Host(QObject *parent = nullptr);
    ~Host() override;

    /// Loads the scripts one after the other, then listens. started() or failed() follows.
    void start(const QStringList &scripts, const HostOptions &options, std::chrono::milliseconds scriptTimeLimit);
    void stop(); ///< At once. stopped() follows, from within, unless it was not running.
    /// Takes no more connections; what is under way is answered, within \a drain. stopped() follows.
    void stop(std::chrono::milliseconds drain);

    bool isRunning() const { return m_server != nullptr; }
    QUrl url() const; ///< Of HTTP; empty without.
    QList<QUrl> urls() const; ///< Of every door that has one.
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
    std::optional<rpc::Error> listen(const HostOptions &options);
    void loadNext();

    std::unique_ptr<rpc::Server> m_server;
    std::vector<std::unique_ptr<rpc::ScriptHost>> m_scripts;
    rpc::HttpListener *m_http = nullptr; // the server's, as those
    QList<rpc::StreamListener *> m_streams;
    rpc::Session *m_stdio = nullptr;
    int m_doorsOpen = 0; // while stopping in order
    QStringList m_files; // still to be loaded
    HostOptions m_options;
    QStringList m_methods;
    std::chrono::milliseconds m_timeLimit { 5000 };
};

} // namespace antiphon
