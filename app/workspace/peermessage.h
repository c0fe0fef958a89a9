// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/channel/messagechannel.h>

#include <QDateTime>
#include <QString>

namespace antiphon {

/// What came over a connection in both directions besides the answers to calls of this end, or what became of the
/// connection itself.
struct PeerMessage
{
    enum class Kind : quint8 {
        Opened, ///< the connection is there
        Closed, ///< this end closed it
        Lost, ///< the other end closed it, or it could not be made
        Notification, ///< the other end notifies
        Call, ///< the other end calls a method, and was answered
        UnknownAnswer, ///< an answer to nothing that was asked
        SecondAnswer, ///< another answer to a call that has one
        LateAnswer, ///< the answer to a call that was given up
        Unreadable, ///< no message, or none that can be read: a banner, say
        Binary, ///< a binary frame
        StandardError, ///< a line that a child process wrote to its standard error
        Echo, ///< what this end has sent came back
    };

    QDateTime time; ///< when it came
    Kind kind = Kind::Notification;
    QString method; ///< what was called or notified; for a batch several, with commas between; shortened
    QString text; ///< one sentence for people, where the kind and the bytes do not say everything
    rpc::ChannelMessage message; ///< byte for byte; nothing for the connection itself
    rpc::ChannelMessage answer; ///< what was sent back, byte for byte
    QString answerText; ///< "error -32601  Method not found"; empty where no answer is due

    /// The kind in words, to stand in a column.
    static QString kindText(Kind kind);
    /// The content in one line of at most 200 characters, and " …" when there is more: the params of a call or
    /// notification, else the text of the message; the sentence when there are no bytes. Control characters are shown
    /// as their pictures (U+2400 and on).
    QString excerpt() const;
    /// Everything in one line, for a terminal.
    QString line() const;
};

} // namespace antiphon
