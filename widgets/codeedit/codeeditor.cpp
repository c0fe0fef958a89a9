// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "codeeditor.h"

#include <widgets/theme/theme.h>

#include <QEvent>
#include <QKeyEvent>
#include <QVBoxLayout>

#include <Qsci/qscilexerjson.h>
#include <Qsci/qsciscintilla.h>

namespace antiphon {

namespace {
constexpr int errorIndicator = 8;
}

CodeEditor::CodeEditor(QWidget *parent)
    : QWidget(parent)
    , m_editor(new QsciScintilla(this))
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_editor);
    setFocusProxy(m_editor);
    m_editor->setAccessibleName(tr("Params as JSON"));
    m_editor->setUtf8(true);
    m_editor->setFrameShape(QFrame::NoFrame);
    m_editor->setTabWidth(2);
    m_editor->setIndentationsUseTabs(false);
    m_editor->setAutoIndent(true);
    m_editor->setTabIndents(false);
    m_editor->setWrapMode(QsciScintilla::WrapWord);
    m_editor->setBraceMatching(QsciScintilla::SloppyBraceMatch);
    m_editor->setScrollWidth(1);
    m_editor->setScrollWidthTracking(true);
    m_editor->setMarginWidth(1, 0);
    m_editor->setMarginType(0, QsciScintilla::NumberMargin);
    m_editor->setMarginWidth(0, QStringLiteral("0000"));
    m_editor->setEolMode(QsciScintilla::EolUnix);
    m_editor->installEventFilter(this);
    auto *lexer = new QsciLexerJSON(m_editor);
    m_editor->setLexer(lexer);
    m_editor->indicatorDefine(QsciScintilla::SquiggleIndicator, errorIndicator);
    m_editor->setIndicatorDrawUnder(true, errorIndicator);
    connect(m_editor, &QsciScintilla::textChanged, this, [this] {
        if (!m_setting)
            Q_EMIT textEdited();
    });
    applyColors();
}

QString CodeEditor::text() const { return m_editor->text(); }

void CodeEditor::setText(const QString &text)
{
    if (text == m_editor->text())
        return;
    m_setting = true;
    int line = 0;
    int column = 0;
    m_editor->getCursorPosition(&line, &column);
    m_editor->selectAll();
    m_editor->replaceSelectedText(text);
    m_editor->setCursorPosition(qMin(line, m_editor->lines() - 1), column);
    m_setting = false;
}

void CodeEditor::startOver(const QString &text)
{
    setText(text);
    m_editor->SendScintilla(QsciScintilla::SCI_EMPTYUNDOBUFFER);
}

// Keys that belong to the window, although the editor knows something to do with them; Tab goes on to the next widget.
bool CodeEditor::eventFilter(QObject *watched, QEvent *event)
{
    if (watched != m_editor || (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress))
        return QWidget::eventFilter(watched, event);
    const auto *key = static_cast<QKeyEvent *>(event);
    const auto modifiers = key->modifiers() & ~Qt::KeypadModifier;
    const bool isTab = key->key() == Qt::Key_Tab || key->key() == Qt::Key_Backtab;
    if (isTab && !(modifiers & ~Qt::ShiftModifier)) {
        if (event->type() == QEvent::KeyPress)
            focusNextPrevChild(key->key() == Qt::Key_Tab);
        return true;
    }
    static const QList<QKeySequence> windowKeys { QKeySequence(QStringLiteral("Esc")),
        QKeySequence(QStringLiteral("Ctrl+L")), QKeySequence(QStringLiteral("Ctrl+J")),
        QKeySequence(QStringLiteral("Ctrl+Shift+T")), QKeySequence(QStringLiteral("Ctrl+Return")),
        QKeySequence(QStringLiteral("Ctrl+Shift+Return")), QKeySequence(QStringLiteral("Ctrl+F")) };
    if (windowKeys.contains(QKeySequence(key->keyCombination()))) {
        event->ignore(); // a ShortcutOverride that nobody takes becomes a shortcut
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void CodeEditor::setError(int line, int column, const QString &message)
{
    const int lastLine = m_editor->lines() - 1;
    m_editor->clearIndicatorRange(0, 0, lastLine, m_editor->lineLength(lastLine), errorIndicator);
    m_editor->clearAnnotations();
    m_editor->setToolTip(message);
    if (line < 1 || line - 1 > lastLine)
        return;
    const int length = qMax(1, m_editor->lineLength(line - 1));
    const int from = qBound(0, column - 1, length - 1);
    m_editor->fillIndicatorRange(line - 1, from, line - 1, from + 1, errorIndicator);
}

void CodeEditor::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyColors();
}

void CodeEditor::applyColors()
{
    using theme::Meaning;
    const QPalette colors = palette();
    auto *lexer = static_cast<QsciLexerJSON *>(m_editor->lexer());
    const QFont font = theme::fixedFont();
    lexer->setDefaultFont(font);
    lexer->setFont(font);
    lexer->setDefaultColor(colors.color(QPalette::Text));
    lexer->setDefaultPaper(colors.color(QPalette::Base));
    lexer->setPaper(colors.color(QPalette::Base));
    lexer->setColor(colors.color(QPalette::Text));
    lexer->setColor(theme::color(Meaning::Number, colors), QsciLexerJSON::Number);
    lexer->setColor(theme::color(Meaning::Text, colors), QsciLexerJSON::String);
    lexer->setColor(theme::color(Meaning::Error, colors), QsciLexerJSON::UnclosedString);
    lexer->setColor(theme::color(Meaning::Name, colors), QsciLexerJSON::Property);
    lexer->setColor(theme::color(Meaning::Keyword, colors), QsciLexerJSON::EscapeSequence);
    lexer->setColor(theme::color(Meaning::Keyword, colors), QsciLexerJSON::Keyword);
    lexer->setColor(theme::color(Meaning::Keyword, colors), QsciLexerJSON::KeywordLD);
    lexer->setColor(theme::color(Meaning::Error, colors), QsciLexerJSON::Error);
    m_editor->setPaper(colors.color(QPalette::Base));
    m_editor->setColor(colors.color(QPalette::Text));
    m_editor->setCaretForegroundColor(colors.color(QPalette::Text));
    m_editor->setSelectionBackgroundColor(colors.color(QPalette::Highlight));
    m_editor->setSelectionForegroundColor(colors.color(QPalette::HighlightedText));
    m_editor->setMarginsBackgroundColor(colors.color(QPalette::Base));
    m_editor->setMarginsForegroundColor(theme::color(Meaning::Muted, colors));
    m_editor->setMarginsFont(font);
    m_editor->setMatchedBraceBackgroundColor(colors.color(QPalette::Midlight));
    m_editor->setMatchedBraceForegroundColor(colors.color(QPalette::Text));
    m_editor->setUnmatchedBraceForegroundColor(theme::color(Meaning::Error, colors));
    m_editor->setUnmatchedBraceBackgroundColor(colors.color(QPalette::Base));
    m_editor->setIndicatorForegroundColor(theme::color(Meaning::Error, colors), errorIndicator);
}

} // namespace antiphon
