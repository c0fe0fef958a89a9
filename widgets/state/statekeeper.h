// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QString>

class QHeaderView;
class QMainWindow;
class QSettings;
class QSplitter;

namespace antiphon {

/// Keeps sizes and places over restarts: windows with their docks, splitters, headers; each under a name. What cannot
/// be restored (another screen, a newer layout) is left as it is.
class StateKeeper
{
public:
    explicit StateKeeper(QSettings &settings)
        : m_settings(settings)
    {
    }

    void save(const QString &name, const QMainWindow &window);
    bool restore(const QString &name, QMainWindow &window);
    void save(const QString &name, const QSplitter &splitter);
    bool restore(const QString &name, QSplitter &splitter);
    void save(const QString &name, const QHeaderView &header);
    bool restore(const QString &name, QHeaderView &header);

private:
    QByteArray value(const QString &name, const char *part) const;
    void setValue(const QString &name, const char *part, const QByteArray &value);

    QSettings &m_settings;
};

} // namespace antiphon
