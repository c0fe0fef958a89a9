// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpsession.h"

#include "httpexchange.h"

#include <rpccore/message/fieldsyntax.h>

#include <QCoreApplication>

#include <algorithm>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

constexpr int idleMs = 60'000; // an unused connection is kept for

// Nothing that would end the field early and begin another (RFC 9110 section 5.5).
bool isField(const QByteArray &name, const QByteArray &value)
{
    const auto isNameChar = [](char c) { return uchar(c) > 0x20 && uchar(c) < 0x7f && c != ':'; };
    const auto isValueChar = [](char c) { return (uchar(c) >= 0x20 && c != 0x7f) || c == '\t'; };
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), isNameChar)
        && std::all_of(value.begin(), value.end(), isValueChar);
}

std::optional<Error> check(const HeaderFields &fields)
{
    for (const auto &[name, value] : fields) {
        if (!isField(name, value))
            return Error::make(ErrorKind::InvalidArgument,
                Text::tr("the header field \"%1\" cannot be sent: its name or its value has a character that "
                         "HTTP does not allow there")
                    .arg(QString::fromUtf8(name)));
        if (isSameField(name, "Content-Length") || isSameField(name, "Transfer-Encoding"))
            return Error::make(ErrorKind::InvalidArgument,
                Text::tr("the header field \"%1\" cannot be set: it follows from the body")
                    .arg(QString::fromUtf8(name)));
    }
    return std::nullopt;
}

bool hasField(const HeaderFields &fields, QByteArrayView name)
{
    return std::any_of(
        fields.begin(), fields.end(), [name](const auto &field) { return isSameField(field.first, name); });
}

// These win over those of the same name.
void replaceIn(HeaderFields &fields, const HeaderFields &with)
{
    for (const auto &field : with)
        fields.removeIf([&field](const auto &f) { return isSameField(f.first, field.first); });
    fields.append(with);
}

} // namespace

HttpSession::HttpSession(HttpTarget target, HttpForm form)
    : m_target(std::move(target))
    , m_form(form)
{
    if (m_target.user.isEmpty() && !m_target.url.userName().isEmpty()) {
        m_target.user = m_target.url.userName(QUrl::FullyDecoded);
        m_target.password = m_target.url.password(QUrl::FullyDecoded);
    }
    m_asks = m_target.asksForScheme && !m_target.user.isEmpty() && !m_target.digest && m_form == HttpForm::Http;
    m_target.url.setUserInfo(QString());
    m_target.url.setFragment(QString());
    m_idleTimer.setSingleShot(true);
    connect(&m_idleTimer, &QTimer::timeout, this, &HttpSession::dropOld);
}

HttpSession::~HttpSession() { close(); }

const Result<HttpPeer> &HttpSession::peer()
{
    if (!m_peer) {
        m_peer = HttpPeer::of(m_target, m_form);
        if (*m_peer)
            buildBase();
    }
    return *m_peer;
}

void HttpSession::buildBase()
{
    const HttpPeer &peer = m_peer->value();
    if (m_form == HttpForm::Http) {
        m_base = { { "Host", peer.hostField }, { "User-Agent", "Antiphon" }, { "Accept", "*/*" },
            { "Accept-Encoding", m_target.acceptCompression ? "gzip, deflate" : "identity" },
            { "Connection", "keep-alive" } };
        if (!peer.proxyAuthorization.isEmpty())
            m_base.append({ "Proxy-Authorization", peer.proxyAuthorization });
    }
    if (!m_target.user.isEmpty() && !m_target.digest && !m_asks && !m_isUnheardOf)
        m_base.append({ "Authorization", basicAuthorization(m_target.user, m_target.password) });
    else if (m_target.user.isEmpty() && !m_target.bearer.isEmpty())
        m_base.append({ "Authorization", "Bearer " + m_target.bearer.toUtf8() });
    replaceIn(m_base, m_target.headers);
    m_baseError = check(m_base);
    if (m_form == HttpForm::Http && !hasField(m_base, "Content-Type"))
        m_baseHead = httpHead(m_base);
}

QByteArray HttpSession::httpHead(const HeaderFields &fields) const
{
    QByteArray head = "POST " + m_peer->value().requestTarget + " HTTP/1.1\r\n";
    for (const auto &[name, value] : fields)
        head += name + ": " + value + "\r\n";
    return head;
}

// A netstring of names and values, CONTENT_LENGTH first.
QByteArray HttpSession::scgiHead(const HeaderFields &fields, qsizetype bodySize) const
{
    QByteArray text;
    const auto add = [&text](const QByteArray &name, const QByteArray &value) { text += name + '\0' + value + '\0'; };
    add("CONTENT_LENGTH", QByteArray::number(bodySize));
    add("SCGI", "1");
    add("REQUEST_METHOD", "POST");
    add("REQUEST_URI", m_peer->value().requestTarget);
    add("SERVER_PROTOCOL", "HTTP/1.1");
    for (const auto &[name, value] : fields) {
        const QByteArray cgi = name.toUpper().replace('-', '_');
        add(cgi == "CONTENT_TYPE" ? cgi : "HTTP_" + cgi, value);
    }
    return QByteArray::number(text.size()) + ':' + text + ',';
}

Result<QByteArray> HttpSession::head(qsizetype bodySize, const QByteArray &contentType, const HeaderFields &own)
{
    if (m_baseError)
        return *m_baseError;
    const bool isDigest = m_digest.isReady() && m_target.digest && !m_target.user.isEmpty();
    QByteArray head;
    if (!m_baseHead.isEmpty() && own.isEmpty() && m_kept.isEmpty() && !isDigest && !m_target.cookies) {
        if (!isField("Content-Type", contentType))
            return *check({ { "Content-Type", contentType } });
        head.reserve(m_baseHead.size() + contentType.size() + 64);
        head += m_baseHead;
        head += "Content-Type: ";
        head += contentType;
        head += "\r\n";
    } else {
        HeaderFields fields = m_base;
        if (!hasField(fields, "Content-Type"))
            fields.append({ "Content-Type", contentType });
        if (const QByteArray pairs = cookieField(); !pairs.isEmpty() && !hasField(fields, "Cookie"))
            fields.append({ "Cookie", pairs });
        if (isDigest)
            replaceIn(fields,
                { { "Authorization",
                    m_digest.authorization(
                        m_target.user.toUtf8(), m_target.password.toUtf8(), "POST", m_peer->value().requestTarget) } });
        replaceIn(fields, own);
        replaceIn(fields, m_kept);
        if (const auto error = check(fields))
            return *error;
        if (m_form == HttpForm::Scgi)
            return scgiHead(fields, bodySize);
        head = httpHead(fields);
    }
    head += "Content-Length: ";
    head += QByteArray::number(bodySize);
    head += "\r\n\r\n";
    return head;
}

// The field X-...Session-Id of an answer.
std::optional<std::pair<QByteArray, QByteArray>> HttpSession::sessionIdIn(const QByteArray &head)
{
    for (const QByteArray &line : head.split('\n')) {
        const qsizetype colon = line.indexOf(':');
        const QByteArray name = line.left(colon).toLower();
        if (colon > 0 && name.startsWith("x-") && name.endsWith("session-id"))
            return std::pair(line.left(colon), line.mid(colon + 1).trimmed());
    }
    return std::nullopt;
}

void HttpSession::learnScheme(int status, const QList<QByteArray> &challenges)
{
    if (!std::exchange(m_asks, false))
        return; // another exchange has asked, too
    if (status == 401 && m_digest.take(challenges))
        m_target.digest = true;
    else if (status == 401)
        m_isUnheardOf = !HttpDigest::schemes(challenges).contains("basic"); // the call's own answer will name them
    buildBase();
}

Result<bool> HttpSession::wantsRetry(const Trace &refused, const QList<QByteArray> &challenges)
{
    const int status = refused.httpStatus;
    if (status == 401 && m_target.digest && !m_target.user.isEmpty() && m_digest.take(challenges))
        return true;
    if (status == 409 && m_target.sessionIds) {
        if (const auto field = sessionIdIn(refused.responseHead)) {
            replaceIn(m_kept, { *field });
            return true;
        }
    }
    if (!m_retryHook || (status != 401 && status != 407 && status != 409))
        return false;
    const RetryHook hook = m_retryHook; // it may set another
    const auto fields = hook(refused);
    if (!fields)
        return false;
    if (const auto error = check(*fields))
        return *error;
    replaceIn(m_kept, *fields);
    return true;
}

QByteArray HttpSession::cookieField()
{
    QByteArray pairs;
    if (!m_target.cookies || !peer())
        return pairs;
    for (const QNetworkCookie &cookie : m_cookies.cookiesForUrl(m_peer->value().cookieUrl))
        pairs += (pairs.isEmpty() ? "" : "; ") + cookie.toRawForm(QNetworkCookie::NameAndValueOnly);
    return pairs;
}

void HttpSession::keepCookies(const QList<QByteArray> &values)
{
    if (!m_target.cookies)
        return;
    QList<QNetworkCookie> cookies;
    for (const QByteArray &value : values)
        cookies += QNetworkCookie::parseCookies(value);
    if (!cookies.isEmpty())
        m_cookies.setCookiesFromUrl(cookies, m_peer->value().cookieUrl);
}

void HttpSession::remove(HttpExchange *exchange)
{
    m_exchanges.erase(exchange);
    std::erase(m_waiting, exchange);
}

void HttpSession::acquire(HttpExchange *exchange)
{
    m_waiting.push_back(exchange);
    serveWaiting();
}

// The next unused connection that is still good.
HttpChannel *HttpSession::takeIdle()
{
    while (!m_idle.empty()) {
        HttpChannel *channel = m_idle.back();
        m_idle.pop_back();
        if (channel->idleMs() < idleMs && channel->isFresh())
            return channel;
        // A server that closes after its answers without saying so closes the next connection, too: between two looks.
        constexpr qint64 soonMs = 1000;
        if (channel->closedAfterMs() >= 0 && channel->closedAfterMs() < soonMs)
            m_isClosedAfterAnswers = true;
        drop(channel);
    }
    return nullptr;
}

void HttpSession::serveWaiting()
{
    if (m_isServing) // what is called below comes back here
        return;
    m_isServing = true;
    while (!m_waiting.empty() && !m_isClosed) {
        HttpChannel *channel = takeIdle();
        const bool isOpen = channel;
        if (!channel) {
            if (int(m_channels.size()) >= qMax(1, m_target.connections))
                break;
            channel = new HttpChannel(m_peer->value(), m_target.tls);
            m_channels.push_back(channel);
        }
        HttpExchange *exchange = m_waiting.front();
        m_waiting.pop_front();
        exchange->use(channel, isOpen);
    }
    m_isServing = false;
}

void HttpSession::release(HttpChannel *channel, bool mayKeep)
{
    channel->setUser(nullptr);
    if (mayKeep && !m_isClosed && !m_isClosedAfterAnswers) {
        channel->setIdle();
        m_idle.push_back(channel);
        if (!m_idleTimer.isActive())
            m_idleTimer.start(idleMs);
    } else {
        drop(channel);
    }
    if (!m_waiting.empty())
        serveWaiting();
}

void HttpSession::drop(HttpChannel *channel)
{
    std::erase(m_channels, channel);
    channel->abort();
    channel->deleteLater();
}

void HttpSession::dropIdle()
{
    for (HttpChannel *channel : std::exchange(m_idle, {}))
        drop(channel);
}

void HttpSession::dropOld()
{
    const auto isOld = [](const HttpChannel *channel) { return channel->idleMs() >= idleMs; };
    for (HttpChannel *channel : std::as_const(m_idle)) {
        if (isOld(channel))
            drop(channel);
    }
    std::erase_if(m_idle, isOld);
    if (!m_idle.empty())
        m_idleTimer.start(idleMs);
}

void HttpSession::close()
{
    m_isClosed = true;
    m_idleTimer.stop();
    while (!m_exchanges.empty()) {
        HttpExchange *exchange = *m_exchanges.begin();
        m_exchanges.erase(m_exchanges.begin());
        exchange->close();
    }
    m_idle.clear();
    while (!m_channels.empty())
        drop(m_channels.back());
}

} // namespace rpc
