// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

#include <functional>

namespace bench {

/// One of several ways to do the same work.
struct Runner
{
    const char *name;
    std::function<void()> run; ///< what the clock sees
    std::function<void()> after = {}; ///< what it does not see: letting go of the result
};

struct Timing
{
    double best = 0; ///< seconds
    double median = 0;
};

/// Times every runner (processor time of this thread) \a rounds times. Their rounds take turns, so that whatever else
/// the machine does hits all alike; one round before the first is not counted. Each begins with all free memory given
/// back to the system.
QList<Timing> race(const QList<Runner> &runners, int rounds);

/// The bytes that are allocated after \a make has run and what it made is still there, less those before: mallinfo2(),
/// blocks in use and mapped blocks, after malloc_trim(). What the allocator itself needs for a block is in it.
/// \a release lets go. -1 where the C library has no mallinfo2().
qint64 memoryHeld(const std::function<void()> &make, const std::function<void()> &release);

/// The processor and the system, in one line.
QString machine();

} // namespace bench
