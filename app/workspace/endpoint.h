// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/client/client.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/core/result.h>
#include <rpccore/discovery/discovery.h>

#include <QString>
#include <QStringList>

#include <functional>
#include <memory>
#include <optional>

namespace antiphon {

/// A server that somebody wants to call, and how.
struct Endpoint
{
    /// The address, in any form of docs/transports.md, and everything that HTTP, SCGI and WebSocket need; of it,
    /// streams use `timeout`, `connectTimeout`, `limits` and `tls`.
    rpc::HttpTarget target;
    std::optional<rpc::Protocol> protocol; ///< nothing = find out
    QStringList environment; ///< of a child process: "NAME=value", over what this process has
    QString workingDirectory; ///< of a child process; empty = that of this process
    QStringList subprotocols; ///< offered over WebSocket, the preferred first
    /// Answers are read with JsonRpcDialect::explorer() and XmlRpcDialect::explorer(), else strictly.
    bool isExplorer = true;
    /// What goes out as params of a JSON-RPC call without arguments.
    enum class EmptyParams : quint8 {
        Auto, ///< Array; over WebSockets and streams None: language servers and MCP never answer `[]`
        None, ///< no member
        Array, ///< `[]`
        Object ///< `{}`
    };
    EmptyParams emptyParams = EmptyParams::Auto; ///< see there
    /// Credentials for HTTP go out by the scheme that the server offers when it is asked; else as `target` says, without
    /// asking, where a person has chosen the scheme.
    bool asksForScheme = false;
    /// What all clients of this endpoint share, once it is made: connections, cookies, the scheme. HTTP only.
    std::shared_ptr<rpc::HttpTransport> session = {};

    /// The params of a call without arguments, by `emptyParams`.
    rpc::Params paramsOfNone() const;

    /// From what people type: "localhost:8080/rpc" gets http://. The error says what is wrong with it.
    static rpc::Result<QUrl> urlFromText(const QString &text);
    /// Whether \a url leads to a connection over which either end may begin. WebSockets carry JSON-RPC only; streams
    /// carry XML-RPC where somebody says so.
    static bool isTwoWay(const QUrl &url);
    /// The forms of an address, one a line with what each means, for `--help`.
    static QString addressForms();
    /// "K: V" taken apart.
    static rpc::Result<std::pair<QByteArray, QByteArray>> headerFromText(const QString &text);
    /// "auto", "json-rpc", "xml-rpc".
    static std::optional<rpc::Protocol> protocolFromText(const QString &text);

    /// Sees the transport of every client that is made, before it sends anything.
    using Watch = std::function<void(rpc::ClientTransport &)>;
    /// Makes `session`; for a login whose cookies count for what comes behind it.
    void openSession();
    /// What carries the messages of this endpoint; fits `target.url`.
    std::unique_ptr<rpc::ClientTransport> makeTransport() const;
    rpc::HttpTarget httpTarget() const; ///< `target`, and what an explorer wants besides.
    /// A client for this endpoint that speaks \a protocol.
    std::unique_ptr<rpc::Client> makeClient(rpc::Protocol protocol, const Watch &watch = {}) const;
    /// A discovery of this endpoint, to be started.
    std::unique_ptr<rpc::Discovery> makeDiscovery(const Watch &watch = {}) const;
};

} // namespace antiphon
