// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/client.h>
#include <rpccore/client/errormap.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/client/looptransport.h>
#include <rpccore/client/proxy.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>

#include <QFile>
#include <QRegularExpression>
#include <QTest>

// The samples of docs/client.md, built as the programs of others are: without this project's definitions. A test
// compares them with the page.
class tst_ClientDoc : public QObject
{
    Q_OBJECT

    static QString words(const QString &path)
    {
        QFile file(QStringLiteral(SOURCE_DIR "/") + path);
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
    }

private Q_SLOTS:
    void samples_areThoseOfThePage()
    {
        const QString source = words(QStringLiteral("tests/client/tst_clientdoc.cpp")).simplified();
        static const QRegularExpression sample(QStringLiteral("```cpp\n(.*?)```"), QRegularExpression::DotMatchesEverythingOption);
        int samples = 0;
        auto it = sample.globalMatch(words(QStringLiteral("docs/client.md")));
        for (; it.hasNext(); ++samples) {
            const QString text = it.next().captured(1).simplified();
            QVERIFY2(source.contains(text), qPrintable(text));
        }
        QVERIFY(samples > 8);
    }

    void samples_run()
    {
        QObject context;
        int shown = 0;
        const auto show = [&shown](const rpc::Reply &) { ++shown; };

        rpc::HttpTarget target;
        target.url = QUrl("http://rpc.example.invalid/api");
        target.headers = { { "X-Team", "blue" } }; // with every call
        rpc::Client client(std::make_unique<rpc::HttpTransport>(target), std::make_shared<rpc::JsonRpcCodec>());

        client.call<int>("add", 2, 3).onFinished(&context, [](const rpc::Result<int> &sum) {
            if (sum)
                qInfo() << *sum;
            else
                qInfo() << sum.error().toString();
        });
        client.call("add", rpc::Array { 2, 3 }).onFinished(&context, show);
        client.call("user.find", rpc::Struct { { "id", 7 } }).onFinished(&context, show);
        client.notify("log", rpc::Array { QString("started") }); // JSON-RPC: nothing comes back

        rpc::PendingCall call = client.call("system.listMethods");
        call.onFinished(&context, [call](const rpc::Reply &) {
            for (const rpc::Finding &finding : call.trace().findings)
                qInfo() << call.trace().httpStatus << finding.id() << finding.message;
        });

        enum class Problem { Other, NoSuchUser, TryAgain };
        const auto problems = rpc::ErrorMap<Problem>(Problem::Other)
                                  .on(404, Problem::NoSuchUser)
                                  .on(rpc::ErrorKind::Timeout, Problem::TryAgain);
        client.call<QString>("user.name", 7).onFinished(&context, [problems](const rpc::Result<QString> &name) {
            if (problems(name) == Problem::TryAgain)
                qInfo() << "later";
        });

        rpc::Proxy server(client);
        server["math"]["add"](2, 3).onFinished(&context, show); // calls "math.add"
        server["math"]["add"].call<int>(2, 3).onFinished(&context, [](const rpc::Result<int> &) { });
        server["user"]["find"].named({ { "id", 7 } }).onFinished(&context, show);

        rpc::Batch batch = client.batch();
        batch.call("add", rpc::Array { 2, 3 }).notify("log").call("add", rpc::Array { 4, 5 });
        client.send(batch).onFinished(&context, [](const rpc::BatchReply &reply) {
            for (const std::optional<rpc::Reply> &one : reply.replies) { // nothing for the notification
                if (one)
                    qInfo() << rpc::resultAs<int>(*one).valueOr(-1);
            }
        });

        client.multicall({ { "add", { 2, 3 } }, { "system.listMethods" } }).onFinished(&context, [](const rpc::BatchReply &reply) {
            qInfo() << reply.isSuccess();
        });

        client.setDefaultNamedParams({ { "api_key", QString("s3cret") } }); // in the named params of every call, whose own win
        client.setIdGenerator(rpc::uuidIds()); // or prefixedIds("i"), or a function of your own; by default 1, 2, 3
        client.setVersion(rpc::JsonRpcVersion::V2_0); // 1.0 or 1.1 for servers that know nothing newer
        rpc::CallOptions options;
        options.timeout = std::chrono::seconds(5);
        options.headers = { { "X-Trace", "7" } };
        options.extra = { { "auth", QString("token") } }; // further members of the JSON-RPC message
        client.call("user.list", rpc::Struct(), options).onFinished(&context, show);

        rpc::Request request { QString("my-id"), "add", rpc::Array { 2, 3 } };
        request.version = rpc::JsonRpcVersion::V1_0;
        client.send(request).onFinished(&context, show); // the answer has to carry that id
        client.sendRaw("{\"jsonrpc\": \"2.0\", oops").onFinished(&context, show); // goes as it is

        auto http = std::make_unique<rpc::HttpTransport>(target);
        http->setRetryHook([](const rpc::Trace &refused) -> std::optional<rpc::HeaderFields> {
            const QByteArray id = rpc::headerValue(refused.responseFields(), "X-Transmission-Session-Id");
            if (refused.httpStatus != 409 || id.isEmpty())
                return std::nullopt; // the answer stands
            return rpc::HeaderFields { { "X-Transmission-Session-Id", id } }; // with this call and all later ones
        });

        auto loop = std::make_unique<rpc::LoopTransport>(
            [](const QByteArray &, const QByteArray &, const rpc::LoopTransport::Answer &answer) {
                answer("{\"jsonrpc\": \"2.0\", \"id\": 1, \"result\": 5}"); // at once or later, from any thread
            });
        rpc::Client inProcess(std::move(loop), std::make_shared<rpc::JsonRpcCodec>());

        inProcess.call<int>("add", 2, 3).onFinished(&context, [&shown](const rpc::Result<int> &sum) { shown += sum.valueOr(0); });
        QVERIFY(QTest::qWaitFor([&shown] { return shown == 12; }));
        QTest::qWait(0);
    }
};

QTEST_GUILESS_MAIN(tst_ClientDoc)
#include "tst_clientdoc.moc"
