// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "messagespage.h"

#include "../actions/actions.h"
#include "../controllers/messagescontroller.h"

#include <app/workspace/describe.h>
#include <rpccore/client/trace.h>
#include <rpccore/json/jsonreader.h>

#include <widgets/theme/actionbutton.h>
#include <widgets/theme/icons.h>
#include <widgets/theme/theme.h>
#include <widgets/trafficlog/logview.h>
#include <widgets/valuetree/valuetreeview.h>
#include <widgets/wireview/wireview.h>

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace antiphon {

MessagesPage::MessagesPage(MessagesController &messages, const Actions &actions, QWidget *parent)
    : QWidget(parent)
    , m_messages(messages)
    , m_count(new QLabel)
    , m_splitter(new QSplitter)
    , m_log(new LogView)
    , m_caption(new QLabel)
    , m_tabs(new QTabWidget)
    , m_message(new WireView)
    , m_tree(new ValueTreeView)
    , m_answer(new WireView)
{
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme::margin, theme::between, theme::margin, theme::between);
    layout->setSpacing(theme::between);
    auto *row = new QHBoxLayout;
    row->setSpacing(theme::between);
    m_count->setObjectName(QStringLiteral("messageCount"));
    row->addWidget(m_count, 1);
    row->addWidget(theme::actionButton(actions.clearMessages, Qt::ToolButtonIconOnly));
    layout->addLayout(row);

    m_log->setObjectName(QStringLiteral("messages"));
    m_log->setAccessibleName(tr("Messages of the other end"));
    m_log->setLog(&m_messages.log(), MessageModel::ExcerptColumn,
        { { MessageModel::TimeColumn, QStringLiteral("00:00:00.000") },
            { MessageModel::KindColumn,
                QString(PeerMessage::kindText(PeerMessage::Kind::Notification) % QStringLiteral("MMM")) },
            { MessageModel::MethodColumn, QStringLiteral("aria2.onDownloadComp") },
            { MessageModel::AnswerColumn, QStringLiteral("error -32601  Meth") } });
    auto *copy = new QAction(theme::icon(theme::IconId::Copy), tr("Copy message"), this);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    connect(copy, &QAction::triggered, this, &MessagesPage::copyMessage);
    m_log->addActions({ copy, actions.clearMessages });
    m_log->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_splitter->addWidget(m_log);
    m_splitter->addWidget(makeDetail());
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    layout->addWidget(m_splitter, 1);

    connect(m_log->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &current) {
        if (current.isValid()) // else the line has gone; what is being read stays
            showMessage(m_messages.log().entry(current.row()));
    });
    connect(&m_messages.log(), &QAbstractItemModel::modelReset, this, &MessagesPage::showNothing);
    connect(&m_messages, &MessagesController::logChanged, this, &MessagesPage::showCount);
    showNothing();
    showCount();
}

QWidget *MessagesPage::makeDetail()
{
    m_caption->setObjectName(QStringLiteral("messageCaption"));
    m_caption->setTextFormat(Qt::PlainText);
    m_caption->setWordWrap(true);
    m_caption->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setObjectName(QStringLiteral("messageBytes"));
    m_message->setAccessibleName(tr("Bytes received"));
    m_tree->setObjectName(QStringLiteral("messageTree"));
    m_tree->setAccessibleName(tr("Value of the message"));
    m_tree->setModel(&m_value);
    m_answer->setObjectName(QStringLiteral("messageAnswer"));
    m_answer->setAccessibleName(tr("Bytes sent"));
    m_tabs->setObjectName(QStringLiteral("messageTabs"));
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_message, tr("Message"));
    m_tabs->addTab(m_tree, tr("Value"));
    m_tabs->addTab(m_answer, tr("Answer"));
    connect(m_tabs, &QTabWidget::currentChanged, this, &MessagesPage::showValue);
    auto *detail = new QWidget;
    auto *layout = new QVBoxLayout(detail);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(theme::between);
    layout->addWidget(m_caption);
    layout->addWidget(m_tabs, 1);
    return detail;
}

void MessagesPage::focusLog() { m_log->setFocus(Qt::ShortcutFocusReason); }

void MessagesPage::showCount()
{
    const MessageModel &log = m_messages.log();
    QString text = tr("%Ln entries", nullptr, log.rowCount());
    if (log.dropped() > 0) {
        const QLocale locale;
        text = tr("The newest %1 entries; %2 older ones have gone. Up to %3 entries and %4 are kept.")
                   .arg(locale.toString(log.rowCount()), locale.toString(log.dropped()),
                       locale.toString(MessageModel::mostEntries), rpc::sizeText(MessageModel::mostBytes));
    }
    m_count->setText(text);
}

void MessagesPage::showMessage(const PeerMessage &message)
{
    QStringList facts { MessageModel::timeText(message), PeerMessage::kindText(message.kind) };
    if (!message.method.isEmpty())
        facts.append(message.method);
    if (!message.text.isEmpty())
        facts.append(oneLine(message.text));
    if (!message.message.body.isEmpty())
        facts.append(rpc::sizeText(message.message.body.size()));
    m_caption->setText(facts.join(QStringLiteral("  ·  ")));
    m_caption->show();
    const bool hasBytes = message.kind > PeerMessage::Kind::Lost;
    m_message->setMessage(message.message.head, message.message.body + message.message.tail,
        hasBytes ? tr("The message is empty.") : tr("This line tells of the connection; no bytes belong to it."));
    m_answer->setMessage(message.answer.head, message.answer.body + message.answer.tail,
        message.answerText.isEmpty() ? tr("No answer is due.") : tr("Nothing was sent back."));
    m_body = message.kind == PeerMessage::Kind::StandardError ? QByteArray() : message.message.body;
    m_value.clear();
    showValue();
}

void MessagesPage::showNothing()
{
    const QString hint = tr("What the other end says of its own accord appears in the list; its bytes appear here.");
    m_caption->hide();
    m_message->setMessage({}, {}, hint);
    m_answer->setMessage({}, {}, hint);
    m_body.clear();
    m_value.clear();
}

// Of a large message only when somebody wants to see it.
void MessagesPage::showValue()
{
    if (m_tabs->currentWidget() != m_tree || m_body.isEmpty())
        return;
    rpc::JsonReader reader;
    reader.limits = rpc::Limits::forExplorer();
    reader.duplicates = rpc::Duplicates::KeepAll;
    if (const auto value = reader.read(std::exchange(m_body, QByteArray())))
        m_value.setValue(tr("message"), *value);
}

void MessagesPage::copyMessage()
{
    const QModelIndex current = m_log->currentIndex();
    if (!current.isValid())
        return;
    const PeerMessage &message = m_messages.log().entry(current.row());
    const QByteArray &body = message.message.body;
    QGuiApplication::clipboard()->setText(body.isEmpty() ? message.text : QString::fromUtf8(body));
}

} // namespace antiphon
