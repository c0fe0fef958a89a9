// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/client.h>
#include <rpccore/discovery/apimodel.h>

#include <QObject>

#include <functional>
#include <memory>

namespace rpc {

/// Finds out what a server can do, by asking it. Only introspection is called, never a method that was merely listed.
///
/// 1. When no protocol is given: system.listMethods is asked over JSON-RPC, then over XML-RPC; the other way round when
///    the path contains "RPC2" or "xmlrpc". Over WebSockets and streams only JSON-RPC is. The protocol that lists the
///    methods is taken, else the first in which the server answers, be it with an error. When nobody is there (no such
///    host, refused, TLS, 401) the second is not tried. What a closing connection lost is asked once more.
/// 2. system.listMethods gives the names.
/// 3. For each name system.methodSignature and system.methodHelp, when they are in the list; six calls at a time.
class RPCCORE_EXPORT Discovery : public QObject
{
    Q_OBJECT

public:
    /// Makes a client of the server for one protocol.
    using MakeClient = std::function<std::unique_ptr<Client>(Protocol)>;

    /// How much is asked.
    enum class Depth : quint8 {
        NamesOnly, ///< which methods there are
        Details ///< their signatures and help, too
    };

    /// \a url is only looked at to guess the protocol; \a makeClient makes the clients that ask.
    Discovery(QUrl url, MakeClient makeClient, QObject *parent = nullptr);
    ~Discovery() override; ///< Ends the search.

    /// The protocols in which a server at \a url may be asked, the likeliest first.
    static QList<Protocol> protocolsFor(const QUrl &url);
    /// How long each protocol may take to answer while it is not known which one is spoken; a server that does not know
    /// a protocol may say nothing at all. 0 = as long as the client's calls may take. Default: 5 s.
    void setProbeTimeout(std::chrono::milliseconds limit) { m_probeTimeout = limit; }
    /// Begins. \a protocol: nothing = find out; the one that lists the methods is taken, else the one that answers.
    void start(std::optional<Protocol> protocol, Depth depth = Depth::Details);
    /// Asks only for signature and help of \a method (which need not be listed).
    void describe(std::optional<Protocol> protocol, const QString &method);
    /// Ends the search; finished() follows with Cancelled.
    void cancel();

    /// The client of the protocol that was taken, with connections of its own; null before.
    std::unique_ptr<Client> takeClient();
    /// The exchanges by which the protocol was found and the names were listed, in order; for people to look at.
    const QList<Trace> &traces() const noexcept { return m_traces; }

Q_SIGNALS:
    /// Details of \a done methods of \a total are here.
    void progress(qsizetype done, qsizetype total);
    /// An ApiModel, also when the server lists no methods; an error only when nobody answers.
    void finished(const rpc::Result<rpc::ApiModel> &model);

private:
    void ask(QList<Protocol> order);
    void question(const QString &method, const Array &params, const CallOptions &options,
        const std::function<void(const PendingCall &, const Reply &)> &answered);
    void onListed(Protocol protocol, const Reply &reply, const QList<Protocol> &rest);
    void fetchDetails();
    void fetchNext();
    void finish(Result<ApiModel> model);
    MethodInfo *methodInfo(const QString &name);

    struct Question
    {
        QString asked; ///< system.methodSignature or system.methodHelp
        QString method;
    };

    QUrl m_url;
    MakeClient m_makeClient;
    std::unique_ptr<Client> m_client;
    Depth m_depth = Depth::Details;
    std::chrono::milliseconds m_probeTimeout { 5000 };
    bool m_isAuto = false; // which protocol is not known
    std::optional<std::pair<Protocol, Reply>> m_refused; // the protocol whose answer was an error
    QString m_only; ///< the one method to describe
    ApiModel m_model;
    QHash<QString, qsizetype> m_index;
    QList<Question> m_questions;
    qsizetype m_asked = 0;
    qsizetype m_answered = 0;
    qsizetype m_failed = 0;
    QString m_firstFailure;
    QList<Trace> m_traces;
    bool m_finished = false;
};

} // namespace rpc

Q_DECLARE_METATYPE(rpc::Result<rpc::ApiModel>)
