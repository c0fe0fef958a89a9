// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

#include <atomic>
#include <mutex>
#include <thread>

namespace bench {

/// WebSocket and stream clients that do what they should not, in a thread of their own: hang up in a handshake, a frame,
/// a call, and send what is no message.
class BadSessions
{
public:
    BadSessions(quint16 httpPort, quint16 streamPort);
    ~BadSessions() { stop(); }
    void stop();
    void pause(); ///< Returns when none of them is connected.
    void resume() { m_pause = false; }
    qint64 hangUps() const { return m_hangUps; }
    qint64 badFrames() const { return m_badFrames; }
    qint64 wrong() const { return m_wrong; } ///< other outcomes than were due
    QByteArray firstWrong() const; ///< of them

private:
    void run(quint16 httpPort, quint16 streamPort);
    void noteWrong(const QByteArray &sent, const QByteArray &got);

    std::atomic<bool> m_stop = false;
    std::atomic<bool> m_pause = false;
    std::atomic<bool> m_isPaused = false;
    std::atomic<qint64> m_hangUps = 0;
    std::atomic<qint64> m_badFrames = 0;
    std::atomic<qint64> m_wrong = 0;
    mutable std::mutex m_guard;
    QByteArray m_firstWrong;
    std::thread m_thread;
};

} // namespace bench
