// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <poll.h>
#include <thread>

namespace bench {

/// Does the same again and again in a thread of its own, with a short breath in between, until it is stopped.
class RepeatingThread
{
public:
    /// Begins at once. \a rest is called before each pause.
    RepeatingThread(std::function<void()> turn, std::function<void()> rest)
        : m_thread([this, turn = std::move(turn), rest = std::move(rest)] { run(turn, rest); })
    {
    }
    ~RepeatingThread() { stop(); }
    RepeatingThread(const RepeatingThread &) = delete;
    RepeatingThread &operator=(const RepeatingThread &) = delete;

    /// Returns when the last turn is over.
    void stop()
    {
        m_stop = true;
        if (m_thread.joinable())
            m_thread.join();
    }
    /// Returns when it rests.
    void pause()
    {
        m_isPaused = false;
        m_pause = true;
        while (!m_isPaused && !m_stop)
            ::poll(nullptr, 0, breath);
    }
    void resume() { m_pause = false; }

private:
    static constexpr int breath = 5; // ms

    void run(const std::function<void()> &turn, const std::function<void()> &rest)
    {
        for (; !m_stop; ::poll(nullptr, 0, breath)) {
            if (m_pause) {
                rest();
                m_isPaused = true;
            } else {
                turn();
            }
        }
    }

    std::atomic<bool> m_stop = false;
    std::atomic<bool> m_pause = false;
    std::atomic<bool> m_isPaused = false;
    std::thread m_thread; // the last: it uses the others
};

} // namespace bench
