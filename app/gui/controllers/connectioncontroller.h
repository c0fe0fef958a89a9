// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <app/workspace/endpoint.h>

#include <rpccore/discovery/discovery.h>

#include <QHash>
#include <QObject>

#include <memory>

namespace antiphon {

/// The server that the window is connected to: finds out what it can do, keeps what it told, makes clients for it.
/// "Connected" means that it answered; HTTP keeps no connection.
class ConnectionController : public QObject
{
    Q_OBJECT

public:
    enum class State { Disconnected, Connecting, Connected, Failed };

    /// How to log in; kept in memory only.
    struct Credentials
    {
        QString user;
        QString password;
        QString bearer;
        bool isEmpty() const { return user.isEmpty() && bearer.isEmpty(); }
    };

    explicit ConnectionController(QObject *parent = nullptr);
    ~ConnectionController() override;

    /// Credentials belong to one scheme, host and port; no other server gets them.
    void setCredentials(const QUrl &url, const Credentials &credentials);
    Credentials credentials(const QUrl &url) const;

    /// Asks the server at \a address (as typed). \a protocol: nothing = find out. Replaces the present connection when
    /// the server answers or cannot be reached; an address that is none, and cancel(), leave it as it is.
    void connectTo(const QString &address, std::optional<rpc::Protocol> protocol);
    /// Asks the present server again.
    void refresh();
    void cancel();

    State state() const noexcept { return m_state; }
    /// The server that calls go to; the one that did not answer when the state is Failed. Without credentials.
    QUrl url() const { return m_target.url; }
    /// One sentence about the state: progress, cause of failure, notes of the discovery.
    QString message() const { return m_message; }
    QStringList notes() const { return m_model.notes; }
    const rpc::ApiModel &model() const noexcept { return m_model; }
    /// The time that the first answer took; empty before.
    QString roundTrip() const { return m_roundTrip; }
    /// The last exchange of a search that failed, to be looked at; nothing when there is none.
    std::optional<rpc::Trace> failedExchange() const { return m_failedExchange; }
    const std::optional<rpc::Error> &error() const noexcept { return m_error; }

    /// Whether the other end may call, notify and complain, too: of the server that is being asked, else of the present
    /// one.
    bool isTwoWay() const;
    /// The client for calls; null unless connected.
    rpc::Client *client() const { return m_client.get(); }

Q_SIGNALS:
    void stateChanged();
    /// The model has new methods.
    void modelChanged();
    /// A connection to the server that is being asked; nothing was sent yet. Calls go over the last one.
    void transportMade(rpc::ClientTransport &transport);

private:
    void setState(State state, const QString &message);
    void onFinished(const rpc::Result<rpc::ApiModel> &model);

    /// An address, and how to speak to it.
    struct Target
    {
        QUrl url;
        Endpoint endpoint;
    };

    QHash<QString, Credentials> m_credentials; // by origin
    Target m_target; // of the client, or of what failed
    Target m_asking; // while connecting
    State m_state = State::Disconnected;
    QString m_message;
    QString m_roundTrip;
    rpc::ApiModel m_model;
    std::optional<rpc::Trace> m_failedExchange;
    std::optional<rpc::Error> m_error;
    std::unique_ptr<rpc::Discovery> m_discovery;
    std::unique_ptr<rpc::Client> m_client;
};

} // namespace antiphon
