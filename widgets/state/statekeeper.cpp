// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "statekeeper.h"

#include <QHeaderView>
#include <QMainWindow>
#include <QSettings>
#include <QSplitter>

namespace antiphon {

namespace {
constexpr int layoutVersion = 1; // raised when docks or toolbars change their names
}

QByteArray StateKeeper::value(const QString &name, const char *part) const
{
    return m_settings.value(QStringLiteral("layout/") % name % u'/' % QLatin1StringView(part)).toByteArray();
}

void StateKeeper::setValue(const QString &name, const char *part, const QByteArray &value)
{
    m_settings.setValue(QStringLiteral("layout/") % name % u'/' % QLatin1StringView(part), value);
}

void StateKeeper::save(const QString &name, const QMainWindow &window)
{
    setValue(name, "geometry", window.saveGeometry());
    setValue(name, "state", window.saveState(layoutVersion));
}

bool StateKeeper::restore(const QString &name, QMainWindow &window)
{
    const QByteArray geometry = value(name, "geometry");
    if (geometry.isEmpty())
        return false;
    return window.restoreGeometry(geometry) && window.restoreState(value(name, "state"), layoutVersion);
}

void StateKeeper::save(const QString &name, const QSplitter &splitter)
{
    setValue(name, "state", splitter.saveState());
}

bool StateKeeper::restore(const QString &name, QSplitter &splitter)
{
    const QByteArray state = value(name, "state");
    return !state.isEmpty() && splitter.restoreState(state);
}

void StateKeeper::save(const QString &name, const QHeaderView &header) { setValue(name, "header", header.saveState()); }

bool StateKeeper::restore(const QString &name, QHeaderView &header)
{
    const QByteArray state = value(name, "header");
    return !state.isEmpty() && header.restoreState(state);
}

} // namespace antiphon
