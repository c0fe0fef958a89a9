// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "testcalls.h"

#include <rpccore/client/coro.h>
#include <rpccore/client/errormap.h>
#include <rpccore/client/proxy.h>
#include <tests/support/fakeserver.h>

#include <QUuid>

using namespace rpc;
using namespace testcalls;
using support::FakeServer;

namespace {

QByteArray result(const QByteArray &value, const QByteArray &id = "1")
{
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + value + '}';
}

const QByteArray refused = R"({"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}})";

// The least coroutine type there can be: runs by itself, is destroyed when it ends, or by the test.
struct Job
{
    struct promise_type
    {
        Job get_return_object() { return { std::coroutine_handle<promise_type>::from_promise(*this) }; }
        std::suspend_never initial_suspend() { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() { }
        void unhandled_exception() { std::terminate(); }
    };
    std::coroutine_handle<> handle;
};

// Sees when the coroutine that owns it ends.
struct Gone
{
    explicit Gone(bool &flag)
        : flag(flag)
    {
    }
    ~Gone() { flag = true; }
    bool &flag;
};

template <class Call, class Outcome> Job waitFor(Call call, Outcome &outcome, bool &gone)
{
    const Gone guard(gone);
    outcome = co_await call;
}

enum class Problem { None, Other, NoMethod, Slow };

} // namespace

class tst_TypedCall : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void arguments_andTheResult_areConverted()
    {
        Loop loop { {}, result("5") };
        const auto client = loopClient(loop);
        TypedCall<int> call = client->call<int>("add", 2, qint64(3));
        std::optional<Result<int>> sum;
        QObject context;
        call.onFinished(&context, [&](const Result<int> &r) { sum = r; });
        QVERIFY(!call.reply());
        QVERIFY(QTest::qWaitFor([&] { return sum.has_value(); }));
        QCOMPARE(**sum, 5);
        QCOMPARE(*call.reply().value(), 5);
        QCOMPARE(loop.sent.first(), QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"add","params":[2,3]})"));
        QCOMPARE(call.trace().responseBody, *loop.answer);
    }

    void everyKindOfArgument_isTaken()
    {
        Loop loop { {}, result("null") };
        const auto client = loopClient(loop);
        const QString text = QStringLiteral("t");
        client->call<void>(u"m", u"a", text, QLatin1String("b"), text + text, 1.5, true, QStringList { text }, std::optional<int>(), Nil(), Array { 1, text }, Struct { { text, 2 } }, Value(7));
        client->call<void>(QStringLiteral("m"));
        client->call<void>(QLatin1String("m"), Params(Struct { { text, 1 } }));
        client->call<void>("m", Struct { { text, 1 } });
        CallOptions options;
        options.extra = { { QStringLiteral("x"), 1 } };
        TypedCall<void> last = client->call<void>("m", Array { 1 }, options);
        QVERIFY(wait(last));
        QCOMPARE(loop.sent.size(), 1); // the others were dropped, so they were cancelled
        QCOMPARE(loop.sent.takeFirst(), QByteArray(R"({"jsonrpc":"2.0","id":5,"method":"m","params":[1],"x":1})"));
        wait(client->call<void>(u"m", u"a", text, QLatin1String("b"), text + text, 1.5, true, QStringList { text }, std::optional<int>(), Nil(), Array { 1, text }, Struct { { text, 2 } }, Value(7)));
        QCOMPARE(loop.sent.takeFirst(), QByteArray(R"({"jsonrpc":"2.0","id":6,"method":"m","params":["a","t","b","tt",1.5,true,["t"],null,null,[1,"t"],{"t":2},7]})"));
        wait(client->call<void>(QStringLiteral("m")));
        QCOMPARE(loop.sent.takeFirst(), QByteArray(R"({"jsonrpc":"2.0","id":7,"method":"m"})"));
        wait(client->call<void>(QLatin1String("m"), Params(Struct { { text, 1 } })));
        QCOMPARE(loop.sent.takeFirst(), QByteArray(R"({"jsonrpc":"2.0","id":8,"method":"m","params":{"t":1}})"));
        wait(client->call<void>("m", Struct { { text, 1 } }));
        QCOMPARE(loop.sent.takeFirst(), QByteArray(R"({"jsonrpc":"2.0","id":9,"method":"m","params":[{"t":1}]})"));
    }

    void resultsThatDoNotFit_areInvalidAnswers_withThePlace()
    {
        Loop loop { {}, result(R"([1,2,"3"])") };
        const auto client = loopClient(loop);
        const auto reply = wait(client->call<QList<int>>("m"));
        QCOMPARE(reply->error().kind, ErrorKind::InvalidAnswer);
        QCOMPARE(reply->error().path.toString(), QStringLiteral("[2]"));
        QVERIFY2(reply->error().message.contains(u"expected int, got string"), qPrintable(reply->error().message));
        loop.answer = QByteArray(refused).replace("\"id\":1", "\"id\":2");
        const auto remote = wait(client->call<int>("m"));
        QCOMPARE(remote->error().kind, ErrorKind::Remote);
        QCOMPARE(remote->error().code, -32601);
        loop.answer = result("7", "3");
        QVERIFY(wait(client->call<void>("m"))->hasValue()); // whatever it is
    }

    void futures_getOneResultEach_whateverHappens()
    {
        Loop loop { {}, result("5") };
        auto client = loopClient(loop);
        TypedCall<int> call = client->call<int>("m");
        QFuture<Result<int>> first = call.future();
        QFuture<Result<int>> second = call.future();
        QVERIFY(QTest::qWaitFor([&] { return first.isFinished() && second.isFinished(); }));
        QCOMPARE(*first.result(), 5);
        QCOMPARE(second.resultCount(), 1);
        QCOMPARE(*call.future().result(), 5);
        QFuture<Result<int>> dying = client->call<int>("m").future(); // nobody else holds the call
        client.reset();
        QCOMPARE(dying.result().error().kind, ErrorKind::Cancelled);
        QCOMPARE(TypedCall<int>().future().result().error().kind, ErrorKind::Cancelled);
    }

    void noCall_isCancelled_everywhere()
    {
        PendingCall none;
        QVERIFY(none.isFinished());
        QCOMPARE(shown(wait(none)), QStringLiteral("cancelled"));
        QCOMPARE(wait(PendingBatch())->error->kind, ErrorKind::Cancelled);
    }

    void proxy_joinsNames()
    {
        Loop loop { {}, result("5") };
        const auto client = loopClient(loop);
        const Proxy server(*client);
        QCOMPARE(shown(wait(server["math"]["add"](2, 3))), QStringLiteral("5"));
        QCOMPARE(loop.sent.takeLast(), QByteArray(R"({"jsonrpc":"2.0","id":1,"method":"math.add","params":[2,3]})"));
        loop.answer = result("5", "2");
        QCOMPARE(**wait(server[u"math"]["add"].call<int>(2, 3)), 5);
        wait(server["a"].named({ { QStringLiteral("x"), 1 } }));
        QCOMPARE(loop.sent.takeLast(), QByteArray(R"({"jsonrpc":"2.0","id":3,"method":"a","params":{"x":1}})"));
        loop.answer = result("5", "4");
        QCOMPARE(**wait(server["a"].named<int>({ { QStringLiteral("x"), 1 } })), 5);
        loop.answer.reset();
        QVERIFY(wait(server["log"].notify(u"text"))->hasValue());
        QCOMPARE(loop.sent.takeLast(), QByteArray(R"({"jsonrpc":"2.0","method":"log","params":["text"]})"));
        CallOptions options;
        options.extra = { { QStringLiteral("auth"), 1 } };
        wait(Proxy(*client, QStringLiteral("/"))["a"]["b"].with(options)());
        QCOMPARE(loop.sent.takeLast(), QByteArray(R"({"jsonrpc":"2.0","id":5,"method":"a/b","auth":1})"));
        wait(client->send(client->batch().add(server["a"].request(1)).add(server["b"].notification())));
        QCOMPARE(loop.sent.takeLast(), QByteArray(R"([{"jsonrpc":"2.0","id":6,"method":"a","params":[1]},{"jsonrpc":"2.0","method":"b"}])"));
    }

    void proxy_ofADeadClient_endsCalls()
    {
        Loop loop;
        auto client = loopClient(loop);
        const Proxy server(*client);
        client.reset();
        QCOMPARE(shown(wait(server["m"](1))), QStringLiteral("cancelled"));
        QCOMPARE(shown(server["m"].notify().reply()), QStringLiteral("cancelled"));
    }

    void errors_becomeWhatTheCallerWants()
    {
        const auto problems = ErrorMap<Problem>(Problem::Other).on(-32601, Problem::NoMethod).on(ErrorKind::Timeout, Problem::Slow).on(0, Problem::None);
        QCOMPARE(problems(Error::application(-32601, {})), Problem::NoMethod);
        QCOMPARE(problems(Error::application(5, {})), Problem::Other);
        QCOMPARE(problems(Error::make(ErrorKind::Timeout, {})), Problem::Slow);
        QCOMPARE(problems(Error::make(ErrorKind::MethodNotFound, {})), Problem::Other); // found on this side
        Error text = Error::application(0, {});
        QCOMPARE(problems(text), Problem::None);
        text.codeText = QStringLiteral("E_NONE");
        QCOMPARE(problems(text), Problem::Other);
        QVERIFY(!problems(Reply(Value(1))));
        QCOMPARE(problems(Reply(Error::application(-32601, {}))).value(), Problem::NoMethod);
        ErrorMap<QString> texts;
        QCOMPARE(texts(text), QString());
        texts.on(7, [](const Error &e) { return e.message; }).otherwise([](const Error &) { return QStringLiteral("other"); });
        QCOMPARE(texts(Result<int>(Error::application(7, QStringLiteral("seven")))).value(), QStringLiteral("seven"));
        QCOMPARE(texts(Error::application(8, {})), QStringLiteral("other"));
    }

    void ids_comeFromTheGenerator()
    {
        Loop loop { {}, "{}" };
        const auto client = loopClient(loop);
        client->setIdGenerator(uuidIds());
        wait(client->call(u"m"));
        client->setIdGenerator(prefixedIds(QStringLiteral("i")));
        wait(client->call(u"m"));
        static const QRegularExpression uuid(QStringLiteral("\"id\":\"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\""));
        static const QRegularExpression hex(QStringLiteral("\"id\":\"i[0-9a-f]{32}\""));
        QVERIFY2(uuid.match(QString::fromUtf8(loop.sent.at(0))).hasMatch(), loop.sent.at(0).constData());
        QVERIFY2(hex.match(QString::fromUtf8(loop.sent.at(1))).hasMatch(), loop.sent.at(1).constData());
        client->setIdGenerator([] { return RequestId(QStringLiteral("always")); });
        loop.answer = result("1", "\"always\"");
        QCOMPARE(shown(wait(client->call(u"m"))), QStringLiteral("1"));
        const auto twice = wait(client->send(client->batch().call(u"a").call(u"b")));
        QCOMPARE(twice->error->kind, ErrorKind::InvalidArgument);
        client->setIdGenerator([] { return RequestId(); });
        QCOMPARE(wait(client->call(u"m"))->error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(loop.sent.size(), 3);
    }

    void defaultParams_goIntoEveryCall_itsOwnWin()
    {
        const QString key = QStringLiteral("key");
        const QString own = QStringLiteral("own");
        Loop loop { {}, "{}" };
        const auto client = loopClient(loop);
        client->setDefaultNamedParams({ { key, 1 }, { own, 2 } });
        wait(client->call(u"m"));
        wait(client->call(u"m", Struct { { own, 3 } }));
        wait(client->notify(u"m", Array()));
        wait(client->send(client->batch().call(u"m").add(Request { 9, QStringLiteral("as-it-is") })));
        wait(client->send(Request { 7, QStringLiteral("as-it-is") }));
        QCOMPARE(loop.sent, (QList<QByteArray> { R"({"jsonrpc":"2.0","id":1,"method":"m","params":{"key":1,"own":2}})", R"({"jsonrpc":"2.0","id":2,"method":"m","params":{"own":3,"key":1}})", R"({"jsonrpc":"2.0","method":"m","params":{"key":1,"own":2}})", R"([{"jsonrpc":"2.0","id":3,"method":"m","params":{"key":1,"own":2}},{"jsonrpc":"2.0","id":9,"method":"as-it-is"}])", R"({"jsonrpc":"2.0","id":7,"method":"as-it-is"})" }));
        QCOMPARE(wait(client->call(u"m", Array { 1 }))->error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(wait(client->call<int>("m", 1))->error().kind, ErrorKind::InvalidArgument);
        QCOMPARE(wait(client->send(client->batch().notify(u"m", Array { 1 })))->error->kind, ErrorKind::InvalidArgument);
        QCOMPARE(loop.sent.size(), 5);
    }

    void extraMembers_standAfterTheOthers()
    {
        Loop loop { {}, result("1") };
        const auto client = loopClient(loop);
        CallOptions options;
        options.extra = { { QStringLiteral("auth"), Struct { { QStringLiteral("user"), QStringLiteral("u") } } } };
        wait(client->call(u"m", Array { 1 }, options));
        QCOMPARE(loop.sent, QList<QByteArray> { R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1],"auth":{"user":"u"}})" });
        for (const char *name : { "id", "jsonrpc", "method", "params" }) {
            options.extra = { { QString::fromLatin1(name), 1 } };
            QCOMPARE(wait(client->call(u"m", {}, options))->error().kind, ErrorKind::InvalidArgument);
        }
        const auto xml = loopClient<XmlRpcCodec>(loop);
        QCOMPARE(wait(xml->call(u"m", {}, options))->error().kind, ErrorKind::NotExpressible);
        QCOMPARE(loop.sent.size(), 1);
    }

    void preparedRequests_goAsTheyAre()
    {
        Loop loop { {}, result("1", "\"mine\"") };
        const auto client = loopClient(loop);
        Request request { QStringLiteral("mine"), QStringLiteral("m"), Array { 1 }, { { QStringLiteral("x"), 2 } } };
        QCOMPARE(shown(wait(client->send(request))), QStringLiteral("1"));
        QCOMPARE(loop.sent.takeLast(), QByteArray(R"({"jsonrpc":"2.0","id":"mine","method":"m","params":[1],"x":2})"));
        loop.answer = result("1", "7");
        QCOMPARE(shown(wait(client->send(request))), QStringLiteral("?"));
        request.version = JsonRpcVersion::V1_0;
        request.extra = {};
        loop.answer = R"({"id":"mine","result":4,"error":null})";
        QCOMPARE(shown(wait(client->send(request))), QStringLiteral("4"));
        QCOMPARE(loop.sent.takeLast(), QByteArray(R"({"id":"mine","method":"m","params":[1]})"));
        loop.answer.reset();
        QVERIFY(wait(client->send(Request { RequestId(), QStringLiteral("n") }))->hasValue());
    }

    void rawBodies_goAsTheyAre_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("reply");
        const QByteArray call = R"({"jsonrpc":"2.0","id":"x","method":"m"})";
        const QByteArray notification = R"({"jsonrpc":"2.0","method":"m"})";
        QTest::newRow("any id") << call << result("3", "77") << QStringLiteral("3");
        QTest::newRow("error") << QByteArray("{nonsense") << QByteArray(R"({"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"parse"}})") << QStringLiteral("!-32700 parse");
        QTest::newRow("batch") << QByteArray('[' + call + ',' + call + ']') << QByteArray('[' + result("1") + ',' + result("2") + ']') << QStringLiteral("array");
        QTest::newRow("batch, [] comes back") << QByteArray('[' + call + ']') << QByteArray("[]") << QStringLiteral("array");
        QTest::newRow("batch, something else comes back") << QByteArray('[' + call + ']') << QByteArray("[1]") << QStringLiteral("?");
        QTest::newRow("one call, an array of one comes back") << call << QByteArray('[' + result("1") + ']') << QStringLiteral("1");
        QTest::newRow("one call, an array of two comes back") << call << QByteArray('[' + result("1") + ',' + result("2") + ']') << QStringLiteral("?");
        QTest::newRow("notification") << notification << QByteArray() << QStringLiteral("nil");
        QTest::newRow("notifications") << QByteArray('[' + notification + ',' + notification + ']') << QByteArray() << QStringLiteral("nil");
        QTest::newRow("unanswered call") << call << QByteArray() << QStringLiteral("empty");
        QTest::newRow("unanswered nonsense") << QByteArray("{nonsense") << QByteArray() << QStringLiteral("empty");
    }
    void rawBodies_goAsTheyAre()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, answer);
        QFETCH(QString, reply);
        Loop loop { {}, answer };
        const auto client = loopClient(loop);
        QCOMPARE(shown(wait(client->sendRaw(body))), reply);
        QCOMPARE(loop.sent, QList<QByteArray> { body });
    }

    void rawBodies_goUnderAnyType()
    {
        FakeServer server(FakeServer::body(result("1", "9")));
        const auto client = httpClient(server.url());
        QCOMPARE(shown(wait(client->sendRaw("x=1", "application/x-www-form-urlencoded"))), QStringLiteral("1"));
        QVERIFY(server.requests().first().endsWith("\r\n\r\nx=1"));
        QCOMPARE(support::fieldOf(server.requests().first(), "Content-Type"), QByteArray("application/x-www-form-urlencoded"));
        CallOptions options;
        options.extra = { { QStringLiteral("x"), 1 } };
        QCOMPARE(wait(client->sendRaw("x", {}, options))->error().kind, ErrorKind::InvalidArgument);
    }

    void coroutines_goOn_fromTheEventLoop()
    {
        Loop loop { {}, result("5") };
        const auto client = loopClient(loop);
        std::optional<Reply> reply;
        bool gone = false;
        PendingCall call = client->call(u"m");
        waitFor(call, reply, gone);
        bool early = true;
        QObject context;
        call.onFinished(&context, [&](const Reply &) { early = reply.has_value(); });
        QVERIFY(QTest::qWaitFor([&] { return gone; }));
        QVERIFY(!early); // not from within the call's end
        QCOMPARE(shown(*reply), QStringLiteral("5"));
        gone = false;
        reply.reset();
        waitFor(call, reply, gone); // it is finished: no waiting
        QVERIFY(gone && reply->hasValue());
        loop.answer = result("6", "2");
        std::optional<Result<int>> number;
        gone = false;
        waitFor(client->call<int>("m"), number, gone); // nobody else holds the call
        QVERIFY(QTest::qWaitFor([&] { return gone; }));
        QCOMPARE(**number, 6);
        loop.answer = '[' + result("7", "3") + ']';
        std::optional<BatchReply> batch;
        gone = false;
        waitFor(client->send(client->batch().call(u"m")), batch, gone);
        QVERIFY(QTest::qWaitFor([&] { return gone; }));
        QCOMPARE(shown(batch->replies), QStringLiteral("7"));
    }

    void coroutines_goOn_whenTheClientDies()
    {
        Loop loop { {}, result("5") };
        auto client = loopClient(loop);
        std::optional<Reply> reply;
        bool gone = false;
        waitFor(client->call(u"m"), reply, gone);
        client.reset();
        QVERIFY(!gone); // not from within the client's end
        QVERIFY(QTest::qWaitFor([&] { return gone; }));
        QCOMPARE(shown(*reply), QStringLiteral("cancelled"));
        gone = false;
        waitFor(PendingCall(), reply, gone);
        QVERIFY(gone);
    }

    void coroutines_thatAreDestroyed_letGoOfTheirCall()
    {
        LoopTransport::Answer kept;
        Client client(std::make_unique<LoopTransport>([&](const QByteArray &, const QByteArray &, const LoopTransport::Answer &answer) { kept = answer; }), std::make_shared<JsonRpcCodec>());
        std::optional<Reply> reply;
        bool gone = false;
        // One is destroyed while it waits, one between the end of its call and its turn in the event loop.
        const Job first = waitFor(client.call(u"m"), reply, gone);
        QVERIFY(QTest::qWaitFor([&] { return bool(kept); }));
        first.handle.destroy();
        QVERIFY(gone);
        PendingCall call = client.call(u"m");
        const Job second = waitFor(call, reply, gone);
        call.cancel();
        second.handle.destroy();
        kept(result("5"));
        QTest::qWait(0);
        QVERIFY(!reply);
    }
};

QTEST_GUILESS_MAIN(tst_TypedCall)
#include "tst_typedcall.moc"
