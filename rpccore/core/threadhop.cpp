// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "threadhop.h"

#include <QMutex>
#include <QObject>
#include <QThread>

namespace rpc {

struct ThreadHop::Private
{
    QMutex mutex;
    QObject *object = nullptr;
};

ThreadHop::ThreadHop(QObject *object)
    : d(std::make_unique<Private>())
{
    d->object = object;
}

ThreadHop::~ThreadHop() = default;

void ThreadHop::close()
{
    const QMutexLocker lock(&d->mutex);
    d->object = nullptr;
}

bool ThreadHop::isHere() const
{
    const QMutexLocker lock(&d->mutex);
    return d->object && d->object->thread() == QThread::currentThread();
}

void ThreadHop::run(std::function<void()> work)
{
    QMutexLocker lock(&d->mutex);
    if (!d->object)
        return;
    const QThread *const thread = d->object->thread();
    if (!thread || thread->isFinished())
        return; // nobody would ever come to it; what the work holds is let go, and says so
    if (thread == QThread::currentThread()) {
        lock.unlock(); // the work may close this hop
        work();
        return;
    }
    QMetaObject::invokeMethod(d->object, std::move(work), Qt::QueuedConnection);
}

} // namespace rpc
