// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "servercommands.h"

#include "server.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QSysInfo>

namespace rpc {

namespace {

// What a registry says of itself.
QString aboutText(const Registry &registry, QChar underline)
{
    QString text;
    if (!registry.title().isEmpty())
        text += registry.title() % u'\n' % QString(registry.title().size(), underline) % u"\n\n";
    if (!registry.docs().isEmpty())
        text += registry.docs() % u"\n\n";
    return text;
}

QString entryOf(const MethodInfo &info)
{
    return u".. _functions-" % info.name % u":\n\n" % info.name % u'\n' % QString(info.name.size(), u'~')
        % u"\n\n``" % info.signatureText() % u"``\n\n"
        % (info.help.isEmpty() ? QStringLiteral("No docs") : info.help) % u"\n\n";
}

Array functionsList(const Registry &registry, Protocol protocol)
{
    Array all;
    for (const MethodInfo &info : registry.root().methods()) {
        if (!info.protocols.contains(protocol))
            continue;
        QString doc = info.help.isEmpty() ? QStringLiteral("No docs") : info.help;
        doc.replace(u'\n', u' ');
        const Struct about { { QStringLiteral("doc"), doc }, { QStringLiteral("section"), registry.prefixOf(info.name) } };
        all.append(Value(Array { info.name, about }));
    }
    return all;
}

} // namespace

QString restructuredText(const Registry &registry)
{
    QMap<QString, QString> sections; // the methods without a prefix first
    for (const MethodInfo &info : registry.methods())
        sections[registry.prefixOf(info.name)] += entryOf(info);
    QString text = aboutText(registry, u'=');
    for (auto section = sections.cbegin(); section != sections.cend(); ++section) {
        if (const Registry *const branch = section.key().isEmpty() ? nullptr : registry.findBranch(section.key()))
            text += aboutText(*branch, u'-');
        text += *section;
    }
    return text;
}

void addServerCommands(Registry &registry, Server &server, const ServerCommands &options)
{
    const Registry *methods = &registry;
    QElapsedTimer uptime;
    uptime.start();
    registry.add(QStringLiteral("ping"), [] { return QStringLiteral("pong"); })
        .help(QStringLiteral("Gives \"pong\": the server is there."));
    registry.add(QStringLiteral("echo"), [](const QString &message) { return message; })
        .params(QStringLiteral("message"))
        .defaultValue(QStringLiteral("message"), QString())
        .help(QStringLiteral("Gives the message back."));
    registry
        .add(QStringLiteral("server_info"),
            [uptime, &server, extra = options.extraInfo](const CallContext &context) -> Task<Struct> {
                Struct info { { QStringLiteral("name"), QCoreApplication::applicationName() },
                    { QStringLiteral("version"), QCoreApplication::applicationVersion() },
                    { QStringLiteral("uptime"), double(uptime.elapsed()) / 1000.0 },
                    { QStringLiteral("pid"), Value::fromInteger(QCoreApplication::applicationPid()) },
                    { QStringLiteral("system"), QSysInfo::prettyProductName() },
                    { QStringLiteral("qt"), QString::fromLatin1(qVersion()) },
                    { QStringLiteral("sessions"), Value::fromInteger(server.sessions().size()) } };
                return extra ? extra(context, std::move(info)) : Task<Struct>(std::move(info));
            })
        .help(QStringLiteral("What this server is, and how long it has been running (in seconds)."));
    registry
        .add(QStringLiteral("functions_list"),
            [methods](const CallContext &context) { return functionsList(*methods, context.protocol); })
        .help(QStringLiteral("The methods, each a pair of its name and {doc, section}."));
    registry.add(QStringLiteral("documentation"), [methods] { return restructuredText(methods->root()); })
        .help(QStringLiteral("The documentation of all methods as reStructuredText."));
    if (options.closeSession) {
        registry
            .add(QStringLiteral("close_session"),
                [&server](const QString &id) -> Result<bool> {
                    if (server.closeSession(id))
                        return true;
                    Error e = Error::make(ErrorKind::InvalidParams, QStringLiteral("Invalid params"));
                    e.details = QStringLiteral("there is no session \"%1\"").arg(id);
                    return e;
                })
            .params(QStringLiteral("id"))
            .help(QStringLiteral("Ends a connection and the calls that came over it."));
    }
}

} // namespace rpc
