// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <app/gui/application.h>
#include <app/gui/mainwindow.h>
#include <rpccore/value/value.h>
#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/program.h>
#include <widgets/codeedit/codeeditor.h>
#include <widgets/valuetree/valuetreemodel.h>
#include <widgets/wireview/wireview.h>

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeView>

using namespace antiphon;

namespace {

// The window as a person has it: everything goes through its widgets.
struct Window {
    QTemporaryDir dir;
    std::unique_ptr<Application> app;

    Window() { open(); }
    void open()
    {
        app = std::make_unique<Application>(dir.filePath(QStringLiteral("settings.ini")), dir.filePath(QStringLiteral("drafts.json")));
        app->window().show();
    }
    template<class T> T *find(const char *name) { return app->window().findChild<T *>(QString::fromUtf8(name)); }

    void type(QLineEdit *edit, const QString &text)
    {
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, text);
    }
    bool connectTo(const QString &address)
    {
        QLineEdit *edit = find<QLineEdit>("address");
        type(edit, address);
        QTest::keyClick(edit, Qt::Key_Return);
        return waitWhile(ConnectionController::State::Connecting);
    }
    bool waitWhile(ConnectionController::State state)
    {
        return QTest::qWaitFor([&] { return app->connection().state() != state; }, 15000);
    }
    void choose(const QString &method)
    {
        type(find<QLineEdit>("filter"), method);
        QTest::keyClick(find<QLineEdit>("filter"), Qt::Key_Return);
    }
    bool press(const char *button)
    {
        bool came = false;
        const auto watch = QObject::connect(&app->call(), &CallController::outcomeChanged, &app->call(), [&] { came = true; });
        QTest::mouseClick(find<QToolButton>(button), Qt::LeftButton);
        const bool ok = QTest::qWaitFor([&] { return came; }, 15000);
        QObject::disconnect(watch);
        return ok;
    }
    QString outcome() { return find<QLabel>("outcome")->text(); }
    QString treeValue()
    {
        auto *model = find<QTreeView>("tree")->model();
        return model->index(0, ValueTreeModel::ValueColumn).data().toString();
    }
};

} // namespace

class tst_Journey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    // Connect, filter, select, fill, call, see the value and the bytes: against CPython's server.
    void journey_againstPython()
    {
        const QString script = support::realProgram(QStringLiteral("python-xmlrpc"));
        if (script.isEmpty())
            QSKIP("python3 is not installed");
        support::Program python;
        const quint16 port = support::freePort();
        QVERIFY(python.startServer(script, { QString::number(port) }, port));

        Window w;
        QVERIFY(w.connectTo(QStringLiteral("127.0.0.1:%1/RPC2").arg(port)));
        QCOMPARE(w.app->connection().state(), ConnectionController::State::Connected);
        QVERIFY(w.find<QLabel>("status")->text().startsWith(u"XML-RPC"));
        auto *tree = w.find<QTreeView>("methods");
        const int all = tree->model()->rowCount();
        w.choose(QStringLiteral("add"));
        QVERIFY(tree->model()->rowCount() < all);
        QCOMPARE(w.find<QLineEdit>("method")->text(), QStringLiteral("add"));
        QVERIFY(w.find<QLabel>("help")->text().contains(u"Add two numbers."));
        // Python tells no signatures: the rows are added by hand.
        w.find<QPushButton>("addParam")->click();
        w.type(w.find<QLineEdit>("param0"), QStringLiteral("2"));
        w.find<QPushButton>("addParam")->click();
        w.type(w.find<QLineEdit>("param1"), QStringLiteral("3"));
        QCOMPARE(w.find<CodeEditor>("raw")->text(), QStringLiteral("[\n  2,\n  3\n]"));
        QVERIFY(w.press("call.send"));
        QCOMPARE(w.outcome(), QStringLiteral("Result"));
        QCOMPARE(w.treeValue(), QStringLiteral("5"));
        QVERIFY(w.find<WireView>("request")->bytes().endsWith(
            "<methodCall><methodName>add</methodName><params><param><value><int>2</int></value></param><param><value><int>3</int></value></param></params></methodCall>\n"));
        QVERIFY(w.find<WireView>("response")->bytes().contains("<value><int>5</int></value>"));
        QVERIFY(w.find<QLabel>("facts")->text().contains(u"200"));
        // A fault: shown as such, with its text, and with the bytes.
        w.choose(QStringLiteral("fault"));
        QVERIFY(w.press("call.send"));
        QCOMPARE(w.outcome(), QStringLiteral("Error -32000"));
        QVERIFY(w.find<QLabel>("detail")->text().contains(u"custom"));
        QVERIFY(w.find<WireView>("response")->bytes().contains("faultCode"));
    }

    void journey_hostAndCall_inOneWindow()
    {
        Window w;
        w.type(w.find<QLineEdit>("script"), QStringLiteral(SOURCE_DIR "/examples/calculator.js"));
        QTest::keyClick(w.find<QLineEdit>("script"), Qt::Key_Return);
        QTest::mouseClick(w.find<QToolButton>("host.toggle"), Qt::LeftButton);
        QVERIFY(QTest::qWaitFor([&] { return w.app->host().state() == HostController::State::Running; }, 10000));
        QVERIFY(w.find<QLabel>("hostMessage")->text().contains(w.app->host().url().toString()));
        QTest::mouseClick(w.find<QPushButton>("callHost"), Qt::LeftButton);
        QVERIFY(w.waitWhile(ConnectionController::State::Connecting));
        QCOMPARE(w.app->connection().state(), ConnectionController::State::Connected);
        w.choose(QStringLiteral("math.add"));
        QCOMPARE(w.find<QLabel>("signature")->text(), QStringLiteral("math.add(int, int) → int"));
        // Not complete: cannot be sent, and says why.
        w.type(w.find<QLineEdit>("param0"), QStringLiteral("2x"));
        QVERIFY(!w.find<QToolButton>("call.send")->isEnabled());
        QVERIFY(!w.find<QLabel>("reason")->text().isEmpty());
        w.type(w.find<QLineEdit>("param0"), QStringLiteral("2"));
        w.type(w.find<QLineEdit>("param1"), QStringLiteral("3"));
        QVERIFY(w.press("call.send"));
        QCOMPARE(w.treeValue(), QStringLiteral("5"));
        auto *log = w.find<QTableView>("log");
        const int last = log->model()->rowCount() - 1;
        QCOMPARE(log->model()->index(last, 1).data().toString(), QStringLiteral("math.add"));
        log->selectRow(last);
        QVERIFY(w.find<WireView>("hostRequest")->bytes().endsWith("\"method\":\"math.add\",\"params\":[2,3]}"));
        QCOMPARE(w.find<WireView>("hostRequest")->bytes(), w.find<WireView>("request")->bytes());
        QVERIFY(w.find<WireView>("hostResponse")->bytes().contains("\"result\":5"));
        QVERIFY(w.press("call.notify"));
        QCOMPARE(w.outcome(), QStringLiteral("Notified"));
        QTest::mouseClick(w.find<QToolButton>("host.toggle"), Qt::LeftButton);
        QCOMPARE(w.app->host().state(), HostController::State::Stopped);
        // Now nobody answers. The first call may still go out on the old connection, whose end nobody has noticed yet.
        QVERIFY(w.press("call.send"));
        QCOMPARE(w.outcome(), QStringLiteral("No answer"));
        QVERIFY(w.press("call.send"));
        QCOMPARE(w.outcome(), QStringLiteral("No answer"));
        QVERIFY(w.find<QLabel>("detail")->text().contains(u"refused"));
    }

    void whatWasTyped_isThereAfterARestart()
    {
        support::FakeServer server(support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[\"m\"],\"id\":1}"));
        Window w;
        const QString address = QString::fromLatin1(server.url());
        QVERIFY(w.connectTo(address));
        w.choose(QStringLiteral("m"));
        w.find<QTabWidget>("paramTabs")->setCurrentIndex(1);
        w.app->call().setParamsText(QStringLiteral("[1, 2"));
        const QSize size(780, 700); // fits the offscreen platform's screen
        w.app->window().resize(size);
        w.find<QSplitter>("mainSplitter")->setSizes({ 200, 580 });
        const QList<int> widths = w.find<QSplitter>("mainSplitter")->sizes();
        w.app->window().close();
        w.app.reset();
        w.open();
        QCOMPARE(w.app->window().size(), size);
        QCOMPARE(w.find<QSplitter>("mainSplitter")->sizes(), widths);
        QCOMPARE(w.find<QLineEdit>("address")->text(), address);
        const qsizetype asked = server.requests().size();
        QTest::qWait(50); // time in which nothing may be sent
        QCOMPARE(server.requests().size(), asked);
        QVERIFY(w.connectTo(address));
        w.choose(QStringLiteral("m"));
        QCOMPARE(w.find<CodeEditor>("raw")->text(), QStringLiteral("[1, 2"));
    }

    void serverWithoutIntrospection_canBeCalledByName()
    {
        support::FakeServer server;
        server.setAnswer([](QTcpSocket &socket, const QByteArray &request) {
            const bool list = request.contains("system.listMethods");
            support::FakeServer::body(list ? "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32601,\"message\":\"nope\"},\"id\":1}"
                                           : "{\"jsonrpc\":\"2.0\",\"result\":\"hello\",\"id\":1}")(socket, request);
        });
        Window w;
        QVERIFY(w.connectTo(QString::fromLatin1(server.url())));
        QVERIFY(w.find<QLabel>("methodsHint")->text().contains(u"-32601"));
        w.type(w.find<QLineEdit>("method"), QStringLiteral("secret.method"));
        QTest::keyClick(w.find<QLineEdit>("method"), Qt::Key_Return);
        QVERIFY(w.press("call.send"));
        QCOMPARE(w.treeValue(), QStringLiteral("\"hello\""));
    }

    void htmlInsteadOfAnAnswer_isShownWithItsBytes()
    {
        support::FakeServer server(support::FakeServer::body("<html>not here</html>", "text/html", "404 Not Found"));
        Window w;
        QVERIFY(w.connectTo(QString::fromLatin1(server.url())));
        QCOMPARE(w.app->connection().state(), ConnectionController::State::Failed);
        QCOMPARE(w.outcome(), QStringLiteral("No valid answer"));
        QVERIFY(w.find<QLabel>("detail")->text().contains(u"404"));
        QVERIFY(w.find<WireView>("response")->bytes().endsWith("<html>not here</html>"));
    }

    void runningCall_canBeCancelled()
    {
        support::FakeServer server;
        server.setAnswer([](QTcpSocket &socket, const QByteArray &request) {
            if (request.contains("system.listMethods"))
                support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[\"m\"],\"id\":1}")(socket, request);
        });
        Window w;
        QVERIFY(w.connectTo(QString::fromLatin1(server.url())));
        w.choose(QStringLiteral("m"));
        QTest::mouseClick(w.find<QToolButton>("call.send"), Qt::LeftButton);
        QVERIFY(w.app->call().isRunning());
        QVERIFY(!w.find<QToolButton>("call.send")->isEnabled());
        QTest::mouseClick(w.find<QToolButton>("call.cancel"), Qt::LeftButton);
        QVERIFY(!w.app->call().isRunning());
        QCOMPARE(w.outcome(), QStringLiteral("Cancelled"));
    }

    // What is shown as the server is what calls go to.
    void cancelledOrWrongAddress_changesNothing()
    {
        support::FakeServer good(support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[\"m\"],\"id\":1}"));
        support::FakeServer silent([](QTcpSocket &, const QByteArray &) { });
        Window w;
        const QString address = QString::fromLatin1(good.url());
        QVERIFY(w.connectTo(address));
        w.choose(QStringLiteral("m"));
        w.type(w.find<QLineEdit>("address"), QString::fromLatin1(silent.url()));
        QTest::keyClick(w.find<QLineEdit>("address"), Qt::Key_Return);
        QVERIFY(!w.find<QToolButton>("call.send")->isEnabled()); // neither here nor there
        QTest::mouseClick(w.find<QPushButton>("connect"), Qt::LeftButton);
        QCOMPARE(w.app->connection().state(), ConnectionController::State::Connected);
        QCOMPARE(w.find<QLineEdit>("address")->text(), address);
        QCOMPARE(w.app->connection().url().toString(), address);
        QVERIFY(w.connectTo(QStringLiteral("ftp://x/")));
        QCOMPARE(w.app->connection().state(), ConnectionController::State::Connected);
        QCOMPARE(w.app->connection().url().toString(), address);
        // Another address while one is being asked: the field says which.
        w.type(w.find<QLineEdit>("address"), QString::fromLatin1(silent.url("/one")));
        QTest::keyClick(w.find<QLineEdit>("address"), Qt::Key_Return);
        w.type(w.find<QLineEdit>("address"), QString::fromLatin1(silent.url("/two")));
        QTest::keyClick(w.find<QLineEdit>("address"), Qt::Key_Return);
        QCOMPARE(w.app->connection().state(), ConnectionController::State::Connecting);
        QVERIFY(w.find<QLineEdit>("address")->text().endsWith(u"/two"));
    }

    void credentials_stayWithTheirServer()
    {
        const auto answer = support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[],\"id\":1}");
        support::FakeServer first(answer);
        support::FakeServer second(answer);
        Window w;
        QVERIFY(w.connectTo(QStringLiteral("http://me:topsecret@127.0.0.1:%1/rpc").arg(first.port())));
        QVERIFY(w.connectTo(QString::fromLatin1(second.url())));
        QVERIFY(support::fieldOf(second.requests().constFirst(), "Authorization").isEmpty());
        QVERIFY(w.connectTo(QString::fromLatin1(first.url())));
        QVERIFY(!support::fieldOf(first.requests().constLast(), "Authorization").isEmpty());
    }

    void typedMethod_isTheOneThatIsCalled()
    {
        support::FakeServer server(support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[\"a.safe\",\"b\"],\"id\":1}"));
        Window w;
        QVERIFY(w.connectTo(QString::fromLatin1(server.url())));
        w.choose(QStringLiteral("a.safe"));
        w.type(w.find<QLineEdit>("method"), QStringLiteral("other"));
        QVERIFY(w.press("call.send"));
        QVERIFY(server.requests().constLast().contains("\"method\":\"other\""));
        // And a filter that hides a method does not choose another.
        w.choose(QStringLiteral("a.safe"));
        w.type(w.find<QLineEdit>("filter"), QStringLiteral("b"));
        QCOMPARE(w.app->call().method(), QStringLiteral("a.safe"));
        w.find<QLineEdit>("filter")->clear();
        QCOMPARE(w.find<QTreeView>("methods")->currentIndex().data().toString(), QStringLiteral("safe"));
    }

    void undo_staysWithinItsMethod_andTabLeavesTheEditor()
    {
        support::FakeServer server(support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[\"a\",\"b\"],\"id\":1}"));
        Window w;
        QVERIFY(w.connectTo(QString::fromLatin1(server.url())));
        w.choose(QStringLiteral("a"));
        w.find<QTabWidget>("paramTabs")->setCurrentIndex(1);
        auto *editor = w.find<CodeEditor>("raw");
        w.app->call().setParamsText(QStringLiteral("[7, 5]"));
        w.choose(QStringLiteral("b"));
        QWidget *inner = editor->focusProxy();
        inner->setFocus();
        QTest::keyClick(inner, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(w.app->call().paramsText(), QStringLiteral("[]"));
        QTest::keyClick(inner, Qt::Key_Tab);
        QVERIFY(!inner->hasFocus());
        QCOMPARE(w.app->call().paramsText(), QStringLiteral("[]"));
    }

    void failedStart_armsNothing()
    {
        support::FakeServer server(support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[],\"id\":1}"));
        Window w;
        const QString file = w.dir.filePath(QStringLiteral("broken.js"));
        {
            QFile script(file);
            QVERIFY(script.open(QIODevice::WriteOnly));
            script.write("let = ;");
        }
        w.app->hostAndConnect(file);
        QVERIFY(QTest::qWaitFor([&] { return w.app->host().state() == HostController::State::Failed; }, 10000));
        QVERIFY(w.connectTo(QString::fromLatin1(server.url())));
        w.app->host().setScript(QStringLiteral(SOURCE_DIR "/examples/calculator.js"));
        w.app->host().start();
        QVERIFY(QTest::qWaitFor([&] { return w.app->host().state() == HostController::State::Running; }, 10000));
        QCOMPARE(w.app->connection().url().toString(), QString::fromLatin1(server.url()));
    }

    void brokenScript_saysWhere()
    {
        Window w;
        const QString file = w.dir.filePath(QStringLiteral("broken.js"));
        {
            QFile script(file);
            QVERIFY(script.open(QIODevice::WriteOnly));
            script.write("rpc.method('a', () => 1);\nlet = ;\n");
        }
        w.app->host().setScript(file);
        w.app->host().start();
        QVERIFY(QTest::qWaitFor([&] { return w.app->host().state() == HostController::State::Failed; }, 10000));
        QVERIFY2(w.find<QLabel>("hostMessage")->text().contains(u"broken.js:2:5"), qPrintable(w.find<QLabel>("hostMessage")->text()));
    }

    void credentials_areNeitherShownNorStored()
    {
        support::FakeServer server(support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[],\"id\":1}"));
        Window w;
        QVERIFY(w.connectTo(QStringLiteral("http://ada:s3cret@127.0.0.1:%1/rpc").arg(server.port())));
        QCOMPARE(support::fieldOf(server.requests().constFirst(), "Authorization"), "Basic " + QByteArray("ada:s3cret").toBase64());
        QVERIFY(!w.find<QLineEdit>("address")->text().contains(u"s3cret"));
        w.app->window().close();
        w.app.reset();
        for (const char *name : { "settings.ini", "drafts.json" }) {
            QFile file(w.dir.filePath(QString::fromUtf8(name)));
            if (file.open(QIODevice::ReadOnly))
                QVERIFY(!file.readAll().contains("s3cret"));
        }
    }
};

QTEST_MAIN(tst_Journey)
#include "tst_journey.moc"
