// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>

class QPalette;
class QWidget;

namespace antiphon::theme {

/// Colours that carry a meaning. Everything else comes from the palette.
enum class Meaning { Result, Error, Warning, Pending, Muted, Name, Text, Number, Keyword };

/// True when \a palette is light text on a dark ground.
bool isDark(const QPalette &palette);
/// At least 4.5:1 against the palette's base, in light and dark.
QColor color(Meaning meaning, const QPalette &palette);

/// For methods, values and bytes: the desktop's fixed-width font.
QFont fixedFont();
/// For the title of a page: 1.15 times the font, bold.
QFont titleFont(const QFont &base);

/// The grid, in device-independent pixels.
inline constexpr int between = 8; ///< related things
inline constexpr int betweenGroups = 16;
inline constexpr int margin = 12; ///< of a page

} // namespace antiphon::theme
