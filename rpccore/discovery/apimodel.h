// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/error.h>
#include <rpccore/dispatch/methodinfo.h>
#include <rpccore/message/message.h>

#include <QList>
#include <QStringList>

namespace rpc {

/// What a server told of itself.
struct RPCCORE_EXPORT ApiModel
{
    Protocol protocol = Protocol::JsonRpc; ///< in which the server answered
    QList<MethodInfo> methods; ///< in the order in which the server listed them
    /// What was asked and what came back where that was not what one would wish for; for people.
    QStringList notes;
    bool isPartial = false; ///< some questions about methods got no answer at all, `notes` says why
    /// Why there are no methods, when the server does not tell them. Calling by name still works.
    std::optional<Error> listError;

    /// The method called \a name, or nullptr. The pointer is valid until the methods change.
    const MethodInfo *find(const QString &name) const;
    /// True when the server itself named \a name (a method that was asked for by name is in the model, too).
    bool isListed(const QString &name) const { return !unlisted.contains(name); }

    QStringList unlisted; ///< methods that somebody asked for and the server did not list
};

} // namespace rpc

Q_DECLARE_METATYPE(rpc::ApiModel)
