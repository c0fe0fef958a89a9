// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/message/headerfields.h>
#include <rpccore_httpserver_export.h>

#include <QHostAddress>
#include <QString>

namespace rpc {

/// One request as the listener sees it, whatever version of QtHttpServer read it.
struct RPCHTTPSERVER_EXPORT HttpRequestView
{
    QByteArray method; ///< as sent: "POST"
    QString path; ///< decoded, without the query
    HeaderFields fields;
    QByteArray body;
    QHostAddress peer;
    quint16 peerPort = 0;

    QByteArray field(QByteArrayView name) const { return headerValue(fields, name); }
};

} // namespace rpc
