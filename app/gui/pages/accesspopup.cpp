// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "accesspopup.h"

#include "../controllers/connectioncontroller.h"

#include <widgets/theme/theme.h>

#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace antiphon {

AccessPopup::AccessPopup(ConnectionController &connection, const QUrl &url, QWidget *parent)
    : QFrame(parent, Qt::Popup)
    , m_connection(connection)
    , m_url(url)
    , m_user(new QLineEdit(connection.credentials(url).user))
    , m_password(new QLineEdit(connection.credentials(url).password))
    , m_bearer(new QLineEdit(connection.credentials(url).bearer))
{
    setFrameShape(QFrame::StyledPanel);
    auto *form = new QFormLayout(this);
    form->setContentsMargins(theme::margin, theme::margin, theme::margin, theme::margin);
    form->setSpacing(theme::between);
    m_password->setEchoMode(QLineEdit::Password);
    m_bearer->setEchoMode(QLineEdit::Password);
    m_user->setMinimumWidth(220);
    form->addRow(tr("&User"), m_user);
    form->addRow(tr("&Password"), m_password);
    form->addRow(tr("&Bearer token"), m_bearer);
    auto *note = new QLabel(tr("For %1 only, from the next connection on. Kept until the program ends, never stored.")
                                .arg(url.authority()));
    note->setWordWrap(true);
    form->addRow(note);
    auto *button = new QPushButton(tr("&Apply"));
    form->addRow(button);
    connect(button, &QPushButton::clicked, this, &AccessPopup::apply);
    for (QLineEdit *edit : { m_user, m_password, m_bearer })
        connect(edit, &QLineEdit::returnPressed, this, &AccessPopup::apply);
}

void AccessPopup::showBelow(const QWidget &anchor)
{
    adjustSize();
    move(anchor.mapToGlobal(QPoint(0, anchor.height())));
    show();
    m_user->setFocus();
}

void AccessPopup::apply()
{
    m_connection.setCredentials(m_url, { m_user->text(), m_password->text(), m_bearer->text() });
    close();
}

} // namespace antiphon
