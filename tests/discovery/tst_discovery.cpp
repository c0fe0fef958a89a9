// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/httptransport.h>
#include <rpccore/client/looptransport.h>
#include <rpccore/discovery/discovery.h>
#include <rpccore/discovery/systemlist.h>
#include <rpccore/httpserver/httplistener.h>
#include <rpccore/json/valuetext.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/server/server.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>

using namespace rpc;
using support::FakeServer;

namespace {

Result<ApiModel> discover(const QUrl &url, std::optional<Protocol> protocol = {},
    Discovery::Depth depth = Discovery::Depth::Details, const QString &only = {})
{
    Discovery discovery(url, [url](Protocol p) {
        HttpTarget target;
        target.url = url;
        std::shared_ptr<Codec> codec;
        if (p == Protocol::JsonRpc)
            codec = std::make_shared<JsonRpcCodec>();
        else
            codec = std::make_shared<XmlRpcCodec>();
        return std::make_unique<Client>(std::make_unique<HttpTransport>(target), codec);
    });
    std::optional<Result<ApiModel>> model;
    QObject::connect(&discovery, &Discovery::finished, &discovery, [&](const Result<ApiModel> &m) { model = m; });
    if (only.isEmpty())
        discovery.start(protocol, depth);
    else
        discovery.describe(protocol, only);
    if (!QTest::qWaitFor([&] { return model.has_value(); }, 20000))
        return Error::make(ErrorKind::Internal, QStringLiteral("the test waited in vain"));
    return *model;
}

} // namespace

class tst_Discovery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void ownServer_tellsEverything_overBothProtocols()
    {
        Server server;
        server.registry().add(QStringLiteral("math.add"), [](int a, int b) { return a + b; }).help(QStringLiteral("Adds."));
        auto *http = server.addListener(std::make_unique<HttpListener>());
        QVERIFY(http->listen({}).hasValue());
        for (const Protocol protocol : { Protocol::JsonRpc, Protocol::XmlRpc }) {
            const auto model = discover(http->url(), protocol);
            QVERIFY2(model.hasValue(), model ? "" : qPrintable(model.error().toString()));
            QCOMPARE(model->protocol, protocol);
            // with system.listMethods, methodSignature, methodHelp, getCapabilities and, over XML-RPC only, multicall
            QCOMPARE(model->methods.size(), protocol == Protocol::XmlRpc ? 6 : 5);
            QCOMPARE(model->find(QStringLiteral("system.multicall")) != nullptr, protocol == Protocol::XmlRpc);
            const MethodInfo *add = model->find(QStringLiteral("math.add"));
            QVERIFY(add);
            QCOMPARE(add->help, QStringLiteral("Adds."));
            QCOMPARE(add->signatureText(), QStringLiteral("math.add(int, int) → int"));
        }
    }

    void protocol_isFoundByAsking_inTheDocumentedOrder()
    {
        const QByteArray xml = "<?xml version=\"1.0\"?><methodResponse><params><param><value><array><data><value>a</value></data></array></value></param></params></methodResponse>";
        FakeServer server;
        server.setAnswer([&](QTcpSocket &socket, const QByteArray &request) {
            if (request.contains("text/xml"))
                FakeServer::body(xml, "text/xml")(socket, request);
            else
                FakeServer::body("", "text/plain", "400 Bad Request")(socket, request);
        });
        auto model = discover(QUrl(QString::fromLatin1(server.url("/rpc"))), {}, Discovery::Depth::NamesOnly);
        QVERIFY(model.hasValue());
        QCOMPARE(model->protocol, Protocol::XmlRpc);
        QCOMPARE(server.requests().size(), 2); // JSON-RPC first
        QVERIFY(server.requests().constFirst().contains("application/json"));
        model = discover(QUrl(QString::fromLatin1(server.url("/RPC2"))), {}, Discovery::Depth::NamesOnly);
        QVERIFY(model.hasValue());
        QCOMPARE(server.requests().size(), 3); // XML-RPC at once
    }

    // Where XML-RPC cannot be carried, the path says nothing.
    void protocol_isJsonRpc_overWebSocketsAndStreams_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QList<Protocol>>("asked");
        const QList<Protocol> json { Protocol::JsonRpc };
        const QList<Protocol> xmlFirst { Protocol::XmlRpc, Protocol::JsonRpc };
        for (const char *url : { "ws://a/RPC2", "wss://a/xmlrpc", "tcp://a:1", "tls+lsp://a:1", "unix:///run/RPC2", "unix+newline:///run/xmlrpc", "exec:rpc2 xmlrpc", "exec+lsp:rpc2" })
            QTest::newRow(url) << QString::fromLatin1(url) << json;
        for (const char *url : { "http://a/RPC2", "https://a/xmlrpc", "http+unix:///run/a.sock:/RPC2", "scgi://a:1/RPC2", "scgi+unix:///run/RPC2" })
            QTest::newRow(url) << QString::fromLatin1(url) << xmlFirst;
    }
    void protocol_isJsonRpc_overWebSocketsAndStreams()
    {
        QFETCH(QString, url);
        QList<Protocol> asked;
        Discovery discovery(QUrl(url), [&](Protocol p) {
            asked.append(p);
            std::shared_ptr<Codec> codec;
            if (p == Protocol::JsonRpc)
                codec = std::make_shared<JsonRpcCodec>();
            else
                codec = std::make_shared<XmlRpcCodec>();
            return std::make_unique<Client>(
                std::make_unique<LoopTransport>([](const QByteArray &, const QByteArray &, const LoopTransport::Answer &answer) { answer("<html>"); }), codec);
        });
        bool finished = false;
        connect(&discovery, &Discovery::finished, &discovery, [&] { finished = true; });
        discovery.start({}, Discovery::Depth::NamesOnly);
        QTRY_VERIFY(finished);
        QTEST(asked, "asked");
    }

    void serverWithoutIntrospection_isStillConnected()
    {
        FakeServer server([](QTcpSocket &socket, const QByteArray &request) {
            FakeServer::body("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"Method not found\"},\"id\":1}")(socket, request);
        });
        const auto model = discover(QUrl(QString::fromLatin1(server.url())));
        QVERIFY(model.hasValue());
        QVERIFY(model->listError);
        QVERIFY(model->methods.isEmpty());
        QVERIFY(model->notes.join(u' ').contains(u"-32601"));
        QCOMPARE(server.requests().size(), 2); // the same over XML-RPC; nothing else was called
        QVERIFY(server.requests().constLast().contains("<methodName>system.listMethods</methodName>"));
    }

    // rtorrent answers JSON-RPC on the address where only XML-RPC lists the methods.
    void errorToTheList_asksTheOtherProtocol()
    {
        const QByteArray xml = "<?xml version=\"1.0\"?><methodResponse><params><param><value><array><data><value>a</value></data></array></value></param></params></methodResponse>";
        FakeServer server([&](QTcpSocket &socket, const QByteArray &request) {
            if (request.contains("text/xml"))
                FakeServer::body(xml, "text/xml")(socket, request);
            else
                FakeServer::body("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"no\"},\"id\":1}")(socket, request);
        });
        const auto model = discover(QUrl(QString::fromLatin1(server.url())), {}, Discovery::Depth::NamesOnly);
        QVERIFY(model.hasValue());
        QCOMPARE(model->protocol, Protocol::XmlRpc);
        QCOMPARE(model->methods.size(), 1);
        QVERIFY(!model->listError);
        QVERIFY2(model->notes.join(u' ').contains(u"JSON-RPC, too"), qPrintable(model->notes.join(u' ')));
    }

    // A question does no harm twice; a call would be another thing.
    void questionsThatWereLost_areAskedAgain()
    {
        QSet<QByteArray> asked; // without their ids
        FakeServer server([&](QTcpSocket &socket, const QByteArray &request) {
            const QByteArray question = request.mid(request.indexOf("\"method\""));
            if (!asked.contains(question)) {
                asked.insert(question);
                return socket.disconnectFromHost(); // without a byte
            }
            const bool isList = request.contains("listMethods");
            FakeServer::body(isList ? "{\"jsonrpc\":\"2.0\",\"result\":[\"a\",\"system.methodHelp\"],\"id\":1}" : "{\"jsonrpc\":\"2.0\",\"result\":\"help\",\"id\":1}")(socket, request);
            socket.disconnectFromHost();
        });
        Discovery discovery(QUrl(QString::fromLatin1(server.url())), [&](Protocol) {
            HttpTarget target;
            target.url = QUrl(QString::fromLatin1(server.url()));
            target.connections = 1;
            auto client = std::make_unique<Client>(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>(JsonRpcDialect::explorer(), JsonRpcDialect::explorer()));
            return client;
        });
        std::optional<Result<ApiModel>> model;
        connect(&discovery, &Discovery::finished, &discovery, [&](const Result<ApiModel> &m) { model = m; });
        discovery.start(Protocol::JsonRpc);
        QTRY_VERIFY_WITH_TIMEOUT(model.has_value(), 20000);
        QVERIFY2(model->hasValue(), model->hasValue() ? "" : qPrintable(model->error().toString()));
        QCOMPARE((*model)->methods.size(), 2);
        QCOMPARE((*model)->find(QStringLiteral("a"))->help, QStringLiteral("help"));
    }

    // Frontier::RPC closes a moment after each answer, without saying so: a call would go out on a connection that is ending.
    void calls_haveConnectionsOfTheirOwn()
    {
        QList<QTcpSocket *> sockets;
        FakeServer server([&](QTcpSocket &socket, const QByteArray &request) {
            sockets.append(&socket);
            FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[\"a\"],\"id\":1}")(socket, request);
        });
        Discovery discovery(QUrl(QString::fromLatin1(server.url())), [&](Protocol) {
            HttpTarget target;
            target.url = QUrl(QString::fromLatin1(server.url()));
            return std::make_unique<Client>(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>(JsonRpcDialect::explorer(), JsonRpcDialect::explorer()));
        });
        bool finished = false;
        connect(&discovery, &Discovery::finished, &discovery, [&] { finished = true; });
        discovery.start(Protocol::JsonRpc, Discovery::Depth::NamesOnly);
        QTRY_VERIFY(finished);
        const auto client = discovery.takeClient();
        auto call = client->call(QStringLiteral("a"));
        QTRY_VERIFY(call.isFinished());
        QCOMPARE(sockets.size(), 2);
        QCOMPARE(server.connections(), 2);
    }

    // A server that says nothing to what it does not know.
    void silence_endsAProbe_notTheSearch()
    {
        const QByteArray xml = "<?xml version=\"1.0\"?><methodResponse><params><param><value><array><data><value>a</value></data></array></value></param></params></methodResponse>";
        FakeServer server([&](QTcpSocket &socket, const QByteArray &request) {
            if (request.contains("text/xml"))
                FakeServer::body(xml, "text/xml")(socket, request);
        });
        const QUrl url(QString::fromLatin1(server.url()));
        Discovery discovery(url, [&](Protocol p) {
            HttpTarget target;
            target.url = url;
            std::shared_ptr<Codec> codec;
            if (p == Protocol::JsonRpc)
                codec = std::make_shared<JsonRpcCodec>();
            else
                codec = std::make_shared<XmlRpcCodec>();
            return std::make_unique<Client>(std::make_unique<HttpTransport>(target), codec);
        });
        discovery.setProbeTimeout(std::chrono::milliseconds(100));
        std::optional<Result<ApiModel>> model;
        connect(&discovery, &Discovery::finished, &discovery, [&](const Result<ApiModel> &m) { model = m; });
        discovery.start({}, Discovery::Depth::NamesOnly);
        QTRY_VERIFY_WITH_TIMEOUT(model.has_value(), 20000);
        QVERIFY(model->hasValue());
        QCOMPARE((*model)->protocol, Protocol::XmlRpc);
    }

    void serverOfNeitherKind_isAnError()
    {
        FakeServer server(FakeServer::body("<html>hello</html>", "text/html"));
        const auto model = discover(QUrl(QString::fromLatin1(server.url())));
        QVERIFY(!model);
        QCOMPARE(model.error().kind, ErrorKind::InvalidAnswer);
        QVERIFY2(model.error().message.contains(u"JSON-RPC") && model.error().message.contains(u"XML-RPC"), qPrintable(model.error().message));
    }

    void listedMethods_areNeverCalled()
    {
        QList<QByteArray> called;
        FakeServer server([&](QTcpSocket &socket, const QByteArray &request) {
            const QByteArray body = request.mid(request.indexOf("\r\n\r\n") + 4);
            const auto message = valuetext::fromText(body);
            const Struct s = *message->get<Struct>();
            called.append(s.find(u"method")->toString().toUtf8());
            const QByteArray id = valuetext::toText(*s.find(u"id"));
            const QByteArray result = called.constLast() == "system.listMethods"
                ? "[\"system.shutdown\",\"a\",5,\"system.methodHelp\"]"
                : "\"help\"";
            FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":" + result + ",\"id\":" + id + "}")(socket, request);
        });
        const auto model = discover(QUrl(QString::fromLatin1(server.url())));
        QVERIFY(model.hasValue());
        QCOMPARE(model->methods.size(), 3);
        QVERIFY(model->notes.join(u' ').contains(u"1 entries"));
        QCOMPARE(called.count("system.methodHelp"), 3);
        QCOMPARE(called.size(), 4);
    }

    void nobody_isAskedOnce()
    {
        const auto model = discover(QUrl(QStringLiteral("http://127.0.0.1:1/rpc")));
        QCOMPARE(model.error().kind, ErrorKind::Refused);
    }

    void signatures_ofTheWild_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("count");
        QTest::newRow("list of lists") << QByteArray("[[\"int\",\"int\"],[\"string\"]]") << 2;
        QTest::newRow("flat") << QByteArray("[\"int\",\"string\"]") << 1;
        QTest::newRow("undef") << QByteArray("\"undef\"") << 0;
        QTest::newRow("sentence") << QByteArray("\"signatures not supported\"") << 0;
        QTest::newRow("empty") << QByteArray("[]") << 0;
        QTest::newRow("null") << QByteArray("null") << 0;
        QTest::newRow("nonsense inside") << QByteArray("[[1,2],[\"int\"]]") << 1;
    }
    void signatures_ofTheWild()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, count);
        QCOMPARE(systemlist::signatures(*valuetext::fromText(answer)).size(), count);
    }
};

QTEST_GUILESS_MAIN(tst_Discovery)
#include "tst_discovery.moc"
