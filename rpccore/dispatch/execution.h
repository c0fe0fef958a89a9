// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace rpc {

/// In which thread the function of a method is called: the dispatcher's own (in place), a named one, or one of a pool.
/// A value. The threads belong to the root registry, see Registry::setExecution().
class Execution
{
public:
    /// Where a call is made.
    enum class Where : quint8 {
        Inherited, ///< the method says nothing: as its branch says, in the end in place
        InPlace, ///< in the dispatcher's thread
        Thread, ///< in the thread called name(), one call after the other
        Pool, ///< in any thread of the pool, at the same time as others
        OwnThread, ///< the handler goes to its thread by itself, as that of an object does; nothing else may be said
    };

    Execution() = default; ///< Says nothing: the next level decides.
    static Execution inPlace() { return Execution(Where::InPlace); } ///< In the dispatcher's thread.
    /// In the thread called \a name, which is started for the first call.
    static Execution inThread(const QString &name) { return Execution(Where::Thread, name); }
    static Execution inPool() { return Execution(Where::Pool); } ///< In a thread of the pool.
    static Execution ownThread() { return Execution(Where::OwnThread); } ///< For handlers that see to it themselves.

    Where where() const noexcept { return m_where; } ///< Which of these it is.
    QString name() const { return m_name; } ///< Of the thread; empty for the others.

    friend bool operator==(const Execution &, const Execution &) = default; ///< Same place.

private:
    explicit Execution(Where where, const QString &name = {})
        : m_where(where)
        , m_name(name)
    {
    }
    Where m_where = Where::Inherited;
    QString m_name;
};

} // namespace rpc
