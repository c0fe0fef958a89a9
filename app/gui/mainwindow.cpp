// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "mainwindow.h"

#include "actions/actions.h"
#include "controllers/callcontroller.h"
#include "controllers/connectioncontroller.h"
#include "controllers/hostcontroller.h"
#include "controllers/messagescontroller.h"
#include "pages/callpage.h"
#include "pages/endpointbar.h"
#include "pages/hostpage.h"
#include "pages/messagesdock.h"
#include "pages/methodpanel.h"
#include "pages/replypage.h"
#include "pages/welcomepage.h"

#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>
#include <widgets/valuetree/valuetreeview.h>

#include <QClipboard>
#include <QDockWidget>
#include <QFileDialog>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QSplitter>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace antiphon {

namespace {
const QString messagesKey = QStringLiteral("layout/messagesWanted");
}

MainWindow::MainWindow(ConnectionController &connection, CallController &call, HostController &host,
    MessagesController &messages, Actions &actions, QSettings &settings)
    : m_connection(connection)
    , m_call(call)
    , m_host(host)
    , m_messages(messages)
    , m_actions(actions)
    , m_settings(settings)
    , m_state(settings)
    , m_endpointBar(new EndpointBar(connection, settings))
    , m_methodPanel(new MethodPanel(connection, call))
    , m_callPage(new CallPage(call, actions))
    , m_replyPage(new ReplyPage)
    , m_hostPage(new HostPage(host, actions))
    , m_center(new QStackedWidget)
    , m_mainSplitter(new QSplitter)
    , m_callSplitter(new QSplitter)
    , m_hostDock(new QDockWidget(tr("Host")))
    , m_messagesDock(new MessagesDock(connection, messages, actions))
{
    setObjectName(QStringLiteral("mainWindow"));
    setWindowTitle(QStringLiteral("Antiphon"));
    placePages();
    placeMenus();
    connectActions();
    restoreLayout();
    showConnection();
    updateActions();
}

MainWindow::~MainWindow() = default;

void MainWindow::placePages()
{
    auto *welcome = new WelcomePage(m_connection, m_actions, m_settings);
    connect(welcome, &WelcomePage::addressChosen, this, &MainWindow::connectTo);
    m_callSplitter->setObjectName(QStringLiteral("callSplitter"));
    m_callSplitter->addWidget(m_callPage);
    m_callSplitter->addWidget(m_replyPage);
    m_callSplitter->setChildrenCollapsible(false);
    m_callSplitter->setSizes({ 440, 560 });
    m_center->addWidget(welcome);
    m_center->addWidget(m_callSplitter);
    m_mainSplitter->setObjectName(QStringLiteral("mainSplitter"));
    m_mainSplitter->addWidget(m_methodPanel);
    m_mainSplitter->addWidget(m_center);
    m_mainSplitter->setChildrenCollapsible(false);
    m_mainSplitter->setStretchFactor(1, 1);
    m_mainSplitter->setSizes({ 260, 1000 });
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_endpointBar);
    auto *line = new QFrame;
    line->setFrameShape(QFrame::HLine);
    line->setFrameShadow(QFrame::Plain);
    line->setForegroundRole(QPalette::Mid);
    layout->addWidget(line);
    layout->addWidget(m_mainSplitter, 1);
    setCentralWidget(page);
    m_hostDock->setObjectName(QStringLiteral("hostDock"));
    m_hostDock->setWidget(m_hostPage);
    addDockWidget(Qt::BottomDockWidgetArea, m_hostDock);
    addDockWidget(Qt::BottomDockWidgetArea, m_messagesDock);
    tabifyDockWidget(m_hostDock, m_messagesDock);
    statusBar()->addPermanentWidget(m_messagesDock->newsButton());
    statusBar()->setSizeGripEnabled(false);
}

void MainWindow::placeMenus()
{
    QMenu *file = menuBar()->addMenu(tr("&File"));
    file->addActions({ m_actions.openScript, m_actions.hostExample });
    file->addSeparator();
    file->addAction(m_actions.quit);
    QMenu *server = menuBar()->addMenu(tr("&Server"));
    server->addActions({ m_actions.focusEndpoint, m_actions.refresh, m_actions.focusFilter });
    server->addSeparator();
    server->addAction(m_actions.clearMessages);
    QMenu *call = menuBar()->addMenu(tr("&Call"));
    call->addActions({ m_actions.call, m_actions.notify, m_actions.cancel });
    QMenu *host = menuBar()->addMenu(tr("&Host"));
    host->addActions({ m_actions.toggleHost, m_actions.copyHostUrl, m_actions.clearLog });
    QMenu *view = menuBar()->addMenu(tr("&View"));
    view->addAction(m_actions.toggleOrientation);
    QAction *dock = m_hostDock->toggleViewAction();
    dock->setText(tr("&Host panel"));
    dock->setShortcut(QKeySequence(QStringLiteral("Ctrl+Shift+T")));
    view->addActions({ dock, m_actions.showMessages });
    QMenu *help = menuBar()->addMenu(tr("H&elp"));
    help->addAction(m_actions.about);
}

void MainWindow::connectActions()
{
    const auto on = [this](QAction *action, auto &&work) { connect(action, &QAction::triggered, this, work); };
    on(m_actions.focusEndpoint, [this] { m_endpointBar->focusAddress(); });
    on(m_actions.refresh, [this] { m_connection.refresh(); });
    on(m_actions.focusFilter, [this] { m_methodPanel->focusFilter(); });
    on(m_actions.call, [this] { m_call.call(); });
    on(m_actions.notify, [this] { m_call.notify(); });
    on(m_actions.cancel, [this] {
        m_connection.cancel();
        m_call.cancel();
    });
    on(m_actions.openScript, [this] { openScript(); });
    on(m_actions.toggleHost, [this] {
        if (m_host.isBusy())
            m_host.stop();
        else
            m_host.start();
    });
    on(m_actions.copyHostUrl, [this] { QGuiApplication::clipboard()->setText(m_host.url().toString()); });
    on(m_actions.clearLog, [this] { m_host.log().clear(); });
    on(m_actions.clearMessages, [this] { m_messages.clear(); });
    on(m_actions.quit, [this] { close(); });
    on(m_actions.about, [this] {
        QMessageBox::about(this, tr("About Antiphon"),
            tr("Antiphon %1\n\nExplores, calls and hosts XML-RPC and JSON-RPC servers.")
                .arg(QLatin1StringView(ANTIPHON_VERSION)));
    });
    connect(m_actions.toggleOrientation, &QAction::toggled, this,
        [this](bool below) { m_callSplitter->setOrientation(below ? Qt::Vertical : Qt::Horizontal); });
    connect(m_methodPanel, &MethodPanel::activated, m_callPage, &CallPage::focusParams);
    connect(m_hostPage, &HostPage::callRequested, this, [this] { connectTo(m_host.url().toString()); });
    connect(&m_connection, &ConnectionController::stateChanged, this, &MainWindow::showConnection);
    connect(&m_call, &CallController::stateChanged, this, &MainWindow::updateActions);
    connect(&m_call, &CallController::sent, m_replyPage, &ReplyPage::showWaiting);
    connect(&m_call, &CallController::outcomeChanged, this, [this] { m_replyPage->showOutcome(*m_call.outcome()); });
    connect(&m_host, &HostController::stateChanged, this, &MainWindow::updateActions);
    connect(&m_host, &HostController::started, m_hostDock, &QWidget::show);
}

void MainWindow::showConnection()
{
    using State = ConnectionController::State;
    const State state = m_connection.state();
    statusBar()->showMessage(m_connection.message());
    if (state == State::Connected)
        m_center->setCurrentWidget(m_callSplitter);
    const State before = std::exchange(m_shownState, state);
    if (state == State::Connected && before != State::Connected && m_connection.error() == std::nullopt)
        m_replyPage->forgetFailure();
    if (state == State::Failed && before != State::Failed) {
        m_center->setCurrentWidget(m_callSplitter); // where the bytes that came back can be seen
        m_replyPage->showFailure(*m_connection.error(), m_connection.failedExchange());
    }
    setWindowTitle(
        m_connection.client() ? tr("%1 – Antiphon").arg(m_connection.url().toString()) : QStringLiteral("Antiphon"));
    updateActions();
}

void MainWindow::updateActions()
{
    const QString whyNot = m_call.whyNot();
    m_actions.call->setEnabled(whyNot.isEmpty());
    m_actions.call->setToolTip(whyNot.isEmpty() ? QString() : whyNot);
    m_actions.notify->setEnabled(m_call.canNotify());
    m_actions.cancel->setEnabled(m_call.isRunning() || m_connection.state() == ConnectionController::State::Connecting);
    m_actions.refresh->setEnabled(!m_connection.url().isEmpty());
    const bool running = m_host.state() == HostController::State::Running;
    const bool busy = m_host.isBusy();
    m_actions.toggleHost->setText(busy ? tr("&Stop hosting") : tr("&Start hosting"));
    m_actions.toggleHost->setIcon(theme::icon(busy ? theme::IconId::StopHost : theme::IconId::StartHost));
    m_actions.toggleHost->setEnabled(busy || !m_host.script().isEmpty());
    m_actions.copyHostUrl->setEnabled(running);
}

void MainWindow::openScript()
{
    const QString folder = m_host.script().isEmpty() ? QString() : QFileInfo(m_host.script()).absolutePath();
    const QString file = QFileDialog::getOpenFileName(this, tr("Open script"), folder, tr("Scripts (*.js)"));
    if (file.isEmpty())
        return;
    m_host.setScript(file);
    m_hostDock->show();
    m_host.start();
}

void MainWindow::connectTo(const QString &address) { m_endpointBar->connectTo(address); }

void MainWindow::showMessage(const QString &message) { statusBar()->showMessage(message); }

void MainWindow::restoreLayout()
{
    const QRect screen = QRect(QPoint(), QSize(1280, 800));
    resize(screen.size());
    resizeDocks({ m_hostDock }, { 230 }, Qt::Vertical);
    m_state.restore(QStringLiteral("window"), *this);
    m_state.restore(QStringLiteral("main"), *m_mainSplitter);
    m_actions.toggleOrientation->setChecked(m_settings.value(QStringLiteral("layout/replyBelow")).toBool());
    m_state.restore(QStringLiteral("call"), *m_callSplitter);
    m_state.restore(QStringLiteral("host"), *m_hostPage->splitter());
    m_state.restore(QStringLiteral("messages"), *m_messagesDock->splitter());
    m_messagesDock->setWanted(m_settings.value(messagesKey, true).toBool());
    m_state.restore(QStringLiteral("tree"), *m_replyPage->tree()->header());
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    m_state.save(QStringLiteral("window"), *this);
    m_state.save(QStringLiteral("main"), *m_mainSplitter);
    m_state.save(QStringLiteral("call"), *m_callSplitter);
    m_state.save(QStringLiteral("host"), *m_hostPage->splitter());
    m_state.save(QStringLiteral("messages"), *m_messagesDock->splitter());
    m_settings.setValue(messagesKey, m_messagesDock->isWanted());
    m_state.save(QStringLiteral("tree"), *m_replyPage->tree()->header());
    m_settings.setValue(QStringLiteral("layout/replyBelow"), m_actions.toggleOrientation->isChecked());
    QMainWindow::closeEvent(event);
}

} // namespace antiphon
