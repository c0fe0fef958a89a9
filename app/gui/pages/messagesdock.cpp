// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "messagesdock.h"

#include "../actions/actions.h"
#include "../controllers/connectioncontroller.h"
#include "../controllers/messagescontroller.h"
#include "messagespage.h"

#include <QCloseEvent>
#include <QLocale>
#include <QToolButton>

namespace antiphon {

MessagesDock::MessagesDock(ConnectionController &connection, MessagesController &messages, const Actions &actions)
    : m_connection(connection)
    , m_messages(messages)
    , m_actions(actions)
    , m_page(new MessagesPage(messages, actions))
    , m_newsButton(new QToolButton)
{
    setObjectName(QStringLiteral("messagesDock"));
    setWidget(m_page);
    m_newsButton->setObjectName(QStringLiteral("messageNews"));
    m_newsButton->setAutoRaise(true);
    m_newsButton->setFocusPolicy(Qt::StrongFocus);
    m_newsButton->setToolTip(tr("What the other end said of its own accord"));
    connect(m_newsButton, &QToolButton::clicked, actions.showMessages, &QAction::trigger);
    connect(actions.showMessages, &QAction::triggered, this, &MessagesDock::toggle);
    connect(&connection, &ConnectionController::stateChanged, this, &MessagesDock::showConnection);
    connect(&messages, &MessagesController::newsChanged, this, &MessagesDock::showNews);
    connect(this, &QDockWidget::visibilityChanged, this, [this](bool visible) {
        m_isInFront = visible;
        m_messages.setSeen(visible);
    });
    toggleViewAction()->setVisible(false); // it would offer the panel where it has no meaning
    hide();
    showNews();
}

QSplitter *MessagesDock::splitter() const { return m_page->splitter(); }

void MessagesDock::setWanted(bool wanted)
{
    m_isWanted = wanted;
    showConnection();
    setVisible(m_isWanted && m_connection.isTwoWay());
}

void MessagesDock::toggle()
{
    const bool isHidden = !m_isInFront; // also when another panel is in front
    setWanted(isHidden);
    if (!isHidden)
        return;
    raise();
    m_page->focusLog();
}

void MessagesDock::showConnection()
{
    const bool isTwoWay = m_connection.isTwoWay();
    m_actions.showMessages->setEnabled(isTwoWay);
    m_actions.showMessages->setChecked(isTwoWay && m_isWanted);
    if (std::exchange(m_wasTwoWay, isTwoWay) != isTwoWay) {
        setVisible(isTwoWay && m_isWanted);
        if (isVisible())
            raise();
    }
    showNews();
}

void MessagesDock::showNews()
{
    const qint64 news = m_messages.news();
    m_newsButton->setVisible(m_connection.isTwoWay() && !m_isWanted);
    m_newsButton->setText(
        news == 0 ? tr("No new messages") : tr("%Ln new messages", nullptr, int(qMin<qint64>(news, INT_MAX))));
    setWindowTitle(news == 0 ? tr("Messages") : tr("Messages (%1)").arg(QLocale().toString(news)));
}

void MessagesDock::closeEvent(QCloseEvent *event)
{
    QDockWidget::closeEvent(event);
    setWanted(false);
}

} // namespace antiphon
