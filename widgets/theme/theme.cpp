// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "theme.h"

#include <QFontDatabase>
#include <QPalette>

namespace antiphon::theme {

bool isDark(const QPalette &palette)
{
    return palette.color(QPalette::Base).lightnessF() < palette.color(QPalette::Text).lightnessF();
}

QColor color(Meaning meaning, const QPalette &palette)
{
    const bool dark = isDark(palette);
    switch (meaning) {
    case Meaning::Result:
        return dark ? QColor(0x6f, 0xd0, 0x8c) : QColor(0x1a, 0x71, 0x3a);
    case Meaning::Error:
        return dark ? QColor(0xff, 0x8d, 0x85) : QColor(0xb4, 0x23, 0x18);
    case Meaning::Warning:
        return dark ? QColor(0xe9, 0xb9, 0x49) : QColor(0x8a, 0x55, 0x00);
    case Meaning::Pending:
        return dark ? QColor(0x7f, 0xb4, 0xff) : QColor(0x1d, 0x5f, 0xbf);
    case Meaning::Muted:
        return dark ? QColor(0xa3, 0xa8, 0xb0) : QColor(0x5f, 0x66, 0x70);
    case Meaning::Name:
        return dark ? QColor(0x8f, 0xc7, 0xff) : QColor(0x0b, 0x4f, 0x9e);
    case Meaning::Text:
        return dark ? QColor(0xa5, 0xd6, 0x9b) : QColor(0x2a, 0x6b, 0x1f);
    case Meaning::Number:
        return dark ? QColor(0xf0, 0xb2, 0x7a) : QColor(0x95, 0x4a, 0x0a);
    case Meaning::Keyword:
        return dark ? QColor(0xd3, 0xa6, 0xff) : QColor(0x74, 0x36, 0xb0);
    }
    Q_UNREACHABLE();
}

QFont fixedFont() { return QFontDatabase::systemFont(QFontDatabase::FixedFont); }

QFont titleFont(const QFont &base)
{
    QFont font = base;
    font.setPointSizeF(base.pointSizeF() * 1.15);
    font.setBold(true);
    return font;
}

} // namespace antiphon::theme
