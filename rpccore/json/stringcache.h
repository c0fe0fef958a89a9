// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/value/utf8.h>

#include <array>
#include <memory>

namespace rpc {

/// Short texts that come again and again in a message (names of members, words such as "kg" or "ok"): they are made
/// once and shared. A text that is not found costs nothing but the look; a clash only replaces an entry.
template <bool atFirstSight> class StringCache
{
public:
    static constexpr qsizetype longest = 15;

    /// One that is not \a worthwhile keeps nothing: for texts that are read faster than it is made.
    explicit StringCache(bool worthwhile = true)
        : m_entries(worthwhile ? std::make_unique<Entries>() : nullptr)
    {
    }

    /// The ASCII text [from, from + length), 1 to `longest` bytes. \a end: up to where bytes may be read.
    QString text(const char *from, qsizetype length, const char *end)
    {
        if (!m_entries)
            return stringFromAscii({ from, length });
        const Key key = keyOf(from, length, end);
        Entry &entry = (*m_entries)[(key[0] * 0x9e3779b97f4a7c15U + key[1] * 0xc2b2ae3d27d4eb4fU) >> (64 - bits)];
        if (entry.key == key) {
            if (atFirstSight || !entry.text.isNull())
                return entry.text;
            return entry.text = stringFromAscii({ from, length });
        }
        entry.key = key;
        if constexpr (atFirstSight)
            return entry.text = stringFromAscii({ from, length });
        if (!entry.text.isNull())
            entry.text = QString();
        return stringFromAscii({ from, length });
    }

private:
    static constexpr int bits = 6;
    using Key = std::array<quint64, 2>; // the bytes, filled up with zeros, which no text in JSON holds

    struct Entry
    {
        Key key = {};
        QString text;
    };

    static Key keyOf(const char *from, qsizetype length, const char *end)
    {
        Key key = {};
#ifdef __SSE2__
        if (end - from >= 16) {
            alignas(16) static constexpr uchar mask[32]
                = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(from));
            const __m128i keep = _mm_loadu_si128(reinterpret_cast<const __m128i *>(mask + 16 - length));
            _mm_storeu_si128(reinterpret_cast<__m128i *>(key.data()), _mm_and_si128(bytes, keep));
            return key;
        }
#endif
        Q_UNUSED(end)
        std::memcpy(key.data(), from, size_t(length));
        return key;
    }

    using Entries = std::array<Entry, 1 << bits>;
    std::unique_ptr<Entries> m_entries;
};

} // namespace rpc
