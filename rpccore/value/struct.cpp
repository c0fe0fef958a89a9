// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "struct.h"

#include "value.h"

#include <QSet>

namespace rpc {

Struct::Struct() = default;
Struct::Struct(const Struct &) = default;
Struct::Struct(Struct &&) noexcept = default;
Struct &Struct::operator=(const Struct &) = default;
Struct &Struct::operator=(Struct &&) noexcept = default;
Struct::~Struct() = default;

Struct::Struct(std::initializer_list<std::pair<QString, Value>> members)
{
    m_members.reserve(qsizetype(members.size()));
    for (const auto &[name, value] : members)
        m_members.append(Member { name, value });
}

Struct::Struct(QList<Member> members) noexcept
    : m_members(std::move(members))
{
}

qsizetype Struct::size() const noexcept { return m_members.size(); }
const Member &Struct::at(qsizetype index) const { return m_members.at(index); }
Struct::const_iterator Struct::begin() const noexcept { return m_members.constData(); }
Struct::const_iterator Struct::end() const noexcept { return m_members.constData() + m_members.size(); }

const Value *Struct::find(QStringView name) const noexcept
{
    for (const Member &m : m_members) {
        if (m.name == name)
            return &m.value;
    }
    return nullptr;
}

bool Struct::hasDuplicates() const
{
    QSet<QString> seen;
    for (const Member &m : m_members) {
        if (seen.contains(m.name))
            return true;
        seen.insert(m.name);
    }
    return false;
}

void Struct::append(QString name, Value value) { m_members.append(Member { std::move(name), std::move(value) }); }

void Struct::insert(const QString &name, Value value)
{
    for (Member &m : m_members) {
        if (m.name == name) {
            m.value = std::move(value);
            return;
        }
    }
    append(name, std::move(value));
}

qsizetype Struct::remove(QStringView name)
{
    return m_members.removeIf([&](const Member &m) { return m.name == name; });
}

void Struct::squeeze() { m_members.squeeze(); }

bool operator==(const Struct &a, const Struct &b) { return a.m_members == b.m_members; }

} // namespace rpc
