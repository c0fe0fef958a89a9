// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/framing.h>
#include <rpccore/channel/processchannel.h>
#include <rpccore/core/tlsoptions.h>
#include <rpccore/duplex/channeltransport.h>

#include <QNetworkProxy>

#include <variant>

namespace rpc {

/// A TCP port.
struct TcpTarget
{
    QString host; ///< name or address
    quint16 port = 0; ///< there is no default
    std::optional<TlsOptions> tls = {}; ///< with TLS when given
    QNetworkProxy proxy { QNetworkProxy::NoProxy }; ///< HTTP (by CONNECT) or SOCKS5
};

/// A Unix socket, on Windows a named pipe.
struct LocalTarget
{
    QString path; ///< of the socket
};

/// Where a stream of messages leads, and how they are told apart in it.
struct RPCCORE_EXPORT StreamTarget
{
    std::variant<TcpTarget, LocalTarget, ProcessTarget> peer; ///< whom to talk to
    Framing framing = Framing::Detect; ///< how messages are told apart
    std::chrono::milliseconds openTime { 30'000 }; ///< for connecting, TLS included; 0 = no limit

    /// From an address: tcp://HOST:PORT, tls://HOST:PORT, unix:///PATH, exec:PROGRAM ARGUMENTS (in which double quotes
    /// hold words together), each with the framing behind a plus sign when it is known: tcp+newline, exec+lsp,
    /// unix+netstring, tls+bare, tcp+nul. The error says what is wrong with it.
    static Result<StreamTarget> fromUrl(const QUrl &url);
    /// True when \a scheme is one of those, with a known framing or none.
    static bool isScheme(const QString &scheme);
};

/// JSON-RPC over a stream of bytes, in both directions: TCP, TLS, a Unix socket, or standard input and output of a
/// child process. XML-RPC, too, with ChannelOptions::xmlRpc.
class RPCCORE_EXPORT StreamTransport : public ChannelTransport
{
    Q_OBJECT

public:
    /// To \a target, which is connected to, or started, by the first message or by open().
    explicit StreamTransport(const StreamTarget &target, const ChannelOptions &options = {}, QObject *parent = nullptr);
};

} // namespace rpc
