// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/channel/messagechannel.h>
#include <rpccore/client/transport.h>

#include <QElapsedTimer>
#include <QPointer>
#include <QStringList>
#include <QTimer>

namespace rpc {

class ChannelTransport;

/// One message of this end and the answer to it.
class ChannelExchange : public TransportExchange
{
    Q_OBJECT

public:
    ChannelExchange(ChannelTransport &transport, const QByteArray &body, std::chrono::milliseconds timeout);
    ~ChannelExchange() override;

    void cancel() override;

    /// The ids of its calls, as text; empty when it holds none, or cannot be read.
    QStringList ids;
    QStringList meanings; ///< of the same, RequestId::meaning()
    QStringList methods; ///< what each of them calls
    bool isXml = false; ///< XML-RPC: the answer is told by its place
    bool isEchoed = false; ///< the other end has sent it back
    bool isBatch = false; ///< its answers come as an array
    bool expectsAnswer = true; ///< false for notifications: sent is done
    bool isSent() const { return m_trace.sent.has_value(); }

    void onSent(const ChannelMessage &message, const MessageChannel &channel, bool openedForIt);
    void arrive(const ChannelMessage &message, const QString &carriage);
    /// Bytes came that are no answer. They are shown when none comes.
    void addStray(const QByteArray &bytes);
    void end(const Error &error);

private:
    void showStrays(Error &error);

    void complete();
    Trace::Microseconds now() const { return Trace::Microseconds(m_clock.nsecsElapsed() / 1000); }

    QPointer<ChannelTransport> m_transport;
    QElapsedTimer m_clock;
    QTimer m_timer;
    QByteArray m_strays; // the begin of them
    qint64 m_strayBytes = 0;
    bool m_done = false;
};

} // namespace rpc
