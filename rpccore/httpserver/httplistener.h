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
    QString path = QStringLiteral("/rpc"); ///< the only path that is served
    /// Values of Host that are served besides the address itself and, on loopback, "localhost". A web page that rebinds
    /// its own name to 127.0.0.1 sends that name here, and is refused.
    QStringList hosts;
    /// Values of Origin that are served. Web pages send one with every POST; programs send none and are always served.
    QStringList origins;
    Limits limits;
};

/// Serves both protocols on one URL, by Content-Type. POST only; errors of the protocol travel under HTTP 200,
/// notifications are answered with 204.
class RPCHTTPSERVER_EXPORT HttpListener : public Listener
{
    Q_OBJECT

public:
    explicit HttpListener(QObject *parent = nullptr);
    ~HttpListener() override;

    void attach(Server &server) override;

    /// Begins to listen and returns the port. The error names the port and says whether another program has it.
    Result<quint16> listen(const HttpOptions &options);
    /// Stops listening and ends every connection.
    void stop();

    bool isListening() const;
    /// The address to call; empty when not listening.
    QUrl url() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace rpc
