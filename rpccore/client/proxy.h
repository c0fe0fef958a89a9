// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/client.h>

#include <QPointer>

namespace rpc {

/// The methods of a server by their names:
///
///     rpc::Proxy server(client);
///     server["math"]["add"](2, 3).onFinished(this, ...); // calls "math.add"
///
/// A value, cheap to make and to copy. To be used in the client's thread; calls of a client that is dead end at once as
/// cancelled.
class RPCCORE_EXPORT Proxy
{
public:
    /// \a separator stands between the parts of a name.
    explicit Proxy(Client &client, const QString &separator = QStringLiteral("."));

    /// The method or the group of methods called \a name in this one.
    Proxy operator[](QAnyStringView name) const;
    /// The same method, called with \a options.
    Proxy with(const CallOptions &options) const;
    /// "math.add"
    QString name() const { return m_name; }

    /// Calls with one param for each argument, or with ready-made Params.
    template <class... Args> PendingCall operator()(const Args &...args) const
    {
        return send(detail::paramsOf(args...));
    }
    /// The same, with the result as a T.
    template <class T, class... Args> TypedCall<T> call(const Args &...args) const
    {
        return TypedCall<T>(send(detail::paramsOf(args...)));
    }
    /// Calls with params by name.
    PendingCall named(const Struct &params) const { return send(params); }
    /// The same, with the result as a T.
    template <class T> TypedCall<T> named(const Struct &params) const { return TypedCall<T>(send(params)); }
    /// Sends a notification, see Client::notify().
    template <class... Args> PendingCall notify(const Args &...args) const
    {
        return sendNotification(detail::paramsOf(args...));
    }

    /// The call as a request with an id of its own, for Batch::add() or Client::send().
    template <class... Args> Request request(const Args &...args) const { return prepared(detail::paramsOf(args...)); }
    /// The notification as a request.
    template <class... Args> Request notification(const Args &...args) const
    {
        return Request { RequestId(), m_name, detail::paramsOf(args...) };
    }

private:
    PendingCall send(const Params &params) const;
    PendingCall sendNotification(const Params &params) const;
    Request prepared(const Params &params) const;
    const CallOptions &options() const;

    QPointer<Client> m_client;
    QString m_separator;
    QString m_name;
    std::shared_ptr<const CallOptions> m_options; // null: the defaults
};

} // namespace rpc
