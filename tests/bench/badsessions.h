// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "repeatingthread.h"
#include "sockets.h"

#include <QRandomGenerator>

#include <mutex>

namespace bench {

/// WebSocket and stream clients that do what they should not, in a thread of their own: hang up in a handshake, a frame,
/// a call, and send what is no message.
class BadSessions
{
public:
    BadSessions(quint16 httpPort, quint16 streamPort);
    void stop() { m_thread.stop(); }
    void pause() { m_thread.pause(); } ///< Returns when none of them is connected.
    void resume() { m_thread.resume(); }
    qint64 hangUps() const { return m_hangUps; }
    qint64 badFrames() const { return m_badFrames; }
    qint64 wrong() const { return m_wrong; } ///< other outcomes than were due
    QByteArray firstWrong() const; ///< of them

private:
    /// What is sent, and what has to be in the answer. Nothing in it: the connection ends without a word.
    struct Garbage
    {
        QByteArray bytes;
        QByteArray answer;
        bool ends; ///< whether the connection ends
    };

    void turn();
    bool shakeHands(Link &link);
    void sendGarbage(Link &link, bool isSocket);
    void hangUp(Link &link);
    void noteWrong(const QByteArray &sent, const QByteArray &got);

    const quint16 m_httpPort;
    const quint16 m_streamPort;
    const std::vector<Garbage> m_frames;
    const std::vector<Garbage> m_streams;
    QRandomGenerator m_random { 7 };
    std::vector<Link> m_lingering;
    std::atomic<qint64> m_hangUps = 0;
    std::atomic<qint64> m_badFrames = 0;
    std::atomic<qint64> m_wrong = 0;
    mutable std::mutex m_guard;
    QByteArray m_firstWrong;
    RepeatingThread m_thread; // the last: it uses the others
};

} // namespace bench
