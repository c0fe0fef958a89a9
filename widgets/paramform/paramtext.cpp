// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "paramtext.h"

#include <rpccore/json/valuetext.h>

#include <QCoreApplication>

namespace antiphon::paramtext {

using rpc::Array;
using rpc::Error;
using rpc::ErrorKind;
using rpc::Result;
using rpc::Struct;
using rpc::Type;
using rpc::Value;

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(antiphon::ParamForm)
};

bool isString(const QString &type) { return type == u"string"; }
bool isAny(const QString &type) { return type.isEmpty() || type == u"any" || type == u"undef"; }

QString quoted(const QString &text) { return QString::fromUtf8(rpc::valuetext::toText(Value(text))); }

QString normalized(const QString &type)
{
    if (type == u"i4" || type == u"integer")
        return QStringLiteral("int");
    if (type == u"bool")
        return QStringLiteral("boolean");
    if (type == u"str")
        return QStringLiteral("string");
    if (type == u"float" || type == u"number")
        return QStringLiteral("double");
    if (type == u"list")
        return QStringLiteral("array");
    if (type == u"dict" || type == u"object")
        return QStringLiteral("struct");
    if (type == u"datetime" || type == u"dateTime")
        return QStringLiteral("dateTime.iso8601");
    return type;
}

// What stands in the params text for a field: JSON, or what was typed when that is none.
QString literalOf(const Field &field)
{
    const QString type = normalized(field.parameter.type);
    const auto value = fieldValue(type, field.text);
    if (!value)
        return field.text;
    if (isString(type))
        return quoted(field.text);
    // The typed text stays as it is where it is JSON already; a bare word or date is put into its spelling.
    const auto asTyped = rpc::valuetext::fromText(field.text.toUtf8());
    return asTyped && *asTyped == *value ? field.text.trimmed() : QString::fromUtf8(rpc::valuetext::toText(*value));
}

} // namespace

Result<rpc::Params> paramsFromText(const QString &text)
{
    if (text.trimmed().isEmpty())
        return rpc::Params(Array());
    auto value = rpc::valuetext::fromText(text.toUtf8());
    if (!value)
        return value.error();
    if (auto *array = value->get<Array>())
        return rpc::Params(*array);
    if (auto *members = value->get<Struct>())
        return rpc::Params(*members);
    return Error::make(ErrorKind::Parse, Text::tr("params are an array [...] or an object {...}"));
}

bool isNamed(const QString &text)
{
    const auto params = paramsFromText(text);
    return params && params->isNamed();
}

QList<Field> emptyFields(const QList<rpc::Parameter> &parameters)
{
    QList<Field> fields;
    for (const rpc::Parameter &p : parameters)
        fields.append(Field { p, !p.optional, normalized(p.type) == u"boolean" ? QStringLiteral("false") : QString() });
    return fields;
}

Result<QList<Field>> fieldsFromText(const QString &text, const QList<rpc::Parameter> &parameters)
{
    if (text.trimmed().isEmpty())
        return emptyFields(parameters);
    const auto params = paramsFromText(text);
    if (!params)
        return params.error();
    QList<Field> fields = emptyFields(parameters);
    if (params->isNamed()) {
        const Struct members = params->named();
        for (Field &f : fields) {
            const Value *value = members.find(f.parameter.name);
            f.present = value != nullptr;
            if (value)
                f.text = fieldText(normalized(f.parameter.type), *value);
        }
        for (const rpc::Member &m : members) {
            const auto isKnown = [&m](const rpc::Parameter &p) { return p.name == m.name; };
            if (std::none_of(parameters.begin(), parameters.end(), isKnown))
                fields.append(Field { rpc::Parameter { m.name, {}, {}, true }, true, fieldText({}, m.value) });
        }
        return fields;
    }
    const Array array = params->positional();
    for (qsizetype i = 0; i < array.size(); ++i) {
        if (i >= fields.size())
            fields.append(Field { rpc::Parameter { {}, {}, {}, true }, true, {} });
        fields[i].present = true;
        fields[i].text = fieldText(normalized(fields[i].parameter.type), array[i]);
    }
    for (qsizetype i = array.size(); i < fields.size(); ++i)
        fields[i].present = false;
    return fields;
}

QString textFromFields(const QList<Field> &fields, bool named)
{
    QStringList parts;
    if (named) {
        for (const Field &f : fields) {
            if (f.present)
                parts.append(QString(quoted(f.parameter.name) % u": " % literalOf(f)));
        }
    } else {
        qsizetype last = fields.size();
        while (last > 0 && !fields[last - 1].present)
            --last;
        for (qsizetype i = 0; i < last; ++i) // a gap can only be filled with null
            parts.append(fields[i].present ? literalOf(fields[i]) : QStringLiteral("null"));
    }
    const QChar open = named ? u'{' : u'[';
    const QChar close = named ? u'}' : u']';
    if (parts.isEmpty())
        return QString(open) + close;
    return open % u"\n  " % parts.join(QStringLiteral(",\n  ")) % u'\n' % close;
}

Result<Value> fieldValue(const QString &givenType, const QString &text)
{
    const QString type = normalized(givenType);
    if (isString(type))
        return Value(text.isNull() ? QString(QLatin1String("")) : text);
    auto value = rpc::valuetext::fromText(text.toUtf8());
    if (type == u"dateTime.iso8601" && !value) {
        if (auto date = rpc::DateTime::fromText(text.trimmed().toLatin1()))
            return Value(*std::move(date));
    }
    if (value)
        return value;
    const bool looksLikeJson = text.trimmed().startsWith(u'{') || text.trimmed().startsWith(u'[')
        || text.trimmed().startsWith(u'"');
    if (isAny(type) && !text.trimmed().isEmpty() && !looksLikeJson)
        return Value(text);
    return value;
}

QString fieldText(const QString &givenType, const Value &value)
{
    const QString type = normalized(givenType);
    if (value.type() == Type::String) {
        const QString &text = *value.get<QString>();
        if (isString(type))
            return text;
        const auto back = fieldValue(type, text); // bare where that reads back as the same text
        if (back && *back == value)
            return text;
    }
    if (const auto *date = value.get<rpc::DateTime>(); date && type == u"dateTime.iso8601")
        return QString::fromLatin1(date->text());
    return QString::fromUtf8(rpc::valuetext::toText(value));
}

QString fieldRemark(const Field &field)
{
    if (!field.present)
        return {};
    const QString type = normalized(field.parameter.type);
    const auto value = fieldValue(type, field.text);
    if (!value) {
        return field.text.trimmed().isEmpty() ? Text::tr("a value is missing")
                                              : Text::tr("not %1").arg(isAny(type) ? QStringLiteral("JSON") : type);
    }
    const bool isNumber = value->toDouble().has_value();
    bool fits = true;
    if (type == u"int")
        fits = value->type() == Type::Int32;
    else if (type == u"i8")
        fits = value->toInteger().has_value();
    else if (type == u"double")
        fits = isNumber;
    else if (type == u"boolean" || type == u"array" || type == u"struct" || type == u"base64" || type == u"dateTime.iso8601")
        fits = rpc::typeName(value->type()) == type;
    return fits ? QString() : Text::tr("%1, not %2").arg(rpc::typeName(value->type()), type);
}

} // namespace antiphon::paramtext
