// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "watchdog.h"

namespace rpc {

Watchdog::Watchdog(std::function<void()> bite)
    : m_bite(std::move(bite))
    , m_thread([this] { watch(); })
{
}

Watchdog::~Watchdog()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_changed.notify_one();
    m_thread.join();
}

void Watchdog::arm(std::chrono::milliseconds limit)
{
    {
        const std::lock_guard lock(m_mutex);
        m_deadline = std::chrono::steady_clock::now() + limit;
        m_armed = true;
        m_bitten = false;
    }
    m_changed.notify_one();
}

bool Watchdog::disarm()
{
    const std::lock_guard lock(m_mutex);
    m_armed = false;
    return m_bitten;
}

void Watchdog::watch()
{
    std::unique_lock lock(m_mutex);
    while (!m_stop) {
        if (!m_armed) {
            m_changed.wait(lock);
        } else if (std::chrono::steady_clock::now() >= m_deadline) {
            m_armed = false;
            m_bitten = true;
            m_bite(); // under the lock, so that disarm() is a clear border
        } else {
            m_changed.wait_until(lock, m_deadline);
        }
    }
}

} // namespace rpc
