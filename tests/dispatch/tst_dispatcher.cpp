// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/dispatch/dispatcher.h>
#include <rpccore/dispatch/introspection.h>
#include <rpccore/dispatch/registry.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fatalmessages.h>

#include <QRegularExpression>

#include <QThread>

using namespace rpc;

class tst_Dispatcher : public QObject
{
    Q_OBJECT

    struct Fixture {
        Registry registry;
        Dispatcher dispatcher { registry };
        JsonRpcCodec json;
        XmlRpcCodec xml;
        ReplyHandle held;

        Fixture()
        {
            registry.add(QStringLiteral("add"), [](int a, int b) { return a + b; })
                .params(QStringLiteral("a"), QStringLiteral("b"))
                .help(QStringLiteral("Adds."));
            registry.add(QStringLiteral("opt"), [](int a, std::optional<int> b) { return a + b.value_or(100); })
                .params(QStringLiteral("a"), QStringLiteral("b"));
            registry.add(QStringLiteral("nothing"), [] { });
            registry.add(QStringLiteral("fails"), []() -> Result<int> { return Error::application(7, QStringLiteral("no"), 42); });
            registry.add(QStringLiteral("throws"), []() -> int { throw std::runtime_error("secret"); });
            registry.add(QStringLiteral("bytes"), [] { return QByteArray("abc"); });
            registry.add(QStringLiteral("peer"), [](const CallContext &c, int x) { return c.method + QString::number(x); });
            registry.addRaw({ QStringLiteral("hold"), {}, {}, false },
                [this](const CallContext &, const Params &, const ReplyHandle &reply) { held = reply; });
            registry.addRaw({ QStringLiteral("drop"), {}, {}, false }, [](const CallContext &, const Params &, ReplyHandle) { });
            addIntrospection(registry, dispatcher);
        }

        QByteArray ask(const QByteArray &body, const Codec *codec = nullptr)
        {
            QByteArray answer = "(not called)";
            dispatcher.handle({}, codec ? *codec : json, body, {},
                [&](const Dispatched &result) { answer = result.body.value_or("(nothing)"); });
            return answer;
        }
        QByteArray call(const QByteArray &method, const QByteArray &params)
        {
            return ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}");
        }
    };

private Q_SLOTS:
    FATAL_MESSAGES

    void calls_areAnswered_data()
    {
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("params");
        QTest::addColumn<QByteArray>("expected");
        const auto row = [](const char *method, const char *params, const char *expected) {
            QTest::addRow("%s %s", method, params) << QByteArray(method) << QByteArray(params) << QByteArray(expected);
        };
        row("add", "[2,3]", "\"result\":5");
        row("add", "{\"b\":3,\"a\":2}", "\"result\":5");
        row("add", "[2]", "-32602");
        row("add", "[1,2,3]", "-32602");
        row("add", "{\"a\":1}", "-32602");
        row("add", "{\"a\":1,\"b\":2,\"c\":3}", "-32602");
        row("add", "[\"2\",3]", "params[0]: expected int, got string");
        row("add", "[2,9999999999]", "-32602");
        row("opt", "[1]", "\"result\":101");
        row("opt", "{\"a\":1}", "\"result\":101");
        row("opt", "[1,2]", "\"result\":3");
        row("nothing", "[]", "\"result\":null");
        row("fails", "[]", "{\"code\":7,\"message\":\"no\",\"data\":42}");
        row("peer", "[5]", "\"result\":\"peer5\"");
        row("bytes", "[]", "-32603");
        row("drop", "[]", "-32603");
        row("nope", "[]", "-32601");
        row("system.methodSignature", "[\"add\"]", "[[\"int\",\"int\",\"int\"]]");
        row("system.methodHelp", "[\"add\"]", "\"Adds.\"");
        row("system.methodHelp", "[\"nope\"]", "-32601");
    }
    void calls_areAnswered()
    {
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, params);
        QFETCH(QByteArray, expected);
        Fixture f;
        if (method == "bytes")
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("^bytes: the result has no form in JSON-RPC")));
        const QByteArray answer = f.call(method, params);
        QVERIFY2(answer.contains(expected), answer.constData());
    }

    void exceptions_stayInside()
    {
        Fixture f;
        QTest::ignoreMessage(QtWarningMsg, "throws threw: secret");
        const QByteArray answer = f.call("throws", "[]");
        QVERIFY(answer.contains("-32603"));
        QVERIFY(!answer.contains("secret"));
    }

    void notifications_areSilent()
    {
        Fixture f;
        QCOMPARE(f.ask("{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[1,2]}"), QByteArray("(nothing)"));
        QCOMPARE(f.ask("{\"jsonrpc\":\"2.0\",\"method\":\"nope\"}"), QByteArray("(nothing)"));
    }

    void batches_keepTheirOrder()
    {
        Fixture f;
        QByteArray answer;
        f.dispatcher.handle({}, f.json,
            "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hold\"},{\"jsonrpc\":\"2.0\",\"method\":\"nothing\"},1,"
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"add\",\"params\":[1,2]}]",
            {}, [&](const Dispatched &result) { answer = *result.body; });
        QVERIFY(answer.isEmpty()); // one still runs
        f.held.resolve(Value(QStringLiteral("late")));
        QVERIFY2(answer.startsWith("[{\"jsonrpc\":\"2.0\",\"result\":\"late\",\"id\":1},{\"jsonrpc\":\"2.0\",\"error\""), answer.constData());
        QVERIFY2(answer.endsWith("{\"jsonrpc\":\"2.0\",\"result\":3,\"id\":2}]"), answer.constData());
        QVERIFY(f.ask("[]").contains("-32600"));
        QVERIFY(f.ask("[1]").startsWith("[{"));
    }

    void broken_isAParseError()
    {
        Fixture f;
        QVERIFY(f.ask("{\"jsonrpc\"").contains("\"code\":-32700"));
        QVERIFY(f.ask("<methodCall><methodName>a</methodName", &f.xml).contains("<int>-32700</int>"));
        QVERIFY(f.ask("<foo/>", &f.xml).contains("<int>-32600</int>"));
    }

    void answers_comeOnce()
    {
        Fixture f;
        int answers = 0;
        f.dispatcher.handle({}, f.json, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hold\"}", {},
            [&](const Dispatched &) { ++answers; });
        QVERIFY(f.held.isWanted());
        f.held.resolve(1);
        f.held.resolve(2);
        QVERIFY(!f.held.isWanted());
        f.held = {};
        QCOMPARE(answers, 1);
    }

    void answers_fromAnotherThread_comeHome()
    {
        Fixture f;
        QThread *thread = nullptr;
        f.dispatcher.handle({}, f.json, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hold\"}", {},
            [&](const Dispatched &) { thread = QThread::currentThread(); });
        const std::unique_ptr<QThread> worker(QThread::create([handle = std::move(f.held)] { handle.resolve(1); }));
        f.held = {};
        worker->start();
        QVERIFY(QTest::qWaitFor([&] { return thread != nullptr; }));
        QCOMPARE(thread, QThread::currentThread());
        worker->wait();
    }

    void answers_afterTheServerIsGone_areDropped()
    {
        ReplyHandle late;
        bool answered = false;
        {
            Fixture f;
            f.dispatcher.handle({}, f.json, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hold\"}", {},
                [&](const Dispatched &) { answered = true; });
            late = f.held;
            f.held = {};
        }
        late.resolve(1);
        QVERIFY(!answered);
    }

    void aMethod_mayEndTheServer()
    {
        auto f = std::make_unique<Fixture>();
        f->registry.add(QStringLiteral("end"), [&f] { f.reset(); });
        const JsonRpcCodec codec;
        const QByteArray end = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"end\"}";
        f->dispatcher.handle({}, codec, '[' + end + ',' + end + ']', {}, [](const Dispatched &) { QFAIL("there is nobody to answer"); });
        QVERIFY(!f);
    }
};

QTEST_GUILESS_MAIN(tst_Dispatcher)
#include "tst_dispatcher.moc"
