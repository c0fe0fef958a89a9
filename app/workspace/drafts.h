// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QObject>
#include <QString>
#include <QTimer>
#include <QUrl>

namespace antiphon {

/// What somebody typed as params, by endpoint and method, kept across restarts and crashes: every change is on disk
/// within a fraction of a second, written beside the old file and put in its place. A file that cannot be read is set
/// aside, never overwritten. It holds no secrets of addresses: neither user and password nor the arguments of a
/// program, of which it has a hash.
class Drafts : public QObject
{
    Q_OBJECT

public:
    /// \a fileName: empty = memory only.
    explicit Drafts(const QString &fileName, QObject *parent = nullptr);
    /// Writes what is not yet written.
    ~Drafts() override;

    /// Null when there is none.
    QString draft(const QUrl &endpoint, const QString &method) const;
    /// A null or empty text removes the draft.
    void setDraft(const QUrl &endpoint, const QString &method, const QString &text);

    /// Writes at once. False when that failed; failed() says why.
    bool flush();

Q_SIGNALS:
    /// The file could not be read or written; nothing is lost in memory.
    void failed(const QString &message);

private:
    void read();
    static QString key(const QUrl &endpoint, const QString &method);
    /// The key of what an earlier version wrote with the arguments of a program in it.
    static QString presentKey(const QString &written);

    QString m_fileName;
    QHash<QString, QString> m_drafts;
    QStringList m_order; // oldest first
    QTimer m_writeSoon;
    bool m_dirty = false;
};

} // namespace antiphon
