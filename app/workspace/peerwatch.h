// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "peermessage.h"

#include <rpccore/dispatch/dispatcher.h>
#include <rpccore/duplex/channeltransport.h>

#include <QObject>
#include <QTimer>

namespace antiphon {

/// Tells what comes over a connection in both directions besides the answers to calls of this end. Lives as long as the
/// transport that it watches.
class PeerWatch : public QObject
{
    Q_OBJECT

public:
    /// Begins to watch \a transport; null when it carries answers only, as HTTP does.
    static PeerWatch *over(rpc::ClientTransport &transport);
    ~PeerWatch() override; ///< Tells of the end of the connection, when the transport goes with it.

Q_SIGNALS:
    void came(const antiphon::PeerMessage &message); ///< In the order in which things happened.

private:
    explicit PeerWatch(rpc::ChannelTransport &transport);
    void tell(PeerMessage message);
    void onClosed(const rpc::Error &error);
    void onAnswered(
        const rpc::ChannelMessage &request, const rpc::Dispatched &result, const rpc::ChannelMessage &answer);
    void onUnexpected(const rpc::UnexpectedMessage &unexpected);
    void onStandardError(const QByteArray &bytes);
    void endLine();

    QString m_address;
    bool m_isOpen = false;
    QByteArray m_line; // of standard error, not ended yet
    QTimer m_lineTimer;
};

} // namespace antiphon
