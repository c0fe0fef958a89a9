// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "httpchannel.h"
#include "httpdigest.h"
#include "trace.h"

#include <QNetworkCookie>
#include <QNetworkCookieJar>
#include <QTimer>

#include <deque>
#include <functional>
#include <unordered_set>

namespace rpc {

class HttpExchange;

/// What the calls of one transport share: the connections, the beginning of every head, cookies and credentials. Held
/// by the transport and by every exchange.
class HttpSession : public QObject
{
    Q_OBJECT

public:
    using RetryHook = std::function<std::optional<HeaderFields>(const Trace &refused)>;

    HttpSession(HttpTarget target, HttpForm form);
    ~HttpSession() override;

    const HttpTarget &target() const noexcept { return m_target; }
    HttpForm form() const noexcept { return m_form; }
    const Result<HttpPeer> &peer(); ///< Found out at the first call.

    /// What stands before the body: request line and fields, or SCGI's headers. InvalidArgument for fields that cannot
    /// be sent. Counts Digest's nonce up.
    Result<QByteArray> head(qsizetype bodySize, const QByteArray &contentType, const HeaderFields &own);

    void setRetryHook(RetryHook hook) { m_retryHook = std::move(hook); }
    /// True when the call behind \a refused is to be sent again; what is to be sent with it is in the next head(). An
    /// error when that cannot be sent.
    Result<bool> wantsRetry(const Trace &refused, const QList<QByteArray> &challenges);
    /// True when the server has to say first by which scheme it lets people in: an empty request is sent for that.
    bool mustAskForScheme() const { return m_asks; }
    /// False for an answer to it that says nothing, because something else is wrong.
    static bool tellsScheme(int status)
    {
        const bool isPassing = status == 429 || (status >= 502 && status <= 504); // may say something else in a moment
        return !isPassing && status != 407 && status / 100 != 3;
    }
    void learnScheme(int status, const QList<QByteArray> &challenges); ///< What was answered to it.
    void refusedAgain() { m_digest.forget(); } ///< What wantsRetry() led to was refused, too.

    void keepCookies(const QList<QByteArray> &values);
    QList<QNetworkCookie> cookies() const { return m_cookies.all(); }
    void clearCookies() { m_cookies.clear(); }
    QByteArray cookieField(); ///< Its value for the next call; empty when there are none.

    void add(HttpExchange *exchange) { m_exchanges.insert(exchange); } ///< To be closed with the session.
    void remove(HttpExchange *exchange);
    /// Gives \a exchange a connection, at once or as soon as there is one.
    void acquire(HttpExchange *exchange);
    void release(HttpChannel *channel, bool mayKeep); ///< Closes it unless \a mayKeep.
    void dropIdle(); ///< The next call gets a new connection.
    void close(); ///< Ends everything that is under way.
    void addUser() { ++m_users; } ///< One more transport shares it.
    bool removeUser() { return --m_users == 0; } ///< True when that was the last.

private:
    struct CookieJar : QNetworkCookieJar
    {
        QList<QNetworkCookie> all() const { return allCookies(); }
        void clear() { setAllCookies({}); }
    };

    void buildBase();
    QByteArray httpHead(const HeaderFields &fields) const;
    QByteArray scgiHead(const HeaderFields &fields, qsizetype bodySize) const;
    static std::optional<std::pair<QByteArray, QByteArray>> sessionIdIn(const QByteArray &head);
    HttpChannel *takeIdle();
    void serveWaiting();
    void drop(HttpChannel *channel);
    void dropOld();

    HttpTarget m_target;
    HttpForm m_form;
    std::optional<Result<HttpPeer>> m_peer;
    std::optional<Error> m_baseError;
    HeaderFields m_base; // of every request, but for Content-Type and Content-Length
    QByteArray m_baseHead; // the same, ready to be sent
    HeaderFields m_kept; // what the hook gave
    RetryHook m_retryHook;
    HttpDigest m_digest;
    bool m_asks = false;
    bool m_isUnheardOf = false; // the server lets people in by schemes that are not known here
    CookieJar m_cookies;
    std::unordered_set<HttpExchange *> m_exchanges;
    std::deque<HttpExchange *> m_waiting;
    std::vector<HttpChannel *> m_channels; // owned; deleted from the event loop, they may be in the middle of something
    std::vector<HttpChannel *> m_idle; // of those; the one that was used last is at the end
    QTimer m_idleTimer;
    bool m_isClosedAfterAnswers = false; // by the other end: then each call has a connection of its own
    int m_users = 1; // transports
    bool m_isServing = false;
    bool m_isClosed = false;
};

} // namespace rpc
