// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "served.h"

#include <tests/support/fatalmessages.h>

using namespace rpc;
using support::post;
using support::RawAnswer;
using support::RawClient;

namespace {

HttpOptions withCors(const QStringList &origins)
{
    HttpOptions options;
    options.cors = CorsOptions();
    options.cors->origins = origins;
    options.cors->headers = QStringList { QStringLiteral("Authorization") };
    return options;
}

const QString app = QStringLiteral("https://app.example");

RawAnswer preflight(RawClient &client, const QByteArray &origin, const QByteArray &method = "POST", const QByteArray &more = {})
{
    client.send("OPTIONS /rpc HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin + "\r\nAccess-Control-Request-Method: " + method + "\r\n" + more + "\r\n");
    return client.receive();
}

RawAnswer call(RawClient &client, const QByteArray &origin)
{
    client.send(post(addCall, "application/json", origin.isNull() ? QByteArray() : "Origin: " + origin + "\r\n"));
    return client.receive();
}

} // namespace

class tst_Cors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void off_saysNothing()
    {
        HttpOptions options;
        options.origins.append(app);
        Served f(options);
        RawClient client(f.port);
        const auto answer = call(client, "https://app.example"); // may call, but pages cannot read it
        QCOMPARE(answer.status, 200);
        QVERIFY(!answer.head.contains("Access-Control") && !answer.head.contains("Vary"));
        QCOMPARE(call(client, "https://evil.example").status, 403);
        QCOMPARE(preflight(client, "https://app.example").status, 405);
    }

    void preflight_isAnswered_data()
    {
        QTest::addColumn<QByteArray>("origin");
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<QByteArray>("headers");
        QTest::addColumn<int>("status");
        QTest::newRow("good") << QByteArray("https://app.example") << QByteArray("POST") << QByteArray() << 204;
        QTest::newRow("headers") << QByteArray("https://app.example") << QByteArray("POST") << QByteArray("content-type, AUTHORIZATION") << 204;
        QTest::newRow("other header") << QByteArray("https://app.example") << QByteArray("POST") << QByteArray("content-type,x-secret") << 403;
        QTest::newRow("other method") << QByteArray("https://app.example") << QByteArray("PUT") << QByteArray() << 403;
        QTest::newRow("part of a method") << QByteArray("https://app.example") << QByteArray("POS") << QByteArray() << 403;
        QTest::newRow("other origin") << QByteArray("https://evil.example") << QByteArray("POST") << QByteArray() << 403;
        QTest::newRow("origin with more behind") << QByteArray("https://app.example.evil.example") << QByteArray("POST") << QByteArray() << 403;
        QTest::newRow("other scheme") << QByteArray("http://app.example") << QByteArray("POST") << QByteArray() << 403;
        QTest::newRow("other port") << QByteArray("https://app.example:444") << QByteArray("POST") << QByteArray() << 403;
        QTest::newRow("null") << QByteArray("null") << QByteArray("POST") << QByteArray() << 403;
    }
    void preflight_isAnswered()
    {
        QFETCH(QByteArray, origin);
        QFETCH(QByteArray, method);
        QFETCH(QByteArray, headers);
        QFETCH(int, status);
        Served f(withCors({ app }));
        RawClient client(f.port);
        const auto answer = preflight(client, origin, method, headers.isEmpty() ? QByteArray() : "Access-Control-Request-Headers: " + headers + "\r\n");
        QCOMPARE(answer.status, status);
        QVERIFY(answer.field("Vary").contains("Origin") || status == 403);
        if (status == 204) {
            QCOMPARE(answer.field("Access-Control-Allow-Origin"), origin);
            QCOMPARE(answer.field("Access-Control-Allow-Methods"), QByteArray("POST"));
            QCOMPARE(answer.field("Access-Control-Allow-Headers"), QByteArray("Content-Type, Authorization"));
            QCOMPARE(answer.field("Access-Control-Max-Age"), QByteArray("600"));
            QVERIFY(!answer.head.contains("Allow-Credentials") && !answer.head.contains("Private-Network"));
        } else {
            QVERIFY(!answer.head.contains("Access-Control-Allow-Methods"));
        }
        QVERIFY(f.answersTheNext());
    }

    void answers_areForAllowedOrigins()
    {
        auto options = withCors({ app });
        options.origins.append(QStringLiteral("https://old.example"));
        Served f(options);
        RawClient client(f.port);
        auto answer = call(client, "https://app.example");
        QVERIFY(answer.body.contains("\"result\":5"));
        QCOMPARE(answer.field("Access-Control-Allow-Origin"), QByteArray("https://app.example"));
        QCOMPARE(answer.field("Vary"), QByteArray("Origin"));
        answer = call(client, "https://old.example"); // may call, not read
        QCOMPARE(answer.status, 200);
        QVERIFY(!answer.head.contains("Access-Control"));
        answer = call(client, "https://evil.example");
        QCOMPARE(answer.status, 403);
        QVERIFY(!answer.head.contains("Access-Control"));
        answer = call(client, QByteArray()); // a program
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.field("Vary"), QByteArray("Origin"));
        QVERIFY(!answer.head.contains("Access-Control"));
    }

    void anyOrigin_isAStar()
    {
        Served f(withCors({ QStringLiteral("*") }));
        RawClient client(f.port);
        QCOMPARE(call(client, "https://who.example").field("Access-Control-Allow-Origin"), QByteArray("*"));
        QCOMPARE(preflight(client, "null").field("Access-Control-Allow-Origin"), QByteArray("*"));
    }

    void credentials_needNames()
    {
        auto options = withCors({ app });
        options.cors->credentials = true;
        Served f(options);
        RawClient client(f.port);
        QCOMPARE(call(client, "https://app.example").field("Access-Control-Allow-Credentials"), QByteArray("true"));
        QCOMPARE(preflight(client, "https://app.example").field("Access-Control-Allow-Credentials"), QByteArray("true"));
        options.cors->origins = QStringList { QStringLiteral("*") };
        const auto refused = f.http->listen(options);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::InvalidArgument);
    }
};

QTEST_GUILESS_MAIN(tst_Cors)
#include "tst_cors.moc"
