// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "farewell.h"

#include "channeltransport.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QPointer>
#include <QThread>
#include <QTimer>

namespace rpc {

namespace {

constexpr std::chrono::milliseconds leaveTime { 1000 };

// WebSockets that were left and have not agreed yet.
QList<QPointer<MessageChannel>> &leaving()
{
    thread_local QList<QPointer<MessageChannel>> all;
    return all;
}

} // namespace

void leave(std::unique_ptr<MessageChannel> channel)
{
    auto *const app = QCoreApplication::instance();
    if (!channel->takesLeave() || !app || app->thread() != QThread::currentThread())
        return;
    MessageChannel *const left = channel.release();
    left->disconnect();
    left->setParent(app); // it may be that no event loop runs any more
    leaving().removeIf([](const auto &other) { return !other; });
    leaving().append(left);
    QObject::connect(left, &MessageChannel::closed, left, &QObject::deleteLater);
    QTimer::singleShot(leaveTime, left, &MessageChannel::abort);
    left->close();
}

void ChannelTransport::waitUntilLeft()
{
    const auto isLeft
        = [](const auto &channel) { return !channel || channel->state() == MessageChannel::State::Closed; };
    QDeadlineTimer deadline(leaveTime);
    QTimer wakes;
    wakes.start(leaveTime);
    while (!deadline.hasExpired() && !std::all_of(leaving().begin(), leaving().end(), isLeft))
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

} // namespace rpc
