// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>
#include <QString>
#include <QStringDecoder>

#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rpc {

/// Writes the ASCII bytes [from, end) as UTF-16, to as many units.
inline void widenAscii(const char *from, const char *end, char16_t *to) noexcept
{
#ifdef __SSE2__
    const auto eight = [](const char *from, char16_t *to) {
        const __m128i bytes = _mm_loadl_epi64(reinterpret_cast<const __m128i *>(from));
        _mm_storeu_si128(reinterpret_cast<__m128i *>(to), _mm_unpacklo_epi8(bytes, _mm_setzero_si128()));
    };
    if (const auto length = end - from; length >= 8) {
        for (; end - from > 8; from += 8, to += 8)
            eight(from, to);
        eight(end - 8, to + (end - from) - 8); // the last eight, some of them once more
        return;
    }
#endif
    while (from < end)
        *to++ = uchar(*from++);
}

/// The text of ASCII bytes. Never the null string.
inline QString stringFromAscii(QByteArrayView ascii)
{
    QString text(ascii.size(), Qt::Uninitialized);
    widenAscii(ascii.begin(), ascii.end(), reinterpret_cast<char16_t *>(text.data()));
    return text;
}

/// Writes the UTF-8 bytes [from, end) as UTF-16, to at most as many units. The end of what was written; null when the
/// bytes are no valid UTF-8: too long a form, half of a surrogate pair, beyond U+10FFFF, cut off.
inline char16_t *decodeUtf8(const char *from, const char *end, char16_t *to) noexcept
{
    const auto continuation = [](char c) { return (uchar(c) & 0xc0) == 0x80; };
    while (from < end) {
        const auto c = uchar(*from);
        if (c < 0x80) {
#ifdef __SSE2__
            if (end - from >= 16) {
                const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(from));
                if (_mm_movemask_epi8(bytes) == 0) {
                    widenAscii(from, from + 16, to);
                    from += 16;
                    to += 16;
                    continue;
                }
            }
#endif
            *to++ = c;
            ++from;
        } else if (c < 0xe0) {
            if (c < 0xc2 || end - from < 2 || !continuation(from[1]))
                return nullptr;
            *to++ = char16_t((c & 0x1f) << 6 | (uchar(from[1]) & 0x3f));
            from += 2;
        } else if (c < 0xf0) {
            if (end - from < 3 || !continuation(from[1]) || !continuation(from[2]))
                return nullptr;
            const auto unit = char16_t((c & 0x0f) << 12 | (uchar(from[1]) & 0x3f) << 6 | (uchar(from[2]) & 0x3f));
            if (unit < 0x800 || QChar::isSurrogate(unit))
                return nullptr;
            *to++ = unit;
            from += 3;
        } else {
            if (c > 0xf4 || end - from < 4 || !continuation(from[1]) || !continuation(from[2])
                || !continuation(from[3]))
                return nullptr;
            const auto character = char32_t((c & 0x07) << 18 | (uchar(from[1]) & 0x3f) << 12
                | (uchar(from[2]) & 0x3f) << 6 | (uchar(from[3]) & 0x3f));
            if (character < 0x10000 || character > 0x10ffff)
                return nullptr;
            *to++ = QChar::highSurrogate(character);
            *to++ = QChar::lowSurrogate(character);
            from += 4;
        }
    }
    return to;
}

/// The text of valid UTF-8, character for character: a U+FEFF at its begin is kept (QString::fromUtf8 takes it for a
/// byte order mark), and nothing is the empty string, not the null one.
inline QString stringFromUtf8(QByteArrayView utf8)
{
    if (utf8.startsWith("\xef\xbb\xbf"))
        return QStringDecoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom)(utf8);
    const QString text = QString::fromUtf8(utf8);
    return text.isNull() ? QString(QLatin1String("")) : text;
}

} // namespace rpc
