// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore/client/client.h>
#include <rpccore/dispatch/methodinfo.h>

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QUrl>

namespace antiphon {

class ConnectionController;
class Drafts;

/// One call: which method, with which params, and what came of it.
class CallController : public QObject
{
    Q_OBJECT

public:
    /// What came of the last call.
    struct Outcome
    {
        rpc::Reply reply = rpc::Value();
        rpc::Trace trace;
        bool wasNotification = false;
    };

    CallController(ConnectionController &connection, Drafts &drafts, QObject *parent = nullptr);
    ~CallController() override;

    /// Chooses a method, listed or not; brings its draft back.
    void setMethod(const QString &name);
    const QString &method() const noexcept { return m_method; }
    /// What is known of it; only the name when it is not listed.
    const rpc::MethodInfo &info() const noexcept { return m_info; }
    /// The signature to build a form from, of several.
    void setSignature(qsizetype index);
    qsizetype signature() const noexcept { return m_signature; }
    QList<rpc::Parameter> parameters() const;

    /// The params as text (widgets/paramform/paramtext.h); kept as a draft with every change.
    void setParamsText(const QString &text);
    const QString &paramsText() const noexcept { return m_paramsText; }
    /// Why the text is no params; nothing when it is.
    const std::optional<rpc::Error> &paramsError() const noexcept { return m_paramsError; }

    bool isRunning() const noexcept { return m_running; }
    /// Since the call was sent.
    QString elapsed() const;
    /// Why nothing can be sent now, for people; empty when it can.
    QString whyNot() const;
    /// What is missing in the params, in the words of the form where they are those of a form.
    QString paramsHint() const;
    /// Notifications are for JSON-RPC.
    bool canNotify() const;

    void call() { send(false); }
    void notify() { send(true); }
    void cancel();

    /// Nothing before the first call.
    const std::optional<Outcome> &outcome() const noexcept { return m_outcome; }

Q_SIGNALS:
    void methodChanged();
    void paramsChanged();
    /// Running or not, allowed or not, elapsed.
    void stateChanged();
    /// A call of this method was sent.
    void sent(const QString &method);
    void outcomeChanged();

private:
    void send(bool asNotification);
    void checkParams();

    ConnectionController &m_connection;
    Drafts &m_drafts;
    QString m_method;
    QUrl m_draftUrl; // the server for which the params were typed
    rpc::MethodInfo m_info;
    qsizetype m_signature = 0;
    QString m_paramsText;
    rpc::Params m_params;
    std::optional<rpc::Error> m_paramsError;
    bool m_running = false;
    QElapsedTimer m_clock;
    QTimer m_tick;
    rpc::PendingCall m_call;
    std::optional<Outcome> m_outcome;
};

} // namespace antiphon
