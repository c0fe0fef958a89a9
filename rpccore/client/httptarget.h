// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/core/tlsoptions.h>
#include <rpccore/message/headerfields.h>

#include <QNetworkProxy>
#include <QString>
#include <QUrl>

#include <chrono>

namespace rpc {

/// Where and how to call over HTTP or SCGI. SCGI takes no TLS, no HTTP proxy, no Digest and no cookies.
struct HttpTarget
{
    /// http://host:port/path, https://host/path, http+unix:///path/of.sock:/path; for ScgiTransport
    /// scgi://host:port/path, scgi+unix:///path/of.sock:/path. User and password in it are used as credentials and
    /// never shown.
    QUrl url;
    /// Sent with every call; they win over what the transport sends itself. Content-Length and Transfer-Encoding are
    /// its own: a call with one of them is InvalidArgument.
    HeaderFields headers;
    QString user; ///< Basic authentication (RFC 7617, in UTF-8) when not empty
    QString password; ///< goes with `user`
    QString bearer; ///< Bearer token when not empty and there is no user
    /// From sending to the last byte of the answer, everything included; 0 = none.
    std::chrono::milliseconds timeout { 30'000 };
    Limits limits = Limits::forExplorer(); ///< of the answer: bytes (unpacked), headerBytes, headerFields
    /// For what it takes until a request can be sent: name, connection, proxy, TLS. Waiting for one of the
    /// `connections` is not in it. 0 = none.
    std::chrono::milliseconds connectTimeout { 10'000 };
    /// From the last byte of the request to the first of the answer; 0 = none, the default.
    std::chrono::milliseconds firstByteTimeout { 0 };
    /// Digest authentication (RFC 7616; MD5 and SHA-256, with -sess; qop=auth) instead of Basic: the password is never
    /// sent. The first call is refused with a challenge and sent again, which Trace::earlier shows.
    bool digest = false;
    /// With `user`: the server is asked for the scheme first, by an empty POST without credentials, and the one that it
    /// offers is used: Digest before Basic, and never Basic where that is not offered. Where an answer (other than a
    /// redirection, 407, 429, 502, 503 and 504, which end the call) offers none, Basic.
    bool asksForScheme = false;
    TlsOptions tls; ///< for https
    /// NoProxy, HttpProxy or Socks5Proxy, with host, port, user and password. Over an HTTP proxy http goes as requests
    /// to the proxy (with Basic credentials), https through CONNECT.
    QNetworkProxy proxy { QNetworkProxy::NoProxy };
    /// The proxy that the system names for the URL, instead of `proxy`. Loopback is called without one.
    bool systemProxy = false;
    /// Keeps the cookies that the server sets, in the transport, and sends them back (RFC 6265). Default: they are
    /// ignored.
    bool cookies = false;
    /// An answer 409 with a field X-...Session-Id (Transmission's against forged calls) has the call sent again with
    /// that field, which every later call carries, too; the server has not acted on the first one. Default: it is an
    /// error.
    bool sessionIds = false;
    /// Asks for gzip or deflate. Default: asks for neither. What comes packed is unpacked in any case.
    bool acceptCompression = false;
    int connections = 6; ///< at a time; calls beyond that wait for one
};

} // namespace rpc
