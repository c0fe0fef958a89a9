// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "asking.h"

#include <rpccore/server/server.h>
#include <rpccore/server/servercommands.h>
#include <tests/support/fatalmessages.h>

#include <QPromise>
#include <QTimer>

using namespace rpc;

/// The system. methods and the commands for looking after a server.
class tst_System : public QObject
{
    Q_OBJECT

    static Value entry(const QString &method, const Array &params = {})
    {
        return Struct { { "methodName"_q, method }, { "params"_q, params } };
    }
    static int faultCode(const Value &v)
    {
        const auto *s = v.get<Struct>();
        return s && s->size() == 2 && s->find(u"faultString") ? *s->find(u"faultCode")->get<qint32>() : 0;
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void lists_showWhatTheProtocolCanCall()
    {
        Asking f;
        addIntrospection(f.registry, f.dispatcher);
        f.registry.add("b"_q, [](int, const Value &) { return 1; }).help("Help."_q);
        f.registry.add("a"_q, [] { return 1; }).protocols(Protocol::XmlRpc);
        f.registry.addRaw(named("raw"_q), [](const CallContext &, const Params &, const ReplyHandle &r) { r.resolve(1); });
        QCOMPARE(f.call("system.listMethods"),
            QByteArray("\"result\":[\"b\",\"raw\",\"system.getCapabilities\",\"system.listMethods\",\"system.methodHelp\",\"system.methodSignature\"]"));
        QCOMPARE(f.callXml("system.listMethods"_q)->get<Array>()->size(), 8);
        QCOMPARE(f.call("system.methodSignature", "[\"b\"]"), QByteArray("\"result\":[[\"int\",\"int\",\"undef\"]]"));
        QCOMPARE(f.call("system.methodSignature", "[\"raw\"]"), QByteArray("\"result\":[[\"undef\"]]"));
        QVERIFY(f.call("system.methodSignature", "[\"a\"]").contains("-32601"));
        QCOMPARE(f.callXml("system.methodHelp"_q, { "a"_q }).value(), Value(""_q));
        QCOMPARE(f.call("system.methodHelp", "[\"b\"]"), QByteArray("\"result\":\"Help.\""));
        const QByteArray capabilities = f.call("system.getCapabilities");
        QVERIFY(capabilities.contains("\"xmlrpc\":{\"specUrl\":") && capabilities.contains("\"specVersion\":1}"));
    }

    void systemMethods_canBeLeftOut()
    {
        for (const char *name : { "system.listMethods", "system.methodSignature", "system.methodHelp", "system.getCapabilities", "system.multicall" }) {
            Asking f;
            addIntrospection(f.registry, f.dispatcher, SystemMethods::none());
            QCOMPARE(f.callXml(QString::fromLatin1(name)).error().code, -32601);
        }
    }

    void multicall_answersEachEntry()
    {
        Asking f;
        addIntrospection(f.registry, f.dispatcher);
        int secretCalls = 0;
        f.registry.add("add"_q, [](int a, int b) { return a + b; });
        f.registry.add("nan"_q, [] { return std::nan(""); });
        f.registry.add("control"_q, [] { return QString(QChar(1)); });
        f.registry.add("secret"_q, [&] { return ++secretCalls; }).authorization(auth::basic("u"_q, "p"_q));
        f.registry.add("json"_q, [] { return 1; }).protocols(Protocol::JsonRpc);
        f.registry.add("fails"_q, []() -> Result<int> { return Error::application(7, "no"_q); });
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression("^nan: the result has no form in XML-RPC"_q));
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression("^control: the result has no form in XML-RPC"_q));
        const auto result = f.callXml("system.multicall"_q,
            { Value(Array { entry("add"_q, { 1, 2 }), entry("nan"_q), entry("control"_q), entry("secret"_q), entry("json"_q), entry("fails"_q), entry("nope"_q), Value(5),
                Struct { { "methodName"_q, 5 } }, Struct { { "methodName"_q, "add"_q }, { "params"_q, 5 } }, entry("system.multicall"_q, { Value(Array()) }),
                Struct { { "methodName"_q, "system.listMethods"_q } } }) });
        QVERIFY2(result.hasValue(), result ? "" : qPrintable(result.error().toString()));
        const Array all = *result->get<Array>();
        QCOMPARE(all[0], Value(Array { 3 }));
        QList<int> codes;
        for (const Value &v : all.mid(1, 10))
            codes.append(faultCode(v));
        QCOMPARE(codes, QList<int>({ -32603, -32603, -32098, -32601, 7, -32601, -32602, -32602, -32602, -32602 }));
        QCOMPARE(all[11].get<Array>()->size(), 1);
        QCOMPARE(secretCalls, 0);
        f.context.headers = { { "Authorization", "Basic " + QByteArray("u:p").toBase64() } };
        QCOMPARE(f.callXml("system.multicall"_q, { Value(Array { entry("secret"_q) }) })->get<Array>()->at(0), Value(Array { 1 }));
        QCOMPARE(f.callXml("system.multicall"_q, { "text"_q }).error().code, -32602);
        QCOMPARE(f.callXml("system.multicall"_q).error().code, -32602);
        QCOMPARE(f.callXml("system.multicall"_q, { Value(Array()) }).value(), Value(Array()));
        QVERIFY(f.call("system.multicall", "[[]]").contains("-32601")); // JSON-RPC has batches
    }

    void multicall_runsInOrder_orConcurrently()
    {
        for (const bool inOrder : { true, false }) {
            Asking f;
            addIntrospection(f.registry, f.dispatcher);
            DispatchOptions options;
            options.multicallInOrder = inOrder;
            f.dispatcher.setOptions(options);
            QList<ReplyHandle> held;
            f.registry.addRaw(named("hold"_q), [&](const CallContext &c, const Params &, const ReplyHandle &reply) {
                QVERIFY(c.insideMulticall);
                held.append(reply);
            });
            QByteArray answer;
            const auto body = f.xml.encodeRequest({ RequestId::null(), "system.multicall"_q, Array { Value(Array { entry("hold"_q), entry("hold"_q) }) } });
            f.dispatcher.handle({}, f.xml, *body, {}, [&](const Dispatched &d) { answer = *d.body; });
            QCOMPARE(held.size(), inOrder ? 1 : 2);
            held[0].resolve(1);
            held[1].resolve(2);
            QVERIFY(answer.indexOf("<int>1</int>") > 0 && answer.indexOf("<int>1</int>") < answer.indexOf("<int>2</int>"));
        }
    }

    void serverCommands_tellAboutTheServer()
    {
        Server server;
        ServerCommands options;
        options.extraInfo = [](const CallContext &, Struct info) {
            info.append("mine"_q, 5);
            return info;
        };
        options.closeSession = true;
        addServerCommands(server.registry().branch("server"_q), server, options);
        server.registry().add("f"_q, [](int) { return 1; }).params("a"_q).help("Line one.\nLine two."_q);
        const auto call = [&](const QString &method, const Params &params = {}) {
            Result<Value> got = Value();
            server.dispatcher().call({}, { RequestId(1), method, params }, [&](const Result<Value> &o) { got = o; });
            return got;
        };
        QCOMPARE(call("server.ping"_q).value(), Value("pong"_q));
        QCOMPARE(call("server.echo"_q).value(), Value(""_q));
        QCOMPARE(call("server.echo"_q, Struct { { "message"_q, "x"_q } }).value(), Value("x"_q));
        const auto info = call("server.server_info"_q);
        QVERIFY(info->get<Struct>()->find(u"uptime")->type() == Type::Double);
        QCOMPARE(*info->get<Struct>()->find(u"mine"), Value(5));
        const auto list = call("server.functions_list"_q);
        QCOMPARE(list->get<Array>()->at(0), Value(Array { "f"_q, Struct { { "doc"_q, "Line one. Line two."_q }, { "section"_q, ""_q } } }));
        const QString docs = call("server.documentation"_q)->toString();
        QVERIFY(docs.startsWith(".. _functions-f:\n\nf\n~\n\n``f(a: int) → int``\n\nLine one.\nLine two.\n\n.. _functions-server.close_session:"_q));
        QCOMPARE(call("server.close_session"_q, Array { "http-0"_q }).error().code, -32602);
    }

    void titlesAndTexts_areInTheDocumentation()
    {
        Server server;
        server.registry().setTitle("Stores"_q);
        server.registry().setDocs("What a shop needs.\n\nSo:\n    Indented.\n"_q);
        Registry &prices = server.registry().branch("shop"_q).branch("prices"_q);
        prices.setTitle("Prices"_q);
        prices.setDocs("In cents."_q);
        prices.add("of"_q, [](int) { return 1; });
        server.registry().add("zero"_q, [] { return 0; });
        const QString text = restructuredText(server.registry());
        QVERIFY2(text.startsWith("Stores\n======\n\nWhat a shop needs.\n\nSo:\n    Indented.\n\n.. _functions-zero:"_q), qPrintable(text));
        QVERIFY2(text.contains("Prices\n------\n\nIn cents.\n\n.. _functions-shop.prices.of:"_q), qPrintable(text));
        QCOMPARE(server.registry().findBranch("shop.prices"_q), &prices);
        QVERIFY(!server.registry().findBranch("shop.costs"_q));
    }

    void extraInfo_mayWait()
    {
        Server server;
        ServerCommands options;
        options.extraInfo = [](const CallContext &, Struct info) -> Task<Struct> {
            QPromise<int> promise;
            promise.start();
            const QFuture<int> future = promise.future();
            QTimer::singleShot(1, [promise = std::make_shared<QPromise<int>>(std::move(promise))] {
                promise->addResult(5);
                promise->finish();
            });
            info.append("waited"_q, co_await await(future));
            co_return info;
        };
        addServerCommands(server.registry(), server, options);
        std::optional<Result<Value>> got;
        server.dispatcher().call({}, { RequestId(1), "server_info"_q, {} }, [&](const Result<Value> &o) { got = o; });
        QTRY_VERIFY(got);
        QCOMPARE(*got->value().get<Struct>()->find(u"waited"), Value(5));
    }

    void loop_answersInTheProcess()
    {
        auto server = std::make_unique<Server>();
        server->registry().add("f"_q, [] { return 1; });
        const auto loop = server->loop();
        std::optional<QByteArray> answer;
        int answers = 0;
        const auto done = [&](const std::optional<QByteArray> &bytes) {
            answer = bytes;
            ++answers;
        };
        loop("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"f\"}", "application/json", done);
        QCOMPARE(*answer, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}"));
        loop("<methodCall><methodName>f</methodName></methodCall>", "text/xml", done);
        QVERIFY(answer->contains("<int>1</int>"));
        loop("{\"jsonrpc\":\"2.0\",\"method\":\"f\"}", "application/json", done);
        QVERIFY(!answer);
        loop("{}", "text/plain", done);
        QVERIFY(!answer);
        QCOMPARE(answers, 4);
        server.reset();
        loop("{}", "application/json", done);
        QCOMPARE(answers, 4);
    }
};

QTEST_GUILESS_MAIN(tst_System)
#include "tst_system.moc"
