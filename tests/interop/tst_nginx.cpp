// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "realprograms.h"

#include <rpccore/duplex/websockettransport.h>
#include <tests/duplex/duplexing.h>

#include <csignal>

using namespace rpc;
using namespace realprograms;
using namespace testcalls;
using duplexing::Caller;

/// The configuration of docs/deploying.md, with two processes behind it.
class tst_Nginx : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    Program m_nginx;
    Program m_processes[2];
    quint16 m_ports[2] = {};
    quint16 m_port = 0;

    QString written(const QString &name, const QByteArray &text) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    bool startProcess(int i)
    {
        const QString url = m_processes[i].startAndWaitFor(text(BIN_DIR "/antiphon-cli"),
            { "serve", "--listen", QStringLiteral("127.0.0.1:%1").arg(m_ports[i]), "--host", "api.example", "--drain", "20",
                written(text("api.js"), "/**\n * @param {number} a\n * @param {number} b\n */\nrpc.method(\"add\", (a, b) => a + b);\n") },
            text("listening on "));
        return !url.isEmpty();
    }

    std::unique_ptr<Client> client() const
    {
        HttpTarget target;
        target.url = QUrl(QStringLiteral("http://127.0.0.1:%1/rpc").arg(m_port));
        target.headers = { { "Host", "api.example" } };
        target.connections = 8;
        return std::make_unique<Client>(std::make_unique<HttpTransport>(target), std::make_shared<JsonRpcCodec>());
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void initTestCase()
    {
        const QString nginx = QStandardPaths::findExecutable("nginx", { "/usr/sbin", "/usr/bin" });
        if (nginx.isEmpty())
            QSKIP("nginx is not installed");
        const quint16 first = freePorts(3);
        QVERIFY(first);
        m_port = first;
        m_ports[0] = quint16(first + 1);
        m_ports[1] = quint16(first + 2);
        QVERIFY(startProcess(0) && startProcess(1));
        QFile page(SOURCE_DIR "/docs/deploying.md");
        QVERIFY(page.open(QIODevice::ReadOnly));
        QByteArray config = page.readAll();
        config = config.mid(config.indexOf("```nginx\n") + 9);
        config.truncate(config.indexOf("```"));
        QVERIFY(config.contains("listen 80;") && config.contains("127.0.0.1:8081") && config.contains("127.0.0.1:8082"));
        config.replace("listen 80;", "listen 127.0.0.1:" + QByteArray::number(m_port) + ';');
        config.replace("127.0.0.1:8081", "127.0.0.1:" + QByteArray::number(m_ports[0]));
        config.replace("127.0.0.1:8082", "127.0.0.1:" + QByteArray::number(m_ports[1]));
        const QByteArray folder = m_folder.path().toUtf8();
        QByteArray temporary;
        for (const char *kind : { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" })
            temporary += QByteArray(kind) + "_temp_path " + folder + '/' + kind + ";\n";
        const QString file = written(text("nginx.conf"),
            "daemon off;\nmaster_process off;\npid " + folder + "/nginx.pid;\nerror_log " + folder + "/error.log;\nevents {}\nhttp {\naccess_log off;\n" + temporary + config + "}\n");
        QVERIFY(m_nginx.startServer(nginx, { "-c", file, "-p", m_folder.path() }, m_port));
    }

    void calls_arriveOverHttpAndWebSocket()
    {
        const auto http = client();
        QCOMPARE(shown(wait(http->call("add", Array { 2, 3 }))), text("5"));
        WebSocketTarget target;
        target.url = QUrl(QStringLiteral("ws://127.0.0.1:%1/rpc").arg(m_port));
        Caller socket(std::make_unique<WebSocketTransport>(target));
        QCOMPARE(shown(wait(socket.client.call("add", Array { 2, 3 }))), text("5"));
        const QString large(500'000, u'x');
        QCOMPARE(shown(wait(socket.client.call("add", Array { large, QString("y") }))).left(7), text("!-32602"));
    }

    void oneProcessStops_underLoad_andNoCallFails()
    {
        const auto http = client();
        int done = 0;
        int under = 0;
        QStringList failures;
        QObject context;
        const int wanted = 3000;
        int begun = 0;
        std::function<void()> next = [&] {
            while (under < 8 && begun < wanted) {
                const int n = ++begun;
                ++under;
                http->call("add", Array { n, 1 }).onFinished(&context, [&, n](const Reply &reply) {
                    --under;
                    ++done;
                    if (shown(reply) != QString::number(n + 1))
                        failures.append(QStringLiteral("%1: %2").arg(n).arg(shown(reply)));
                    next();
                });
            }
        };
        next();
        QTRY_VERIFY_WITH_TIMEOUT(done > 500, 30000);
        // Stopped in order, in the midst of it; later another one, once the first is back.
        for (int i = 0; i < 2; ++i) {
            ::kill(pid_t(m_processes[i].process().processId()), SIGTERM);
            QTRY_COMPARE_WITH_TIMEOUT(m_processes[i].process().state(), QProcess::NotRunning, 25000);
            QCOMPARE(m_processes[i].process().exitCode(), 0);
            QVERIFY(startProcess(i));
            const int before = done;
            QTRY_VERIFY_WITH_TIMEOUT(done > before + 200 || done == wanted, 30000);
        }
        QTRY_COMPARE_WITH_TIMEOUT(done, wanted, 60000);
        QFile log(m_folder.filePath("error.log"));
        QVERIFY(log.open(QIODevice::ReadOnly));
        QVERIFY2(failures.isEmpty(), qPrintable(failures.mid(0, 5).join('\n') + '\n' + log.readAll().left(3000)));
    }

    void cleanupTestCase()
    {
        for (Program &p : m_processes)
            p.process().terminate();
        for (Program &p : m_processes)
            QTRY_COMPARE(p.process().state(), QProcess::NotRunning);
    }
};

QTEST_GUILESS_MAIN(tst_Nginx)
#include "tst_nginx.moc"
