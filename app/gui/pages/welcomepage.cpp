// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "welcomepage.h"

#include "../actions/actions.h"
#include "../controllers/connectioncontroller.h"

#include <widgets/theme/theme.h>

#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

namespace antiphon {

namespace {

QPushButton *linkButton(const QString &text)
{
    auto *button = new QPushButton(text);
    button->setFlat(true);
    button->setMinimumHeight(button->fontMetrics().height() + 8);
    button->setStyleSheet(QStringLiteral("text-align: left; padding: 4px 0;"));
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

} // namespace

WelcomePage::WelcomePage(ConnectionController &connection, const Actions &actions, QSettings &settings, QWidget *parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_recent(new QVBoxLayout)
{
    auto *column = new QWidget;
    column->setFixedWidth(480);
    auto *layout = new QVBoxLayout(column);
    layout->setSpacing(theme::between);
    auto *title = new QLabel(tr("Call a server, or host one"));
    title->setFont(theme::titleFont(font()));
    layout->addWidget(title);
    auto *text
        = new QLabel(tr("Type the address of an XML-RPC or JSON-RPC server above and press Return. Its methods are "
                        "listed on the left; nothing is called before you say so."));
    text->setWordWrap(true);
    layout->addWidget(text);
    layout->addSpacing(theme::betweenGroups);
    auto *example = new QPushButton(actions.hostExample->iconText());
    example->setObjectName(QStringLiteral("hostExample"));
    connect(example, &QPushButton::clicked, actions.hostExample, &QAction::trigger);
    layout->addWidget(example, 0, Qt::AlignLeft);
    auto *open = new QPushButton(actions.openScript->icon(), actions.openScript->iconText());
    connect(open, &QPushButton::clicked, actions.openScript, &QAction::trigger);
    layout->addWidget(open, 0, Qt::AlignLeft);
    layout->addSpacing(theme::betweenGroups);
    m_recent->setSpacing(0);
    layout->addLayout(m_recent);

    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(theme::margin, theme::margin, theme::margin, theme::margin);
    outer->addStretch(2);
    outer->addWidget(column, 0, Qt::AlignHCenter);
    outer->addStretch(3);
    connect(&connection, &ConnectionController::stateChanged, this, &WelcomePage::showRecent);
    showRecent();
}

void WelcomePage::showRecent()
{
    const QStringList recent = m_settings.value(QStringLiteral("endpoints/recent")).toStringList().mid(0, 5);
    if (recent == m_shownRecent)
        return;
    m_shownRecent = recent;
    while (QLayoutItem *item = m_recent->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    if (recent.isEmpty())
        return;
    auto *title = new QLabel(tr("Recent"));
    m_recent->addWidget(title);
    for (const QString &address : recent) {
        auto *button = linkButton(address);
        connect(button, &QPushButton::clicked, this, [this, address] { Q_EMIT addressChosen(address); });
        m_recent->addWidget(button);
    }
}

} // namespace antiphon
