// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/program.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <csignal>

using support::FakeServer;
using support::Finished;

namespace {

const QString cli = QStringLiteral(BIN_DIR "/antiphon-cli");

QStringList words(const QString &line) { return line.split(u' ', Qt::SkipEmptyParts); }
Finished run(const QStringList &arguments) { return support::run(cli, arguments); }

// With \a input on standard input.
Finished run(const QStringList &arguments, const QByteArray &input)
{
    QProcess program;
    program.start(cli, arguments);
    program.write(input);
    program.closeWriteChannel();
    if (!QTest::qWaitFor([&program] { return program.state() == QProcess::NotRunning; }, 30'000))
        return {};
    return { program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError() };
}

QByteArray bodyOf(const QByteArray &request) { return request.mid(request.indexOf("\r\n\r\n") + 4); }

FakeServer::Answer echoesTrue()
{
    return FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":true,\"id\":1}");
}

} // namespace

class tst_Terminal : public QObject
{
    Q_OBJECT

    QTemporaryDir m_dir;

    QString file(const QString &name, const QByteArray &content)
    {
        QFile f(m_dir.filePath(name));
        if (!f.open(QIODevice::WriteOnly) || f.write(content) != content.size())
            qFatal("cannot write");
        return f.fileName();
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void request_isAsTheCommandLineSays_data()
    {
        QTest::addColumn<QStringList>("arguments"); // behind URL; %F: a file with {"a": [1]} and a line end
        QTest::addColumn<QByteArray>("input");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, const QStringList &arguments, const QByteArray &body, const QByteArray &input = {}) {
            QTest::newRow(name) << arguments << input << body;
        };
        const auto call = [](const QByteArray &rest) { return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"" + rest + "}"; };
        row("an argument from a file", words(QStringLiteral("m 1 @%F")), call(",\"params\":[1,{\"a\":[1]}]"));
        row("from a file of text", words(QStringLiteral("m @%T")), call(",\"params\":[\"pass word\"]"));
        row("from standard input", words(QStringLiteral("m - 2")), call(",\"params\":[[1,2.50],2]"), "[1,2.50]\n");
        row("text from standard input", words(QStringLiteral("m @-")), call(",\"params\":[\"a\\nb\"]"), "a\nb\n");
        row("large, from standard input", words(QStringLiteral("m -")), call(",\"params\":[\"" + QByteArray(400'000, 'x') + "\"]"), '"' + QByteArray(400'000, 'x') + '"');
        row("@ itself", words(QStringLiteral("m @@home \"@b\" @@")), call(",\"params\":[\"@home\",\"@b\",\"@\"]"));
        row("a named one from a file", words(QStringLiteral("m --named a=@%F b=@@x c=-")), call(",\"params\":{\"a\":{\"a\":[1]},\"b\":\"@x\",\"c\":7}"), "7");
        row("members beside params", words(QStringLiteral("m --member auth=@%T --member n=1 5")), call(",\"params\":[5],\"auth\":\"pass word\",\"n\":1"));
        row("version 1.0", words(QStringLiteral("m --version 1.0 5")), "{\"id\":1,\"method\":\"m\",\"params\":[5]}");
        row("version 1.0 without arguments", words(QStringLiteral("m --version 1.0 --params none")), "{\"id\":1,\"method\":\"m\",\"params\":[]}");
        row("version 1.1", words(QStringLiteral("m --version 1.1 5")), "{\"version\":\"1.1\",\"id\":1,\"method\":\"m\",\"params\":[5]}");
        row("a text as id", words(QStringLiteral("m --id abc")), "{\"jsonrpc\":\"2.0\",\"id\":\"abc\",\"method\":\"m\",\"params\":[]}");
        row("a number as id", words(QStringLiteral("m --id 1.50")), "{\"jsonrpc\":\"2.0\",\"id\":1.50,\"method\":\"m\",\"params\":[]}");
        row("null as id", words(QStringLiteral("m --id null")), "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"m\",\"params\":[]}");
        row("no id", words(QStringLiteral("m --id none")), "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":[]}");
        row("no arguments", words(QStringLiteral("m")), call(",\"params\":[]"));
        row("no arguments, none", words(QStringLiteral("m --params none")), call(""));
        row("no arguments, object", words(QStringLiteral("m --params object")), call(",\"params\":{}"));
        row("arguments, none", words(QStringLiteral("m --params none 3")), call(",\"params\":[3]"));
        row("the body from a file", words(QStringLiteral("--body @%F")), "{\"a\": [1]}\n");
        row("the body from standard input", words(QStringLiteral("--body -")), "\xff { oops\n", "\xff { oops\n");
        row("the body itself", words(QStringLiteral("--body {}")), "{}");
    }
    void request_isAsTheCommandLineSays()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QByteArray, input);
        QFETCH(QByteArray, body);
        arguments.replaceInStrings(QStringLiteral("%F"), file(QStringLiteral("value.json"), "{\"a\": [1]}\n"));
        arguments.replaceInStrings(QStringLiteral("%T"), file(QStringLiteral("text"), "pass word\n"));
        FakeServer server(echoesTrue());
        const Finished f = run(words(QStringLiteral("call --protocol json-rpc ") + QString::fromLatin1(server.url())) + arguments, input);
        QVERIFY2(server.requests().size() == 1, f.err.constData());
        QCOMPARE(bodyOf(server.requests().constFirst()), body);
    }

    void xmlRpc_named_isOneStruct()
    {
        FakeServer server(FakeServer::body("<?xml version=\"1.0\"?><methodResponse><params><param><value><int>5</int></value></param></params></methodResponse>", "text/xml"));
        const Finished f = run(words(QStringLiteral("call --protocol xml-rpc --named ") + QString::fromLatin1(server.url()) + QStringLiteral(" m a=1 b=x")));
        QVERIFY2(f.status == 0, f.err.constData());
        QCOMPARE(f.out, QByteArray("5\n"));
        const QByteArray body = bodyOf(server.requests().constFirst());
        QCOMPARE(body.count("<param>"), 1);
        QVERIFY2(body.contains("<struct><member><name>a</name>"), body.constData());
        for (const char *option : { "--id 5", "--version 1.0", "--member a=1" }) {
            const Finished g = run(words(QStringLiteral("call --protocol xml-rpc ") + QString::fromLatin1(server.url()) + QStringLiteral(" m ") + QString::fromLatin1(option)));
            QCOMPARE(g.status, 1);
        }
        QCOMPARE(server.requests().size(), 1);
    }

    void body_tellsTheProtocol()
    {
        FakeServer server(FakeServer::body("<?xml version=\"1.0\"?><methodResponse><params><param><value>x</value></param></params></methodResponse>", "text/xml"));
        const Finished f = run(words(QStringLiteral("call --body - ") + QString::fromLatin1(server.url())), "<?xml version=\"1.0\"?><methodCall><methodName>m</methodName></methodCall>");
        QVERIFY2(f.status == 0, f.err.constData());
        QCOMPARE(f.out, QByteArray("\"x\"\n"));
        QCOMPARE(support::fieldOf(server.requests().constFirst(), "Content-Type"), QByteArray("text/xml"));
    }

    void secrets_comeFromFiles()
    {
        FakeServer server(echoesTrue());
        const QString call = QStringLiteral("call --protocol json-rpc ") + QString::fromLatin1(server.url()) + QStringLiteral(" m ");
        QCOMPARE(run(words(call + QStringLiteral("--user @") + file(QStringLiteral("user"), "ada:s3:cret\n"))).status, 0);
        QCOMPARE(run(words(call + QStringLiteral("--bearer @-")), "t0ken\r\n").status, 0);
        QCOMPARE(run(words(call + QStringLiteral("--header @") + file(QStringLiteral("header"), "X-Key: k1\n"))).status, 0);
        QCOMPARE(server.requests().size(), 4); // the first one asks for the scheme
        QCOMPARE(support::fieldOf(server.requests().at(0), "Authorization"), QByteArray());
        QCOMPARE(support::fieldOf(server.requests().at(1), "Authorization"), "Basic " + QByteArray("ada:s3:cret").toBase64());
        QCOMPARE(support::fieldOf(server.requests().at(2), "Authorization"), QByteArray("Bearer t0ken"));
        QCOMPARE(support::fieldOf(server.requests().at(3), "X-Key"), QByteArray("k1"));
    }

    void wrongUsage_sendsNothing_data()
    {
        QTest::addColumn<QString>("arguments");
        QTest::newRow("no such file") << QStringLiteral("m @/no/such/file");
        QTest::newRow("standard input twice") << QStringLiteral("m - -");
        QTest::newRow("standard input twice, among others") << QStringLiteral("m - --bearer -");
        QTest::newRow("no UTF-8") << QStringLiteral("m @%B");
        QTest::newRow("a folder") << QStringLiteral("m @/");
        QTest::newRow("neither method nor body") << QString();
        QTest::newRow("method and body") << QStringLiteral("m --body {}");
        QTest::newRow("an id that is none") << QStringLiteral("m --id [1]");
        QTest::newRow("a member of the protocol") << QStringLiteral("m --member id=1");
        QTest::newRow("a member twice") << QStringLiteral("m --member a=1 --member a=2");
        QTest::newRow("a pin without TLS") << QStringLiteral("m --pin 00");
        QTest::newRow("a pin that is none") << QStringLiteral("m --pin 0011");
        QTest::newRow("a scheme for nobody") << QStringLiteral("m --basic");
        QTest::newRow("two schemes") << QStringLiteral("m --user a:b --basic --digest");
        QTest::newRow("arguments of no login") << QStringLiteral("m --login-arg 1");
        QTest::newRow("version 3") << QStringLiteral("m --version 3.0");
        QTest::newRow("an unknown limit") << QStringLiteral("m --limit rows=4");
        QTest::newRow("a limit of nothing") << QStringLiteral("m --limit body=");
        QTest::newRow("a limit too large") << QStringLiteral("m --limit body=99999999999G");
        QTest::newRow("subprotocol over HTTP") << QStringLiteral("m --subprotocol x");
    }
    void wrongUsage_sendsNothing()
    {
        QFETCH(QString, arguments);
        arguments.replace(QStringLiteral("%B"), file(QStringLiteral("bytes"), "\xff\xfe"));
        FakeServer server(echoesTrue());
        const Finished f = run(words(QStringLiteral("call --protocol json-rpc ") + QString::fromLatin1(server.url()) + u' ' + arguments), "7");
        QCOMPARE(f.status, 1);
        QVERIFY(!f.err.isEmpty());
        QVERIFY(server.requests().isEmpty());
    }

    void limits_boundAnswers_data()
    {
        QTest::addColumn<QString>("limit");
        QTest::addColumn<bool>("fits");
        QTest::newRow("body") << QStringLiteral("body=64") << false;
        QTest::newRow("body, large enough") << QStringLiteral("body=1K,depth=9") << true;
        QTest::newRow("depth") << QStringLiteral("depth=3") << false;
        QTest::newRow("items") << QStringLiteral("items=4") << false;
        QTest::newRow("head") << QStringLiteral("head=20") << false;
    }
    void limits_boundAnswers()
    {
        QFETCH(QString, limit);
        QFETCH(bool, fits);
        FakeServer server(FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[[[[1,2,3,4,5,6,7,8,9,10,11,12,13,14]]]],\"id\":1}"));
        const Finished f = run(words(QStringLiteral("call --protocol json-rpc ") + QString::fromLatin1(server.url()) + QStringLiteral(" m --limit ") + limit));
        QCOMPARE(f.status, fits ? 0 : 4);
    }

    void lenient_none_isStrict()
    {
        FakeServer server(FakeServer::body("{\"result\":5,\"id\":1}"));
        const QString call = QStringLiteral("call --protocol json-rpc ") + QString::fromLatin1(server.url()) + QStringLiteral(" m ");
        QCOMPARE(run(words(call)).out, QByteArray("5\n"));
        QCOMPARE(run(words(call + QStringLiteral("--lenient none"))).status, 4);
    }

    void subprotocol_isOffered()
    {
        FakeServer server(FakeServer::body("", "text/plain", "400 Bad Request"));
        const Finished f = run(words(QStringLiteral("call ws://127.0.0.1:%1/ m --subprotocol a --subprotocol b").arg(server.port())));
        QVERIFY(f.status != 0);
        QCOMPARE(support::fieldOf(server.requests().constFirst(), "Sec-WebSocket-Protocol").replace(" ", ""), QByteArray("a,b"));
    }

    // The one question that the user asked is the one that is sent, without params where there are none.
    void streams_areNotProbed()
    {
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        QByteArray received;
        connect(&server, &QTcpServer::newConnection, this, [&] {
            QTcpSocket *socket = server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, socket, [&received, socket] {
                received += socket->readAll();
                if (received.endsWith('\n')) {
                    socket->write("{\"jsonrpc\":\"2.0\",\"result\":7,\"id\":1}\n");
                    socket->disconnectFromHost(); // one message a connection
                }
            });
        });
        const Finished f = run(words(QStringLiteral("call tcp+newline://127.0.0.1:%1 m").arg(server.serverPort())));
        QVERIFY2(f.status == 0, f.err.constData());
        QCOMPARE(f.out, QByteArray("7\n"));
        QCOMPARE(received, QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}\n"));
    }

    void emptyParams_refused_areTold()
    {
        FakeServer server(FakeServer::body("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32602,\"message\":\"no\"},\"id\":1}"));
        const QString call = QStringLiteral("call --protocol json-rpc ") + QString::fromLatin1(server.url()) + QStringLiteral(" m ");
        const Finished f = run(words(call));
        QCOMPARE(f.status, 5);
        QVERIFY2(f.err.contains("--params none"), f.err.constData());
        QVERIFY(!run(words(call + QStringLiteral("1"))).err.contains("--params"));
        QVERIFY(!run(words(call + QStringLiteral("--params array"))).err.contains("--params"));
    }

    void raw_showsBytes_whenAutoFails()
    {
        FakeServer server(FakeServer::body("gone fishing", "text/plain", "415 No"));
        const Finished f = run(words(QStringLiteral("call --raw ") + QString::fromLatin1(server.url()) + QStringLiteral(" m")));
        QCOMPARE(f.status, 4);
        QCOMPARE(f.out.count("gone fishing"), 2);
        QCOMPARE(f.out.count(">>> request"), 2);
        QVERIFY2(f.err.contains("gone fishing"), f.err.constData());
    }

    // Lists, then closes at every question about a method: half of an answer is no success.
    void listJson_inPart_saysSo()
    {
        FakeServer server([](QTcpSocket &socket, const QByteArray &request) {
            if (request.contains("system.listMethods"))
                return FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[\"a\",\"system.methodHelp\"],\"id\":1}")(socket, request);
            socket.disconnectFromHost();
        });
        const QString url = QString::fromLatin1(server.url());
        const Finished f = run(words(QStringLiteral("list --json --protocol json-rpc ") + url));
        QVERIFY2(f.status == 7, f.err.constData());
        QCOMPARE(QJsonDocument::fromJson(f.out).array().size(), 2); // it stays an array
        QVERIFY2(f.err.contains("2 of 2 questions"), f.err.constData());
        QCOMPARE(run(words(QStringLiteral("list --protocol json-rpc ") + url)).status, 0); // all that was asked
    }

    void describe_withoutAList_needsAnAnswer()
    {
        FakeServer server(FakeServer::body("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"no\"},\"id\":null}"));
        const Finished f = run(words(QStringLiteral("describe --protocol json-rpc ") + QString::fromLatin1(server.url()) + QStringLiteral(" nope")));
        QCOMPARE(f.status, 5);
        QVERIFY(f.out.isEmpty());
        QVERIFY2(f.err.contains("nothing of a method \"nope\""), f.err.constData());
    }

    void describe_found_tellsNoFailedProbe()
    {
        FakeServer server([](QTcpSocket &socket, const QByteArray &request) {
            const auto xml = [&](const QByteArray &value) {
                FakeServer::body("<?xml version=\"1.0\"?><methodResponse><params><param><value>" + value + "</value></param></params></methodResponse>", "text/xml")(socket, request);
            };
            if (!request.contains("<?xml"))
                FakeServer::body("<html>no</html>", "text/html", "400 Bad Request")(socket, request);
            else if (request.contains("system.listMethods"))
                xml("<array><data><value>a</value><value>system.methodHelp</value></data></array>");
            else
                xml("Helps.");
        });
        const Finished f = run(words(QStringLiteral("describe ") + QString::fromLatin1(server.url()) + QStringLiteral(" a")));
        QCOMPARE(f.status, 0);
        QVERIFY(f.out.contains("Helps."));
        QCOMPARE(f.err, QByteArray("antiphon-cli: protocol: XML-RPC\n"));
    }

    void bench_tells_data()
    {
        QTest::addColumn<int>("concurrency");
        QTest::newRow("one") << 1;
        QTest::newRow("four") << 4;
    }
    void bench_tells()
    {
        QFETCH(int, concurrency);
        int calls = 0;
        FakeServer server([&calls](QTcpSocket &socket, const QByteArray &request) {
            const auto id = QJsonDocument::fromJson(bodyOf(request)).object().value(u"id").toInt();
            const bool fails = ++calls == 5;
            FakeServer::body((fails ? "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":7,\"message\":\"no\"},\"id\":" : "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":") + QByteArray::number(id) + "}")(socket, request);
        });
        const QStringList bench = words(QStringLiteral("bench --protocol json-rpc %1 m 1 -n 20 --warm-up 2 -c %2").arg(QString::fromLatin1(server.url())).arg(concurrency));
        Finished f = run(bench + QStringList(QStringLiteral("--json")));
        QVERIFY2(f.status == 7, f.err.constData()); // one of them failed
        QVERIFY(f.err.contains("error 7"));
        QCOMPARE(calls, 22);
        QCOMPARE(server.connections(), concurrency);
        const QJsonObject told = QJsonDocument::fromJson(f.out).object();
        QCOMPARE(told.value(u"calls").toInt(), 20);
        QCOMPARE(told.value(u"errors").toInt(), 1);
        QVERIFY(told.value(u"callsPerSecond").toDouble() > 0);
        const QJsonObject times = told.value(u"microseconds").toObject();
        double last = 0;
        for (const char *name : { "min", "p50", "p90", "p99", "max" }) {
            QVERIFY(times.value(QLatin1String(name)).toDouble() >= last);
            last = times.value(QLatin1String(name)).toDouble();
        }
        QVERIFY(times.value(u"mean").toDouble() > 0);
        f = run(bench);
        QCOMPARE(f.status, 0);
        QVERIFY2(f.out.startsWith("20 calls of m over JSON-RPC") && f.out.contains("\np99 "), f.out.constData());
    }

    void bench_ofNobody_failsAtOnce()
    {
        const Finished f = run(words(QStringLiteral("bench --protocol json-rpc http://127.0.0.1:1/ m -n 5")));
        QCOMPARE(f.status, 2);
        QVERIFY(f.out.isEmpty());
    }

    void bench_interrupted_tellsWhatThereIs()
    {
        int calls = 0;
        FakeServer server([&calls](QTcpSocket &socket, const QByteArray &request) {
            if (++calls <= 11) // the 12th is never answered
                FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":" + QByteArray::number(calls) + "}")(socket, request);
        });
        QProcess program;
        program.start(cli, words(QStringLiteral("bench --protocol json-rpc --json %1 m -n 100").arg(QString::fromLatin1(server.url()))));
        QTRY_COMPARE(calls, 12);
        ::kill(pid_t(program.processId()), SIGINT);
        QTRY_COMPARE(program.state(), QProcess::NotRunning);
        QCOMPARE(program.exitCode(), 0);
        QCOMPARE(QJsonDocument::fromJson(program.readAllStandardOutput()).object().value(u"calls").toInt(), 10);
    }
};

QTEST_GUILESS_MAIN(tst_Terminal)
#include "tst_terminal.moc"
