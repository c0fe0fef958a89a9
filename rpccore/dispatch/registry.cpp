// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "registry.h"

namespace rpc {

MethodEditor &MethodEditor::setParameterNames(const QStringList &names)
{
    for (Signature &s : m_method->info.signatures) {
        for (qsizetype i = 0; i < s.parameters.size() && i < names.size(); ++i)
            s.parameters[i].name = names[i];
    }
    return *this;
}

MethodEditor &MethodEditor::help(const QString &text)
{
    m_method->info.help = text;
    return *this;
}

MethodEditor &MethodEditor::deprecated(bool on)
{
    m_method->info.deprecated = on;
    return *this;
}

Registry::Registry(QObject *parent)
    : QObject(parent)
{
}

MethodEditor Registry::addRaw(const MethodInfo &info, Handler handler)
{
    return insert(std::make_shared<Method>(Method { info, std::move(handler) }));
}

MethodEditor Registry::insert(std::shared_ptr<Method> method)
{
    m_methods.insert(method->info.name, method);
    Q_EMIT changed();
    return MethodEditor(std::move(method));
}

bool Registry::remove(const QString &name)
{
    if (m_methods.remove(name) == 0)
        return false;
    Q_EMIT changed();
    return true;
}

std::shared_ptr<const Method> Registry::find(const QString &name) const { return m_methods.value(name); }

QList<MethodInfo> Registry::methods() const
{
    QList<MethodInfo> all;
    all.reserve(m_methods.size());
    for (const auto &method : m_methods)
        all.append(method->info);
    return all;
}

} // namespace rpc
