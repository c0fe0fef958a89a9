// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "docfields.h"

#include <QRegularExpression>
#include <QStringList>

#include <algorithm>

namespace rpc {

namespace {

qsizetype indentation(const QString &line)
{
    const auto text = std::find_if(line.cbegin(), line.cend(), [](QChar c) { return !c.isSpace(); });
    return text - line.cbegin();
}

QStringList withoutEmptyEnds(QStringList lines)
{
    while (!lines.isEmpty() && lines.constFirst().isEmpty())
        lines.removeFirst();
    while (!lines.isEmpty() && lines.constLast().isEmpty())
        lines.removeLast();
    return lines;
}

} // namespace

// As people see it who write it among code: the first line stands behind the quotation mark, the others are indented
// with the code, and what is indented further is meant so.
QString dedented(const QString &text)
{
    QStringList lines = text.split(u'\n');
    qsizetype common = -1;
    for (qsizetype i = 0; i < lines.size(); ++i) {
        lines[i].replace(u'\t', QStringLiteral("        "));
        if (i > 0 && !lines[i].trimmed().isEmpty()) {
            const qsizetype here = indentation(lines[i]);
            common = common < 0 ? here : qMin(common, here);
        }
    }
    for (qsizetype i = 0; i < lines.size(); ++i) {
        QString &line = lines[i];
        line.remove(0, i == 0 ? indentation(line) : qMin(qMax(common, 0), indentation(line)));
        while (!line.isEmpty() && line.back().isSpace())
            line.chop(1);
    }
    return withoutEmptyEnds(lines).join(u'\n');
}

DocFields readDocFields(const QString &text)
{
    static const QRegularExpression named(
        QStringLiteral(R"(^\s*(?::(param|type)\s+(?:([^\s:]+)\s+)?([^\s:]+):|@(param|type)\s+([^\s:]+):?)\s*(.*)$)"));
    static const QRegularExpression nameless(QStringLiteral(R"(^\s*(?::|@)(returns?|rtype)(?::|\s)\s*(.*)$)"));
    DocFields fields;
    QStringList plain;
    QString *open = nullptr; // the field that the next indented line belongs to
    const QStringList lines = dedented(text).split(u'\n');
    for (const QString &line : lines) {
        if (const auto match = named.match(line); match.hasMatch()) {
            const bool at = match.captured(1).isEmpty(); // written with @
            auto &parameter = fields.parameters[match.captured(at ? 5 : 3)];
            if (!match.captured(2).isEmpty()) // `:param int x:` names the type, too
                parameter.type = match.captured(2);
            open = match.captured(at ? 4 : 1) == u"param" ? &parameter.help : &parameter.type;
            *open = match.captured(6).trimmed();
        } else if (const auto result = nameless.match(line); result.hasMatch()) {
            open = result.captured(1) == u"rtype" ? &fields.resultType : &fields.result;
            *open = result.captured(2).trimmed();
        } else if (open && !line.trimmed().isEmpty() && line.at(0).isSpace()) {
            *open = QString(*open % u' ' % line.trimmed()).trimmed();
        } else {
            open = nullptr;
            plain.append(line);
        }
    }
    fields.text = withoutEmptyEnds(plain).join(u'\n');
    return fields;
}

} // namespace rpc
