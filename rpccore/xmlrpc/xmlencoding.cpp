// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlencoding.h"

#include <rpccore/core/textposition.h>

namespace rpc {

namespace {

constexpr int undefinedByte = -1;

// What Windows-1252 has where ISO-8859-1 has control characters. Five bytes mean nothing.
constexpr int windows1252[32] = { 0x20ac, undefinedByte, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030,
    0x0160, 0x2039, 0x0152, undefinedByte, 0x017d, undefinedByte, undefinedByte, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, undefinedByte, 0x017e, 0x0178 };

// Where ISO-8859-15 differs from ISO-8859-1.
constexpr struct
{
    int byte;
    int character;
} latin9[] = { { 0xa4, 0x20ac }, { 0xa6, 0x0160 }, { 0xa8, 0x0161 }, { 0xb4, 0x017d }, { 0xb8, 0x017e },
    { 0xbc, 0x0152 }, { 0xbd, 0x0153 }, { 0xbe, 0x0178 } };

bool isUtf16(XmlEncoding e)
{
    return e == XmlEncoding::Utf16 || e == XmlEncoding::Utf16LE || e == XmlEncoding::Utf16BE;
}

} // namespace

XmlEncoding xmlEncodingByName(QByteArrayView name)
{
    if (name.size() > 40)
        return XmlEncoding::Unknown;
    QByteArray key;
    for (const char c : name) {
        if (c != '-' && c != '_')
            key += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    }
    static constexpr struct
    {
        const char *key;
        XmlEncoding encoding;
    } known[] = { { "utf8", XmlEncoding::Utf8 }, { "utf16", XmlEncoding::Utf16 }, { "utf16le", XmlEncoding::Utf16LE },
        { "utf16be", XmlEncoding::Utf16BE }, { "iso88591", XmlEncoding::Latin1 }, { "latin1", XmlEncoding::Latin1 },
        { "usascii", XmlEncoding::Ascii }, { "ascii", XmlEncoding::Ascii }, { "iso885915", XmlEncoding::Latin9 },
        { "latin9", XmlEncoding::Latin9 }, { "windows1252", XmlEncoding::Windows1252 },
        { "cp1252", XmlEncoding::Windows1252 } };
    for (const auto &k : known) {
        if (key == k.key)
            return k.encoding;
    }
    return XmlEncoding::Unknown;
}

const char *xmlEncodingName(XmlEncoding encoding)
{
    static constexpr const char *names[] = { nullptr, "UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "ISO-8859-1",
        "US-ASCII", "ISO-8859-15", "windows-1252" };
    return names[int(encoding)];
}

bool isSameEncoding(XmlEncoding a, XmlEncoding b) { return a == b || (isUtf16(a) && isUtf16(b)); }

XmlEncoding xmlEncodingByBytes(QByteArrayView xml, qsizetype &length)
{
    if (xml.startsWith("\xef\xbb\xbf")) {
        length = 3;
        return XmlEncoding::Utf8;
    }
    length = 2;
    if (xml.startsWith("\xff\xfe"))
        return XmlEncoding::Utf16LE;
    if (xml.startsWith("\xfe\xff"))
        return XmlEncoding::Utf16BE;
    length = 0;
    if (xml.startsWith(QByteArrayView("<\0", 2)))
        return XmlEncoding::Utf16LE;
    if (xml.startsWith(QByteArrayView("\0<", 2)))
        return XmlEncoding::Utf16BE;
    return XmlEncoding::Unknown;
}

qsizetype skipSpaceBeforeDeclaration(QByteArrayView xml, qsizetype from, XmlEncoding encoding)
{
    const int unit = isUtf16(encoding) ? 2 : 1;
    const int low = encoding == XmlEncoding::Utf16BE ? 1 : 0;
    const auto character = [&](qsizetype at) {
        if (at + unit > xml.size())
            return '\0';
        return unit == 2 && xml[at + 1 - low] != '\0' ? '\0' : xml[at + low];
    };
    qsizetype at = from;
    for (char c = character(at); c == ' ' || c == '\t' || c == '\n' || c == '\r'; c = character(at))
        at += unit;
    for (int i = 0; i < 5; ++i) {
        if (character(at + i * unit) != "<?xml"[i])
            return from; // without a declaration, XML allows white space here
    }
    return at;
}

bool fillEncodingTable(XmlEncoding encoding, int (&table)[256])
{
    if (encoding != XmlEncoding::Latin9 && encoding != XmlEncoding::Windows1252)
        return false;
    for (int i = 0; i < 256; ++i)
        table[i] = i;
    if (encoding == XmlEncoding::Windows1252) {
        for (int i = 0; i < 32; ++i)
            table[0x80 + i] = windows1252[i];
    } else {
        for (const auto &difference : latin9)
            table[difference.byte] = difference.character;
    }
    return true;
}

XmlPositions::XmlPositions(QByteArrayView xml, XmlEncoding encoding)
    : m_xml(xml)
    , m_utf8(encoding == XmlEncoding::Utf8 || encoding == XmlEncoding::Unknown)
{
    const auto byte = [xml](int i) { return xml.size() > i ? xml[i] : ' '; };
    const bool littleEndian = byte(1) == '\0' || byte(0) == '\xff';
    if (isUtf16(encoding) || (m_utf8 && (byte(0) == '\0' || byte(1) == '\0'))) {
        m_unit = 2;
        m_low = encoding == XmlEncoding::Utf16LE || (encoding != XmlEncoding::Utf16BE && littleEndian) ? 0 : 1;
    }
}

TextPosition XmlPositions::at(qint64 offset)
{
    offset = qBound<qint64>(0, offset, m_xml.size());
    if (offset < m_last.offset)
        m_last = { 0, 1, 1 };
    if (m_unit == 1 && m_utf8)
        return m_last = positionAt(m_xml, offset, m_last);
    const auto unitAt = [this](qint64 at) {
        if (at + m_unit > m_xml.size())
            return 0;
        return m_unit == 1 ? int(uchar(m_xml[at]))
                           : int(uchar(m_xml[at + m_low])) | int(uchar(m_xml[at + 1 - m_low])) << 8;
    };
    TextPosition p = m_last;
    for (; p.offset < offset; p.offset += m_unit) {
        const int c = unitAt(p.offset);
        if (c == '\n' || (c == '\r' && unitAt(p.offset + m_unit) != '\n')) {
            ++p.line;
            p.column = 1;
        } else if (c < 0xdc00 || c > 0xdfff) { // the second half of a pair belongs to the first
            ++p.column;
        }
    }
    return m_last = p;
}

} // namespace rpc
