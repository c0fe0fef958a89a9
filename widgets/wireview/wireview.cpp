// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "wireview.h"

#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

namespace antiphon {

namespace {
constexpr int pad = theme::between;
}

WireView::WireView(QWidget *parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setFont(theme::fixedFont());
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setBackgroundRole(QPalette::Base);
    viewport()->setCursor(Qt::IBeamCursor);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    auto *copyAction = new QAction(theme::icon(theme::IconId::Copy), tr("Copy bytes"), this);
    copyAction->setShortcut(QKeySequence::Copy);
    copyAction->setShortcutContext(Qt::WidgetShortcut);
    connect(copyAction, &QAction::triggered, this, &WireView::copy);
    addAction(copyAction);
    auto *all = new QAction(tr("Select all"), this);
    all->setShortcut(QKeySequence::SelectAll);
    all->setShortcutContext(Qt::WidgetShortcut);
    connect(all, &QAction::triggered, this, &WireView::selectAll);
    addAction(all);
    auto *hex = new QAction(tr("Show as hex"), this);
    hex->setCheckable(true);
    hex->setShortcut(QKeySequence(QStringLiteral("Ctrl+H")));
    hex->setShortcutContext(Qt::WidgetShortcut);
    connect(hex, &QAction::toggled, this,
        [this](bool on) { setMode(on ? WireLayout::Mode::Hex : WireLayout::Mode::Text); });
    addAction(hex);
}

void WireView::setMessage(const QByteArray &head, const QByteArray &body, const QString &emptyText)
{
    m_headSize = head.size();
    m_emptyText = emptyText;
    m_anchor = m_cursor = -1;
    m_marks.clear();
    m_layout.setBytes(body.isEmpty() ? head : head.isEmpty() ? body : QByteArray(head + body));
    horizontalScrollBar()->setValue(0);
    relayout();
    // In a small view the body is what one wants to see; the head is a scroll away.
    const bool bodyFits = m_layout.rowCount() <= verticalScrollBar()->pageStep();
    verticalScrollBar()->setValue(bodyFits || body.isEmpty() ? 0 : int(m_layout.rowAt(m_headSize)));
}

void WireView::setMarks(const QList<Mark> &marks)
{
    m_marks = marks;
    viewport()->update();
}

void WireView::showBytes(qsizetype begin, qsizetype end)
{
    m_anchor = m_layout.rowAt(begin);
    m_cursor = m_layout.rowAt(qMax(begin, end - 1));
    const int above = verticalScrollBar()->pageStep() / 3; // so that what leads to it is in sight
    verticalScrollBar()->setValue(int(qMax<qsizetype>(0, m_anchor - above)));
    viewport()->update();
}

void WireView::setMode(WireLayout::Mode mode)
{
    const qsizetype top = m_layout.rowStart(verticalScrollBar()->value());
    m_layout.setMode(mode, 120);
    m_anchor = m_cursor = -1;
    relayout();
    verticalScrollBar()->setValue(int(m_layout.rowAt(top)));
}

int WireView::rowHeight() const { return fontMetrics().height() + 2; }

void WireView::relayout()
{
    m_layout.setControlPictures(fontMetrics().inFontUcs4(0x240d));
    const qreal charWidth = qMax(1.0, QFontMetricsF(font()).horizontalAdvance(u'0')); // fractions add up over a row
    if (m_layout.mode() == WireLayout::Mode::Text)
        m_layout.setMode(WireLayout::Mode::Text, int((viewport()->width() - 2 * pad) / charWidth));
    const int visible = qMax(1, viewport()->height() / rowHeight());
    verticalScrollBar()->setPageStep(visible);
    verticalScrollBar()->setRange(0, int(qMin<qsizetype>(INT_MAX, qMax<qsizetype>(0, m_layout.rowCount() - visible))));
    const int wide = m_layout.mode() == WireLayout::Mode::Hex ? int(78 * charWidth) + 2 * pad : 0;
    horizontalScrollBar()->setPageStep(viewport()->width());
    horizontalScrollBar()->setRange(0, qMax(0, wide - viewport()->width()));
    viewport()->update();
}

void WireView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    const QPalette colors = palette();
    painter.fillRect(viewport()->rect(), colors.base());
    if (m_layout.bytes().isEmpty()) {
        painter.setFont(QGuiApplication::font());
        painter.setPen(theme::color(theme::Meaning::Muted, colors));
        painter.drawText(viewport()->rect().adjusted(theme::margin, theme::margin, -theme::margin, -theme::margin),
            Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, m_emptyText);
        return;
    }
    painter.setFont(font());
    const int height = rowHeight();
    const QColor headColor = theme::color(theme::Meaning::Muted, colors);
    const qsizetype first = verticalScrollBar()->value();
    const qsizetype selectedFrom = qMin(m_anchor, m_cursor);
    const qsizetype selectedTo = qMax(m_anchor, m_cursor);
    int y = 0;
    for (qsizetype row = first; row < m_layout.rowCount() && y < viewport()->height(); ++row, y += height) {
        const bool selected = m_anchor >= 0 && row >= selectedFrom && row <= selectedTo;
        if (selected)
            painter.fillRect(0, y, viewport()->width(), height, colors.highlight());
        painter.setPen(selected                       ? colors.color(QPalette::HighlightedText)
                : m_layout.rowStart(row) < m_headSize ? headColor
                                                      : colors.color(QPalette::Text));
        const QString text = m_layout.rowText(row);
        painter.drawText(pad - horizontalScrollBar()->value(), y + 1 + fontMetrics().ascent(), text);
        paintMarks(painter, row, text, y, selected);
    }
}

void WireView::paintMarks(QPainter &painter, qsizetype row, const QString &text, int y, bool isSelected) const
{
    constexpr int thickness = 2;
    for (const Mark &mark : m_marks) {
        const auto part = m_layout.partOf(row, mark.begin, mark.end);
        if (part.length == 0)
            continue;
        const int from = fontMetrics().horizontalAdvance(text.left(part.begin));
        const int to = fontMetrics().horizontalAdvance(text.left(part.begin + part.length));
        const auto meaning = mark.severity == rpc::Severity::Error ? theme::Meaning::Error
            : mark.severity == rpc::Severity::Warning              ? theme::Meaning::Warning
                                                                   : theme::Meaning::Muted;
        painter.fillRect(pad - horizontalScrollBar()->value() + from, y + rowHeight() - thickness,
            qMax(thickness, to - from), thickness,
            isSelected ? palette().color(QPalette::HighlightedText) : theme::color(meaning, palette()));
    }
}

void WireView::resizeEvent(QResizeEvent *) { relayout(); }

void WireView::changeEvent(QEvent *event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange)
        relayout();
}

qsizetype WireView::rowAtY(int y) const
{
    const qsizetype row = verticalScrollBar()->value() + y / rowHeight();
    return qBound<qsizetype>(0, row, qMax<qsizetype>(0, m_layout.rowCount() - 1));
}

void WireView::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton)
        return;
    m_cursor = rowAtY(int(event->position().y()));
    if (!(event->modifiers() & Qt::ShiftModifier) || m_anchor < 0)
        m_anchor = m_cursor;
    viewport()->update();
}

void WireView::mouseMoveEvent(QMouseEvent *event)
{
    if (!(event->buttons() & Qt::LeftButton) || m_anchor < 0)
        return;
    m_cursor = rowAtY(int(event->position().y()));
    viewport()->update();
}

void WireView::keyPressEvent(QKeyEvent *event)
{
    QScrollBar *bar = verticalScrollBar();
    switch (event->key()) {
    case Qt::Key_Home:
        bar->setValue(0);
        return;
    case Qt::Key_End:
        bar->setValue(bar->maximum());
        return;
    default:
        QAbstractScrollArea::keyPressEvent(event); // arrows and pages scroll
    }
}

void WireView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu;
    menu.addActions(actions());
    menu.exec(event->globalPos());
}

QByteArray WireView::selectedBytes() const
{
    if (m_anchor < 0)
        return m_layout.bytes();
    const qsizetype from = m_layout.rowStart(qMin(m_anchor, m_cursor));
    const qsizetype to = m_layout.rowStart(qMax(m_anchor, m_cursor) + 1);
    return m_layout.bytes().mid(from, to - from);
}

void WireView::copy() { QGuiApplication::clipboard()->setText(QString::fromUtf8(selectedBytes())); }

void WireView::selectAll()
{
    m_anchor = 0;
    m_cursor = m_layout.rowCount() - 1;
    viewport()->update();
}

} // namespace antiphon
