// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/dispatch/dispatcher.h>
#include <rpccore/dispatch/registry.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fatalmessages.h>

#include <QSemaphore>
#include <QThread>
#include <QTimer>

using namespace rpc;

namespace {

// Decodes when it is told to.
class HeldCodec : public JsonRpcCodec
{
public:
    Result<IncomingRequests> decodeRequests(const QByteArray &body, const DecodeOptions &options) const override
    {
        thread = QThread::currentThread();
        started.release();
        if (!go.tryAcquire(1, 10'000))
            return Error::make(ErrorKind::Timeout, QStringLiteral("nobody let the decoder go on"));
        auto incoming = JsonRpcCodec::decodeRequests(body, options);
        ++finished;
        return incoming;
    }
    mutable std::atomic<QThread *> thread = nullptr;
    mutable QSemaphore started;
    mutable QSemaphore go;
    mutable std::atomic<int> finished = 0;
};

QByteArray bodyOf(qsizetype bytes) { return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"size\",\"params\":[\"" + QByteArray(bytes, 'x') + "\"]}"; }

} // namespace

// Bodies that take their time are decoded outside of the dispatcher's thread.
class tst_LargeBodies : public QObject
{
    Q_OBJECT

    struct Fixture {
        Registry registry;
        std::unique_ptr<Dispatcher> dispatcher = std::make_unique<Dispatcher>(registry);
        int calls = 0;
        std::optional<Dispatched> done;

        Fixture()
        {
            registry.add(QStringLiteral("size"), [this](const QString &text) {
                ++calls;
                return text.size();
            });
        }
        void ask(const Codec &codec, const QByteArray &body, const CallContext &context = {})
        {
            done.reset();
            dispatcher->handle(context, codec, body, {}, [this](const Dispatched &result) { done = result; });
        }
    };

private Q_SLOTS:
    FATAL_MESSAGES

    void eventLoop_turnsMeanwhile()
    {
        const HeldCodec codec; // goes when the fixture has gone
        Fixture f;
        int turns = 0;
        QTimer timer;
        connect(&timer, &QTimer::timeout, &timer, [&] {
            if (codec.started.available() && ++turns == 100)
                codec.go.release();
        });
        timer.start(0);
        f.ask(codec, bodyOf(20'000'000));
        QVERIFY(!f.done);
        QTRY_VERIFY_WITH_TIMEOUT(f.done.has_value(), 20'000);
        QVERIFY(turns >= 100);
        QVERIFY(codec.thread != QThread::currentThread());
        QCOMPARE(f.done->body.value_or("none"), QByteArray("{\"jsonrpc\":\"2.0\",\"result\":20000000,\"id\":1}"));
    }

    void smallBodies_areAnsweredInPlace()
    {
        const HeldCodec codec;
        Fixture f;
        codec.go.release();
        f.ask(codec, bodyOf(200'000));
        QVERIFY(f.done.has_value());
        QCOMPARE(codec.thread.load(), QThread::currentThread());
    }

    // White space behind a message makes it large and changes nothing else.
    void large_isAsSmall_data()
    {
        QTest::addColumn<QByteArray>("body");
        const QByteArray call = bodyOf(3);
        QTest::newRow("call") << call;
        QTest::newRow("batch") << "[" + call + ",5," + call + "]";
        QTest::newRow("empty batch") << QByteArray("[]");
        QTest::newRow("notification") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"size\",\"params\":[\"a\"]}");
        QTest::newRow("findings") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"size\",\"params\":[\"a\"],\"more\":1}");
        QTest::newRow("no such method") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"nope\"}");
        QTest::newRow("broken") << QByteArray("{\"jsonrpc\":}");
        QTest::newRow("xml") << QByteArray("<?xml version=\"1.0\"?><methodCall><methodName>size</methodName><params><param><value>abc</value></param></params></methodCall>");
    }
    void large_isAsSmall()
    {
        QFETCH(QByteArray, body);
        const JsonRpcCodec json;
        const XmlRpcCodec xml;
        const Codec &codec = body.startsWith('<') ? static_cast<const Codec &>(xml) : json;
        Fixture f;
        f.ask(codec, body);
        QVERIFY(f.done.has_value());
        const Dispatched small = *f.done;
        f.ask(codec, body + QByteArray(300'000, '\n'));
        QVERIFY(!f.done);
        QTRY_VERIFY(f.done.has_value());
        QCOMPARE(f.done->body, small.body);
        QCOMPARE(f.done->outcomes.size(), small.outcomes.size());
        for (qsizetype i = 0; i < small.outcomes.size(); ++i) {
            QCOMPARE(f.done->outcomes[i].method, small.outcomes[i].method);
            QCOMPARE(f.done->outcomes[i].code, small.outcomes[i].code);
            QCOMPARE(f.done->outcomes[i].message, small.outcomes[i].message);
        }
        QCOMPARE(f.done->findings.size(), small.findings.size());
        for (qsizetype i = 0; i < small.findings.size(); ++i)
            QCOMPARE(f.done->findings[i].message, small.findings[i].message);
    }

    void whoHasGone_isNotCalledFor()
    {
        const HeldCodec codec;
        Fixture f;
        CallContext context;
        f.ask(codec, bodyOf(300'000), context);
        QVERIFY(codec.started.tryAcquire(1, 10'000));
        context.token->cancel();
        codec.go.release();
        QTRY_VERIFY(f.done.has_value());
        QVERIFY(!f.done->body);
        QVERIFY(f.done->outcomes.isEmpty());
        QCOMPARE(f.calls, 0);
    }

    // What is being decoded ends before the dispatcher does, what waits is not decoded at all.
    void dispatcher_mayEndMeanwhile()
    {
        auto codec = std::make_unique<HeldCodec>();
        Fixture f;
        const QByteArray body = bodyOf(8'000'000);
        for (int i = 0; i < 5; ++i)
            f.ask(*codec, body);
        codec->started.acquire(2);
        codec->go.release(5);
        f.dispatcher.reset();
        const int finished = codec->finished;
        const int started = 2 + codec->started.available();
        QCOMPARE(finished, started);
        QVERIFY(started < 5);
        codec.reset();
        QCoreApplication::processEvents();
        QVERIFY(!f.done);
        QCOMPARE(f.calls, 0);
    }
};

QTEST_GUILESS_MAIN(tst_LargeBodies)
#include "tst_largebodies.moc"
