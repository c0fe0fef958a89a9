// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <tests/support/fatalmessages.h>
#include <tests/support/program.h>
#include <tests/support/rawwebsocketserver.h>

#include <QElapsedTimer>
#include <QProcess>
#include <QTemporaryDir>

using support::Finished;

namespace {

const QString cli = QStringLiteral(BIN_DIR "/antiphon-cli");

Finished call(const QString &protocol, const QString &url, const QStringList &rest)
{
    return support::run(cli, QStringList { "call", "--protocol", protocol, url } + rest);
}

// As an external plugin of ikiwiki: before it answers, it calls.
const QByteArray plugin = R"(
import re, sys, xmlrpc.client
def put(text): sys.stdout.write(text); sys.stdout.flush()
buffer = ''
def get():
    global buffer
    while True:
        m = re.search(r'</method(Call|Response)>', buffer)
        if m:
            text, buffer = buffer[:m.end()].lstrip(), buffer[m.end():]
            return text
        line = sys.stdin.readline()
        if not line: sys.exit(0)
        buffer += line
while True:
    params, method = xmlrpc.client.loads(get())
    if method == 'import':
        for name in ('hook', 'getvar'):
            put(xmlrpc.client.dumps(('id', 'far'), name))
            try: xmlrpc.client.loads(get())
            except xmlrpc.client.Fault: pass
        put(xmlrpc.client.dumps((1,), methodresponse=True))
    else:
        put(xmlrpc.client.dumps((repr(params),), methodresponse=True))
)";

} // namespace

/// The terminal before programs and servers that speak as they like.
class tst_CliStreams : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    QString python(const char *name, const QByteArray &script)
    {
        QFile file(m_folder.filePath(name));
        if (file.open(QIODevice::WriteOnly))
            file.write(script);
        return "python3 -u " + file.fileName();
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void echoes_areTold_andNotAnswered()
    {
        const Finished f = call("json-rpc", "exec:cat", { "x", "5", "--timeout", "0.5" });
        QCOMPARE(f.status, 3);
        QVERIFY2(f.err.contains("sent back the call of x. (50 B): {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"x\",\"params\":[5]}"), f.err.constData());
        QVERIFY2(!f.err.contains("-32601") && f.err.contains("what was sent came back"), f.err.constData());
    }

    void silence_namesTheFraming()
    {
        const QString silent = python("silent.py", "import sys\nfor l in sys.stdin: pass\n");
        const Finished lines = call("json-rpc", "exec:" + silent, { "x", "--timeout", "0.5" });
        QCOMPARE(lines.status, 3);
        QVERIFY2(lines.err.contains("nothing came back") && lines.err.contains("exec+lsp:"), lines.err.constData());
        const Finished counted = call("json-rpc", "exec+lsp:" + silent, { "x", "--timeout", "0.5" });
        QVERIFY2(counted.err.contains("exec+newline:"), counted.err.constData());
    }

    void banners_areShown_andSkipped()
    {
        const QString chatty = python("chatty.py", "import sys, json\nprint('Welcome to x 1.0\\n{\"event\":\"ready\"}')\nfor l in sys.stdin:\n print('> ' + json.dumps({'jsonrpc': '2.0', 'id': json.loads(l)['id'], 'result': 7}))\n");
        const Finished f = call("json-rpc", "exec:" + chatty, { "x" });
        QCOMPARE(f.out, QByteArray("7\n"));
        QVERIFY2(f.err.contains("(16 B): Welcome to x 1.0") && f.err.contains("(17 B): {\"event\":\"ready\"}"), f.err.constData());
        QVERIFY(!f.err.contains("A message came"));
    }

    void timeouts_showTheBytes()
    {
        const QString prompt = python("prompt.py", "import sys\nprint('login: ', end='')\nfor l in sys.stdin: pass\n");
        const Finished f = call("json-rpc", "exec:" + prompt, { "x", "--timeout", "0.7", "--raw" });
        QCOMPARE(f.status, 3);
        QVERIFY2(f.err.contains("7 B came that are no answer: \"login:\""), f.err.constData());
        QVERIFY2(f.out.contains("<<< response\nlogin: "), f.out.constData());
    }

    void xmlRpc_isCalled_bothWays()
    {
        const QString script = python("plugin.py", plugin);
        const Finished f = call("xml-rpc", "exec:" + script, { "import" });
        QVERIFY2(f.out == "1\n", (f.out + f.err).constData());
        QVERIFY2(f.err.contains("called by the other end: hook [\"id\",\"far\"]") && f.err.contains("called by the other end: getvar"), f.err.constData());
        QCOMPARE(call("xml-rpc", "exec:" + script, { "pre", "\"a\\nb <&>\"" }).out, QByteArray("\"('a\\\\nb <&>',)\"\n"));
    }

    void serve_answersBothProtocols_onStandardInput()
    {
        QProcess host;
        host.start(cli, { "serve", SOURCE_DIR "/examples/calculator.js", "--listen", "stdio:" });
        host.write("<?xml version='1.0'?>\n<methodCall>\n<methodName>math.add</methodName>\n<params>\n<param>\n<value><int>2</int></value>\n</param>\n<param>\n<value><int>3</int></value>\n</param>\n</params>\n</methodCall>\n");
        host.write("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"math.add\",\"params\":[4,5]}\n");
        host.closeWriteChannel();
        QVERIFY(host.waitForFinished());
        const QByteArray out = host.readAllStandardOutput();
        QVERIFY2(out.contains("<int>5</int>") && out.contains("\"result\":9"), out.constData());
        QCOMPARE(host.exitCode(), 0);
    }

    void webSockets_areLeft_byClose()
    {
        support::RawWebSocketServer server("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":5}");
        QProcess process;
        process.start(cli, { "call", "--protocol", "json-rpc", server.url().toString(), "m" });
        QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, 10'000);
        QCOMPARE(process.readAllStandardOutput(), QByteArray("5\n"));
        QTRY_VERIFY(server.isOver);
        QCOMPARE(server.closeCode, 1000);
    }
};

QTEST_GUILESS_MAIN(tst_CliStreams)
#include "tst_clistreams.moc"
