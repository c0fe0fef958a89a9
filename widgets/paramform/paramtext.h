// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/core/result.h>
#include <rpccore/dispatch/methodinfo.h>
#include <rpccore/message/message.h>

#include <QList>
#include <QString>

/// The arguments of a call as text, and as the fields of a form. The text is the truth: JSON with the spelling of
/// rpc::valuetext, an array (by position) or an object (by name). A form shows it field by field and writes it anew;
/// what somebody typed into a field and what is no JSON stands in the text as it was typed, so nothing is lost and
/// nothing else is sent.
namespace antiphon::paramtext {

/// One argument in a form.
struct Field
{
    rpc::Parameter parameter;
    bool present = true; ///< an optional argument may be left out
    QString text; ///< what stands in the field
};

/// The arguments that \a text spells. The error carries line and column.
rpc::Result<rpc::Params> paramsFromText(const QString &text);

/// The fields for \a parameters, filled from \a text; arguments beyond the parameters get fields of their own. The
/// error is that of paramsFromText(): a text that is not well formed has no fields.
rpc::Result<QList<Field>> fieldsFromText(const QString &text, const QList<rpc::Parameter> &parameters);

/// Empty fields for \a parameters: required ones present, optional ones not.
QList<Field> emptyFields(const QList<rpc::Parameter> &parameters);

/// The text for \a fields: by name when \a named, else by position.
QString textFromFields(const QList<Field> &fields, bool named);

/// True when the text spells arguments by name.
bool isNamed(const QString &text);

/// What a field of type \a type would send for \a text. Text that is no JSON is a string where the type allows one.
rpc::Result<rpc::Value> fieldValue(const QString &type, const QString &text);
/// The text for a field of type \a type that sends \a value.
QString fieldText(const QString &type, const rpc::Value &value);

/// What is odd about a field, for people; empty when nothing is. An odd field is sent all the same: a server's answer
/// to a wrong type is worth seeing.
QString fieldRemark(const Field &field);

} // namespace antiphon::paramtext
