// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/value/value.h>

#include <QSet>

#include <algorithm>
#include <span>

namespace rpc {

/// Finds names that stand twice while a struct is being read: by looking at its members while they are few, by a hash
/// above that, so that hostile input stays linear.
class MemberNames
{
public:
    /// True when \a name is new; \a members are those that were read so far.
    bool add(const QString &name, const Struct &members)
    {
        return add(name, std::span(members.begin(), members.end()));
    }
    bool add(const QString &name, std::span<const Member> members)
    {
        if (members.size() < hashAbove)
            return std::none_of(members.begin(), members.end(), [&](const Member &m) { return m.name == name; });
        if (m_names.isEmpty()) {
            for (const Member &m : members)
                m_names.insert(m.name);
        }
        if (m_names.contains(name))
            return false;
        m_names.insert(name);
        return true;
    }

private:
    static constexpr size_t hashAbove = 32;
    QSet<QString> m_names;
};

} // namespace rpc
