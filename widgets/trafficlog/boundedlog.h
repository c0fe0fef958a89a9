// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QList>

namespace antiphon {

/// The lines of a log, newest last, bounded: the oldest go when there are too many, or too many bytes. The newest one
/// stays whole, whatever its size. What an entry needs is asked of a function `qint64 sizeOf(const Entry &)`.
template <class Entry> class BoundedLog : public QAbstractTableModel
{
public:
    static constexpr qsizetype mostEntries = 5000;
    static constexpr qint64 mostBytes = 64 * 1024 * 1024;

    using QAbstractTableModel::QAbstractTableModel;

    /// Adds \a entries at the end; views are told once.
    void append(const QList<Entry> &entries)
    {
        if (entries.isEmpty())
            return;
        qint64 bytes = 0; // of the new ones that stay
        qsizetype first = entries.size();
        while (first > 0 && entries.size() - first < mostEntries) {
            const qint64 more = sizeOf(entries.at(first - 1));
            if (first < entries.size() && bytes + more > mostBytes)
                break;
            bytes += more;
            --first;
        }
        const qsizetype added = entries.size() - first;
        qsizetype leaving = 0;
        qint64 kept = m_bytes;
        while (leaving < m_entries.size()
            && (first > 0 || m_entries.size() - leaving + added > mostEntries || kept + bytes > mostBytes))
            kept -= sizeOf(m_entries.at(leaving++));
        m_dropped += leaving + first;
        if (leaving > 0) {
            beginRemoveRows({}, 0, int(leaving - 1));
            m_entries.erase(m_entries.begin(), m_entries.begin() + leaving);
            endRemoveRows();
        }
        beginInsertRows({}, int(m_entries.size()), int(m_entries.size() + added - 1));
        m_entries.append(first > 0 ? entries.mid(first) : entries);
        m_bytes = kept + bytes;
        endInsertRows();
    }

    void clear()
    {
        beginResetModel();
        m_entries.clear();
        m_bytes = 0;
        m_dropped = 0;
        endResetModel();
    }

    const Entry &entry(int row) const { return m_entries.at(row); }
    /// How many went to make room, since the log was cleared.
    qint64 dropped() const noexcept { return m_dropped; }

    int rowCount(const QModelIndex &parent = {}) const override { return parent.isValid() ? 0 : int(m_entries.size()); }

private:
    QList<Entry> m_entries;
    qint64 m_bytes = 0;
    qint64 m_dropped = 0;
};

} // namespace antiphon
