// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectiongate.h"

#include <rpccore/server/acceptedsocket.h>

#include <QTimer>
#include <QTimerEvent>

namespace rpc {

namespace {

constexpr int backlogOfKernel = 1024; // connections that wait to be accepted
constexpr int mostTurnedAway = 100; // that are given time to read why
constexpr qint64 mostUnsent = 64 * 1024 * 1024; // bytes, of all connections; each may add one answer
constexpr std::chrono::milliseconds turnsTime { 2 }; // before the event loop looks who else has something to say
constexpr qint64 shortestTick = 20; // ms: deadlines are kept to about this

} // namespace

HttpDoor::~HttpDoor() = default;

ConnectionGate::ConnectionGate(const Limits &limits, HttpDoor &door, QObject *parent)
    : QTcpServer(parent)
    , m_limits(limits)
    , m_door(door)
{
    setListenBacklogSize(backlogOfKernel);
    // Out of descriptors: trying again at once would only burn the processor.
    connect(this, &QTcpServer::acceptError, this, [this] {
        pauseAccepting();
        QTimer::singleShot(200, this, &QTcpServer::resumeAccepting);
    });
}

ConnectionGate::~ConnectionGate()
{
    while (!m_connections.isEmpty())
        delete m_connections.constLast(); // takes itself off the list
}

qint64 ConnectionGate::now()
{
    using namespace std::chrono;
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

void ConnectionGate::incomingConnection(qintptr descriptor)
{
    QTcpSocket *const socket = acceptedSocket(descriptor, m_tls).release();
    if (!socket)
        return;
    const int ofHost = ++m_perHost[hostKey(socket->peerAddress())];
    auto *connection = new HttpConnection(socket, *this);
    m_connections.append(connection);
    const bool tooMany = m_connections.size() - m_turnedAway > m_limits.connections;
    if (!tooMany && ofHost <= m_limits.connectionsPerHost)
        return;
    ++m_turnedAway;
    auto response = tooMany ? HttpResponse::text(503, QStringLiteral("too many connections"))
                            : HttpResponse::text(429, QStringLiteral("too many connections from this address"));
    response.addField(QByteArrayLiteral("Retry-After"), QByteArrayLiteral("1"));
    connection->turnAway(response, m_turnedAway <= mostTurnedAway);
}

void ConnectionGate::forget(HttpConnection *connection)
{
    m_waiting.removeOne(connection);
    if (!m_connections.removeOne(connection))
        return;
    if (connection->isTurnedAway())
        --m_turnedAway;
    const auto host = m_perHost.find(hostKey(connection->peer()));
    if (host != m_perHost.end() && --*host <= 0)
        m_perHost.erase(host);
    if (m_isDraining && m_connections.isEmpty())
        Q_EMIT emptied();
}

bool ConnectionGate::hasRoom() const noexcept { return m_unsent <= mostUnsent; }

void ConnectionGate::waitForTurn(HttpConnection *connection)
{
    m_waiting.append(connection);
    if (!std::exchange(m_givesTurns, true))
        QMetaObject::invokeMethod(this, &ConnectionGate::giveTurns, Qt::QueuedConnection);
}

// Not all that wait: hundreds of clients that send many requests ahead would keep one waiting that sends one at a time.
void ConnectionGate::giveTurns()
{
    m_givesTurns = false;
    const auto end = std::chrono::steady_clock::now() + turnsTime;
    for (qsizetype left = m_waiting.size(); left > 0 && !m_waiting.isEmpty(); --left) {
        m_waiting.takeFirst()->onTurn();
        if (std::chrono::steady_clock::now() >= end)
            break;
    }
    if (!m_waiting.isEmpty() && !std::exchange(m_givesTurns, true))
        QMetaObject::invokeMethod(this, &ConnectionGate::giveTurns, Qt::QueuedConnection);
}

bool ConnectionGate::beginRequest()
{
    if (m_inFlight >= m_limits.inFlight)
        return false;
    ++m_inFlight;
    return true;
}

void ConnectionGate::endRequest() { --m_inFlight; }

void ConnectionGate::closeConnections()
{
    const auto all = m_connections; // the list shrinks meanwhile
    for (HttpConnection *connection : all)
        connection->abort();
}

void ConnectionGate::drain()
{
    m_isDraining = true;
    while (waitForNewConnection(0)) { } // closing would reset those that wait to be accepted
    close();
    const auto all = m_connections;
    for (HttpConnection *connection : all)
        connection->closeWhenIdle();
    if (m_connections.isEmpty())
        QMetaObject::invokeMethod(this, &ConnectionGate::emptied, Qt::QueuedConnection);
}

// One timer for all: a connection's deadline moves with every request, and moving it later costs nothing.
void ConnectionGate::wakeAt(qint64 time)
{
    if (m_timer && time >= m_wakeTime)
        return;
    if (m_timer)
        killTimer(m_timer);
    m_wakeTime = time;
    m_timer = startTimer(std::chrono::milliseconds(qMax(shortestTick, time - now())));
}

void ConnectionGate::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer)
        return QTcpServer::timerEvent(event);
    killTimer(std::exchange(m_timer, 0));
    const qint64 time = now();
    const auto all = m_connections;
    for (HttpConnection *connection : all) {
        if (connection->deadline() <= time)
            connection->onDeadline();
    }
    qint64 next = HttpConnection::never;
    for (const HttpConnection *connection : std::as_const(m_connections))
        next = qMin(next, connection->deadline());
    if (next != HttpConnection::never)
        wakeAt(next);
}

void ConnectionGate::addHalfClosed(HttpConnection *connection)
{
    constexpr qsizetype most = 32;
    m_halfClosed.append(connection);
    if (m_halfClosed.size() > most)
        m_halfClosed.takeFirst()->abort();
}

} // namespace rpc
