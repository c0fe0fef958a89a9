// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "messagescontroller.h"

#include <app/workspace/peerwatch.h>

namespace antiphon {

namespace {

constexpr std::chrono::milliseconds flushTime { 50 };
constexpr qsizetype mostWaiting = 1000;
constexpr qint64 mostWaitingBytes = 4 * 1024 * 1024;

bool isNews(PeerMessage::Kind kind) { return kind != PeerMessage::Kind::Opened && kind != PeerMessage::Kind::Closed; }

} // namespace

MessagesController::MessagesController(QObject *parent)
    : QObject(parent)
{
    m_flush.setSingleShot(true);
    m_flush.setInterval(flushTime);
    connect(&m_flush, &QTimer::timeout, this, &MessagesController::flush);
}

void MessagesController::watch(rpc::ClientTransport &transport)
{
    if (const PeerWatch *const watch = PeerWatch::over(transport))
        connect(watch, &PeerWatch::came, this, &MessagesController::onCame);
}

void MessagesController::onCame(const PeerMessage &message)
{
    m_waiting.append(message);
    m_waitingBytes += sizeOf(message);
    if (m_waiting.size() >= mostWaiting || m_waitingBytes >= mostWaitingBytes)
        flush();
    else if (!m_flush.isActive())
        m_flush.start();
}

void MessagesController::flush()
{
    m_flush.stop();
    const QList<PeerMessage> messages = std::exchange(m_waiting, {});
    m_waitingBytes = 0;
    m_log.append(messages);
    Q_EMIT logChanged();
    if (m_isSeen)
        return;
    m_news += std::count_if(messages.begin(), messages.end(), [](const PeerMessage &m) { return isNews(m.kind); });
    Q_EMIT newsChanged();
}

void MessagesController::clear()
{
    flush(); // what came before is cleared, too
    m_log.clear();
    m_news = 0;
    Q_EMIT logChanged();
    Q_EMIT newsChanged();
}

void MessagesController::setSeen(bool seen)
{
    if (seen)
        flush();
    m_isSeen = seen;
    m_news = 0;
    Q_EMIT newsChanged();
}

} // namespace antiphon
