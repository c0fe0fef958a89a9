// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "endpointbar.h"

#include "../controllers/connectioncontroller.h"
#include "accesspopup.h"

#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSettings>
#include <QToolButton>

namespace antiphon {

namespace {
const QString recentKey = QStringLiteral("endpoints/recent");
constexpr int mostRecent = 20;
} // namespace

EndpointBar::EndpointBar(ConnectionController &connection, QSettings &settings, QWidget *parent)
    : QWidget(parent)
    , m_connection(connection)
    , m_settings(settings)
    , m_dot(new QLabel)
    , m_address(new QLineEdit)
    , m_protocol(new QComboBox)
    , m_access(new QToolButton)
    , m_button(new QPushButton)
    , m_status(new QLabel)
{
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(theme::margin, theme::between, theme::margin, theme::between);
    layout->setSpacing(theme::between);
    layout->addWidget(m_dot);
    layout->addWidget(m_address, 3);
    layout->addWidget(m_protocol);
    layout->addWidget(m_access);
    layout->addWidget(m_button);
    layout->addWidget(m_status, 1);

    m_address->setObjectName(QStringLiteral("address"));
    m_address->setAccessibleName(tr("Address of the server"));
    m_address->setPlaceholderText(QStringLiteral("http://127.0.0.1:8080/rpc"));
    m_address->setText(m_settings.value(recentKey).toStringList().value(0));
    connect(m_address, &QLineEdit::returnPressed, this, &EndpointBar::submit);
    auto *recent = m_address->addAction(theme::icon(theme::IconId::Recent), QLineEdit::TrailingPosition);
    recent->setText(tr("Recent addresses"));
    recent->setShortcut(QKeySequence(QStringLiteral("Alt+Down")));
    recent->setShortcutContext(Qt::WidgetShortcut);
    connect(recent, &QAction::triggered, this, &EndpointBar::showRecent);

    m_protocol->setObjectName(QStringLiteral("protocol"));
    m_protocol->setAccessibleName(tr("Protocol"));
    m_protocol->addItem(tr("Auto-detect"));
    m_protocol->addItem(rpc::protocolName(rpc::Protocol::JsonRpc), int(rpc::Protocol::JsonRpc));
    m_protocol->addItem(rpc::protocolName(rpc::Protocol::XmlRpc), int(rpc::Protocol::XmlRpc));

    m_access->setIcon(theme::icon(theme::IconId::Access));
    m_access->setAutoRaise(true);
    m_access->setToolTip(tr("Credentials"));
    m_access->setAccessibleName(tr("Credentials"));
    connect(m_access, &QToolButton::clicked, this, [this] {
        auto *popup = new AccessPopup(m_connection, typedUrl(), this);
        popup->setAttribute(Qt::WA_DeleteOnClose);
        popup->showBelow(*m_access);
    });

    m_button->setObjectName(QStringLiteral("connect"));
    const int wide
        = qMax(fontMetrics().horizontalAdvance(tr("Connect")), fontMetrics().horizontalAdvance(tr("Cancel")));
    m_button->setMinimumWidth(wide + 44);
    connect(m_button, &QPushButton::clicked, this, [this] {
        if (m_connection.state() == ConnectionController::State::Connecting)
            m_connection.cancel();
        else
            submit();
    });
    m_status->setObjectName(QStringLiteral("status"));
    m_status->setMinimumWidth(120);
    connect(&m_connection, &ConnectionController::stateChanged, this, &EndpointBar::showState);
    showState();
}

void EndpointBar::connectTo(const QString &address)
{
    m_address->setText(address);
    submit();
}

void EndpointBar::focusAddress()
{
    m_address->setFocus(Qt::ShortcutFocusReason);
    m_address->selectAll();
}

void EndpointBar::submit()
{
    std::optional<rpc::Protocol> protocol;
    if (m_protocol->currentIndex() > 0)
        protocol = rpc::Protocol(m_protocol->currentData().toInt());
    const QString typed = m_address->text();
    const QUrl url = typedUrl();
    m_connection.connectTo(typed, protocol);
    // Ending an attempt that was under way put the present server back into the field. And credentials that were typed
    // into the address have been taken; they do not stay in sight.
    if (m_connection.state() == ConnectionController::State::Connecting)
        m_address->setText(url.userInfo().isEmpty() ? typed : url.toString(QUrl::RemoveUserInfo));
}

void EndpointBar::showState()
{
    using State = ConnectionController::State;
    using theme::IconId;
    const State state = m_connection.state();
    m_button->setText(state == State::Connecting ? tr("Cancel") : tr("Connect"));
    m_button->setIcon(theme::icon(state == State::Connecting ? IconId::Cancel : IconId::Connect));
    const IconId sign = state == State::Connected ? IconId::Ok : state == State::Failed ? IconId::Failed : IconId::Idle;
    m_dot->setPixmap(theme::icon(sign).pixmap(16, 16));
    QString text;
    if (state == State::Connected)
        text = rpc::protocolName(m_connection.model().protocol)
            % (m_connection.roundTrip().isEmpty() ? QString() : QString(u"  ·  " % m_connection.roundTrip()));
    else if (state == State::Connecting)
        text = tr("Connecting…");
    else if (state == State::Failed)
        text = tr("Not connected");
    if (!m_connection.credentials(m_connection.url()).isEmpty())
        text += u"  ·  " % tr("with credentials");
    m_status->setText(text);
    m_status->setToolTip(m_connection.message());
    const bool wasConnecting = std::exchange(m_wasConnecting, state == State::Connecting);
    if (state != State::Connected)
        return;
    // After a cancelled attempt calls still go where they went before: the bar says so.
    if (wasConnecting)
        m_address->setText(m_connection.url().toString());
    remember(m_connection.url().toString());
}

void EndpointBar::remember(const QString &address)
{
    QStringList recent = m_settings.value(recentKey).toStringList();
    if (!recent.isEmpty() && recent.constFirst() == address)
        return;
    recent.removeAll(address);
    recent.prepend(address);
    while (recent.size() > mostRecent)
        recent.removeLast();
    m_settings.setValue(recentKey, recent);
}

void EndpointBar::showRecent()
{
    QMenu menu;
    const QStringList recent = m_settings.value(recentKey).toStringList();
    for (const QString &address : recent)
        menu.addAction(address, this, [this, address] { connectTo(address); });
    if (recent.isEmpty())
        menu.addAction(tr("None yet"))->setEnabled(false);
    menu.exec(m_address->mapToGlobal(QPoint(0, m_address->height())));
}

// What the field says now; the present server when it says nothing.
QUrl EndpointBar::typedUrl() const { return Endpoint::urlFromText(m_address->text()).valueOr(m_connection.url()); }

} // namespace antiphon
