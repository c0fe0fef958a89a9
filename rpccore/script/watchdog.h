// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace rpc {

/// Calls \a bite from a thread of its own when work takes longer than it may.
class Watchdog
{
public:
    explicit Watchdog(std::function<void()> bite);
    ~Watchdog();

    /// From now on there are \a limit left.
    void arm(std::chrono::milliseconds limit);
    /// The work is done. Returns true when the watchdog had bitten. It does not bite after this.
    bool disarm();

private:
    void watch();

    std::function<void()> m_bite;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::chrono::steady_clock::time_point m_deadline;
    bool m_armed = false;
    bool m_bitten = false;
    bool m_stop = false;
    std::thread m_thread; // last: it uses the others
};

} // namespace rpc
