// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "streamlistener.h"

#include "acceptedsocket.h"
#include "server.h"
#include "session.h"

#include <rpccore/channel/acceptedchannel.h>
#include <rpccore/channel/tcpchannel.h>

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QLocalServer>
#include <QLocalSocket>
#include <QSslSocket>
#include <QTcpServer>
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

// A QTcpServer whose sockets have begun with TLS.
class TcpDoor : public QTcpServer
{
public:
    std::optional<QSslConfiguration> tls;

protected:
    void incomingConnection(qintptr descriptor) override
    {
        if (auto socket = acceptedSocket(descriptor, tls))
            addPendingConnection(socket.release());
    }
};

} // namespace

struct StreamListener::Private
{
    StreamListener *q;
    QPointer<Server> server;
    StreamOptions options;
    std::unique_ptr<TcpDoor> tcp;
    std::unique_ptr<QLocalServer> local;
    QTimer watch; // over a local socket
    QList<Session *> sessions;
    QList<QTcpSocket *> handshakes; // connections on which TLS is being agreed upon
    QUrl url;
    bool isStopping = false;

    Result<void> listenLocal();
    Result<void> listenTcp();
    void beginTls(QTcpSocket *socket);
    void endHandshake(QTcpSocket *socket);
    void take(std::unique_ptr<StreamChannel> channel, const QVariantMap &attributes = {});
    bool isFull(const QHostAddress &from) const;
    void finishStopping();
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
    const auto begun = options.socketPath.isEmpty() ? d->listenTcp() : d->listenLocal();
    if (!begun)
        return begun.error();
    return d->url;
}

Result<void> StreamListener::Private::listenLocal()
{
    if (options.tls)
        return Error::make(
            ErrorKind::InvalidArgument, Text::tr("TLS is for TCP, not for the socket %1").arg(options.socketPath));
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
    auto made = std::make_unique<QLocalServer>();
    made->setSocketOptions(QLocalServer::UserAccessOption);
    if (!made->listen(options.socketPath))
        return Error::make(ErrorKind::InvalidArgument,
            Text::tr("cannot listen at %1: %2").arg(options.socketPath, made->errorString()));
    connect(made.get(), &QLocalServer::newConnection, q, [this] {
        while (QLocalSocket *const socket = local ? local->nextPendingConnection() : nullptr)
            take(AcceptedChannel::over(std::unique_ptr<QLocalSocket>(socket), options.framing, options.limits));
    });
    local = std::move(made);
    // Out of descriptors, QLocalServer gives up for good.
    watch.start(std::chrono::seconds(1));
    url.setScheme(QStringLiteral("unix"));
    url.setPath(options.socketPath);
    return {};
}

Result<void> StreamListener::Private::listenTcp()
{
    auto made = std::make_unique<TcpDoor>();
    if (options.tls) {
        if (auto checked = options.tls->check(); !checked)
            return checked;
        made->tls = options.tls->configuration();
    }
    if (!made->listen(options.address, options.port))
        return Error::make(ErrorKind::InvalidArgument,
            Text::tr("cannot listen on %1 port %2: %3")
                .arg(options.address.toString())
                .arg(options.port)
                .arg(made->errorString()));
    connect(made.get(), &QTcpServer::newConnection, q, [this] {
        while (QTcpSocket *const socket = tcp ? tcp->nextPendingConnection() : nullptr) {
            socket->setSocketOption(QAbstractSocket::KeepAliveOption, 1);
            if (tcp->tls)
                beginTls(socket);
            else
                take(AcceptedChannel::over(std::unique_ptr<QTcpSocket>(socket), options.framing, options.limits));
        }
    });
    // Out of descriptors: trying again at once would only burn the processor.
    connect(made.get(), &QTcpServer::acceptError, q, [this] {
        tcp->pauseAccepting();
        QTimer::singleShot(200, tcp.get(), &QTcpServer::resumeAccepting);
    });
    tcp = std::move(made);
    url.setScheme(options.tls ? QStringLiteral("tls") : QStringLiteral("tcp"));
    url.setHost(options.address.toString());
    url.setPort(tcp->serverPort());
    return {};
}

bool StreamListener::Private::isFull(const QHostAddress &from) const
{
    if (sessions.size() + handshakes.size() >= options.limits.connections)
        return true;
    const quint64 host = hostKey(from);
    const auto same = std::count_if(sessions.begin(), sessions.end(), [host](const Session *s) {
        return hostKey(s->context().peer) == host;
    }) + std::count_if(handshakes.begin(), handshakes.end(), [host](const QTcpSocket *s) {
        return hostKey(s->peerAddress()) == host;
    });
    return same >= options.limits.connectionsPerHost;
}

void StreamListener::Private::beginTls(QTcpSocket *socket)
{
    socket->setParent(q);
    if (!server || isFull(socket->peerAddress())) {
        socket->abort(); // there is no language yet to say why
        return socket->deleteLater();
    }
    handshakes.append(socket);
    auto *const limit = new QTimer(socket);
    limit->setSingleShot(true);
    limit->start(options.limits.headerTime);
    connect(limit, &QTimer::timeout, q, [this, socket] { endHandshake(socket); });
    connect(socket, &QTcpSocket::disconnected, q, [this, socket] { endHandshake(socket); });
    connect(static_cast<QSslSocket *>(socket), &QSslSocket::encrypted, q, [this, socket, limit] {
        if (!handshakes.contains(socket))
            return; // it was the second
        if (isStopping)
            return socket->disconnectFromHost(); // as a session is ended that has asked nothing
        delete limit;
        handshakes.removeOne(socket);
        take(std::make_unique<TcpChannel>(socket, options.framing, options.limits), certificateAttributes(*socket));
    });
}

void StreamListener::Private::endHandshake(QTcpSocket *socket)
{
    if (!handshakes.removeOne(socket))
        return;
    socket->abort();
    socket->deleteLater();
    finishStopping();
}

void StreamListener::Private::finishStopping()
{
    if (!isStopping || !sessions.isEmpty() || !handshakes.isEmpty())
        return;
    isStopping = false;
    Q_EMIT q->stopped();
}

void StreamListener::Private::take(std::unique_ptr<StreamChannel> channel, const QVariantMap &attributes)
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
    context.attributes = attributes;
    const QPointer<StreamListener> alive(q);
    const QPointer<Session> session(new Session(std::move(channel), *server, context, options.limits, q,
        options.xmlRpc ? Session::Languages::Both : Session::Languages::JsonRpc));
    if (!alive || !session)
        return; // whoever was told of the session has ended it
    if (url.isEmpty())
        return session->deleteLater(); // or everything
    sessions.append(session);
    QObject::connect(session, &QObject::destroyed, q, [this, at = session.data()] {
        sessions.removeOne(at);
        finishStopping();
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
    const auto handshakes = d->handshakes;
    if (grace.count() == 0) {
        for (QTcpSocket *socket : handshakes)
            d->endHandshake(socket);
        qDeleteAll(open);
        return;
    }
    if (open.isEmpty() && handshakes.isEmpty()) {
        d->isStopping = false;
        QMetaObject::invokeMethod(this, &StreamListener::stopped, Qt::QueuedConnection);
        return;
    }
    for (QTcpSocket *socket : handshakes)
        QTimer::singleShot(grace, socket, [this, socket] { d->endHandshake(socket); });
    for (Session *session : open) {
        session->closeWhenAnswered(1001, QStringLiteral("the server is stopping"));
        QTimer::singleShot(grace, session, &QObject::deleteLater);
    }
}

} // namespace rpc
