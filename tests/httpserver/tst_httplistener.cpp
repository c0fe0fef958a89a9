// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/dispatch/middlewares.h>
#include <rpccore/httpserver/httplistener.h>
#include <rpccore/server/server.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/rawhttp.h>

#include <QLoggingCategory>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

using namespace rpc;
using support::post;
using support::RawClient;

namespace {

const QByteArray addCall = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[2,3]}";
const QByteArray xmlAdd = "<?xml version=\"1.0\"?><methodCall><methodName>add</methodName><params><param><value><int>2</int>"
                          "</value></param><param><value><int>3</int></value></param></params></methodCall>";

// A server with a quick method, slow ones, and one that never answers by itself.
struct Fixture {
    Server server;
    HttpListener *http = nullptr;
    QList<ReplyHandle> held;
    QList<ServedExchange> log;
    quint16 port = 0;

    explicit Fixture(const Limits &limits = {})
    {
        server.registry().add(QStringLiteral("add"), [](int a, int b) { return a + b; });
        server.registry().addRaw({ QStringLiteral("hold"), {}, {}, false },
            [this](const CallContext &, const Params &, const ReplyHandle &reply) { held.append(reply); });
        server.registry().addRaw({ QStringLiteral("slow"), {}, {}, false },
            [this](const CallContext &, const Params &params, const ReplyHandle &reply) {
                const int ms = int(params.positional().value(0).toInteger().value_or(0));
                QTimer::singleShot(ms, &server, [reply, ms] { reply.resolve(ms); });
            });
        QObject::connect(&server, &Server::served, &server, [this](const ServedExchange &e) { log.append(e); });
        http = server.addListener(std::make_unique<HttpListener>());
        HttpOptions options;
        options.limits = limits;
        port = http->listen(options).valueOr(0);
    }
    ~Fixture() { held.clear(); }

    bool answersTheNext()
    {
        RawClient client(port);
        client.send(post(addCall));
        return client.receive().body.contains("\"result\":5");
    }
};

QByteArray postTo(const QByteArray &path, const QByteArray &body) { return post(body).replace("POST /rpc ", "POST " + path + ' '); }

// The whole answer as text.
QByteArray exchange(RawClient &client, const QByteArray &request)
{
    client.send(request);
    const auto answer = client.receive();
    return answer.head + "\r\n" + answer.body;
}

} // namespace

class tst_HttpListener : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    // The crash of Qt 6.4.2 that the gate is for: clients that go while an asynchronous handler runs.
    void hangUps_whileAHandlerRuns_harmNobody()
    {
        Fixture f;
        for (int i = 0; i < 200; ++i) {
            RawClient client(f.port);
            client.send(post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hold\"}"));
            QVERIFY(QTest::qWaitFor([&] { return f.held.size() == i + 1; }));
            client.abort();
        }
        // The handlers learn of it ...
        QVERIFY(QTest::qWaitFor([&] { return !f.held.constLast().isWanted(); }));
        for (const ReplyHandle &reply : std::as_const(f.held))
            QVERIFY(!reply.isWanted());
        // ... and answer all the same, too late.
        for (const ReplyHandle &reply : std::as_const(f.held))
            reply.resolve(1);
        QCOMPARE(f.log.size(), 200);
        for (const ServedExchange &e : std::as_const(f.log))
            QCOMPARE(e.status, 0);
        QVERIFY(f.answersTheNext());
    }

    void hangUps_atEveryStage()
    {
        Fixture f;
        const QByteArray whole = post(addCall);
        for (qsizetype cut = 0; cut <= whole.size(); cut += 3) {
            RawClient client(f.port);
            client.send(whole.left(cut));
            client.abort();
        }
        QVERIFY(f.answersTheNext());
    }

    void bothProtocols_onOneUrl()
    {
        Fixture f;
        RawClient client(f.port);
        client.send(post(addCall));
        auto answer = client.receive();
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.field("Content-Type"), QByteArray("application/json"));
        QCOMPARE(answer.body, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":1}"));
        client.send(post(xmlAdd, "text/xml; charset=utf-8"));
        answer = client.receive();
        QCOMPARE(answer.field("Content-Type"), QByteArray("text/xml"));
        QVERIFY(answer.body.contains("<int>5</int>"));
        QCOMPARE(f.log.size(), 2);
        QCOMPARE(QByteArray(f.log[0].requestHead + f.log[0].requestBody), post(addCall));
        QCOMPARE(QByteArray(f.log[1].responseHead + f.log[1].responseBody), QByteArray(answer.head + answer.body));
    }

    void refusals_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("closes");
        const QByteArray host = "Host: 127.0.0.1\r\n";
        const auto row = [](const char *name, const QByteArray &request, int status, bool closes) {
            QTest::newRow(name) << request << status << closes;
        };
        row("GET", "GET /rpc HTTP/1.1\r\n" + host + "\r\n", 405, false);
        row("OPTIONS", "OPTIONS /rpc HTTP/1.1\r\n" + host + "\r\n", 405, false);
        row("other path", QByteArray(post(addCall)).replace("/rpc", "/other"), 404, false);
        row("no type", "POST /rpc HTTP/1.1\r\n" + host + "Content-Length: 2\r\n\r\n{}", 400, false);
        row("other type", post("Hello", "text/html"), 400, false);
        row("form type", post(addCall, "application/x-www-form-urlencoded"), 400, false);
        row("other host", QByteArray(post(addCall)).replace("127.0.0.1", "evil.example"), 421, false);
        row("user in the host", QByteArray(post(addCall)).replace("127.0.0.1", "evil.example@localhost"), 421, false);
        row("web page", post(addCall, "application/json", "Origin: https://evil.example\r\n"), 403, false);
        row("two lengths", "POST /rpc HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc", 400, true);
        row("length and chunked", "POST /rpc HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, true);
        row("large body", "POST /rpc HTTP/1.1\r\n" + host + "Content-Length: 99999999999\r\n\r\n", 413, true);
        row("large head", "POST /rpc HTTP/1.1\r\n" + host + "X: " + QByteArray(20'000, 'x') + "\r\n\r\n", 431, true);
        row("not HTTP", "hello there\r\n\r\n", 400, true);
        row("wrong version", "POST /rpc HTTP/3.0\r\n" + host + "\r\n", 505, true);
    }
    void refusals()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, status);
        QFETCH(bool, closes);
        Fixture f;
        RawClient client(f.port);
        client.send(request);
        const auto answer = client.receive();
        QCOMPARE(answer.status, status);
        if (status == 405)
            QCOMPARE(answer.field("Allow"), QByteArray("POST"));
        if (closes) {
            QVERIFY(client.waitForClose());
        } else { // the connection goes on
            client.send(post(addCall));
            QVERIFY(client.receive().body.contains("\"result\":5"));
        }
        QVERIFY(!f.log.constFirst().refusal.isEmpty());
        QVERIFY(f.answersTheNext());
    }

    // Every request on a connection is checked, not the first only.
    void secondRequest_isCheckedLikeTheFirst()
    {
        Fixture f;
        RawClient client(f.port);
        client.send(post(addCall));
        QCOMPARE(client.receive().status, 200);
        client.send("POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabc");
        QCOMPARE(client.receive().status, 400);
        QVERIFY(client.waitForClose());
    }

    void head_hasNoBody()
    {
        Fixture f;
        RawClient client(f.port);
        client.send("HEAD /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        QVERIFY(QTest::qWaitFor([&] { return client.socket().bytesAvailable() > 0; }));
        client.send(post(addCall));
        QByteArray all;
        QVERIFY(QTest::qWaitFor([&] {
            all += client.socket().readAll();
            return all.contains("\"result\":5");
        }));
        QVERIFY(all.startsWith("HTTP/1.1 405"));
        QCOMPARE(all.mid(all.indexOf("\r\n\r\n") + 4).left(12), QByteArray("HTTP/1.1 200"));
        // The log has what was sent.
        QCOMPARE(f.log.size(), 2);
        QCOMPARE(f.log[0].responseHead, all.left(all.indexOf("\r\n\r\n") + 4));
        QCOMPARE(f.log[0].responseBody, QByteArray());
        QCOMPARE(f.log[0].refusal, QStringLiteral("calls are sent with POST"));
    }

    void head_thatIsRefused_hasNoBody()
    {
        Limits limits;
        limits.bodyTime = std::chrono::milliseconds(100);
        Fixture f(limits);
        RawClient client(f.port);
        client.send("HEAD /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nab");
        QTRY_COMPARE(f.log.size(), 1);
        QCOMPARE(f.log[0].status, 408);
        QCOMPARE(f.log[0].responseBody, QByteArray());
        QVERIFY(client.waitForClose());
        QCOMPARE(client.received(), f.log[0].responseHead);
    }

    void notification_is204()
    {
        Fixture f;
        RawClient client(f.port);
        client.send(post("{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[1,2]}"));
        const auto answer = client.receive();
        QCOMPARE(answer.status, 204);
        QVERIFY(answer.field("Content-Length").isEmpty());
        client.send(post(addCall));
        QCOMPARE(client.receive().status, 200);
    }

    void slowHead_is408()
    {
        Limits limits;
        limits.headerTime = std::chrono::milliseconds(100);
        Fixture f(limits);
        RawClient client(f.port);
        client.send("POST /rpc HTTP/1.1\r\nHos");
        QCOMPARE(client.receive().status, 408);
        QVERIFY(client.waitForClose());
    }

    void slowBody_is408()
    {
        Limits limits;
        limits.bodyTime = std::chrono::milliseconds(100);
        Fixture f(limits);
        RawClient client(f.port);
        client.send(post(addCall).chopped(5));
        QCOMPARE(client.receive().status, 408);
        QVERIFY(client.waitForClose());
    }

    void idleConnection_isClosed()
    {
        Limits limits;
        limits.idleTime = std::chrono::milliseconds(100);
        Fixture f(limits);
        RawClient client(f.port);
        client.send(post(addCall));
        QCOMPARE(client.receive().status, 200);
        QVERIFY(client.waitForClose());
    }

    void tooManyConnections_areTurnedAway()
    {
        Limits limits;
        limits.connections = 3;
        Fixture f(limits);
        std::vector<std::unique_ptr<RawClient>> clients;
        for (int i = 0; i < 3; ++i) {
            clients.push_back(std::make_unique<RawClient>(f.port));
            clients.back()->send(post(addCall));
            QCOMPARE(clients.back()->receive().status, 200);
        }
        RawClient fourth(f.port);
        QCOMPARE(fourth.receive().status, 503);
        clients.pop_back();
        QVERIFY(QTest::qWaitFor([&] { return f.answersTheNext(); }));
    }

    void chunkedBody_andByteByByte()
    {
        Fixture f;
        RawClient client(f.port);
        const QByteArray request = "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
                                   "5\r\n" + addCall.left(5) + "\r\n" + QByteArray::number(addCall.size() - 5, 16) + "\r\n" + addCall.mid(5)
            + "\r\n0\r\n\r\n";
        client.send(request);
        QVERIFY(client.receive().body.contains("\"result\":5"));
        for (const char byte : request)
            client.send(QByteArray(1, byte));
        QVERIFY(client.receive().body.contains("\"result\":5"));
        QCOMPARE(f.log.constLast().requestBody, addCall);
    }

    void chunkedFlood_stopsAtTheLimit()
    {
        Limits limits;
        limits.bytes = 1000;
        Fixture f(limits);
        RawClient client(f.port);
        client.send("POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n");
        for (int i = 0; i < 20; ++i)
            client.send("64\r\n" + QByteArray(100, 'x') + "\r\n");
        QCOMPARE(client.receive().status, 413);
        QVERIFY(f.answersTheNext());
    }

    void expectContinue_isAnswered()
    {
        Fixture f;
        RawClient client(f.port);
        client.send("POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: "
            + QByteArray::number(addCall.size()) + "\r\n\r\n");
        QByteArray all;
        QVERIFY(QTest::qWaitFor([&] {
            all += client.socket().readAll();
            return all == "HTTP/1.1 100 Continue\r\n\r\n";
        }));
        client.send(addCall);
        QVERIFY(client.receive().body.contains("\"result\":5"));
    }

    void closeIsHonoured_data()
    {
        QTest::addColumn<QByteArray>("request");
        QTest::newRow("Connection: close") << post(addCall, "application/json", "Connection: close\r\n");
        QTest::newRow("HTTP/1.0") << QByteArray(post(addCall)).replace("HTTP/1.1", "HTTP/1.0");
    }
    void closeIsHonoured()
    {
        QFETCH(QByteArray, request);
        Fixture f;
        RawClient client(f.port);
        client.send(request);
        const auto answer = client.receive();
        QCOMPARE(answer.status, 200);
        QCOMPARE(answer.field("Connection"), QByteArray("close"));
        QVERIFY(client.waitForClose());
    }

    void pipelinedAnswers_keepTheirOrder()
    {
        Fixture f;
        RawClient client(f.port);
        const auto slow = [](int ms, int id) {
            return post("{\"jsonrpc\":\"2.0\",\"id\":" + QByteArray::number(id) + ",\"method\":\"slow\",\"params\":[" + QByteArray::number(ms) + "]}");
        };
        client.send(slow(80, 1) + slow(5, 2) + post(addCall));
        QCOMPARE(client.receive().body, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":80,\"id\":1}"));
        QCOMPARE(client.receive().body, QByteArray("{\"jsonrpc\":\"2.0\",\"result\":5,\"id\":2}"));
        QVERIFY(client.receive().body.contains("\"result\":5"));
    }

    void manyPipelinedRequests_doNotNest()
    {
        Fixture f;
        RawClient client(f.port);
        client.send(post(addCall).repeated(2000));
        for (int i = 0; i < 2000; ++i)
            QCOMPARE(client.receive().status, 200);
    }

    void largeBody_arrivesWhole()
    {
        Fixture f;
        f.server.registry().add(QStringLiteral("length"), [](const QString &text) { return int(text.size()); });
        RawClient client(f.port);
        client.send(post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"length\",\"params\":[\"" + QByteArray(3'000'000, 'x') + "\"]}"));
        QVERIFY(client.receive(20000).body.contains("3000000"));
    }

    void stop_withCallsInFlight_isClean()
    {
        auto f = std::make_unique<Fixture>();
        RawClient client(f->port);
        client.send(post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hold\"}"));
        QVERIFY(QTest::qWaitFor([&] { return !f->held.isEmpty(); }));
        f->http->stop();
        QVERIFY(client.waitForClose());
        QVERIFY(!f->http->isListening());
        f->held.constFirst().resolve(1);
        const QList<ReplyHandle> late = f->held;
        f.reset();
        late.constFirst().resolve(2);
    }

    void stop_fromWithinAHandler_isClean()
    {
        Fixture f;
        f.server.registry().add(QStringLiteral("stop"), [&f] { f.http->stop(); });
        RawClient client(f.port);
        client.send(post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stop\"}"));
        QVERIFY(client.waitForClose());
        QVERIFY(!f.http->isListening());
    }

    void portInUse_isSaid()
    {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        Server server;
        auto *http = server.addListener(std::make_unique<HttpListener>());
        HttpOptions options;
        options.port = other.serverPort();
        const auto port = http->listen(options);
        QVERIFY(!port);
        QVERIFY2(port.error().message.contains(QString::number(other.serverPort())), qPrintable(port.error().message));
        QVERIFY(port.error().message.contains(u"in use"));
    }

    void badInput_getsItsError_andTheNextIsServed_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("expected"); // in the answer
        const QByteArray call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":";
        QTest::newRow("malformed") << QByteArray("{\"jsonrpc\":\"2.0\",}") << QByteArray("-32700");
        QTest::newRow("truncated") << call + "[1" << QByteArray("-32700");
        QTest::newRow("20,000 levels") << call + QByteArray(20'000, '[') + QByteArray(20'000, ']') + '}' << QByteArray("-32600");
        QTest::newRow("20,000 levels, open") << QByteArray(20'000, '[') << QByteArray("-32600");
        QTest::newRow("invalid UTF-8") << call + "[\"\xff\",1]}" << QByteArray("-32700");
        QTest::newRow("1e400") << call + "[1e400,1]}" << QByteArray("-32602");
        QTest::newRow("duplicate names") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"method\":\"hold\"}") << QByteArray("-32700");
        QTest::newRow("a string of 100 MB") << call + "[\"" + QByteArray(100'000'000, 'x') + "\",1]}" << QByteArray("HTTP/1.1 413 ");
        QTest::newRow("a batch of 100,000") << '[' + QByteArray("1,").repeated(99'999) + "1]" << QByteArray("-32600");
    }
    void badInput_getsItsError_andTheNextIsServed()
    {
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, expected);
        Fixture f;
        RawClient client(f.port);
        const QByteArray answer = exchange(client, post(body));
        QVERIFY2(answer.contains(expected), answer.left(300).constData());
        QVERIFY(f.answersTheNext());
    }

    void servers_shareOnePort()
    {
        Fixture f;
        auto other = std::make_unique<Server>();
        other->registry().add(QStringLiteral("other"), [] { return 7; });
        f.http->mount(QStringLiteral("/other"), *other, { .redirectGet = QStringLiteral("/rpc") });
        RawClient client(f.http->url().port());
        const QByteArray body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"other\"}";
        QVERIFY(exchange(client, postTo("/other", body)).contains("\"result\":7"));
        QVERIFY(exchange(client, postTo("/rpc", body)).contains("-32601"));
        const QByteArray redirect = exchange(client, "GET /other HTTP/1.1\r\nHost: localhost\r\n\r\n");
        QVERIFY2(redirect.startsWith("HTTP/1.1 301 ") && redirect.contains("\r\nLocation: /rpc\r\n"), redirect.constData());
        QVERIFY(exchange(client, "GET /rpc HTTP/1.1\r\nHost: localhost\r\n\r\n").startsWith("HTTP/1.1 405 "));
        other.reset(); // before its listener
        QVERIFY(exchange(client, postTo("/other", body)).startsWith("HTTP/1.1 404 "));
        f.http->unmount(QStringLiteral("rpc"));
        QVERIFY(exchange(client, postTo("/rpc", body)).startsWith("HTTP/1.1 404 "));
    }

    void aServerThatEnds_answersWhoWaits()
    {
        Fixture f;
        auto other = std::make_unique<Server>();
        ReplyHandle held;
        other->registry().addRaw({ QStringLiteral("hold"), {}, {}, false }, [&](const CallContext &, const Params &, const ReplyHandle &reply) { held = reply; });
        f.http->mount(QStringLiteral("/other"), *other);
        RawClient client(f.http->url().port());
        client.send(postTo("/other", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"hold\"}"));
        QTRY_VERIFY(held.isWanted());
        other.reset();
        QCOMPARE(client.receive().status, 503);
        held.resolve(1);
        QVERIFY(f.answersTheNext());
    }

    void aMethod_mayEndItsServer()
    {
        auto server = std::make_unique<Server>();
        auto *http = server->addListener(std::make_unique<HttpListener>());
        QVERIFY(http->listen({}).hasValue());
        server->registry().add(QStringLiteral("end"), [&server] { server.reset(); });
        RawClient client(http->url().port());
        client.send(post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"end\"}"));
        QVERIFY(client.waitForClose());
        QVERIFY(!server);
    }

    void listeningAgain_forgetsTheOldPath()
    {
        Fixture f;
        HttpOptions options;
        options.path = QStringLiteral("/new");
        const auto port = f.http->listen(options);
        QVERIFY(port.hasValue());
        RawClient client(*port);
        QVERIFY(exchange(client, postTo("/new", addCall)).contains("\"result\":5"));
        QVERIFY(exchange(client, postTo("/rpc", addCall)).startsWith("HTTP/1.1 404 "));
    }

    void anyContentType_isTakenWhenAsked()
    {
        for (const bool lenient : { false, true }) {
            ServerOptions options;
            options.jsonRpc.anyContentType = options.xmlRpc.anyContentType = lenient;
            Server server(options);
            server.registry().add(QStringLiteral("f"), [] { return 7; });
            auto *http = server.addListener(std::make_unique<HttpListener>());
            QVERIFY(http->listen({}).hasValue());
            RawClient client(http->url().port());
            for (const QByteArray type : { "Content-Type: application/x-www-form-urlencoded\r\n", "" }) {
                const auto ask = [&](const QByteArray &body) {
                    return exchange(client, "POST /rpc HTTP/1.1\r\nHost: localhost\r\n" + type + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body);
                };
                QCOMPARE(ask("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"f\"}").contains("\"result\":7"), lenient);
                QCOMPARE(ask("<methodCall><methodName>f</methodName></methodCall>").contains("<int>7</int>"), lenient);
            }
        }
    }

    void origins_middleware_isAReal403()
    {
        Server server;
        server.dispatcher().use(middlewares::origins({ QStringLiteral("https://good.example") }));
        auto *http = server.addListener(std::make_unique<HttpListener>());
        QVERIFY(http->listen({}).hasValue());
        RawClient client(http->url().port());
        const QByteArray answer = exchange(client, postTo("/rpc", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"f\"}"));
        QVERIFY2(answer.startsWith("HTTP/1.1 403 ") && answer.contains("without an Origin"), answer.constData());
        QVERIFY(exchange(client, postTo("/rpc", "{\"jsonrpc\":\"2.0\",\"method\":\"f\"}")).startsWith("HTTP/1.1 403 "));
    }

    void sessions_canBeClosed()
    {
        Fixture f;
        f.server.registry().add(QStringLiteral("me"), [](const CallContext &c) { return c.session; });
        RawClient one(f.http->url().port());
        RawClient two(f.http->url().port());
        const QByteArray body = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"me\"}";
        const QByteArray answer = exchange(one, postTo("/rpc", body));
        const QString id = QString::fromLatin1(answer.mid(answer.indexOf("http-")).chopped(9));
        QVERIFY(exchange(two, postTo("/rpc", body)).contains("http-"));
        QCOMPARE(f.server.sessions().size(), 2);
        QVERIFY2(f.server.sessions().contains(id), qPrintable(id));
        QVERIFY(f.server.closeSession(id));
        QVERIFY(one.waitForClose());
        QVERIFY(!f.server.closeSession(id));
        QVERIFY(exchange(two, postTo("/rpc", body)).contains("http-"));
    }

    // What is refused is told at level info, without what may be secret.
    void refusals_areLogged()
    {
        Server server;
        auto *http = server.addListener(std::make_unique<HttpListener>());
        QVERIFY(http->listen({}).hasValue());
        QLoggingCategory::setFilterRules(QStringLiteral("rpc.http.info=true"));
        QTest::ignoreMessage(QtInfoMsg, QRegularExpression(QStringLiteral("^127\\.0\\.0\\.1 404 POST /no: nothing is served at /no$")));
        QTest::ignoreMessage(QtInfoMsg, QRegularExpression(QStringLiteral("^127\\.0\\.0\\.1 400 ")));
        for (const QByteArray &request : { QByteArray("POST /no?key=s3cret HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), QByteArray("nonsense\r\n\r\n") }) {
            QTcpSocket socket;
            socket.connectToHost(QHostAddress::LocalHost, quint16(http->url().port()));
            socket.write(request);
            QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
        }
        QLoggingCategory::setFilterRules(QString());
    }
};

QTEST_GUILESS_MAIN(tst_HttpListener)
#include "tst_httplistener.moc"
