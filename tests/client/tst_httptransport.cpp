// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scriptedserver.h"
#include "testcalls.h"

#include <QCryptographicHash>
#include <QTimer>

#include <zlib.h>

using namespace rpc;
using namespace std::chrono_literals;
using testcalls::wait;

namespace {

const QByteArray good = "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}";

HttpTarget targetOf(const QByteArray &url)
{
    HttpTarget target;
    target.url = QUrl(QString::fromLatin1(url));
    target.timeout = 10s;
    return target;
}

struct Caller
{
    explicit Caller(const HttpTarget &target)
    {
        auto own = std::make_unique<HttpTransport>(target);
        transport = own.get();
        client = std::make_unique<Client>(std::move(own), std::make_shared<JsonRpcCodec>());
        client->setIdGenerator([] { return RequestId(1); });
    }
    /// "1", or the error.
    QString call(const CallOptions &options = {}, const char *method = "m")
    {
        PendingCall pending = client->call(QString::fromLatin1(method), {}, options);
        const auto reply = wait(pending);
        trace = pending.trace();
        error = *reply ? Error() : reply->error();
        return *reply ? QString::number((*reply)->toInteger().value_or(-1)) : QStringLiteral("!%1 %2").arg(int(error.kind)).arg(error.message);
    }
    HttpTransport *transport;
    std::unique_ptr<Client> client;
    Trace trace;
    Error error;
};

QByteArray sent(const Trace &trace) { return trace.requestHead + trace.requestBody; }

QByteArray field(const QByteArray &request, const QByteArray &name)
{
    for (const QByteArray &line : request.left(request.indexOf("\r\n\r\n")).split('\n')) {
        if (line.toLower().startsWith(name.toLower() + ':'))
            return line.mid(name.size() + 1).trimmed();
    }
    return {};
}

QByteArray gzipped(const QByteArray &text)
{
    z_stream s {};
    deflateInit2(&s, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
    QByteArray out(qsizetype(deflateBound(&s, uLong(text.size()))) + 64, '\0');
    s.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(text.data()));
    s.avail_in = uInt(text.size());
    s.next_out = reinterpret_cast<Bytef *>(out.data());
    s.avail_out = uInt(out.size());
    deflate(&s, Z_FINISH);
    out.resize(qsizetype(s.total_out));
    deflateEnd(&s);
    return out;
}

QByteArray md5(const QByteArray &text) { return QCryptographicHash::hash(text, QCryptographicHash::Md5).toHex(); }

// The value of a parameter of Authorization.
QByteArray parameter(const QByteArray &value, const QByteArray &name)
{
    const qsizetype at = value.indexOf(' ' + name + '=');
    QByteArray rest = at < 0 ? QByteArray() : value.mid(at + name.size() + 2);
    return rest.startsWith('"') ? rest.mid(1, rest.indexOf('"', 1) - 1) : rest.split(',').constFirst();
}

// Copies between two sockets for as long as both live.
void join(QTcpSocket *a, QTcpSocket *b)
{
    for (const auto &[from, to] : { std::pair(a, b), std::pair(b, a) }) {
        QObject::connect(from, &QTcpSocket::readyRead, to, [from = from, to = to] { to->write(from->readAll()); });
        QObject::connect(from, &QTcpSocket::disconnected, to, [to = to] { to->disconnectFromHost(); });
    }
    if (a->bytesAvailable())
        b->write(a->readAll());
}

} // namespace

class tst_HttpTransport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void addresses_thatAreNone_areSaidToBe_data()
    {
        QTest::addColumn<QString>("url");
        for (const char *url : { "", "host", "ftp://host/", "http://", "http:///path", "ws://host/", "http+unix://host/a.sock:/", "http+unix:", "scgi://host:1/", "http://host:0/" })
            QTest::newRow(url) << QString::fromLatin1(url);
    }
    void addresses_thatAreNone_areSaidToBe()
    {
        QFETCH(QString, url);
        Caller caller(targetOf(url.toLatin1()));
        caller.call();
        QCOMPARE(caller.error.kind, ErrorKind::InvalidArgument);
        QVERIFY2(caller.error.message.contains(u"looks like http://host:port/path, https://host/path or http+unix:///path/of.sock:/path"), qPrintable(caller.error.message));
    }

    void fieldsOfTheFraming_cannotBeSet()
    {
        ScriptedServer server;
        Caller caller(targetOf(server.url()));
        for (const char *name : { "content-length", "Transfer-Encoding" }) {
            caller.call({ {}, { { name, "1" } } });
            QCOMPARE(caller.error.kind, ErrorKind::InvalidArgument);
            QVERIFY2(caller.error.message.contains(QLatin1String(name)), qPrintable(caller.error.message));
        }
        caller.call({ {}, { { QByteArray("X"), QByteArray("a\r\nY: b") } } });
        QCOMPARE(caller.error.kind, ErrorKind::InvalidArgument);
        QCOMPARE(server.connections.size(), 0u);
    }

    // What the trace says was sent and came is what went over the wire, whatever is switched on.
    void bytes_areThoseOfTheWire()
    {
        ScriptedServer server;
        const QByteArray chunked = "HTTP/1.1 200 so so\r\nX-One:1\r\nx-ONE:  2 \r\nTransfer-Encoding: chunked\r\nSet-Cookie: a=b; Path=/\r\n\r\n";
        const QByteArray body = "5\r\n{\"jso\r\n1e\r\nnrpc\":\"2.0\",\"result\":1,\"id\":1}\r\n0\r\n\r\n";
        server.answerWith([&](const QByteArray &) { return "HTTP/1.1 100 Continue\r\n\r\n" + chunked + body; });
        HttpTarget target = targetOf(server.url("/a%20b?c=d%26"));
        target.headers = { { "X-Team", "blue" }, { "accept", "x/y" } };
        target.cookies = true;
        target.acceptCompression = true;
        target.user = QStringLiteral("u");
        Caller caller(target);
        QByteArray all;
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(caller.call({ {}, { { "X-Call", QByteArray::number(i) } } }), QStringLiteral("1"));
            all += sent(caller.trace);
            QCOMPARE(caller.trace.responseHead, chunked);
            QCOMPARE(caller.trace.responseWire, body);
            QCOMPARE(caller.trace.responseBody, good);
        }
        QCOMPARE(caller.trace.responseFields().size(), 4);
        QCOMPARE(caller.trace.responseFields()[1], (HeaderFields::value_type { "x-ONE", "2" }));
        QCOMPARE(server.connections.size(), 1u);
        QCOMPARE(server.connections[0]->received, all);
        QVERIFY(all.startsWith("POST /a%20b?c=d%26 HTTP/1.1\r\nHost: 127.0.0.1:"));
        QCOMPARE(all.count("\r\nCookie: a=b\r\n"), 2);
        QCOMPARE(all.toLower().count("\r\naccept:"), 3);
    }

    void times_areThoseOfTheConnection()
    {
        ScriptedServer server;
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        Caller caller(targetOf(server.url().replace("127.0.0.1", "localhost")));
        QCOMPARE(caller.call(), QStringLiteral("1"));
        const Trace first = caller.trace;
        QVERIFY(first.nameResolved && first.connecting && first.connected && first.sent && first.firstByte && first.complete);
        QVERIFY(!first.encrypted);
        QVERIFY(*first.nameResolved <= *first.connecting && *first.connecting <= *first.connected && *first.connected <= *first.sent && *first.sent <= *first.firstByte && *first.firstByte <= *first.complete);
        QCOMPARE(caller.call(), QStringLiteral("1"));
        const Trace second = caller.trace; // over the same connection
        QVERIFY(!second.nameResolved && !second.connecting && !second.connected);
        QVERIFY(second.sent && second.firstByte && second.complete);
        QCOMPARE(server.connections.size(), 1u);
    }

    void timeLimits_sayWhichOneItWas_data()
    {
        QTest::addColumn<int>("connect");
        QTest::addColumn<int>("firstByte");
        QTest::addColumn<int>("total");
        QTest::addColumn<QByteArray>("url");
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("text");
        const auto t = [](const char *text) { return QString::fromUtf8(text); };
        QTest::newRow("connect") << 100 << 10'000 << 10'000 << QByteArray("https:") << QByteArray() << t("no connection to 127.0.0.1:%1 within 100 ms");
        QTest::newRow("first byte") << 10'000 << 120 << 10'000 << QByteArray("http:") << QByteArray() << t("127.0.0.1:%1 did not begin to answer within 120 ms");
        QTest::newRow("total, silent") << 10'000 << 10'000 << 140 << QByteArray("http:") << QByteArray() << t("no complete answer from 127.0.0.1:%1 within 140 ms");
        QTest::newRow("total, while answering") << 10'000 << 100 << 500 << QByteArray("http:") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{") << t("no complete answer from 127.0.0.1:%1 within 500 ms");
        QTest::newRow("total, while connecting") << 0 << 0 << 150 << QByteArray("https:") << QByteArray() << t("no complete answer from 127.0.0.1:%1 within 150 ms");
    }
    void timeLimits_sayWhichOneItWas()
    {
        QFETCH(int, connect);
        QFETCH(int, firstByte);
        QFETCH(int, total);
        QFETCH(QByteArray, url);
        QFETCH(QByteArray, answer);
        QFETCH(QString, text);
        ScriptedServer server;
        server.arrived = [&](ScriptedServer::Connection &c) { c.socket->write(answer); };
        HttpTarget target = targetOf(server.url().replace("http:", url));
        target.connectTimeout = std::chrono::milliseconds(connect);
        target.firstByteTimeout = std::chrono::milliseconds(firstByte);
        target.timeout = std::chrono::milliseconds(total);
        Caller caller(target);
        QElapsedTimer clock;
        clock.start();
        caller.call();
        QCOMPARE(caller.error.kind, ErrorKind::Timeout);
        QCOMPARE(caller.error.message, text.arg(server.serverPort()));
        QVERIFY(clock.elapsed() < 5000);
        QTRY_VERIFY(server.connections[0]->isGone);
    }

    void cancel_freesTheConnection_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("waiting") << QByteArray();
        QTest::newRow("in the head") << QByteArray("HTTP/1.1 200");
        QTest::newRow("in the body") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{");
    }
    void cancel_freesTheConnection()
    {
        QFETCH(QByteArray, answer);
        ScriptedServer server;
        server.arrived = [&](ScriptedServer::Connection &c) { c.socket->write(answer); };
        HttpTarget target = targetOf(server.url());
        target.connections = 1;
        Caller caller(target);
        PendingCall call = caller.client->call(QStringLiteral("m"));
        QTRY_VERIFY(server.count("\"m\"") == 1);
        QTest::qWait(1);
        call.cancel();
        QCOMPARE(call.reply()->error().kind, ErrorKind::Cancelled);
        QTRY_VERIFY(server.connections[0]->isGone);
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        QCOMPARE(caller.call(), QStringLiteral("1")); // over another one
        QCOMPARE(server.connections.size(), 2u);
    }

    void connections_areBounded_andUsedAgain()
    {
        ScriptedServer server;
        int atOnce = 0;
        QList<ScriptedServer::Connection *> held;
        server.arrived = [&](ScriptedServer::Connection &c) {
            held.append(&c);
            atOnce = qMax(atOnce, int(held.size()));
            QTimer::singleShot(2, c.socket, [&] {
                if (!held.isEmpty())
                    held.takeFirst()->socket->write(ScriptedServer::ok(good));
            });
        };
        HttpTarget target = targetOf(server.url());
        target.connections = 3;
        Caller caller(target);
        QList<PendingCall> calls;
        for (int i = 0; i < 30; ++i)
            calls.append(caller.client->call(QStringLiteral("m")));
        calls[20].cancel(); // one that waits
        for (int i = 0; i < 30; ++i)
            QVERIFY(wait(calls[i])->hasValue() == (i != 20));
        QCOMPARE(atOnce, 3);
        QCOMPARE(server.connections.size(), 3u);
        QCOMPARE(server.count("\"m\""), 29);
    }

    void largeBodies_goBothWays()
    {
        ScriptedServer server;
        server.answerWith([](const QByteArray &request) { return ScriptedServer::ok("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + QByteArray::number(request.size()) + "}" + QByteArray(3'000'000, ' ')); });
        Caller caller(targetOf(server.url()));
        PendingCall call = caller.client->call(QStringLiteral("m"), Array { QString(5'000'000, u'x') });
        const auto reply = wait(call);
        QVERIFY2(*reply, *reply ? "" : qPrintable(reply->error().toString()));
        QCOMPARE((*reply)->toInteger().value_or(0), qint64(sent(call.trace()).size()));
        QVERIFY(call.trace().responseBody.size() > 3'000'000);
    }

    // A server may refuse a body before it has come as a whole.
    void earlyAnswers_areTaken()
    {
        ScriptedServer server;
        server.arrived = [](ScriptedServer::Connection &c) {
            if (c.answered++ == 0)
                c.socket->write(ScriptedServer::ok("", "Connection: close\r\n", "413 Too Large"));
        };
        Caller caller(targetOf(server.url()));
        const auto reply = wait(caller.client->call(QStringLiteral("m"), Array { QString(5'000'000, u'x') }));
        QCOMPARE(reply->error().httpStatus, 413);
        QTRY_VERIFY(server.connections[0]->isGone);
    }

    void transport_mayDieInACallback()
    {
        ScriptedServer server;
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        auto caller = std::make_unique<Caller>(targetOf(server.url()));
        bool done = false;
        QObject context;
        caller->client->call(QStringLiteral("m")).onFinished(&context, [&](const Reply &) {
            caller.reset();
            done = true;
        });
        QTRY_VERIFY(done);
        QTRY_VERIFY(server.connections[0]->isGone);
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

    // ------------------------------------------------------------ compression

    void compression_isAskedFor_andUndone()
    {
        ScriptedServer server;
        const QByteArray packed = gzipped(good);
        server.answerWith([&](const QByteArray &) { return ScriptedServer::ok(packed, "Content-Encoding: gzip\r\n"); });
        HttpTarget target = targetOf(server.url());
        Caller plain(target);
        QCOMPARE(plain.call(), QStringLiteral("1")); // unasked
        QCOMPARE(field(sent(plain.trace), "Accept-Encoding"), QByteArray("identity"));
        QCOMPARE(plain.trace.responseBody, good);
        QCOMPARE(plain.trace.responseWire, packed);
        target.acceptCompression = true;
        Caller asking(target);
        QCOMPARE(asking.call(), QStringLiteral("1"));
        QCOMPARE(field(sent(asking.trace), "Accept-Encoding"), QByteArray("gzip, deflate"));
        target.limits.bytes = 20;
        Caller careful(target);
        careful.call();
        QCOMPARE(careful.error.kind, ErrorKind::LimitExceeded);
    }

    // ------------------------------------------------------------ proxies

    void httpProxy_getsTheRequest()
    {
        ScriptedServer proxy;
        proxy.answerWith([](const QByteArray &request) {
            if (field(request, "Proxy-Authorization") != "Basic " + QByteArray("u:p").toBase64())
                return ScriptedServer::ok("", "Proxy-Authenticate: Basic realm=\"x\"\r\n", "407 Proxy Authentication Required");
            return ScriptedServer::ok(good);
        });
        HttpTarget target = targetOf("http://far.example.invalid:81/rpc?x");
        target.proxy = QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"), proxy.serverPort());
        Caller without(target);
        without.call();
        QCOMPARE(without.error.httpStatus, 407);
        target.proxy.setUser(QStringLiteral("u"));
        target.proxy.setPassword(QStringLiteral("p"));
        Caller caller(target);
        QCOMPARE(caller.call(), QStringLiteral("1"));
        QCOMPARE(proxy.connections[1]->received, sent(caller.trace)); // as sent, to the last byte
        QVERIFY(sent(caller.trace).startsWith("POST http://far.example.invalid:81/rpc?x HTTP/1.1\r\nHost: far.example.invalid:81\r\n"));
        QVERIFY2(caller.trace.carriage.contains(u"HTTP proxy 127.0.0.1:"), qPrintable(caller.trace.carriage));
        QVERIFY(!caller.trace.nameResolved);
    }

    void httpProxy_connectsTls_data()
    {
        QTest::addColumn<QString>("user");
        QTest::addColumn<bool>("works");
        QTest::newRow("credentials") << QStringLiteral("u") << true;
        QTest::newRow("none") << QString() << false;
    }
    void httpProxy_connectsTls()
    {
        QFETCH(QString, user);
        QFETCH(bool, works);
        ScriptedServer server;
        server.useCertificate(QStringLiteral("server"));
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        ScriptedServer proxy;
        QList<QByteArray> connects;
        proxy.arrived = [&](ScriptedServer::Connection &c) {
            if (c.answered || !c.received.endsWith("\r\n\r\n"))
                return;
            const QByteArray request = c.received;
            connects.append(request);
            if (field(request, "Proxy-Authorization") != "Basic " + QByteArray("u:p").toBase64()) {
                c.received.clear();
                c.socket->write("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
                return;
            }
            ++c.answered;
            auto *onward = new QTcpSocket(c.socket);
            onward->connectToHost(QHostAddress::LocalHost, server.serverPort());
            connect(onward, &QTcpSocket::connected, c.socket, [socket = c.socket, onward] {
                socket->disconnect(SIGNAL(readyRead()));
                socket->write("HTTP/1.1 200 Connection established\r\n\r\n");
                join(socket, onward);
            });
        };
        HttpTarget target = targetOf(server.url().replace("127.0.0.1", "localhost"));
        target.tls.authorities = *TlsOptions::certificatesFromFile(ScriptedServer::data(QStringLiteral("authority.pem")));
        target.proxy = QNetworkProxy(QNetworkProxy::HttpProxy, QStringLiteral("127.0.0.1"), proxy.serverPort(), user, QStringLiteral("p"));
        Caller caller(target);
        const QString result = caller.call();
        QVERIFY(!connects.isEmpty());
        QVERIFY2(connects.constLast().startsWith("CONNECT localhost:" + QByteArray::number(server.serverPort())), connects.constLast().constData());
        if (!works) {
            QCOMPARE(caller.error.kind, ErrorKind::Unauthorized);
            QVERIFY2(caller.error.message.contains(u"the proxy"), qPrintable(caller.error.message));
            QCOMPARE(server.connections.size(), 0u);
            return;
        }
        QCOMPARE(result, QStringLiteral("1"));
        QCOMPARE(server.connections[0]->received, sent(caller.trace)); // also through the tunnel
        QVERIFY(caller.trace.encrypted && caller.trace.connected && !caller.trace.nameResolved);
    }

    void socksProxy_carriesAnything_data()
    {
        QTest::addColumn<QString>("password");
        QTest::addColumn<bool>("works");
        QTest::newRow("right password") << QStringLiteral("p") << true;
        QTest::newRow("wrong password") << QStringLiteral("q") << false;
    }
    void socksProxy_carriesAnything()
    {
        QFETCH(QString, password);
        QFETCH(bool, works);
        ScriptedServer server;
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        ScriptedServer proxy; // RFC 1928 and 1929, as much as is needed
        QByteArray asked;
        proxy.arrived = [&](ScriptedServer::Connection &c) {
            const QByteArray in = std::exchange(c.received, {});
            switch (c.answered++) {
            case 0:
                c.socket->write(QByteArray("\x05\x02", 2)); // user and password, please
                break;
            case 1:
                c.socket->write(in == QByteArray("\x01\x01u\x01p", 5) ? QByteArray("\x01\x00", 2) : QByteArray("\x01\x01", 2));
                break;
            case 2: {
                asked = in;
                auto *onward = new QTcpSocket(c.socket);
                onward->connectToHost(QHostAddress::LocalHost, server.serverPort());
                connect(onward, &QTcpSocket::connected, c.socket, [socket = c.socket, onward] {
                    socket->disconnect(SIGNAL(readyRead()));
                    socket->write(QByteArray("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x01", 10));
                    join(socket, onward);
                });
                break;
            }
            }
        };
        HttpTarget target = targetOf("http://far.example.invalid:81/rpc");
        target.proxy = QNetworkProxy(QNetworkProxy::Socks5Proxy, QStringLiteral("127.0.0.1"), proxy.serverPort(), QStringLiteral("u"), password);
        Caller caller(target);
        const QString result = caller.call();
        if (!works) {
            QVERIFY2(caller.error.message.contains(u"the proxy 127.0.0.1:"), qPrintable(result));
            QCOMPARE(server.connections.size(), 0u);
            return;
        }
        QCOMPARE(result, QStringLiteral("1"));
        QVERIFY(asked.contains("far.example.invalid")); // the proxy looks the name up
        QCOMPARE(server.connections[0]->received, sent(caller.trace));
        QVERIFY(sent(caller.trace).startsWith("POST /rpc HTTP/1.1\r\n"));
        QVERIFY2(caller.trace.carriage.contains(u"SOCKS5 proxy"), qPrintable(caller.trace.carriage));
    }

    void systemProxy_isNotForLoopback()
    {
        ScriptedServer server;
        server.answerWith([](const QByteArray &) { return ScriptedServer::ok(good); });
        qputenv("http_proxy", "http://127.0.0.1:1");
        HttpTarget target = targetOf(server.url());
        target.systemProxy = true;
        Caller caller(target);
        const QString here = caller.call();
        HttpTarget far = targetOf("http://far.example.invalid/");
        far.systemProxy = true;
        Caller other(far);
        other.call();
        qunsetenv("http_proxy");
        QCOMPARE(here, QStringLiteral("1"));
        QVERIFY2(other.error.message.contains(u"the proxy 127.0.0.1:1 does not serve"), qPrintable(other.error.message));
        QCOMPARE(other.error.kind, ErrorKind::Refused);
    }

    void proxy_thatIsNotThere()
    {
        for (const auto type : { QNetworkProxy::HttpProxy, QNetworkProxy::Socks5Proxy }) {
            for (const char *url : { "http://far.example.invalid/", "https://far.example.invalid/" }) {
                HttpTarget target = targetOf(url);
                target.proxy = QNetworkProxy(type, QStringLiteral("127.0.0.1"), 1);
                Caller caller(target);
                caller.call();
                QCOMPARE(caller.error.kind, ErrorKind::Refused);
                QVERIFY2(caller.error.message.contains(u"the proxy 127.0.0.1:1"), qPrintable(caller.error.message));
            }
        }
    }
};

QTEST_GUILESS_MAIN(tst_HttpTransport)
#include "tst_httptransport.moc"
