// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "messagemodel.h"

#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>

#include <QGuiApplication>
#include <QPalette>

namespace antiphon {

namespace {

theme::IconId iconOf(PeerMessage::Kind kind)
{
    using Kind = PeerMessage::Kind;
    using theme::IconId;
    switch (kind) {
    case Kind::Opened:
        return IconId::Ok;
    case Kind::Closed:
        return IconId::Idle;
    case Kind::Notification:
        return IconId::Received;
    case Kind::Call:
        return IconId::ReceivedAndAnswered;
    case Kind::StandardError:
        return IconId::Output;
    default:
        return IconId::Warning;
    }
}

qint64 sizeOf(const rpc::ChannelMessage &m) { return m.head.size() + m.body.size() + m.tail.size(); }

} // namespace

qint64 sizeOf(const PeerMessage &m)
{
    return qint64(sizeof(PeerMessage)) + 2 * (m.method.size() + m.text.size() + m.answerText.size()) + sizeOf(m.message)
        + sizeOf(m.answer);
}

int MessageModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : int(ColumnCount); }

QString MessageModel::timeText(const PeerMessage &message)
{
    return message.time.toString(QStringLiteral("HH:mm:ss.zzz"));
}

QVariant MessageModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const PeerMessage &m = entry(index.row());
    switch (role) {
    case Qt::DisplayRole:
        switch (index.column()) {
        case TimeColumn:
            return timeText(m);
        case KindColumn:
            return PeerMessage::kindText(m.kind);
        case MethodColumn:
            return m.method;
        case ExcerptColumn:
            return m.excerpt();
        case AnswerColumn:
            return m.answerText;
        default:
            return {};
        }
    case Qt::ToolTipRole:
        return index.column() == TimeColumn ? QVariant() : data(index, Qt::DisplayRole);
    case Qt::DecorationRole:
        return index.column() == KindColumn ? QVariant(theme::icon(iconOf(m.kind))) : QVariant();
    case Qt::ForegroundRole:
        if (index.column() == TimeColumn || index.column() == AnswerColumn)
            return theme::color(theme::Meaning::Muted, QGuiApplication::palette());
        return {};
    case Qt::FontRole:
        return index.column() == MethodColumn || (index.column() == ExcerptColumn && !m.message.body.isEmpty())
            ? QVariant(theme::fixedFont())
            : QVariant();
    default:
        return {};
    }
}

QVariant MessageModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case TimeColumn:
        return tr("Time");
    case KindColumn:
        return tr("Kind");
    case MethodColumn:
        return tr("Method");
    case ExcerptColumn:
        return tr("Content");
    case AnswerColumn:
        return tr("Answered with");
    default:
        return {};
    }
}

} // namespace antiphon
