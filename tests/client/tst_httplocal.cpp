// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpcaller.h"

#include <rpccore/client/scgitransport.h>
#include <tests/support/program.h>

#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

using namespace rpc;
using httpcaller::good;
using httpcaller::targetOf;
using namespace std::chrono_literals;
using testcalls::wait;

namespace {

// Gives what comes over a Unix socket to a function, as far as it has come.
struct LocalServer : QLocalServer
{
    LocalServer()
    {
        path = folder.filePath(QStringLiteral("a b.sock"));
        if (!listen(path))
            qFatal("the local server cannot listen");
        QObject::connect(this, &QLocalServer::newConnection, this, [this] {
            QLocalSocket *socket = nextPendingConnection();
            ++connections;
            auto buffer = std::make_shared<QByteArray>();
            QObject::connect(socket, &QLocalSocket::disconnected, this, [this] { ++closed; });
            QObject::connect(socket, &QLocalSocket::readyRead, socket, [this, socket, buffer] {
                *buffer += socket->readAll();
                arrived(*socket, *buffer);
            });
        });
    }
    QByteArray url(const QByteArray &scheme, const QByteArray &rest = {}) const { return scheme + "://" + QUrl::toPercentEncoding(path, "/") + rest; }

    std::function<void(QLocalSocket &, QByteArray &)> arrived;
    QTemporaryDir folder;
    QString path;
    int connections = 0;
    int closed = 0;
};

bool isWhole(const QByteArray &request)
{
    const qsizetype end = request.indexOf("\r\n\r\n");
    const qsizetype at = request.indexOf("Content-Length: ");
    return end > 0 && request.size() >= end + 4 + request.mid(at + 16).split('\r').constFirst().toInt();
}

template <class Transport> std::unique_ptr<Client> clientOf(const HttpTarget &target)
{
    auto client = std::make_unique<Client>(std::make_unique<Transport>(target), std::make_shared<JsonRpcCodec>());
    client->setIdGenerator([] { return RequestId(1); });
    return client;
}

// The headers of an SCGI request in order, "name=value"; empty when it is none.
QList<QByteArray> scgiHeaders(const QByteArray &request, qsizetype *length = nullptr)
{
    const qsizetype colon = request.indexOf(':');
    const qsizetype size = request.left(colon).toLongLong();
    if (colon < 1 || request.size() < colon + 1 + size + 1 || request[colon + 1 + size] != ',')
        return {};
    if (length)
        *length = colon + 1 + size + 1;
    QList<QByteArray> parts = request.mid(colon + 1, size).split('\0');
    parts.removeLast();
    QList<QByteArray> headers;
    for (qsizetype i = 0; i + 1 < parts.size(); i += 2)
        headers.append(parts[i] + '=' + parts[i + 1]);
    return headers;
}

bool isWholeScgi(const QByteArray &request)
{
    qsizetype length = 0;
    const auto headers = scgiHeaders(request, &length);
    return !headers.isEmpty() && request.size() >= length + headers[0].mid(15).toInt();
}

} // namespace

class tst_HttpLocal : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void http_goesThroughAUnixSocket()
    {
        LocalServer server;
        QByteArray all;
        server.arrived = [&](QLocalSocket &socket, QByteArray &request) {
            if (!isWhole(request))
                return;
            all += std::exchange(request, {});
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(good.size()) + "\r\n\r\n" + good);
        };
        HttpTarget target = targetOf(server.url("http+unix", ":/RPC2?x=y"));
        target.user = QStringLiteral("u");
        target.password = QStringLiteral("p");
        target.headers = { { "X-Team", "blue" } };
        const auto client = clientOf<HttpTransport>(target);
        PendingCall call = client->call(QStringLiteral("m"));
        const auto reply = wait(call);
        QVERIFY2(*reply, *reply ? "" : qPrintable(reply->error().toString()));
        const Trace trace = call.trace();
        QCOMPARE(all, QByteArray(trace.requestHead + trace.requestBody));
        QVERIFY2(all.startsWith("POST /RPC2?x=y HTTP/1.1\r\nHost: localhost\r\n"), all.constData());
        QVERIFY(all.contains("\r\nAuthorization: Basic " + QByteArray("u:p").toBase64() + "\r\n"));
        QVERIFY(all.contains("\r\nX-Team: blue\r\n"));
        QVERIFY2(trace.carriage.contains(server.path), qPrintable(trace.carriage));
        QVERIFY(trace.connecting && trace.connected && trace.sent && trace.firstByte && trace.complete && !trace.encrypted && !trace.nameResolved);
        QVERIFY(*wait(client->call(QStringLiteral("m"))));
        QCOMPARE(server.connections, 1);
    }

    void errors_nameTheSocket_data()
    {
        QTest::addColumn<QByteArray>("sends");
        QTest::addColumn<int>("kind");
        QTest::newRow("closes") << QByteArray() << int(ErrorKind::ConnectionLost);
        QTest::newRow("half an answer") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{") << int(ErrorKind::ConnectionLost);
        QTest::newRow("no HTTP") << QByteArray("hello\r\n") << int(ErrorKind::InvalidAnswer);
    }
    void errors_nameTheSocket()
    {
        QFETCH(QByteArray, sends);
        QFETCH(int, kind);
        LocalServer server;
        int requests = 0;
        server.arrived = [&](QLocalSocket &socket, QByteArray &request) {
            if (!isWhole(request))
                return;
            ++requests;
            request.clear();
            socket.write(sends);
            socket.disconnectFromServer();
        };
        const auto client = clientOf<HttpTransport>(targetOf(server.url("http+unix")));
        const auto reply = wait(client->call(QStringLiteral("m")));
        QCOMPARE(int(reply->error().kind), kind);
        QVERIFY2(reply->error().message.contains(server.path), qPrintable(reply->error().message));
        QCOMPARE(requests, 1);
    }

    void socketsThatAreNotThere_areRefused()
    {
        QTemporaryDir folder;
        const auto client = clientOf<HttpTransport>(targetOf("http+unix://" + folder.path().toUtf8() + "/none:/"));
        // Many at once: they fail at once, and none within the other.
        QList<PendingCall> calls;
        for (int i = 0; i < 500; ++i)
            calls.append(client->call(QStringLiteral("m")));
        for (const PendingCall &call : calls) {
            const auto reply = wait(call);
            QCOMPARE(reply->error().kind, ErrorKind::Refused);
            QVERIFY2(reply->error().message.contains(u"there is no socket "), qPrintable(reply->error().message));
        }
    }

    void silence_timesOut_andCancelCloses()
    {
        LocalServer server;
        bool came = false;
        server.arrived = [&](QLocalSocket &, QByteArray &) { came = true; };
        HttpTarget target = targetOf(server.url("http+unix", ":/x"));
        target.firstByteTimeout = 100ms;
        const auto client = clientOf<HttpTransport>(target);
        const auto reply = wait(client->call(QStringLiteral("m")));
        QCOMPARE(reply->error().kind, ErrorKind::Timeout);
        QVERIFY2(reply->error().message.contains(u"did not begin to answer within 100 ms"), qPrintable(reply->error().message));
        QTRY_COMPARE(server.closed, 1);
        came = false;
        {
            PendingCall call = client->call(QStringLiteral("m"));
            QTRY_VERIFY(came);
        }
        QTRY_COMPARE(server.closed, 2);
    }

    void supervisor_answersOverItsSocket()
    {
        if (!QFile::exists(QStringLiteral("/usr/bin/supervisord")))
            QSKIP("supervisor is not installed");
        const QString script = QStringLiteral(SOURCE_DIR "/tests/real-programs/supervisor/start.sh");
        QTemporaryDir folder;
        const QByteArray before = qgetenv("ANTIPHON_REAL_DIR");
        const bool wasSet = qEnvironmentVariableIsSet("ANTIPHON_REAL_DIR");
        qputenv("ANTIPHON_REAL_DIR", folder.path().toUtf8());
        support::Program program;
        const quint16 port = support::freePort();
        const bool up = program.startServer(script, { QString::number(port) }, port);
        wasSet ? qputenv("ANTIPHON_REAL_DIR", before) : qunsetenv("ANTIPHON_REAL_DIR");
        QVERIFY(up);
        const QString path = folder.filePath(QStringLiteral("supervisor/supervisor.sock"));
        QTRY_VERIFY(QFile::exists(path));
        HttpTarget target = targetOf("http+unix://" + path.toUtf8() + ":/RPC2");
        Client client(std::make_unique<HttpTransport>(target), std::make_shared<XmlRpcCodec>());
        for (int i = 0; i < 3; ++i) {
            PendingCall call = client.call(QStringLiteral("supervisor.getIdentification"));
            const auto reply = wait(call);
            QVERIFY2(*reply, *reply ? "" : qPrintable(reply->error().toString()));
            QCOMPARE(reply->value(), Value(QStringLiteral("supervisor")));
            QVERIFY2(call.trace().responseHead.contains("Medusa"), call.trace().responseHead.constData());
        }
        const auto fault = wait(client.call(QStringLiteral("supervisor.startProcess"), Array { QStringLiteral("nope") }));
        QCOMPARE(fault->error().code, 10);
    }

    // ------------------------------------------------------------ SCGI

    void scgi_isANetstringAndABody_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<int>("status");
        QTest::newRow("CGI") << "Status: 200 OK\r\nContent-Type: application/json\r\n\r\n" + good << 200;
        QTest::newRow("with a length") << "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + QByteArray::number(good.size()) + "\r\n\r\n" + good << 200;
        QTest::newRow("no status") << "Content-Type: application/json\n\n" + good << 200;
        QTest::newRow("HTTP") << "HTTP/1.1 200 OK\r\n\r\n" + good << 200;
        QTest::newRow("another status") << "Status: 500 No\r\n\r\n" + good << 500;
    }
    void scgi_isANetstringAndABody()
    {
        QFETCH(QByteArray, answer);
        QFETCH(int, status);
        LocalServer server;
        QByteArray all;
        server.arrived = [&](QLocalSocket &socket, QByteArray &request) {
            if (!isWholeScgi(request))
                return;
            all = std::exchange(request, {});
            socket.write(answer);
            socket.disconnectFromServer();
        };
        HttpTarget target = targetOf(server.url("scgi+unix", ":/RPC2?a"));
        target.headers = { { "X-Team", "blue" } };
        target.bearer = QStringLiteral("t");
        const auto client = clientOf<ScgiTransport>(target);
        PendingCall call = client->call(QStringLiteral("m"));
        const auto reply = wait(call);
        QVERIFY2(*reply, *reply ? "" : qPrintable(reply->error().toString()));
        const Trace trace = call.trace();
        QCOMPARE(all, QByteArray(trace.requestHead + trace.requestBody));
        QCOMPARE(scgiHeaders(all), (QList<QByteArray> { "CONTENT_LENGTH=" + QByteArray::number(trace.requestBody.size()), "SCGI=1", "REQUEST_METHOD=POST", "REQUEST_URI=/RPC2?a", "SERVER_PROTOCOL=HTTP/1.1", "HTTP_AUTHORIZATION=Bearer t", "HTTP_X_TEAM=blue", "CONTENT_TYPE=application/json" }));
        QCOMPARE(trace.httpStatus, status);
        QCOMPARE(QByteArray(trace.responseHead + trace.responseBody), answer);
        QVERIFY2(trace.carriage.contains(u"SCGI"), qPrintable(trace.carriage));
        QVERIFY(*wait(client->call(QStringLiteral("m"))));
        QCOMPARE(server.connections, 2); // one connection a message
    }

    void scgi_goesOverTcp_andEndsEarly()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        int requests = 0;
        QByteArray answer = "Content-Type: application/json\r\n\r\n" + good;
        connect(&server, &QTcpServer::newConnection, &server, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [&, socket] {
                ++requests;
                socket->write(answer);
                socket->disconnectFromHost();
            });
        });
        const auto client = clientOf<ScgiTransport>(targetOf("scgi://127.0.0.1:" + QByteArray::number(server.serverPort())));
        PendingCall call = client->call(QStringLiteral("m"));
        QVERIFY(*wait(call));
        QVERIFY(call.trace().requestHead.contains(QByteArray("REQUEST_URI\0/\0", 14)));
        answer.clear();
        QCOMPARE(wait(client->call(QStringLiteral("m")))->error().kind, ErrorKind::ConnectionLost);
        answer = "Content-Type: appl";
        QCOMPARE(wait(client->call(QStringLiteral("m")))->error().kind, ErrorKind::ConnectionLost);
        QCOMPARE(requests, 3);
    }

    void scgi_addresses_thatAreNone_areSaidToBe_data()
    {
        QTest::addColumn<QString>("url");
        for (const char *url : { "", "http://host/", "scgi://host/", "scgi:///a.sock", "scgi+unix:", "scgi+unix://host/a.sock" })
            QTest::newRow(url) << QString::fromLatin1(url);
    }
    void scgi_addresses_thatAreNone_areSaidToBe()
    {
        QFETCH(QString, url);
        const auto reply = wait(clientOf<ScgiTransport>(targetOf(url.toLatin1()))->call(QStringLiteral("m")));
        QCOMPARE(reply->error().kind, ErrorKind::InvalidArgument);
        QVERIFY2(reply->error().message.contains(u"looks like scgi://host:port/path or scgi+unix:///path/of.sock:/path"), qPrintable(reply->error().message));
    }
};

QTEST_GUILESS_MAIN(tst_HttpLocal)
#include "tst_httplocal.moc"
