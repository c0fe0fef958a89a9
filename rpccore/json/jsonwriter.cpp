// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "jsonwriter.h"

#include "valuetext.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace rpc {

namespace {

constexpr int deepest = 10'000; // a bound on recursion; readers stop far below

// What stands in a string for each of the ASCII characters: 0 for the character itself, a letter for a backslash and
// that letter, 'u' for four digits.
constexpr auto escapes = [] {
    std::array<char, 128> table {};
    for (std::size_t c = 0; c < 0x20; ++c)
        table[c] = 'u';
    table['"'] = '"';
    table['\\'] = '\\';
    table['\n'] = 'n';
    table['\r'] = 'r';
    table['\t'] = 't';
    table['\b'] = 'b';
    table['\f'] = 'f';
    return table;
}();

class Writer
{
public:
    explicit Writer(const JsonWriter &options)
        : m_ascii(options.ascii)
        , m_indented(options.layout == JsonWriter::Layout::Indented)
        , m_notation(options.spelling == JsonWriter::Spelling::Notation)
    {
    }

    bool write(const Value &value, int depth)
    {
        if (depth > deepest)
            return refuse(QStringLiteral("nested deeper than %1 levels").arg(deepest));
        switch (value.type()) {
        case Type::Nil:
            return raw("null");
        case Type::Bool:
            return raw(*value.get<bool>() ? "true" : "false");
        case Type::Int32:
            return integer(*value.get<qint32>());
        case Type::Int64:
            return wide(*value.get<qint64>());
        case Type::Double:
            return number(*value.get<double>());
        case Type::Number:
            return decimal(*value.get<Number>());
        case Type::String:
            return string(*value.get<QString>());
        case Type::DateTime:
            if (m_notation)
                return spelled("$dateTime", value.get<DateTime>()->text(), true);
            return quoted(value.get<DateTime>()->isoText());
        case Type::Bytes:
            if (m_notation)
                return spelled("$bytes", value.get<QByteArray>()->toBase64(), true);
            return refuse(QStringLiteral("JSON has no type for bytes; give them as text, for example in base64"));
        case Type::Array:
            return array(*value.get<Array>(), depth);
        case Type::Struct:
            return structure(*value.get<Struct>(), depth);
        }
        Q_UNREACHABLE();
    }

    QByteArray takeText()
    {
        if (m_text.isNull())
            return QByteArray(m_small, m_at - m_small);
        m_text.resize(m_at - m_text.constData());
        m_text.squeeze();
        return std::move(m_text);
    }

    Error error;

private:
    // Room for that many bytes at m_at.
    void need(qsizetype bytes)
    {
        if (m_end - m_at < bytes)
            grow(bytes);
    }

    void grow(qsizetype bytes)
    {
        const bool wasSmall = m_text.isNull();
        const qsizetype used = m_at - (wasSmall ? m_small : m_text.constData());
        m_text.resize(used);
        m_text.resize(qMax<qsizetype>(2 * used, used + bytes));
        if (wasSmall)
            std::memcpy(m_text.data(), m_small, size_t(used));
        m_at = m_text.data() + used;
        m_end = m_text.data() + m_text.size();
    }

    bool raw(QByteArrayView text)
    {
        need(text.size());
        std::memcpy(m_at, text.data(), size_t(text.size()));
        m_at += text.size();
        return true;
    }

    bool quoted(QByteArrayView text)
    {
        raw("\"");
        raw(text);
        return raw("\"");
    }

    bool refuse(const QString &message)
    {
        error = Error::make(ErrorKind::NotExpressible, message);
        return false;
    }

    bool decimal(const Number &number)
    {
        if (m_notation && number.isDouble())
            return spelled("$double", number.literal(), true);
        return raw(number.literal());
    }

    bool spelled(QByteArrayView name, QByteArrayView text, bool quotes)
    {
        raw(m_indented ? "{ " : "{");
        quoted(name);
        raw(m_indented ? ": " : ":");
        if (quotes)
            quoted(text);
        else
            raw(text);
        return raw(m_indented ? " }" : "}");
    }

    bool integer(qint64 i)
    {
        need(24);
        m_at = std::to_chars(m_at, m_end, i).ptr;
        return true;
    }

    bool wide(qint64 i)
    {
        // Only where the digits alone would read back as another type.
        if (m_notation && i >= INT32_MIN && i <= INT32_MAX)
            return spelled("$int64", QByteArray::number(i), false);
        return integer(i);
    }

    bool number(double d)
    {
        if (std::isfinite(d)) {
            char text[32];
            return raw(QByteArrayView(text, shortestLiteral(d, text)));
        }
        if (m_notation)
            return spelled("$double", std::isnan(d) ? "nan" : d > 0 ? "inf" : "-inf", true);
        return refuse(QStringLiteral("JSON has no NaN and no infinity"));
    }

    void newLine(int depth)
    {
        if (!m_indented)
            return;
        need(1 + depth * 2);
        *m_at++ = '\n';
        std::memset(m_at, ' ', size_t(depth) * 2);
        m_at += depth * 2;
    }

    // A bracket or comma that something follows.
    void mark(char c, int depth)
    {
        need(1);
        *m_at++ = c;
        newLine(depth);
    }

    bool close(char bracket, int depth)
    {
        newLine(depth);
        need(1);
        *m_at++ = bracket;
        return true;
    }

    bool array(const Array &a, int depth)
    {
        if (a.isEmpty())
            return raw("[]");
        mark('[', depth + 1);
        for (qsizetype i = 0; i < a.size(); ++i) {
            if (i)
                mark(',', depth + 1);
            if (!write(a[i], depth + 1)) {
                error.path = error.path.below(Path().child(i));
                return false;
            }
        }
        return close(']', depth);
    }

    bool structure(const Struct &s, int depth)
    {
        if (!m_notation || !valuetext::needsEscape(s))
            return object(s, depth);
        mark('{', depth + 1);
        raw(m_indented ? "\"$struct\": " : "\"$struct\":");
        return object(s, depth + 1) && close('}', depth);
    }

    bool object(const Struct &s, int depth)
    {
        if (s.isEmpty())
            return raw("{}");
        char before = '{';
        for (const Member &m : s) {
            mark(before, depth + 1);
            before = ',';
            string(m.name);
            need(2);
            *m_at++ = ':';
            if (m_indented)
                *m_at++ = ' ';
            if (!write(m.value, depth + 1)) {
                error.path = error.path.below(Path().child(m.name));
                return false;
            }
        }
        return close('}', depth);
    }

    bool string(const QString &s)
    {
        constexpr qsizetype most = 6; // bytes for a unit, as \uXXXX
        constexpr qsizetype atOnce = 4096; // of a long string; of a short one, room is made once
        const auto *from = reinterpret_cast<const char16_t *>(s.constData());
        const auto *const end = from + s.size();
        need(2 + most * qMin<qsizetype>(atOnce, end - from));
        *m_at++ = '"';
        while (end - from > atOnce) {
            const bool splitsPair = QChar::isHighSurrogate(from[atOnce - 1]) && QChar::isLowSurrogate(from[atOnce]);
            const auto *const stop = from + atOnce - (splitsPair ? 1 : 0);
            units(from, stop);
            from = stop;
            need(2 + most * qMin<qsizetype>(atOnce, end - from));
        }
        units(from, end);
        *m_at++ = '"';
        return true;
    }

    // Room for six bytes a unit is there.
    void units(const char16_t *from, const char16_t *const end)
    {
        char *at = m_at;
        while (from < end) {
#ifdef __SSE2__
            if (end - from >= 8) {
                // Eight units as bytes: what has no byte becomes 0 or 255 and is found among the others that are not
                // plain.
                const __m128i wide = _mm_loadu_si128(reinterpret_cast<const __m128i *>(from));
                const __m128i bytes = _mm_packus_epi16(wide, wide);
                const __m128i special = _mm_or_si128(_mm_cmplt_epi8(bytes, _mm_set1_epi8(' ')), // as signed
                    _mm_or_si128(
                        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
                _mm_storel_epi64(reinterpret_cast<__m128i *>(at), bytes);
                const auto found = quint32(_mm_movemask_epi8(special));
                const auto plain = found ? qMin<qsizetype>(8, qCountTrailingZeroBits(found)) : 8;
                from += plain;
                at += plain;
                if (!found)
                    continue;
            }
#endif
            const char16_t c = *from++;
            if (c < 0x80) {
                const char escape = escapes[c];
                if (!escape) {
                    *at++ = char(c);
                } else if (escape == 'u') {
                    at = unicodeEscape(at, c);
                } else {
                    *at++ = '\\';
                    *at++ = escape;
                }
            } else if (m_ascii) {
                at = unicodeEscape(at, c);
            } else if (c < 0x800) {
                *at++ = char(0xc0 | c >> 6);
                *at++ = char(0x80 | (c & 0x3f));
            } else if (!QChar::isSurrogate(c)) {
                *at++ = char(0xe0 | c >> 12);
                *at++ = char(0x80 | (c >> 6 & 0x3f));
                *at++ = char(0x80 | (c & 0x3f));
            } else if (QChar::isHighSurrogate(c) && from < end && QChar::isLowSurrogate(*from)) {
                const char32_t character = QChar::surrogateToUcs4(c, *from++);
                *at++ = char(0xf0 | character >> 18);
                *at++ = char(0x80 | (character >> 12 & 0x3f));
                *at++ = char(0x80 | (character >> 6 & 0x3f));
                *at++ = char(0x80 | (character & 0x3f));
            } else {
                at = unicodeEscape(at, c); // half of a pair has no UTF-8
            }
        }
        m_at = at;
    }

    static char *unicodeEscape(char *at, char16_t c)
    {
        constexpr char digits[] = "0123456789abcdef";
        *at++ = '\\';
        *at++ = 'u';
        for (int shift = 12; shift >= 0; shift -= 4)
            *at++ = digits[c >> shift & 0xf];
        return at;
    }

    const bool m_ascii;
    const bool m_indented;
    const bool m_notation;
    char m_small[512]; // most messages need no more; then the text gets memory of its own once, of its size
    QByteArray m_text; // else this: larger than what is written so far
    char *m_at = m_small;
    char *m_end = m_small + sizeof m_small;
};

} // namespace

Result<QByteArray> JsonWriter::write(const Value &value) const
{
    Writer writer(*this);
    if (!writer.write(value, 0))
        return std::move(writer.error);
    return writer.takeText();
}

} // namespace rpc
