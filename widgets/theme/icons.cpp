// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "icons.h"

#include "theme.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPainterPath>
#include <QPalette>

namespace antiphon::theme {

namespace {

// Draws one icon on a 16 x 16 grid with strokes of 1.5, in the colour that the palette has at that moment.
class StrokeEngine : public QIconEngine
{
public:
    explicit StrokeEngine(IconId id)
        : m_id(id)
    {
    }
    QIconEngine *clone() const override { return new StrokeEngine(m_id); }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        const QPalette palette = QGuiApplication::palette();
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        QColor ink = palette.color(group, mode == QIcon::Selected ? QPalette::HighlightedText : QPalette::WindowText);
        if (mode != QIcon::Disabled && mode != QIcon::Selected) {
            if (m_id == IconId::Ok)
                ink = color(Meaning::Result, palette);
            else if (m_id == IconId::Failed)
                ink = color(Meaning::Error, palette);
            else if (m_id == IconId::Warning)
                ink = color(Meaning::Warning, palette);
        }
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->translate(rect.topLeft());
        painter->scale(rect.width() / 16.0, rect.height() / 16.0);
        painter->setPen(QPen(ink, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        draw(*painter, ink);
        painter->restore();
    }

    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

private:
    void draw(QPainter &p, const QColor &ink) const
    {
        const auto lines = [&p](std::initializer_list<QPointF> points) { p.drawPolyline(QPolygonF(points)); };
        switch (m_id) {
        case IconId::Connect:
            lines({ { 2, 8 }, { 10, 8 } });
            lines({ { 7, 5 }, { 10, 8 }, { 7, 11 } });
            lines({ { 13, 3 }, { 13, 13 } });
            break;
        case IconId::Cancel:
        case IconId::Remove:
            lines({ { 4, 4 }, { 12, 12 } });
            lines({ { 12, 4 }, { 4, 12 } });
            break;
        case IconId::Call:
        case IconId::StartHost:
            p.setBrush(ink);
            p.drawPolygon(QPolygonF({ { 5, 3.5 }, { 12, 8 }, { 5, 12.5 } }));
            break;
        case IconId::Notify:
            lines({ { 2.5, 8 }, { 13, 8 } });
            lines({ { 9, 4 }, { 13, 8 }, { 9, 12 } });
            break;
        case IconId::OpenScript:
            p.drawPolyline(QPolygonF({ { 2, 12.5 }, { 2, 4 }, { 6, 4 }, { 7.5, 5.5 }, { 13, 5.5 }, { 13, 7.5 } }));
            p.drawPolygon(QPolygonF({ { 2, 12.5 }, { 4.5, 7.5 }, { 15, 7.5 }, { 12.5, 12.5 } }));
            break;
        case IconId::StopHost:
            p.setBrush(ink);
            p.drawRect(QRectF(4.5, 4.5, 7, 7));
            break;
        case IconId::Copy:
            p.drawRoundedRect(QRectF(5.5, 5.5, 8, 8), 1.5, 1.5);
            lines({ { 3.5, 10.5 }, { 2.5, 10.5 }, { 2.5, 2.5 }, { 10.5, 2.5 }, { 10.5, 3.5 } });
            break;
        case IconId::Clear:
            lines({ { 3, 5 }, { 13, 5 } });
            lines({ { 6, 4.5 }, { 6, 3 }, { 10, 3 }, { 10, 4.5 } });
            lines({ { 4.5, 5 }, { 5, 13 }, { 11, 13 }, { 11.5, 5 } });
            break;
        case IconId::Add:
            lines({ { 8, 3 }, { 8, 13 } });
            lines({ { 3, 8 }, { 13, 8 } });
            break;
        case IconId::Ok:
            p.drawEllipse(QRectF(1.75, 1.75, 12.5, 12.5));
            lines({ { 5, 8.3 }, { 7.2, 10.5 }, { 11.2, 5.8 } });
            break;
        case IconId::Failed:
            p.drawEllipse(QRectF(1.75, 1.75, 12.5, 12.5));
            lines({ { 5.7, 5.7 }, { 10.3, 10.3 } });
            lines({ { 10.3, 5.7 }, { 5.7, 10.3 } });
            break;
        case IconId::Warning:
            p.drawPolygon(QPolygonF({ { 8, 2 }, { 14.5, 13.5 }, { 1.5, 13.5 } }));
            lines({ { 8, 6.5 }, { 8, 9.5 } });
            p.drawPoint(QPointF(8, 11.7));
            break;
        case IconId::Method:
            lines({ { 5.5, 3 }, { 2.5, 8 }, { 5.5, 13 } });
            lines({ { 10.5, 3 }, { 13.5, 8 }, { 10.5, 13 } });
            break;
        case IconId::Namespace:
            p.drawRoundedRect(QRectF(2.5, 4, 11, 9), 1.5, 1.5);
            lines({ { 2.5, 7 }, { 13.5, 7 } });
            break;
        case IconId::Idle:
            p.drawEllipse(QRectF(4, 4, 8, 8));
            break;
        case IconId::Received:
            lines({ { 13.5, 8 }, { 3, 8 } });
            lines({ { 7, 4 }, { 3, 8 }, { 7, 12 } });
            break;
        case IconId::ReceivedAndAnswered:
            lines({ { 13.5, 5 }, { 3, 5 } });
            lines({ { 5.5, 2.5 }, { 3, 5 }, { 5.5, 7.5 } });
            lines({ { 2.5, 11 }, { 13, 11 } });
            lines({ { 10.5, 8.5 }, { 13, 11 }, { 10.5, 13.5 } });
            break;
        case IconId::Output:
            lines({ { 3, 4 }, { 7, 8 }, { 3, 12 } });
            lines({ { 8.5, 12.5 }, { 13, 12.5 } });
            break;
        case IconId::Recent:
            lines({ { 4, 6.5 }, { 8, 10.5 }, { 12, 6.5 } });
            break;
        case IconId::Access:
            p.drawEllipse(QRectF(2, 5.5, 5, 5));
            lines({ { 7, 8 }, { 14, 8 }, { 14, 10.5 } });
            lines({ { 11, 8 }, { 11, 10 } });
            break;
        }
    }

    IconId m_id;
};

QString freedesktopName(IconId id)
{
    switch (id) {
    case IconId::Cancel:
        return QStringLiteral("process-stop");
    case IconId::OpenScript:
        return QStringLiteral("document-open");
    case IconId::StartHost:
        return QStringLiteral("media-playback-start");
    case IconId::StopHost:
        return QStringLiteral("media-playback-stop");
    case IconId::Copy:
        return QStringLiteral("edit-copy");
    case IconId::Clear:
        return QStringLiteral("edit-clear-history");
    case IconId::Add:
        return QStringLiteral("list-add");
    case IconId::Remove:
        return QStringLiteral("list-remove");
    default:
        return {};
    }
}

} // namespace

QIcon icon(IconId id)
{
    const QIcon own(new StrokeEngine(id));
    const QString name = freedesktopName(id);
    return name.isEmpty() ? own : QIcon::fromTheme(name, own);
}

} // namespace antiphon::theme
