// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands.h"

#include "../login.h"
#include "../output.h"

#include <app/workspace/describe.h>
#include <rpccore/discovery/discovery.h>
#include <rpccore/json/valuetext.h>

namespace antiphon::cli {

namespace {

// list and describe: ask the server about itself, then print some of it.
class DiscoveryCommand : public Command
{
public:
    DiscoveryCommand(CLI::App &app, const char *name, const char *help)
        : m_app(*app.add_subcommand(name, help))
    {
        m_options.addTo(m_app);
        m_app.add_flag("--json", m_json, "print JSON: names, signatures, help");
    }

    void run(Finish finish) override
    {
        const auto endpoint = m_options.endpoint();
        if (!endpoint)
            return finish(fail(endpoint.error()));
        m_endpoint = *endpoint;
        if (!m_options.login.empty() && Endpoint::isTwoWay(m_endpoint.target.url)) {
            complain(QStringLiteral("--login over WebSockets and streams is for call and bench"));
            return finish(ExitStatus::Usage);
        }
        m_login.run(m_endpoint, nullptr, finish, [this, finish] { ask(finish); });
    }

protected:
    virtual void begin(rpc::Discovery &discovery, std::optional<rpc::Protocol> protocol) = 0;
    virtual ExitStatus show(const rpc::ApiModel &model) = 0;

    CLI::App &m_app;
    ConnectionOptions m_options;
    bool m_json = false;

private:
    void ask(const Finish &finish)
    {
        m_discovery = m_endpoint.makeDiscovery(tellOfTheRest);
        QObject::connect(m_discovery.get(), &rpc::Discovery::finished, m_discovery.get(),
            [this, finish, isAuto = !m_endpoint.protocol](const rpc::Result<rpc::ApiModel> &model) {
                if (m_options.raw) {
                    for (const rpc::Trace &trace : m_discovery->traces())
                        print(rawText(trace));
                }
                if (!model)
                    return finish(fail(model.error()));
                if (isAuto)
                    complain(QStringLiteral("protocol: %1").arg(rpc::protocolName(model->protocol)));
                finish(show(*model));
            });
        begin(*m_discovery, m_endpoint.protocol);
    }

    Endpoint m_endpoint;
    Login m_login { m_options };
    std::unique_ptr<rpc::Discovery> m_discovery;
};

class ListCommand : public DiscoveryCommand
{
public:
    explicit ListCommand(CLI::App &app)
        : DiscoveryCommand(app, "list", "Print the methods of a server, one a line")
    {
    }

protected:
    void begin(rpc::Discovery &discovery, std::optional<rpc::Protocol> protocol) override
    {
        discovery.start(protocol, m_json ? rpc::Discovery::Depth::Details : rpc::Discovery::Depth::NamesOnly);
    }

    ExitStatus show(const rpc::ApiModel &model) override
    {
        for (const QString &note : model.notes)
            complain(note);
        if (model.listError)
            return exitStatusOf(*model.listError);
        if (m_json) {
            rpc::Array all;
            for (const rpc::MethodInfo &m : model.methods)
                all.append(methodToValue(m));
            print(rpc::valuetext::toText(all, rpc::JsonWriter::Layout::Indented));
            return model.isPartial ? ExitStatus::Partial : ExitStatus::Success;
        }
        QString names;
        for (const rpc::MethodInfo &m : model.methods)
            names += m.name % u'\n';
        if (!names.isEmpty())
            print(names);
        return ExitStatus::Success;
    }
};

class DescribeCommand : public DiscoveryCommand
{
public:
    explicit DescribeCommand(CLI::App &app)
        : DiscoveryCommand(app, "describe", "Print signatures and documentation of one method")
    {
        m_app.add_option("METHOD", m_method, "its name")->required();
    }

protected:
    void begin(rpc::Discovery &discovery, std::optional<rpc::Protocol> protocol) override
    {
        discovery.describe(protocol, argument(m_method));
    }

    ExitStatus show(const rpc::ApiModel &model) override
    {
        const rpc::MethodInfo *method = model.find(argument(m_method));
        // describe() puts the method into the model. One that is not listed, or of which nothing is told where there is
        // no list, may be there all the same, but nobody has said so.
        const bool isTold = method
            && (model.listError ? !method->signatures.isEmpty() || !method->help.isEmpty()
                                : model.isListed(method->name));
        const bool isBare = method && method->signatures.isEmpty() && method->help.isEmpty();
        if (!isTold || isBare || model.isPartial) {
            for (const QString &note : model.notes)
                complain(note);
        }
        if (!isTold) {
            complain((model.listError ? QStringLiteral("the server tells nothing of a method \"%1\"")
                                      : QStringLiteral("the server lists no method \"%1\""))
                         .arg(argument(m_method)));
            return model.isPartial ? ExitStatus::Partial : ExitStatus::RemoteError;
        }
        print(m_json ? rpc::valuetext::toText(methodToValue(*method), rpc::JsonWriter::Layout::Indented)
                     : methodText(*method).toUtf8());
        return model.isPartial ? ExitStatus::Partial : ExitStatus::Success;
    }

private:
    std::string m_method;
};

} // namespace

std::unique_ptr<Command> makeListCommand(CLI::App &app) { return std::make_unique<ListCommand>(app); }
std::unique_ptr<Command> makeDescribeCommand(CLI::App &app) { return std::make_unique<DescribeCommand>(app); }

} // namespace antiphon::cli
