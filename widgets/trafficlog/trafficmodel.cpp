// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "trafficmodel.h"

#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>

#include <QGuiApplication>
#include <QPalette>

namespace antiphon {

qint64 sizeOf(const TrafficEntry &e)
{
    return 2 * (e.method.size() + e.outcomeText.size()) + e.requestHead.size() + e.requestBody.size()
        + e.responseHead.size() + e.responseBody.size();
}

int TrafficModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QVariant TrafficModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    using Outcome = TrafficEntry::Outcome;
    const TrafficEntry &e = entry(index.row());
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case TimeColumn:
            return e.time.toString(QStringLiteral("HH:mm:ss.zzz"));
        case MethodColumn:
            return e.method;
        case OutcomeColumn:
            return e.outcomeText;
        case DurationColumn:
            return e.duration;
        case ProtocolColumn:
            return e.protocol;
        case PeerColumn:
            return e.peer;
        default:
            return {};
        }
    case Qt::ToolTipRole:
        return index.column() == MethodColumn || index.column() == OutcomeColumn ? data(index, Qt::DisplayRole)
                                                                                 : QVariant();
    case Qt::TextAlignmentRole:
        return int(
            index.column() == DurationColumn ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::DecorationRole:
        if (index.column() != OutcomeColumn || e.outcome == Outcome::Message)
            return {};
        return theme::icon(e.outcome == Outcome::Result ? theme::IconId::Ok
                : e.outcome == Outcome::Error           ? theme::IconId::Failed
                                                        : theme::IconId::Warning);
    case Qt::ForegroundRole:
        if (index.column() == TimeColumn || index.column() == PeerColumn || index.column() == ProtocolColumn)
            return theme::color(theme::Meaning::Muted, QGuiApplication::palette());
        return {};
    case Qt::FontRole:
        return index.column() == MethodColumn ? QVariant(theme::fixedFont()) : QVariant();
    default:
        return {};
    }
}

QVariant TrafficModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(section == DurationColumn ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Time");
    case MethodColumn:
        return tr("Method");
    case OutcomeColumn:
        return tr("Outcome");
    case DurationColumn:
        return tr("Duration");
    case ProtocolColumn:
        return tr("Protocol");
    case PeerColumn:
        return tr("Client");
    default:
        return {};
    }
}

} // namespace antiphon
