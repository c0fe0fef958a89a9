// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "connectioncontroller.h"

namespace antiphon {

ConnectionController::ConnectionController(QObject *parent)
    : QObject(parent)
{
}

ConnectionController::~ConnectionController() = default;

namespace {

QString originOf(const QUrl &url)
{
    return url.scheme() % u"://" % url.host() % u':' % QString::number(url.port(url.scheme() == u"https" ? 443 : 80));
}

} // namespace

void ConnectionController::setCredentials(const QUrl &url, const Credentials &credentials)
{
    m_credentials.insert(originOf(url), credentials);
}

ConnectionController::Credentials ConnectionController::credentials(const QUrl &url) const
{
    return m_credentials.value(originOf(url));
}

void ConnectionController::connectTo(const QString &address, std::optional<rpc::Protocol> protocol)
{
    cancel();
    const auto url = Endpoint::urlFromText(address);
    if (!url) { // nothing was asked, so nothing changes
        if (m_client)
            return setState(State::Connected, url.error().message);
        m_failedExchange.reset();
        m_error = url.error();
        return setState(State::Failed, url.error().message);
    }
    if (!url->userName().isEmpty())
        setCredentials(*url, { url->userName(QUrl::FullyDecoded), url->password(QUrl::FullyDecoded), {} });
    const Credentials known = credentials(*url);
    m_asking.url = url->adjusted(QUrl::RemoveUserInfo | QUrl::RemoveFragment);
    m_asking.endpoint = Endpoint();
    m_asking.endpoint.target.url = m_asking.url;
    m_asking.endpoint.target.user = known.user;
    m_asking.endpoint.target.password = known.password;
    m_asking.endpoint.target.bearer = known.bearer;
    m_asking.endpoint.protocol = protocol;
    m_discovery
        = m_asking.endpoint.makeDiscovery([this](rpc::ClientTransport &transport) { Q_EMIT transportMade(transport); });
    connect(m_discovery.get(), &rpc::Discovery::finished, this, &ConnectionController::onFinished);
    connect(m_discovery.get(), &rpc::Discovery::progress, this, [this](qsizetype done, qsizetype total) {
        // Not for every answer: a bar that flickers says nothing.
        if (done % 20 == 0)
            setState(State::Connecting, tr("Asking about the methods: %1 of %2").arg(done).arg(total));
    });
    setState(State::Connecting, tr("Asking %1 for its methods").arg(m_asking.url.toString()));
    m_discovery->start(protocol);
}

void ConnectionController::refresh()
{
    if (!m_target.url.isEmpty())
        connectTo(m_target.url.toString(), m_target.endpoint.protocol);
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
        m_target = m_asking;
        m_error = model.error();
        m_failedExchange.reset();
        if (!discovery->traces().isEmpty())
            m_failedExchange = discovery->traces().constLast();
        m_client.reset();
        m_model = rpc::ApiModel();
        setState(State::Failed, model.error().toString());
        Q_EMIT modelChanged();
        return;
    }
    m_target = m_asking;
    m_error.reset();
    m_failedExchange.reset();
    m_model = *model;
    // A connection that is open stays: the other end may have begun to speak, and a program is not started twice.
    m_client
        = Endpoint::isTwoWay(m_target.url) ? discovery->takeClient() : m_target.endpoint.makeClient(m_model.protocol);
    m_roundTrip.clear();
    if (!discovery->traces().isEmpty() && discovery->traces().constLast().complete)
        m_roundTrip = rpc::durationText(*discovery->traces().constLast().complete);
    setState(State::Connected,
        m_model.listError
            ? m_model.notes.join(u' ')
            : tr("%1, %n methods", nullptr, int(m_model.methods.size())).arg(rpc::protocolName(m_model.protocol)));
    Q_EMIT modelChanged();
}

bool ConnectionController::isTwoWay() const
{
    return Endpoint::isTwoWay(m_state == State::Connecting ? m_asking.url : m_target.url);
}

void ConnectionController::setState(State state, const QString &message)
{
    m_state = state;
    m_message = message;
    Q_EMIT stateChanged();
}

} // namespace antiphon
