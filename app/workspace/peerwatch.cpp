// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "peerwatch.h"

#include "describe.h"

#include <QUrl>

namespace antiphon {

using rpc::UnexpectedMessage;
using Kind = PeerMessage::Kind;

namespace {

constexpr qsizetype longestLine = 64 * 1024; // bytes of standard error that are held back for their line feed
constexpr std::chrono::milliseconds lineTime { 200 }; // the same in time: a question ends without one
constexpr qsizetype mostNames = 20; // of the methods of one batch

Kind kindOf(UnexpectedMessage::Reason reason)
{
    switch (reason) {
    case UnexpectedMessage::Reason::UnknownId:
        return Kind::UnknownAnswer;
    case UnexpectedMessage::Reason::Duplicate:
        return Kind::SecondAnswer;
    case UnexpectedMessage::Reason::Late:
        return Kind::LateAnswer;
    case UnexpectedMessage::Reason::Unreadable:
    case UnexpectedMessage::Reason::Text:
        return Kind::Unreadable;
    case UnexpectedMessage::Reason::Binary:
        return Kind::Binary;
    case UnexpectedMessage::Reason::Echo:
        return Kind::Echo;
    }
    Q_UNREACHABLE();
}

QString methodsOf(const QList<rpc::CallOutcome> &outcomes)
{
    QStringList names;
    for (const rpc::CallOutcome &outcome : outcomes) {
        if (outcome.method.isEmpty())
            continue;
        if (names.size() == mostNames) {
            names.append(QStringLiteral("…"));
            break;
        }
        names.append(oneLine(outcome.method));
    }
    return names.join(u", ");
}

} // namespace

PeerWatch *PeerWatch::over(rpc::ClientTransport &transport)
{
    auto *const duplex = qobject_cast<rpc::ChannelTransport *>(&transport);
    return duplex ? new PeerWatch(*duplex) : nullptr;
}

PeerWatch::PeerWatch(rpc::ChannelTransport &transport)
    : QObject(&transport)
    , m_address(transport.channel().url().toString(QUrl::RemoveUserInfo))
    , m_isOpen(transport.isOpen())
{
    using rpc::ChannelTransport;
    connect(&transport, &ChannelTransport::opened, this, [this] {
        m_isOpen = true;
        PeerMessage message;
        message.kind = Kind::Opened;
        message.text = m_address;
        tell(message);
    });
    connect(&transport, &ChannelTransport::closed, this, &PeerWatch::onClosed);
    connect(&transport, &ChannelTransport::answered, this, &PeerWatch::onAnswered);
    connect(&transport, &ChannelTransport::unexpected, this, &PeerWatch::onUnexpected);
    connect(&transport.channel(), &rpc::MessageChannel::standardError, this, &PeerWatch::onStandardError);
    m_lineTimer.setSingleShot(true);
    connect(&m_lineTimer, &QTimer::timeout, this, &PeerWatch::endLine);
}

PeerWatch::~PeerWatch()
{
    if (m_isOpen)
        onClosed(rpc::Error::make(rpc::ErrorKind::Cancelled, QString()));
    else
        endLine();
}

void PeerWatch::tell(PeerMessage message)
{
    message.time = QDateTime::currentDateTime();
    Q_EMIT came(message);
}

void PeerWatch::onClosed(const rpc::Error &error)
{
    m_isOpen = false;
    endLine();
    PeerMessage message;
    const bool isWanted = error.kind == rpc::ErrorKind::Cancelled;
    message.kind = isWanted ? Kind::Closed : Kind::Lost;
    message.text = isWanted ? tr("%1, by this end").arg(m_address) : QString(error.toString() % u"  ·  " % m_address);
    tell(message);
}

void PeerWatch::onAnswered(
    const rpc::ChannelMessage &request, const rpc::Dispatched &result, const rpc::ChannelMessage &answer)
{
    PeerMessage message;
    message.message = request;
    message.answer = answer;
    message.method = methodsOf(result.outcomes);
    const auto isNotification = [](const rpc::CallOutcome &outcome) { return outcome.isNotification; };
    const bool isSilent
        = !result.outcomes.isEmpty() && std::all_of(result.outcomes.begin(), result.outcomes.end(), isNotification);
    message.kind = isSilent ? Kind::Notification : Kind::Call;
    const QString failure = failureText(result.outcomes);
    if (message.method.isEmpty() && !result.outcomes.isEmpty()) {
        message.kind = Kind::Unreadable;
        message.text = failure;
    }
    if (!isSilent)
        message.answerText = answer.body.isEmpty() ? tr("not answered: the connection had ended")
            : failure.isEmpty()                    ? tr("result")
                                                   : failure;
    tell(message);
}

void PeerWatch::onUnexpected(const UnexpectedMessage &unexpected)
{
    PeerMessage message;
    message.kind = kindOf(unexpected.reason);
    message.text = unexpected.text;
    message.message.body = unexpected.body;
    tell(message);
}

// What a program writes is a text in lines, however it arrives.
void PeerWatch::onStandardError(const QByteArray &bytes)
{
    m_line += bytes;
    qsizetype from = 0;
    for (qsizetype end = m_line.indexOf('\n'); end >= 0; end = m_line.indexOf('\n', from)) {
        PeerMessage message;
        message.kind = Kind::StandardError;
        message.message.body = m_line.mid(from, end - from);
        message.message.tail = message.message.body.endsWith('\r') ? "\r\n" : "\n";
        message.message.body.chop(message.message.tail.size() - 1);
        from = end + 1;
        tell(message);
    }
    m_line.remove(0, from);
    m_lineTimer.stop();
    if (m_line.size() > longestLine)
        endLine();
    else if (!m_line.isEmpty())
        m_lineTimer.start(lineTime);
}

void PeerWatch::endLine()
{
    m_lineTimer.stop();
    if (m_line.isEmpty())
        return;
    PeerMessage message;
    message.kind = Kind::StandardError;
    message.message.body = std::exchange(m_line, QByteArray());
    tell(message);
}

} // namespace antiphon
