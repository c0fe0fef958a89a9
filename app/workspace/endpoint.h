// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/client/client.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/core/result.h>
#include <rpccore/discovery/discovery.h>

#include <QString>

#include <memory>
#include <optional>

namespace antiphon {

/// A server that somebody wants to call, and how.
struct Endpoint
{
    rpc::HttpTarget target;
    std::optional<rpc::Protocol> protocol; ///< nothing = find out

    /// From what people type: "localhost:8080/rpc" gets http://. The error says what is wrong with it.
    static rpc::Result<QUrl> urlFromText(const QString &text);
    /// "K: V" taken apart.
    static rpc::Result<std::pair<QByteArray, QByteArray>> headerFromText(const QString &text);
    /// "auto", "json-rpc", "xml-rpc".
    static std::optional<rpc::Protocol> protocolFromText(const QString &text);

    /// A client for this endpoint that speaks \a protocol.
    std::unique_ptr<rpc::Client> makeClient(rpc::Protocol protocol) const;
    /// A discovery of this endpoint, to be started.
    std::unique_ptr<rpc::Discovery> makeDiscovery() const;
};

} // namespace antiphon
