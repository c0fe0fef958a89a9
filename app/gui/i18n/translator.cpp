// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "translator.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QTranslator>

namespace antiphon {

void installTranslations(const QLocale &locale)
{
    const auto install = [](const QString &name, const QString &folder, const QLocale &language) {
        auto *translator = new QTranslator(QCoreApplication::instance());
        if (translator->load(language, name, QStringLiteral("_"), folder))
            return QCoreApplication::installTranslator(translator);
        delete translator;
        return false;
    };
    install(QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath), locale);
    const QString own = QStringLiteral(":/i18n");
    if (!install(QStringLiteral("antiphon"), own, locale))
        install(QStringLiteral("antiphon"), own, QLocale(QLocale::English));
}

} // namespace antiphon
