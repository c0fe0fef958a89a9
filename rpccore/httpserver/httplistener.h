// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/httpserver/httpoptions.h>
#include <rpccore/server/listener.h>
#include <rpccore_httpserver_export.h>

#include <QUrl>

namespace rpc {

/// Serves both protocols on one URL, by Content-Type; any number of servers, each at its path. Calls are POSTs; errors
/// of the protocol travel under HTTP 200, notifications are answered with 204. Bodies may come in gzip or deflate.
///
/// served() tells heads as they were on the wire, bodies as they are understood: without chunks, unpacked.
class RPCHTTPSERVER_EXPORT HttpListener : public Listener
{
    Q_OBJECT

public:
    explicit HttpListener(QObject *parent = nullptr); ///< Does not listen yet, see listen().
    ~HttpListener() override; ///< Stops listening and ends every connection.

    void attach(Server &server) override;

    /// Serves \a server at \a path, too; replaces what was served there. \a server may die before the listener.
    void mount(const QString &path, Server &server, const MountOptions &options = {});
    void unmount(const QString &path); ///< Serves nothing at \a path any more: 404.

    QStringList sessions() const override;
    QStringList sessionsOf(const Server &server) const override;
    bool closeSession(const QString &id) override;
    bool tellsServers() const override { return true; }

    /// Begins to listen and returns the port. The error names the port and says whether another program has it, or what
    /// is wrong with the options.
    Result<quint16> listen(const HttpOptions &options);
    /// Stops listening and ends every connection, now; stopped() is emitted before this returns.
    void stop();
    /// Stops listening and closes the connections that idle. Requests that have begun are answered, each the last of
    /// its connection; what is not done after \a drain is ended. Does not wait: stopped() is emitted at the end.
    void stop(std::chrono::milliseconds drain);

    bool isListening() const; ///< True from a successful listen() to stop().
    /// The address to call, https with TLS; empty when not listening.
    QUrl url() const;

Q_SIGNALS:
    /// No connection is left after stop().
    void stopped();

protected:
    void connectNotify(const QMetaMethod &signal) override; ///< Learns whether anybody listens to served().

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace rpc
