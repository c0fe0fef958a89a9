// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/dispatch/callcontext.h>
#include <rpccore/httpserver/httpbody.h>
#include <rpccore/httpserver/httplastanswer.h>
#include <rpccore/httpserver/httpresponse.h>

#include <QObject>

#include <limits>

class QTcpSocket;

namespace rpc {

class ConnectionGate;

/// One client's connection: reads its requests one after the other, each checked to its last byte before anybody sees
/// it, keeps its deadlines, and writes the answers. While a request is being answered nothing more is read, so answers
/// cannot overtake each other and a flood stays in the kernel. Deletes itself when the connection ends.
class RPCHTTPSERVER_EXPORT HttpConnection : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 never = std::numeric_limits<qint64>::max();

    /// Takes \a socket, which may still be shaking hands.
    HttpConnection(QTcpSocket *socket, ConnectionGate &gate);
    ~HttpConnection() override;

    /// The request that is being answered, as it came.
    const HttpHead &head() const noexcept { return m_head; }
    const QByteArray &requestHead() const noexcept { return m_headBytes; }
    const QByteArray &requestBody() const noexcept { return m_requestBody; }
    std::chrono::microseconds sinceRequest() const;

    /// Cancelled when the client hangs up; this object lives as long as it is not.
    const std::shared_ptr<CallToken> &token() const noexcept { return m_token; }
    /// Unlike that of any other connection of this process.
    const QString &id() const noexcept { return m_id; }
    const QHostAddress &peer() const noexcept { return m_peer; }
    quint16 peerPort() const noexcept { return m_peerPort; }
    /// What handlers are told about the client: "tls.subject" and "tls.sha256" of the certificate that it showed and
    /// that was found valid.
    const QVariantMap &attributes();

    /// Who is asked for the answer; for whoever has to know when that one dies.
    const QObject *asked = nullptr;
    /// Whose the last request was, also when it is answered; compared only, it may be gone.
    const QObject *lastAsked = nullptr;

    /// What of \a response goes to the client, as long as it is not answered: no body for a HEAD, nor under 204.
    QByteArray bodySent(const HttpResponse &response) const;
    /// Answers the current request. Returns the head that was written.
    QByteArray answer(const HttpResponse &response);
    /// Answers without having read anything, and closes. A \a polite end takes in for a moment what the client sends:
    /// otherwise the kernel may drop the answer.
    void turnAway(const HttpResponse &response, bool polite);
    bool isTurnedAway() const noexcept { return m_isTurnedAway; }
    /// Closes now when no request has begun, else after its answer (ConnectionGate::isDraining()).
    void closeWhenIdle();
    /// Ends the connection at once.
    void abort();

    /// Gives the socket away, with what was read behind the current request put back into it; nothing answers that
    /// request any more. This object does not touch it again; it only counts as a connection until the socket dies.
    QTcpSocket *release();
    bool isReleased() const noexcept { return m_phase == Phase::Released; }

    qint64 deadline() const noexcept { return m_deadline; } ///< on the clock of ConnectionGate::now()
    void onDeadline();
    /// Goes on with what was sent ahead; for ConnectionGate, which gives each connection its turn.
    void onTurn();

private:
    enum class Phase : quint8 { Head, Body, Answering, Closing, Released };

    void read();
    void process();
    bool readHead();
    bool readBody();
    void startRequest();
    void refuse(HttpHead::Refused refusal); // by value: it may lie in what is cleared meanwhile
    QByteArray write(const HttpResponse &response, bool keepAlive);
    void send(const QByteArray &bytes);
    void endRequest();
    void closeSocket();
    void readSoon();
    bool hasMore() const;
    qint64 unsent() const;
    void countUnsent();
    bool mayAnswerMore();
    void setDeadline(std::chrono::milliseconds fromNow);
    void onBodyDeadline();
    void onBytesWritten();
    void onDisconnected();
    void end();
    QByteArrayView unread() const { return QByteArrayView(m_buffer).sliced(m_at); }

    QTcpSocket *m_socket;
    ConnectionGate &m_gate;
    QString m_id;
    QHostAddress m_peer;
    quint16 m_peerPort;
    bool m_isPlain; // no TLS
    bool m_isHalfClosed = false; // by the client, which may still wait for its answer
    HttpLastAnswer m_lastAnswer;
    Phase m_phase = Phase::Head;
    bool m_isTurnedAway = false;
    bool m_isCounted = false; // among the requests that are being answered
    bool m_mayStillSend = false; // refused by its head, so the body may or may not come
    bool m_isProcessing = false;
    bool m_isWaiting = false; // for its turn
    QByteArray m_buffer; // received
    qsizetype m_at = 0; // what is before this in m_buffer is done with
    qsizetype m_scanned = 0; // bytes of unread() in which no head ends
    bool m_isNew = true; // no request was answered yet
    QByteArray m_headBytes;
    HttpHead m_head;
    std::optional<HttpBody> m_body;
    QByteArray m_requestBody;
    std::shared_ptr<CallToken> m_token;
    std::chrono::steady_clock::time_point m_requestTime;
    qint64 m_bodyStart = 0;
    qint64 m_unsent = 0; // as the gate counts it
    qint64 m_deadline = never;
    std::optional<QVariantMap> m_attributes;
};

} // namespace rpc
