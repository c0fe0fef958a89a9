// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>

namespace antiphon {

/// Installs the translation for \a locale, of the program and of Qt. Nothing is installed for English, and for
/// languages that have none.
void installTranslations(const QLocale &locale);

} // namespace antiphon
