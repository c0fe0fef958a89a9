// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <tests/support/fatalmessages.h>

using namespace rpc;

class tst_JsonRpcCodec : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void request_isWrittenAsTheSpecificationSays()
    {
        const JsonRpcCodec codec;
        QCOMPARE(*codec.encodeRequest({ RequestId(1), QStringLiteral("subtract"), Array { 42, 23 } }),
            QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subtract\",\"params\":[42,23]}"));
        QCOMPARE(*codec.encodeRequest({ {}, QStringLiteral("update"), {} }), QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"update\"}"));
    }

    void requests_areReadStrictly_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("valid");
        QTest::newRow("good") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":1}") << true;
        QTest::newRow("null id") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":null}") << true;
        QTest::newRow("fraction id") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":1.5}") << true;
        QTest::newRow("no version") << QByteArray("{\"method\":\"a\",\"id\":1}") << false;
        QTest::newRow("version number") << QByteArray("{\"jsonrpc\":2.0,\"method\":\"a\",\"id\":1}") << false;
        QTest::newRow("bool id") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":true}") << false;
        QTest::newRow("scalar params") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"id\":1,\"params\":5}") << false;
        QTest::newRow("method number") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":1,\"id\":1}") << false;
    }
    void requests_areReadStrictly()
    {
        QFETCH(QByteArray, body);
        QFETCH(bool, valid);
        const auto incoming = JsonRpcCodec().decodeRequests(body, {});
        QVERIFY(incoming.hasValue());
        QCOMPARE(incoming->members.constFirst().request.hasValue(), valid);
    }

    // A batch that is too large is refused where it is: what comes then is not read. Answers have no such limit.
    void batches_endAtTheirLimit()
    {
        DecodeOptions options;
        options.limits.batch = 2;
        QCOMPARE(JsonRpcCodec().decodeRequests("[1,2]", options)->members.size(), 2);
        for (const char *body : { "[1,2,3]", "[1,2,{} and no JSON" }) {
            const auto incoming = JsonRpcCodec().decodeRequests(body, options);
            QVERIFY(!incoming);
            QCOMPARE(incoming.error().kind, ErrorKind::InvalidRequest);
            QCOMPARE(incoming.error().message, QStringLiteral("the batch is too large: it has more than 2 members"));
        }
        options.limits.items = 3;
        QCOMPARE(JsonRpcCodec().decodeRequests("[[1],2]", options).error().kind, ErrorKind::LimitExceeded);
        QCOMPARE(JsonRpcCodec().decodeRequests("[1,2", options).error().kind, ErrorKind::Parse);
        options.limits = {};
        options.limits.batch = 0;
        QCOMPARE(JsonRpcCodec().decodeRequests("[1]", options).error().kind, ErrorKind::InvalidRequest);
        QCOMPARE(JsonRpcCodec().decodeResponses("[1,2,3]", options)->members.size(), 3);
    }

    void answers_fromTheWild_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("kind"); // -1: a result
        QTest::addColumn<QString>("rule");
        const int result = -1;
        const int remote = int(ErrorKind::Remote);
        const int invalid = int(ErrorKind::InvalidAnswer);
        QTest::newRow("good") << QByteArray("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}") << result << QString();
        QTest::newRow("no version") << QByteArray("{\"result\":1,\"id\":1}") << result << "jsonrpc.version-missing";
        QTest::newRow("1.0 style") << QByteArray("{\"result\":1,\"error\":null,\"id\":1}") << result << "jsonrpc.version-1.0";
        QTest::newRow("both") << QByteArray("{\"jsonrpc\":\"2.0\",\"result\":1,\"error\":{\"code\":1,\"message\":\"x\"},\"id\":1}") << invalid << QString();
        QTest::newRow("neither") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1}") << invalid << QString();
        QTest::newRow("error is text") << QByteArray("{\"jsonrpc\":\"2.0\",\"error\":\"bad\",\"id\":1}") << remote << "jsonrpc.error-shape";
        QTest::newRow("code is text") << QByteArray("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":\"E1\",\"message\":\"x\"},\"id\":1}") << remote << "jsonrpc.error-code";
        QTest::newRow("array") << QByteArray("[]") << invalid << QString();
        QTest::newRow("notification") << QByteArray("{\"jsonrpc\":\"2.0\",\"method\":\"x\"}") << invalid << QString();
        QTest::newRow("not JSON") << QByteArray("<html>") << invalid << QString();
    }
    void answers_fromTheWild()
    {
        QFETCH(QByteArray, body);
        QFETCH(int, kind);
        QFETCH(QString, rule);
        Findings findings;
        const auto response = JsonRpcCodec().decodeResponse(body, { {}, {}, &findings });
        const int got = !response ? int(response.error().kind) : response->outcome ? -1 : int(response->outcome.error().kind);
        QCOMPARE(got, kind);
        const bool found = std::any_of(findings.begin(), findings.end(), [&](const Finding &f) { return f.id() == rule; });
        QCOMPARE(found, !rule.isEmpty());
    }

    void textCode_isKept()
    {
        const auto response = JsonRpcCodec().decodeResponse("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":\"E1\",\"message\":\"x\"},\"id\":1}", {});
        QCOMPARE(response->outcome.error().codeText, QStringLiteral("E1"));
    }

    void charset_ofTheHeader_counts()
    {
        DecodeOptions options;
        options.charset = "iso-8859-1";
        const auto response = JsonRpcCodec().decodeResponse("{\"jsonrpc\":\"2.0\",\"result\":\"\xe9\",\"id\":1}", options);
        QVERIFY(response.hasValue());
        QCOMPARE(*response->outcome, Value(QStringLiteral("\u00e9")));
    }

    void oldVersions_areReadWhenAsked()
    {
        JsonRpcDialect dialect;
        const QByteArray v10 = "{\"method\":\"m\",\"params\":[1],\"id\":5}";
        const QByteArray v10notification = "{\"method\":\"m\",\"params\":[1],\"id\":null}";
        const QByteArray v11 = "{\"version\":\"1.1\",\"method\":\"m\",\"params\":{\"a\":1},\"id\":5}";
        const QByteArray none = "{\"method\":\"m\"}";
        const auto read = [&](const QByteArray &body) { return JsonRpcCodec(dialect).decodeRequests(body, {})->members.at(0); };
        for (const QByteArray &body : { v10, v10notification, v11, none })
            QVERIFY(!read(body).request);
        dialect.version10 = true;
        QVERIFY(read(v10).request->version == JsonRpcVersion::V1_0);
        QVERIFY(read(v10notification).request->isNotification());
        QVERIFY(!read(v11).request && !read(none).request);
        dialect = {};
        dialect.version11 = true;
        QVERIFY(read(v11).request->version == JsonRpcVersion::V1_1);
        QVERIFY(!read(v10).request);
        dialect = {};
        dialect.missingVersion = true;
        QVERIFY(read(none).request->version == JsonRpcVersion::V2_0);
        QVERIFY(read(none).request->isNotification());
    }

    void oldVersions_areWrittenInTheirForm()
    {
        const JsonRpcCodec codec;
        Request request { RequestId(5), QStringLiteral("m"), Array { 1 } };
        request.version = JsonRpcVersion::V1_0;
        QCOMPARE(*codec.encodeRequest(request), QByteArray("{\"id\":5,\"method\":\"m\",\"params\":[1]}"));
        request.params = Struct { { QStringLiteral("a"), 1 } };
        QCOMPARE(codec.encodeRequest(request).error().kind, ErrorKind::NotExpressible);
        request.version = JsonRpcVersion::V1_1;
        QCOMPARE(*codec.encodeRequest(request), QByteArray("{\"version\":\"1.1\",\"id\":5,\"method\":\"m\",\"params\":{\"a\":1}}"));
        const Error error = Error::application(3, QStringLiteral("no"), 4);
        QCOMPARE(*codec.encodeResponse({ RequestId(5), Value(1), JsonRpcVersion::V1_0 }), QByteArray("{\"result\":1,\"error\":null,\"id\":5}"));
        QCOMPARE(*codec.encodeResponse({ RequestId(5), error, JsonRpcVersion::V1_0 }), QByteArray("{\"result\":null,\"error\":{\"code\":3,\"message\":\"no\",\"data\":4},\"id\":5}"));
        QCOMPARE(*codec.encodeResponse({ RequestId(5), error, JsonRpcVersion::V1_1 }), QByteArray("{\"version\":\"1.1\",\"error\":{\"name\":\"JSONRPCError\",\"code\":3,\"message\":\"no\",\"error\":4},\"id\":5}"));
    }

    void strictIds_areRefusedWhenAsked()
    {
        JsonRpcDialect dialect;
        const auto read = [&](const QByteArray &id) { return JsonRpcCodec(dialect).decodeRequests("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":" + id + "}", {})->members.at(0).request.hasValue(); };
        QVERIFY(read("null") && read("1.5") && read("1") && read("\"a\"") && !read("true") && !read("[1]") && !read("{}"));
        dialect.nullIdRefused = true;
        QVERIFY(!read("null") && !read("1.5") && read("1") && read("\"a\"") && read("18446744073709551615"));
    }

    void strictAnswers_refuseWhatLenientOnesNote()
    {
        const JsonRpcCodec strict(JsonRpcDialect::strict(), JsonRpcDialect::strict());
        QVERIFY(!strict.decodeResponse("{\"result\":1,\"id\":1}", {}));
        QVERIFY(!strict.decodeResponse("{\"version\":\"1.1\",\"result\":1,\"id\":1}", {}));
        QVERIFY(!strict.decodeResponse("{\"jsonrpc\":\"2.0\",\"result\":{\"a\":1,\"a\":2},\"id\":1}", {}));
        QVERIFY(strict.decodeResponse("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}", {}).hasValue());
    }

    void furtherMembers_areKept_andWritten()
    {
        const JsonRpcCodec codec;
        const QByteArray body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"auth\":\"t\"}";
        const auto request = codec.decodeRequests(body, {})->members.at(0).request;
        QCOMPARE(request->extra, (Struct { { QStringLiteral("auth"), QStringLiteral("t") } }));
        QCOMPARE(*codec.encodeRequest(*request), body);
    }

    void payload_hasThePlaceOfEverything()
    {
        const QByteArray body = " {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[1, {\"a\":\"é\"}]}";
        const auto payload = JsonRpcCodec().readPayload(body, {});
        QVERIFY(payload.hasValue());
        const auto path = Path().child(QStringLiteral("result")).child(1).child(QStringLiteral("a"));
        const auto span = payload->spanOf(path);
        QCOMPARE(body.mid(span->begin, span->end - span->begin), QByteArray("\"é\""));
        QCOMPARE(payload->pathAt(span->begin + 1)->toString(), path.toString());
        QVERIFY(!payload->pathAt(0));
        QCOMPARE(payload->bytes, body);
        QVERIFY(JsonRpcCodec().readPayload(QByteArray("\"\xe9\""), { {}, "iso-8859-1", nullptr })->spans.isEmpty());
    }
};

QTEST_APPLESS_MAIN(tst_JsonRpcCodec)
#include "tst_jsonrpccodec.moc"
