// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "eventstream.h"
#include "httpsession.h"
#include "transport.h"

#include <QBasicTimer>
#include <QElapsedTimer>

namespace rpc {

/// One call over HTTP or SCGI: a request that is written to one connection once, and its answer. Never repeated, but
/// for one request more when the server has refused the first one (HttpSession::wantsRetry()).
class HttpExchange : public TransportExchange, private HttpChannel::User
{
public:
    HttpExchange(std::shared_ptr<HttpSession> session, const QByteArray &body, const QByteArray &contentType,
        const CallOptions &options);
    ~HttpExchange() override;

    void cancel() override;
    void close(); ///< The session ends.
    void use(HttpChannel *channel, bool isOpen); ///< What HttpSession::acquire() led to.

protected:
    void timerEvent(QTimerEvent *event) override;

private:
    bool readEvents();
    void noAnswerInEvents();
    void reached(HttpChannel::Phase phase) override;
    void opened() override;
    void openFailed(const Error &error) override;
    void bytesCame() override;
    void bytesWent() override;
    void closed() override;

    Trace::Microseconds now() const { return Trace::Microseconds(m_phases.nsecsElapsed() / 1000); }
    QString peerName() const;
    void start();
    void readFailed();
    void takeAnswer(const HttpResponseReader &reader);
    void answered();
    void askedForScheme(const QList<QByteArray> &challenges);
    void startAgain(const QByteArray &body);
    void letGo(bool mayKeep);
    void end(const Error &error);
    void finish();
    void arm();
    Error timeoutError(const QString &text) const { return Error::make(ErrorKind::Timeout, text); }

    std::shared_ptr<HttpSession> m_session;
    QByteArray m_contentType;
    HeaderFields m_own;
    std::chrono::milliseconds m_timeout;
    HttpChannel *m_channel = nullptr;
    std::optional<HttpResponseReader> m_reader;
    const std::function<bool(const QByteArray &)> m_isAnswer; // of the messages of an event stream; may be empty
    const std::function<bool(const QByteArray &)> m_isWhole; // of a body that breaks off; may be empty
    std::optional<EventStreamReader> m_eventReader;
    qsizetype m_eventsRead = 0; // bytes of the body
    QList<QByteArray> m_events; // besides the answer
    std::optional<QByteArray> m_answer; // that came as an event
    QElapsedTimer m_clock; // of the whole call, ms for the time limits
    QElapsedTimer m_phases; // of this request
    QBasicTimer m_timer;
    qint64 m_timerAt = -1; // when it fires at the latest, by m_clock; -1: it does not run
    qint64 m_connectingSince = -1; // by m_clock; -1: not connecting
    qint64 m_waitingSince = -1; // for the first byte
    bool m_isRetry = false;
    bool m_isAsking = false; // for the scheme; the call itself comes behind it
    QByteArray m_body; // of the call meanwhile
    bool m_isStarting = false; // finished() is never emitted from within send()
    bool m_done = false;
};

} // namespace rpc
