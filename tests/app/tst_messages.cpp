// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <app/gui/application.h>
#include <app/gui/mainwindow.h>
#include <tests/support/fakeserver.h>
#include <tests/support/fatalmessages.h>
#include <tests/support/memorytells.h>
#include <widgets/trafficlog/logview.h>
#include <widgets/valuetree/valuetreemodel.h>
#include <widgets/wireview/wireview.h>

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QDockWidget>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSettings>
#include <QTabWidget>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QToolButton>
#include <QTreeView>
#include <QWebSocket>
#include <QWebSocketServer>

using namespace antiphon;
using Kind = PeerMessage::Kind;

namespace {

// Takes lines of JSON over TCP, answers calls with their own id, and says whatever a test wants.
class Peer : public QObject
{
public:
    Peer()
    {
        m_server.listen(QHostAddress::LocalHost);
        connect(&m_server, &QTcpServer::newConnection, this, [this] {
            socket = m_server.nextPendingConnection();
            connect(socket, &QTcpSocket::readyRead, this, [this] {
                while (socket->canReadLine()) {
                    const QByteArray line = socket->readLine();
                    if (line.contains("\"slow\""))
                        slow = idIn(line);
                    else if (line.contains("\"method\""))
                        say("{\"jsonrpc\":\"2.0\",\"result\":[\"m\"],\"id\":" + idIn(line) + "}");
                    else
                        answers.append(line);
                }
            });
        });
    }
    QString url() const { return QStringLiteral("tcp+newline://127.0.0.1:%1").arg(m_server.serverPort()); }
    void say(const QByteArray &text) { socket->write(text + '\n'); }

    QPointer<QTcpSocket> socket;
    QByteArrayList answers;
    QByteArray slow; // the id of a call that waits

private:
    static QByteArray idIn(const QByteArray &line)
    {
        return QByteArray::number(QJsonDocument::fromJson(line).object().value(u"id").toInt());
    }
    QTcpServer m_server;
};

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
    bool connectTo(const QString &address)
    {
        app->window().connectTo(address);
        return QTest::qWaitFor([&] { return app->connection().state() != ConnectionController::State::Connecting; }, 15000)
            && app->connection().state() == ConnectionController::State::Connected;
    }
    MessageModel &log() { return app->messages().log(); }
    QList<Kind> kinds()
    {
        QList<Kind> all;
        for (int row = 0; row < log().rowCount(); ++row)
            all.append(log().entry(row).kind);
        return all;
    }
    bool waitForRows(int count)
    {
        return QTest::qWaitFor([&] { return log().rowCount() >= count; }, 10000);
    }
    QString cell(int row, MessageModel::Column column) { return log().index(row, column).data().toString(); }
    QDockWidget *dock() { return find<QDockWidget>("messagesDock"); }
};

PeerMessage notification(const QByteArray &body)
{
    PeerMessage message;
    message.message.body = body;
    return message;
}

// Bytes of this process in memory.
qint64 residentBytes()
{
    QFile file(QStringLiteral("/proc/self/statm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toLongLong() * 4096 : 0;
}

} // namespace

class tst_Messages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void whatTheOtherEndSays_isListed_withItsBytes()
    {
        Peer peer;
        Window w;
        const QAbstractItemModelTester tester(&w.log());
        QVERIFY(w.connectTo(peer.url()));
        const QByteArray notified("{\"jsonrpc\": \"2.0\", \"method\": \"tick\",  \"params\": [1.50, \"\xc3\xa4\"]}");
        const QByteArray called("{\"jsonrpc\":\"2.0\",\"method\":\"ask\",\"params\":{\"a\":9007199254740993},\"id\":\"q\"}");
        peer.say(notified);
        peer.say(called);
        peer.say("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":4711}");
        peer.say("hello \xff");
        peer.socket->flush();
        QVERIFY(w.waitForRows(5));
        QCOMPARE(w.kinds(), (QList<Kind> { Kind::Opened, Kind::Notification, Kind::Call, Kind::UnknownAnswer, Kind::Unreadable }));
        QVERIFY(w.cell(0, MessageModel::ExcerptColumn).contains(QString::number(peer.socket->localPort())));
        QCOMPARE(w.cell(1, MessageModel::MethodColumn), QStringLiteral("tick"));
        QCOMPARE(w.cell(1, MessageModel::ExcerptColumn), QStringLiteral("[1.50,\"\u00e4\"]"));
        QCOMPARE(w.cell(1, MessageModel::AnswerColumn), QString());
        QCOMPARE(w.cell(2, MessageModel::ExcerptColumn), QStringLiteral("{\"a\":9007199254740993}"));
        QVERIFY2(w.cell(2, MessageModel::AnswerColumn).startsWith(u"error -32601  Method not found"), qPrintable(w.cell(2, MessageModel::AnswerColumn)));
        QCOMPARE(w.cell(3, MessageModel::KindColumn), QStringLiteral("Stray answer"));

        auto *list = w.find<QTableView>("messages");
        list->selectRow(1);
        QCOMPARE(w.find<WireView>("messageBytes")->bytes(), notified + '\n');
        list->selectRow(2);
        QCOMPARE(w.find<WireView>("messageBytes")->bytes(), called + '\n');
        QVERIFY(QTest::qWaitFor([&] { return peer.answers.size() == 1; }, 5000));
        QCOMPARE(w.find<WireView>("messageAnswer")->bytes(), peer.answers.constFirst());
        w.find<QTabWidget>("messageTabs")->setCurrentIndex(1);
        const QAbstractItemModel *tree = w.find<QTreeView>("messageTree")->model();
        const QModelIndex root = tree->index(0, 0);
        QVERIFY(QTest::qWaitFor([&] { return tree->rowCount(root) == 4; }, 5000)); // it opens by itself
        QVERIFY(tree->index(2, ValueTreeModel::ValueColumn, root).data().toString().endsWith(u"a: 9007199254740993"));
        list->selectRow(4);
        QCOMPARE(w.find<WireView>("messageBytes")->bytes(), QByteArray("hello \xff"));
        QCOMPARE(tree->rowCount(), 0);
        QVERIFY(w.find<QLabel>("messageCaption")->text().contains(u"no JSON-RPC"));

        // A notification is no call of ours: its keys copy its text.
        list->selectRow(1);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QGuiApplication::clipboard()->text(), QString::fromUtf8(notified));
    }

    void answers_thatComeTwiceOrTooLate_areTold()
    {
        Peer peer;
        Window w;
        QVERIFY(w.connectTo(peer.url()));
        w.app->call().setMethod(QStringLiteral("slow"));
        w.app->call().call();
        QVERIFY(QTest::qWaitFor([&] { return !peer.slow.isEmpty(); }, 5000));
        const QByteArray answer = "{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":" + peer.slow + "}";
        peer.say(answer);
        peer.say(answer);
        QVERIFY(w.waitForRows(2));
        QCOMPARE(w.app->call().outcome()->reply.valueOr(rpc::Value()), rpc::Value(1));
        peer.slow.clear();
        w.app->call().call();
        QVERIFY(QTest::qWaitFor([&] { return !peer.slow.isEmpty(); }, 5000));
        w.app->call().cancel();
        peer.say("{\"jsonrpc\":\"2.0\",\"result\":1,\"id\":" + peer.slow + "}");
        QVERIFY(w.waitForRows(3));
        QCOMPARE(w.kinds(), (QList<Kind> { Kind::Opened, Kind::SecondAnswer, Kind::LateAnswer }));
        QCOMPARE(w.log().entry(1).message.body, answer);
    }

    // Over a WebSocket, whatever its path looks like: only JSON-RPC can be meant.
    void webSocket_withBinaryFrames()
    {
        QWebSocketServer server(QStringLiteral("peer"), QWebSocketServer::NonSecureMode);
        QVERIFY(server.listen(QHostAddress::LocalHost));
        connect(&server, &QWebSocketServer::newConnection, &server, [&server] {
            QWebSocket *socket = server.nextPendingConnection();
            connect(socket, &QWebSocket::textMessageReceived, socket, [socket](const QString &text) {
                const int id = QJsonDocument::fromJson(text.toUtf8()).object().value(u"id").toInt();
                socket->sendTextMessage(QStringLiteral("{\"jsonrpc\":\"2.0\",\"result\":[],\"id\":%1}").arg(id));
                socket->sendBinaryMessage("\x01\x02");
                socket->close(QWebSocketProtocol::CloseCodeGoingAway, QStringLiteral("enough"));
            });
        });
        Window w;
        QVERIFY(w.connectTo(QStringLiteral("ws://127.0.0.1:%1/RPC2").arg(server.serverPort())));
        QVERIFY(w.waitForRows(3));
        QCOMPARE(w.kinds(), (QList<Kind> { Kind::Opened, Kind::Binary, Kind::Lost }));
        QVERIFY2(w.cell(1, MessageModel::ExcerptColumn).contains(u"2 B"), qPrintable(w.cell(1, MessageModel::ExcerptColumn)));
        QVERIFY2(w.cell(2, MessageModel::ExcerptColumn).contains(u"1001"), qPrintable(w.cell(2, MessageModel::ExcerptColumn)));
    }

    void connections_thatComeAndGo_areListed()
    {
        auto peer = std::make_unique<Peer>();
        Peer other;
        Window w;
        QVERIFY(w.connectTo(peer->url()));
        QVERIFY(w.connectTo(other.url()));
        QVERIFY(w.waitForRows(3));
        QCOMPARE(w.kinds(), (QList<Kind> { Kind::Opened, Kind::Opened, Kind::Closed }));
        QVERIFY(w.cell(2, MessageModel::ExcerptColumn).endsWith(u", by this end"));
        other.socket->abort();
        QVERIFY(w.waitForRows(4));
        QCOMPARE(w.log().entry(3).kind, Kind::Lost);
        // The next call goes over a new connection.
        w.app->call().setMethod(QStringLiteral("m"));
        w.app->call().call();
        QVERIFY(w.waitForRows(5));
        QCOMPARE(w.log().entry(4).kind, Kind::Opened);
        const QString gone = peer->url();
        peer.reset();
        QVERIFY(!w.connectTo(gone));
        QVERIFY(QTest::qWaitFor([&] { return w.kinds().constLast() == Kind::Lost; }, 5000));
        QVERIFY2(w.log().entry(w.log().rowCount() - 1).text.contains(u"refused"), qPrintable(w.log().entry(w.log().rowCount() - 1).text));
    }

    void program_isStartedOnce_andItsStandardErrorIsLines()
    {
        Window w;
        const QString script = w.dir.filePath(QStringLiteral("program.sh"));
        QFile file(script);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("printf 'first\\r\\nsec' >&2; printf 'ond\\n\\nprompt> ' >&2\n"
                   "while read line; do i=$((i+1)); echo '{\"jsonrpc\":\"2.0\",\"result\":[\"m\"],\"id\":'$i'}'; done\n");
        file.close();
        QVERIFY(w.connectTo(QStringLiteral("exec+newline:/bin/sh ") + script));
        QVERIFY(QTest::qWaitFor([&] { return w.log().rowCount() > 0 && w.log().entry(w.log().rowCount() - 1).message.body == "prompt> "; }, 5000));
        w.app->call().setMethod(QStringLiteral("m"));
        w.app->call().call();
        QVERIFY(QTest::qWaitFor([&] { return !w.app->call().isRunning(); }, 5000));
        QVERIFY(w.app->call().outcome()->reply.hasValue());
        QByteArray all;
        for (int row = 0; row < w.log().rowCount(); ++row) {
            const PeerMessage &m = w.log().entry(row);
            if (m.kind == Kind::StandardError)
                all += m.message.body + m.message.tail;
        }
        QCOMPARE(all, QByteArray("first\r\nsecond\n\nprompt> "));
        QCOMPARE(w.kinds(), (QList<Kind> { Kind::Opened, Kind::StandardError, Kind::StandardError, Kind::StandardError, Kind::StandardError }));
    }

    void panel_isThereWhereItHasAMeaning()
    {
        support::FakeServer http(support::FakeServer::body("{\"jsonrpc\":\"2.0\",\"result\":[\"m\"],\"id\":1}"));
        Peer peer;
        Window w;
        auto *show = w.app->findChild<QAction *>(QStringLiteral("messages.show"));
        QVERIFY(show);
        QVERIFY(w.connectTo(QString::fromLatin1(http.url())));
        QVERIFY(!w.dock()->isVisible());
        QVERIFY(!show->isEnabled());
        QVERIFY(w.connectTo(peer.url()));
        QVERIFY(w.dock()->isVisible());
        QVERIFY(show->isEnabled() && show->isChecked());
        QVERIFY(!w.find<QToolButton>("messageNews")->isVisible());
        // Closed by its user: what is new is counted, and a click brings it back.
        w.dock()->close();
        QVERIFY(QTest::qWaitFor([&] { return w.find<QToolButton>("messageNews")->isVisible(); }, 5000));
        peer.say("{\"jsonrpc\":\"2.0\",\"method\":\"tick\"}");
        QVERIFY(QTest::qWaitFor([&] { return w.app->messages().news() == 1; }, 5000));
        QVERIFY(w.find<QToolButton>("messageNews")->text().startsWith(u'1'));
        w.app->window().close();
        w.app.reset();
        w.open();
        QVERIFY(w.connectTo(peer.url()));
        QVERIFY(!w.dock()->isVisible()); // as it was left
        QTest::mouseClick(w.find<QToolButton>("messageNews"), Qt::LeftButton);
        QVERIFY(w.dock()->isVisible());
        QVERIFY(QTest::qWaitFor([&] { return w.app->messages().news() == 0; }, 5000));
        QVERIFY(w.connectTo(QString::fromLatin1(http.url())));
        QVERIFY(!w.dock()->isVisible());
    }

    // A layout that was kept before there was such a panel.
    void olderLayout_hidesNoPanel()
    {
        Peer peer;
        Window w;
        w.app.reset();
        {
            QMainWindow older;
            QDockWidget host;
            host.setObjectName(QStringLiteral("hostDock"));
            older.addDockWidget(Qt::BottomDockWidgetArea, &host);
            QSettings settings(w.dir.filePath(QStringLiteral("settings.ini")), QSettings::IniFormat);
            StateKeeper(settings).save(QStringLiteral("window"), older);
        }
        w.open();
        QVERIFY(w.connectTo(peer.url()));
        QVERIFY(w.dock()->isVisible());
        QCOMPARE(w.app->window().dockWidgetArea(w.dock()), Qt::BottomDockWidgetArea);
        QVERIFY(!w.dock()->isFloating());
    }

    void clear_empties()
    {
        Peer peer;
        Window w;
        QVERIFY(w.connectTo(peer.url()));
        peer.say("{\"jsonrpc\":\"2.0\",\"method\":\"tick\"}");
        QVERIFY(w.waitForRows(2));
        auto *list = w.find<QTableView>("messages");
        list->selectRow(1);
        QVERIFY(!w.find<WireView>("messageBytes")->bytes().isEmpty());
        QTest::mouseClick(w.find<QToolButton>("messages.clear"), Qt::LeftButton);
        QCOMPARE(w.log().rowCount(), 0);
        QVERIFY(w.find<WireView>("messageBytes")->bytes().isEmpty());
        QVERIFY(w.find<QLabel>("messageCaption")->isHidden());
    }

    // A server that never stops talking: the window is drawn, and its timers fire, in between; memory does not grow.
    void flood_isBounded_andTheWindowAnswers()
    {
        Peer peer;
        Window w;
        QVERIFY(w.connectTo(peer.url()));
        int inserted = 0;
        connect(&w.log(), &QAbstractItemModel::rowsInserted, &w.log(), [&] { ++inserted; });
        const auto sayMany = [&](int count) {
            for (int i = 0; i < count; ++i)
                peer.say("{\"jsonrpc\":\"2.0\",\"method\":\"tick\",\"params\":[" + QByteArray::number(i) + "]}");
            peer.say("{\"jsonrpc\":\"2.0\",\"method\":\"last\"}");
        };
        const auto isOver = [&] { return w.log().rowCount() > 0 && w.log().entry(w.log().rowCount() - 1).method == u"last"; };
        sayMany(20'000); // what is allocated once
        QVERIFY(QTest::qWaitFor(isOver, 30000));
        w.app->messages().clear();
        inserted = 0;
        const qint64 before = residentBytes();
        QElapsedTimer sinceTick;
        qint64 longest = 0;
        int ticks = 0;
        QTimer tick;
        connect(&tick, &QTimer::timeout, &w.log(), [&] {
            ++ticks;
            longest = qMax(longest, sinceTick.restart());
        });
        sayMany(100'000);
        sinceTick.start();
        tick.start(10);
        QVERIFY(QTest::qWaitFor(isOver, 120000));
        QCOMPARE(w.log().rowCount(), int(MessageModel::mostEntries));
        QCOMPARE(w.log().dropped(), 100'001 - MessageModel::mostEntries);
        QVERIFY2(inserted < 1000, qPrintable(QString::number(inserted)));
        QVERIFY2(ticks >= 20, qPrintable(QString::number(ticks)));
        const qint64 grown = residentBytes() - before;
        QVERIFY2(!memoryTells || grown < 32 * 1024 * 1024, qPrintable(QStringLiteral("%1 bytes more").arg(grown)));
        QVERIFY(w.find<QLabel>("messageCount")->text().contains(QLocale().toString(100'001 - MessageModel::mostEntries)));
        QCOMPARE(w.cell(w.log().rowCount() - 2, MessageModel::ExcerptColumn), QStringLiteral("[99999]"));
        qInfo("longest pause %lld ms, %d ticks, %d insertions, %lld KiB more", longest, ticks, inserted, grown / 1024);
    }

    void log_keepsTheNewest_whateverTheirSize()
    {
        MessageModel model;
        const QAbstractItemModelTester tester(&model);
        model.append({ notification("1"), notification("2") });
        model.append({ notification(QByteArray(MessageModel::mostBytes + 1, 'x')) });
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.dropped(), 2);
        model.append({ notification("3") });
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.entry(0).message.body, QByteArray("3"));
        // More at once than there is room for.
        QList<PeerMessage> many;
        for (int i = 0; i < MessageModel::mostEntries + 10; ++i)
            many.append(notification(QByteArray::number(i)));
        model.append(many);
        QCOMPARE(model.rowCount(), int(MessageModel::mostEntries));
        QCOMPARE(model.entry(0).message.body, QByteArray("10"));
        QCOMPARE(model.dropped(), 14);
        model.append({ notification(QByteArray(MessageModel::mostBytes / 2, 'y')), notification(QByteArray(MessageModel::mostBytes, 'z')), notification("end") });
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.entry(0).message.body, QByteArray("end"));
    }

    void linesThatAreSeen_stayWhileOthersGo()
    {
        MessageModel model;
        LogView view;
        view.setLog(&model, MessageModel::ExcerptColumn, {});
        view.resize(400, 300);
        view.show();
        QList<PeerMessage> many;
        for (int i = 0; i < MessageModel::mostEntries; ++i)
            many.append(notification(QByteArray::number(i)));
        model.append(many);
        QVERIFY(QTest::qWaitFor([&] { return view.verticalScrollBar()->value() == view.verticalScrollBar()->maximum() && view.verticalScrollBar()->maximum() > 0; }, 5000));
        const auto top = [&] { return model.entry(view.rowAt(1)).message.body; };
        view.verticalScrollBar()->setValue(1000);
        QCOMPARE(top(), QByteArray("1000"));
        view.selectRow(1001);
        for (int i = 0; i < 50; ++i) {
            model.append({ notification("new"), notification("new") });
            QCoreApplication::processEvents();
        }
        QCOMPARE(top(), QByteArray("1000"));
        QCOMPARE(model.entry(view.currentIndex().row()).message.body, QByteArray("1001"));
        // The line that is current goes: no other takes its place.
        model.append(many.mid(0, 3000));
        QVERIFY(!view.currentIndex().isValid());
        QVERIFY(!view.selectionModel()->hasSelection());
    }

    void excerpt_isOneLine_andSaysWhenItIsCut_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("excerpt");
        QTest::newRow("params") << QByteArray("{\"method\":\"m\",\"params\" : [ 1.0, 1e400 ]}") << QStringLiteral("[1.0,1e400]");
        QTest::newRow("none") << QByteArray("{\"method\":\"m\"}") << QString();
        QTest::newRow("batch") << QByteArray("[{\"method\":\"m\"}]") << QStringLiteral("[{\"method\":\"m\"}]");
        QTest::newRow("lines") << QByteArray("a\nb\x1b[31m") << QStringLiteral("a\u240ab\u241b[31m");
        QTest::newRow("turned around") << QByteArray("a\xe2\x80\xae" "b") << QStringLiteral("a\ufffd" "b");
        QTest::newRow("long") << QByteArray(201, 'x') << QString(200, u'x') + QStringLiteral(" …");
        QTest::newRow("just fits") << QByteArray(200, 'x') << QString(200, u'x');
        QTest::newRow("long, beyond Latin") << QByteArray("\xf0\x9f\x92\x97").repeated(500) << QStringLiteral("\U0001F497").repeated(100) + QStringLiteral(" …");
        const QByteArray huge = "{\"method\":\"m\",\"params\":[\"" + QByteArray(20'000, 'x') + "\"]}";
        QTest::newRow("large") << huge << QString::fromLatin1(huge.left(200)) + QStringLiteral(" …");
    }
    void excerpt_isOneLine_andSaysWhenItIsCut()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, excerpt);
        QCOMPARE(notification(body).excerpt(), excerpt);
    }

    void line_saysWhatItIs()
    {
        PeerMessage message = notification("{\"method\":\"tick\",\"params\":[1]}");
        message.method = QStringLiteral("tick");
        QCOMPARE(message.line(), QStringLiteral("notification: tick [1]"));
        message.kind = Kind::Call;
        QCOMPARE(message.line(), QStringLiteral("called by the other end: tick [1]"));
        message.kind = Kind::LateAnswer;
        message.text = QStringLiteral("It came\ntoo late.");
        QCOMPARE(message.line(), QStringLiteral("It came\u240atoo late."));
        message.kind = Kind::StandardError;
        message.message.body = "oops\r";
        QCOMPARE(message.line(), QStringLiteral("| oops\u240d"));
    }
};

QTEST_MAIN(tst_Messages)
#include "tst_messages.moc"
