// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/program.h>

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTcpSocket>
#include <QTest>

using support::FakeServer;

namespace {

const QString cli = QStringLiteral(BIN_DIR "/antiphon-cli");

QByteArray bodyOf(const QByteArray &request) { return request.mid(request.indexOf("\r\n\r\n") + 4); }

} // namespace

/// What `antiphon-cli call` sends: arguments from files and standard input, the envelope as it is asked for.
class tst_Input : public QObject
{
    Q_OBJECT

    FakeServer m_server { FakeServer::body("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":true}") };
    QTemporaryDir m_dir;

    // Calls the server, which lives in this process, and gives what it got; `status` becomes that of the program.
    QByteArray sentBy(const QStringList &arguments, const QByteArray &input = {}, const QString &protocol = QStringLiteral("json-rpc"))
    {
        const qsizetype before = m_server.requests().size();
        QProcess process;
        process.start(cli, QStringList { QStringLiteral("call"), QString::fromLatin1(m_server.url()), QStringLiteral("--protocol"), protocol } + arguments);
        process.write(input);
        process.closeWriteChannel();
        if (!QTest::qWaitFor([&] { return process.state() == QProcess::NotRunning; }, 20000))
            process.kill();
        status = process.exitCode();
        errors = process.readAllStandardError();
        return m_server.requests().size() > before ? m_server.requests().constLast() : QByteArray();
    }
    QString file(const QByteArray &content)
    {
        QFile f(m_dir.filePath(QStringLiteral("f%1").arg(++m_files)));
        if (f.open(QIODevice::WriteOnly))
            f.write(content);
        return f.fileName();
    }
    int m_files = 0;
    int status = -1;
    QByteArray errors;

private Q_SLOTS:
    FATAL_MESSAGES

    void arguments_comeFromFilesAndStandardInput()
    {
        const QString method = QStringLiteral("m");
        QVERIFY(bodyOf(sentBy({ method, u'@' + file("[1,\n2.50]\n") })).contains("\"params\":[[1,2.50]]"));
        QVERIFY(bodyOf(sentBy({ method, u'@' + file("no JSON\r\n") })).contains("\"params\":[\"no JSON\"]"));
        QVERIFY(bodyOf(sentBy({ method, QStringLiteral("-") }, "{\"a\":1}\n")).contains("\"params\":[{\"a\":1}]"));
        QVERIFY(bodyOf(sentBy({ method, QStringLiteral("@@x"), QStringLiteral("@") })).contains("\"params\":[\"@x\",\"@\"]"));
        QVERIFY(bodyOf(sentBy({ method, QStringLiteral("--named"), QStringLiteral("a=@") + file("5") })).contains("\"params\":{\"a\":5}"));
        const QByteArray large = '"' + QByteArray(300'000, 'x') + '"'; // no system lets an argument be that long
        QVERIFY(bodyOf(sentBy({ method, QStringLiteral("-") }, large)).contains(large));
        QVERIFY(sentBy({ method, QStringLiteral("@/nowhere/at/all") }).isEmpty());
        QCOMPARE(status, 1);
        QVERIFY2(errors.contains("/nowhere/at/all cannot be read"), errors.constData());
    }

    // What is secret need not stand in the list of processes.
    void secrets_comeFromFiles()
    {
        const QByteArray request = sentBy({ QStringLiteral("m"), QStringLiteral("--bearer"), u'@' + file("t0ken\n"), QStringLiteral("--header"), u'@' + file("X-Key: s3cret\n") });
        QCOMPARE(support::fieldOf(request, "Authorization"), QByteArray("Bearer t0ken"));
        QCOMPARE(support::fieldOf(request, "X-Key"), QByteArray("s3cret"));
        QCOMPARE(support::fieldOf(sentBy({ QStringLiteral("m"), QStringLiteral("--user"), u'@' + file("me:pass:word\n") }), "Authorization"),
            "Basic " + QByteArray("me:pass:word").toBase64());
    }

    void body_isSentAsItIs()
    {
        const QByteArray body = "{\"jsonrpc\": \"2.0\", \"id\":1,\"method\":\"m\" }";
        QCOMPARE(bodyOf(sentBy({ QStringLiteral("--body"), QStringLiteral("-") }, body)), body);
        QCOMPARE(bodyOf(sentBy({ QStringLiteral("--body"), u'@' + file(body) })), body);
        QVERIFY(sentBy({}).isEmpty());
        QCOMPARE(status, 1);
        QVERIFY2(errors.contains("METHOD is needed, or --body"), errors.constData());
    }

    void envelope_isAsAskedFor_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QByteArray>("body");
        const auto row = [](const char *name, const QStringList &options, const QByteArray &body) { QTest::newRow(name) << options << body; };
        row("as ever", { QStringLiteral("5") }, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[5]}");
        row("member", { QStringLiteral("--member"), QStringLiteral("auth=\"t\""), QStringLiteral("--member"), QStringLiteral("n=[1]") },
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[],\"auth\":\"t\",\"n\":[1]}");
        row("1.0", { QStringLiteral("--version"), QStringLiteral("1.0"), QStringLiteral("5") }, "{\"id\":1,\"method\":\"m\",\"params\":[5]}");
        row("1.1", { QStringLiteral("--version"), QStringLiteral("1.1"), QStringLiteral("5") }, "{\"version\":\"1.1\",\"id\":1,\"method\":\"m\",\"params\":[5]}");
        row("id", { QStringLiteral("--id"), QStringLiteral("abc") }, "{\"jsonrpc\":\"2.0\",\"id\":\"abc\",\"method\":\"m\",\"params\":[]}");
        row("id null", { QStringLiteral("--id"), QStringLiteral("null") }, "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"m\",\"params\":[]}");
        row("no params", { QStringLiteral("--params"), QStringLiteral("none") }, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}");
        row("an object", { QStringLiteral("--params"), QStringLiteral("object") }, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":{}}");
        row("an array", { QStringLiteral("--params"), QStringLiteral("array") }, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"params\":[]}");
    }
    void envelope_isAsAskedFor()
    {
        QFETCH(QStringList, options);
        QFETCH(QByteArray, body);
        QCOMPARE(bodyOf(sentBy(QStringList { QStringLiteral("m") } + options)), body);
    }

    void namedArguments_areOneStructOverXmlRpc()
    {
        const QByteArray body = bodyOf(sentBy({ QStringLiteral("m"), QStringLiteral("--named"), QStringLiteral("a=1"), QStringLiteral("b=x") }, {}, QStringLiteral("xml-rpc")));
        QVERIFY2(body.contains("<params><param><value><struct><member><name>a</name><value><int>1</int></value></member><member><name>b</name>"), body.constData());
        QCOMPARE(body.count("<param>"), 1);
    }

    // A stream has one protocol: nothing is asked that the user did not ask.
    void streams_areNotProbed()
    {
        QTcpServer listener;
        QVERIFY(listener.listen(QHostAddress::LocalHost));
        QProcess process;
        process.start(cli, { QStringLiteral("call"), QStringLiteral("tcp+newline://127.0.0.1:%1").arg(listener.serverPort()), QStringLiteral("m") });
        QTRY_VERIFY_WITH_TIMEOUT(listener.hasPendingConnections(), 15000);
        QTcpSocket *socket = listener.nextPendingConnection();
        QByteArray got;
        QTRY_VERIFY_WITH_TIMEOUT((got += socket->readAll()).endsWith('\n'), 15000);
        QCOMPARE(got, QByteArray("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\"}\n"));
        socket->write("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":7}\n");
        QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, 15000);
        QCOMPARE(process.exitCode(), 0);
        QCOMPARE(process.readAllStandardOutput(), QByteArray("7\n"));
    }
};

QTEST_GUILESS_MAIN(tst_Input)
#include "tst_input.moc"
