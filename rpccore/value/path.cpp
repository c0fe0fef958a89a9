// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "path.h"

namespace rpc {

namespace {

bool isIdentifier(const QString &name)
{
    if (name.isEmpty() || name[0].isDigit())
        return false;
    for (const QChar c : name) {
        if (!c.isLetterOrNumber() && c != u'_' && c != u'$')
            return false;
    }
    return true;
}

} // namespace

Path Path::child(const QString &name) const
{
    Path p = *this;
    p.m_steps.append(name);
    return p;
}

Path Path::child(qsizetype index) const
{
    Path p = *this;
    p.m_steps.append(index);
    return p;
}

Path Path::below(const Path &parent) const
{
    Path p = parent;
    p.m_steps.append(m_steps);
    return p;
}

QString Path::toString() const
{
    QString text;
    for (const Step &step : m_steps) {
        if (const auto *index = std::get_if<qsizetype>(&step)) {
            text += u'[' % QString::number(*index) % u']';
            continue;
        }
        const QString &name = std::get<QString>(step);
        if (isIdentifier(name))
            text += text.isEmpty() ? name : u'.' + name;
        else
            text += u"[\"" % QString(name).replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""))
                % u"\"]";
    }
    return text;
}

} // namespace rpc
