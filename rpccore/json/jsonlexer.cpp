// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "jsonlexer.h"

#include <cmath>

namespace rpc {

bool JsonLexer::fail(ErrorKind kind, const QString &message)
{
    m_error = Error::make(kind, message);
    m_error.position = positionAt(QByteArrayView(m_begin, m_end), offset());
    return false;
}

QString JsonLexer::here() const
{
    if (m_at >= m_end)
        return QStringLiteral("the end of the text");
    const auto c = uchar(*m_at);
    if (c < 0x20 || c == 0x7f)
        return QStringLiteral("the control character U+%1")
            .arg(QString::number(c, 16).toUpper().rightJustified(4, u'0'));
    const auto length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    return u'"' % QString::fromUtf8(m_at, qMin<qsizetype>(length, m_end - m_at)) % u'"';
}

void JsonLexer::note(Rule rule, const QString &message, const char *begin, const char *end)
{
    if (!m_findings || m_findings->size() >= mostFindings)
        return;
    const qint64 at = begin - m_begin;
    if (at < m_noted.offset) // of a name, after something inside it
        m_noted = m_notedBeforeName;
    m_noted = positionAt(QByteArrayView(m_begin, m_end), at, m_noted);
    rpc::note(m_findings, rule, message, m_noted, end - begin);
}

bool JsonLexer::checkEncoding()
{
    const auto byte = [this](int i) { return m_end - m_begin > i ? uchar(m_begin[i]) : 0x20; };
    if (byte(0) == 0xef && byte(1) == 0xbb && byte(2) == 0xbf) {
        m_at += 3;
        note(Rule::JsonByteOrderMark, QStringLiteral("The text begins with a byte order mark."), m_begin, m_at);
    } else if ((byte(0) == 0xff && byte(1) == 0xfe) || (byte(0) == 0xfe && byte(1) == 0xff) || byte(0) == 0
        || byte(1) == 0) {
        return fail(
            QStringLiteral("JSON is exchanged in UTF-8 (RFC 8259 section 8.1); this looks like UTF-16 or UTF-32"));
    }
    return true;
}

const char *JsonLexer::endOfRun(const char *at) const
{
    for (;;) {
        at = endOfPlain(at);
        if (at == m_end || uchar(*at) < 0x80)
            return at;
        do
            ++at;
        while (at < m_end && uchar(*at) >= 0x80);
    }
}

// A string with an escape or a character beyond ASCII in it, or one that is none. We stand behind its quote.
bool JsonLexer::decodedString(QString &out)
{
    m_decoded.clear();
    for (;;) {
        const char *const start = m_at;
        m_at = endOfRun(start);
        if (m_at != start) {
            const qsizetype size = m_decoded.size();
            m_decoded.resize(size + (m_at - start));
            const char16_t *const end = decodeUtf8(start, m_at, m_decoded.data() + size);
            if (!end && !m_tolerant) {
                m_at = start;
                return fail(QStringLiteral("the string is not valid UTF-8"));
            }
            m_decoded.resize(end ? end - m_decoded.constData() : size);
            if (!end)
                decodeBrokenUtf8(start, m_at);
        }
        if (m_at >= m_end && !m_tolerant)
            return fail(QStringLiteral("the string is not closed"));
        if (m_at >= m_end)
            break; // the reader says that the text breaks off
        if (*m_at == '"') {
            ++m_at;
            break;
        }
        if (*m_at != '\\' && !m_tolerant)
            return fail(QStringLiteral("%1 must be escaped inside a string").arg(here()));
        if (*m_at != '\\') {
            note(Rule::JsonControlCharacter, QStringLiteral("The string holds %1 as it is.").arg(here()), m_at,
                m_at + 1);
            m_decoded.append(uchar(*m_at++));
        } else if (!escape()) {
            return false;
        }
    }
    out = m_decoded.isEmpty() ? QString(QLatin1String(""))
                              : QString(reinterpret_cast<const QChar *>(m_decoded.constData()), m_decoded.size());
    return true;
}

// Appends what is UTF-8 of a run of characters, and U+FFFD for what is not.
void JsonLexer::decodeBrokenUtf8(const char *begin, const char *end)
{
    for (const char *at = begin; at < end;) {
        const auto lead = uchar(*at);
        const qsizetype length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        char16_t units[2];
        const char16_t *const last = length <= end - at ? decodeUtf8(at, at + length, units) : nullptr;
        if (last) {
            m_decoded.append(units, last - units);
            at += length;
            continue;
        }
        note(Rule::JsonInvalidUtf8, QStringLiteral("The byte 0x%1 is no UTF-8.").arg(lead, 2, 16, QLatin1Char('0')), at,
            at + 1);
        m_decoded.append(QChar::ReplacementCharacter);
        ++at;
    }
}

// What begins with a backslash and is no escape sequence: its characters are what they are.
void JsonLexer::keepBackslash(const QString &problem, qsizetype length)
{
    note(Rule::JsonEscape, problem, m_at, m_at + qMin<qsizetype>(length, m_end - m_at));
    m_decoded.append(u'\\');
    ++m_at;
}

bool JsonLexer::escape()
{
    if (m_end - m_at < 2 && m_tolerant) {
        keepBackslash(QStringLiteral("Nothing follows the backslash."), 1);
        return true;
    }
    if (m_end - m_at < 2)
        return fail(QStringLiteral("the string is not closed"));
    const char c = m_at[1];
    char16_t meaning = 0;
    switch (c) {
    case '"':
    case '\\':
    case '/':
        meaning = char16_t(c);
        break;
    case 'b':
        meaning = '\b';
        break;
    case 'f':
        meaning = '\f';
        break;
    case 'n':
        meaning = '\n';
        break;
    case 'r':
        meaning = '\r';
        break;
    case 't':
        meaning = '\t';
        break;
    case 'u':
        return unicodeEscape();
    default: {
        const QString shown = uchar(c) > 0x20 && uchar(c) < 0x7f
            ? QString(u'\\' % QLatin1Char(c))
            : QStringLiteral("\\ and the byte 0x%1").arg(uchar(c), 2, 16, QLatin1Char('0'));
        if (m_tolerant) {
            keepBackslash(QStringLiteral("\"%1\" is no escape sequence of JSON.").arg(shown), 2);
            return true;
        }
        return fail(QStringLiteral("\"%1\" is no escape sequence of JSON").arg(shown));
    }
    }
    m_decoded.append(meaning);
    m_at += 2;
    return true;
}

// The unit that the six bytes of an escape spell, or -1.
int JsonLexer::unitAt(const char *backslash) const
{
    if (m_end - backslash < 6 || backslash[0] != '\\' || backslash[1] != 'u')
        return -1;
    int unit = 0;
    for (int i = 2; i < 6; ++i) {
        const char c = backslash[i];
        const int letter = (c | 0x20) - 'a';
        if (c >= '0' && c <= '9')
            unit = unit << 4 | (c - '0');
        else if (letter >= 0 && letter < 6)
            unit = unit << 4 | (letter + 10);
        else
            return -1;
    }
    return unit;
}

bool JsonLexer::unicodeEscape()
{
    const int unit = unitAt(m_at);
    if (unit < 0 && m_tolerant) {
        keepBackslash(QStringLiteral("\\u needs four hexadecimal digits."), 2);
        return true;
    }
    if (unit < 0)
        return fail(QStringLiteral("\\u needs four hexadecimal digits"));
    m_decoded.append(char16_t(unit));
    if (QChar::isHighSurrogate(char32_t(unit))) {
        if (const int low = unitAt(m_at + 6); low >= 0 && QChar::isLowSurrogate(char32_t(low))) {
            m_decoded.append(char16_t(low));
            m_at += 12;
            return true;
        }
    }
    if (m_findings && QChar::isSurrogate(char32_t(unit)))
        note(Rule::JsonLoneSurrogate,
            QStringLiteral("%1 is half of a surrogate pair; the other half is missing.")
                .arg(QLatin1StringView(m_at, 6)),
            m_at, m_at + 6);
    else if (m_findings && unit == 0)
        note(Rule::JsonNulCharacter, QStringLiteral("The string holds U+0000."), m_at, m_at + 6);
    m_at += 6;
    return true;
}

bool JsonLexer::rareNumber(void *out)
{
    const QByteArrayView rest(m_at, m_end);
    const qsizetype length = numberLiteralLength(rest);
    if (length == 0) {
        const bool looksLikeNumber = *m_at == '-' || *m_at == '+' || *m_at == '.' || (*m_at >= '0' && *m_at <= '9');
        return fail(looksLikeNumber ? QStringLiteral("this is no JSON number")
                                    : QStringLiteral("expected a value, found %1").arg(here()));
    }
    if (length < rest.size()) {
        const char next = rest[length];
        if ((next >= '0' && next <= '9') || next == '.' || next == '+' || next == '-' || next == 'e' || next == 'E')
            return fail(QStringLiteral("this is no JSON number"));
    }
    auto *const value = new (out) Value(Value::fromLiteral(rest.first(length)));
    const char *const begin = m_at;
    m_at += length;
    if (m_findings) {
        if (const auto *number = value->get<Number>())
            noteNumber(*number, begin);
        else if (const auto *integer = value->get<qint64>())
            noteInteger(*integer, begin, m_at);
    }
    return true;
}

void JsonLexer::noteInteger(qint64 value, const char *begin, const char *end)
{
    constexpr qint64 largest = 1LL << 53;
    if (value > largest || value < -largest)
        note(Rule::JsonIntegerBeyondDouble, QStringLiteral("The integer %1 lies beyond 2^53.").arg(value), begin, end);
}

void JsonLexer::noteNumber(const Number &number, const char *begin)
{
    const double d = number.toDouble();
    const QByteArray &literal = number.literal();
    const auto exponent = std::find_if(literal.begin(), literal.end(), [](char c) { return (c | 0x20) == 'e'; });
    const bool zero = std::none_of(literal.begin(), exponent, [](char c) { return c >= '1' && c <= '9'; });
    const QString shown = QLatin1StringView(literal.first(qMin<qsizetype>(literal.size(), 40)))
        % QLatin1StringView(literal.size() > 40 ? "..." : "");
    if (std::isinf(d))
        note(Rule::JsonNumberBeyondDouble, QStringLiteral("The number %1 is too large for a double.").arg(shown), begin,
            m_at);
    else if (d == 0 && !zero)
        note(Rule::JsonNumberBeyondDouble, QStringLiteral("The number %1 is too small for a double.").arg(shown), begin,
            m_at);
    else if (number.isIntegerLiteral() && std::abs(d) > 0x1p53)
        note(Rule::JsonIntegerBeyondDouble, QStringLiteral("The integer %1 lies beyond 2^53.").arg(shown), begin, m_at);
}

} // namespace rpc
