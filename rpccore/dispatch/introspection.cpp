// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "introspection.h"

#include "dispatcher.h"
#include "multicall.h"
#include "registry.h"

namespace rpc {

namespace {

QString known(const QString &type) { return type.isEmpty() || type == u"any" ? QStringLiteral("undef") : type; }

Array signaturesOf(const MethodInfo &info)
{
    Array all;
    for (const Signature &s : info.signatures) {
        Array types { known(s.result) };
        QList<Parameter> byPosition; // introspection has no names
        std::copy_if(s.parameters.begin(), s.parameters.end(), std::back_inserter(byPosition),
            [](const Parameter &p) { return !p.keywordOnly && !p.keywords; });
        for (const Parameter &p : byPosition)
            types.append(known(p.type));
        all.append(Value(types)); // as one element: QList would append them one by one
        // Nor has it optional parameters: each may be left out from the end, and that is a signature, too.
        for (qsizetype i = byPosition.size(); i > 0 && byPosition[i - 1].optional; --i) {
            types.removeLast();
            all.append(Value(types));
        }
    }
    if (all.isEmpty())
        all.append(Value(Array { QStringLiteral("undef") }));
    return all;
}

Result<MethodInfo> visibleMethod(const Registry &registry, const CallContext &context, const QString &name)
{
    const auto method = registry.find(name);
    if (method && method->info.protocols.contains(context.protocol))
        return method->info;
    Error e = Error::application(code::MethodNotFound, QStringLiteral("Method not found"));
    e.details = QStringLiteral("there is no method \"%1\"").arg(name);
    return e;
}

Struct capability(const char *url, int version)
{
    return { { QStringLiteral("specUrl"), QString::fromLatin1(url) }, { QStringLiteral("specVersion"), version } };
}

void addCapabilities(Registry &registry, Protocols protocols, const SystemMethods &which)
{
    Struct all;
    if (protocols.contains(Protocol::XmlRpc)) {
        all.append(QStringLiteral("xmlrpc"), capability("http://xmlrpc.com/spec.md", 1));
        all.append(QStringLiteral("nil"), capability("http://www.ontosys.com/xml-rpc/extensions.php", 20010518));
        all.append(QStringLiteral("faults_interop"),
            capability("http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php", 20010516));
    }
    if (protocols.contains(Protocol::JsonRpc))
        all.append(QStringLiteral("jsonrpc"), capability("https://www.jsonrpc.org/specification", 2));
    if (which.introspection)
        all.append(QStringLiteral("introspection"),
            capability("http://xmlrpc-c.sourceforge.net/xmlrpc-c/introspection.html", 1));
    if (which.multicall && protocols.contains(Protocol::XmlRpc))
        all.append(
            QStringLiteral("system.multicall"), capability("https://mirrors.talideon.com/articles/multicall.html", 1));
    registry.replace(QStringLiteral("system.getCapabilities"), [all] { return all; })
        .help(QStringLiteral("The specifications that this server follows, each with its address and version."));
}

} // namespace

void addIntrospection(Registry &registry, Dispatcher &dispatcher, const SystemMethods &which)
{
    const Registry *methods = &registry;
    if (which.introspection) {
        registry
            .add(QStringLiteral("system.listMethods"),
                [methods](const CallContext &context) {
                    QStringList names;
                    for (const MethodInfo &info : methods->methods()) {
                        if (info.protocols.contains(context.protocol))
                            names.append(info.name);
                    }
                    return names;
                })
            .help(QStringLiteral("The names of all methods, sorted."));
        registry
            .add(QStringLiteral("system.methodSignature"),
                [methods](const CallContext &context, const QString &name) -> Result<Array> {
                    const auto info = visibleMethod(*methods, context, name);
                    return info ? Result<Array>(signaturesOf(*info)) : info.error();
                })
            .params(QStringLiteral("methodName"))
            .help(QStringLiteral(
                "The signatures of a method, each a list: the type of the result, then of each parameter."));
        registry
            .add(QStringLiteral("system.methodHelp"),
                [methods](const CallContext &context, const QString &name) -> Result<QString> {
                    const auto info = visibleMethod(*methods, context, name);
                    return info ? Result<QString>(info->help) : info.error();
                })
            .params(QStringLiteral("methodName"))
            .help(QStringLiteral("The documentation of a method, empty when there is none."));
    }
    if (which.multicall)
        addMulticall(registry, dispatcher);
    if (which.capabilities)
        addCapabilities(registry, dispatcher.options().protocols, which);
}

} // namespace rpc
