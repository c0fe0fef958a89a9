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
};

QTEST_APPLESS_MAIN(tst_JsonRpcCodec)
#include "tst_jsonrpccodec.moc"
