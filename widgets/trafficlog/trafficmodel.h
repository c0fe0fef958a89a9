// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QDateTime>
#include <QList>

namespace antiphon {

/// One line of a log of requests.
struct TrafficEntry
{
    enum class Outcome { Result, Error, Refused, Message };

    QDateTime time;
    QString method; ///< or the text of a message
    Outcome outcome = Outcome::Result;
    QString outcomeText; ///< "result", "error -32601", "400"
    QString duration;
    QString protocol;
    QString peer;
    QByteArray requestHead;
    QByteArray requestBody;
    QByteArray responseHead;
    QByteArray responseBody;
};

/// A log of requests, newest last, bounded: the oldest lines go when there are too many, or too many bytes.
class TrafficModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { TimeColumn, MethodColumn, OutcomeColumn, DurationColumn, ProtocolColumn, PeerColumn, ColumnCount };

    static constexpr qsizetype mostEntries = 5000;
    static constexpr qint64 mostBytes = 64 * 1024 * 1024;

    explicit TrafficModel(QObject *parent = nullptr);

    void append(const TrafficEntry &entry);
    void clear();
    const TrafficEntry &entry(int row) const { return m_entries.at(row); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void dropFirst();

    QList<TrafficEntry> m_entries;
    qint64 m_bytes = 0;
};

} // namespace antiphon
