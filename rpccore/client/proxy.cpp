// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "proxy.h"

namespace rpc {

namespace {

Error closed() { return Error::make(ErrorKind::Cancelled, QStringLiteral("the client was closed")); }

} // namespace

Proxy::Proxy(Client &client, const QString &separator)
    : m_client(&client)
    , m_separator(separator)
{
}

Proxy Proxy::operator[](QAnyStringView name) const
{
    Proxy inner(*this);
    if (!m_name.isEmpty())
        inner.m_name += m_separator;
    inner.m_name += name.toString();
    return inner;
}

Proxy Proxy::with(const CallOptions &options) const
{
    Proxy other(*this);
    other.m_options = std::make_shared<const CallOptions>(options);
    return other;
}

PendingCall Proxy::send(const Params &params) const
{
    return m_client ? m_client->call(m_name, params, options()) : PendingCall::ended(closed());
}

PendingCall Proxy::sendNotification(const Params &params) const
{
    return m_client ? m_client->notify(m_name, params, options()) : PendingCall::ended(closed());
}

Request Proxy::prepared(const Params &params) const
{
    return Request { m_client ? m_client->nextId() : RequestId::null(), m_name, params };
}

const CallOptions &Proxy::options() const
{
    static const CallOptions none;
    return m_options ? *m_options : none;
}

} // namespace rpc
