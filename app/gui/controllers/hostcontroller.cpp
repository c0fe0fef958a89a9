// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "hostcontroller.h"

#include <app/workspace/describe.h>
#include <rpccore/client/trace.h>

#include <QFileInfo>
#include <QSettings>

namespace antiphon {

namespace {
const QString scriptKey = QStringLiteral("host/script");
const QString portKey = QStringLiteral("host/port");
} // namespace

HostController::HostController(QSettings &settings, QObject *parent)
    : QObject(parent)
    , m_settings(settings)
    , m_script(settings.value(scriptKey).toString())
    , m_port(quint16(qBound(0, settings.value(portKey).toInt(), 65535)))
{
    connect(&m_host, &Host::started, this, [this](const QUrl &url) {
        setState(State::Running, tr("Listening on %1").arg(url.toString()));
        Q_EMIT started(url);
    });
    connect(&m_host, &Host::failed, this, [this](const rpc::Error &error) { setState(State::Failed, error.message); });
    connect(&m_host, &Host::served, this, &HostController::onServed);
    connect(&m_host, &Host::logged, this, &HostController::onLogged);
}

void HostController::setScript(const QString &path)
{
    if (path == m_script)
        return;
    m_script = path;
    m_settings.setValue(scriptKey, path);
    Q_EMIT stateChanged();
}

void HostController::setPort(quint16 port)
{
    m_port = port;
    m_settings.setValue(portKey, port);
}

void HostController::start()
{
    if (m_script.isEmpty()) {
        setState(State::Failed, tr("No script is chosen."));
        return;
    }
    rpc::HttpOptions options;
    options.port = m_port;
    setState(State::Starting, tr("Starting %1").arg(QFileInfo(m_script).fileName()));
    m_host.start({ m_script }, { options }, std::chrono::seconds(5));
}

void HostController::stop()
{
    m_host.stop();
    setState(State::Stopped, tr("Stopped."));
}

void HostController::setState(State state, const QString &message)
{
    m_state = state;
    m_message = message;
    Q_EMIT stateChanged();
}

void HostController::onServed(const rpc::ServedExchange &exchange)
{
    TrafficEntry entry;
    entry.time = exchange.received;
    entry.duration = rpc::durationText(exchange.duration);
    entry.peer = exchange.peer.toString() % u':' % QString::number(exchange.peerPort);
    entry.requestHead = exchange.requestHead;
    entry.requestBody = exchange.requestBody;
    entry.responseHead = exchange.responseHead;
    entry.responseBody = exchange.responseBody;
    if (exchange.protocol)
        entry.protocol = rpc::protocolName(*exchange.protocol);
    QStringList methods;
    for (const rpc::CallOutcome &call : exchange.calls)
        methods.append(call.method.isEmpty() ? tr("(no request)") : call.method);
    entry.method = methods.join(u", ");
    entry.outcomeText = failureText(exchange.calls);
    if (!entry.outcomeText.isEmpty())
        entry.outcome = TrafficEntry::Outcome::Error;
    if (!exchange.refusal.isEmpty()) {
        entry.outcome = TrafficEntry::Outcome::Refused;
        entry.outcomeText = QString::number(exchange.status) % u"  " % exchange.refusal;
    } else if (exchange.status == 0) {
        entry.outcome = TrafficEntry::Outcome::Refused;
        entry.outcomeText = tr("the client had gone");
    } else if (entry.outcome == TrafficEntry::Outcome::Result) {
        entry.outcomeText
            = exchange.calls.size() == 1 && exchange.calls.constFirst().isNotification ? tr("notified") : tr("result");
    }
    m_log.append({ entry });
}

void HostController::onLogged(const QString &level, const QString &text, const QString &where)
{
    TrafficEntry entry;
    entry.time = QDateTime::currentDateTime();
    entry.outcome = TrafficEntry::Outcome::Message;
    entry.method = text;
    entry.outcomeText = where;
    if (level == u"error")
        entry.outcome = TrafficEntry::Outcome::Error;
    else if (level == u"warning")
        entry.outcome = TrafficEntry::Outcome::Refused;
    m_log.append({ entry });
}

} // namespace antiphon
