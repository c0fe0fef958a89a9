// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "paramtext.h"

#include <QScrollArea>

class QGridLayout;
class QLabel;

namespace antiphon {

/// A form for the arguments of a call: one row each, made from the signature. Shows and writes the text of paramtext.
class ParamForm : public QScrollArea
{
    Q_OBJECT

public:
    explicit ParamForm(QWidget *parent = nullptr);

    /// Shows \a text for a method with \a parameters; \a signatureKnown is false when nobody knows its parameters, then
    /// rows can be added and removed.
    void setParams(const QString &text, const QList<rpc::Parameter> &parameters, bool signatureKnown);

    /// Puts the cursor into the first row.
    void focusFirst();

Q_SIGNALS:
    /// The user changed a row.
    void textEdited(const QString &text);

private:
    struct Row;
    void rebuild();
    void addRow(qsizetype index);
    QWidget *makeEditor(qsizetype index);
    void onEdited();
    void showRemark(qsizetype index);
    void showNotWellFormed(const rpc::Error &error);

    QList<paramtext::Field> m_fields;
    QList<rpc::Parameter> m_parameters;
    bool m_signatureKnown = false;
    bool m_named = false;
    QString m_text;
    QList<QLabel *> m_remarks;
    QList<QWidget *> m_editors;
};

} // namespace antiphon
