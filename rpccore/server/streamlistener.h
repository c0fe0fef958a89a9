// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/framing.h>
#include <rpccore/core/limits.h>
#include <rpccore/core/result.h>
#include <rpccore/server/listener.h>
#include <rpccore/server/tls.h>

#include <QHostAddress>
#include <QUrl>

#include <memory>
#include <optional>

namespace rpc {

/// How a server is reached over streams.
struct StreamOptions
{
    QHostAddress address { QHostAddress::LocalHost }; ///< loopback; anything else is reachable from the network
    quint16 port = 0; ///< 0 = any free one
    /// When not empty: a Unix socket at this path instead of TCP, for this user only; on Windows a named pipe. A socket
    /// that an earlier process left behind is replaced, one that answers is not.
    QString socketPath;
    /// Takes XML-RPC as well as JSON-RPC, told apart by the first byte of each message; see ChannelOptions::xmlRpc.
    bool xmlRpc = false;
    /// How messages are told apart. Detect takes what each client does, and answers in kind.
    Framing framing = Framing::Detect;
    /// On messages (bytes, bodyTime), connections, calls under way and what waits to be read; a TLS handshake has to
    /// end within headerTime, and until then counts as a connection.
    Limits limits;
    std::optional<ServerTls> tls = {}; ///< off: plain; over TCP only, InvalidArgument with a socketPath
};

/// Serves JSON-RPC over TCP or a Unix socket, in both directions: each client is a Session. A client that closes its
/// sending side is answered all the same, within Limits::bodyTime; not over TLS.
class RPCCORE_EXPORT StreamListener : public Listener
{
    Q_OBJECT

public:
    explicit StreamListener(QObject *parent = nullptr); ///< Does not listen yet, see listen().
    ~StreamListener() override; ///< Stops listening and ends every session.

    void attach(Server &server) override;

    /// Begins to listen and returns the address to call: tcp://127.0.0.1:4000, tls://127.0.0.1:4000,
    /// unix:///run/a.sock. The error says what is in the way.
    Result<QUrl> listen(const StreamOptions &options);
    /// Stops listening; each session is closed when its calls under way are answered, and after \a grace in any case;
    /// 0 = at once.
    void stop(std::chrono::milliseconds grace = {});
    QUrl url() const; ///< The address to call; empty when not listening.

Q_SIGNALS:
    /// No session is left after stop() with a grace.
    void stopped();

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace rpc
