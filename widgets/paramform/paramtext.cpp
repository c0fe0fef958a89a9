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

struct Text
{
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

// What stands in the params text for a field: JSON; or, when what was typed is none, that in backquotes, which no JSON
// reader takes. Nothing stands for an empty field.
QString literalOf(const Field &field)
{
    const QString type = normalized(field.parameter.type);
    const auto value = fieldValue(type, field.text);
    if (!value)
        return field.text.trimmed().isEmpty()
            ? QString()
            : QString(u'`' % QString(field.text).replace(u'`', QStringLiteral("``")) % u'`');
    if (isString(type))
        return quoted(field.text);
    // The typed text stays as it is where it is JSON already; a bare word or date is put into its spelling.
    const auto asTyped = rpc::valuetext::fromText(field.text.toUtf8());
    return asTyped && *asTyped == *value ? field.text.trimmed() : QString::fromUtf8(rpc::valuetext::toText(*value));
}

// The text of params cut at its own commas, whether its pieces are JSON or not.
struct Pieces
{
    bool named = false;
    QStringList names; // when named
    QStringList texts;
};

class Cutter
{
public:
    explicit Cutter(const QString &text)
        : m_text(text)
    {
    }

    std::optional<Pieces> cut()
    {
        skipSpace();
        const QChar open = peek();
        if (open != u'[' && open != u'{')
            return std::nullopt;
        Pieces pieces;
        pieces.named = open == u'{';
        const QChar close = pieces.named ? u'}' : u']';
        ++m_at;
        skipSpace();
        if (peek() == close)
            return endsAfterClosing() ? std::optional(pieces) : std::nullopt;
        for (;;) {
            if (pieces.named && !cutName(pieces))
                return std::nullopt;
            const qsizetype start = m_at;
            if (!passPiece(close))
                return std::nullopt;
            pieces.texts.append(m_text.mid(start, m_at - start).trimmed());
            if (peek() == close)
                return endsAfterClosing() ? std::optional(pieces) : std::nullopt;
            ++m_at; // the comma
        }
    }

private:
    QChar peek() const { return m_at < m_text.size() ? m_text[m_at] : QChar(); }
    void skipSpace()
    {
        while (peek().isSpace())
            ++m_at;
    }
    bool endsAfterClosing()
    {
        ++m_at;
        skipSpace();
        return m_at >= m_text.size();
    }
    bool cutName(Pieces &pieces)
    {
        skipSpace();
        const qsizetype start = m_at;
        if (peek() != u'"' || !passQuoted(u'"'))
            return false;
        const auto name = rpc::valuetext::fromText(m_text.mid(start, m_at - start).toUtf8());
        skipSpace();
        if (!name || peek() != u':')
            return false;
        ++m_at;
        pieces.names.append(name->toString());
        return true;
    }
    bool passQuoted(QChar quote)
    {
        for (++m_at; m_at < m_text.size(); ++m_at) {
            if (quote == u'"' && m_text[m_at] == u'\\') {
                ++m_at;
            } else if (m_text[m_at] == quote) {
                ++m_at;
                if (quote != u'`' || peek() != u'`') // a doubled backquote is one of the text
                    return true;
            }
        }
        return false;
    }
    // Up to the comma or the bracket that ends it.
    bool passPiece(QChar close)
    {
        QString open;
        while (m_at < m_text.size()) {
            const QChar c = m_text[m_at];
            if (open.isEmpty() && (c == u',' || c == close))
                return true;
            if (c == u'"' || c == u'`') {
                if (!passQuoted(c))
                    return false;
                continue;
            }
            if (c == u'[' || c == u'{') {
                open += c == u'[' ? u']' : u'}';
            } else if (c == u']' || c == u'}') {
                if (open.isEmpty() || open.back() != c)
                    return false;
                open.chop(1);
            }
            ++m_at;
        }
        return false;
    }

    const QString &m_text;
    qsizetype m_at = 0;
};

// What a form shows for one piece of the text.
QString textOfPiece(const QString &type, const QString &piece)
{
    if (piece.size() > 1 && piece.startsWith(u'`') && piece.endsWith(u'`'))
        return piece.mid(1, piece.size() - 2).replace(QStringLiteral("``"), QStringLiteral("`"));
    const auto value = rpc::valuetext::fromText(piece.toUtf8());
    return value ? fieldText(type, *value) : piece;
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
    const auto pieces = Cutter(text).cut();
    return pieces && pieces->named;
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
    const auto pieces = Cutter(text).cut();
    if (!pieces) {
        const auto params = paramsFromText(text);
        return params ? Error::make(ErrorKind::Parse, Text::tr("params are an array [...] or an object {...}"))
                      : params.error();
    }
    QList<Field> fields = emptyFields(parameters);
    for (Field &f : fields)
        f.present = !f.parameter.optional && !pieces->named; // until a piece says so
    for (qsizetype i = 0; i < pieces->texts.size(); ++i) {
        qsizetype at = i;
        if (pieces->named) {
            const QString &name = pieces->names[i];
            for (at = 0; at < fields.size() && (fields[at].parameter.name != name || fields[at].present); ++at) { }
            if (at == fields.size())
                fields.append(Field { rpc::Parameter { name, {}, {}, true }, true, {} });
        } else if (at == fields.size()) {
            fields.append(Field { rpc::Parameter { {}, {}, {}, true }, true, {} });
        }
        fields[at].present = true;
        fields[at].text = textOfPiece(normalized(fields[at].parameter.type), pieces->texts[i]);
    }
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
    const bool looksLikeJson
        = text.trimmed().startsWith(u'{') || text.trimmed().startsWith(u'[') || text.trimmed().startsWith(u'"');
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
    else if (type == u"boolean" || type == u"array" || type == u"struct" || type == u"base64"
        || type == u"dateTime.iso8601")
        fits = rpc::typeName(value->type()) == type;
    return fits ? QString() : Text::tr("%1, not %2").arg(rpc::typeName(value->type()), type);
}

} // namespace antiphon::paramtext
