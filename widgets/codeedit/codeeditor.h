// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QsciScintilla;

namespace antiphon {

/// A text editor for JSON: highlighting, folding, brackets, an error marker; in the colours of the palette.
class CodeEditor : public QWidget
{
    Q_OBJECT

public:
    explicit CodeEditor(QWidget *parent = nullptr);

    QString text() const;
    /// Keeps the cursor where it is as far as possible. Does not emit textEdited(). Can be undone.
    void setText(const QString &text);

    /// The same, and nothing before it can be undone.
    void startOver(const QString &text);

    /// Marks a place, from 1; line 0 = none. \a message is the tooltip of the marker.
    void setError(int line, int column, const QString &message);

Q_SIGNALS:
    /// The user changed the text.
    void textEdited();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void applyColors();

    QsciScintilla *m_editor;
    bool m_setting = false;
};

} // namespace antiphon
