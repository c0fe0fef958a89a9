// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectioncontroller.h"

namespace antiphon {

ConnectionController::ConnectionController(QObject *parent)
    : QObject(parent)
{
}

ConnectionController::~ConnectionController() = default;

void ConnectionController::setCredentials(const Credentials &credentials)
{
    m_credentials = credentials;
    Q_EMIT stateChanged();
}

void ConnectionController::connectTo(const QString &address, std::optional<rpc::Protocol> protocol)
{
    cancel();
    m_failedExchange.reset();
    m_error.reset();
    const auto url = Endpoint::urlFromText(address);
    if (!url) {
        m_error = url.error();
        setState(State::Failed, url.error().message);
        return;
    }
    // Credentials typed into the address are taken out of it, so that they are never shown or stored.
    if (!url->userName().isEmpty())
        m_credentials = { url->userName(QUrl::FullyDecoded), url->password(QUrl::FullyDecoded), {} };
    m_url = url->adjusted(QUrl::RemoveUserInfo | QUrl::RemoveFragment);
    m_wanted = protocol;
    m_endpoint = Endpoint();
    m_endpoint.target.url = m_url;
    m_endpoint.target.user = m_credentials.user;
    m_endpoint.target.password = m_credentials.password;
    m_endpoint.target.bearer = m_credentials.bearer;
    m_endpoint.protocol = protocol;
    m_discovery = std::make_unique<rpc::Discovery>(
        m_url, [endpoint = m_endpoint](rpc::Protocol p) { return endpoint.makeClient(p); });
    connect(m_discovery.get(), &rpc::Discovery::finished, this, &ConnectionController::onFinished);
    connect(m_discovery.get(), &rpc::Discovery::progress, this, [this](qsizetype done, qsizetype total) {
        // Not for every answer: a bar that flickers says nothing.
        if (done % 20 == 0)
            setState(State::Connecting, tr("Asking about the methods: %1 of %2").arg(done).arg(total));
    });
    setState(State::Connecting, tr("Asking %1 for its methods").arg(m_url.toString()));
    m_discovery->start(protocol);
}

void ConnectionController::refresh()
{
    if (!m_url.isEmpty())
        connectTo(m_url.toString(), m_wanted);
}

void ConnectionController::cancel()
{
    if (m_discovery && m_state == State::Connecting)
        m_discovery->cancel();
}

void ConnectionController::onFinished(const rpc::Result<rpc::ApiModel> &model)
{
    // The discovery is the sender of this signal.
    rpc::Discovery *const discovery = m_discovery.release();
    discovery->deleteLater();
    if (!model) {
        if (model.error().kind == rpc::ErrorKind::Cancelled) {
            setState(m_client ? State::Connected : State::Disconnected, tr("Cancelled."));
            return;
        }
        m_error = model.error();
        if (!discovery->traces().isEmpty())
            m_failedExchange = discovery->traces().constLast();
        m_client.reset();
        m_model = rpc::ApiModel();
        setState(State::Failed, model.error().toString());
        Q_EMIT modelChanged();
        return;
    }
    m_model = *model;
    m_client = m_endpoint.makeClient(m_model.protocol);
    m_roundTrip.clear();
    if (!discovery->traces().isEmpty() && discovery->traces().constLast().complete)
        m_roundTrip = rpc::durationText(*discovery->traces().constLast().complete);
    setState(State::Connected,
        m_model.listError
            ? m_model.notes.join(u' ')
            : tr("%1, %n methods", nullptr, int(m_model.methods.size())).arg(rpc::protocolName(m_model.protocol)));
    Q_EMIT modelChanged();
}

void ConnectionController::setState(State state, const QString &message)
{
    m_state = state;
    m_message = message;
    Q_EMIT stateChanged();
}

} // namespace antiphon
