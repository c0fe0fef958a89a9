// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/dispatch/callcontext.h>
#include <rpccore/httpserver/httpbody.h>
#include <rpccore/httpserver/httpresponse.h>

#include <QElapsedTimer>
#include <QObject>
#include <QPointer>
#include <QTimer>

class QTcpSocket;

namespace rpc {

class RequestSocket;

/// One client's connection: reads its requests one after the other, each checked to its last byte before anybody sees
/// it, keeps its deadlines, and writes the answers. While a request is being answered nothing more is read, so answers
/// cannot overtake each other and a flood stays in the kernel. Deletes itself when the connection ends.
class HttpConnection : public QObject
{
    Q_OBJECT

public:
    HttpConnection(QTcpSocket *socket, const Limits &limits, QObject *parent);
    ~HttpConnection() override;

    /// The request that is being answered, as it came.
    const QByteArray &requestHead() const noexcept { return m_headBytes; }
    const QByteArray &requestBody() const noexcept { return m_body->bytes(); }
    /// Cancelled when the client hangs up.
    const std::shared_ptr<CallToken> &token() const noexcept { return m_token; }
    std::chrono::microseconds sinceRequest() const;
    /// Unlike that of any other connection of this process.
    const QString &id() const noexcept { return m_id; }
    QHostAddress peer() const;
    quint16 peerPort() const;

    /// The current request in the form in which Qt is to read it: no framing tricks, no upgrade, a plain length.
    QByteArray requestForQt() const;
    /// What Qt reads from; made on first use, then belongs to Qt.
    RequestSocket *requestSocket();

    /// Answers the current request. Returns the head that was written.
    QByteArray answer(const HttpResponse &response);
    /// Ends the connection at once.
    void abort();

Q_SIGNALS:
    /// A request is complete; answer() is due.
    void requestReady();
    /// A request was refused before it was complete.
    void refused(int status, const QString &reason, const QByteArray &received, const QByteArray &responseHead,
        const QByteArray &responseBody);

private:
    enum class Phase : quint8 { Head, Body, Answering, Closing };

    void read();
    void process();
    bool readHead();
    bool readBody();
    void refuse(HttpHead::Refused refusal); // by value: it may lie in what is cleared meanwhile
    QByteArray write(const HttpResponse &response, bool keepAlive);
    void closeSocket();
    void onBytesWritten();
    void onTimeout();
    void onDisconnected();

    QTcpSocket *m_socket;
    QString m_id;
    QPointer<RequestSocket> m_requestSocket;
    Limits m_limits;
    Phase m_phase = Phase::Head;
    QByteArray m_buffer; // received, not yet understood
    QByteArray m_headBytes;
    HttpHead m_head;
    std::optional<HttpBody> m_body;
    std::shared_ptr<CallToken> m_token;
    QElapsedTimer m_sinceRequest;
    QTimer m_deadline;
};

} // namespace rpc
