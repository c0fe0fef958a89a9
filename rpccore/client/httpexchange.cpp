// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpexchange.h"

#include <QCoreApplication>
#include <QPointer>
#include <QTimerEvent>

#include <limits>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

// Smaller bodies go with their head in one piece.
constexpr qsizetype joinUpTo = 32 * 1024;

} // namespace

HttpExchange::HttpExchange(std::shared_ptr<HttpSession> session, const QByteArray &body, const QByteArray &contentType,
    const CallOptions &options)
    : m_session(std::move(session))
    , m_contentType(contentType)
    , m_own(options.headers)
    , m_timeout(options.timeout.value_or(m_session->target().timeout))
    , m_isAnswer(options.isAnswer)
    , m_isWhole(options.isWhole)
{
    m_trace.url = m_session->target().url;
    m_trace.requestBody = body;
    if (m_session->mustAskForScheme()) {
        m_isAsking = true;
        m_body = std::exchange(m_trace.requestBody, QByteArray());
    }
    m_clock.start();
    m_session->add(this);
    m_isStarting = true;
    start();
    m_isStarting = false;
}

HttpExchange::~HttpExchange()
{
    m_done = true;
    letGo(false);
    m_session->remove(this);
}

void HttpExchange::cancel() { end(Error::make(ErrorKind::Cancelled, QStringLiteral("cancelled"))); }

void HttpExchange::close() { end(Error::make(ErrorKind::Cancelled, Text::tr("the client was closed"))); }

QString HttpExchange::peerName() const
{
    const auto &peer = m_session->peer();
    return peer ? peer->name : m_trace.url.authority();
}

void HttpExchange::start()
{
    m_trace.started = QDateTime::currentDateTime();
    m_phases.start();
    const auto &peer = m_session->peer();
    if (!peer)
        return end(peer.error());
    auto head = m_session->head(m_trace.requestBody.size(), m_contentType, m_own);
    if (!head)
        return end(head.error());
    m_trace.requestHead = *std::move(head);
    m_trace.carriage = peer->carriage;
    arm();
    m_session->acquire(this);
}

void HttpExchange::use(HttpChannel *channel, bool isOpen)
{
    const bool wasStarting = std::exchange(m_isStarting, true);
    m_channel = channel;
    if (isOpen) {
        channel->setUser(this);
        opened();
    } else {
        m_connectingSince = m_clock.elapsed();
        arm();
        channel->open(this);
    }
    m_isStarting = wasStarting;
}

void HttpExchange::reached(HttpChannel::Phase phase)
{
    switch (phase) {
    case HttpChannel::Phase::NameResolved:
        m_trace.nameResolved = now();
        break;
    case HttpChannel::Phase::Connecting:
        if (!m_trace.connecting) // the first address of several
            m_trace.connecting = now();
        break;
    case HttpChannel::Phase::Connected:
        m_trace.connected = now();
        break;
    case HttpChannel::Phase::Encrypted:
        m_trace.encrypted = now();
        break;
    }
}

void HttpExchange::opened()
{
    m_connectingSince = -1;
    m_trace.isTlsUnverified = m_channel->isTlsUnverified();
    m_reader.emplace(m_session->form(), m_session->target().limits);
    const QByteArray &body = m_trace.requestBody;
    if (body.size() <= joinUpTo) {
        m_channel->write(m_trace.requestHead + body);
    } else {
        m_channel->write(m_trace.requestHead);
        if (m_channel)
            m_channel->write(body);
    }
    if (m_channel)
        bytesWent();
}

void HttpExchange::bytesWent()
{
    if (m_trace.sent || !m_channel || !m_channel->isAllWritten())
        return;
    m_trace.sent = now();
    if (m_session->target().firstByteTimeout.count() > 0) {
        m_waitingSince = m_clock.elapsed();
        arm();
    }
}

void HttpExchange::openFailed(const Error &error) { end(error); }

void HttpExchange::bytesCame()
{
    const QByteArray bytes = m_channel->readAll();
    if (bytes.isEmpty())
        return;
    if (!m_trace.firstByte) {
        m_trace.firstByte = now();
        m_waitingSince = -1;
    }
    const auto status = m_reader->add(bytes);
    if (status != HttpResponseReader::Status::Failed && readEvents())
        return answered();
    switch (status) {
    case HttpResponseReader::Status::Done:
        return answered();
    case HttpResponseReader::Status::Failed:
        return readFailed();
    case HttpResponseReader::Status::More:
        // A stream of events need not end; what was asked is answered by its head.
        if (m_isAsking && ContentType::fromHeader(m_reader->contentType()).type == "text/event-stream")
            askedForScheme(m_reader->challenges());
        return;
    }
}

// Whether the answer is among the events that have come; the stream may stay open behind it.
bool HttpExchange::readEvents()
{
    if (m_isAsking || !m_isAnswer || m_reader->status() / 100 != 2)
        return false;
    if (!m_eventReader) {
        if (ContentType::fromHeader(m_reader->contentType()).type != "text/event-stream")
            return false;
        m_eventReader.emplace();
    }
    const auto events = m_eventReader->add(QByteArrayView(m_reader->body()).sliced(m_eventsRead));
    m_eventsRead = m_reader->body().size();
    for (const QByteArray &event : events) {
        if (!m_answer && m_isAnswer(event))
            m_answer = event;
        else
            m_events.append(event);
    }
    return m_answer.has_value();
}

void HttpExchange::noAnswerInEvents()
{
    end(Error::make(ErrorKind::EmptyAnswer,
        Text::tr("%1 ended its event stream without an answer; %n other message(s) came", nullptr, int(m_events.size()))
            .arg(peerName())));
}

void HttpExchange::closed()
{
    const QPointer<HttpExchange> self(this);
    bytesCame(); // what it said last
    if (!self || m_done || !m_channel)
        return;
    if (m_channel->tlsError() && !m_reader->hasBegun())
        return end(*m_channel->tlsError());
    if (m_reader->end() == HttpResponseReader::Status::Done)
        answered();
    else
        readFailed();
}

void HttpExchange::readFailed()
{
    Error error = m_reader->error();
    const QString peer = peerName();
    if (error.kind == ErrorKind::ConnectionLost) {
        if (m_isWhole && m_reader->hasBegun() && !m_eventReader && m_isWhole(m_reader->body())) {
            m_trace.isIncomplete = true;
            return answered();
        }
        error.details = std::exchange(error.message, QString());
        error.message = m_isAsking
            ? Text::tr("%1 closed the connection when it was asked by which scheme it lets people in, an empty request; the "
                       "call was not sent")
                  .arg(peer)
            : m_reader->hasBegun()
            ? Text::tr("%1 closed the connection in the middle of its answer").arg(peer)
            : Text::tr("%1 closed the connection without an answer; it may or may not have acted on the call. "
                       "The call was sent once and is not repeated")
                  .arg(peer);
    } else if (error.kind == ErrorKind::InvalidAnswer) {
        error.message = Text::tr("what %1 sent is not HTTP: %2").arg(peer, error.message);
    }
    end(error);
}

// What was read so far goes to the trace.
void HttpExchange::takeAnswer(const HttpResponseReader &reader)
{
    m_trace.httpStatus = reader.status();
    m_trace.responseHead = reader.status() ? reader.head() : QByteArray();
    m_trace.responseBody = reader.body();
    m_trace.responseWire = reader.wire();
    m_trace.events = m_events;
    if (m_answer) {
        if (m_trace.responseWire.isEmpty())
            m_trace.responseWire = reader.body();
        m_trace.responseBody = *m_answer;
    }
    if (!reader.contentType().isEmpty()) {
        const auto type = ContentType::fromHeader(reader.contentType());
        m_trace.contentType = type.type;
        m_trace.charset = type.charset;
    }
}

void HttpExchange::answered()
{
    if (m_eventReader && !m_answer)
        return noAnswerInEvents();
    const HttpResponseReader reader = *std::exchange(m_reader, std::nullopt);
    takeAnswer(reader);
    m_trace.complete = now();
    if (!reader.cookies().isEmpty())
        m_session->keepCookies(reader.cookies());
    letGo(reader.mayKeep() && m_trace.sent && !m_answer);
    if (m_isAsking && m_session->tellsScheme(m_trace.httpStatus))
        return askedForScheme(reader.challenges());
    const int status = m_trace.httpStatus;
    if (status != 401 && status != 407 && status != 409)
        return finish();
    if (m_isRetry) {
        m_session->refusedAgain();
        return finish();
    }
    const QPointer<HttpExchange> self(this); // the hook is somebody else's code
    const auto session = m_session;
    const auto again = session->wantsRetry(m_trace, reader.challenges());
    if (!self || m_done)
        return;
    if (!again)
        return end(again.error());
    if (!*again)
        return finish();
    m_isRetry = true;
    startAgain(m_trace.requestBody);
}

// The call itself, now that it is known how the server lets people in. From the event loop: this may be within a signal of
// the connection that is let go.
void HttpExchange::askedForScheme(const QList<QByteArray> &challenges)
{
    m_isAsking = false;
    if (m_reader)
        takeAnswer(*m_reader);
    m_session->learnScheme(m_trace.httpStatus, challenges);
    letGo(false);
    QMetaObject::invokeMethod(
        this,
        [this] {
            if (!m_done)
                startAgain(m_body);
        },
        Qt::QueuedConnection);
}

void HttpExchange::startAgain(const QByteArray &body)
{
    Trace next;
    next.url = m_trace.url;
    next.requestBody = body;
    next.earlier = std::make_shared<const Trace>(m_trace);
    m_trace = next;
    m_reader.reset();
    m_eventReader.reset();
    m_eventsRead = 0;
    m_events.clear();
    m_answer.reset();
    m_waitingSince = -1;
    start();
}

void HttpExchange::letGo(bool mayKeep)
{
    if (HttpChannel *channel = std::exchange(m_channel, nullptr))
        m_session->release(channel, mayKeep);
}

void HttpExchange::end(const Error &error)
{
    if (m_done)
        return;
    if (m_reader)
        takeAnswer(*m_reader);
    m_trace.complete = now();
    m_error = error;
    m_error->httpStatus = m_trace.httpStatus;
    letGo(false);
    finish();
}

void HttpExchange::finish()
{
    m_done = true;
    m_timer.stop();
    m_session->remove(this);
    if (m_isStarting)
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT finished(); }, Qt::QueuedConnection);
    else
        Q_EMIT finished();
}

void HttpExchange::arm()
{
    const HttpTarget &target = m_session->target();
    qint64 next = -1;
    const auto consider = [&next](qint64 since, std::chrono::milliseconds limit) {
        if (since >= 0 && limit.count() > 0 && (next < 0 || since + limit.count() < next))
            next = since + limit.count();
    };
    consider(0, m_timeout);
    consider(m_connectingSince, target.connectTimeout);
    consider(m_waitingSince, target.firstByteTimeout);
    if (next < 0 || (m_timerAt >= 0 && m_timerAt <= next))
        return; // one that fires early is armed anew
    m_timerAt = next;
    const qint64 left = qBound(qint64(1), next - m_clock.elapsed(), qint64(std::numeric_limits<int>::max()));
    m_timer.start(int(left), this);
}

void HttpExchange::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer.timerId())
        return;
    m_timer.stop();
    m_timerAt = -1;
    const HttpTarget &target = m_session->target();
    const qint64 elapsed = m_clock.elapsed();
    const auto isOver = [elapsed](qint64 since, std::chrono::milliseconds limit) {
        return since >= 0 && limit.count() > 0 && elapsed >= since + limit.count();
    };
    if (isOver(m_connectingSince, target.connectTimeout))
        return end(timeoutError(
            Text::tr("no connection to %1 within %2").arg(peerName(), durationText(target.connectTimeout))));
    if (isOver(m_waitingSince, target.firstByteTimeout))
        return end(timeoutError(
            Text::tr("%1 did not begin to answer within %2").arg(peerName(), durationText(target.firstByteTimeout))));
    if (isOver(0, m_timeout))
        return end(
            timeoutError(Text::tr("no complete answer from %1 within %2").arg(peerName(), durationText(m_timeout))));
    arm();
}

} // namespace rpc
