// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpcaller.h"
#include "scriptedserver.h"

#include <QCryptographicHash>

using namespace rpc;
using namespace httpcaller;

namespace {

QByteArray md5(const QByteArray &text) { return QCryptographicHash::hash(text, QCryptographicHash::Md5).toHex(); }

// The value of a parameter of Authorization.
QByteArray parameter(const QByteArray &value, const QByteArray &name)
{
    const qsizetype at = value.indexOf(' ' + name + '=');
    QByteArray rest = at < 0 ? QByteArray() : value.mid(at + name.size() + 2);
    return rest.startsWith('"') ? rest.mid(1, rest.indexOf('"', 1) - 1) : rest.split(',').constFirst();
}

} // namespace

/// What the calls of one transport share: cookies, the nonce of Digest, what a hook hands out.
class tst_HttpSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    // ------------------------------------------------------------ the scheme that is offered

    void scheme_isTheOneThatIsOffered_data()
    {
        QTest::addColumn<QByteArray>("challenges");
        QTest::addColumn<QByteArray>("scheme"); // with which the call goes out; empty: with none
        QTest::newRow("Basic") << QByteArray("WWW-Authenticate: Basic realm=\"r\"\r\n") << QByteArray("Basic ");
        QTest::newRow("Digest") << QByteArray("WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n") << QByteArray("Digest ");
        QTest::newRow("both") << QByteArray("WWW-Authenticate: Basic realm=\"r\"\r\nWWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n") << QByteArray("Digest ");
        QTest::newRow("in one field") << QByteArray("WWW-Authenticate: Negotiate, Basic realm=\"r\"\r\n") << QByteArray("Basic ");
        QTest::newRow("another one") << QByteArray("WWW-Authenticate: Negotiate\r\n") << QByteArray();
        QTest::newRow("none") << QByteArray() << QByteArray();
    }
    void scheme_isTheOneThatIsOffered()
    {
        QFETCH(const QByteArray, challenges);
        QFETCH(const QByteArray, scheme);
        ScriptedServer server;
        server.answerWith([&](const QByteArray &request) {
            return field(request, "Authorization").isEmpty() ? "HTTP/1.1 401 Unauthorized\r\n" + challenges + "Content-Length: 0\r\n\r\n" : ScriptedServer::ok(good);
        });
        HttpTarget target = targetOf(server.url());
        target.asksForScheme = true;
        target.user = QStringLiteral("u");
        target.password = QStringLiteral("secret");
        Caller caller(target);
        const QString outcome = caller.call();
        QVERIFY2(field(sent(caller.trace), "Authorization").startsWith(scheme), sent(caller.trace).constData());
        QCOMPARE(outcome == u"1", !scheme.isEmpty());
        QVERIFY(caller.trace.earlier && caller.trace.earlier->requestBody.isEmpty()); // nothing could be acted on
        if (scheme.isEmpty())
            QCOMPARE(caller.error.kind, ErrorKind::Unauthorized);
        if (!scheme.startsWith("Basic"))
            QVERIFY(!server.connections[0]->received.contains("Basic "));
        caller.call(); // what was learnt stays
        QVERIFY(!caller.trace.earlier);
    }

    void scheme_nobodyAsks_isBasic()
    {
        for (const QByteArray &answer : { ScriptedServer::ok(good), QByteArray("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), QByteArray("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"),
                 QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {}\n\n"),
                 QByteArray("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 10\r\n\r\ndata: {}\n\n") }) {
            ScriptedServer server;
            bool isFirst = true;
            server.arrived = [&](ScriptedServer::Connection &c) {
                if (ScriptedServer::request(c).isEmpty())
                    return;
                const bool asked = std::exchange(isFirst, false);
                c.answered++;
                if (asked && answer.isEmpty())
                    return c.socket->disconnectFromHost();
                c.socket->write(asked ? answer : ScriptedServer::ok(good));
            };
            HttpTarget target = targetOf(server.url());
            target.asksForScheme = true;
            target.user = QStringLiteral("u");
            Caller caller(target);
            QCOMPARE(caller.call(), QStringLiteral("1"));
            QVERIFY(field(sent(caller.trace), "Authorization").startsWith("Basic "));
        }
    }

    void scheme_isNotGuessed_whenTheQuestionFails()
    {
        for (const QByteArray &answer : { QByteArray("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), QByteArray("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"), QByteArray() }) {
            ScriptedServer server;
            server.arrived = [&](ScriptedServer::Connection &c) {
                if (ScriptedServer::request(c).isEmpty())
                    return;
                c.answered++;
                c.socket->write(answer);
                if (answer.isEmpty())
                    c.socket->disconnectFromHost();
            };
            HttpTarget target = targetOf(server.url());
            target.asksForScheme = true;
            target.user = QStringLiteral("u");
            Caller caller(target);
            QVERIFY(caller.call().startsWith(u'!'));
            QCOMPARE(server.count("Authorization"), 0);
            QCOMPARE(server.count("\"method\""), 0); // the call was not sent
        }
    }

    // ------------------------------------------------------------ answers that break off

    void wholeAnswers_areTaken_whereBytesAreMissing_data()
    {
        QTest::addColumn<QByteArray>("head");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("isWhole");
        const QByteArray length = "Content-Length: 1000\r\n";
        QTest::newRow("whole") << length << good << true;
        QTest::newRow("whole, in chunks") << QByteArray("Transfer-Encoding: chunked\r\n") << QByteArray(QByteArray::number(good.size(), 16) + "\r\n" + good + "\r\n") << true;
        QTest::newRow("half") << length << good.chopped(1) << false;
        QTest::newRow("nothing") << length << QByteArray() << false;
        QTest::newRow("no message") << length << QByteArray("<html>") << false;
    }
    void wholeAnswers_areTaken_whereBytesAreMissing()
    {
        QFETCH(const QByteArray, head);
        QFETCH(const QByteArray, body);
        QFETCH(const bool, isWhole);
        for (const bool isExplorer : { true, false }) {
            ScriptedServer server;
            server.arrived = [&](ScriptedServer::Connection &c) {
                if (ScriptedServer::request(c).isEmpty())
                    return;
                c.socket->write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + head + "\r\n" + body);
                c.socket->disconnectFromHost();
            };
            const auto dialect = isExplorer ? JsonRpcDialect::explorer() : JsonRpcDialect::strict();
            Client client(std::make_unique<HttpTransport>(targetOf(server.url())), std::make_shared<JsonRpcCodec>(dialect, dialect));
            PendingCall call = client.call(QStringLiteral("m"));
            const Reply reply = call.wait();
            QCOMPARE(reply.hasValue(), isWhole && isExplorer);
            if (!reply) {
                QCOMPARE(reply.error().kind, ErrorKind::ConnectionLost);
                continue;
            }
            QCOMPARE(call.trace().findings.size(), 1);
            QCOMPARE(call.trace().findings[0].id(), QStringLiteral("http.incomplete"));
        }
    }

    // ------------------------------------------------------------ cookies

    void cookies_areKept_sentBack_andCleared()
    {
        ScriptedServer server;
        QByteArray fields = "Set-Cookie: a=b; Path=/\r\nSet-Cookie: c=d; Path=/rpc; HttpOnly\r\nSet-Cookie: e=f; Path=/elsewhere\r\nSet-Cookie: g=h; Domain=other.example\r\nSet-Cookie: s=t; Secure\r\n";
        server.answerWith([&](const QByteArray &) { return ScriptedServer::ok(good, std::exchange(fields, {})); });
        HttpTarget target = targetOf(server.url());
        target.cookies = true;
        Caller caller(target);
        QCOMPARE(caller.call(), QStringLiteral("1"));
        QVERIFY(field(sent(caller.trace), "Cookie").isEmpty());
        QCOMPARE(caller.call(), QStringLiteral("1"));
        QList<QByteArray> pairs = field(sent(caller.trace), "Cookie").split(';');
        for (QByteArray &pair : pairs)
            pair = pair.trimmed();
        std::sort(pairs.begin(), pairs.end());
        QCOMPARE(pairs, (QList<QByteArray> { "a=b", "c=d" }));
        QVERIFY(caller.transport->cookies().size() >= 2);
        fields = "Set-Cookie: a=; Path=/; Max-Age=0\r\n";
        caller.call();
        caller.call();
        QCOMPARE(field(sent(caller.trace), "Cookie"), QByteArray("c=d"));
        caller.call({ {}, { { QByteArray("Cookie"), QByteArray("my=own") } } });
        QCOMPARE(field(sent(caller.trace), "Cookie"), QByteArray("my=own"));
        caller.transport->clearCookies();
        QVERIFY(caller.transport->cookies().isEmpty());
        caller.call();
        QVERIFY(field(sent(caller.trace), "Cookie").isEmpty());
    }

    void cookies_areIgnored_whenNotAskedFor()
    {
        ScriptedServer server;
        server.answerWith([&](const QByteArray &) { return ScriptedServer::ok(good, "Set-Cookie: a=b; Path=/\r\n"); });
        Caller caller(targetOf(server.url()));
        caller.call();
        caller.call();
        QVERIFY(field(sent(caller.trace), "Cookie").isEmpty());
        QVERIFY(caller.transport->cookies().isEmpty());
    }

    // ------------------------------------------------------------ Digest

    void digest_answersTheChallenge_andCountsOn()
    {
        ScriptedServer server;
        QByteArray nonce = "n1";
        bool stale = false;
        QList<QByteArray> counts;
        server.answerWith([&](const QByteArray &request) {
            const QByteArray value = field(request, "Authorization");
            const QByteArray what = md5("POST:" + parameter(value, "uri"));
            const QByteArray expected = md5(md5("us\xc3\xa9r:r\"x:p\xc3\xa4ss") + ':' + nonce + ':' + parameter(value, "nc") + ':' + parameter(value, "cnonce") + ":auth:" + what);
            if (parameter(value, "nonce") == nonce && parameter(value, "response") == expected && parameter(value, "uri") == "/rpc") {
                counts.append(parameter(value, "nc"));
                return ScriptedServer::ok(good);
            }
            return ScriptedServer::ok("no", "WWW-Authenticate: Basic realm=\"b\"\r\nWWW-Authenticate: Digest realm=\"r\\\"x\", nonce=\"" + nonce + "\", qop=\"auth\"" + (stale ? ", stale=true" : "") + "\r\n", "401 Unauthorized");
        });
        HttpTarget target = targetOf(server.url());
        target.user = QString::fromUtf8("us\xc3\xa9r");
        target.password = QString::fromUtf8("p\xc3\xa4ss");
        target.digest = true;
        Caller caller(target);
        QCOMPARE(caller.call({}, "first"), QStringLiteral("1"));
        QVERIFY(caller.trace.earlier); // both are shown, byte for byte
        QCOMPARE(caller.trace.earlier->httpStatus, 401);
        QCOMPARE(caller.trace.earlier->responseBody, QByteArray("no"));
        QVERIFY(field(sent(*caller.trace.earlier), "Authorization").isEmpty());
        QCOMPARE(server.connections[0]->received, QByteArray(sent(*caller.trace.earlier) + sent(caller.trace)));
        QCOMPARE(caller.call({}, "second"), QStringLiteral("1"));
        QVERIFY(!caller.trace.earlier);
        QCOMPARE(counts, (QList<QByteArray> { "00000001", "00000002" }));
        nonce = "n2";
        stale = true;
        QCOMPARE(caller.call({}, "third"), QStringLiteral("1"));
        QCOMPARE(counts.constLast(), QByteArray("00000001"));
        QCOMPARE(server.count("\"first\""), 2);
        QCOMPARE(server.count("\"second\""), 1);
        QCOMPARE(server.count("\"third\""), 2);
        QVERIFY(!server.connections[0]->received.contains("p\xc3\xa4ss"));
    }

    void digest_withAWrongPassword_isTriedOnce()
    {
        ScriptedServer server;
        server.answerWith([&](const QByteArray &) { return ScriptedServer::ok("no", "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\"\r\n", "401 Unauthorized"); });
        HttpTarget target = targetOf(server.url());
        target.user = QStringLiteral("u");
        target.digest = true;
        Caller caller(target);
        for (int i = 1; i <= 2; ++i) {
            caller.call();
            QCOMPARE(caller.error.kind, ErrorKind::Unauthorized);
            QCOMPARE(server.count("POST"), 2 * i);
        }
    }

    // ------------------------------------------------------------ the hook

    void sessionIds_areHandedOut_andKept()
    {
        ScriptedServer server;
        QByteArray session = "one";
        server.answerWith([&](const QByteArray &request) {
            if (field(request, "X-Transmission-Session-Id") == session)
                return ScriptedServer::ok(good);
            return ScriptedServer::ok("<h1>409</h1>", "X-Transmission-Session-Id: " + session + "\r\n", "409 Conflict");
        });
        HttpTarget target = targetOf(server.url());
        target.headers = { { "x-transmission-session-id", "old" } };
        Caller caller(target);
        int asked = 0;
        caller.transport->setRetryHook([&](const Trace &refused) -> std::optional<HeaderFields> {
            ++asked;
            return HeaderFields { { "X-Transmission-Session-Id", headerValue(refused.responseFields(), "X-Transmission-Session-Id") } };
        });
        QCOMPARE(caller.call(), QStringLiteral("1"));
        QCOMPARE(caller.trace.earlier->httpStatus, 409);
        QCOMPARE(asked, 1);
        QCOMPARE(caller.call(), QStringLiteral("1"));
        QCOMPARE(asked, 1);
        QCOMPARE(server.count("POST"), 3);
        QVERIFY(!caller.trace.earlier);
        session = "two";
        QCOMPARE(caller.call(), QStringLiteral("1"));
        QCOMPARE(asked, 2);
        QCOMPARE(sent(caller.trace).toLower().count("session-id"), 1);
    }

    // The same without anybody's help, where the target says so.
    void sessionIds_areTakenFromA409()
    {
        ScriptedServer server;
        QByteArray session = "one";
        server.answerWith([&](const QByteArray &request) {
            if (field(request, "X-Transmission-Session-Id") == session)
                return ScriptedServer::ok(good);
            return ScriptedServer::ok("<h1>409</h1>", "X-Transmission-Session-Id: " + session + "\r\n", "409 Conflict");
        });
        HttpTarget target = targetOf(server.url());
        Caller without(target);
        without.call();
        QCOMPARE(without.error.httpStatus, 409);
        target.sessionIds = true;
        Caller caller(target);
        QCOMPARE(caller.call(), QStringLiteral("1"));
        QCOMPARE(caller.trace.earlier->httpStatus, 409);
        QCOMPARE(caller.call(), QStringLiteral("1"));
        QVERIFY(!caller.trace.earlier);
        session = "two";
        QCOMPARE(caller.call(), QStringLiteral("1"));
        server.answerWith([&](const QByteArray &) { return ScriptedServer::ok("", "X-Transmission-Session-Id: new\r\n", "409 No"); });
        caller.call(); // once more, and no third time
        QCOMPARE(caller.error.httpStatus, 409);
    }

    void hook_isAskedForRefusalsOnly_andOnce_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("asked");
        QTest::addColumn<int>("requests");
        QTest::newRow("401") << ScriptedServer::ok("", {}, "401 No") << 1 << 2;
        QTest::newRow("407") << ScriptedServer::ok("", {}, "407 No") << 1 << 2;
        QTest::newRow("409") << ScriptedServer::ok("", {}, "409 No") << 1 << 2;
        QTest::newRow("403") << ScriptedServer::ok("", {}, "403 No") << 0 << 1;
        QTest::newRow("500") << ScriptedServer::ok("", {}, "500 No") << 0 << 1;
        QTest::newRow("503") << ScriptedServer::ok("", {}, "503 No") << 0 << 1;
        QTest::newRow("incomplete 409") << QByteArray("HTTP/1.1 409 No\r\nContent-Length: 100\r\n\r\nabc") << 0 << 1;
    }
    void hook_isAskedForRefusalsOnly_andOnce()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, asked);
        QFETCH(int, requests);
        ScriptedServer server;
        server.arrived = [&](ScriptedServer::Connection &c) {
            c.socket->write(answer);
            if (answer.endsWith("abc"))
                c.socket->disconnectFromHost();
        };
        Caller caller(targetOf(server.url()));
        int times = 0;
        caller.transport->setRetryHook([&](const Trace &) -> std::optional<HeaderFields> {
            ++times;
            return HeaderFields { { QByteArray("X-Try"), QByteArray("again") } };
        });
        QVERIFY(caller.call().startsWith(u'!'));
        QCOMPARE(times, asked);
        QCOMPARE(server.count("POST"), requests);
    }

    void hook_mayDecline_giveNonsense_orEndItAll()
    {
        ScriptedServer server;
        server.answerWith([&](const QByteArray &) { return ScriptedServer::ok("", {}, "409 No"); });
        Caller caller(targetOf(server.url()));
        caller.transport->setRetryHook([](const Trace &) { return std::nullopt; });
        caller.call();
        QCOMPARE(caller.error.httpStatus, 409);
        caller.transport->setRetryHook([](const Trace &) { return std::optional<HeaderFields>(HeaderFields { { QByteArray("X"), QByteArray("a\nb") } }); });
        caller.call();
        QCOMPARE(caller.error.kind, ErrorKind::InvalidArgument);
        QCOMPARE(server.count("POST"), 2);
        auto second = std::make_unique<Caller>(targetOf(server.url()));
        second->transport->setRetryHook([&](const Trace &) {
            second.reset();
            return std::optional<HeaderFields>(HeaderFields { { QByteArray("X"), QByteArray("y") } });
        });
        PendingCall call = second->client->call(QStringLiteral("m"));
        QTRY_VERIFY(call.isFinished());
        QCOMPARE(call.reply()->error().kind, ErrorKind::Cancelled);
        QVERIFY(!second);
        QCOMPARE(server.count("POST"), 3);
    }
};

QTEST_GUILESS_MAIN(tst_HttpSession)
#include "tst_httpsession.moc"
