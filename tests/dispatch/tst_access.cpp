// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "asking.h"

#include <rpccore/dispatch/middlewares.h>
#include <tests/support/fatalmessages.h>

#include <stdexcept>

using namespace rpc;

/// Who may call, what stands between the request and its method, and what callers are told of errors.
class tst_Access : public QObject
{
    Q_OBJECT

    static Predicate says(const Value &verdict)
    {
        return [verdict](const CallContext &) { return verdict; };
    }
    static HeaderFields authorization(const QByteArray &value) { return { { "Authorization", value } }; }

private Q_SLOTS:
    FATAL_MESSAGES

    void levels_theNearestDecides()
    {
        Asking f;
        DispatchOptions options;
        options.authorization = says("server"_q);
        f.dispatcher.setOptions(options);
        const auto who = [](const CallContext &c) { return c.identity; };
        Registry &branch = f.registry.branch("b"_q);
        Registry &inner = branch.branch("i"_q);
        f.registry.add("plain"_q, who);
        f.registry.add("own"_q, who).authorization(says("method"_q));
        f.registry.add("open"_q, who).authorization(Authorization::none());
        f.registry.add("closed"_q, who).authorization(says(Value()));
        inner.add("plain"_q, who);
        QCOMPARE(f.call("plain"), QByteArray("\"result\":\"server\""));
        QCOMPARE(f.call("own"), QByteArray("\"result\":\"method\""));
        QCOMPARE(f.call("open"), QByteArray("\"result\":null"));
        QVERIFY(f.call("closed").contains("{\"code\":-32098,\"message\":\"Authentication failed\",\"data\":{\"details\":\"when calling \\\"closed\\\"\"}}"));
        QCOMPARE(f.call("b.i.plain"), QByteArray("\"result\":\"server\""));
        branch.setAuthorization(says("branch"_q));
        QCOMPARE(f.call("b.i.plain"), QByteArray("\"result\":\"branch\""));
        inner.setAuthorization(Authorization::none());
        QCOMPARE(f.call("b.i.plain"), QByteArray("\"result\":null"));
        QCOMPARE(f.callXml("closed"_q).error().code, -32098);
    }

    void predicates_theFirstTrueOneWins()
    {
        Asking f;
        int asked = 0;
        const auto count = [&](const Value &verdict) -> Predicate {
            return [&asked, verdict](const CallContext &) {
                ++asked;
                return verdict;
            };
        };
        const Predicate throws = [](const CallContext &) -> Value { throw std::runtime_error("broken"); };
        f.registry.add("f"_q, [](const CallContext &c) { return c.identity; })
            .authorization(Authorization({ count(false), throws, count(0), count(QString()), count(42), count("late"_q) }));
        f.registry.add("g"_q, [] { return 1; }).authorization(throws);
        QTest::ignoreMessage(QtWarningMsg, "an authorisation predicate for f threw: broken");
        QCOMPARE(f.call("f"), QByteArray("\"result\":42"));
        QCOMPARE(asked, 4);
        QTest::ignoreMessage(QtWarningMsg, "an authorisation predicate for g threw: broken");
        QVERIFY(f.call("g").contains("-32098"));
    }

    void credentials_areReadFromHeaders_data()
    {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<bool>("basic");
        QTest::addColumn<bool>("bearer");
        QTest::newRow("right") << QByteArray("Basic ") + QByteArray("user:se:cret").toBase64() << true << false;
        QTest::newRow("scheme in any case") << QByteArray("bAsIc ") + QByteArray("user:se:cret").toBase64() << true << false;
        QTest::newRow("wrong password") << QByteArray("Basic ") + QByteArray("user:secret").toBase64() << false << false;
        QTest::newRow("longer password") << QByteArray("Basic ") + QByteArray("user:se:crett").toBase64() << false << false;
        QTest::newRow("no colon") << QByteArray("Basic ") + QByteArray("user").toBase64() << false << false;
        QTest::newRow("no base64") << QByteArray("Basic user:se:cret") << false << false;
        QTest::newRow("scheme only") << QByteArray("Basic") << false << false;
        QTest::newRow("bearer") << QByteArray("Bearer a b") << false << true;
        QTest::newRow("bearer, percent-encoded") << QByteArray("bearer a%20b") << false << true;
        QTest::newRow("other bearer") << QByteArray("Bearer a") << false << false;
        QTest::newRow("nothing") << QByteArray() << false << false;
    }
    void credentials_areReadFromHeaders()
    {
        QFETCH(QByteArray, header);
        QFETCH(bool, basic);
        QFETCH(bool, bearer);
        Asking f;
        f.context.headers = authorization(header);
        f.registry.add("basic"_q, [](const CallContext &c) { return c.identity; }).authorization(auth::basic("user"_q, "se:cret"_q));
        f.registry.add("bearer"_q, [] { return true; }).authorization(auth::bearer("a b"_q));
        f.registry.add("either"_q, [] { return true; }).authorization(Authorization({ auth::basic("user"_q, "se:cret"_q), auth::bearer("a b"_q) }));
        QCOMPARE(f.call("basic").contains("\"result\":\"user\""), basic);
        QCOMPARE(f.call("bearer").contains("\"result\":true"), bearer);
        QCOMPARE(f.call("either").contains("\"result\":true"), basic || bearer);
    }

    void headerPredicates_wantOneField()
    {
        Asking f;
        f.registry.add("f"_q, [] { return true; }).authorization(auth::headerIs("X-Key", "k"));
        f.context.headers = { { "x-key", " k " } };
        QVERIFY(f.call("f").contains("true"));
        f.context.headers = { { "x-key", "k" }, { "X-Key", "k" } };
        QVERIFY(f.call("f").contains("-32098"));
        QVERIFY(auth::isEqual("abc", "abc") && !auth::isEqual("abc", "abd") && !auth::isEqual("abc", "ab") && auth::isEqual("", ""));
    }

    void middlewares_seeAndChangeEverything()
    {
        Asking f;
        f.registry.add("real"_q, [](const CallContext &c, int x) { return c.attributes.value("who"_q).toString() + QString::number(x); });
        QStringList order;
        f.dispatcher.use([&](const CallContext &c, const Request &r, const ReplyHandle &reply, const Middleware::Next &next) {
            order.append("outer "_q + r.method);
            next(c, r, reply.intercepted([&](Result<Value> outcome) {
                order.append("outer answer"_q);
                return outcome;
            }));
        });
        f.dispatcher.use([&](const CallContext &c, Request r, const ReplyHandle &reply, const Middleware::Next &next) {
            order.append("inner "_q + r.method);
            r.method = "real"_q;
            r.params = Array { 7 };
            next(c, r, reply.intercepted([&](const Result<Value> &outcome) -> Result<Value> {
                order.append("inner answer"_q);
                return Value(outcome->toString() + "!"_q);
            }));
        });
        f.dispatcher.use(middlewares::inject("who"_q, "x"_q));
        QCOMPARE(f.call("alias"), QByteArray("\"result\":\"x7!\""));
        QCOMPARE(order, QStringList({ "outer alias"_q, "inner alias"_q, "inner answer"_q, "outer answer"_q }));
    }

    void middlewares_mayAnswerThemselves_orThrow()
    {
        Asking f;
        f.registry.add("f"_q, [] { return 1; });
        f.dispatcher.use([](const CallContext &c, const Request &r, const ReplyHandle &reply, const Middleware::Next &next) {
            if (r.method == u"cached")
                return reply.resolve(5);
            if (r.method == u"throws")
                throw std::runtime_error("broken");
            next(c, r, reply);
        });
        QCOMPARE(f.call("cached"), QByteArray("\"result\":5"));
        QTest::ignoreMessage(QtWarningMsg, "throws threw: broken");
        QVERIFY(f.call("throws").contains("-32603"));
        QCOMPARE(f.call("f"), QByteArray("\"result\":1"));
    }

    void origins_areRefusedForReal()
    {
        Asking f;
        f.registry.add("f"_q, [] { return 1; });
        f.dispatcher.use(middlewares::origins({ "https://good.example"_q }));
        QCOMPARE(f.ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"f\"}"), QByteArray("(nothing)"));
        QVERIFY(f.refusal && f.refusal->httpStatus == 403);
        f.context.headers = { { "Origin", "https://good.example" } };
        QCOMPARE(f.call("f"), QByteArray("\"result\":1"));
        f.context.headers = { { "Origin", "https://good.example.evil" } };
        f.call("f");
        QVERIFY(f.refusal);
    }

    void allowList_hidesTheRest()
    {
        Asking f;
        for (const QString &name : { "a"_q, "m.x"_q, "mx"_q })
            f.registry.add(name, [] { return 1; });
        f.dispatcher.use(middlewares::allowList({ "a"_q, "m.*"_q }));
        QVERIFY(f.call("a").contains("result"));
        QVERIFY(f.call("m.x").contains("result"));
        QVERIFY(f.call("mx").contains("-32601"));
    }

    void rate_isLimitedPerPeer()
    {
        Asking f;
        f.registry.add("f"_q, [] { return 1; });
        f.dispatcher.use(middlewares::rateLimit(3, std::chrono::hours(1)));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(f.call("f"), QByteArray("\"result\":1"));
        const QByteArray refused = f.call("f");
        QVERIFY2(refused.contains("-32097") && refused.contains("retryAfterMs"), refused.constData());
        f.context.peer = QHostAddress("127.0.0.9"_q);
        QCOMPARE(f.call("f"), QByteArray("\"result\":1"));
    }

    void rate_comesBack()
    {
        Asking f;
        f.registry.add("f"_q, [] { return 1; });
        f.dispatcher.use(middlewares::rateLimit(1, std::chrono::milliseconds(100)));
        QVERIFY(f.call("f").contains("result"));
        QVERIFY(f.call("f").contains("-32097"));
        QVERIFY(QTest::qWaitFor([&] { return f.call("f").contains("result"); }, 5000));
    }

    void concurrency_isLimited_andOthersWait()
    {
        Asking f;
        QList<ReplyHandle> held;
        f.registry.addRaw(named("hold"_q), [&](const CallContext &, const Params &, const ReplyHandle &reply) { held.append(reply); });
        f.dispatcher.use(middlewares::concurrencyLimit(1, 1));
        QList<Result<Value>> answers;
        const auto call = [&] { f.dispatcher.call({}, { RequestId(1), "hold"_q }, [&](const Result<Value> &o) { answers.append(o); }); };
        call();
        call();
        call();
        QCOMPARE(held.size(), 1);
        QCOMPARE(answers.size(), 1);
        QCOMPARE(answers[0].error().code, middlewares::tooBusy);
        held[0].resolve(1);
        QCOMPARE(held.size(), 2);
        held[1].resolve(2);
        QCOMPARE(answers.size(), 3);
        call();
        QCOMPARE(held.size(), 3);
        held[2].resolve(3);
    }

    void concurrency_survivesClientsThatGo_andMulticalls()
    {
        Asking f;
        addIntrospection(f.registry, f.dispatcher);
        f.registry.add("quick"_q, [] { return 1; });
        QList<ReplyHandle> held;
        f.registry.addRaw(named("hold"_q), [&](const CallContext &, const Params &, const ReplyHandle &reply) { held.append(reply); });
        f.dispatcher.use(middlewares::concurrencyLimit(1, 20'000));
        // A multicall has one place, and its entries run in it.
        const Value one = Struct { { "methodName"_q, "quick"_q } };
        QCOMPARE(f.callXml("system.multicall"_q, { Value(Array { one, one, one }) })->get<Array>()->size(), 3);
        // Many that wait are answered one after the other, not inside each other; those whose client has gone are not.
        int answered = 0;
        f.dispatcher.call({}, { RequestId(1), "hold"_q }, [&](const Result<Value> &) { ++answered; });
        CallContext gone;
        gone.token->cancel();
        for (int i = 0; i < 10'000; ++i)
            f.dispatcher.call(i % 10 ? CallContext() : gone, { RequestId(1), "quick"_q }, [&](const Result<Value> &o) { answered += o.hasValue(); });
        held[0].resolve(1);
        QCOMPARE(answered, 9001);
        QCOMPARE(f.call("quick"), QByteArray("\"result\":1"));
    }

    void predicates_seeWhatIsCalled_andSecretsMustBeSet()
    {
        Asking f;
        f.registry.add("secret"_q, [] { return 1; });
        f.registry.add("nobody"_q, [] { return 1; }).authorization(Authorization(std::vector<Predicate>()));
        f.registry.add("unset"_q, [] { return 1; }).authorization(Authorization({ auth::headerIs("X-Key", ""), auth::bearer(QString()) }));
        f.registry.add("percent"_q, [] { return 1; }).authorization(auth::bearer("50%25"_q));
        f.dispatcher.use([](const CallContext &c, Request r, const ReplyHandle &reply, const Middleware::Next &next) {
            if (r.method == u"alias")
                r.method = "secret"_q;
            next(c, r, reply);
        });
        DispatchOptions options;
        options.authorization = Predicate([](const CallContext &c) { return c.method != u"secret" && c.method != u"unknown"; });
        f.dispatcher.setOptions(options);
        QVERIFY(f.call("alias").contains("-32098"));
        QVERIFY(f.call("unknown").contains("-32098")); // nothing is told of what there is
        QVERIFY(f.call("other").contains("-32601"));
        QVERIFY(f.call("nobody").contains("-32098"));
        f.context.headers = { { "X-Key", "" }, { "Authorization", "Bearer " } };
        QVERIFY(f.call("unset").contains("-32098"));
        f.context.headers = authorization("Bearer 50%25");
        QCOMPARE(f.call("percent"), QByteArray("\"result\":1"));
    }

    void troublesOfAMethod_areNotThoseOfTheRequest()
    {
        Asking f;
        for (const ErrorKind kind : { ErrorKind::Parse, ErrorKind::LimitExceeded, ErrorKind::MethodNotFound, ErrorKind::Unauthorized, ErrorKind::Refused }) {
            f.registry.replace("f"_q, [kind]() -> Result<int> {
                Error e = Error::make(kind, "/etc/secret.json"_q);
                e.httpStatus = 401;
                return e;
            });
            QCOMPARE(f.call("f"), QByteArray("\"error\":{\"code\":-32603,\"message\":\"Internal error\"}"));
            QVERIFY(!f.refusal);
            QVERIFY(f.outcomes[0].message.contains("/etc/secret.json"_q));
        }
    }

    void hooksAndInterceptors_thatThrow_stillAnswer()
    {
        Asking f;
        f.registry.addRaw(named("drop"_q), [](const CallContext &, const Params &, const ReplyHandle &) { });
        f.dispatcher.use([](const CallContext &c, const Request &r, const ReplyHandle &reply, const Middleware::Next &next) {
            next(c, r, reply.intercepted([](const Result<Value> &) -> Result<Value> { throw std::runtime_error("interceptor"); }));
        });
        f.dispatcher.addErrorHook([](const Error &, const CallContext &) -> std::optional<Error> { throw std::runtime_error("hook"); });
        QTest::ignoreMessage(QtWarningMsg, "drop threw: interceptor");
        QTest::ignoreMessage(QtWarningMsg, "an error hook threw: hook");
        QVERIFY(f.call("drop").contains("-32603"));
        QTest::ignoreMessage(QtWarningMsg, "an error hook threw: hook");
        QVERIFY(f.ask("{").contains("-32700"));
    }

    void timingAndLogging_tell()
    {
        Asking f;
        f.registry.add("f"_q, [](int x) { return x; });
        QStringList timed;
        f.dispatcher.use(middlewares::timing([&](const CallContext &c, std::chrono::microseconds, bool ok) { timed.append(c.method + QString::number(ok)); }));
        f.dispatcher.use(middlewares::logging("test.rpc"));
        QTest::ignoreMessage(QtInfoMsg, "request 1 f [5]");
        QTest::ignoreMessage(QtInfoMsg, "answer 1 f 5");
        f.call("f", "[5]");
        QTest::ignoreMessage(QtInfoMsg, "request 1 g [5]");
        QTest::ignoreMessage(QtInfoMsg, "error 1 g -32601 Method not found: there is no method \"g\"");
        f.call("g", "[5]");
        QCOMPARE(timed, QStringList({ "f1"_q, "g0"_q }));
    }

    void errorHooks_seeEveryError_andMayReplaceIt()
    {
        Asking f;
        addIntrospection(f.registry, f.dispatcher);
        f.registry.add("fails"_q, []() -> Result<int> { return Error::application(1, "one"_q); });
        QStringList seen;
        f.dispatcher.addErrorHook([&](const Error &e, const CallContext &c) -> std::optional<Error> {
            seen.append(c.method + " "_q + QString::number(e.wireCode()));
            if (e.wireCode() == 1)
                return Error::application(2, "two"_q);
            return {};
        });
        QCOMPARE(f.call("fails"), QByteArray("\"error\":{\"code\":2,\"message\":\"two\"}"));
        f.ask("{\"jsonrpc\":\"2.0\",\"method\":\"fails\"}"); // a notification
        f.ask("{");
        f.ask("[1]");
        const auto multi = f.callXml("system.multicall"_q, { Value(Array { Struct { { "methodName"_q, "fails"_q } } }) });
        QCOMPARE(multi->get<Array>()->at(0), Value(Struct { { "faultCode"_q, 2 }, { "faultString"_q, "two"_q } }));
        QCOMPARE(seen, QStringList({ "fails 1"_q, "fails 1"_q, " -32700"_q, " -32600"_q, "fails 1"_q }));
    }

    void percentEncodedBasic_isTaken()
    {
        Asking f;
        f.registry.add("f"_q, [](const CallContext &c) { return c.identity; }).authorization(auth::basic("bo b"_q, "a:b/c"_q));
        f.registry.add("g"_q, [](const CallContext &c) { return c.identity; }).authorization(auth::basic("x"_q, "50%41"_q));
        const auto ask = [&](const QByteArray &method, const QByteArray &credentials) {
            f.context.headers = authorization("Basic " + credentials.toBase64());
            return f.call(method);
        };
        QCOMPARE(ask("f", "bo b:a:b/c"), QByteArray("\"result\":\"bo b\""));
        QCOMPARE(ask("f", "bo%20b:a%3Ab%2Fc"), QByteArray("\"result\":\"bo b\""));
        QCOMPARE(ask("g", "x:50%41"), QByteArray("\"result\":\"x\"")); // as it is goes first
        QVERIFY(ask("f", "bo%20b:a%3Ab").contains("-32098"));
        QVERIFY(ask("g", "x:50A").contains("-32098"));
    }

    void internalTexts_areHidden_unlessShown()
    {
        Asking f;
        f.registry.add("throws"_q, []() -> int { throw std::runtime_error("secret"); });
        f.registry.add("internal"_q, []() -> Result<int> { return Error::make(ErrorKind::Internal, "secret"_q); });
        f.registry.add("nan"_q, [] { return std::nan(""); });
        for (const bool shown : { false, true }) {
            DispatchOptions options;
            options.showInternalErrors = shown;
            f.dispatcher.setOptions(options);
            QTest::ignoreMessage(QtWarningMsg, "throws threw: secret");
            QCOMPARE(f.call("throws").contains("secret"), shown);
            QVERIFY(f.outcomes[0].message.contains("secret"_q)); // the log always knows
            QCOMPARE(f.call("internal").contains("secret"), shown);
            QTest::ignoreMessage(QtWarningMsg, QRegularExpression("^nan: the result has no form in JSON-RPC"_q));
            QCOMPARE(f.call("nan").contains("NaN"), shown);
            QVERIFY(f.outcomes[0].message.contains("NaN"_q));
        }
    }

    void messages_areTheSpecifications_withDetailsAsData()
    {
        Asking f;
        f.registry.add("f"_q, [](int) { return 1; });
        QCOMPARE(f.call("nope"), QByteArray("\"error\":{\"code\":-32601,\"message\":\"Method not found\",\"data\":{\"details\":\"there is no method \\\"nope\\\"\"}}"));
        QCOMPARE(f.call("f", "[\"x\"]"), QByteArray("\"error\":{\"code\":-32602,\"message\":\"Invalid params\",\"data\":{\"details\":\"params[0]: expected int, got string\"}}"));
        QVERIFY(f.ask("{\"jsonrpc\":").contains("\"message\":\"Parse error\",\"data\":{\"details\":\"line 1, column 12:"));
        QVERIFY(f.ask("[]").contains("\"message\":\"Invalid Request\",\"data\":{\"details\":\"the batch is empty\"}"));
        const Error xml = f.callXml("nope"_q).error();
        QCOMPARE(xml.message, "Method not found: there is no method \"nope\""_q);
    }
};

QTEST_GUILESS_MAIN(tst_Access)
#include "tst_access.moc"
