// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "asking.h"

#include <rpccore/dispatch/objectdoor.h>
#include <tests/support/fatalmessages.h>

#include <QThread>
#include <QUuid>

using namespace rpc;

class Calculator : public QObject
{
    Q_OBJECT
    Q_CLASSINFO("rpc:join", "Joins texts.\n:param all: the texts\n:return: one text")
    Q_CLASSINFO("rpc:rpc_prefixed", "Served without its prefix.")
    Q_PROPERTY(int precision READ precision WRITE setPrecision)
    Q_PROPERTY(QString name MEMBER m_name)
    Q_PROPERTY(int answer READ answer CONSTANT)

public:
    enum class Mode { Slow, Fast };
    Q_ENUM(Mode)

    int precision() const { return m_precision; }
    void setPrecision(int p) { m_precision = p; }
    int answer() const { return 42; }

    Q_INVOKABLE QString join(const QStringList &all, const QString &with = QStringLiteral("-")) const { return all.join(with); }
    Q_INVOKABLE QString kind(int) { return QStringLiteral("int"); }
    Q_INVOKABLE QString kind(double) { return QStringLiteral("double"); }
    Q_INVOKABLE QString kind(const QString &) { return QStringLiteral("string"); }
    Q_INVOKABLE int kind(int a, int b) { return a + b; }
    Q_INVOKABLE QVariantMap mirror(const QVariant &value) { return { { QStringLiteral("got"), value } }; }
    Q_INVOKABLE int mode(Calculator::Mode m) { return int(m); }
    Q_INVOKABLE QString who(const rpc::CallContext &context, int x) { return context.method + QString::number(x); }
    Q_INVOKABLE rpc::Result<rpc::Value> fails(bool really)
    {
        if (really)
            return Error::application(4, QStringLiteral("really"));
        return Value(QByteArray("bytes"));
    }
    Q_INVOKABLE quintptr thread() { return quintptr(QThread::currentThread()); }

public Q_SLOTS:
    void reset() { m_precision = 0; }
    int rpc_prefixed(int a) { return a; }

protected Q_SLOTS:
    void hidden() { }

private:
    int m_precision = 5;
    QString m_name = QStringLiteral("calc");
};

class Derived : public Calculator
{
    Q_OBJECT
public Q_SLOTS:
    int rpc_own() { return 7; }
};

class Unusable : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void take(QObject *) { }
};

class tst_ObjectDoor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void methods_haveDocs_authorizationAndProtocols()
    {
        Asking f;
        Calculator calculator;
        ObjectOptions options;
        options.methods["mode"_q] = [](MethodEditor &mode) { mode.docs("Sets the mode.\n:param m: slow or fast"_q).tags("setup"_q).protocols(Protocol::XmlRpc); };
        options.methods["answer"_q] = [](MethodEditor &answer) { answer.authorization(Predicate([](const CallContext &) { return Value(false); })); };
        options.properties = true;
        QVERIFY(addObject(f.registry, &calculator, options).hasValue());
        const MethodInfo join = f.registry.find("join"_q)->info;
        QCOMPARE(join.help, "Joins texts."_q);
        QCOMPARE(join.signatures[0].parameters[0].help, "the texts"_q);
        QCOMPARE(join.signatures[0].resultHelp, "one text"_q);
        const MethodInfo mode = f.registry.find("mode"_q)->info;
        QCOMPARE(mode.help, "Sets the mode."_q);
        QCOMPARE(mode.signatures[0].parameters[0].help, "slow or fast"_q);
        QVERIFY(f.call("mode", "[1]").contains("-32601")); // of XML-RPC only
        QVERIFY(f.call("answer").contains("-32098"));
        Registry other;
        options.methods["absent"_q] = [](MethodEditor &) {};
        const auto refused = addObject(other, &calculator, options);
        QVERIFY(!refused);
        QCOMPARE(refused.error().message, "there is no method \"absent\""_q);
        QVERIFY(other.methods().isEmpty());
        Registry prefixed;
        ObjectOptions withPrefix;
        withPrefix.servePrefix = "rpc_"_q;
        QVERIFY(addObject(prefixed, &calculator, withPrefix).hasValue());
        QCOMPARE(prefixed.find("prefixed"_q)->info.help, "Served without its prefix."_q);
    }

    void slotsAndInvokables_areMethods()
    {
        Asking f;
        Calculator calculator;
        const auto names = addObject(f.registry.branch("calc"_q), &calculator);
        QVERIFY2(names.hasValue(), names ? "" : qPrintable(names.error().toString()));
        QCOMPARE(*names, QStringList({ "fails"_q, "join"_q, "kind"_q, "mirror"_q, "mode"_q, "reset"_q, "rpc_prefixed"_q, "thread"_q, "who"_q }));
        QCOMPARE(f.call("calc.join", "[[\"a\",\"b\"]]"), QByteArray("\"result\":\"a-b\""));
        QCOMPARE(f.call("calc.join", "[[\"a\",\"b\"],\"+\"]"), QByteArray("\"result\":\"a+b\""));
        QCOMPARE(f.call("calc.join", "{\"with\":\"*\",\"all\":[\"a\",\"b\"]}"), QByteArray("\"result\":\"a*b\""));
        QCOMPARE(f.call("calc.kind", "[1]"), QByteArray("\"result\":\"int\""));
        QCOMPARE(f.call("calc.kind", "[1.5]"), QByteArray("\"result\":\"double\""));
        QCOMPARE(f.call("calc.kind", "[\"1\"]"), QByteArray("\"result\":\"string\""));
        QCOMPARE(f.call("calc.kind", "[1,2]"), QByteArray("\"result\":3"));
        QVERIFY(f.call("calc.kind", "[true]").contains("none of the 4 forms"));
        QCOMPARE(f.call("calc.mirror", "[[1,{\"a\":null}]]"), QByteArray("\"result\":{\"got\":[1,{\"a\":null}]}"));
        QCOMPARE(f.call("calc.mode", "[\"Fast\"]"), QByteArray("\"result\":1"));
        QVERIFY(f.call("calc.mode", "[\"Faster\"]").contains("-32602"));
        QCOMPARE(f.call("calc.who", "[3]"), QByteArray("\"result\":\"calc.who3\""));
        QVERIFY(f.call("calc.fails", "[true]").contains("{\"code\":4,\"message\":\"really\"}"));
        QCOMPARE(f.callXml("calc.fails"_q, { false }).value(), Value(QByteArray("bytes")));
        QCOMPARE(f.call("calc.reset"), QByteArray("\"result\":null"));
        QCOMPARE(calculator.precision(), 0);
        QVERIFY(f.call("calc.join", "[[1]]").contains("params[0][0]: expected string, got int"));
        QVERIFY(f.call("calc.deleteLater").contains("-32601"));
        QVERIFY(f.call("calc.hidden").contains("-32601"));
        QVERIFY(f.call("calc.precision").contains("-32601"));
        const MethodInfo info = f.registry.find("calc.join"_q)->info;
        QCOMPARE(info.signatures.size(), 2);
        QCOMPARE(info.signatureText(), "join(all: array, with: string) → string"_q);
    }

    void properties_onRequest()
    {
        Asking f;
        Calculator calculator;
        ObjectOptions options;
        options.properties = true;
        QVERIFY(addObject(f.registry, &calculator, options).hasValue());
        QCOMPARE(f.call("precision"), QByteArray("\"result\":5"));
        QCOMPARE(f.call("setPrecision", "[8]"), QByteArray("\"result\":null"));
        QCOMPARE(f.call("precision"), QByteArray("\"result\":8"));
        QVERIFY(f.call("setPrecision", "[\"8\"]").contains("-32602"));
        QCOMPARE(f.call("setName", "{\"value\":\"x\"}"), QByteArray("\"result\":null"));
        QCOMPARE(f.call("name"), QByteArray("\"result\":\"x\""));
        QCOMPARE(f.call("answer"), QByteArray("\"result\":42"));
        QVERIFY(f.call("setAnswer", "[1]").contains("-32601"));
    }

    void prefix_choosesTheMethods()
    {
        Asking f;
        Derived derived;
        ObjectOptions options;
        options.servePrefix = "rpc_"_q;
        QCOMPARE(addObject(f.registry, &derived, options).value(), QStringList({ "own"_q, "prefixed"_q }));
        QCOMPARE(f.call("prefixed", "[5]"), QByteArray("\"result\":5"));
        Asking g;
        options = {};
        options.below = &Calculator::staticMetaObject;
        QCOMPARE(addObject(g.registry, &derived, options).value(), QStringList({ "rpc_own"_q }));
    }

    void whatCannotBe_isNamed_andNothingIsRegistered()
    {
        Asking f;
        Unusable unusable;
        const auto names = addObject(f.registry, &unusable);
        QVERIFY(!names && names.error().toString().contains("take(QObject*)"_q));
        Calculator calculator;
        f.registry.add("join"_q, [] { return 1; });
        const auto taken = addObject(f.registry, &calculator);
        QVERIFY(!taken && taken.error().toString().contains("\"join\""_q));
        QCOMPARE(f.registry.methods().size(), 1);
        Asking g;
        g.registry.add("setPrecision"_q, [] { return 1; });
        ObjectOptions options;
        options.properties = true;
        QVERIFY(!addObject(g.registry, &calculator, options));
        QCOMPARE(g.registry.methods().size(), 1);
        QTest::ignoreMessage(QtWarningMsg, "the method name \"rpc.fails\" is reserved: it begins with \"rpc.\"");
        QVERIFY(!addObject(g.registry.branch("rpc"_q), &calculator));
        QCOMPARE(g.registry.methods().size(), 1);
    }

    void objects_ofAThreadThatHasEnded_areAnswered()
    {
        Asking f;
        QThread thread;
        Calculator calculator;
        QVERIFY(addObject(f.registry, &calculator).hasValue());
        calculator.moveToThread(&thread);
        thread.start();
        thread.quit();
        thread.wait();
        QCOMPARE(f.callHere("thread"_q).error().code, -32603);
    }

    void objects_areCalledInTheirThread_andMayDie()
    {
        Asking f;
        QThread thread;
        auto *calculator = new Calculator;
        QVERIFY(addObject(f.registry, calculator).hasValue());
        calculator->moveToThread(&thread);
        thread.start();
        QCOMPARE(f.callHere("thread"_q).value(), Value::fromLiteral(QByteArray::number(quintptr(&thread))));
        QMetaObject::invokeMethod(calculator, [calculator] { delete calculator; }, Qt::BlockingQueuedConnection);
        QCOMPARE(f.callHere("thread"_q).error().code, -32603); // nobody is there to answer
        QTRY_VERIFY(f.registry.methods().isEmpty());
        thread.quit();
        thread.wait();
    }
};

QTEST_GUILESS_MAIN(tst_ObjectDoor)
#include "tst_objectdoor.moc"
