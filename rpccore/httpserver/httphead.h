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
    QByteArray target; ///< as sent
    int minorVersion = 1; ///< of HTTP/1.x
    HeaderFields fields;
    qint64 contentLength = 0; ///< 0 when there is no body or when it is chunked
    bool isChunked = false;
    bool keepAlive = true; ///< what the client wants for after this request
    bool expectsContinue = false;

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

    /// Looks for one head at the begin of \a bytes.
    static Scan scan(const QByteArray &bytes, const Limits &limits);
};

struct HttpHead::Complete
{
    HttpHead head;
    qsizetype length = 0; ///< bytes of the head, up to the body
};

} // namespace rpc
