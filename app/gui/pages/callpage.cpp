// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "callpage.h"

#include "../actions/actions.h"
#include "../controllers/callcontroller.h"

#include <widgets/codeedit/codeeditor.h>
#include <widgets/paramform/paramform.h>
#include <widgets/theme/actionbutton.h>
#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace antiphon {

CallPage::CallPage(CallController &call, const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_call(call)
    , m_method(new QLineEdit)
    , m_signature(new QLabel)
    , m_overload(new QComboBox)
    , m_help(new QLabel)
    , m_helpArea(new QScrollArea)
    , m_tabs(new QTabWidget)
    , m_hint(new QLabel)
    , m_form(new ParamForm)
    , m_raw(new CodeEditor)
    , m_reason(new QLabel)
    , m_reasonIcon(new QLabel)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::margin, theme::between, theme::margin, theme::between);
    layout->setSpacing(theme::between);

    m_method->setObjectName(QStringLiteral("method"));
    m_method->setFont(theme::fixedFont());
    m_method->setPlaceholderText(tr("Method"));
    m_method->setAccessibleName(tr("Method"));
    m_method->setToolTip(tr("A name that the server does not list can be typed here"));
    layout->addWidget(m_method);
    // With every key: what is called is always what stands here.
    connect(m_method, &QLineEdit::textEdited, &m_call, &CallController::setMethod);

    m_signature->setObjectName(QStringLiteral("signature"));
    QFont bold = theme::fixedFont();
    bold.setBold(true);
    m_signature->setFont(bold);
    m_signature->setWordWrap(true);
    m_signature->setTextFormat(Qt::PlainText); // foreign text
    m_signature->setTextInteractionFlags(Qt::TextSelectableByMouse);
    layout->addWidget(m_signature);
    m_overload->setAccessibleName(tr("Signature"));
    m_overload->setFont(theme::fixedFont());
    layout->addWidget(m_overload);
    connect(m_overload, &QComboBox::activated, this, [this](int index) { m_call.setSignature(index); });

    m_help->setObjectName(QStringLiteral("help"));
    m_help->setWordWrap(true);
    m_help->setTextFormat(Qt::PlainText); // foreign text
    m_help->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_help->setAlignment(Qt::AlignTop);
    m_helpArea->setWidget(m_help);
    m_helpArea->setWidgetResizable(true);
    m_helpArea->setFrameShape(QFrame::NoFrame);
    m_helpArea->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(m_helpArea);

    m_tabs->setObjectName(QStringLiteral("paramTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_form, tr("Form"));
    m_tabs->addTab(m_raw, tr("Raw"));
    m_form->setObjectName(QStringLiteral("form"));
    m_raw->setObjectName(QStringLiteral("raw"));
    layout->addWidget(m_tabs, 1);
    m_hint->setText(tr("Choose a method on the left, or type its name above."));
    m_hint->setAlignment(Qt::AlignTop);
    m_hint->setWordWrap(true);
    layout->addWidget(m_hint, 1);
    connect(m_form, &ParamForm::textEdited, &m_call, &CallController::setParamsText);
    connect(m_raw, &CodeEditor::textEdited, this, [this] { m_call.setParamsText(m_raw->text()); });

    auto *row = new QHBoxLayout;
    row->setSpacing(theme::between);
    m_reason->setObjectName(QStringLiteral("reason"));
    m_reason->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(m_reasonIcon);
    row->addWidget(m_reason, 1);
    row->addWidget(theme::actionButton(actions.cancel, Qt::ToolButtonTextBesideIcon));
    row->addWidget(theme::actionButton(actions.notify, Qt::ToolButtonTextBesideIcon));
    row->addWidget(theme::actionButton(actions.call, Qt::ToolButtonTextBesideIcon));
    layout->addLayout(row);

    connect(&m_call, &CallController::methodChanged, this, &CallPage::showMethod);
    connect(&m_call, &CallController::paramsChanged, this, &CallPage::showParams);
    connect(&m_call, &CallController::stateChanged, this, &CallPage::showState);
    showMethod();
    showParams();
    showState();
}

void CallPage::focusParams()
{
    if (m_tabs->currentIndex() == 0)
        m_form->focusFirst();
    else
        m_raw->setFocus();
}

// As high as its text, up to some lines; then it scrolls.
void CallPage::fitHelp()
{
    const int wanted = m_help->heightForWidth(qMax(100, m_helpArea->viewport()->width()));
    m_helpArea->setFixedHeight(qMin(wanted, fontMetrics().lineSpacing() * 7) + 2);
}

void CallPage::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    fitHelp();
    showState();
}

void CallPage::showMethod()
{
    const rpc::MethodInfo &info = m_call.info();
    if (m_method->text().trimmed() != info.name)
        m_method->setText(info.name);
    const qsizetype count = info.signatures.size();
    m_signature->setText(info.signatureText());
    m_signature->setVisible(count == 1);
    m_overload->setVisible(count > 1);
    m_overload->clear();
    for (qsizetype i = 0; i < count; ++i)
        m_overload->addItem(info.signatureText(i));
    m_help->setText(info.help);
    m_helpArea->setVisible(!info.help.isEmpty());
    fitHelp();
    m_tabs->setVisible(!info.name.isEmpty());
    m_hint->setVisible(info.name.isEmpty());
}

void CallPage::showParams()
{
    m_form->setParams(m_call.paramsText(), m_call.parameters(), !m_call.info().signatures.isEmpty());
    if (m_call.method() != m_shownMethod)
        m_raw->startOver(m_call.paramsText()); // what was undone would belong to another method
    else
        m_raw->setText(m_call.paramsText());
    m_shownMethod = m_call.method();
    const auto &error = m_call.paramsError();
    m_raw->setError(
        error ? error->position.line : 0, error ? error->position.column : 0, error ? error->toString() : QString());
}

void CallPage::showState()
{
    // An unfinished text is worth a word; that no method is chosen can be seen.
    QString text;
    if (m_call.isRunning())
        text = tr("Waiting, %1").arg(m_call.elapsed());
    else if (m_call.paramsError() && !m_call.method().isEmpty())
        text = m_call.paramsHint();
    m_reason->setToolTip(text);
    m_reason->setText(m_reason->fontMetrics().elidedText(text, Qt::ElideRight, qMax(80, m_reason->width())));
    m_reasonIcon->setPixmap(
        text.isEmpty() || m_call.isRunning() ? QPixmap() : theme::icon(theme::IconId::Warning).pixmap(16, 16));
}

} // namespace antiphon
