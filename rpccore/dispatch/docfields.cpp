// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "docfields.h"

#include <QRegularExpression>
#include <QStringList>

namespace rpc {

DocFields readDocFields(const QString &text)
{
    static const QRegularExpression named(
        QStringLiteral(R"(^\s*(?::(param|type)\s+(?:([^\s:]+)\s+)?([^\s:]+):|@(param|type)\s+([^\s:]+):?)\s*(.*)$)"));
    static const QRegularExpression nameless(QStringLiteral(R"(^\s*(?::|@)(returns?|rtype)(?::|\s)\s*(.*)$)"));
    DocFields fields;
    QStringList plain;
    QString *open = nullptr; // the field that the next indented line belongs to
    const QStringList lines = text.split(u'\n');
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
            plain.append(line.trimmed());
        }
    }
    fields.text = plain.join(u'\n').trimmed();
    return fields;
}

} // namespace rpc
