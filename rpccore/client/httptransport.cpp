// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httptransport.h"

#include "httpexchange.h"
#include "httpsession.h"

namespace rpc {

HttpTransport::HttpTransport(HttpTarget target, QObject *parent)
    : ClientTransport(parent)
    , m_session(std::make_shared<HttpSession>(std::move(target), HttpForm::Http))
{
}

HttpTransport::HttpTransport(const HttpTransport *other, QObject *parent)
    : ClientTransport(parent)
    , m_session(other->m_session)
{
    m_session->addUser();
}

HttpTransport::~HttpTransport()
{
    if (m_session->removeUser())
        m_session->close();
}

void HttpTransport::dropIdle() { m_session->dropIdle(); }

const HttpTarget &HttpTransport::target() const noexcept { return m_session->target(); }

void HttpTransport::setRetryHook(RetryHook hook) { m_session->setRetryHook(std::move(hook)); }

QList<QNetworkCookie> HttpTransport::cookies() const { return m_session->cookies(); }

QByteArray HttpTransport::cookieField() const { return m_session->cookieField(); }

void HttpTransport::clearCookies() { m_session->clearCookies(); }

std::unique_ptr<TransportExchange> HttpTransport::send(
    const QByteArray &body, const QByteArray &contentType, const CallOptions &options)
{
    return std::make_unique<HttpExchange>(m_session, body, contentType, options);
}

} // namespace rpc
