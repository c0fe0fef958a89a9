// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "fixture.h"

#include <rpccore/server/servercommands.h>

#include <limits>
#include <stdexcept>

using namespace rpc;

namespace {

QString text(const char *latin1) { return QString::fromLatin1(latin1); }

// Exact while all are integers, else the sum of doubles.
Result<Value> sum(const Variadic<Value> &numbers)
{
    qint64 whole = 0;
    double real = 0;
    bool allWhole = true;
    for (const Value &v : numbers.values) {
        const auto number = v.toDouble();
        if (!number)
            return Error::make(ErrorKind::InvalidParams, text("expected numbers"));
        real += *number;
        allWhole = allWhole && v.toInteger() && !__builtin_add_overflow(whole, *v.toInteger(), &whole);
    }
    return allWhole ? Value::fromInteger(whole) : Value(real);
}

void addCalculator(Registry &registry)
{
    registry.add(text("add"), [](double a, double b) { return a + b; }).params(text("a"), text("b"));
    registry.add(text("subtract"), [](double a, double b) { return a - b; }).params(text("a"), text("b"));
    registry.add(text("multiply"), [](double a, double b) { return a * b; }).params(text("a"), text("b"));
    registry.add(text("divide"), [](double a, double b) { return a / b; }).params(text("a"), text("b"));
}

} // namespace

void addFixtureMethods(Registry &registry)
{
    registry
        .add(text("add"),
            [](int a, int b) -> Result<int> {
                int sum = 0;
                if (__builtin_add_overflow(a, b, &sum))
                    return Error::make(ErrorKind::InvalidParams, text("the sum does not fit into an int"));
                return sum;
            })
        .params(text("a"), text("b"))
        .docs(text("Add two numbers and return the result.\n\n:param a: First number\n:param b: Second "
                   "number\n:return: The sum"));
    registry.add(text("echo"), [](const Value &x) { return x; }).params(text("x"));
    registry
        .add(text("subtract"),
            [](const Value &a, const Value &b) -> Result<Value> {
                const auto x = a.toInteger();
                const auto y = b.toInteger();
                if (x && y)
                    return Value::fromInteger(*x - *y);
                if (!a.toDouble() || !b.toDouble())
                    return Error::make(ErrorKind::InvalidParams, text("expected numbers"));
                return Value(*a.toDouble() - *b.toDouble());
            })
        .params(text("minuend"), text("subtrahend"));
    registry.add(text("sum"), sum).params(text("numbers"));
    for (const char *name : { "update", "notify_hello", "notify_sum" })
        registry.add(text(name), [](const Variadic<Value> &) {}).params(text("args"));
    registry.add(text("get_data"), [] { return Array { text("hello"), 5 }; });
    registry.add(text("fail"), [](const QString &message) { throw std::runtime_error(message.toStdString()); })
        .params(text("message"))
        .defaultValue(text("message"), text("boom"));
    registry.add(text("teapot"), []() -> Result<Value> {
        return Error::application(-32094, text("I am a teapot"), Struct { { text("hint"), text("short and stout") } });
    });
    registry.add(text("not_serializable"), [] { return std::numeric_limits<double>::quiet_NaN(); });
    registry.add(text("now"), [] { return *DateTime::fromText("20250102T04:05:06"); });
    registry.add(text("big"), [] { return qint64(1) << 40; });
    registry.add(text("nothing"), [] {});
    registry.add(text("get_bytes"), [] { return QByteArray("abcde"); });
    registry.add(text("xml_only"), [] { return text("xml"); }).protocols(Protocol::XmlRpc);
    registry.add(text("json_only"), [] { return text("json"); }).protocols(Protocol::JsonRpc);
    addValidator(registry);
}

Server &Fixture::addServer(const QString &path, const ServerOptions &options, const MountOptions &mount)
{
    m_servers.push_back(std::make_unique<Server>(options));
    Server &server = *m_servers.back();
    if (m_http)
        m_http->mount(path, server, mount);
    else
        m_http = server.addListener(std::make_unique<HttpListener>());
    return server;
}

Result<QUrl> Fixture::listen(quint16 port)
{
    addFixtureMethods(addServer(text("/rpc"), {}).registry());

    ServerOptions json;
    json.dispatch.protocols = Protocol::JsonRpc;
    addFixtureMethods(addServer(text("/json"), json).registry());

    ServerOptions guarded;
    guarded.dispatch.authorization = auth::basic(text("user"), text("secret"));
    addFixtureMethods(addServer(text("/auth"), guarded).registry());

    addFixtureMethods(addServer(text("/redir"), {}, { text("/rpc") }).registry());

    ServerOptions small;
    small.maxBatch = 2;
    addFixtureMethods(addServer(text("/maxbatch2"), small).registry());

    ServerOptions bare;
    bare.systemMethods = SystemMethods::none();
    addFixtureMethods(addServer(text("/nosys"), bare).registry());

    Server &tree = addServer(text("/pulsar"), {});
    addServerCommands(tree.registry(), tree);
    addCalculator(tree.registry().branch(text("calc")));

    addFixtureMethods(addServer(text("/ws"), {}).registry());
    MountOptions pages;
    pages.webSocket.origins = QStringList { text("https://good.example") };
    pages.webSocket.originRequired = true;
    addFixtureMethods(addServer(text("/ws-origin"), {}, pages).registry());

    HttpOptions options;
    options.port = port;
    options.path = text("/rpc");
    const auto bound = m_http->listen(options);
    if (!bound)
        return bound.error();
    QUrl url = m_http->url();
    url.setPath(QString());
    return url;
}
