// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <functional>
#include <memory>

class QObject;

namespace rpc {

/// A way home into the thread of one object, for work that ends in other threads. Hold it in a shared_ptr: it outlives
/// the object, and work that comes too late is dropped. Thread-safe.
class RPCCORE_EXPORT ThreadHop
{
public:
    explicit ThreadHop(QObject *object); ///< A way into the thread of \a object, which is not owned.
    ~ThreadHop(); ///< Work that is queued already still runs while the object lives.

    /// To be called before the object dies, in its thread (at the latest in its destructor).
    void close();
    /// True in the object's thread, before close(): run() would run its work at once.
    bool isHere() const;
    /// Runs \a work in the object's thread: at once when this is that thread, else queued; not at all after close().
    void run(std::function<void()> work);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace rpc
