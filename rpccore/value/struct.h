// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QList>
#include <QString>

#include <initializer_list>
#include <utility>

namespace rpc {

class Value;
struct Member;

/// The members of a struct (JSON object, XML-RPC struct) in the order in which they were written. Names may stand twice
/// when a reader was told to keep all of them. Implicitly shared; look-up is linear.
class RPCCORE_EXPORT Struct
{
public:
    using const_iterator = const Member *; ///< in the order of the members

    Struct(); ///< No members.
    /// These members, in this order; names may stand twice.
    Struct(std::initializer_list<std::pair<QString, Value>> members);
    /// These members, in this order; nothing is copied.
    explicit Struct(QList<Member> members) noexcept;
    Struct(const Struct &); ///< Shares the members until one of the two changes.
    Struct(Struct &&) noexcept; ///< Leaves the other one without members.
    Struct &operator=(const Struct &); ///< Shares the members until one of the two changes.
    Struct &operator=(Struct &&) noexcept; ///< Takes the members over.
    ~Struct(); ///< Lets go of the members.

    qsizetype size() const noexcept; ///< How many members there are, repeated names included.
    bool isEmpty() const noexcept { return size() == 0; } ///< True without members.
    const Member &at(qsizetype index) const; ///< The member at \a index, which has to exist.
    const_iterator begin() const noexcept; ///< The first member.
    const_iterator end() const noexcept; ///< Behind the last member.

    /// The value of the first member called \a name, or nullptr.
    const Value *find(QStringView name) const noexcept;
    /// True when there is a member called \a name.
    bool contains(QStringView name) const noexcept { return find(name) != nullptr; }
    /// True when a name stands more than once.
    bool hasDuplicates() const;

    /// Adds a member at the end, also when the name is there already.
    void append(QString name, Value value);
    /// Replaces the first member called \a name, or appends it.
    void insert(const QString &name, Value value);
    /// Removes every member called \a name; returns how many there were.
    qsizetype remove(QStringView name);
    /// Gives unused memory back.
    void squeeze();

    /// Same members in the same order.
    RPCCORE_EXPORT friend bool operator==(const Struct &a, const Struct &b);

private:
    QList<Member> m_members;
};

} // namespace rpc
