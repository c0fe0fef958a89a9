// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/httpserver/httpconnection.h>

#include <QHash>
#include <QSslConfiguration>
#include <QTcpServer>

namespace rpc {

/// A request that was refused before it was complete.
struct HttpRefusal
{
    int status = 0;
    QString reason;
    QByteArray received; ///< of the head
    QByteArray responseHead;
    QByteArray responseBody;
};

/// Who answers the requests. Called for every request of every connection, so there are no signals in between.
class RPCHTTPSERVER_EXPORT HttpDoor
{
public:
    virtual ~HttpDoor();
    /// A request is complete; connection.answer() is due, now or later.
    virtual void onRequest(HttpConnection &connection) = 0;
    /// Whether the head alone is reason enough for onRequest() to refuse.
    virtual bool refusesByHead(const HttpConnection &connection) = 0;
    virtual void onRefused(HttpConnection &connection, const HttpRefusal &refusal) = 0;
};

/// Accepts connections and counts them, keeps the clock of their deadlines.
class RPCHTTPSERVER_EXPORT ConnectionGate : public QTcpServer
{
    Q_OBJECT

public:
    /// \a door has to live until closeConnections().
    ConnectionGate(const Limits &limits, HttpDoor &door, QObject *parent = nullptr);
    ~ConnectionGate() override;

    /// For the connections that come from now on.
    void setTls(const QSslConfiguration &configuration) { m_tls = configuration; }

    const QList<HttpConnection *> &connections() const noexcept { return m_connections; }
    /// Ends every connection but those that were released.
    void closeConnections();
    /// Accepts no more, closes what idles; every connection is closed after its next answer. emptied() follows.
    void drain();
    bool isDraining() const noexcept { return m_isDraining; }

    // For the connections.
    const Limits &limits() const noexcept { return m_limits; }
    HttpDoor &door() const noexcept { return m_door; }
    /// Milliseconds of a clock that never goes back.
    static qint64 now();
    /// Some connection has to look at the clock at \a time.
    void wakeAt(qint64 time);
    /// False when so many requests are being answered already.
    bool beginRequest();
    void endRequest();
    void forget(HttpConnection *connection);
    /// HttpConnection::onTurn() comes after those that wait already, and after what others have to say meanwhile.
    void waitForTurn(HttpConnection *connection);
    /// True while some connection waits for its turn.
    bool isBusy() const noexcept { return !m_waiting.isEmpty(); }
    /// Counts what waits for clients to take it.
    /// \a connection waits for its answer with its client's side closed. Each may be one whose client has gone: above 32
    /// the oldest is given up.
    void addHalfClosed(HttpConnection *connection);
    void removeHalfClosed(HttpConnection *connection) { m_halfClosed.removeOne(connection); }
    void addUnsent(qint64 bytes) noexcept { m_unsent += bytes; }
    /// False while all connections together hold so much that those with something unsent should not add to it.
    bool hasRoom() const noexcept;

Q_SIGNALS:
    /// After drain(): the last connection has ended.
    void emptied();

protected:
    void incomingConnection(qintptr descriptor) override;
    void timerEvent(QTimerEvent *event) override;

private:
    void giveTurns();

    Limits m_limits;
    HttpDoor &m_door;
    std::optional<QSslConfiguration> m_tls;
    QList<HttpConnection *> m_connections;
    QHash<quint64, int> m_perHost;
    QList<HttpConnection *> m_waiting; // for their turn
    bool m_givesTurns = false; // soon
    qint64 m_unsent = 0;
    int m_inFlight = 0;
    int m_turnedAway = 0; // connections that only wait for their refusal to be read
    bool m_isDraining = false;
    int m_timer = 0;
    qint64 m_wakeTime = 0; // when m_timer fires
    QList<HttpConnection *> m_halfClosed; // the oldest first
};

} // namespace rpc
