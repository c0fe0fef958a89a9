// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/dispatch/methodinfo.h>
#include <rpccore/httpserver/httprequestview.h>
#include <rpccore/httpserver/httpresponse.h>

#include <QMap>

namespace rpc {

class Server;

/// What an API page shows.
struct ApiPage
{
    // Methods with one prefix.
    struct Group
    {
        QString title; ///< of their branch; empty when it has none
        QString docs; ///< the same
        QList<MethodInfo> methods; ///< in the order in which they are shown
    };

    QString title;
    QString docs; ///< of the server; plain text, may be empty
    QString path; ///< to call
    Protocols protocols; ///< that the server speaks
    QMap<QString, Group> groups; ///< by prefix; the empty one first

    /// The methods of \a server that everybody may call.
    static ApiPage of(Server &server, const QString &path);

    /// One HTML5 document, complete in itself: no script, no address of anything outside.
    RPCHTTPSERVER_EXPORT QByteArray html() const;
    /// The page as an answer, with a policy that lets it load nothing.
    RPCHTTPSERVER_EXPORT HttpResponse response() const;
};

/// True when somebody who sent this Accept field takes HTML; everybody does who sent none.
RPCHTTPSERVER_EXPORT bool acceptsHtml(const HttpHead &head);

} // namespace rpc
