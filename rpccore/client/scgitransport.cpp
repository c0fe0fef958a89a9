// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "scgitransport.h"

#include "httpexchange.h"
#include "httpsession.h"

namespace rpc {

ScgiTransport::ScgiTransport(HttpTarget target, QObject *parent)
    : ClientTransport(parent)
    , m_session(std::make_shared<HttpSession>(std::move(target), HttpForm::Scgi))
{
}

ScgiTransport::~ScgiTransport() { m_session->close(); }

void ScgiTransport::dropIdle() { m_session->dropIdle(); }

const HttpTarget &ScgiTransport::target() const noexcept { return m_session->target(); }

std::unique_ptr<TransportExchange> ScgiTransport::send(
    const QByteArray &body, const QByteArray &contentType, const CallOptions &options)
{
    return std::make_unique<HttpExchange>(m_session, body, contentType, options);
}

} // namespace rpc
