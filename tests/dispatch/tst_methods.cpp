// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "asking.h"

#include <rpccore/core/logging.h>
#include <tests/support/fatalmessages.h>

#include <QFuture>
#include <QPromise>
#include <QTimer>

#include <cmath>
#include <stdexcept>

using namespace rpc;

namespace {

QFuture<int> brokenFuture()
{
    QPromise<int> promise;
    promise.start();
    promise.setException(std::make_exception_ptr(std::runtime_error("in a future")));
    promise.finish();
    return promise.future();
}

Task<int> brokenTask()
{
    co_await await(QtFuture::makeReadyFuture(1));
    throw std::runtime_error("in a coroutine");
}

// Through an event loop, as what waits for a database does.
Task<Value> later(Value value)
{
    QPromise<void> promise;
    promise.start();
    const QFuture<void> future = promise.future();
    QTimer::singleShot(1, [promise = std::make_shared<QPromise<void>>(std::move(promise))] { promise->finish(); });
    co_await await(future);
    co_return Value("later "_q + value.toString());
}

} // namespace

/// What can be said of a method: its parameters by name, its documentation, what becomes of its result and its trouble.
class tst_Methods : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void keywords_takeWhatIsNamed()
    {
        Asking f;
        f.registry.add("f"_q, [](int a, const Keywords<int> &more) {
                      QStringList all;
                      for (auto it = more.values.cbegin(); it != more.values.cend(); ++it)
                          all.append(it.key() + u'=' + QString::number(*it));
                      return QString(QString::number(a) + u' ' + all.join(u','));
                  })
            .params("a"_q, "more"_q);
        QCOMPARE(f.call("f", "{\"a\":1,\"x\":2,\"y\":3}"), QByteArray("\"result\":\"1 x=2,y=3\""));
        QCOMPARE(f.call("f", "[7]"), QByteArray("\"result\":\"7 \""));
        // The name of the parameter is a name like any other, as in Python.
        QCOMPARE(f.call("f", "{\"a\":1,\"more\":5}"), QByteArray("\"result\":\"1 more=5\""));
        QVERIFY(f.call("f", "{\"a\":1,\"x\":\"text\"}").contains("params.x: expected int, got string"));
        QVERIFY(f.call("f", "{\"x\":1}").contains("the parameter \\\"a\\\" is missing"));
        QVERIFY(f.call("f", "[1,2]").contains("expected 1 parameter, got 2"));
        QCOMPARE(f.registry.find("f"_q)->info.signatureText(), "f(a: int, [**more: int]) → string"_q);
        QCOMPARE(f.callHere("f"_q, Params(Array { 4 }, Struct { { "z"_q, 9 } }))->toString(), "4 z=9"_q);
    }

    void keywords_standBehindVariadic()
    {
        Asking f;
        f.registry.add("f"_q, [](const Variadic<int> &all, const QString &end, const Keywords<Value> &more) {
                      return QString(QString::number(all.values.size()) + end + QString::number(more.values.size()));
                  })
            .params("all"_q, "end"_q, "more"_q)
            .defaultValue("end"_q, "-");
        QCOMPARE(f.call("f", "[1,2,3]"), QByteArray("\"result\":\"3-0\""));
        QCOMPARE(f.call("f", "{\"all\":[1,2],\"end\":\"+\",\"x\":null,\"y\":1}"), QByteArray("\"result\":\"2+2\""));
        QCOMPARE(f.callHere("f"_q, Params(Array { 1, 2 }, Struct { { "end"_q, "!" } }))->toString(), "2!0"_q);
    }

    void keywordOnly_takesNoPositions()
    {
        Asking f;
        f.registry.add("f"_q, [](int a, int b) { return a * 10 + b; }).params("a"_q, "b"_q).keywordOnly("b"_q);
        QCOMPARE(f.call("f", "{\"a\":1,\"b\":2}"), QByteArray("\"result\":12"));
        QVERIFY(f.call("f", "[1,2]").contains("expected 1 parameter, got 2"));
        QVERIFY(f.call("f", "[1]").contains("the parameter \\\"b\\\" is missing"));
        QCOMPARE(f.registry.find("f"_q)->info.signatureText(), "f(a: int, *, b: int) → int"_q);
        f.registry.add("g"_q, [](int a, std::optional<int> b) { return a + b.value_or(100); }).params("a"_q, "b"_q).keywordOnly("b"_q);
        QCOMPARE(f.call("g", "[1]"), QByteArray("\"result\":101"));
        QVERIFY(f.call("g", "{\"a\":1,\"b\":\"x\"}").contains("params.b: expected int, got string"));
        QTest::ignoreMessage(QtWarningMsg, "h has no parameter \"c\": name the parameters first");
        f.registry.add("h"_q, [](int) { return 1; }).keywordOnly("c"_q);
    }

    void literals_areValues()
    {
        Asking f;
        f.registry.add("hello"_q, [](const QString &name) { return name; }).params("name"_q).defaultValue("name"_q, "Wörld");
        QCOMPARE(f.call("hello"), QByteArray("\"result\":\"Wörld\""));
        const Array array { "one", 2, "drei" };
        QCOMPARE(array[0], Value("one"_q));
        QCOMPARE(array[2].toString(), "drei"_q);
        const Struct made { { "name"_q, "väl" } };
        QCOMPARE(made.find(u"name")->toString(), "väl"_q);
        static_assert(!std::is_constructible_v<Value, const char *> && !std::is_constructible_v<Value, int *>);
        f.registry.add("literal"_q, [] { return "pong"; });
        QCOMPARE(f.call("literal"), QByteArray("\"result\":\"pong\""));
        QCOMPARE(f.registry.find("literal"_q)->info.signatures[0].result, "string"_q);
    }

    void docs_inAnyOrder()
    {
        Asking f;
        const QString text = "Adds.\n:param a: the first\n:type a: str\n:return: the sum\n:rtype: decimal"_q;
        f.registry.add("before"_q, [](const Value &, int) { return Value(); }).docs(text).params("a"_q, "b"_q);
        f.registry.add("after"_q, [](const Value &, int) { return Value(); }).params("a"_q, "b"_q).docs(text);
        for (const QString &name : { "before"_q, "after"_q }) {
            const Signature signature = f.registry.find(name)->info.signatures[0];
            QCOMPARE(signature.parameters[0].help, "the first"_q);
            QCOMPARE(signature.parameters[0].type, "str"_q); // the code says "any"
            QCOMPARE(signature.parameters[1].type, "int"_q);
            QCOMPARE(signature.result, "decimal"_q);
            QCOMPARE(signature.resultHelp, "the sum"_q);
        }
        addIntrospection(f.registry, f.dispatcher, {});
        QCOMPARE(f.call("system.methodSignature", "[\"before\"]"), QByteArray("\"result\":[[\"decimal\",\"str\",\"int\"]]"));
    }

    void docs_keepTheirIndentation_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("help");
        QTest::newRow("a block") << "Adds.\n\n        Example:\n            add(1, 2)\n            3\n\n        Done.\n    "_q
                                 << "Adds.\n\nExample:\n    add(1, 2)\n    3\n\nDone."_q;
        QTest::newRow("a first line that is empty") << "\n    One.\n      - two\n"_q << "One.\n  - two"_q;
        QTest::newRow("tabs") << "A\n\tb\n\t\tc"_q << "A\nb\n        c"_q;
        QTest::newRow("blanks at the end") << "A  \n  B   \n"_q << "A\nB"_q;
        QTest::newRow("fields between") << "A\n    :param x: y\n        more\n    B\n      C"_q << "A\nB\n  C"_q;
        QTest::newRow("nothing but fields") << ":param x: y"_q << QString();
    }
    void docs_keepTheirIndentation()
    {
        QFETCH(const QString, text);
        Asking f;
        f.registry.add("f"_q, [](int) { return 1; }).params("x"_q).docs(text);
        QTEST(f.registry.find("f"_q)->info.help, "help");
    }

    void results_canWait()
    {
        Asking f;
        f.registry.add("f"_q, [](const QString &s) { return s; }).prepareResult([](Value v) { return later(std::move(v)); });
        QCOMPARE(f.call("f", "[\"x\"]"), QByteArray("\"result\":\"later x\""));
        f.registry.add("literal"_q, [] { return 1; }).prepareResult([](const Value &) { return "text"_q; });
        QCOMPARE(f.call("literal"), QByteArray("\"result\":\"text\""));
        f.registry.add("thrown"_q, [] { return 1; }).prepareResult([](const Value &) -> Task<Value> {
            throw Error::application(7, "seven"_q);
            co_return Value();
        });
        QVERIFY(f.call("thrown").contains("\"code\":7,\"message\":\"seven\""));
    }

    void answers_canBeContinued()
    {
        Asking f;
        f.registry.add("f"_q, [] { return 1; });
        f.dispatcher.use([](const CallContext &context, const Request &request, const ReplyHandle &reply, const Middleware::Next &next) {
            next(context, request, reply.continued([](const Result<Value> &outcome, const ReplyHandle &outer) {
                QTimer::singleShot(1, [outcome, outer] { outer.resolve(Array { *outcome, "and more" }); });
            }));
        });
        QCOMPARE(f.call("f"), QByteArray("\"result\":[1,\"and more\"]"));
    }

    void thrownErrors_areThoseErrors()
    {
        Asking f;
        f.registry.add("application"_q, []() -> int { throw Error::application(42, "no room"_q, Struct { { "left"_q, 0 } }); });
        f.registry.add("params"_q, []() -> int { throw Error::make(ErrorKind::InvalidParams, "a must be odd"_q); });
        f.registry.add("task"_q, []() -> Task<int> {
            throw Error::application(43, "in a task"_q);
            co_return 1;
        });
        QCOMPARE(f.call("application"), QByteArray("\"error\":{\"code\":42,\"message\":\"no room\",\"data\":{\"left\":0}}"));
        QVERIFY(f.call("params").contains("-32602") && f.call("params").contains("a must be odd"));
        QVERIFY(f.call("task").contains("\"code\":43"));
        QCOMPARE(f.callXml("application"_q).error().code, 42);
    }

    void exceptions_areLogged_whereverTheyHappen_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QByteArray>("logged");
        QTest::newRow("in place") << "inPlace"_q << QByteArray("inPlace threw: in place");
        QTest::newRow("a pool") << "pool"_q << QByteArray("pool threw: in a pool");
        QTest::newRow("a future") << "future"_q << QByteArray("future threw: in a future");
        QTest::newRow("a coroutine") << "task"_q << QByteArray("task threw: in a coroutine");
        QTest::newRow("prepareResult") << "prepared"_q << QByteArray("prepared threw: when prepared");
        QTest::newRow("a result without a form") << "nan"_q << QByteArray("nan: the result has no form in JSON-RPC: result: JSON has no NaN");
        QTest::newRow("what is said on purpose") << "own"_q << QByteArray();
        QTest::newRow("no answer") << "dropped"_q << QByteArray();
    }
    void exceptions_areLogged_whereverTheyHappen()
    {
        QFETCH(const QString, method);
        QFETCH(const QByteArray, logged);
        Asking f;
        f.registry.add("inPlace"_q, []() -> int { throw std::runtime_error("in place"); });
        f.registry.add("pool"_q, []() -> int { throw std::runtime_error("in a pool"); }).inPool();
        f.registry.add("future"_q, [] { return brokenFuture(); });
        f.registry.add("task"_q, [] { return brokenTask(); });
        f.registry.add("prepared"_q, [] { return 1; }).prepareResult([](const Value &) -> Value { throw std::runtime_error("when prepared"); });
        f.registry.add("nan"_q, [] { return std::nan(""); });
        f.registry.add("own"_q, []() -> Result<int> { return Error::make(ErrorKind::Internal, "the disk is full"_q); });
        f.registry.addRaw(named("dropped"_q), [](const CallContext &, const Params &, const ReplyHandle &) {});
        if (!logged.isEmpty())
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression("^"_q + QRegularExpression::escape(QString::fromUtf8(logged))));
        QVERIFY(f.call(method.toUtf8()).contains("-32603"));
    }

    void exceptions_ofMulticallEntries_areLogged()
    {
        Asking f;
        addIntrospection(f.registry, f.dispatcher, {});
        f.registry.add("bad"_q, []() -> int { throw std::runtime_error("in an entry"); });
        QTest::ignoreMessage(QtWarningMsg, "bad threw: in an entry");
        const Array calls { Struct { { "methodName"_q, "bad" }, { "params"_q, Array() } } };
        const auto answer = f.callXml("system.multicall"_q, Array { Value(calls) });
        QVERIFY(answer.hasValue());
    }

    void params_canBeMapped()
    {
        const Params both(Array { 1, "2" }, Struct { { "x"_q, "3" } });
        const auto doubled = both.map([](const Value &v) -> Value { return v.toString("n"_q) + v.toString("n"_q); });
        QVERIFY(doubled.hasValue());
        QCOMPARE(doubled->positional(), (Array { "nn", "22" }));
        QCOMPARE(doubled->named(), (Struct { { "x"_q, "33" } }));
        const auto refused = both.map([](const Value &v) -> Result<Value> {
            return v == Value("3") ? Result<Value>(Error::make(ErrorKind::InvalidParams, "no threes"_q)) : Result<Value>(v);
        });
        QVERIFY(!refused);
        QCOMPARE(refused.error().path.toString(), "params.x"_q);
        QVERIFY(Params().map([](const Value &v) { return v; })->isAbsent());
        QVERIFY(Params(Array()).map([](const Value &v) { return v; })->positional().isEmpty());
        QVERIFY(!Params(Array()).map([](const Value &v) { return v; })->isAbsent());
    }

    void separators_canBeChosen()
    {
        Asking f;
        f.registry.setSeparator("/"_q);
        Registry &inner = f.registry.branch("a/b"_q);
        inner.add("f.g"_q, [] { return 5; });
        inner.setAuthorization(Predicate([](const CallContext &) { return Value("somebody"); }));
        QCOMPARE(f.call("a/b/f.g"), QByteArray("\"result\":5"));
        QVERIFY(f.call("a.b.f.g").contains("-32601"));
        QCOMPARE(f.registry.methods()[0].name, "a/b/f.g"_q);
        QCOMPARE(f.registry.findBranch("a/b"_q), &inner);
        QVERIFY(!f.registry.findBranch("a/c"_q));
        QCOMPARE(inner.separator(), "/"_q);
        QTest::ignoreMessage(QtWarningMsg, "a separator is said to a root registry, once, before there are methods");
        inner.setSeparator("-"_q);
    }
};

QTEST_GUILESS_MAIN(tst_Methods)
#include "tst_methods.moc"
