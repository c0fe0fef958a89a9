// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "methodinfo.h"

namespace rpc {

namespace {

// A default as it is shown; what is long is only hinted at.
QString shortText(const Value &value)
{
    if (const auto *text = value.get<QString>())
        return u'"' % text->left(20) % u'"';
    if (const auto integer = value.toInteger())
        return QString::number(*integer);
    if (const auto *flag = value.get<bool>())
        return *flag ? QStringLiteral("true") : QStringLiteral("false");
    if (const auto number = value.toDouble())
        return QString::number(*number);
    return QStringLiteral("…");
}

} // namespace

QString MethodInfo::signatureText(qsizetype index) const
{
    if (index >= signatures.size())
        return name % u"(…)";
    const Signature &signature = signatures.at(index);
    QStringList parameters;
    bool byName = false; // from here on
    for (const Parameter &p : signature.parameters) {
        QString text = p.name.isEmpty() ? p.type : p.type.isEmpty() ? p.name : QString(p.name % u": " % p.type);
        if (text.isEmpty())
            text = QStringLiteral("any");
        if (p.variadic)
            text = u"..." % text;
        if (p.keywords)
            text = u"**" % text;
        if (p.keywordOnly && !byName)
            parameters.append(QStringLiteral("*")); // as Python writes it
        byName = byName || p.keywordOnly;
        if (p.defaultValue && p.defaultValue->type() != Type::Nil)
            text += u" = " % shortText(*p.defaultValue);
        parameters.append(p.optional ? QString(u'[' % text % u']') : text);
    }
    QString text = name % u'(' % parameters.join(QStringLiteral(", ")) % u')';
    if (!signature.result.isEmpty())
        text += u" → " % signature.result;
    return text;
}

} // namespace rpc
