// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/client.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>

#include <QTcpSocket>

using namespace rpc;
using support::FakeServer;

namespace {

std::unique_ptr<Client> makeClient(const QByteArray &url, std::chrono::milliseconds timeout = std::chrono::seconds(10))
{
    HttpTarget target;
    target.url = QUrl(QString::fromLatin1(url));
    target.timeout = timeout;
    return std::make_unique<Client>(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>());
}

Reply wait(PendingCall call)
{
    std::optional<Reply> reply;
    QObject context;
    call.onFinished(&context, [&](const Reply &r) { reply = r; });
    if (!QTest::qWaitFor([&] { return reply.has_value(); }, 20000))
        return Error::make(ErrorKind::Internal, QStringLiteral("the test waited in vain"));
    return *reply;
}

} // namespace

class tst_Client : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void call_givesTheResult_andTheExactBytes()
    {
        FakeServer server(FakeServer::body("{\"jsonrpc\": \"2.0\", \"result\": 9007199254740993, \"id\": 1}\n"));
        const auto client = makeClient(server.url());
        PendingCall call = client->call(QStringLiteral("add"), Array { 2, 3 });
        QVERIFY(!call.isFinished());
        const Reply reply = wait(call);
        QVERIFY2(reply.hasValue(), reply ? "" : qPrintable(reply.error().toString()));
        QCOMPARE(*reply, Value(qint64(9007199254740993)));
        const Trace &trace = call.trace();
        // What the trace says was sent is what arrived, head and body.
        QCOMPARE(QByteArray(trace.requestHead + trace.requestBody), server.requests().constFirst());
        QCOMPARE(trace.responseBody, QByteArray("{\"jsonrpc\": \"2.0\", \"result\": 9007199254740993, \"id\": 1}\n"));
        QCOMPARE(trace.httpStatus, 200);
        QVERIFY(trace.complete && trace.sent && trace.firstByte);
        QVERIFY(*trace.complete >= *trace.sent);
    }

    void headersAndCredentials_areSent()
    {
        FakeServer server(FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}"));
        HttpTarget target;
        target.url = QUrl(QString::fromLatin1(server.url()));
        target.url.setUserInfo(QStringLiteral("us%C3%A9r:p%40ss"));
        target.headers = { { "X-Trace", "7" } };
        Client client(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>());
        PendingCall call = client.call(QStringLiteral("a"), {}, { {}, { { "Content-Type", "application/json-rpc" } } });
        QVERIFY(wait(call).hasValue());
        const QByteArray request = server.requests().constFirst();
        QCOMPARE(support::fieldOf(request, "Authorization"), "Basic " + QByteArray("us\xc3\xa9r:p@ss").toBase64());
        QCOMPARE(support::fieldOf(request, "X-Trace"), QByteArray("7"));
        QCOMPARE(request.toLower().count("content-type"), 1);
        QVERIFY(request.contains("application/json-rpc"));
        QVERIFY(!call.trace().url.toString().contains(u"p@ss"));
        QCOMPARE(QByteArray(call.trace().requestHead + call.trace().requestBody), request);
    }

    // QNetworkAccessManager repeats a POST on its own when the connection ends without an answer; a call is not repeated.
    void post_isNeverSentTwice_data()
    {
        QTest::addColumn<bool>("reused");
        QTest::addColumn<QByteArray>("before"); // what the server sends before it closes
        QTest::newRow("fresh connection") << false << QByteArray();
        QTest::newRow("reused connection") << true << QByteArray();
        QTest::newRow("half a status line") << false << QByteArray("HTTP/1.1 20");
        QTest::newRow("reused, half a status line") << true << QByteArray("HTTP/1.");
        QTest::newRow("half a body") << true << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"json");
    }
    void post_isNeverSentTwice()
    {
        QFETCH(bool, reused);
        QFETCH(QByteArray, before);
        FakeServer server;
        const auto good = FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}");
        int served = 0;
        server.setAnswer([&](QTcpSocket &socket, const QByteArray &request) {
            if (reused && served++ == 0)
                return good(socket, request);
            socket.write(before);
            socket.disconnectFromHost();
        });
        const auto client = makeClient(server.url());
        if (reused)
            QVERIFY(wait(client->call(QStringLiteral("first"))).hasValue());
        const Reply reply = wait(client->call(QStringLiteral("pay")));
        QVERIFY(!reply);
        QCOMPARE(reply.error().kind, ErrorKind::ConnectionLost);
        int payments = 0;
        for (const QByteArray &request : server.requests())
            payments += request.contains("\"pay\"");
        QCOMPARE(payments, 1);
    }

    void strangeAnswers_haveClearErrors_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("kind"); // -1: a result
        QTest::addColumn<QString>("text");
        const auto row = [](const char *name, const char *status, const char *type, const char *body, int kind, const char *text) {
            QTest::newRow(name) << QByteArray(status) << QByteArray(type) << QByteArray(body) << kind << QString::fromUtf8(text);
        };
        const char *html = "<!DOCTYPE html><html><body>oops</body></html>";
        row("404 HTML", "404 Not Found", "text/html", html, int(ErrorKind::HttpStatus), "404 Not Found");
        row("500 HTML", "500 Internal Server Error", "text/html", html, int(ErrorKind::HttpStatus), "an HTML page");
        row("200 HTML", "200 OK", "text/html", html, int(ErrorKind::InvalidAnswer), "HTML page came back");
        row("401", "401 Unauthorized", "text/plain", "no", int(ErrorKind::Unauthorized), "401");
        row("401 with a challenge", "401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"", "text/plain", "no", int(ErrorKind::Unauthorized), "401");
        row("403", "403 Forbidden", "text/plain", "", int(ErrorKind::HttpStatus), "403"); // of a path or a method, as long as nobody gave credentials
        row("403 with a page", "403 Forbidden", "text/html", "<html><title>No such method</title></html>", int(ErrorKind::HttpStatus), "No such method");
        row("302", "302 Found\r\nLocation: http://127.0.0.1:1/other", "text/plain", "", int(ErrorKind::HttpStatus), "redirects are not followed");
        row("empty 200", "200 OK", "application/json", "", int(ErrorKind::EmptyAnswer), "empty body");
        row("not the protocol", "200 OK", "application/json", "[1,2]", int(ErrorKind::InvalidAnswer), "is an object");
        row("malformed", "200 OK", "application/json", "{\n \"jsonrpc\": tru}", int(ErrorKind::InvalidAnswer), "line 2, column 13");
        row("another id", "200 OK", "application/json", "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":7}", int(ErrorKind::InvalidAnswer), "id 7");
        row("id as text", "200 OK", "application/json", "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":\"1\"}", int(ErrorKind::InvalidAnswer), "\"1\"");
        row("both", "200 OK", "application/json", "{\"jsonrpc\":\"2.0\",\"result\":1,\"error\":{\"code\":1,\"message\":\"x\"},\"id\":1}", int(ErrorKind::InvalidAnswer), "both");
        row("error under 400", "400 Bad Request", "application/json-rpc", "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"Unauthorized\"},\"id\":1}", int(ErrorKind::Remote), "Unauthorized");
        row("error with null id", "500 Error", "application/json", "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"Parse\"},\"id\":null}", int(ErrorKind::Remote), "Parse");
        row("result as text/plain", "200 OK", "text/plain", "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}", -1, "");
    }
    void strangeAnswers_haveClearErrors()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, body);
        QFETCH(int, kind);
        QFETCH(QString, text);
        FakeServer server(FakeServer::body(body, type, status));
        const auto client = makeClient(server.url());
        PendingCall call = client->call(QStringLiteral("m"));
        const Reply reply = wait(call);
        QCOMPARE(reply ? -1 : int(reply.error().kind), kind);
        if (!reply)
            QVERIFY2(reply.error().toString().contains(text), qPrintable(reply.error().toString()));
        QCOMPARE(call.trace().responseBody, body); // visible in all of them
        QCOMPARE(server.requests().size(), 1);
    }

    void whatCameBack_isQuoted_whenAPersonCanReadIt_data()
    {
        QTest::addColumn<QByteArray>("status");
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("quote"); // empty: none
        const QByteArray type = "text/plain";
        QTest::newRow("text") << QByteArray("500 No") << type << QByteArray("  it\r\n broke \n") << QStringLiteral("the body reads \"it broke\"");
        QTest::newRow("under 200") << QByteArray("200 OK") << type << QByteArray("it broke") << QStringLiteral("the body reads \"it broke\"");
        QTest::newRow("long") << QByteArray("500 No") << type << QByteArray(300, 'x') << QString(u'"' + QString(200, u'x') + QStringLiteral("\u2026\""));
        QTest::newRow("cut inside of a character") << QByteArray("500 No") << type << QByteArray("a\xc3\xa4").repeated(300) << QStringLiteral("a\u00e4a\u00e4");
        QTest::newRow("Latin-1") << QByteArray("500 No") << QByteArray("text/plain; charset=ISO-8859-1") << QByteArray("\xe4") << QStringLiteral("\"\u00e4\"");
        QTest::newRow("control characters") << QByteArray("500 No") << type << QByteArray("a\x1b[1mb") << QStringLiteral("\"a\ufffd[1mb\"");
        QTest::newRow("not UTF-8") << QByteArray("500 No") << type << QByteArray("abc\xff") << QString();
        QTest::newRow("binary") << QByteArray("500 No") << type << QByteArray("a\0b", 3) << QString();
        QTest::newRow("HTML") << QByteArray("500 No") << type << QByteArray("<html>x</html>") << QString();
        QTest::newRow("nothing") << QByteArray("500 No") << type << QByteArray() << QString();
    }
    void whatCameBack_isQuoted_whenAPersonCanReadIt()
    {
        QFETCH(QByteArray, status);
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, body);
        QFETCH(QString, quote);
        FakeServer server(FakeServer::body(body, type, status));
        const auto client = makeClient(server.url());
        const Reply reply = wait(client->call(QStringLiteral("m")));
        const QString message = reply.error().message;
        QVERIFY2(message.contains(quote), qPrintable(message));
        QCOMPARE(message.contains(u"the body reads"), !quote.isEmpty());
        QVERIFY(reply.error().data.isNil());
    }

    void typeAndStatus_areFindings_data()
    {
        QTest::addColumn<QByteArray>("head"); // after "HTTP/1.1 "
        QTest::addColumn<QString>("findings");
        QTest::newRow("as it should be") << QByteArray("200 OK\r\nContent-Type: application/json; charset=utf-8") << QString();
        QTest::newRow("another name of the type") << QByteArray("200 OK\r\nContent-Type: Application/JSON-RPC") << QString();
        QTest::newRow("another type") << QByteArray("200 OK\r\nContent-Type: text/plain") << QStringLiteral("http.content-type");
        QTest::newRow("no type") << QByteArray("200 OK") << QStringLiteral("http.content-type");
        QTest::newRow("another status") << QByteArray("500 Oops\r\nContent-Type: application/json") << QStringLiteral("http.status");
        QTest::newRow("both") << QByteArray("400 No\r\nContent-Type: text/html") << QStringLiteral("http.content-type http.status");
    }
    void typeAndStatus_areFindings()
    {
        QFETCH(QByteArray, head);
        QFETCH(QString, findings);
        FakeServer server(FakeServer::bytes("HTTP/1.1 " + head + "\r\nContent-Length: 35\r\n\r\n{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}"));
        const auto client = makeClient(server.url());
        PendingCall call = client->call(QStringLiteral("m"));
        QCOMPARE(*wait(call), Value(1));
        QStringList ids;
        for (const Finding &f : call.trace().findings)
            ids.append(f.id());
        QCOMPARE(ids.join(u' '), findings);
    }

    void nobodyThere_isRefused()
    {
        quint16 port = 0;
        {
            FakeServer server;
            port = server.port();
        }
        const Reply reply = wait(makeClient("http://127.0.0.1:" + QByteArray::number(port) + "/")->call(QStringLiteral("m")));
        QCOMPARE(reply.error().kind, ErrorKind::Refused);
    }

    void noSuchName_isSaid()
    {
        const Reply reply = wait(makeClient("http://no-such-host.invalid/")->call(QStringLiteral("m")));
        QCOMPARE(reply.error().kind, ErrorKind::NameNotFound);
        QVERIFY(reply.error().message.contains(u"no-such-host.invalid"));
    }

    void tlsToAPlainServer_isATlsError_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::newRow("answers in HTTP") << QByteArray("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        QTest::newRow("closes") << QByteArray();
    }
    void tlsToAPlainServer_isATlsError()
    {
        QFETCH(QByteArray, answer);
        QTcpServer plain;
        QVERIFY(plain.listen(QHostAddress::LocalHost));
        connect(&plain, &QTcpServer::newConnection, &plain, [&] {
            QTcpSocket *socket = plain.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket, answer] {
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
        const Reply reply = wait(makeClient("https://127.0.0.1:" + QByteArray::number(plain.serverPort()) + "/")->call(QStringLiteral("m")));
        QCOMPARE(reply.error().kind, ErrorKind::Tls);
        QVERIFY(!reply.error().message.contains(u"acted"));
    }

    void silence_timesOut()
    {
        FakeServer server([](QTcpSocket &, const QByteArray &) { });
        const auto client = makeClient(server.url(), std::chrono::milliseconds(150));
        PendingCall call = client->call(QStringLiteral("m"));
        const Reply reply = wait(call);
        QCOMPARE(reply.error().kind, ErrorKind::Timeout);
        QVERIFY(reply.error().message.contains(u"150 ms"));
        QVERIFY(!call.trace().requestBody.isEmpty());
    }

    void largeAnswers_stopAtTheLimit()
    {
        FakeServer server(FakeServer::body(QByteArray(100'000, ' ')));
        HttpTarget target;
        target.url = QUrl(QString::fromLatin1(server.url()));
        target.limits.bytes = 50'000;
        Client client(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>());
        const Reply reply = wait(client.call(QStringLiteral("m")));
        QCOMPARE(reply.error().kind, ErrorKind::LimitExceeded);
    }

    void largeAnswers_areDecodedElsewhere_andArrive()
    {
        const QByteArray text(1'000'000, 'x');
        FakeServer server(FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":\"" + text + "\",\"id\":1}"));
        const auto client = makeClient(server.url());
        const Reply reply = wait(client->call(QStringLiteral("m")));
        QVERIFY(reply.hasValue());
        QCOMPARE(reply->toString().size(), 1'000'000);
    }

    void cancel_endsTheCall_once()
    {
        FakeServer server([](QTcpSocket &, const QByteArray &) { });
        const auto client = makeClient(server.url());
        PendingCall call = client->call(QStringLiteral("m"));
        int calls = 0;
        QObject context;
        call.onFinished(&context, [&](const Reply &reply) {
            ++calls;
            QCOMPARE(reply.error().kind, ErrorKind::Cancelled);
        });
        QVERIFY(QTest::qWaitFor([&] { return !server.requests().isEmpty(); }));
        call.cancel();
        QCOMPARE(calls, 1);
        call.cancel();
        QCOMPARE(calls, 1);
    }

    void droppedCall_isCancelled()
    {
        bool hungUp = false;
        FakeServer server([&](QTcpSocket &socket, const QByteArray &) {
            connect(&socket, &QTcpSocket::disconnected, &socket, [&] { hungUp = true; });
        });
        const auto client = makeClient(server.url());
        {
            PendingCall call = client->call(QStringLiteral("m"));
            QVERIFY(QTest::qWaitFor([&] { return !server.requests().isEmpty(); }));
        }
        QVERIFY(QTest::qWaitFor([&] { return hungUp; }));
    }

    void droppedNotification_isSent()
    {
        FakeServer server(FakeServer::body("", "application/json", "204 No Content"));
        const auto client = makeClient(server.url());
        client->notify(QStringLiteral("single"));
        client->send(client->batch().notify(QStringLiteral("batched")));
        {
            QObject context;
            client->notify(QStringLiteral("watched")).onFinished(&context, [](const Reply &) { });
        }
        client->send(client->batch().notify(QStringLiteral("n")).call(QStringLiteral("dropped")));
        QVERIFY(QTest::qWaitFor([&] { return server.requests().size() >= 3; }));
        QVERIFY(wait(client->notify(QStringLiteral("last"))).hasValue());
        QStringList methods;
        for (const QByteArray &request : server.requests()) {
            for (const char *name : { "single", "batched", "watched", "dropped" }) {
                if (request.contains(name))
                    methods.append(QString::fromLatin1(name));
            }
        }
        methods.sort();
        QCOMPARE(methods.join(u' '), QStringLiteral("batched single watched"));
    }

    void callback_ofADeadContext_isNotCalled()
    {
        FakeServer server(FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}"));
        const auto client = makeClient(server.url());
        PendingCall call = client->call(QStringLiteral("m"));
        bool called = false;
        {
            QObject context;
            call.onFinished(&context, [&](const Reply &) { called = true; });
        }
        QVERIFY(wait(call).hasValue());
        QVERIFY(!called);
    }

    void client_mayDieWithCallsUnderWay()
    {
        FakeServer server([](QTcpSocket &, const QByteArray &) { });
        auto client = makeClient(server.url());
        PendingCall call = client->call(QStringLiteral("m"));
        QFuture<Reply> future = client->call(QStringLiteral("n")).future();
        QVERIFY(QTest::qWaitFor([&] { return server.requests().size() == 2; }));
        client.reset();
        call.cancel();
        QVERIFY(call.isFinished());
    }

    void future_alwaysGetsOneResult()
    {
        FakeServer server(FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":1}"));
        const auto client = makeClient(server.url());
        QFuture<Reply> future = client->call(QStringLiteral("m")).future();
        QVERIFY(QTest::qWaitFor([&] { return future.isFinished(); }));
        QCOMPARE(future.resultCount(), 1);
        QVERIFY(future.result().hasValue());
    }

    void notification_hasNoId_andNoResult()
    {
        FakeServer server(FakeServer::body("", "application/json", "204 No Content"));
        const auto client = makeClient(server.url());
        QVERIFY(wait(client->notify(QStringLiteral("m"), Array { 1 })).hasValue());
        QVERIFY(server.requests().constFirst().endsWith("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[1]}"));
    }

    void xmlRpc_hasNoNotificationsAndNoNames()
    {
        FakeServer server;
        HttpTarget target;
        target.url = QUrl(QString::fromLatin1(server.url()));
        Client client(std::make_unique<HttpTransport>(target), std::make_shared<XmlRpcCodec>());
        QCOMPARE(wait(client.notify(QStringLiteral("m"))).error().kind, ErrorKind::NotExpressible);
        QCOMPARE(wait(client.call(QStringLiteral("m"), Struct { { QStringLiteral("a"), 1 } })).error().kind, ErrorKind::NotExpressible);
        QVERIFY(server.requests().isEmpty());
    }
};

QTEST_GUILESS_MAIN(tst_Client)
#include "tst_client.moc"
