// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/client/batch.h>
#include <rpccore/client/client.h>
#include <rpccore/client/looptransport.h>
#include <rpccore/json/jsonreader.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/client/httptransport.h>
#include <rpccore/duplex/streamtransport.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>

#include <QFile>
#include <QRegularExpression>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>

using namespace rpc;

namespace {

using Bytes = QByteArray;

QByteArray xmlCall(const QByteArray &value, const QByteArray &method = "m")
{
    return "<?xml version=\"1.0\"?><methodCall><methodName>" + method + "</methodName><params><param><value>" + value
        + "</value></param></params></methodCall>";
}
QByteArray xmlAnswer(const QByteArray &value)
{
    return "<?xml version=\"1.0\"?><methodResponse><params><param><value>" + value + "</value></param></params></methodResponse>";
}
QByteArray xmlFault(const QByteArray &members) { return "<?xml version=\"1.0\"?><methodResponse><fault><value><struct>" + members + "</struct></value></fault></methodResponse>"; }
QByteArray member(const QByteArray &name, const QByteArray &value) { return "<member><name>" + name + "</name><value>" + value + "</value></member>"; }

} // namespace

/// Every rule has a message that triggers it, and the page of rules says what the table says.
class tst_Rules : public QObject
{
    Q_OBJECT

    QSet<QString> m_triggered;

    void seen(const Findings &findings, const QString &rule)
    {
        QStringList ids;
        for (const Finding &f : findings) {
            ids.append(f.id());
            QVERIFY2(!f.message.isEmpty() && f.message.endsWith(u'.'), qPrintable(f.message));
        }
        QVERIFY2(ids.contains(rule), qPrintable(rule + QStringLiteral(" is not among: ") + ids.join(u' ')));
        m_triggered.insert(rule);
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void messages_triggerTheirRule_data()
    {
        QTest::addColumn<QByteArray>("kind"); // request or answer, of which protocol
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("charset");
        const auto row = [](const char *rule, const char *kind, const Bytes &body, const Bytes &charset = {}) {
            QTest::newRow(rule) << Bytes(kind) << body << charset;
        };
        const Bytes ok = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":";
        const Bytes ask = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"";
        row("json.byte-order-mark", "json answer", "\xef\xbb\xbf" + ok + "1}");
        row("json.duplicate-name", "json answer", ok + "{\"a\":1,\"a\":2}}");
        row("json.lone-surrogate", "json answer", ok + "\"\\ud83d\"}");
        row("json.nul-character", "json answer", ok + "\"a\\u0000b\"}");
        row("json.number-beyond-double", "json answer", ok + "1e400}");
        row("json.integer-beyond-double", "json answer", ok + "9007199254740993}");
        row("json.charset", "json answer", ok + "\"\xe9\"}", "iso-8859-1");
        row("jsonrpc.version-missing", "json answer", "{\"id\":1,\"result\":1}");
        row("jsonrpc.version", "json answer", "{\"jsonrpc\":2.0,\"id\":1,\"result\":1}");
        row("jsonrpc.version-1.0", "json answer", "{\"id\":1,\"result\":1,\"error\":null}");
        row("jsonrpc.version-1.1", "json answer", "{\"version\":\"1.1\",\"id\":1,\"result\":1}");
        row("jsonrpc.unknown-member", "json answer", ok + "1,\"took\":5}");
        row("jsonrpc.params-scalar", "json request", ask + ",\"params\":5}");
        row("jsonrpc.params-null", "json request", ask + ",\"params\":null}");
        row("jsonrpc.id-null", "json request", "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"m\"}");
        row("jsonrpc.id-fraction", "json request", "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"m\"}");
        row("jsonrpc.method-reserved", "json request", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"rpc.x\"}");
        row("jsonrpc.id-missing", "json answer", "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"x\"}}");
        row("jsonrpc.result-and-error", "json answer", ok + "null,\"error\":{\"code\":1,\"message\":\"x\"}}");
        row("jsonrpc.error-null", "json answer", ok + "1,\"error\":null}");
        row("jsonrpc.error-shape", "json answer", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"bad\"}");
        row("jsonrpc.error-message", "json answer", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1}}");
        row("jsonrpc.error-code", "json answer", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":\"E1\",\"message\":\"x\"}}");
        row("jsonrpc.error-code-reserved", "json answer", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32768,\"message\":\"x\"}}");
        row("jsonrpc.error-unknown-member", "json answer", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\"x\",\"name\":\"y\"}}");
        row("jsonrpc.batch-for-single", "json answer", '[' + ok + "1}]");
        row("json.unreadable", "json explorer answer", ok + "[NaN]}");
        row("json.control-character", "json explorer answer", ok + "\"a\tb\"}");
        row("json.escape", "json explorer answer", ok + "\"\\x\"}");
        row("json.invalid-utf8", "json explorer answer", ok + "\"\xfc\"}");
        row("json.name", "json explorer answer", ok + "{a:1}}");
        row("json.comma", "json explorer answer", ok + "[1,]}");
        row("json.comment", "json explorer answer", ok + "1/**/}");
        row("json.bracket", "json explorer answer", ok + "[1}");
        row("json.broken-off", "json explorer answer", ok + "[1");
        row("json.trailing", "json explorer answer", ok + "1}x");
        row("jsonrpc.envelope-missing", "json explorer answer", "[1]");
        row("jsonrpc.result-missing", "json explorer answer", "{\"jsonrpc\":\"2.0\",\"id\":1}");
        row("jsonrpc.id-shape", "json explorer answer", "{\"jsonrpc\":\"2.0\",\"id\":[],\"result\":1}");
        row("xmlrpc.extension-type", "xml answer", xmlAnswer("<i2>5</i2>"));
        row("xmlrpc.nil", "xml answer", xmlAnswer("<nil/>"));
        row("xmlrpc.i8", "xml answer", xmlAnswer("<i8>5</i8>"));
        row("xmlrpc.wide-int", "xml answer", xmlAnswer("<int>5000000000</int>"));
        row("xmlrpc.boolean-word", "xml answer", xmlAnswer("<boolean>true</boolean>"));
        row("xmlrpc.number-space", "xml answer", xmlAnswer("<int> 5 </int>"));
        row("xmlrpc.double-exponent", "xml answer", xmlAnswer("<double>1e3</double>"));
        row("xmlrpc.not-a-number", "xml answer", xmlAnswer("<double>nan</double>"));
        row("xmlrpc.date-form", "xml answer", xmlAnswer("<dateTime.iso8601>2026-01-02T03:04:05</dateTime.iso8601>"));
        row("xmlrpc.date-zone", "xml answer", xmlAnswer("<dateTime.iso8601>20260102T03:04:05Z</dateTime.iso8601>"));
        row("xmlrpc.base64-padding", "xml answer", xmlAnswer("<base64>YWI</base64>"));
        row("xmlrpc.duplicate-name", "xml answer", xmlAnswer("<struct>" + member("a", "1") + member("a", "2") + "</struct>"));
        row("xmlrpc.member-order", "xml answer", xmlAnswer("<struct><member><value>1</value><name>a</name></member></struct>"));
        row("xmlrpc.array-without-data", "xml answer", xmlAnswer("<array/>"));
        row("xmlrpc.attribute", "xml answer", xmlAnswer("<string xml:lang=\"en\">x</string>"));
        row("xmlrpc.method-name", "xml request", xmlCall("1", "a b"));
        row("xmlrpc.method-name-space", "xml request", xmlCall("1", " m "));
        row("xmlrpc.encoding-conflict", "xml answer", Bytes(xmlAnswer("x")).replace("?>", " encoding=\"iso-8859-1\"?>"), "utf-8");
        row("xmlrpc.leading-space", "xml answer", "\n" + xmlAnswer("x"));
        row("xmlrpc.empty-params", "xml answer", "<methodResponse><params/></methodResponse>");
        row("xmlrpc.fault-code", "xml answer", xmlFault(member("faultCode", "E1") + member("faultString", "x")));
        row("xmlrpc.unreadable", "xml explorer answer", xmlAnswer("<int></int>"));
        row("xmlrpc.element", "xml explorer answer", xmlAnswer("<foo>1</foo>"));
        row("xmlrpc.text", "xml explorer answer", xmlAnswer("a<int>1</int>"));
        row("xmlrpc.missing", "xml explorer answer", xmlAnswer("<struct><member><name>a</name></member></struct>"));
        row("xml.character", "xml explorer answer", xmlAnswer("a\x01"));
        row("xml.entity", "xml explorer answer", xmlAnswer("a&nbsp;b"));
        row("xml.markup", "xml explorer answer", xmlAnswer("<int>1</string>"));
        row("xml.doctype", "xml explorer answer", "<!DOCTYPE methodResponse>" + xmlAnswer("1").sliced(21));
        row("xml.broken-off", "xml explorer answer", xmlAnswer("1").chopped(20));
        row("xml.trailing", "xml explorer answer", xmlAnswer("1") + "x");
        row("xmlrpc.fault-shape", "xml answer", xmlFault(member("faultCode", "<int>1</int>")));
    }
    void messages_triggerTheirRule()
    {
        QFETCH(QByteArray, kind);
        QFETCH(QByteArray, body);
        QFETCH(QByteArray, charset);
        const bool byExplorer = kind.contains("explorer");
        const auto jsonDialect = byExplorer ? JsonRpcDialect::explorer() : JsonRpcDialect::lenient();
        const auto xmlDialect = byExplorer ? XmlRpcDialect::explorer() : XmlRpcDialect::lenient();
        const JsonRpcCodec json(jsonDialect, jsonDialect);
        const XmlRpcCodec xml(xmlDialect, xmlDialect);
        const Codec &codec = kind.startsWith("json") ? static_cast<const Codec &>(json) : xml;
        Findings findings;
        const DecodeOptions options { {}, charset, &findings };
        if (kind.endsWith("request")) {
            const auto requests = codec.decodeRequests(body, options);
            QVERIFY2(requests && requests->members.at(0).request, requests ? "not a request" : qPrintable(requests.error().toString()));
        } else {
            const auto response = codec.decodeResponse(body, options);
            QVERIFY2(response.hasValue(), response ? "" : qPrintable(response.error().toString()));
        }
        seen(findings, QString::fromLatin1(QTest::currentDataTag()));
    }

    void clients_triggerTheirRule_data()
    {
        QTest::addColumn<QByteArray>("what"); // batch, notification, multicall or call
        QTest::addColumn<QByteArray>("answer");
        const auto row = [](const char *rule, const char *what, const Bytes &answer) { QTest::newRow(rule) << Bytes(what) << answer; };
        const auto ok = [](const Bytes &id) -> Bytes { return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":1}"; };
        row("jsonrpc.notification-answered", "notification", ok("1"));
        row("jsonrpc.id-form", "explorer", ok("\"1\""));
        row("jsonrpc.id-foreign", "explorer", ok("7"));
        row("jsonrpc.batch-empty-answer", "batch", "[]");
        row("jsonrpc.batch-unlinked", "batch", '[' + ok("1") + ",{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"x\"}}]");
        row("jsonrpc.batch-duplicate", "batch", '[' + ok("1") + ',' + ok("1") + ',' + ok("2") + ']');
        row("jsonrpc.batch-unknown-id", "batch", '[' + ok("1") + ',' + ok("7") + ']');
        row("jsonrpc.batch-missing", "batch", '[' + ok("1") + ']');
        row("xmlrpc.multicall-shape", "multicall", xmlAnswer("<array><data><value><int>1</int></value><value><int>2</int></value></data></array>"));
    }
    void clients_triggerTheirRule()
    {
        QFETCH(QByteArray, what);
        QFETCH(QByteArray, answer);
        auto transport = std::make_unique<LoopTransport>([answer](const QByteArray &, const QByteArray &, const auto &done) { done(answer); });
        std::shared_ptr<const Codec> codec = std::make_shared<JsonRpcCodec>();
        if (what == "multicall")
            codec = std::make_shared<XmlRpcCodec>();
        else if (what == "explorer")
            codec = std::make_shared<JsonRpcCodec>(JsonRpcDialect::explorer(), JsonRpcDialect::explorer());
        Client client(std::move(transport), codec);
        Findings findings;
        if (what == "explorer") {
            auto call = client.call(QStringLiteral("m"));
            QTRY_VERIFY(call.isFinished());
            findings = call.trace().findings;
        } else if (what == "notification") {
            auto call = client.notify(QStringLiteral("m"));
            QTRY_VERIFY(call.isFinished());
            findings = call.trace().findings;
        } else if (what == "batch") {
            Batch batch = client.batch();
            batch.call(QStringLiteral("m"));
            batch.call(QStringLiteral("m"));
            auto pending = client.send(batch);
            QTRY_VERIFY(pending.isFinished());
            findings = pending.trace().findings;
        } else {
            auto pending = client.multicall({ { QStringLiteral("m"), {} }, { QStringLiteral("m"), {} } });
            QTRY_VERIFY(pending.isFinished());
            findings = pending.trace().findings;
        }
        seen(findings, QString::fromLatin1(QTest::currentDataTag()));
    }

    void http_triggersItsRules()
    {
        support::FakeServer server(support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}", "text/plain", "500 Oops"));
        HttpTarget target;
        target.url = QUrl(QString::fromLatin1(server.url()));
        Client client(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>());
        auto call = client.call(QStringLiteral("m"));
        QTRY_VERIFY(call.isFinished());
        seen(call.trace().findings, QStringLiteral("http.content-type"));
        seen(call.trace().findings, QStringLiteral("http.status"));
    }

    void eventStreams_triggerTheirRule()
    {
        support::FakeServer server(support::FakeServer::body("data: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}\n\n", "text/event-stream"));
        HttpTarget target;
        target.url = QUrl(QString::fromLatin1(server.url()));
        Client client(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>());
        auto call = client.call(QStringLiteral("m"));
        QTRY_VERIFY(call.isFinished());
        seen(call.trace().findings, QStringLiteral("http.event-stream"));
    }

    void answersThatAreCutShort_triggerTheirRule()
    {
        support::FakeServer server(support::FakeServer::bytes(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}"));
        HttpTarget target;
        target.url = QUrl(QString::fromLatin1(server.url()));
        Client client(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>(JsonRpcDialect::explorer(), JsonRpcDialect::explorer()));
        auto call = client.call(QStringLiteral("m"));
        QTRY_VERIFY(call.isFinished());
        seen(call.trace().findings, QStringLiteral("http.incomplete"));
    }

    void carriers_triggerTheirRules()
    {
        // A peer that answers with a byte order mark before its header.
        QTcpServer peer;
        QVERIFY(peer.listen(QHostAddress::LocalHost));
        connect(&peer, &QTcpServer::newConnection, &peer, [&peer] {
            QTcpSocket *const socket = peer.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [socket] {
                socket->readAll();
                socket->write("\xEF\xBB\xBF" "Content-Length: 36\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1} ");
            });
        });
        ChannelOptions options;
        options.isExplorer = true;
        Client client(std::make_unique<StreamTransport>(StreamTarget { TcpTarget { QStringLiteral("127.0.0.1"), peer.serverPort() }, Framing::ContentLength }, options), std::make_shared<JsonRpcCodec>());
        auto call = client.call(QStringLiteral("m"));
        QTRY_VERIFY(call.isFinished());
        seen(call.trace().findings, QStringLiteral("stream.byte-order-mark"));

        // And one that answers in binary messages.
        struct Channel : MessageChannel
        {
            Channel() { beAccepted(); }
            std::optional<ChannelMessage> send(const QByteArray &body) override
            {
                QMetaObject::invokeMethod(this, [this] { Q_EMIT binaryReceived("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1}"); }, Qt::QueuedConnection);
                return ChannelMessage { {}, body, {} };
            }
            qint64 backlog() const override { return 0; }
            QUrl url() const override { return {}; }
            QString carriage() const override { return {}; }
            void connectNow() override { }
            void closeNow(int, const QString &) override { }
            void abortDevice() override { }
        };
        Client binary(std::make_unique<ChannelTransport>(std::make_unique<Channel>(), options), std::make_shared<JsonRpcCodec>());
        auto second = binary.call(QStringLiteral("m"));
        QTRY_VERIFY(second.isFinished());
        seen(second.trace().findings, QStringLiteral("websocket.binary-message"));
    }

    void everyRule_wasTriggered()
    {
        QSet<QString> all;
        for (const RuleInfo &rule : allRules())
            all.insert(QLatin1String(rule.id));
        QVERIFY(all.size() >= 40);
        QCOMPARE(all.size(), qsizetype(allRules().size())); // no id stands twice
        QStringList missing((all - m_triggered).values());
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join(u' ')));
    }

    void strictServers_noteWhatTheyLetPass()
    {
        Findings findings;
        QVERIFY(JsonRpcCodec().decodeRequests("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"rpc.x\",\"x\":1}", { {}, {}, &findings }).hasValue());
        QCOMPARE(findings.size(), 3);
        QCOMPARE(findings[0].position.column, 23); // where the null stands
        QCOMPARE(findings[0].length, 4);
    }

    void page_saysWhatTheTableSays()
    {
        QFile page(QStringLiteral(SOURCE_DIR "/docs/findings.md"));
        QVERIFY(page.open(QIODevice::ReadOnly));
        const QByteArray text = page.readAll().replace("\\<", "<"); // a bare tag would not be shown
        for (const RuleInfo &rule : allRules()) {
            const QByteArray line = "| `" + QByteArray(rule.id) + "` | " + severityName(rule.severity).toUtf8() + " | " + rule.sentence + " | " + rule.reference + " |\n";
            QVERIFY2(text.contains(line), line.constData());
        }
    }
};

QTEST_GUILESS_MAIN(tst_Rules)
#include "tst_rules.moc"
