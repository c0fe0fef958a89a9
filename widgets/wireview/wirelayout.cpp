// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "wirelayout.h"

#include <algorithm>
#include <utility>

namespace antiphon {

namespace {

constexpr qsizetype hexRow = 16;

// Bytes of the UTF-8 character at \a at, 0 when there is none.
int characterLength(const QByteArray &bytes, qsizetype at, qsizetype end)
{
    const auto first = uchar(bytes[at]);
    if (first < 0x80)
        return 1;
    const int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    if (length == 0 || at + length > end)
        return 0;
    return QByteArrayView(bytes).sliced(at, length).isValidUtf8() ? length : 0;
}

// Columns that the character at \a at takes, as rowText() paints it.
int paintedWidth(const QByteArray &bytes, qsizetype at, int length, bool pictures)
{
    const auto byte = uchar(bytes[at]);
    const bool control = (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f;
    if (length == 0 || (control && !pictures))
        return 4; // \xNN
    if (bytes[at] == '\t')
        return 2;
    // From three bytes on (U+0800) a character may be twice as wide in a fixed-width font.
    return length >= 3 ? 2 : 1;
}

QString controlText(uchar byte, bool pictures)
{
    if (pictures)
        return QChar(byte == 0x7f ? u'\u2421' : char16_t(0x2400 + byte));
    if (byte == '\r')
        return QStringLiteral("\u2190");
    if (byte == '\n')
        return QStringLiteral("\u21b5");
    return QStringLiteral("\\x%1").arg(byte, 2, 16, QLatin1Char('0'));
}

} // namespace

void WireLayout::setControlPictures(bool on)
{
    if (on == m_pictures)
        return;
    m_pictures = on;
    breakText();
}

void WireLayout::setBytes(const QByteArray &bytes)
{
    m_bytes = bytes;
    breakText();
}

void WireLayout::setMode(Mode mode, int columns)
{
    columns = qMax(columns, 20);
    const bool rebreak = mode == Mode::Text && columns != m_columns;
    m_mode = mode;
    if (mode == Mode::Text)
        m_columns = columns;
    if (rebreak)
        breakText();
}

void WireLayout::breakText()
{
    m_starts.clear();
    qsizetype start = 0;
    int column = 0;
    for (qsizetype at = 0; at < m_bytes.size();) {
        if (at == start && column == 0)
            m_starts.append(start);
        const int length = characterLength(m_bytes, at, m_bytes.size());
        const bool lineEnd = m_bytes[at] == '\n';
        const int width = paintedWidth(m_bytes, at, length, m_pictures);
        if (column > 0 && column + width > m_columns) { // does not fit: the next row begins with it
            start = at;
            column = 0;
            m_starts.append(start);
        }
        at += qMax(1, length);
        column += width;
        if (lineEnd) {
            start = at;
            column = 0;
        }
    }
}

qsizetype WireLayout::rowCount() const noexcept
{
    return m_mode == Mode::Hex ? (m_bytes.size() + hexRow - 1) / hexRow : m_starts.size();
}

qsizetype WireLayout::rowStart(qsizetype row) const
{
    if (m_mode == Mode::Hex)
        return qMin(row * hexRow, m_bytes.size());
    return row < m_starts.size() ? m_starts[row] : m_bytes.size();
}

qsizetype WireLayout::rowAt(qsizetype offset) const
{
    if (m_mode == Mode::Hex)
        return offset / hexRow;
    const auto after = std::upper_bound(m_starts.begin(), m_starts.end(), offset);
    return qMax<qsizetype>(0, after - m_starts.begin() - 1);
}

QString WireLayout::rowText(qsizetype row) const
{
    const qsizetype start = rowStart(row);
    const qsizetype end = rowStart(row + 1);
    if (m_mode == Mode::Hex) {
        QString text = QStringLiteral("%1  ").arg(start, 8, 16, QLatin1Char('0'));
        QString ascii;
        for (qsizetype i = start; i < start + hexRow; ++i) {
            if (i % hexRow == 8)
                text += u' ';
            if (i >= end) {
                text += u"   ";
                continue;
            }
            const auto byte = uchar(m_bytes[i]);
            text += QString::number(byte, 16).rightJustified(2, u'0') % u' ';
            ascii += byte >= 0x20 && byte < 0x7f ? QChar(char16_t(byte)) : QChar(u'·');
        }
        return text % u' ' % ascii;
    }
    return textOf(start, end);
}

// The bytes of one row, or of a part of it that begins with a character.
QString WireLayout::textOf(qsizetype begin, qsizetype end) const
{
    QString text;
    for (qsizetype at = begin; at < end;) {
        const int length = characterLength(m_bytes, at, end);
        const auto byte = uchar(m_bytes[at]);
        if (length == 0)
            text += QStringLiteral("\\x%1").arg(byte, 2, 16, QLatin1Char('0'));
        else if (byte == '\t')
            text += u"  ";
        else if (byte < 0x20 || byte == 0x7f)
            text += controlText(byte, m_pictures);
        else
            text += QString::fromUtf8(m_bytes.constData() + at, length);
        at += qMax(1, length);
    }
    return text;
}

WireLayout::Part WireLayout::partOf(qsizetype row, qsizetype begin, qsizetype end) const
{
    const qsizetype start = rowStart(row);
    const qsizetype stop = rowStart(row + 1);
    begin = qMax(begin, start);
    end = qMin(end, stop);
    if (begin >= end)
        return {};
    if (m_mode == Mode::Hex) {
        // "%08x  " and then three characters a byte, with one more blank in the middle
        const auto column = [start](qsizetype at) { return 10 + 3 * (at - start) + (at - start >= 8 ? 1 : 0); };
        return { column(begin), column(end - 1) + 2 - column(begin) };
    }
    // A place inside a character means all of it.
    const auto characterAt = [this, start, stop](qsizetype at) {
        qsizetype first = at;
        while (first > start && at - first < 3 && (uchar(m_bytes[first]) & 0xc0) == 0x80)
            --first;
        const qsizetype after = first + characterLength(m_bytes, first, stop);
        return after > at ? std::pair(first, after) : std::pair(at, at + 1);
    };
    begin = characterAt(begin).first;
    end = characterAt(end - 1).second;
    return { textOf(start, begin).size(), textOf(begin, end).size() };
}

} // namespace antiphon
