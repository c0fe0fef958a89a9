// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/httpserver/httplistener.h>
#include <rpccore/server/server.h>

#include <memory>
#include <vector>

/// The servers that the heads of jsonrpc.json and xmlrpc.json describe, all behind one port.
class Fixture
{
public:
    /// The error names the port.
    rpc::Result<QUrl> listen(quint16 port);

private:
    rpc::Server &addServer(const QString &path, const rpc::ServerOptions &options, const rpc::MountOptions &mount = {});

    std::vector<std::unique_ptr<rpc::Server>> m_servers;
    rpc::HttpListener *m_http = nullptr;
};

/// add, echo, sum and the others.
void addFixtureMethods(rpc::Registry &registry);
/// examples.getStateName and validator1.*
void addValidator(rpc::Registry &registry);
