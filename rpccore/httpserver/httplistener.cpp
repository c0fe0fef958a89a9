// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httplistener.h"

#include "httplistener_p.h"

#include <QCoreApplication>
#include <QMetaMethod>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::HttpListener)
};

QString withSlash(const QString &path) { return path.startsWith(u'/') ? path : QString(u'/' % path); }

Error invalid(const QString &message) { return Error::make(ErrorKind::InvalidArgument, message); }

Result<void> check(const HttpOptions &options)
{
    if (options.cors && options.cors->credentials && options.cors->origins.contains(QStringLiteral("*")))
        return invalid(Text::tr("CORS with credentials needs the origins by name: \"*\" would let every page act for "
                                "whoever looks at it"));
    return options.tls ? options.tls->check() : Result<void>();
}

} // namespace

HttpListener::HttpListener(QObject *parent)
    : Listener(parent)
    , d(std::make_unique<Private>(this))
{
    d->drainTime.setSingleShot(true);
    connect(&d->drainTime, &QTimer::timeout, this, [this] { stop(); });
}

HttpListener::~HttpListener() { d->end(); }

void HttpListener::attach(Server &server) { d->server = &server; }

void HttpListener::connectNotify(const QMetaMethod &signal)
{
    if (signal == QMetaMethod::fromSignal(&Listener::served))
        ++d->observers;
}

void HttpListener::mount(const QString &path, Server &server, const MountOptions &options)
{
    unmount(path);
    const QString full = withSlash(path);
    disconnect(&server, &QObject::destroyed, this, nullptr); // it may be mounted several times
    connect(&server, &QObject::destroyed, this, [this](const QObject *gone) { d->onServerGone(gone); });
    server.addDoor(*this);
    d->mounts.push_back({ full, full.toUtf8().contains('%') ? QByteArray() : full.toUtf8(), &server, options });
}

void HttpListener::unmount(const QString &path)
{
    const QString full = withSlash(path);
    const auto at = std::find_if(
        d->mounts.begin(), d->mounts.end(), [&](const Private::Mount &mount) { return mount.path == full; });
    if (at == d->mounts.end())
        return;
    const QPointer<Server> server = at->server;
    d->mounts.erase(at);
    if (server && server != d->server
        && std::none_of(d->mounts.begin(), d->mounts.end(), [&](const auto &mount) { return mount.server == server; }))
        server->removeDoor(*this);
}

QStringList HttpListener::sessions() const
{
    return d->sessionsWhere([](const HttpConnection &) { return true; });
}

QStringList HttpListener::sessionsOf(const Server &server) const
{
    return d->sessionsWhere([&](const HttpConnection &connection) {
        return connection.lastAsked ? connection.lastAsked == &server : d->server == &server;
    });
}

QStringList HttpListener::Private::sessionsWhere(const std::function<bool(const HttpConnection &)> &wanted) const
{
    QStringList all;
    if (gate) {
        for (const HttpConnection *connection : gate->connections()) {
            if (!connection->isReleased() && wanted(*connection))
                all.append(connection->id());
        }
    }
    return all;
}

bool HttpListener::closeSession(const QString &id)
{
    if (!d->gate)
        return false;
    const auto all = d->gate->connections();
    const auto at = std::find_if(
        all.begin(), all.end(), [&](const HttpConnection *c) { return !c->isReleased() && c->id() == id; });
    if (at == all.end())
        return false;
    // Not from within the call that asks for it.
    QMetaObject::invokeMethod(
        *at, [connection = *at] { connection->abort(); }, Qt::QueuedConnection);
    return true;
}

Result<quint16> HttpListener::listen(const HttpOptions &options)
{
    d->end();
    const auto checked = check(options);
    if (!checked)
        return checked.error();
    d->options = options;
    d->options.path = withSlash(options.path);
    d->origins = OriginRules(options);
    auto gate = std::make_unique<ConnectionGate>(options.limits, *d);
    if (options.tls)
        gate->setTls(options.tls->configuration());
    if (!gate->listen(options.address, options.port)) {
        return invalid(gate->serverError() == QAbstractSocket::AddressInUseError
                ? Text::tr("port %1 on %2 is in use by another program; choose another port, or 0 for any free one")
                      .arg(options.port)
                      .arg(options.address.toString())
                : Text::tr("cannot listen on %1 port %2: %3")
                      .arg(options.address.toString())
                      .arg(options.port)
                      .arg(gate->errorString()));
    }
    d->gate = gate.release();
    d->sockets = std::make_unique<WebSocketDoor>();
    if (d->server) {
        mount(d->options.path, *d->server, { options.redirectGet, options.documentation, options.webSocket });
        d->ownPath = d->options.path;
    }
    d->url = QUrl();
    d->url.setScheme(options.tls ? QStringLiteral("https") : QStringLiteral("http"));
    d->url.setHost(options.address.toString());
    d->url.setPort(d->gate->serverPort());
    d->url.setPath(d->options.path);
    d->origins.setOwnUrl(d->url);
    return d->gate->serverPort();
}

// Without a word.
void HttpListener::Private::end()
{
    drainTime.stop();
    if (!gate)
        return;
    if (!ownPath.isEmpty())
        q->unmount(std::exchange(ownPath, QString()));
    url = QUrl();
    ConnectionGate *const old = std::exchange(gate, nullptr);
    old->disconnect(q);
    if (sockets)
        sockets.release()->deleteLater(); // this may be called from within one of its sessions
    old->close();
    old->closeConnections();
    old->deleteLater(); // this may be called from within one of its requests
}

void HttpListener::stop()
{
    if (!d->gate)
        return;
    d->end();
    Q_EMIT stopped();
}

void HttpListener::stop(std::chrono::milliseconds drain)
{
    if (!d->gate || d->gate->isDraining())
        return;
    d->url = QUrl();
    connect(d->gate, &ConnectionGate::emptied, this, [this] { stop(); });
    d->drainTime.start(drain);
    d->sockets->closeAll();
    d->gate->drain();
}

bool HttpListener::isListening() const { return d->gate && d->gate->isListening(); }

QUrl HttpListener::url() const { return d->url; }

} // namespace rpc
