// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "streamlistener.h"

#include "server.h"
#include "session.h"

#include <rpccore/channel/localchannel.h>
#include <rpccore/channel/tcpchannel.h>

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QLocalServer>
#include <QLocalSocket>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTimer>

#ifdef Q_OS_UNIX
#include <sys/stat.h>
#endif

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::StreamListener)
};

bool isSocket(const QString &path)
{
#ifdef Q_OS_UNIX
    struct stat info = {};
    return ::lstat(QFile::encodeName(path).constData(), &info) == 0 && S_ISSOCK(info.st_mode);
#else
    Q_UNUSED(path)
    return false;
#endif
}

} // namespace

struct StreamListener::Private
{
    StreamListener *q;
    QPointer<Server> server;
    StreamOptions options;
    std::unique_ptr<QTcpServer> tcp;
    std::unique_ptr<QLocalServer> local;
    QTimer watch; // over a local socket
    QList<Session *> sessions;
    QUrl url;
    bool isStopping = false;

    void take(std::unique_ptr<StreamChannel> channel);
    bool isFull(const QHostAddress &from) const;
};

StreamListener::StreamListener(QObject *parent)
    : Listener(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
    connect(&d->watch, &QTimer::timeout, this, [this] {
        if (d->local && !d->local->isListening())
            d->local->listen(d->options.socketPath);
    });
}

StreamListener::~StreamListener() { stop(); }

void StreamListener::attach(Server &server) { d->server = &server; }

QUrl StreamListener::url() const { return d->url; }

Result<QUrl> StreamListener::listen(const StreamOptions &options)
{
    stop();
    d->options = options;
    QUrl url;
    if (!options.socketPath.isEmpty()) {
        // Asked first: with access options, QLocalServer puts its socket in the place of whatever is there.
        QLocalSocket probe;
        probe.connectToServer(options.socketPath);
        constexpr int patience = 500; // ms; a socket that somebody listens to takes connections at once
        if (probe.waitForConnected(patience))
            return Error::make(
                ErrorKind::InvalidArgument, Text::tr("another program answers at %1").arg(options.socketPath));
        const QFileInfo there(options.socketPath);
        const bool isFree = !there.exists() && !there.isSymLink();
        if (!isFree && probe.error() != QLocalSocket::ConnectionRefusedError)
            return Error::make(ErrorKind::InvalidArgument,
                Text::tr("%1 is there and cannot be asked whether it is in use: %2")
                    .arg(options.socketPath, probe.errorString()));
        if (!isFree && !isSocket(options.socketPath))
            return Error::make(ErrorKind::InvalidArgument,
                Text::tr("%1 is there and is no socket; it is left alone").arg(options.socketPath));
        QLocalServer::removeServer(options.socketPath); // nobody answers there any more
        auto local = std::make_unique<QLocalServer>();
        local->setSocketOptions(QLocalServer::UserAccessOption);
        if (!local->listen(options.socketPath))
            return Error::make(ErrorKind::InvalidArgument,
                Text::tr("cannot listen at %1: %2").arg(options.socketPath, local->errorString()));
        connect(local.get(), &QLocalServer::newConnection, this, [this] {
            while (QLocalSocket *const socket = d->local ? d->local->nextPendingConnection() : nullptr)
                d->take(std::make_unique<LocalChannel>(socket, d->options.framing, d->options.limits));
        });
        url.setScheme(QStringLiteral("unix"));
        url.setPath(options.socketPath);
        d->local = std::move(local);
        // Out of descriptors, QLocalServer gives up for good.
        d->watch.start(std::chrono::seconds(1));
    } else {
        auto tcp = std::make_unique<QTcpServer>();
        if (!tcp->listen(options.address, options.port))
            return Error::make(ErrorKind::InvalidArgument,
                Text::tr("cannot listen on %1 port %2: %3")
                    .arg(options.address.toString())
                    .arg(options.port)
                    .arg(tcp->errorString()));
        connect(tcp.get(), &QTcpServer::newConnection, this, [this] {
            while (QTcpSocket *const socket = d->tcp ? d->tcp->nextPendingConnection() : nullptr) {
                socket->setSocketOption(QAbstractSocket::LowDelayOption, 1);
                socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
                d->take(std::make_unique<TcpChannel>(socket, d->options.framing, d->options.limits));
            }
        });
        // Out of descriptors: trying again at once would only burn the processor.
        connect(tcp.get(), &QTcpServer::acceptError, this, [this] {
            d->tcp->pauseAccepting();
            QTimer::singleShot(200, d->tcp.get(), &QTcpServer::resumeAccepting);
        });
        url.setScheme(QStringLiteral("tcp"));
        url.setHost(options.address.toString());
        url.setPort(tcp->serverPort());
        d->tcp = std::move(tcp);
    }
    d->url = url;
    return url;
}

bool StreamListener::Private::isFull(const QHostAddress &from) const
{
    if (sessions.size() >= options.limits.connections)
        return true;
    const auto same
        = std::count_if(sessions.begin(), sessions.end(), [&](const Session *s) { return s->context().peer == from; });
    return same >= options.limits.connectionsPerHost;
}

void StreamListener::Private::take(std::unique_ptr<StreamChannel> channel)
{
    if (!server || isFull(channel->peerAddress())) {
        // Said in the one way that every framing can show, then closed.
        channel->send(QByteArrayLiteral(
            R"({"jsonrpc":"2.0","error":{"code":-32000,"message":"Too many connections"},"id":null})"));
        StreamChannel *const refused = channel.release();
        refused->setParent(q);
        QObject::connect(refused, &MessageChannel::closed, refused, &QObject::deleteLater);
        refused->close();
        return;
    }
    CallContext context;
    context.path = url.toString();
    const QPointer<StreamListener> alive(q);
    const QPointer<Session> session(new Session(std::move(channel), *server, context, options.limits, q));
    if (!alive || !session)
        return; // whoever was told of the session has ended it
    if (url.isEmpty())
        return session->deleteLater(); // or everything
    sessions.append(session);
    QObject::connect(session, &QObject::destroyed, q, [this, at = session.data()] {
        sessions.removeOne(at);
        if (isStopping && sessions.isEmpty()) {
            isStopping = false;
            Q_EMIT q->stopped();
        }
    });
}

void StreamListener::stop(std::chrono::milliseconds grace)
{
    d->url = QUrl();
    d->tcp.reset();
    d->local.reset();
    d->watch.stop();
    d->isStopping = grace.count() > 0;
    const auto open = d->sessions;
    if (grace.count() == 0) {
        qDeleteAll(open);
        return;
    }
    if (open.isEmpty()) {
        d->isStopping = false;
        QMetaObject::invokeMethod(this, &StreamListener::stopped, Qt::QueuedConnection);
        return;
    }
    for (Session *session : open) {
        session->closeWhenAnswered(1001, QStringLiteral("the server is stopping"));
        QTimer::singleShot(grace, session, &QObject::deleteLater);
    }
}

} // namespace rpc
