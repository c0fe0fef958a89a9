// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/dispatch/dispatcher.h>
#include <rpccore/dispatch/objectdoor.h>
#include <rpccore/dispatch/registry.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <tests/support/fatalmessages.h>

#include <QPointer>
#include <QSemaphore>
#include <QThread>
#include <QtConcurrent>

#include <stdexcept>

using namespace rpc;

namespace {

QString operator""_q(const char *text, size_t length) { return QString::fromUtf8(text, qsizetype(length)); }

// True when somebody came in time; long enough that only a mistake misses it.
bool met(QSemaphore &other) { return other.tryAcquire(1, 20'000); }

struct Adder
{
    QThread *thread = nullptr;
    int add(int a, int b)
    {
        thread = QThread::currentThread();
        return a + b;
    }
};

class Thing : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    bool isAtHome() { return QThread::currentThread() == thread(); }
};

Task<bool> goesOnInItsThread(QFuture<int> later)
{
    QThread *const begun = QThread::currentThread();
    co_await rpc::await(later);
    co_return QThread::currentThread() == begun && begun != QCoreApplication::instance()->thread();
}

} // namespace

// Methods in the dispatcher's thread, a named one or a pool, as they were registered.
class tst_Execution : public QObject
{
    Q_OBJECT

    struct Fixture {
        std::unique_ptr<Registry> registry = std::make_unique<Registry>();
        std::unique_ptr<Dispatcher> dispatcher = std::make_unique<Dispatcher>(*registry);
        JsonRpcCodec json;
        int answers = 0;
        QByteArray answer;

        Fixture() { registry->setPoolSize(2); }

        static QByteArray request(const char *method, const QByteArray &params = "[]")
        {
            return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + QByteArray(method) + "\",\"params\":" + params + "}";
        }
        void ask(const QByteArray &body, const CallContext &context = {})
        {
            dispatcher->handle(context, json, body, {}, [this](const Dispatched &d) {
                ++answers;
                answer = d.body.value_or("(nothing)");
            });
        }
        // What came: the results of all members, or the errors' texts.
        QByteArray wait(const QByteArray &body)
        {
            const int before = answers;
            ask(body);
            if (!QTest::qWaitFor([&] { return answers > before; }, 30'000))
                return "(no answer)";
            return answer.replace("\"jsonrpc\":\"2.0\",", "").replace(",\"id\":1", "");
        }
        QByteArray call(const char *method, const QByteArray &params = "[]") { return wait(request(method, params)); }
    };

private Q_SLOTS:
    FATAL_MESSAGES

    void pool_runsMethodsAtTheSameTime()
    {
        Fixture f;
        QSemaphore a;
        QSemaphore b;
        std::atomic<int> elsewhere = 0;
        const auto meets = [&](QSemaphore &mine, QSemaphore &other) {
            return [&] {
                elsewhere += QThread::currentThread() != qApp->thread();
                mine.release();
                return met(other);
            };
        };
        f.registry->add("a"_q, meets(a, b)).inPool();
        f.registry->add("b"_q, meets(b, a)).inPool();
        QCOMPARE(f.wait('[' + f.request("a") + ',' + f.request("b") + ']'), QByteArray("[{\"result\":true},{\"result\":true}]"));
        QCOMPARE(elsewhere, 2);
    }

    void pool_hasItsSize()
    {
        Fixture f;
        f.registry->setPoolSize(1);
        std::atomic<int> inside = 0;
        std::atomic<int> most = 0;
        f.registry->add("m"_q, [&] {
            most = qMax<int>(most, ++inside);
            QThread::yieldCurrentThread();
            --inside;
        }).inPool();
        QByteArrayList all(50, f.request("m"));
        QVERIFY(f.wait('[' + all.join(',') + ']').startsWith("[{\"result\":null}"));
        QCOMPARE(most, 1);
    }

    void slowOnes_doNotDelayTheOthers()
    {
        Fixture f;
        QSemaphore fast;
        f.registry->add("slow"_q, [&] { return met(fast); }).inPool();
        f.registry->add("fast"_q, [&] {
            fast.release();
            return QThread::currentThread() == qApp->thread();
        });
        QCOMPARE(f.wait('[' + f.request("slow") + ',' + f.request("fast") + ']'), QByteArray("[{\"result\":true},{\"result\":true}]"));
    }

    void namedThread_runsItsMethodsOneAfterTheOther()
    {
        Fixture f;
        std::atomic<int> inside = 0;
        std::atomic<int> most = 0;
        QList<int> order; // in the named thread only
        QSet<QThread *> threads;
        const auto method = [&](int i) {
            most = qMax<int>(most, ++inside);
            threads.insert(QThread::currentThread());
            order.append(i);
            QThread::yieldCurrentThread();
            --inside;
            return QThread::currentThread()->objectName();
        };
        f.registry->add("one"_q, method).inThread("db"_q);
        f.registry->branch("b"_q).add("two"_q, method).inThread("db"_q);
        f.registry->add("other"_q, [] { return QThread::currentThread()->objectName(); }).inThread("files"_q);
        QByteArrayList all;
        QList<int> expected;
        for (int i = 0; i < 40; ++i) {
            all.append(f.request(i % 2 ? "one" : "b.two", '[' + QByteArray::number(i) + ']'));
            expected.append(i);
        }
        const QByteArray answer = f.wait('[' + all.join(',') + ']');
        QCOMPARE(answer.count("{\"result\":\"db\"}"), 40);
        QCOMPARE(most, 1);
        QCOMPARE(order, expected);
        QCOMPARE(threads.size(), 1);
        QVERIFY(!threads.contains(qApp->thread()));
        QCOMPARE(f.call("other"), QByteArray("{\"result\":\"files\"}"));
    }

    void callables_ofEveryKind_data()
    {
        QTest::addColumn<bool>("pool");
        QTest::newRow("pool") << true;
        QTest::newRow("thread") << false;
    }
    void callables_ofEveryKind()
    {
        QFETCH(bool, pool);
        Fixture f;
        Adder adder;
        const Execution where = pool ? Execution::inPool() : Execution::inThread("t"_q);
        const auto away = [] { return QThread::currentThread() != qApp->thread(); };
        bool preparedHere = false;
        f.registry->add("nothing"_q, [] { }).setExecution(where);
        f.registry->add("context"_q, [](const CallContext &c, int i) { return c.method + QString::number(i); }).setExecution(where);
        f.registry->add("fails"_q, []() -> Result<int> { return Error::application(7, "no"_q); }).setExecution(where);
        f.registry->add("throws"_q, []() -> int { throw std::runtime_error("secret"); }).setExecution(where);
        f.registry->add("member"_q, &adder, &Adder::add).setExecution(where);
        f.registry->add("future"_q, [&away](int i) { return QtConcurrent::run([i, here = away()] { return here ? i : -1; }); }).setExecution(where);
        f.registry->add("prepared"_q, away).setExecution(where).prepareResult([&](const Value &v) -> Result<Value> {
            preparedHere = QThread::currentThread() == qApp->thread();
            return v;
        });
        f.registry->addRaw({ "raw"_q, {}, {}, false }, [&away](const CallContext &, const Params &, const ReplyHandle &reply) { reply.resolve(away()); })
            .setExecution(where);
        f.registry->addRaw({ "drops"_q, {}, {}, false }, [](const CallContext &, const Params &, const ReplyHandle &) { }).setExecution(where);

        QCOMPARE(f.call("nothing"), QByteArray("{\"result\":null}"));
        QCOMPARE(f.call("context", "[5]"), QByteArray("{\"result\":\"context5\"}"));
        QVERIFY(f.call("context", "[\"x\"]").contains("params[0]: expected int, got string"));
        QVERIFY(f.call("fails").contains("{\"code\":7,\"message\":\"no\"}"));
        QTest::ignoreMessage(QtWarningMsg, "throws threw: secret");
        QCOMPARE(f.call("throws"), QByteArray("{\"error\":{\"code\":-32603,\"message\":\"Internal error\"}}"));
        QCOMPARE(f.call("member", "[1,2]"), QByteArray("{\"result\":3}"));
        QVERIFY(adder.thread && adder.thread != qApp->thread());
        QCOMPARE(f.call("future", "[4]"), QByteArray("{\"result\":4}"));
        QCOMPARE(f.call("prepared"), QByteArray("{\"result\":true}"));
        QVERIFY(preparedHere);
        QCOMPARE(f.call("raw"), QByteArray("{\"result\":true}"));
        QVERIFY(f.call("drops").contains("-32603"));
    }

    void coroutines_needAnEventLoop()
    {
        Fixture f;
        QPromise<int> promise;
        promise.start();
        const auto method = [future = promise.future()] { return goesOnInItsThread(future); };
        f.registry->add("thread"_q, method).inThread("t"_q);
        QTest::ignoreMessage(QtWarningMsg, "pool is a coroutine: it needs a thread with an event loop, so not one of the pool");
        f.registry->add("pool"_q, method).inPool();
        f.registry->branch("b"_q).setExecution(Execution::inPool());
        f.registry->branch("b"_q).add("inherited"_q, method);
        for (const char *name : { "thread", "pool", "b.inherited" })
            f.ask(f.request(name));
        QCOMPARE(f.answers, 0);
        promise.addResult(1);
        promise.finish();
        QTRY_COMPARE(f.answers, 3);
        QCOMPARE(f.call("thread"), QByteArray("{\"result\":true}"));
        QCOMPARE(f.call("pool"), QByteArray("{\"result\":false}")); // in place
        QCOMPARE(f.call("b.inherited"), QByteArray("{\"result\":false}"));
    }

    void branches_sayItForTheirFunctions()
    {
        Fixture f;
        const auto where = [] { return QThread::currentThread() == qApp->thread() ? "here"_q : QThread::currentThread()->objectName(); };
        Registry &branch = f.registry->branch("a"_q);
        branch.setExecution(Execution::inThread("a"_q));
        branch.add("f"_q, where);
        branch.add("stays"_q, where).inPlace();
        branch.add("own"_q, where).inThread("own"_q);
        branch.branch("b"_q).add("f"_q, where);
        branch.branch("c"_q).setExecution(Execution::inPlace());
        branch.branch("c"_q).add("f"_q, where);
        branch.addRaw({ "raw"_q, {}, {}, false }, [&where](const CallContext &, const Params &, const ReplyHandle &reply) { reply.resolve(where()); });
        f.registry->add("f"_q, where);
        f.registry->add(branch.find("own"_q), "shared"_q);
        const auto is = [](const char *text) { return "{\"result\":\"" + QByteArray(text) + "\"}"; };
        QCOMPARE(f.call("a.f"), is("a"));
        QCOMPARE(f.call("a.stays"), is("here"));
        QCOMPARE(f.call("a.own"), is("own"));
        QCOMPARE(f.call("a.b.f"), is("a"));
        QCOMPARE(f.call("a.c.f"), is("here"));
        QCOMPARE(f.call("a.raw"), is("here"));
        QCOMPARE(f.call("f"), is("here"));
        QCOMPARE(f.call("shared"), is("own"));
    }

    void objects_keepTheirThread()
    {
        Fixture f;
        Thing thing;
        f.registry->setExecution(Execution::inPool());
        QVERIFY(addObject(*f.registry, &thing));
        QTest::ignoreMessage(QtWarningMsg, "copy is called in the thread of its object: it cannot be given another one");
        f.registry->add(f.registry->find("isAtHome"_q), "copy"_q).inPool();
        QCOMPARE(f.call("isAtHome"), QByteArray("{\"result\":true}"));
        QCOMPARE(f.call("copy"), QByteArray("{\"result\":true}"));
    }

    // What nobody waits for is not begun.
    void whoHasGone_isNotCalledFor()
    {
        Fixture f;
        QSemaphore started;
        QSemaphore go;
        std::atomic<int> calls = 0;
        f.registry->add("holds"_q, [&] {
            started.release();
            return met(go);
        }).inThread("t"_q);
        f.registry->add("counts"_q, [&] { return int(++calls); }).inThread("t"_q);
        f.ask(f.request("holds"));
        CallContext gone;
        f.ask(f.request("counts"), gone);
        f.ask('[' + f.request("counts") + ',' + f.request("counts") + ']', gone);
        QVERIFY(met(started));
        gone.token->cancel();
        go.release();
        QTRY_COMPARE(f.answers, 3);
        QCOMPARE(f.call("counts"), QByteArray("{\"result\":1}"));
    }

    // The end of the registry waits for what runs, drops what waits, and joins the threads.
    void registry_mayEndMeanwhile()
    {
        Fixture f;
        f.registry->setPoolSize(1);
        QSemaphore started;
        QSemaphore go;
        std::atomic<int> finished = 0;
        std::atomic<int> calls = 0;
        QPointer<QThread> thread;
        const auto holds = [&] {
            started.release();
            const bool came = met(go);
            finished += came;
        };
        f.registry->add("threadHolds"_q, [&, holds] {
            thread = QThread::currentThread();
            holds();
        }).inThread("t"_q);
        f.registry->add("poolHolds"_q, holds).inPool();
        f.registry->add("threadCounts"_q, [&] { ++calls; }).inThread("t"_q);
        f.registry->add("poolCounts"_q, [&] { ++calls; }).inPool();
        std::weak_ptr<int> queued;
        {
            CallContext context;
            const auto held = std::make_shared<int>();
            queued = held;
            f.ask(f.request("threadHolds"));
            f.ask(f.request("poolHolds"));
            started.acquire(2);
            context.attributes.insert("held"_q, QVariant::fromValue(held));
            for (int i = 0; i < 10; ++i) {
                f.ask(f.request("threadCounts"));
                f.ask(f.request("poolCounts"), context);
            }
        }
        QVERIFY(!queued.expired());
        // Lets them go on once the queue of the pool has been dropped, so when the end has begun.
        const std::unique_ptr<QThread> releaser(QThread::create([&] {
            while (!queued.expired())
                QThread::yieldCurrentThread();
            go.release(2);
        }));
        releaser->start();
        f.dispatcher.reset();
        f.registry.reset();
        QCOMPARE(finished, 2);
        QVERIFY(!thread);
        releaser->wait();
        QCoreApplication::processEvents();
        QCOMPARE(calls, 0);
        QCOMPARE(f.answers, 0);
    }

    // The dispatcher's end alone: what was queued still runs, and its answers are dropped.
    void dispatcher_mayEndMeanwhile()
    {
        Fixture f;
        QSemaphore go;
        QSemaphore ran;
        f.registry->add("m"_q, [&] {
            met(go);
            ran.release();
        }).inPool();
        for (int i = 0; i < 5; ++i)
            f.ask(f.request("m"));
        f.dispatcher.reset();
        go.release(5);
        QVERIFY(ran.tryAcquire(5, 20'000));
        f.registry.reset();
        QCoreApplication::processEvents();
        QCOMPARE(f.answers, 0);
    }
};

QTEST_GUILESS_MAIN(tst_Execution)
#include "tst_execution.moc"
