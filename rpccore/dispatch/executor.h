// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/execution.h>

#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>
#include <unordered_map>

namespace rpc {

/// The threads of a registry: made when they are needed first, joined when this ends. To be used in one thread.
class Executor
{
public:
    Executor();
    ~Executor(); ///< Work that waits is dropped, work that runs is waited for.

    /// Threads of the pool; by default as many as the machine has cores.
    void setPoolSize(int threads);
    /// Hands \a work, which must not throw, to a thread or to the pool.
    void run(const Execution &execution, std::function<void()> work);

private:
    struct Worker;
    std::unordered_map<QString, std::unique_ptr<Worker>> m_workers;
    std::unique_ptr<QThreadPool> m_pool;
    int m_poolSize;
    std::shared_ptr<std::atomic<bool>> m_closed;
};

} // namespace rpc
