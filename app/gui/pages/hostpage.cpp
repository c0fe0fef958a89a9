// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "hostpage.h"

#include "../actions/actions.h"
#include "../controllers/hostcontroller.h"

#include <widgets/theme/actionbutton.h>
#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>
#include <widgets/trafficlog/logview.h>
#include <widgets/wireview/wireview.h>

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace antiphon {

HostPage::HostPage(HostController &host, const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_host(host)
    , m_actions(actions)
    , m_script(new QLineEdit)
    , m_port(new QSpinBox)
    , m_icon(new QLabel)
    , m_message(new QLabel)
    , m_splitter(new QSplitter)
    , m_log(new LogView)
    , m_request(new WireView)
    , m_response(new WireView)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::margin, theme::between, theme::margin, theme::between);
    layout->setSpacing(theme::between);

    auto *row = new QHBoxLayout;
    row->setSpacing(theme::between);
    m_script->setObjectName(QStringLiteral("script"));
    m_script->setPlaceholderText(tr("Script (.js)"));
    m_script->setAccessibleName(tr("Script"));
    m_script->setMinimumWidth(160);
    connect(m_script, &QLineEdit::textEdited, &m_host, &HostController::setScript);
    m_port->setObjectName(QStringLiteral("port"));
    m_port->setRange(0, 65535);
    m_port->setSpecialValueText(tr("any port"));
    m_port->setValue(m_host.port());
    m_port->setAccessibleName(tr("Port"));
    connect(m_port, &QSpinBox::valueChanged, this, [this](int port) { m_host.setPort(quint16(port)); });
    row->addWidget(m_script, 1);
    row->addWidget(theme::actionButton(actions.openScript, Qt::ToolButtonIconOnly));
    row->addWidget(m_port);
    row->addWidget(theme::actionButton(actions.toggleHost, Qt::ToolButtonTextBesideIcon));
    row->addSpacing(theme::betweenGroups - theme::between);
    row->addWidget(m_icon);
    row->addWidget(m_message, 2);
    row->addWidget(theme::actionButton(actions.copyHostUrl, Qt::ToolButtonIconOnly));
    auto *callButton = new QPushButton(tr("Connect to &it"));
    callButton->setObjectName(QStringLiteral("callHost"));
    connect(callButton, &QPushButton::clicked, this, &HostPage::callRequested);
    m_callButton = callButton;
    row->addWidget(callButton);
    row->addWidget(theme::actionButton(actions.clearLog, Qt::ToolButtonIconOnly));
    layout->addLayout(row);
    m_message->setObjectName(QStringLiteral("hostMessage"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);

    m_log->setObjectName(QStringLiteral("log"));
    m_log->setAccessibleName(tr("Requests to the host"));
    m_log->setLog(&m_host.log(), TrafficModel::MethodColumn,
        { { TrafficModel::TimeColumn, QStringLiteral("00:00:00.000") },
            { TrafficModel::OutcomeColumn, QStringLiteral("error -32601 Method not") },
            { TrafficModel::DurationColumn, QStringLiteral("000.0 ms") },
            { TrafficModel::ProtocolColumn, QStringLiteral("JSON-RPC") },
            { TrafficModel::PeerColumn, QStringLiteral("127.0.0.1:65535") } });
    auto *bytes = new QTabWidget;
    bytes->setDocumentMode(true);
    m_request->setObjectName(QStringLiteral("hostRequest"));
    m_response->setObjectName(QStringLiteral("hostResponse"));
    bytes->addTab(m_request, tr("Request"));
    bytes->addTab(m_response, tr("Response"));
    m_splitter->addWidget(m_log);
    m_splitter->addWidget(bytes);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    layout->addWidget(m_splitter, 1);

    connect(m_log->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
        [this](const QModelIndex &current) { showEntry(current.isValid() ? current.row() : -1); });
    connect(&m_host.log(), &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex &, int, int last) {
        if (!m_log->currentIndex().isValid())
            showEntry(last);
    });
    connect(&m_host.log(), &QAbstractItemModel::modelReset, this, [this] { showEntry(-1); });
    connect(&m_host, &HostController::stateChanged, this, &HostPage::showState);
    showEntry(-1);
    showState();
}

void HostPage::showState()
{
    using State = HostController::State;
    if (m_script->text() != m_host.script())
        m_script->setText(m_host.script());
    const State state = m_host.state();
    const bool busy = state == State::Running || state == State::Starting;
    m_script->setReadOnly(busy); // what stands here is what runs
    m_message->setText(m_host.message());
    m_icon->setPixmap(state == State::Running ? theme::icon(theme::IconId::Ok).pixmap(16, 16)
            : state == State::Failed          ? theme::icon(theme::IconId::Failed).pixmap(16, 16)
                                              : QPixmap());
    m_callButton->setEnabled(state == State::Running);
    m_port->setEnabled(!busy);
}

void HostPage::showEntry(int row)
{
    if (row < 0) {
        const QString hint = tr("Requests appear in the log while a script is hosted; their bytes appear here.");
        m_request->setMessage({}, {}, hint);
        m_response->setMessage({}, {}, hint);
        return;
    }
    const TrafficEntry &entry = m_host.log().entry(row);
    m_request->setMessage(entry.requestHead, entry.requestBody, tr("This line is a message of the script."));
    m_response->setMessage(entry.responseHead, entry.responseBody, tr("Nothing was sent back."));
}

} // namespace antiphon
