// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "callcontroller.h"

#include "connectioncontroller.h"

#include <app/workspace/drafts.h>
#include <widgets/paramform/paramtext.h>

namespace antiphon {

CallController::CallController(ConnectionController &connection, Drafts &drafts, QObject *parent)
    : QObject(parent)
    , m_connection(connection)
    , m_drafts(drafts)
{
    m_tick.setInterval(std::chrono::milliseconds(100));
    connect(&m_tick, &QTimer::timeout, this, &CallController::stateChanged);
    connect(&connection, &ConnectionController::stateChanged, this, &CallController::stateChanged);
    connect(&connection, &ConnectionController::modelChanged, this, [this] {
        const QString name = m_method; // the same method, of another or a changed server
        const auto *known = m_connection.model().find(name);
        if (!name.isEmpty() && known)
            setMethod(name);
        else if (!m_connection.model().methods.isEmpty())
            setMethod(QString());
    });
}

CallController::~CallController() = default;

void CallController::setMethod(const QString &name)
{
    m_method = name.trimmed();
    const rpc::MethodInfo *known = m_connection.model().find(m_method);
    m_info = known ? *known : rpc::MethodInfo { m_method, {}, {}, false };
    m_signature = 0;
    m_draftUrl = m_connection.url();
    m_paramsText = m_drafts.draft(m_draftUrl, m_method);
    if (m_paramsText.isEmpty())
        m_paramsText = paramtext::textFromFields(paramtext::emptyFields(parameters()), false);
    checkParams();
    Q_EMIT methodChanged();
    Q_EMIT paramsChanged();
    Q_EMIT stateChanged();
}

void CallController::setSignature(qsizetype index)
{
    m_signature = index;
    Q_EMIT paramsChanged();
}

QList<rpc::Parameter> CallController::parameters() const { return m_info.signatures.value(m_signature).parameters; }

void CallController::setParamsText(const QString &text)
{
    if (text == m_paramsText)
        return;
    m_paramsText = text;
    m_drafts.setDraft(m_draftUrl, m_method, text);
    checkParams();
    Q_EMIT paramsChanged();
    Q_EMIT stateChanged();
}

void CallController::checkParams()
{
    m_paramsError.reset();
    const auto params = paramtext::paramsFromText(m_paramsText);
    if (params)
        m_params = *params;
    else
        m_paramsError = params.error();
}

QString CallController::elapsed() const
{
    return m_running ? rpc::durationText(std::chrono::milliseconds(m_clock.elapsed())) : QString();
}

QString CallController::whyNot() const
{
    if (m_running)
        return tr("A call is running.");
    if (m_connection.state() == ConnectionController::State::Connecting)
        return tr("Connecting.");
    if (!m_connection.client())
        return tr("Not connected.");
    if (m_method.isEmpty())
        return tr("No method is chosen.");
    if (m_paramsError)
        return tr("The params are not complete: %1").arg(m_paramsError->toString());
    return {};
}

QString CallController::paramsHint() const
{
    const auto fields = paramtext::fieldsFromText(m_paramsText, parameters());
    for (qsizetype i = 0; fields && i < fields->size(); ++i) {
        const QString &name = fields->at(i).parameter.name;
        if (fields->at(i).present && !paramtext::fieldValue(fields->at(i).parameter.type, fields->at(i).text))
            return tr("Param %1: %2")
                .arg(name.isEmpty() ? QString::number(i + 1) : name, paramtext::fieldRemark(fields->at(i)));
    }
    return m_paramsError ? m_paramsError->toString() : QString();
}

bool CallController::canNotify() const
{
    return whyNot().isEmpty() && m_connection.client()->protocol() == rpc::Protocol::JsonRpc;
}

void CallController::send(bool asNotification)
{
    if (!whyNot().isEmpty() || (asNotification && !canNotify()))
        return;
    rpc::Client *client = m_connection.client();
    m_running = true;
    m_clock.start();
    m_tick.start();
    m_call = asNotification ? client->notify(m_method, m_params) : client->call(m_method, m_params);
    m_call.onFinished(this, [this, asNotification](const rpc::Reply &reply) {
        m_running = false;
        m_tick.stop();
        m_outcome = Outcome { reply, m_call.trace(), asNotification };
        m_call = rpc::PendingCall();
        Q_EMIT outcomeChanged();
        Q_EMIT stateChanged();
    });
    Q_EMIT sent(m_method);
    Q_EMIT stateChanged();
}

void CallController::cancel()
{
    rpc::PendingCall call = m_call; // its callback replaces m_call
    call.cancel();
}

} // namespace antiphon
