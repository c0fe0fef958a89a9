// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT

// For the preset `tsan` only. Debian's Qt is not built with the thread sanitizer, which so does not see that an event comes
// after what its sender did before it was posted, and would report every hand-over between threads. Here the functions
// that hand something to another thread are put before Qt's own, in Qt 6.4's binary interface, and say so: whatever
// happened before one of them, in any thread, happened before the next event that is delivered. That is more than is
// true, so a race between two threads that exchange events at that very moment may be missed; it hides no kind of race
// for good. This file itself is built without the sanitizer.

#include <QRunnable>
#include <QThreadPool>

#include <dlfcn.h>
#include <functional>

extern "C" {
void __tsan_acquire(void *address);
void __tsan_release(void *address);
}

namespace {

char gate;

bool eventArrives(void **)
{
    __tsan_acquire(&gate);
    return false;
}

const bool listening = QInternal::registerCallback(QInternal::EventNotifyCallback, eventArrives);

template <class Function> Function *original(const char *name) { return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name)); }

#define BEFORE(function, symbol, result, parameters, arguments)                                                         \
    extern "C" result function parameters __asm__(symbol);                                                              \
    extern "C" result function parameters                                                                               \
    {                                                                                                                   \
        __tsan_release(&gate);                                                                                          \
        static auto *const real = original<result parameters>(symbol);                                                  \
        return real arguments;                                                                                          \
    }

} // namespace

BEFORE(handover_postEvent, "_ZN16QCoreApplication9postEventEP7QObjectP6QEventi", void, (void *receiver, void *event, int priority),
    (receiver, event, priority))
BEFORE(handover_activate, "_ZN11QMetaObject8activateEP7QObjectPKS_iPPv", void, (void *sender, const void *meta, int signal, void **arguments),
    (sender, meta, signal, arguments))
BEFORE(handover_invoke, "_ZN11QMetaObject16invokeMethodImplEP7QObjectPN9QtPrivate15QSlotObjectBaseEN2Qt14ConnectionTypeEPv", bool,
    (void *object, void *slot, int type, void *result), (object, slot, type, result))

// Work for a pool: it begins after what was done before it was handed over, and whoever waits for it comes after it.
extern "C" void handover_start(QThreadPool *pool, std::function<void()> work, int priority) __asm__("_ZN11QThreadPool5startESt8functionIFvvEEi");
extern "C" void handover_start(QThreadPool *pool, std::function<void()> work, int priority)
{
    struct Run : QRunnable {
        std::function<void()> work;
        void run() override
        {
            __tsan_acquire(&gate);
            work();
            work = nullptr;
            __tsan_release(&gate);
        }
    };
    auto *const run = new Run;
    run->work = std::move(work);
    __tsan_release(&gate);
    pool->start(run, priority);
}

extern "C" bool handover_waitForDone(QThreadPool *pool, int time) __asm__("_ZN11QThreadPool11waitForDoneEi");
extern "C" bool handover_waitForDone(QThreadPool *pool, int time)
{
    static auto *const real = original<bool(QThreadPool *, int)>("_ZN11QThreadPool11waitForDoneEi");
    const bool done = real(pool, time);
    __tsan_acquire(&gate);
    return done;
}
