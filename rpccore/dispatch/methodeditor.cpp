// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "methodeditor.h"

#include "docfields.h"

#include <rpccore/core/logging.h>

namespace rpc {

MethodEditor &MethodEditor::setParameterNames(const QStringList &names)
{
    for (Signature &s : m_method->info.signatures) {
        for (qsizetype i = 0; i < s.parameters.size() && i < names.size(); ++i)
            s.parameters[i].name = names[i];
    }
    applyDocs();
    return *this;
}

MethodEditor &MethodEditor::setKeywordOnly(const QStringList &names)
{
    for (const QString &name : names) {
        const auto mark = [&name](Parameter &p) {
            const bool fits = p.name == name && !p.variadic && !p.keywords;
            p.keywordOnly = p.keywordOnly || fits;
            return fits;
        };
        bool known = false;
        for (Signature &s : m_method->info.signatures) {
            for (Parameter &p : s.parameters)
                known = mark(p) || known;
        }
        if (!known)
            warnUnknown(name);
    }
    return *this;
}

void MethodEditor::warnUnknown(const QString &name) const
{
    if (isValid())
        qCWarning(lcServer, "%ls has no parameter \"%ls\": name the parameters first",
            qUtf16Printable(m_method->info.name), qUtf16Printable(name));
}

MethodEditor &MethodEditor::setDefault(const QString &name, const Value &value)
{
    bool known = false;
    for (Signature &s : m_method->info.signatures) {
        for (Parameter &p : s.parameters) {
            if (p.name == name) {
                p.optional = true;
                p.defaultValue = value;
                known = true;
            }
        }
    }
    if (!known)
        warnUnknown(name);
    return *this;
}

MethodEditor &MethodEditor::setTags(const QStringList &tags)
{
    m_method->info.tags = tags;
    return *this;
}

MethodEditor &MethodEditor::help(const QString &text)
{
    m_method->info.help = text;
    return *this;
}

MethodEditor &MethodEditor::docs(const QString &text)
{
    m_method->docs = text;
    m_method->info.help = readDocFields(text).text;
    applyDocs();
    return *this;
}

// What a C++ type says is right; documentation says more where it says nothing.
void MethodEditor::applyDocs()
{
    if (m_method->docs.isEmpty())
        return;
    const DocFields fields = readDocFields(m_method->docs);
    const auto takeType = [](QString &type, const QString &documented) {
        if ((type.isEmpty() || type == u"any") && !documented.isEmpty())
            type = documented;
    };
    for (Signature &s : m_method->info.signatures) {
        if (!fields.result.isEmpty())
            s.resultHelp = fields.result;
        takeType(s.result, fields.resultType);
        for (Parameter &p : s.parameters) {
            const DocFields::Parameter known = fields.parameters.value(p.name);
            if (!known.help.isEmpty())
                p.help = known.help;
            takeType(p.type, known.type);
        }
    }
}

MethodEditor &MethodEditor::deprecated(bool on)
{
    m_method->info.deprecated = on;
    return *this;
}

MethodEditor &MethodEditor::protocols(Protocols protocols)
{
    m_method->info.protocols = protocols;
    return *this;
}

MethodEditor &MethodEditor::authorization(Authorization authorization)
{
    m_method->authorization = std::move(authorization);
    return *this;
}

MethodEditor &MethodEditor::prepareResult(std::function<Task<Value>(Value)> function)
{
    m_method->prepareResult = std::move(function);
    return *this;
}

MethodEditor &MethodEditor::setExecution(const Execution &execution)
{
    const auto refuse = [this](const char *why) -> MethodEditor & {
        qCWarning(lcServer, "%ls %s", qUtf16Printable(m_method->info.name), why);
        return *this;
    };
    if (m_method->execution.where() == Execution::Where::OwnThread)
        return refuse("is called in the thread of its object: it cannot be given another one");
    if (m_method->isCoroutine && execution.where() == Execution::Where::Pool)
        return refuse("is a coroutine: it needs a thread with an event loop, so not one of the pool");
    m_method->execution = execution;
    return *this;
}

} // namespace rpc
