// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/client.h>
#include <rpccore/client/errormap.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/client/looptransport.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/server/server.h>

#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>

#include <QSignalSpy>

using namespace rpc;

namespace {

const QByteArray refusal = "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"busy\"}}";

std::unique_ptr<Client> answering(const QByteArray &answer, const JsonRpcDialect &dialect = {}, QByteArray *sent = nullptr)
{
    return std::make_unique<Client>(
        std::make_unique<LoopTransport>([answer, sent](const QByteArray &body, const QByteArray &, const LoopTransport::Answer &done) {
            if (sent)
                *sent = body;
            done(answer);
        }),
        std::make_shared<JsonRpcCodec>(dialect));
}

} // namespace

/// What is said to a client once, for all of its calls.
class tst_ClientSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void errorMap_isThatOfAllCalls()
    {
        const auto client = answering(refusal);
        const auto map = ErrorMap<Error>(Error::make(ErrorKind::Internal, QStringLiteral("other")))
                             .on(-32000, [](const Error &e) { return Error::application(7, e.message.toUpper()); })
                             .on(ErrorKind::InvalidArgument, Error::application(8, QStringLiteral("mine")));
        client->setErrorMap(map);
        const Error mapped = client->call("f").wait().error();
        QCOMPARE(mapped.code, 7);
        QCOMPARE(mapped.message, QStringLiteral("BUSY"));
        client->setDefaultNamedParams({ { QStringLiteral("x"), 1 } });
        QCOMPARE(client->call("f", Array { 1 }).wait().error().code, 8); // of this side, before anything is sent
        const auto without = answering(refusal);
        without->setErrorMap(map);
        without->setErrorMap({});
        QCOMPARE(without->call("f").wait().error().code, -32000);
    }

    void errorMap_isThatOfBatches()
    {
        const auto client = answering("[{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32000,\"message\":\"busy\"}},{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":3}]");
        client->setErrorMap([](const Error &e) { return Error::application(e.code - 1, e.message); });
        const BatchReply reply = client->send(client->batch().call("f").call("g")).wait();
        QCOMPARE(reply.replies[0]->error().code, -32001);
        QCOMPARE(reply.replies[1]->value(), Value(3));
        const BatchReply failed = client->send(client->batch()).wait();
        QVERIFY(failed.error);
        QCOMPARE(failed.error->kind, ErrorKind::Remote);
    }

    void ascii_isWritten_onBothSides()
    {
        JsonRpcDialect dialect;
        dialect.asciiOutput = true;
        QByteArray sent;
        const auto client = answering("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"\xc3\xa4\"}", dialect, &sent);
        QCOMPARE(client->call("f", Array { "\xc3\xa4\xe2\x82\xac" }).wait()->toString(), QStringLiteral("\u00e4"));
        QVERIFY2(sent.contains("[\"\\u00e4\\u20ac\"]"), sent.constData());
        ServerOptions options;
        options.jsonRpc.asciiOutput = true;
        Server server(options);
        server.registry().add(QStringLiteral("echo"), [](const QString &s) { return s; });
        std::optional<QByteArray> answer;
        server.loop()("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":[\"\xc3\xa4\"]}", "application/json", [&](const std::optional<QByteArray> &a) { answer = a; });
        QTRY_VERIFY(answer);
        QCOMPARE(*answer, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":\"\\u00e4\",\"id\":1}"));
    }

    void batches_canBeCollectedByHand()
    {
        const JsonRpcCodec codec;
        const QList<Request> requests { { RequestId(1), QStringLiteral("a") }, { RequestId(), QStringLiteral("n") }, { RequestId(2), QStringLiteral("b") }, { RequestId(3), QStringLiteral("c") } };
        const auto answers = codec.decodeResponses(
            "[{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":22},{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":5,\"message\":\"no\"}},"
            "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":0},{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":23}]",
            {});
        QVERIFY(answers.hasValue());
        const BatchReply reply = collectBatch(requests, *answers);
        QCOMPARE(reply.replies[0]->error().code, 5);
        QVERIFY(!reply.replies[1]);
        QCOMPARE(reply.replies[2]->value(), Value(22));
        QCOMPARE(reply.replies[3]->error().kind, ErrorKind::InvalidAnswer);
        QCOMPARE(reply.unlinked.size(), 1);
        QCOMPARE(reply.duplicated.size(), 1);
        QCOMPARE(reply.arrival, QList<qsizetype>({ 2, 0 }));
        const auto lone = codec.decodeResponses(refusal, {});
        QCOMPARE(collectBatch(requests, *lone).error->code, -32000);
    }

    void cookies_canGoIntoAHandshake()
    {
        support::FakeServer server(support::FakeServer::bytes("HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n\r\n{}"));
        HttpTarget target;
        target.url = QUrl(QString::fromLatin1(server.url()));
        target.cookies = true;
        HttpTransport transport(target);
        QCOMPARE(transport.cookieField(), QByteArray());
        const auto exchange = transport.send("{}", "application/json", {});
        QSignalSpy finished(exchange.get(), &TransportExchange::finished);
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(transport.cookieField(), QByteArray("a=1; b=2"));
    }
};

QTEST_GUILESS_MAIN(tst_ClientSettings)
#include "tst_clientsettings.moc"
