// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/limits.h>
#include <rpccore/message/requestid.h>

#include <QList>

namespace rpc::jsonrpc {

/// What one message is, by the names of its members.
struct RPCCORE_EXPORT ScannedMessage
{
    enum class Kind : quint8 {
        Request, ///< has a `method` and an `id`
        Notification, ///< has a `method` and no `id`
        Response, ///< has no `method`, but a `result` or an `error`
        Unreadable, ///< none of these, a request whose `id` can be none, or a message whose `id` stands twice
    };
    Kind kind = Kind::Unreadable;
    RequestId id; ///< absent when there is none, when it can be none, and when the message is unreadable
    QByteArrayView text; ///< the message, of the text that was scanned
    QByteArrayView method; ///< of `text`, the string that it calls, with its quotes; empty when there is none

    QString methodName() const; ///< `method` decoded; empty also when it is no string
};

/// What a text is that came over a connection which carries both directions.
struct MessageScan
{
    /// False for a text that no reader takes, or that is beyond the limits on bytes and depth. Inside strings, escapes
    /// and UTF-8 are not checked: whoever decodes the text may still find that it is no JSON.
    bool isJson = false;
    bool isBatch = false; ///< the text is an array
    /// Never empty: an empty array, and what is no JSON, has one unreadable member. Of a batch, no more than
    /// `Limits::batch` + 1: what comes behind them is not read.
    QList<ScannedMessage> members;
};

/// Looks at the JSON-RPC message or batch in \a text (UTF-8) without making values. One pass, no recursion; allocates
/// for the members and their ids only.
RPCCORE_EXPORT MessageScan scanMessage(const QByteArray &text, const Limits &limits);

/// The same for explorers: answers are found in a text that is not quite JSON, too (`NaN`, a text that breaks off), as
/// JsonReader::tolerant reads it. What calls in such a text stays unreadable.
RPCCORE_EXPORT MessageScan scanTolerantly(const QByteArray &text, const Limits &limits);

} // namespace rpc::jsonrpc
