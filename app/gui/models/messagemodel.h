// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <app/workspace/peermessage.h>

#include <widgets/trafficlog/boundedlog.h>

namespace antiphon {

/// What \a message takes in memory, in bytes.
qint64 sizeOf(const PeerMessage &message);

/// A log of what came over a connection besides answers.
class MessageModel : public BoundedLog<PeerMessage>
{
    Q_OBJECT

public:
    enum Column { TimeColumn, KindColumn, MethodColumn, ExcerptColumn, AnswerColumn, ColumnCount };

    using BoundedLog::BoundedLog;

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// The time of a message as the first column shows it.
    static QString timeText(const PeerMessage &message);
};

} // namespace antiphon
