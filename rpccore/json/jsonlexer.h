// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "stringcache.h"

#include <rpccore/core/limits.h>
#include <rpccore/core/textposition.h>
#include <rpccore/value/numberscan.h>
#include <rpccore/wire/finding.h>

#include <QVarLengthArray>

namespace rpc {

/// The words of a JSON text: white space, strings, numbers, and where they stand. What most texts hold is done here, in
/// sight of the compiler; escapes, characters beyond ASCII and rare numbers are in jsonlexer.cpp.
class JsonLexer
{
protected:
    JsonLexer(QByteArrayView text, Findings *findings, bool tolerant = false)
        : m_begin(text.begin())
        , m_at(m_begin)
        , m_end(text.end())
        , m_findings(findings)
        , m_tolerant(tolerant)
    {
    }

    qint64 offset() const { return m_at - m_begin; }

    /// Notes what went wrong, here. Always false.
    bool fail(ErrorKind kind, const QString &message);
    bool fail(const QString &message) { return fail(ErrorKind::Parse, message); }
    /// What stands here, for messages.
    QString here() const;
    void note(Rule rule, const QString &message, const char *begin, const char *end);

    bool checkEncoding();

    void skipSpace()
    {
        while (m_at < m_end && uchar(*m_at) <= ' ' && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t'))
            ++m_at;
    }

    bool word(const char *text, qsizetype length)
    {
        if (m_end - m_at < length || std::memcmp(m_at, text, size_t(length)) != 0)
            return fail(QStringLiteral("expected a value, found %1").arg(here()));
        m_at += length;
        return true;
    }

    /// The quoted string that begins here, from \a cache when it is short.
    template <class Cache> bool string(QString &out, Cache &cache)
    {
        const char *const start = ++m_at;
        const char *const stop = endOfPlain(start);
        if (stop == m_end || *stop != '"')
            return decodedString(out);
        m_at = stop + 1;
        const qsizetype length = stop - start;
        out = length > 0 && length <= Cache::longest ? cache.text(start, length, m_end)
                                                     : stringFromAscii({ start, stop });
        return true;
    }
    /// The same; \a expected is what it most likely says, and then shared.
    template <class Cache> bool string(QString &out, Cache &cache, const QString &expected)
    {
        const char *const start = m_at + 1;
        const qsizetype length = expected.size();
        if (length > Cache::longest && m_end - start > length && start[length] == '"'
            && QLatin1StringView(start, length) == expected && endOfPlain(start) == start + length) {
            m_at = start + length + 1;
            out = expected;
            return true;
        }
        if (!string(out, cache))
            return false;
        if (out.constData() != expected.constData() && out == expected)
            out = expected;
        return true;
    }

    /// Goes behind the quoted string that begins here. Its escapes and its UTF-8 are not looked at.
    bool skipString()
    {
        for (++m_at;; m_at += 2) {
            m_at = endOfPlain(m_at);
            if (m_at < m_end && uchar(*m_at) >= 0x80)
                m_at = endOfRun(m_at);
            if (m_at < m_end && *m_at == '"') {
                ++m_at;
                return true;
            }
            if (m_end - m_at < 2 || *m_at != '\\')
                return false;
        }
    }

    /// The number that begins here: constructed in the raw memory \a out.
    bool number(void *out)
    {
        const ScannedNumber n = scanNumber(m_at, m_end);
        if (!n.end)
            return rareNumber(out);
        if (n.isInteger) {
            new (out) Value(Value::fromInteger(n.integer));
            if (m_findings)
                noteInteger(n.integer, m_at, n.end);
        } else {
            new (out) Value(n.number);
        }
        m_at = n.end;
        return true;
    }

    const char *m_begin;
    const char *m_at;
    const char *m_end;
    Findings *m_findings;
    const bool m_tolerant; ///< of strings that are not right
    Error m_error;
    TextPosition m_noted { 0, 1, 1 }; // of the last finding: the next one's lines are counted on from there
    TextPosition m_notedBeforeName { 0, 1, 1 };

private:
    // The first byte from \a at on that is a quote, a backslash, a control character or beyond ASCII.
    const char *endOfPlain(const char *at) const
    {
#ifdef __SSE2__
        const __m128i quote = _mm_set1_epi8('"');
        const __m128i backslash = _mm_set1_epi8('\\');
        const __m128i space = _mm_set1_epi8(' ');
        for (; m_end - at >= 16; at += 16) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
            const __m128i special = _mm_or_si128(_mm_cmplt_epi8(bytes, space), // as signed: beyond ASCII too
                _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, backslash)));
            if (const int found = _mm_movemask_epi8(special))
                return at + qCountTrailingZeroBits(quint32(found));
        }
#endif
        while (at < m_end && *at != '"' && *at != '\\' && uchar(*at) >= 0x20 && uchar(*at) < 0x80)
            ++at;
        return at;
    }
    const char *endOfRun(const char *at) const;

    bool decodedString(QString &out);
    bool escape();
    bool unicodeEscape();
    void keepBackslash(const QString &problem, qsizetype length);
    void decodeBrokenUtf8(const char *begin, const char *end);
    int unitAt(const char *backslash) const;
    bool rareNumber(void *out);
    void noteInteger(qint64 value, const char *begin, const char *end);
    void noteNumber(const Number &number, const char *begin);

    QVarLengthArray<char16_t, 256> m_decoded;
};

} // namespace rpc
