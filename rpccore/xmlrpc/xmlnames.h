// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "xmlscalar.h"

#include <QHashFunctions>

#include <cstring>
#include <string>
#include <vector>

namespace rpc {

/// The member names of one document, each kept once: the same few stand in every struct of a list. A name is known by
/// its number, so that equal names are found without comparing texts.
class XmlNames
{
public:
    /// The number of the name that is spelled \a utf8.
    int idOf(QByteArrayView utf8)
    {
        // Mostly the name that followed this one the last time.
        const int guess = m_last >= 0 ? m_entries[size_t(m_last)].follower : -1;
        int id = guess;
        if (guess < 0 || !isSpelled(m_entries[size_t(guess)], utf8)) {
            id = lookUp(utf8);
            if (m_last >= 0)
                m_entries[size_t(m_last)].follower = id;
        }
        m_last = id;
        return id;
    }

    const QString &text(int id) const { return m_entries[size_t(id)].text; }

    /// A struct is looked at for names that stand twice: a new stamp for each.
    void beginStruct() { ++m_stamp; }
    /// False when \a id was added since beginStruct().
    bool add(int id)
    {
        quint64 &stamp = m_entries[size_t(id)].stamp;
        if (stamp == m_stamp)
            return false;
        stamp = m_stamp;
        return true;
    }

private:
    struct Entry
    {
        QString text;
        size_t at = 0; // of its spelling in m_spellings
        size_t size = 0;
        size_t hash = 0;
        quint64 stamp = 0;
        int next = -1; // in its bucket
        int follower = -1;
    };

    bool isSpelled(const Entry &e, QByteArrayView utf8) const
    {
        return e.size == size_t(utf8.size()) && memcmp(m_spellings.data() + e.at, utf8.data(), e.size) == 0;
    }

    int lookUp(QByteArrayView utf8)
    {
        const size_t hash = qHashBits(utf8.data(), size_t(utf8.size()), m_seed);
        if (m_buckets.empty())
            m_buckets.assign(64, -1);
        for (int id = m_buckets[hash & (m_buckets.size() - 1)]; id >= 0; id = m_entries[size_t(id)].next) {
            if (m_entries[size_t(id)].hash == hash && isSpelled(m_entries[size_t(id)], utf8))
                return id;
        }
        if (m_entries.size() == m_buckets.size())
            grow();
        Entry e;
        e.text = xmlString(utf8);
        e.at = m_spellings.size();
        e.size = size_t(utf8.size());
        e.hash = hash;
        m_spellings.append(utf8.data(), e.size);
        int &bucket = m_buckets[hash & (m_buckets.size() - 1)];
        e.next = bucket;
        bucket = int(m_entries.size());
        m_entries.push_back(std::move(e));
        return bucket;
    }

    void grow()
    {
        m_buckets.assign(m_buckets.size() * 2, -1);
        for (size_t i = 0; i < m_entries.size(); ++i) {
            int &bucket = m_buckets[m_entries[i].hash & (m_buckets.size() - 1)];
            m_entries[i].next = bucket;
            bucket = int(i);
        }
    }

    std::vector<Entry> m_entries;
    std::vector<int> m_buckets;
    std::string m_spellings;
    const size_t m_seed = QHashSeed::globalSeed();
    quint64 m_stamp = 0;
    int m_last = -1;
};

} // namespace rpc
