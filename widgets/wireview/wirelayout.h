// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QList>
#include <QString>

namespace antiphon {

/// How bytes are broken into rows, for display only: nothing is changed, every byte belongs to exactly one row. As text
/// a row ends after a line feed, or after `columns` characters; as hex it holds 16 bytes.
class WireLayout
{
public:
    enum class Mode { Text, Hex };

    void setBytes(const QByteArray &bytes);
    void setMode(Mode mode, int columns);
    /// Whether the font has the pictures of control characters (U+2400 and on; ␍␊). Without them CR and LF are painted
    /// as arrows, the others as \xNN.
    void setControlPictures(bool on);

    Mode mode() const noexcept { return m_mode; }
    const QByteArray &bytes() const noexcept { return m_bytes; }
    qsizetype rowCount() const noexcept;
    /// Offset of the first byte of a row; the size of all for the row after the last.
    qsizetype rowStart(qsizetype row) const;
    qsizetype rowAt(qsizetype offset) const;
    /// What to paint. As text: control characters as pictures, bytes that are no UTF-8 as \xNN.
    QString rowText(qsizetype row) const;

    /// A part of what rowText() gives, in its characters.
    struct Part
    {
        qsizetype begin = 0;
        qsizetype length = 0; ///< 0 = nothing of it stands in the row
    };
    /// Where the bytes from offset \a begin up to \a end stand in a row; as hex, their digits.
    Part partOf(qsizetype row, qsizetype begin, qsizetype end) const;

private:
    void breakText();
    QString textOf(qsizetype begin, qsizetype end) const;

    QByteArray m_bytes;
    Mode m_mode = Mode::Text;
    int m_columns = 120;
    bool m_pictures = true;
    QList<qsizetype> m_starts; // of text rows
};

} // namespace antiphon
