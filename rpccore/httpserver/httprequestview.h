// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/httpserver/httphead.h>

#include <QString>

namespace rpc {

/// One complete request as the listener sees it. Refers to what its connection holds.
struct HttpRequestView
{
    const HttpHead &head;
    QString path; ///< percent-decoded, without the query
    QByteArray body; ///< unpacked

    QByteArray field(QByteArrayView name) const { return headerValue(head.fields, name); }
    bool isPost() const { return head.method == "POST"; }
    /// GET, or HEAD, which is answered the same way, without the body.
    bool isGet() const { return head.method == "GET" || head.method == "HEAD"; }
};

} // namespace rpc
