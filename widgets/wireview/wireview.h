// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "wirelayout.h"

#include <rpccore/wire/rule.h>

#include <QAbstractScrollArea>

namespace antiphon {

/// The exact bytes of a message, as text or as hex, of any size: only the rows that are seen are painted. Rows can be
/// selected and copied; what is copied is the bytes, not their picture.
class WireView : public QAbstractScrollArea
{
    Q_OBJECT

public:
    explicit WireView(QWidget *parent = nullptr);

    /// \a head is painted apart from \a body; together they are the message.
    void setMessage(const QByteArray &head, const QByteArray &body, const QString &emptyText);
    const QByteArray &bytes() const noexcept { return m_layout.bytes(); }

    /// Bytes that something is said about, by their offset in the message.
    struct Mark
    {
        qsizetype begin = 0;
        qsizetype end = 0;
        rpc::Severity severity = rpc::Severity::Note;
    };
    /// Underlines bytes in the colour of the severity; setMessage() takes all marks away.
    void setMarks(const QList<Mark> &marks);
    const QList<Mark> &marks() const noexcept { return m_marks; }
    /// Scrolls to the bytes from \a begin up to \a end and selects their rows.
    void showBytes(qsizetype begin, qsizetype end);

    WireLayout::Mode mode() const noexcept { return m_layout.mode(); }
    void setMode(WireLayout::Mode mode);

    /// The bytes of the selected rows, of all when none are selected.
    QByteArray selectedBytes() const;
    void copy();
    void selectAll();

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void changeEvent(QEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void relayout();
    int rowHeight() const;
    qsizetype rowAtY(int y) const;
    void paintMarks(QPainter &painter, qsizetype row, const QString &text, int y, bool isSelected) const;

    WireLayout m_layout;
    qsizetype m_headSize = 0;
    QString m_emptyText;
    qsizetype m_anchor = -1; // rows; -1 = no selection
    qsizetype m_cursor = -1;
    QList<Mark> m_marks;
};

} // namespace antiphon
