// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "tolerantdecoder.h"

#include <rpccore/value/utf8.h>

namespace rpc {

namespace {

// "U+0001"
QString codePoint(char32_t c) { return u"U+" % QString::number(c, 16).toUpper().rightJustified(4, u'0'); }

bool isXmlCharacter(char32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe)
        || (c >= 0x10000 && c <= 0x10ffff);
}

} // namespace

TolerantDecoder::TolerantDecoder(const QByteArray &xml, XmlEncoding encoding, std::vector<TolerantNote> &notes)
    : m_xml(xml)
    , m_notes(notes)
    , m_isSingleByte(encoding == XmlEncoding::Latin1 || encoding == XmlEncoding::Ascii)
    , m_hasTable(fillEncodingTable(encoding, m_table))
{
}

void TolerantDecoder::note(Rule rule, const QString &message, qint64 begin, qint64 length)
{
    if (m_notes.size() < std::size_t(mostFindings))
        m_notes.push_back({ rule, message, begin, length });
}

QString TolerantDecoder::text(qsizetype begin, qsizetype end, bool isVerbatim)
{
    QString text = QString(QLatin1String(""));
    for (qsizetype at = begin; at < end;) {
        const char c = m_xml[at];
        if (c == '&' && !isVerbatim) {
            at = entity(at, end, text);
        } else if (c == '\r') { // XML 1.0 section 2.11
            text += u'\n';
            at += at + 1 < end && m_xml[at + 1] == '\n' ? 2 : 1;
        } else if (uchar(c) < 0x80) {
            if (!isXmlCharacter(uchar(c)))
                note(Rule::XmlCharacter,
                    QStringLiteral("The character %1 has no place in XML.").arg(codePoint(uchar(c))), at, 1);
            text += QLatin1Char(c);
            ++at;
        } else {
            at = beyondAscii(at, end, text);
        }
    }
    return text;
}

qsizetype TolerantDecoder::beyondAscii(qsizetype at, qsizetype end, QString &text)
{
    const auto byte = uchar(m_xml[at]);
    if (m_hasTable && m_table[byte] >= 0) {
        text += QString::fromUcs4(reinterpret_cast<const char32_t *>(&m_table[byte]), 1);
        return at + 1;
    }
    if (m_isSingleByte) {
        text += QChar(char16_t(byte));
        return at + 1;
    }
    const qsizetype length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    char16_t units[2];
    const char *const from = m_xml.constData() + at;
    const char16_t *const last = length <= end - at ? decodeUtf8(from, from + length, units) : nullptr;
    if (last) {
        text.append(reinterpret_cast<const QChar *>(units), last - units);
        return at + length;
    }
    note(Rule::XmlCharacter, QStringLiteral("The byte 0x%1 is no UTF-8.").arg(byte, 2, 16, QLatin1Char('0')), at, 1);
    text += QChar::ReplacementCharacter;
    return at + 1;
}

// The reference that begins at \a at; where the text goes on.
qsizetype TolerantDecoder::entity(qsizetype at, qsizetype end, QString &text)
{
    constexpr qsizetype longest = 12;
    const QByteArrayView window = QByteArrayView(m_xml).sliced(at, qMin(longest, end - at));
    const qsizetype semicolon = window.indexOf(';');
    const QByteArrayView name = semicolon > 0 ? window.sliced(1, semicolon - 1) : QByteArrayView();
    static constexpr std::pair<const char *, char> known[]
        = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' } };
    for (const auto &[spelling, meaning] : known) {
        if (name == spelling) {
            text += QLatin1Char(meaning);
            return at + semicolon + 1;
        }
    }
    if (name.startsWith('#') && name.size() > 1) {
        bool ok = false;
        const bool isHex = name[1] == 'x';
        const char32_t c = name.sliced(isHex ? 2 : 1).toByteArray().toUInt(&ok, isHex ? 16 : 10);
        if (ok && c <= 0x10ffff && !QChar::isSurrogate(c)) {
            if (!isXmlCharacter(c))
                note(Rule::XmlCharacter, QStringLiteral("The character %1 has no place in XML.").arg(codePoint(c)), at,
                    semicolon + 1);
            text += QString::fromUcs4(&c, 1);
            return at + semicolon + 1;
        }
    }
    note(Rule::XmlEntity,
        name.isEmpty() ? QStringLiteral("An ampersand begins no entity here.")
                       : QStringLiteral("\"&%1;\" is no entity of XML.").arg(QString::fromUtf8(name)),
        at, name.isEmpty() ? 1 : semicolon + 1);
    text += u'&';
    return at + 1;
}

} // namespace rpc
