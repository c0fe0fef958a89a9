// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/dispatch/dispatcher.h>
#include <rpccore/dispatch/registry.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/script/jsdoc.h>
#include <rpccore/script/scripthost.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fatalmessages.h>

#include <QElapsedTimer>
#include <QFile>

using namespace rpc;

namespace {

struct Fixture {
    Registry registry;
    Dispatcher dispatcher { registry };
    ScriptHost host { registry };
    QStringList log;

    explicit Fixture(const QByteArray &source, Result<QStringList> *outcome = nullptr)
    {
        QObject::connect(&host, &ScriptHost::logged, &host, [this](const QString &level, const QString &text, const QString &file, int line) {
            log.append(QStringLiteral("%1|%2|%3|%4").arg(level, text, file).arg(line));
        });
        host.setTimeLimit(std::chrono::milliseconds(300));
        std::optional<Result<QStringList>> loaded;
        host.load(QStringLiteral("test.js"), QString::fromUtf8(source), [&](const Result<QStringList> &names) { loaded = names; });
        if (!QTest::qWaitFor([&] { return loaded.has_value(); }, 10000))
            qFatal("the script was not loaded");
        if (outcome)
            *outcome = *loaded;
        else if (!*loaded)
            qFatal("%s", qPrintable(loaded->error().toString()));
    }

    QByteArray ask(const Codec &codec, const QByteArray &body)
    {
        std::optional<QByteArray> answer;
        dispatcher.handle({}, codec, body, {},
            [&](const Dispatched &result) { answer = result.body.value_or(QByteArray()); });
        const bool came = QTest::qWaitFor([&] { return answer.has_value(); }, 60000);
        return came ? *answer : QByteArray("(no answer)");
    }
    QByteArray call(const QByteArray &method, const QByteArray &params)
    {
        const QByteArray answer = ask(JsonRpcCodec(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":" + params + "}");
        return answer.mid(17).chopped(8); // between {"jsonrpc":"2.0", and ,"id":1}
    }
};

} // namespace

class tst_ScriptHost : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void echo_isExact_data()
    {
        QTest::addColumn<QByteArray>("value");
        int row = 0;
        for (const char *value : { "9007199254740993", "18446744073709551615", "1.0", "0.1000", "-0", "1e400", "{\"b\":1,\"a\":2}",
                 "5", "-5", "1.5", "2147483648", "\"x\"", "\"\"", "null", "true", "[]", "{}", "[1.0,[2.50]]", "{\"__proto__\":1}", "{\"$number\":\"1\"}", "{\"$int64\":\"x\"}", "{\"$struct\":{\"a\":1}}", "0.0", "-0.0", "1e21" })
            QTest::addRow("%d %s", row++, value) << QByteArray(value);
    }
    void echo_isExact()
    {
        QFETCH(QByteArray, value);
        Fixture f("rpc.method('echo', x => x);");
        QCOMPARE(f.call("echo", "[" + value + "]"), "\"result\":" + value);
    }

    void echo_overXmlRpc_keepsTypes_data()
    {
        QTest::addColumn<QByteArray>("value");
        int row = 0;
        for (const char *value : { "<int>5</int>", "<i8>5</i8>", "<i8>9007199254740993</i8>", "<double>3.0</double>", "<double>0.1</double>",
                 "<boolean>1</boolean>", "<string>x</string>", "<nil/>", "<base64>aGVsbG8=</base64>",
                 "<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>" })
            QTest::addRow("%d", row++) << QByteArray(value);
    }
    void echo_overXmlRpc_keepsTypes()
    {
        QFETCH(QByteArray, value);
        Fixture f("rpc.method('echo', x => x);");
        const QByteArray answer = f.ask(XmlRpcCodec(),
            "<methodCall><methodName>echo</methodName><params><param><value>" + value + "</value></param></params></methodCall>");
        QVERIFY2(answer.contains("<value>" + value + "</value>"), answer.constData());
    }

    void numbers_canBeReckonedWith()
    {
        Fixture f("rpc.method('sum', (a, b) => a + b);\n"
                  "/** @param {double} a x\n * @param {double} b y\n * @returns {double} z */\n"
                  "rpc.method('declared', (a, b) => { if (typeof a !== 'number') throw new Error(typeof a); return a + b; });");
        QCOMPARE(f.call("sum", "[1.0, 2]"), QByteArray("\"result\":3"));
        QCOMPARE(f.call("declared", "[1.0, 2]"), QByteArray("\"result\":3.0"));
    }

    void errors_reachTheClientAsMeant()
    {
        Fixture f("rpc.method('own', () => { throw rpc.error(42, 'no luck', { why: [1] }); });\n"
                  "rpc.method('other',\n  () => { null.x; });\n"
                  "rpc.method('plain', () => { throw { code: 42 }; });\n"
                  "rpc.method('fn', () => () => 1);\n"
                  "rpc.method('cycle', () => { const a = []; a.push(a); return a; });");
        QCOMPARE(f.call("own", "[]"), QByteArray("\"error\":{\"code\":42,\"message\":\"no luck\",\"data\":{\"why\":[1]}}"));
        QVERIFY(f.call("other", "[]").contains("\"code\":-32603,\"message\":\"Internal error\""));
        QVERIFY2(f.log.constLast().startsWith(u"error|other: TypeError") && f.log.constLast().endsWith(u"test.js|3"), qPrintable(f.log.constLast()));
        QVERIFY(f.call("plain", "[]").contains("-32603"));
        QVERIFY(f.call("fn", "[]").contains("-32603"));
        QVERIFY(f.call("cycle", "[]").contains("-32603"));
    }

    void endlessLoop_costsThatCallOnly_data()
    {
        QTest::addColumn<QByteArray>("loop");
        QTest::newRow("while") << QByteArray("while (true) {}");
        QTest::newRow("caught") << QByteArray("for (;;) { try { for (;;) {} } catch (e) {} }");
        QTest::newRow("getter") << QByteArray("return { get x() { while (true) {} } };");
        QTest::newRow("endless result") << QByteArray("const a = []; a.length = 4e9; return a;");
        QTest::newRow("result that doubles") << QByteArray("let a = [1]; for (let i = 0; i < 60; ++i) a = [a, a]; return a;");
        QTest::newRow("error's text") << QByteArray("const e = new Error('x'); e.toString = () => { for (;;) {} }; throw e;");
        QTest::newRow("setter") << QByteArray("Object.defineProperty(Object.prototype, 'trap', { set(v) { for (;;) {} } }); for (;;) {}");
        QTest::newRow("in the error's data") << QByteArray("throw rpc.error(1, 'x', { get x() { while (true) {} } });");
    }
    void endlessLoop_costsThatCallOnly()
    {
        QFETCH(QByteArray, loop);
        Fixture f("rpc.method('loop', () => { " + loop + " }); rpc.method('fine', () => 7);");
        for (int i = 0; i < 2; ++i) {
            const QByteArray answer = f.call("loop", "[]");
            QVERIFY2(answer.contains("-32603"), answer.constData());
            QCOMPARE(f.call("fine", "[]"), QByteArray("\"result\":7"));
        }
    }

    // A built-in function cannot be interrupted; the client does not wait for it.
    void longBuiltIn_isAnsweredAtTheLimit()
    {
        Fixture f("rpc.method('fill', () => new Array(3e7).fill(0).length); rpc.method('fine', () => 7);");
        f.host.setTimeLimit(std::chrono::milliseconds(50));
        QElapsedTimer clock;
        clock.start();
        const QByteArray answer = f.call("fill", "[]");
        const qint64 answered = clock.elapsed();
        QVERIFY2(answer.contains("interrupted"), answer.constData());
        f.host.setTimeLimit(std::chrono::seconds(5));
        QCOMPARE(f.call("fine", "[]"), QByteArray("\"result\":7"));
        QVERIFY2(clock.elapsed() > 2 * answered, "the answer waited for the function to end");
    }

    void hostEnds_whileAScriptLoops()
    {
        QElapsedTimer clock;
        clock.start();
        {
            Fixture f("rpc.method('loop', () => { for (;;) { try { for (;;) {} } catch (e) {} } });");
            f.host.setTimeLimit(std::chrono::hours(1));
            f.dispatcher.handle({}, JsonRpcCodec(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"loop\"}", {},
                [](const Dispatched &) { });
        }
        QVERIFY(clock.elapsed() < 10'000);
    }

    void syntaxError_saysWhere()
    {
        Result<QStringList> outcome = QStringList();
        Fixture f("rpc.method('a', () => 1);\nlet x = ;\n", &outcome);
        QVERIFY(!outcome);
        QVERIFY2(outcome.error().message.startsWith(u"test.js:2"), qPrintable(outcome.error().message));
        QVERIFY(!f.registry.find(QStringLiteral("a")));
    }

    void whatIsThrownAtTheTop_isAnError()
    {
        Result<QStringList> outcome = QStringList();
        Fixture f("rpc.method('a', () => 1);\nthrow 'config missing';", &outcome);
        QVERIFY(!outcome);
        QVERIFY(outcome.error().message.contains(u"config missing"));
    }

    void oddResults_areErrors_notData()
    {
        Fixture f("rpc.method('getter', () => ({ get x() { throw new Error('boom'); } }));\n"
                  "rpc.method('date', () => new Date(NaN)); rpc.method('code', () => { throw rpc.error(1e10, 'x'); });\n"
                  "rpc.method('array', (a = [1, 2], b) => b); rpc.method('surrogate', () => '\\ud800');");
        QVERIFY(f.call("getter", "[]").contains("-32603"));
        QVERIFY(f.call("date", "[]").contains("-32603"));
        QVERIFY(f.call("code", "[]").contains("\"code\":-32000"));
        QCOMPARE(f.call("array", "[1,2]"), QByteArray("\"result\":2"));
        QCOMPARE(f.call("surrogate", "[]"), QByteArray("\"result\":\"\\ud800\""));
    }

    void endlessScript_isNotLoaded()
    {
        Result<QStringList> outcome = QStringList();
        Fixture f("while (true) {}", &outcome);
        QVERIFY(!outcome);
        QVERIFY(outcome.error().message.contains(u"interrupted"));
    }

    void scriptCannotBreakTheHost_data()
    {
        QTest::addColumn<QByteArray>("mischief");
        QTest::newRow("prototypes") << QByteArray("Array.prototype.map = null; Object.keys = () => { throw 1; }; JSON.stringify = null;"
                                                  "Function.prototype.apply = null; Function.prototype.call = null; Number.isInteger = null;");
        QTest::newRow("descriptors") << QByteArray("Object.prototype.get = function () {}; Object.prototype.set = function () {};"
                                                   "Object.prototype[Symbol.toStringTag] = 'Date';");
        QTest::newRow("accessors") << QByteArray("for (const n of ['$number', 'code', 'data', 'message', 'line', 'text', 'kind'])"
                                                 " Object.defineProperty(Object.prototype, n, { get() { return 7; }, set() {} });");
        QTest::newRow("globals") << QByteArray("try { rpc = null; } catch (e) {} try { rpc.method = null; } catch (e) {} String = null; Number = null; Object = null; Error = null;");
    }
    void scriptCannotBreakTheHost()
    {
        QFETCH(QByteArray, mischief);
        Fixture f("const m = rpc.method, err = rpc.error; m('echo', x => x); m('bad', () => { throw err(5, 'five'); });" + mischief);
        QCOMPARE(f.call("echo", "[{\"a\":[1.0]}]"), QByteArray("\"result\":{\"a\":[1.0]}"));
        QVERIFY(f.call("bad", "[]").contains("\"code\":5"));
    }

    void jsDoc_givesTypesAndHelp()
    {
        const auto found = readJsDoc(QStringLiteral(
            "/** Adds two numbers.\n *  Really.\n *  @param {int} a first\n *  @param {number} [b=2] second,\n *         on two lines\n *  @returns {number} the sum */\n"
            "rpc.method(\"math.add\", (a, b = 2) => a + b);\n"
            "/* no doc */ rpc.method('plain', function (x) { return x; });\n"
            "rpc.method('any', (...all) => all); rpc.method('one', x => x);\n"
            "/** Old. @deprecated is not a tag here\n * @deprecated\n */ rpc.method('old', f);"));
        const auto add = found.value(QStringLiteral("math.add"));
        QCOMPARE(add.info.help, QStringLiteral("Adds two numbers.\nReally."));
        QCOMPARE(add.info.signatureText(), QStringLiteral("math.add(a: int, [b: double]) → double"));
        QCOMPARE(add.info.signatures[0].parameters[1].help, QStringLiteral("second, on two lines"));
        QCOMPARE(add.info.signatures[0].resultHelp, QStringLiteral("the sum"));
        QCOMPARE(found.value(QStringLiteral("plain")).info.signatureText(), QStringLiteral("plain(x)"));
        QVERIFY(found.value(QStringLiteral("any")).takesAny);
        QCOMPARE(found.value(QStringLiteral("one")).info.signatures[0].parameters.size(), 1);
        QVERIFY(found.value(QStringLiteral("old")).info.deprecated);
        const auto twice = readJsDoc(QStringLiteral("/** ") + QString(200'000, u'x')
            + QStringLiteral(" */\n// rpc.method('f', (a, b, c) => old)\n/** @param {int} a */ rpc.method('f', a => a);\n"
                             "const t = 'use rpc.method(\"f\", (x, y) => x)';"));
        QCOMPARE(twice.value(QStringLiteral("f")).info.signatureText(), QStringLiteral("f(a: int)"));
    }

    void params_areCheckedAgainstTheDocumentation()
    {
        Fixture f("/** @param {int} a x\n * @param {string} [b] y */ rpc.method('m', (a, b) => [a, b === undefined ? 'none' : b]);");
        QCOMPARE(f.call("m", "[1]"), QByteArray("\"result\":[1,\"none\"]"));
        QCOMPARE(f.call("m", "{\"a\":1,\"b\":\"z\"}"), QByteArray("\"result\":[1,\"z\"]"));
        QVERIFY(f.call("m", "[1.5]").contains("params[0]: expected int, got double"));
        QVERIFY(f.call("m", "{\"a\":\"1\"}").contains("params.a: expected int, got string"));
        QVERIFY(f.call("m", "[]").contains("-32602"));
        QVERIFY(f.call("m", "[1,\"a\",3]").contains("-32602"));
    }

    void log_reachesTheHost()
    {
        Fixture f("console.log('loaded', 1, { a: [2] }); rpc.method('m', () => { console.warn('careful'); return null; });");
        QVERIFY(QTest::qWaitFor([&] { return !f.log.isEmpty(); }));
        QVERIFY2(f.log.constFirst().startsWith(u"info|loaded 1 {\"a\":[2]}"), qPrintable(f.log.constFirst()));
        f.call("m", "[]");
        QVERIFY(QTest::qWaitFor([&] { return f.log.size() == 2; }));
        QVERIFY(f.log.constLast().startsWith(u"warning|careful"));
    }

    void hostsAtRest_holdNoGarbage()
    {
        // The resident part of the engines' heaps, which have a name on Linux.
        const auto heap = []() -> qint64 {
            QFile maps(QStringLiteral("/proc/self/smaps"));
            if (!maps.open(QIODevice::ReadOnly))
                return -1;
            qint64 kilobytes = -1;
            bool isHeap = false;
            for (const QByteArray &line : maps.readAll().split('\n')) {
                if (line.contains('-') && !line.startsWith("VmFlags")) // begins a mapping
                    isHeap = line.contains("JSGCHeap");
                else if (isHeap && line.startsWith("Rss:"))
                    kilobytes = qMax(kilobytes, qint64(0)) + line.simplified().split(' ').value(1).toLongLong();
            }
            return kilobytes;
        };
        Fixture f("rpc.method('litter', (n) => { let last; for (let i = 0; i < n; ++i) last = { i: i, a: [i] }; return last.i; });");
        const qint64 before = heap();
        if (before < 0)
            QSKIP("the heap cannot be told from other memory here");
        for (int i = 0; i < 20; ++i)
            f.call("litter", "[1000]");
        QTRY_VERIFY2(heap() < before + 400, qPrintable(QStringLiteral("%1 kB, then %2 kB").arg(before).arg(heap())));
    }

    void example_isServed()
    {
        QFile file(QStringLiteral(SOURCE_DIR "/examples/calculator.js"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        Fixture f(file.readAll());
        QCOMPARE(f.call("math.add", "[2,3]"), QByteArray("\"result\":5"));
        QCOMPARE(f.call("math.divide", "{\"dividend\":1,\"divisor\":4}"), QByteArray("\"result\":0.25"));
        QVERIFY(f.call("math.divide", "[1,0]").contains("\"data\":{\"dividend\":1}"));
        QCOMPARE(f.call("text.greet", "[\"Ada\"]"), QByteArray("\"result\":\"Hello, Ada!\""));
        f.host.setTimeLimit(std::chrono::seconds(60));
        QVERIFY(f.call("stats.summary", "[[" + QByteArray("1,").repeated(700'000) + "1]]").contains("\"count\":700001"));
        QCOMPARE(f.call("stats.summary", "[[1,2,6.0]]"), QByteArray("\"result\":{\"mean\":3,\"min\":1,\"max\":6,\"count\":3}"));
        QVERIFY(f.call("calendar.month", "[2026,2]").contains("{\"date\":\"2026-02-28T00:00:00\",\"weekday\":\"Saturday\"}"));
    }
};

QTEST_GUILESS_MAIN(tst_ScriptHost)
#include "tst_scripthost.moc"
