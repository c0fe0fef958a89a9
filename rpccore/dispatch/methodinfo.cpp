// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "methodinfo.h"

#include <QStringList>

namespace rpc {

QString MethodInfo::signatureText(qsizetype index) const
{
    if (index >= signatures.size())
        return name % u"(…)";
    const Signature &signature = signatures.at(index);
    QStringList parameters;
    for (const Parameter &p : signature.parameters) {
        QString text = p.name.isEmpty() ? p.type : p.type.isEmpty() ? p.name : QString(p.name % u": " % p.type);
        if (text.isEmpty())
            text = QStringLiteral("any");
        parameters.append(p.optional ? QString(u'[' % text % u']') : text);
    }
    QString text = name % u'(' % parameters.join(QStringLiteral(", ")) % u')';
    if (!signature.result.isEmpty())
        text += u" → " % signature.result;
    return text;
}

} // namespace rpc
