// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "paramform.h"

#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextDocument>
#include <QToolButton>
#include <QWheelEvent>

namespace antiphon {

using paramtext::Field;

namespace {

// Does not change with the wheel: somebody who scrolls the form means the form.
class ChoiceBox : public QComboBox
{
public:
    ChoiceBox() { setFocusPolicy(Qt::StrongFocus); }

protected:
    void wheelEvent(QWheelEvent *event) override { event->ignore(); }
};

// Characters that a text widget would silently change into others.
bool wouldBeChanged(const QString &text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) {
        return (c < u' ' && c != u'\n' && c != u'\t') || c == QChar::ParagraphSeparator || c == QChar::LineSeparator;
    });
}

bool wantsManyLines(const QString &type) { return type == u"array" || type == u"struct"; }

QString placeholder(const QString &type)
{
    if (type == u"array")
        return QStringLiteral("[ … ]");
    if (type == u"struct")
        return QStringLiteral("{ … }");
    if (type == u"dateTime.iso8601")
        return QStringLiteral("19980717T14:08:55");
    if (type == u"base64")
        return QStringLiteral("{\"$bytes\": \"…\"}");
    if (type.isEmpty() || type == u"any" || type == u"undef")
        return ParamForm::tr("JSON, or text");
    return {};
}

} // namespace

ParamForm::ParamForm(QWidget *parent)
    : QScrollArea(parent)
{
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
}

void ParamForm::setParams(const QString &text, const QList<rpc::Parameter> &parameters, bool signatureKnown)
{
    // What this form wrote itself comes back: the rows stay as they are, with the cursor in them.
    if (text == m_text && parameters == m_parameters && signatureKnown == m_signatureKnown && widget())
        return;
    m_text = text;
    m_parameters = parameters;
    m_signatureKnown = signatureKnown;
    const auto fields = paramtext::fieldsFromText(text, parameters);
    if (!fields) {
        showNotWellFormed(fields.error());
        return;
    }
    m_named = paramtext::isNamed(text);
    m_fields = *fields;
    rebuild();
}

void ParamForm::showNotWellFormed(const rpc::Error &error)
{
    m_fields.clear();
    m_remarks.clear();
    m_editors.clear();
    auto *label = new QLabel(tr("The params text cannot be shown as a form: %1").arg(error.toString()));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignTop);
    label->setMargin(theme::margin);
    setWidget(label);
}

void ParamForm::rebuild()
{
    m_remarks.clear();
    m_editors.clear();
    auto *page = new QWidget;
    page->setAutoFillBackground(false);
    auto *grid = new QGridLayout(page);
    grid->setContentsMargins(theme::margin, theme::margin, theme::margin, theme::margin);
    grid->setHorizontalSpacing(theme::between);
    grid->setVerticalSpacing(theme::between);
    grid->setColumnStretch(2, 1);
    setWidget(page);
    for (qsizetype i = 0; i < m_fields.size(); ++i)
        addRow(i);
    int row = grid->rowCount();
    if (m_fields.isEmpty()) {
        auto *label = new QLabel(m_signatureKnown ? tr("This method takes no params.")
                                                  : tr("The server does not tell the params of this method."));
        label->setWordWrap(true);
        grid->addWidget(label, row++, 0, 1, 4);
    }
    if (!m_signatureKnown) {
        auto *add = new QPushButton(theme::icon(theme::IconId::Add), tr("&Add a param"));
        add->setObjectName(QStringLiteral("addParam"));
        connect(add, &QPushButton::clicked, this, [this] {
            m_fields.append(Field { rpc::Parameter { {}, {}, {}, true }, true, {} });
            rebuild();
            onEdited();
            if (!m_editors.isEmpty())
                m_editors.constLast()->setFocus();
        });
        grid->addWidget(add, row++, 0, 1, 4, Qt::AlignLeft);
    }
    grid->setRowStretch(row, 1);
}

void ParamForm::addRow(qsizetype index)
{
    auto *grid = static_cast<QGridLayout *>(widget()->layout());
    const rpc::Parameter &p = m_fields[index].parameter;
    const int row = grid->rowCount();
    QWidget *editor = makeEditor(index);
    m_editors.append(editor);

    auto *label = new QLabel;
    const QString name = p.name.isEmpty() ? QString::number(index + 1) : p.name;
    label->setTextFormat(Qt::PlainText);
    label->setText(name);
    label->setFont(theme::fixedFont());
    label->setBuddy(editor);
    const QString tip = p.help.isEmpty() ? QString() : QString(u"<qt>" % p.help.toHtmlEscaped() % u"</qt>");
    label->setToolTip(tip);
    editor->setToolTip(tip);
    editor->setAccessibleName(p.help.isEmpty() ? name : QString(name % u": " % p.help));

    if (p.optional && index < m_parameters.size()) {
        auto *presence = new QCheckBox;
        presence->setChecked(m_fields[index].present);
        presence->setToolTip(tr("Send this optional param"));
        presence->setAccessibleName(tr("Send %1").arg(name));
        editor->setEnabled(m_fields[index].present);
        connect(presence, &QCheckBox::toggled, this, [this, index, editor](bool on) {
            m_fields[index].present = on;
            editor->setEnabled(on);
            onEdited();
        });
        grid->addWidget(presence, row, 0);
    }
    grid->addWidget(label, row, 1, Qt::AlignLeft | Qt::AlignVCenter);
    grid->addWidget(editor, row, 2);

    auto *remark = new QLabel;
    remark->setObjectName(QStringLiteral("remark%1").arg(index));
    remark->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("dateTime.iso8601")) + theme::between);
    m_remarks.append(remark);
    grid->addWidget(remark, row, 3, Qt::AlignLeft | Qt::AlignVCenter);
    if (index >= m_parameters.size()) {
        auto *removeButton = new QToolButton;
        removeButton->setIcon(theme::icon(theme::IconId::Remove));
        removeButton->setAutoRaise(true);
        removeButton->setToolTip(tr("Remove this param"));
        removeButton->setAccessibleName(tr("Remove param %1").arg(name));
        connect(removeButton, &QToolButton::clicked, this, [this, index] {
            m_fields.removeAt(index);
            QMetaObject::invokeMethod(
                this,
                [this] {
                    rebuild();
                    onEdited();
                },
                Qt::QueuedConnection); // the button is part of what is rebuilt
        });
        grid->addWidget(removeButton, row, 4);
    }
    showRemark(index);
}

QWidget *ParamForm::makeEditor(qsizetype index)
{
    const Field &field = m_fields[index];
    const QString name = QStringLiteral("param%1").arg(index);
    if (field.parameter.type == u"boolean" && (field.text == u"true" || field.text == u"false")) {
        auto *box = new ChoiceBox;
        box->setObjectName(name);
        box->addItems({ QStringLiteral("false"), QStringLiteral("true") });
        box->setCurrentText(field.text);
        connect(box, &QComboBox::currentTextChanged, this, [this, index](const QString &text) {
            m_fields[index].text = text;
            onEdited();
        });
        return box;
    }
    if (wantsManyLines(field.parameter.type) || field.text.contains(u'\n') || wouldBeChanged(field.text)) {
        auto *edit = new QPlainTextEdit(field.text);
        edit->setObjectName(name);
        edit->setFont(theme::fixedFont());
        edit->setTabChangesFocus(true);
        edit->setPlaceholderText(placeholder(field.parameter.type));
        edit->setReadOnly(wouldBeChanged(field.text));
        if (edit->isReadOnly())
            edit->setPlaceholderText(tr("This text can only be edited under Raw."));
        edit->setFixedHeight(edit->fontMetrics().lineSpacing() * 4 + 12);
        connect(edit, &QPlainTextEdit::textChanged, this, [this, index, edit] {
            m_fields[index].text = edit->document()->toRawText().replace(QChar::ParagraphSeparator, u'\n');
            onEdited();
        });
        return edit;
    }
    auto *edit = new QLineEdit(field.text);
    edit->setObjectName(name);
    edit->setFont(theme::fixedFont());
    edit->setPlaceholderText(placeholder(field.parameter.type));
    connect(edit, &QLineEdit::textEdited, this, [this, index](const QString &text) {
        m_fields[index].text = text;
        onEdited();
    });
    return edit;
}

void ParamForm::onEdited()
{
    for (qsizetype i = 0; i < m_remarks.size(); ++i)
        showRemark(i);
    m_text = paramtext::textFromFields(m_fields, m_named);
    Q_EMIT textEdited(m_text);
}

// The type that is expected, or, in its place, what is odd.
void ParamForm::showRemark(qsizetype index)
{
    const Field &field = m_fields[index];
    const QString remark = paramtext::fieldRemark(field);
    QLabel *label = m_remarks[index];
    QString type = field.parameter.type;
    if (type.isEmpty() || type == u"any" || type == u"undef") {
        const auto value = paramtext::fieldValue(type, field.text);
        type = value ? rpc::typeName(value->type()) : QString();
    }
    label->setText(remark.isEmpty() ? type : field.text.isEmpty() ? QString(type % u" · " % remark) : remark);
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText,
        theme::color(remark.isEmpty() ? theme::Meaning::Muted : theme::Meaning::Warning, palette()));
    label->setPalette(colors);
}

void ParamForm::focusFirst()
{
    if (!m_editors.isEmpty())
        m_editors.constFirst()->setFocus(Qt::OtherFocusReason);
}

} // namespace antiphon
