// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "duplexing.h"

#include <rpccore/duplex/streamtransport.h>
#include <rpccore/server/streamlistener.h>
#include <tests/support/rawhttp.h>

#include <QPointer>
#include <QSslSocket>
#include <QTcpServer>
#include <QTemporaryDir>

using namespace rpc;
using namespace testcalls;
using namespace duplexing;
using namespace std::chrono_literals;

Q_DECLARE_METATYPE(rpc::Framing)

namespace {

constexpr Framing framings[] = { Framing::Detect, Framing::Newline, Framing::ContentLength, Framing::Netstring, Framing::Bare };

// One certificate for all: making one takes a while under sanitizers.
const ServerTls &identity()
{
    static const ServerTls tls = *ServerTls::selfSigned();
    return tls;
}

StreamOptions withTls(const ServerTls &tls = identity())
{
    StreamOptions options;
    options.tls = tls;
    return options;
}

// A server with one listener.
struct Served
{
    Server server;
    Methods methods { server };
    StreamListener *listener = server.addListener(std::make_unique<StreamListener>());
    QUrl url;

    explicit Served(const StreamOptions &options)
    {
        const auto listens = listener->listen(options);
        if (!listens)
            qFatal("%s", qPrintable(listens.error().toString()));
        url = *listens;
    }
    quint16 port() const { return quint16(url.port()); }
};

std::unique_ptr<Caller> caller(const QUrl &url, const TlsOptions &tls, Framing framing = Framing::Newline)
{
    auto target = StreamTarget::fromUrl(url);
    target->framing = framing;
    std::get<TcpTarget>(target->peer).tls = tls;
    return std::make_unique<Caller>(std::make_unique<StreamTransport>(*target));
}

TlsOptions trusting(const ServerTls *own = nullptr)
{
    TlsOptions tls;
    tls.authorities = identity().certificate;
    if (own) {
        tls.certificate = own->certificate;
        tls.key = own->key;
    }
    return tls;
}

} // namespace

/// JSON-RPC over TLS, as a server.
class tst_StreamTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void calls_inEveryFraming_data()
    {
        QTest::addColumn<Framing>("framing");
        for (const Framing framing : framings)
            QTest::addRow("%s", framing == Framing::Detect ? "detect" : qPrintable(framingName(framing))) << framing;
    }

    void calls_inEveryFraming()
    {
        QFETCH(Framing, framing);
        StreamOptions options = withTls();
        options.framing = framing;
        Served f(options);
        QCOMPARE(f.url, QUrl(QStringLiteral("tls://127.0.0.1:%1").arg(f.port())));
        const auto c = caller(f.url, trusting(), framing);
        c->transport->registry().add("double", [](int n) { return 2 * n; });
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
        QCOMPARE(shown(wait(c->client.call("askBack", Array { 21 }))), QStringLiteral("42"));
        const QString large(1'000'000, u'x');
        const auto reply = wait(c->client.call("echo", Array { large }));
        QCOMPARE((*reply)->toString(), large);
        PendingCall open = c->client.call("later", Array { QString("a") });
        QTRY_COMPARE(f.methods.held.size(), 1);
        f.methods.held.take("a").resolve(1);
        QCOMPARE(shown(wait(open)), QStringLiteral("1"));
        c->transport->close();
        QTRY_VERIFY(f.server.openSessions().isEmpty());
    }

    // What a client sends with the last of its handshake is not lost.
    // What is encrypted and not taken counts, and the client goes on when it is.
    void answersThatAreNotRead_makeCallsWait()
    {
        StreamOptions options = withTls();
        options.limits.backlog = 1'000'000'000;
        Served served(options);
        auto target = StreamTarget::fromUrl(served.url);
        target->framing = Framing::Newline;
        std::get<TcpTarget>(target->peer).tls = trusting();
        ChannelOptions patience;
        patience.limits.backlog = 64 * 1024;
        Caller c(std::make_unique<StreamTransport>(*target, patience));
        c.transport->registry().add("echo", [](const Value &v) { return v; });
        c.transport->open();
        QTRY_COMPARE(served.server.openSessions().size(), 1);
        Session *const session = served.server.openSessions().constFirst();
        session->transport().channel().setPaused(true);
        QList<PendingCall> calls;
        for (int i = 0; i < 300; ++i)
            calls.append(session->client().call("echo", Array { QString(100'000, u'x') }));
        qint64 most = 0;
        qsizetype answered = -1;
        QVERIFY(QTest::qWaitFor(
            [&, same = 0]() mutable {
                most = qMax(most, c.transport->channel().backlog());
                same = answered == c.answered.size() ? same + 1 : 0;
                answered = c.answered.size();
                return same == 30 || answered == calls.size();
            },
            20'000));
        QVERIFY2(answered > 0 && answered < calls.size(), qPrintable(QString::number(answered)));
        QVERIFY2(most < 64 * 1024 + 250'000, qPrintable(QString::number(most)));
        session->transport().channel().setPaused(false);
        for (PendingCall &call : calls)
            QVERIFY(wait(call)->hasValue());
    }

    void manyClients_atOnce()
    {
        Served f(withTls());
        std::vector<std::unique_ptr<Caller>> clients;
        QList<PendingCall> calls;
        for (int i = 0; i < 50; ++i) {
            clients.push_back(caller(f.url, trusting()));
            calls.append(clients.back()->client.call("add", Array { i, 1 }));
        }
        for (int i = 0; i < 50; ++i)
            QCOMPARE(shown(wait(calls[i])), QString::number(i + 1));
        QCOMPARE(f.server.openSessions().size(), 50);
    }

    void strangers_areTold()
    {
        Served f(withTls());
        const auto c = caller(f.url, {});
        const auto reply = wait(c->client.call("add", Array { 2, 3 }));
        QCOMPARE(reply->error().kind, ErrorKind::Tls);
        QVERIFY(f.server.openSessions().isEmpty());
        QCOMPARE(shown(wait(caller(f.url, trusting())->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
    }

    void clientCertificates_data()
    {
        QTest::addColumn<int>("wanted");
        QTest::addColumn<QString>("shown"); // "", "known" or "unknown"
        QTest::addColumn<QString>("expected"); // the subject that the method sees; null: no session
        const auto asked = int(ServerTls::ClientCertificate::Asked);
        const auto required = int(ServerTls::ClientCertificate::Required);
        const QString nobody = QStringLiteral("");
        const QString known = QStringLiteral("friend.example");
        QTest::newRow("not asked") << int(ServerTls::ClientCertificate::NotAsked) << QStringLiteral("known") << nobody;
        QTest::newRow("asked, none") << asked << QString() << nobody;
        QTest::newRow("asked, known") << asked << QStringLiteral("known") << known;
        QTest::newRow("asked, unknown") << asked << QStringLiteral("unknown") << nobody;
        QTest::newRow("required, none") << required << QString() << QString();
        QTest::newRow("required, known") << required << QStringLiteral("known") << known;
        QTest::newRow("required, unknown") << required << QStringLiteral("unknown") << QString();
    }

    void clientCertificates()
    {
        QFETCH(int, wanted);
        QFETCH(QString, shown);
        QFETCH(QString, expected);
        static const ServerTls known = *ServerTls::selfSigned({ QStringLiteral("friend.example") });
        static const ServerTls unknown = *ServerTls::selfSigned({ QStringLiteral("friend.example") }); // says so itself
        ServerTls tls = identity();
        tls.clientCertificate = ServerTls::ClientCertificate(wanted);
        tls.clientAuthorities = known.certificate;
        Served f(withTls(tls));
        f.server.registry().add("who", [](const CallContext &c) { return c.attributes.value("tls.subject").toString(); });
        const auto c = caller(f.url, trusting(shown.isEmpty() ? nullptr : shown == u"known" ? &known : &unknown));
        const auto reply = wait(c->client.call("who"));
        if (expected.isNull()) {
            QVERIFY(!*reply);
            // With TLS 1.3, the client's side of the handshake is over when the server looks at the certificate.
            QVERIFY2(reply->error().kind == ErrorKind::Tls || reply->error().kind == ErrorKind::ConnectionLost, qPrintable(reply->error().toString()));
            QVERIFY(f.server.openSessions().isEmpty());
        } else {
            QVERIFY2(reply->hasValue(), qPrintable(*reply ? QString() : reply->error().toString()));
            QCOMPARE((*reply)->toString(), expected);
        }
    }

    void halfHandshakes_areEnded_inTime()
    {
        StreamOptions options = withTls();
        options.limits.headerTime = 300ms;
        Served f(options);
        support::RawClient silent(f.port());
        support::RawClient half(f.port());
        half.send(QByteArray::fromHex("16030100c8010000c4")); // the begin of a hello
        const auto c = caller(f.url, trusting());
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5")); // meanwhile
        QCOMPARE(half.socket().state(), QAbstractSocket::ConnectedState);
        QVERIFY(silent.waitForClose());
        QVERIFY(half.waitForClose());
        QCOMPARE(f.server.openSessions().size(), 1);
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5")); // the limit was on the handshake
    }

    void plaintext_isEnded()
    {
        StreamOptions options = withTls();
        options.limits.headerTime = 1h;
        Served f(options);
        for (const char *words : { "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"note\",\"params\":[\"x\"]}\n", "GET / HTTP/1.1\r\n\r\n" }) {
            support::RawClient plain(f.port());
            plain.send(words);
            QVERIFY(plain.waitForClose());
            QVERIFY2(!plain.received().contains("jsonrpc"), plain.received().constData());
        }
        QVERIFY(f.methods.notes.isEmpty());
        QVERIFY(f.server.openSessions().isEmpty());
        QCOMPARE(shown(wait(caller(f.url, trusting())->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
    }

    void handshakes_countAsConnections_data()
    {
        QTest::addColumn<bool>("perHost");
        QTest::newRow("connections") << false;
        QTest::newRow("connections of a host") << true;
    }

    void handshakes_countAsConnections()
    {
        QFETCH(bool, perHost);
        StreamOptions options = withTls();
        options.limits.headerTime = 1h;
        (perHost ? options.limits.connectionsPerHost : options.limits.connections) = 2;
        Served f(options);
        const auto c = caller(f.url, trusting());
        QCOMPARE(shown(wait(c->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
        auto half = std::make_unique<support::RawClient>(f.port());
        support::RawClient third(f.port());
        QVERIFY(third.waitForClose());
        QCOMPARE(half->socket().state(), QAbstractSocket::ConnectedState);
        half.reset();
        // Its room is there again, a moment after.
        QTRY_COMPARE(shown(wait(caller(f.url, trusting())->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
    }

    void stop_withAGrace_waitsForHandshakes()
    {
        StreamOptions options = withTls();
        options.limits.headerTime = 1h;
        Served f(options);
        // One that ends within the grace, and one that does not.
        QTcpServer middle; // holds back what a client says
        QVERIFY(middle.listen(QHostAddress::LocalHost));
        QTcpSocket upward;
        QPointer<QTcpSocket> downward;
        connect(&middle, &QTcpServer::newConnection, this, [&] { downward = middle.nextPendingConnection(); });
        upward.connectToHost(QHostAddress(QHostAddress::LocalHost), f.port());
        QTRY_COMPARE(upward.state(), QAbstractSocket::ConnectedState);
        QUrl url = f.url;
        url.setPort(middle.serverPort());
        const auto c = caller(url, trusting());
        PendingCall call = c->client.call("note", Array { QString("x") });
        QTRY_VERIFY(downward && downward->bytesAvailable() > 0);
        support::RawClient silent(f.port());
        // Both were accepted before this one.
        QCOMPARE(shown(wait(caller(f.url, trusting())->client.call("add", Array { 2, 3 }))), QStringLiteral("5"));
        QTRY_VERIFY(f.server.openSessions().isEmpty());

        int stopped = 0;
        connect(f.listener, &StreamListener::stopped, this, [&] { ++stopped; });
        f.listener->stop(1s);
        const auto pass = [&] {
            upward.write(downward->readAll());
            downward->write(upward.readAll());
        };
        connect(downward, &QTcpSocket::readyRead, this, pass);
        connect(&upward, &QTcpSocket::readyRead, this, pass);
        connect(&upward, &QTcpSocket::disconnected, this, [&] { downward->disconnectFromHost(); });
        pass();
        QCOMPARE(wait(call)->error().kind, ErrorKind::ConnectionLost); // and not Tls: that went well
        QCOMPARE(stopped, 0);
        QCOMPARE(silent.socket().state(), QAbstractSocket::ConnectedState);
        QVERIFY(silent.waitForClose());
        QTRY_COMPARE(stopped, 1);
        QVERIFY(f.methods.notes.isEmpty());
    }

    void stop_atOnce_endsHandshakes()
    {
        Served f(withTls());
        support::RawClient silent(f.port());
        QCOMPARE(shown(wait(caller(f.url, trusting())->client.call("add", Array { 2, 3 }))), QStringLiteral("5")); // it was accepted
        f.listener->stop();
        QVERIFY(silent.waitForClose());
    }

    void wrongOptions_areSaid()
    {
        QTemporaryDir folder;
        StreamOptions local = withTls();
        local.socketPath = folder.filePath("tls.sock");
        StreamOptions wrongKey = withTls();
        wrongKey.tls->key = ServerTls::selfSigned()->key;
        StreamListener listener;
        for (const StreamOptions &options : { local, wrongKey }) {
            const auto refused = listener.listen(options);
            QVERIFY(!refused);
            QCOMPARE(refused.error().kind, ErrorKind::InvalidArgument);
            QVERIFY(listener.url().isEmpty());
        }
        QVERIFY(!QFileInfo::exists(local.socketPath));
    }
};

QTEST_GUILESS_MAIN(tst_StreamTls)
#include "tst_streamtls.moc"
