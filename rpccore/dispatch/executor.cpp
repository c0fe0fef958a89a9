// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "executor.h"

#include <QThread>

namespace rpc {

// A thread with an event loop, and an object in it to send work to.
struct Executor::Worker
{
    explicit Worker(const QString &name)
    {
        thread.setObjectName(name);
        receiver.moveToThread(&thread);
        thread.start();
    }
    ~Worker()
    {
        thread.quit();
        thread.wait();
    } // what was queued is let go with the receiver

    QThread thread;
    QObject receiver;
};

Executor::Executor()
    : m_poolSize(QThread::idealThreadCount())
    , m_closed(std::make_shared<std::atomic<bool>>(false))
{
}

Executor::~Executor()
{
    *m_closed = true; // at once for all of them: while one is waited for, the others begin nothing
    if (m_pool) {
        m_pool->clear();
        m_pool->waitForDone();
    }
    m_workers.clear();
}

void Executor::setPoolSize(int threads)
{
    m_poolSize = qMax(1, threads);
    if (m_pool)
        m_pool->setMaxThreadCount(m_poolSize);
}

void Executor::run(const Execution &execution, std::function<void()> work)
{
    auto guarded = [closed = m_closed, work = std::move(work)]() mutable {
        const auto here = std::move(work); // dies here: this function may be let go by its sender
        if (!*closed)
            here();
    };
    if (execution.where() == Execution::Where::Thread) {
        std::unique_ptr<Worker> &worker = m_workers[execution.name()];
        if (!worker)
            worker = std::make_unique<Worker>(execution.name());
        QMetaObject::invokeMethod(&worker->receiver, std::move(guarded), Qt::QueuedConnection);
        return;
    }
    if (!m_pool) {
        m_pool = std::make_unique<QThreadPool>();
        m_pool->setMaxThreadCount(m_poolSize);
    }
    m_pool->start(std::move(guarded));
}

} // namespace rpc
