// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "introspection.h"

#include "registry.h"

namespace rpc {

namespace {

QString known(const QString &type) { return type.isEmpty() ? QStringLiteral("undef") : type; }

Result<Array> signaturesOf(const MethodInfo &info)
{
    Array all;
    for (const Signature &s : info.signatures) {
        Array types { known(s.result) };
        for (const Parameter &p : s.parameters)
            types.append(known(p.type));
        all.append(Value(types)); // as one element: QList would append them one by one
        // Introspection has no optional parameters: each may be left out from the end, and that is a signature, too.
        for (qsizetype i = s.parameters.size(); i > 0 && s.parameters[i - 1].optional; --i) {
            types.removeLast();
            all.append(Value(types));
        }
    }
    return all;
}

Error unknownMethod(const QString &name)
{
    return Error::make(ErrorKind::MethodNotFound, QStringLiteral("Method not found: \"%1\"").arg(name));
}

} // namespace

void addIntrospection(Registry &registry)
{
    const Registry *methods = &registry;
    registry
        .add(QStringLiteral("system.listMethods"),
            [methods] {
                QStringList names;
                for (const MethodInfo &info : methods->methods())
                    names.append(info.name);
                return names;
            })
        .help(QStringLiteral("The names of all methods, sorted."));
    registry
        .add(QStringLiteral("system.methodSignature"),
            [methods](const QString &name) -> Result<Array> {
                const auto method = methods->find(name);
                return method ? signaturesOf(method->info) : unknownMethod(name);
            })
        .params(QStringLiteral("methodName"))
        .help(
            QStringLiteral("The signatures of a method, each a list: the type of the result, then of each parameter."));
    registry
        .add(QStringLiteral("system.methodHelp"),
            [methods](const QString &name) -> Result<QString> {
                const auto method = methods->find(name);
                return method ? Result<QString>(method->info.help) : unknownMethod(name);
            })
        .params(QStringLiteral("methodName"))
        .help(QStringLiteral("The documentation of a method, empty when there is none."));
}

} // namespace rpc
