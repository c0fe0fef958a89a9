// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "looptransport.h"

#include <rpccore/core/threadhop.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <atomic>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

class LoopExchange : public TransportExchange
{
public:
    LoopExchange(std::shared_ptr<const LoopTransport::Handler> handler, const QByteArray &body,
        const QByteArray &contentType, std::chrono::milliseconds timeout)
        : m_home(std::make_shared<ThreadHop>(this))
    {
        m_trace.requestBody = body;
        m_trace.started = QDateTime::currentDateTime();
        m_clock.start();
        if (timeout.count() > 0) {
            m_timer.setSingleShot(true);
            connect(&m_timer, &QTimer::timeout, this, [this, timeout] {
                end(Error::make(ErrorKind::Timeout, Text::tr("no answer within %1").arg(durationText(timeout))));
            });
            m_timer.start(timeout);
        }
        QMetaObject::invokeMethod(
            this,
            [this, handler = std::move(handler), contentType] {
                if (m_done)
                    return;
                m_trace.sent = now();
                const auto slot = std::make_shared<Slot>(m_home, this);
                (*handler)(m_trace.requestBody, contentType,
                    [slot](std::optional<QByteArray> answer) { slot->give(std::move(answer)); });
                // The handler may have been the end of this object.
            },
            Qt::QueuedConnection);
    }

    ~LoopExchange() override { m_home->close(); }

    void cancel() override { end(Error::make(ErrorKind::Cancelled, QStringLiteral("cancelled"))); }
    void close() { end(Error::make(ErrorKind::Cancelled, Text::tr("the client was closed"))); }

private:
    // The one answer, from whatever thread it comes.
    class Slot
    {
    public:
        Slot(std::shared_ptr<ThreadHop> home, LoopExchange *exchange)
            : m_home(std::move(home))
            , m_exchange(exchange)
        {
        }
        ~Slot()
        {
            if (!m_used.test_and_set())
                later([](LoopExchange *e) {
                    e->end(Error::make(ErrorKind::ConnectionLost, Text::tr("the call was dropped without an answer")));
                });
        }
        Q_DISABLE_COPY_MOVE(Slot)

        void give(std::optional<QByteArray> answer)
        {
            if (!m_used.test_and_set())
                later([answer = std::move(answer)](LoopExchange *e) { e->arrive(answer.value_or(QByteArray())); });
        }

    private:
        // Not from within the handler, which may hold what a callback destroys. The exchange lives when the work runs.
        void later(std::function<void(LoopExchange *)> work)
        {
            m_home->run([exchange = m_exchange, work = std::move(work)] {
                QMetaObject::invokeMethod(
                    exchange, [exchange, work] { work(exchange); }, Qt::QueuedConnection);
            });
        }

        std::shared_ptr<ThreadHop> m_home;
        LoopExchange *m_exchange;
        std::atomic_flag m_used;
    };

    Trace::Microseconds now() const { return Trace::Microseconds(m_clock.nsecsElapsed() / 1000); }

    void arrive(const QByteArray &body)
    {
        if (m_done)
            return;
        m_trace.responseBody = body;
        complete();
    }

    void end(const Error &error)
    {
        if (m_done)
            return;
        m_error = error;
        complete();
    }

    void complete()
    {
        m_done = true;
        m_timer.stop();
        m_trace.complete = now();
        Q_EMIT finished();
    }

    std::shared_ptr<ThreadHop> m_home;
    QElapsedTimer m_clock;
    QTimer m_timer;
    bool m_done = false;
};

} // namespace

LoopTransport::LoopTransport(Handler handler, QObject *parent)
    : ClientTransport(parent)
    , m_handler(std::make_shared<const Handler>(std::move(handler)))
{
}

LoopTransport::~LoopTransport() = default;

std::unique_ptr<TransportExchange> LoopTransport::send(
    const QByteArray &body, const QByteArray &contentType, const CallOptions &options)
{
    auto exchange = std::make_unique<LoopExchange>(m_handler, body, contentType, options.timeout.value_or(m_timeout));
    connect(this, &QObject::destroyed, exchange.get(), &LoopExchange::close);
    return exchange;
}

} // namespace rpc
