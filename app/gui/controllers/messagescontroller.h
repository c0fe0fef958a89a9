// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "../models/messagemodel.h"

#include <QObject>
#include <QTimer>

namespace rpc {
class ClientTransport;
}

namespace antiphon {

/// The log of what other ends say of their own accord, over all connections of the window. However fast it comes, the
/// log grows at most twenty times a second, or by a thousand entries or 4 MiB at a time.
class MessagesController : public QObject
{
    Q_OBJECT

public:
    explicit MessagesController(QObject *parent = nullptr);

    /// Logs what comes over \a transport from now on; no effect on one that carries answers only.
    void watch(rpc::ClientTransport &transport);
    MessageModel &log() noexcept { return m_log; }
    void clear();

    /// Somebody looks at the log: nothing in it is news.
    void setSeen(bool seen);
    /// How many messages, and connections that were lost, nobody has looked at.
    qint64 news() const noexcept { return m_news; }

Q_SIGNALS:
    void newsChanged();
    /// There are more entries, or fewer.
    void logChanged();

private:
    void onCame(const PeerMessage &message);
    void flush();

    MessageModel m_log;
    QList<PeerMessage> m_waiting; // to be added to the log at once
    qint64 m_waitingBytes = 0;
    QTimer m_flush;
    bool m_isSeen = false;
    qint64 m_news = 0;
};

} // namespace antiphon
