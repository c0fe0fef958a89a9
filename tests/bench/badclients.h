// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "repeatingthread.h"
#include "sockets.h"

#include <QRandomGenerator>

namespace bench {

/// Clients over HTTP that do what clients should not, in a thread of their own: hang up in a request, a call, an answer,
/// stay away in the middle of a head, and send what is no request.
class BadClients
{
public:
    explicit BadClients(quint16 port);
    void stop() { m_thread.stop(); }
    void pause() { m_thread.pause(); } ///< Returns when none of them is connected.
    void resume() { m_thread.resume(); }
    qint64 hangUps() const { return m_hangUps; }
    qint64 badRequests() const { return m_badRequests; }
    qint64 wrong() const { return m_wrong; } ///< other answers than were due

private:
    struct Bad
    {
        QByteArray bytes;
        int status;
    };

    void turn();
    void hangUp(Link &link);

    const quint16 m_port;
    const std::vector<Bad> m_bad;
    QRandomGenerator m_random { 99 };
    std::vector<Link> m_lingering;
    std::atomic<qint64> m_hangUps = 0;
    std::atomic<qint64> m_badRequests = 0;
    std::atomic<qint64> m_wrong = 0;
    RepeatingThread m_thread; // the last: it uses the others
};

} // namespace bench
