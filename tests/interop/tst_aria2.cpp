// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "realservers.h"

using namespace rpc;
using namespace realprograms;
using namespace realservers;
using testcalls::ids;
using testcalls::shown;
using testcalls::wait;

/// Our client and aria2, which speaks both protocols over HTTP.
class tst_Aria2 : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void cleanupTestCase() { real.reset(); }

    void tellsItsVersion_overBothProtocols_data() { bothProtocols(); }
    void tellsItsVersion_overBothProtocols()
    {
        NEEDS("aria2");
        QFETCH(Protocol, protocol);
        START(text("aria2"));
        const auto client = aria2Client(port, protocol);
        PendingCall call = client->call(text("aria2.getVersion"), Array { text("token:s3cret") });
        const auto reply = wait(call);
        QVERIFY2(reply->hasValue(), qPrintable(told(reply)));
        const Struct *version = (*reply)->get<Struct>();
        QVERIFY(version && version->size() == 2);
        QVERIFY(version->find(u"version")->toString().startsWith(u"1."));
        QVERIFY(version->find(u"enabledFeatures")->get<Array>()->contains(Value(text("XML-RPC"))));
        QVERIFY2(call.trace().findings.isEmpty(), qPrintable(ids(call.trace().findings).join(u' ')));
        QCOMPARE(call.trace().contentType, protocol == Protocol::JsonRpc ? QByteArray("application/json-rpc") : QByteArray("text/xml"));
    }

    void multicall_isUnderstood_overBothProtocols_data() { bothProtocols(); }
    void multicall_isUnderstood_overBothProtocols()
    {
        NEEDS("aria2");
        QFETCH(Protocol, protocol);
        START(text("aria2"));
        const auto client = aria2Client(port, protocol);
        const Value token = text("token:s3cret");
        PendingBatch several = client->multicall({ { text("aria2.getGlobalStat"), { token } }, { text("aria2.nope"), { token } }, { text("system.listNotifications") } });
        const auto reply = wait(several);
        QVERIFY(!reply->error);
        QCOMPARE(told(*reply),
            text("{\"downloadSpeed\":\"0\",\"numActive\":\"0\",\"numStopped\":\"0\",\"numStoppedTotal\":\"0\",\"numWaiting\":\"0\",\"uploadSpeed\":\"0\"}; !1 No such method: aria2.nope; "
                 "[\"aria2.onDownloadStart\",\"aria2.onDownloadPause\",\"aria2.onDownloadStop\",\"aria2.onDownloadComplete\",\"aria2.onDownloadError\",\"aria2.onBtDownloadComplete\"]"));
        // Over JSON-RPC an error is {code, message}.
        QCOMPARE(ids(several.trace().findings), protocol == Protocol::JsonRpc ? QStringList { text("xmlrpc.multicall-shape") } : QStringList());
    }

    // Errors of JSON-RPC come under HTTP 400 and 500.
    void error_isTheServersOwn_whateverTheStatus_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("reply");
        QTest::newRow("unknown method") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"aria2.nope\",\"params\":[\"token:s3cret\"]}") << 400 << text("!1 No such method: aria2.nope");
        QTest::newRow("no token") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"aria2.getVersion\",\"params\":[]}") << 400 << text("!1 Unauthorized");
        QTest::newRow("unreadable") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":4,") << 500 << text("!-32700 Parse error.");
        QTest::newRow("named params") << QByteArray("{\"jsonrpc\":\"2.0\",\"id\":10,\"method\":\"aria2.getVersion\",\"params\":{\"secret\":\"token:s3cret\"}}") << 500 << text("!-32602 Invalid params.");
    }
    void error_isTheServersOwn_whateverTheStatus()
    {
        NEEDS("aria2");
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        QFETCH(QString, reply);
        START(text("aria2"));
        const auto client = aria2Client(port, Protocol::JsonRpc);
        PendingCall call = client->sendRaw(body);
        const auto answer = wait(call);
        QCOMPARE(told(answer), reply);
        QCOMPARE(answer->error().kind, ErrorKind::Remote);
        QCOMPARE(answer->error().httpStatus, status);
        QCOMPARE(call.trace().httpStatus, status);
        QCOMPARE(ids(call.trace().findings), QStringList { text("http.status") });
    }

    void unreadableXml_isAnEmptyHttpError()
    {
        NEEDS("aria2");
        START(text("aria2"));
        const auto client = aria2Client(port, Protocol::XmlRpc);
        const auto reply = wait(client->sendRaw("<?xml version=\"1.0\"?><methodCall><methodName>"));
        QVERIFY(!*reply);
        QCOMPARE(reply->error().kind, ErrorKind::HttpStatus);
        QCOMPARE(reply->error().httpStatus, 400);
    }

    void notification_isRefused()
    {
        NEEDS("aria2");
        START(text("aria2"));
        const auto client = aria2Client(port, Protocol::JsonRpc);
        PendingCall call = client->notify(text("system.listMethods"));
        QCOMPARE(told(wait(call)), text("!-32600 Invalid Request."));
        QCOMPARE(call.trace().httpStatus, 400);
        QVERIFY(ids(call.trace().findings).contains(text("http.status")));
        QVERIFY(ids(call.trace().findings).contains(text("jsonrpc.notification-answered")));
    }

    void batch_isDealtOut()
    {
        NEEDS("aria2");
        START(text("aria2"));
        const auto client = aria2Client(port, Protocol::JsonRpc);
        client->setIdGenerator(uuidIds());
        const Value token = text("token:s3cret");
        Batch batch = client->batch();
        batch.call(text("aria2.getGlobalStat"), Array { token }).call(text("aria2.tellStatus"), Array { token, text("00") });
        batch.call(text("aria2.tellActive"), Array { token });
        PendingBatch several = client->send(batch);
        auto reply = wait(several);
        QVERIFY(!reply->error);
        QCOMPARE(told(*reply), text("{\"downloadSpeed\":\"0\",\"numActive\":\"0\",\"numStopped\":\"0\",\"numStoppedTotal\":\"0\",\"numWaiting\":\"0\",\"uploadSpeed\":\"0\"}; !1 GID 00 is not found; []"));
        QVERIFY2(several.trace().findings.isEmpty(), qPrintable(ids(several.trace().findings).join(u' ')));
        // Notifications are answered, with an error.
        Batch notifying = client->batch();
        notifying.notify(text("system.listMethods")).call(text("aria2.tellActive"), Array { token });
        several = client->send(notifying);
        reply = wait(several);
        QCOMPARE(told(*reply), text("-; []"));
        QCOMPARE(shown(reply->unlinked), text("null:!-32600 Invalid Request."));
        QCOMPARE(ids(several.trace().findings), QStringList { text("jsonrpc.batch-unlinked") });
    }

    void isDiscovered_overBothProtocols_data() { bothProtocols(); }
    void isDiscovered_overBothProtocols()
    {
        NEEDS("aria2");
        QFETCH(Protocol, protocol);
        START(text("aria2"));
        const auto model = discover(at(port, protocol == Protocol::JsonRpc ? "/jsonrpc" : "/rpc"));
        QVERIFY2(model.hasValue(), model ? "" : qPrintable(model.error().toString()));
        QCOMPARE(model->protocol, protocol);
        QCOMPARE(model->methods.size(), 36);
        QCOMPARE(signatureOf(*model, "aria2.addUri"), text("aria2.addUri(\u2026)"));
    }

private:
    static void bothProtocols()
    {
        QTest::addColumn<Protocol>("protocol");
        QTest::newRow("JSON-RPC") << Protocol::JsonRpc;
        QTest::newRow("XML-RPC") << Protocol::XmlRpc;
    }

    static std::unique_ptr<Client> aria2Client(quint16 port, Protocol protocol)
    {
        return clientOf(at(port, protocol == Protocol::JsonRpc ? "/jsonrpc" : "/rpc"), protocol);
    }
};

QTEST_GUILESS_MAIN(tst_Aria2)
#include "tst_aria2.moc"
