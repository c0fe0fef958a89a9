// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/message/headerfields.h>
#include <rpccore_httpserver_export.h>

#include <QByteArray>
#include <QString>

#include <optional>
#include <variant>

namespace rpc {

/// The head of one HTTP/1.x request, read strictly: whatever two programs could understand differently is refused
/// (RFC 9112 sections 3, 5, 6 and 11.2).
struct RPCHTTPSERVER_EXPORT HttpHead
{
    QByteArray method;
    /// In origin form, or "*". Of a target in absolute form (RFC 9112 section 3.2.2) the host has become the field
    /// Host.
    QByteArray target;
    int minorVersion = 1; ///< of HTTP/1.x
    HeaderFields fields;

    // What the fields say, each empty when there is none.
    QByteArray host;
    QByteArray origin;
    QByteArray contentType;
    QByteArray contentEncoding;
    QByteArray acceptEncoding;
    bool hasOrigin = false; ///< also when it is empty

    qint64 contentLength = 0; ///< 0 when there is no body or when it is chunked
    bool isChunked = false;
    bool keepAlive = true; ///< what the client wants for after this request
    bool expectsContinue = false;
    bool upgradesToWebSocket = false; ///< GET, HTTP/1.1, and both Connection and Upgrade say so (RFC 6455 section 4.1)

    /// The target without its query.
    QByteArrayView path() const noexcept;

    struct Incomplete
    {
    };
    /// Why the request is not taken; the connection is closed after this answer.
    struct Refused
    {
        int status = 400;
        QString reason;
    };
    struct Complete;
    using Scan = std::variant<Incomplete, Refused, Complete>;

    /// Looks for one head at the begin of \a bytes. Its target may have half of Limits::headerBytes. The first \a known
    /// of them were there when the last scan was incomplete.
    static Scan scan(QByteArrayView bytes, const Limits &limits, qsizetype known = 0);
};

struct HttpHead::Complete
{
    HttpHead head;
    qsizetype length = 0; ///< bytes of the head, up to the body
};

} // namespace rpc
