// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "asking.h"

#include <tests/support/fatalmessages.h>

#include <QPromise>
#include <QThread>
#include <QtConcurrent>

#include <stdexcept>

using namespace rpc;

namespace {

// Qt 6.4 and 6.8 have different names for it.
template <class T> QFuture<T> ready(const T &value)
{
    QPromise<T> promise;
    promise.start();
    promise.addResult(value);
    promise.finish();
    return promise.future();
}

int freeFunction(int a, int b) noexcept { return a * b; }

struct Counter
{
    int value = 0;
    int increase(int by) { return value += by; }
    int read() const { return value; }
};

Task<int> addLater(int a, QFuture<int> later)
{
    const int b = co_await rpc::await(later);
    if (b < 0)
        co_return Error::application(9, QStringLiteral("negative"));
    co_return a + b;
}

Task<QString> outer(QFuture<int> later)
{
    const auto inner = co_await addLater(1, later);
    if (!inner)
        co_return inner.error();
    co_return QString::number(*inner);
}

Task<void> nothing(QFuture<int> later) { co_await rpc::await(later); }

} // namespace

class tst_Registry : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void callables_ofEveryKind_areMethods()
    {
        Asking f;
        Counter counter;
        f.registry.add("free"_q, &freeFunction);
        f.registry.add("function"_q, std::function<int(int)>([](int x) { return -x; }));
        f.registry.add("mutable"_q, [calls = 0]() mutable { return ++calls; });
        f.registry.add("byReference"_q, [](const QString &text, QList<int> &&list) { return text + QString::number(list.size()); });
        f.registry.add("increase"_q, &counter, &Counter::increase);
        f.registry.add("read"_q, &counter, &Counter::read);
        f.registry.add("context"_q, [](const CallContext &c, int x) { return c.method + QString::number(x); });
        f.registry.add("all"_q, [](const QString &first, const Variadic<int> &rest) { return first + QString::number(std::accumulate(rest.values.begin(), rest.values.end(), 0)); })
            .params("first"_q, "rest"_q);
        QCOMPARE(f.call("free", "[6,7]"), QByteArray("\"result\":42"));
        QCOMPARE(f.call("function", "[5]"), QByteArray("\"result\":-5"));
        QCOMPARE(f.call("mutable"), QByteArray("\"result\":1"));
        QCOMPARE(f.call("mutable"), QByteArray("\"result\":2"));
        QCOMPARE(f.call("byReference", "[\"n\",[1,2,3]]"), QByteArray("\"result\":\"n3\""));
        QCOMPARE(f.call("increase", "[5]"), QByteArray("\"result\":5"));
        QCOMPARE(f.call("read"), QByteArray("\"result\":5"));
        QCOMPARE(f.call("context", "[5]"), QByteArray("\"result\":\"context5\""));
        QCOMPARE(f.call("all", "[\"s\"]"), QByteArray("\"result\":\"s0\""));
        QCOMPARE(f.call("all", "[\"s\",1,2,3]"), QByteArray("\"result\":\"s6\""));
        QCOMPARE(f.call("all", "{\"first\":\"s\",\"rest\":[4,5]}"), QByteArray("\"result\":\"s9\""));
        QVERIFY(f.call("all", "[]").contains("expected at least 1 parameter, got 0"));
        QVERIFY(f.call("all", "[\"s\",1,\"x\"]").contains("params[2]: expected int, got string"));
        QVERIFY(f.call("all", "{\"first\":\"s\",\"rest\":4}").contains("as an array"));
        QCOMPARE(f.registry.find("all"_q)->info.signatureText(), "all(first: string, [...rest: int]) → string"_q);
    }

    void futuresAndTasks_areAnsweredLater()
    {
        Asking f;
        QPromise<int> promise;
        promise.start();
        f.registry.add("future"_q, [&] { return promise.future(); });
        f.registry.add("task"_q, [&](int a) { return addLater(a, promise.future()); });
        f.registry.add("outer"_q, [&] { return outer(promise.future()); });
        f.registry.add("void"_q, [&] { return nothing(promise.future()); });
        QByteArray answers;
        f.dispatcher.handle({}, f.json,
            "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"future\"},{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"task\",\"params\":[10]},"
            "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"outer\"},{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"void\"}]",
            {}, [&](const Dispatched &d) { answers = *d.body; });
        QVERIFY(answers.isEmpty());
        const std::unique_ptr<QThread> worker(QThread::create([&] {
            promise.addResult(5);
            promise.finish();
        }));
        worker->start();
        QVERIFY(QTest::qWaitFor([&] { return !answers.isEmpty(); }));
        worker->wait();
        QCOMPARE(answers, QByteArray("[{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":1},{\"jsonrpc\":\"2.0\",\"result\":15,\"id\":2},"
                                     "{\"jsonrpc\":\"2.0\",\"result\":\"6\",\"id\":3},{\"jsonrpc\":\"2.0\",\"result\":null,\"id\":4}]"));
    }

    void futuresAndTasks_thatFail_areErrors()
    {
        Asking f;
        f.registry.add("negative"_q, [] { return addLater(1, ready(-1)); });
        f.registry.add("future"_q, [] { return ready(Result<int>(Error::application(8, "no"_q))); });
        f.registry.add("dropped"_q, [] {
            QPromise<int> promise;
            promise.start();
            return promise.future(); // and the promise dies
        });
        f.registry.add("droppedInside"_q, [] {
            QPromise<int> promise;
            promise.start();
            return addLater(1, promise.future());
        });
        f.registry.add("throws"_q, [] { return QtConcurrent::run([]() -> int { throw std::runtime_error("secret"); }); });
        f.registry.add("throwsInside"_q, [] { return addLater(1, QtConcurrent::run([]() -> int { throw std::runtime_error("secret"); })); });
        QVERIFY(f.call("negative").contains("{\"code\":9,\"message\":\"negative\"}"));
        QVERIFY(f.call("future").contains("{\"code\":8,\"message\":\"no\"}"));
        for (const char *name : { "dropped", "droppedInside", "throws", "throwsInside" }) {
            if (qstrcmp(name, "dropped") != 0) // that one threw nothing
                QTest::ignoreMessage(QtWarningMsg, QRegularExpression("^%1 threw: (secret|the work was cancelled)$"_q.arg(QLatin1String(name))));
            QCOMPARE(f.call(name), QByteArray("\"error\":{\"code\":-32603,\"message\":\"Internal error\"}"));
            QVERIFY2(f.outcomes[0].message.contains(QLatin1String(qstrncmp(name, "throws", 6) == 0 ? "secret" : "cancelled")), name);
        }
    }

    void defaults_standForWhatIsMissing()
    {
        Asking f;
        f.registry.add("f"_q, [](int a, int b, const QString &c) { return QString::number(a) + QString::number(b) + c; })
            .params("a"_q, "b"_q, "c"_q)
            .defaultValue("b"_q, 7)
            .defaultValue("c"_q, "x"_q);
        QCOMPARE(f.call("f", "[1]"), QByteArray("\"result\":\"17x\""));
        QCOMPARE(f.call("f", "[1,2]"), QByteArray("\"result\":\"12x\""));
        QCOMPARE(f.call("f", "{\"a\":1,\"c\":\"y\"}"), QByteArray("\"result\":\"17y\""));
        QVERIFY(f.call("f", "[]").contains("expected 1 to 3 parameters, got 0"));
        QVERIFY(f.call("f", "{\"b\":1}").contains("the parameter \\\"a\\\" is missing"));
        QCOMPARE(f.registry.find("f"_q)->info.signatureText(), "f(a: int, [b: int = 7], [c: string = \"x\"]) → string"_q);
    }

    void mixedParams_workInTheProcess()
    {
        Asking f;
        f.registry.add("f"_q, [](int a, int b) { return a - b; }).params("a"_q, "b"_q);
        QCOMPARE(f.callHere("f"_q, Params(Array { 5 }, Struct { { "b"_q, 3 } })).value(), Value(2));
        QVERIFY(f.callHere("f"_q, Params(Array { 5 }, Struct { { "a"_q, 3 } })).error().toString().contains("given twice"_q));
        QVERIFY(f.callHere("f"_q, Params(Array { 5 }, Struct { { "c"_q, 3 } })).error().toString().contains("no parameter \"c\""_q));
        QVERIFY(!f.json.encodeRequest({ RequestId(1), "f"_q, Params(Array { 5 }, Struct { { "b"_q, 3 } }) }));
    }

    void branches_areFoundAtAnyDepth()
    {
        Asking f;
        Registry &a = f.registry.branch("a"_q);
        Registry &b = a.branch("b"_q);
        Registry &plain = f.registry.branch();
        f.registry.branch("x.y"_q).add("deep"_q, [] { return 4; });
        f.registry.add("one"_q, [] { return 1; });
        b.branch("c"_q).add("three"_q, [] { return 3; });
        plain.add("two"_q, [] { return 2; });
        QCOMPARE(f.call("a.b.c.three"), QByteArray("\"result\":3"));
        QCOMPARE(f.call("two"), QByteArray("\"result\":2"));
        QCOMPARE(f.call("x.y.deep"), QByteArray("\"result\":4"));
        QVERIFY(f.call("three").contains("-32601"));
        QVERIFY(f.call("a.b.c").contains("-32601"));
        QStringList names;
        for (const MethodInfo &info : f.registry.methods())
            names.append(info.name);
        QCOMPARE(names, QStringList({ "a.b.c.three"_q, "one"_q, "two"_q, "x.y.deep"_q }));
        QVERIFY(f.registry.isRoot() && !b.isRoot());
        QCOMPARE(b.parentRegistry(), &a);
        QCOMPARE(&b.root(), static_cast<const Registry *>(&f.registry));
        QCOMPARE(&f.registry.branch("a"_q), &a);
        int changes = 0;
        connect(&f.registry, &Registry::changed, this, [&] { ++changes; });
        b.add("late"_q, [] { return 5; });
        QCOMPARE(changes, 1);
        QCOMPARE(f.call("a.b.late"), QByteArray("\"result\":5"));
        f.registry.removeBranch(&a);
        QVERIFY(f.call("a.b.late").contains("-32601"));
    }

    void names_canBeTakenOnce_andSomeNotAtAll()
    {
        Asking f;
        QVERIFY(f.registry.add("f"_q, [] { return 1; }).isValid());
        QTest::ignoreMessage(QtWarningMsg, "there is a method \"f\" already");
        const auto second = f.registry.add("f"_q, [] { return 2; });
        QVERIFY(!second.isValid());
        QCOMPARE(second.error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(f.call("f"), QByteArray("\"result\":1"));
        QVERIFY(f.registry.replace("f"_q, [] { return 3; }).isValid());
        QCOMPARE(f.call("f"), QByteArray("\"result\":3"));
        QTest::ignoreMessage(QtWarningMsg, "the method name \"rpc.foo\" is reserved: it begins with \"rpc.\"");
        QVERIFY(!f.registry.add("rpc.foo"_q, [] { return 1; }).isValid());
        QTest::ignoreMessage(QtWarningMsg, "the method name \"rpc.foo\" is reserved: it begins with \"rpc.\"");
        QVERIFY(!f.registry.branch("rpc"_q).add("foo"_q, [] { return 1; }).isValid());
        QTest::ignoreMessage(QtWarningMsg, "a method needs a name");
        QVERIFY(!f.registry.add(QString(), [] { return 1; }).isValid());
        QVERIFY(f.registry.remove("f"_q));
        QVERIFY(!f.registry.remove("f"_q));
    }

    void methods_canBeShared()
    {
        Asking a;
        Asking b;
        const auto editor = a.registry.branch("m"_q).add("add"_q, [](int x, int y) { return x + y; }).params("x"_q, "y"_q);
        QVERIFY(b.registry.add(editor.method(), "plus"_q).isValid());
        b.registry.include(a.registry, "from"_q);
        a.registry.branch("m"_q).add("late"_q, [] { return 1; });
        QCOMPARE(b.call("plus", "{\"x\":1,\"y\":2}"), QByteArray("\"result\":3"));
        QCOMPARE(b.call("from.m.add", "[1,2]"), QByteArray("\"result\":3"));
        QVERIFY(b.call("from.m.late").contains("-32601"));
    }

    void docs_areTakenApart()
    {
        Asking f;
        f.registry.add("f"_q, [](int, int) { return 1; })
            .params("a"_q, "b"_q)
            .docs("Adds.\n\nReally.\n:param a: the first\n  number\n@param b the second\n:type b: other\n:return: the sum\n:rtype: int"_q)
            .tags("math"_q, "simple"_q)
            .deprecated();
        const MethodInfo info = f.registry.find("f"_q)->info;
        QCOMPARE(info.help, "Adds.\n\nReally."_q);
        QCOMPARE(info.signatures[0].parameters[0].help, "the first number"_q);
        QCOMPARE(info.signatures[0].parameters[1].help, "the second"_q);
        QCOMPARE(info.signatures[0].parameters[1].type, "int"_q); // the code knows better than the text
        QCOMPARE(info.signatures[0].resultHelp, "the sum"_q);
        QCOMPARE(info.tags, QStringList({ "math"_q, "simple"_q }));
        QVERIFY(info.deprecated);
    }

    void results_canBePrepared()
    {
        Asking f;
        f.registry.add("twice"_q, [] { return 4; }).prepareResult([](const Value &v) -> Result<Value> { return Value(*v.get<qint32>() * 2); });
        f.registry.add("refused"_q, [] { return 4; }).prepareResult([](const Value &) -> Result<Value> { return Error::application(5, "no"_q); });
        f.registry.add("throws"_q, [] { return 4; }).prepareResult([](const Value &) -> Result<Value> { throw std::runtime_error("secret"); });
        QCOMPARE(f.call("twice"), QByteArray("\"result\":8"));
        QVERIFY(f.call("refused").contains("\"code\":5"));
        QTest::ignoreMessage(QtWarningMsg, "throws threw: secret");
        QCOMPARE(f.call("throws"), QByteArray("\"error\":{\"code\":-32603,\"message\":\"Internal error\"}"));
    }

    void protocols_seeTheirOwnMethods()
    {
        Asking f;
        f.registry.add("x"_q, [] { return 1; }).protocols(Protocol::XmlRpc);
        f.registry.add("j"_q, [] { return 2; }).protocols(Protocol::JsonRpc);
        QVERIFY(f.call("x").contains("-32601"));
        QCOMPARE(f.call("j"), QByteArray("\"result\":2"));
        QCOMPARE(f.callXml("x"_q).value(), Value(1));
        QCOMPARE(f.callXml("j"_q).error().code, -32601);
    }

    void batches_runConcurrently_orInOrder()
    {
        for (const bool inOrder : { false, true }) {
            Asking f;
            QList<ReplyHandle> held;
            f.registry.addRaw(named("hold"_q), [&](const CallContext &, const Params &, const ReplyHandle &reply) { held.append(reply); });
            DispatchOptions options;
            options.batchInOrder = inOrder;
            f.dispatcher.setOptions(options);
            QByteArray answer;
            const QByteArray one = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hold\"}";
            f.dispatcher.handle({}, f.json, '[' + one + ",5," + one + ']', {}, [&](const Dispatched &d) { answer = *d.body; });
            QCOMPARE(held.size(), inOrder ? 1 : 2);
            held[0].resolve(1);
            QCOMPARE(held.size(), 2);
            held[1].resolve(2);
            QVERIFY(answer.startsWith("[{\"jsonrpc\":\"2.0\",\"result\":1,") && answer.endsWith("\"result\":2,\"id\":1}]"));
        }
    }

    void sharedMethods_outliveTheirRegistry()
    {
        Asking f;
        std::shared_ptr<const Method> alone;
        {
            Registry other;
            other.branch("m"_q).add("add"_q, [](int x, int y) { return x + y; }).params("x"_q, "y"_q);
            other.add("system.listMethods"_q, [] { return 1; });
            alone = other.find("m.add"_q);
            f.registry.include(other, "v1"_q);
            f.registry.add(alone, "plus"_q);
        }
        QCOMPARE(f.call("v1.m.add", "{\"x\":1,\"y\":2}"), QByteArray("\"result\":3"));
        QCOMPARE(f.call("plus", "[1,2]"), QByteArray("\"result\":3"));
        QVERIFY(f.call("v1.system.listMethods").contains("-32601"));
        QVERIFY(!f.registry.add(f.registry.find("nope"_q), "x"_q).isValid());
    }

    void branches_mayBeDeleted_andProtectWhatIsTheirs()
    {
        Asking f;
        Registry &admin = f.registry.branch("admin"_q);
        admin.add("reset"_q, [] { return 1; });
        QTest::ignoreMessage(QtWarningMsg, "there is a method \"admin.reset\" already");
        QVERIFY(!f.registry.add("admin.reset"_q, [] { return 2; }).isValid());
        Registry &users = f.registry.branch("admin.users"_q);
        QCOMPARE(users.parentRegistry(), &admin);
        users.add("drop"_q, [] { return 3; });
        admin.setAuthorization(Predicate([](const CallContext &) { return Value(); }));
        QVERIFY(f.call("admin.users.drop").contains("-32098"));
        delete &users;
        QVERIFY(f.call("admin.users.drop").contains("-32601"));
        QVERIFY(f.call("admin.reset").contains("-32098"));
    }

    void coroutines_keepWhatTheyUse()
    {
        QPromise<int> promise;
        promise.start();
        QByteArray answer;
        Asking f;
        f.registry.add("later"_q, [text = "captured"_q, &promise](const CallContext &context, const QString &name) -> Task<QString> {
            co_await rpc::await(promise.future());
            co_return text + context.method + name;
        });
        f.dispatcher.handle({}, f.json, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"later\",\"params\":[\"x\"]}", {},
            [&](const Dispatched &d) { answer = *d.body; });
        f.registry.remove("later"_q);
        promise.addResult(1);
        promise.finish();
        QTRY_VERIFY(answer.contains("\"capturedlaterx\""));
    }

    void places_areThoseOfTheCaller()
    {
        Asking f;
        f.registry.add("f"_q, [](int, const Variadic<int> &) { return 1; }).params("a"_q, "rest"_q);
        QVERIFY(f.call("f", "{\"rest\":[1],\"a\":\"x\"}").contains("params.a: expected int"));
        QVERIFY(f.call("f", "[1,2,3,\"x\"]").contains("params[3]: expected int"));
        QVERIFY(f.call("f", "{\"a\":1,\"rest\":[1,\"x\"]}").contains("params.rest[1]: expected int"));
    }

    void results_byReference_andInheritedMembers_areMethods()
    {
        struct Base {
            QString name = "base"_q;
            const QString &title() const { return name; }
        };
        struct Derived : Base {
        };
        Asking f;
        Derived derived;
        f.registry.add("title"_q, &derived, &Derived::title);
        QCOMPARE(f.call("title"), QByteArray("\"result\":\"base\""));
        QTest::ignoreMessage(QtWarningMsg, "f has no parameter \"a\": name the parameters first");
        f.registry.add("f"_q, [](int) { return 1; }).defaultValue("a"_q, 5).params("a"_q);
    }

    void longBatches_doNotNest()
    {
        Asking f;
        f.registry.add("n"_q, [] { return 1; });
        DispatchOptions options;
        options.batchInOrder = true;
        f.dispatcher.setOptions(options);
        DecodeOptions decode;
        decode.limits.batch = 20'000;
        const QByteArray one = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"n\"}";
        QByteArrayList all;
        for (int i = 0; i < 20'000; ++i)
            all.append(one);
        qsizetype answered = 0;
        f.dispatcher.handle({}, f.json, '[' + all.join(',') + ']', decode, [&](const Dispatched &d) { answered = d.outcomes.size(); });
        QTRY_COMPARE(answered, 20'000); // a body of that size is decoded elsewhere
    }
};

QTEST_GUILESS_MAIN(tst_Registry)
#include "tst_registry.moc"
