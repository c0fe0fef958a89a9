// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "boundedlog.h"

#include <QDateTime>

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

/// What \a entry takes in memory, in bytes.
qint64 sizeOf(const TrafficEntry &entry);

/// A log of requests.
class TrafficModel : public BoundedLog<TrafficEntry>
{
    Q_OBJECT

public:
    enum Column { TimeColumn, MethodColumn, OutcomeColumn, DurationColumn, ProtocolColumn, PeerColumn, ColumnCount };

    using BoundedLog::BoundedLog;

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
};

} // namespace antiphon
