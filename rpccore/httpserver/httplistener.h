// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/core/result.h>
#include <rpccore/server/listener.h>
#include <rpccore_httpserver_export.h>

#include <QHostAddress>
#include <QStringList>
#include <QUrl>

namespace rpc {

/// How a server is reached over HTTP.
struct HttpOptions
{
    QHostAddress address { QHostAddress::LocalHost }; ///< loopback; anything else is reachable from the network
    quint16 port = 0; ///< 0 = any free one
    QString path = QStringLiteral("/rpc"); ///< of the server that the listener was added to
    QString redirectGet = {}; ///< where a GET on that path is sent to (301); empty = 405
    /// Values of Host that are served besides the address itself and, on loopback, "localhost". A web page that rebinds
    /// its own name to 127.0.0.1 sends that name here, and is refused.
    QStringList hosts;
    /// Values of Origin that are served. Web pages send one with every POST; programs send none and are always served.
    QStringList origins;
    Limits limits; ///< on heads, bodies, times and connections
};

/// Serves both protocols on one URL, by Content-Type; any number of servers, each at its path. POST only; errors of the
/// protocol travel under HTTP 200, notifications are answered with 204.
class RPCHTTPSERVER_EXPORT HttpListener : public Listener
{
    Q_OBJECT

public:
    explicit HttpListener(QObject *parent = nullptr); ///< Does not listen yet, see listen().
    ~HttpListener() override; ///< Stops listening and ends every connection.

    void attach(Server &server) override;

    /// Serves \a server at \a path, too; replaces what was served there. \a redirectGet is where a GET on that path is
    /// sent to (301, a path or a full URL); without it, a GET is answered with 405. \a server may die before the
    /// listener.
    void mount(const QString &path, Server &server, const QString &redirectGet = {});
    void unmount(const QString &path); ///< Serves nothing at \a path any more: 404.

    QStringList sessions() const override;
    bool closeSession(const QString &id) override;

    /// Begins to listen and returns the port. The error names the port and says whether another program has it.
    Result<quint16> listen(const HttpOptions &options);
    /// Stops listening and ends every connection.
    void stop();

    bool isListening() const; ///< True from a successful listen() to stop().
    /// The address to call; empty when not listening.
    QUrl url() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace rpc
