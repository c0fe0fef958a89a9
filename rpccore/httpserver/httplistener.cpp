// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httplistener.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include "connectiongate.h"
#include "qhttpserver_compat.h"

#include <rpccore/core/logging.h>
#include <rpccore/server/server.h>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::HttpListener)
};

QString withSlash(const QString &path) { return path.startsWith(u'/') ? path : QString(u'/' % path); }

} // namespace

struct HttpListener::Private
{
    HttpListener *q;
    Server *server = nullptr;
    HttpOptions options;
    std::unique_ptr<QtRequestReader> reader;
    ConnectionGate *gate = nullptr; // the reader's child
    QUrl url;
    HttpConnection *reading = nullptr; // whose request Qt is reading at this moment

    void onRequestReady(HttpConnection *connection);
    void onRequest(HttpRequestView request);
    void onRefused(HttpConnection *connection, int status, const QString &reason, const QByteArray &received,
        const QByteArray &responseHead, const QByteArray &responseBody);
    // A server and where it is reached.
    struct Mount
    {
        QPointer<Server> server;
        QString redirectGet;
    };
    QHash<QString, Mount> mounts; // by path
    QString ownPath; // of `server` while listening
    QMultiHash<const QObject *, QPointer<HttpConnection>> waiting; // for an answer of a server

    void onServerGone(const QObject *gone);

    std::optional<HttpResponse> refusal(const HttpRequestView &request) const;
    static HttpResponse otherMethod(const HttpRequestView &request, const Mount &mount);
    bool isOwnHost(const QByteArray &host) const;
    void finish(QPointer<HttpConnection> connection, ServedExchange log, const HttpResponse &response);
};

HttpListener::HttpListener(QObject *parent)
    : Listener(parent)
    , d(std::make_unique<Private>())
{
    d->q = this;
}

HttpListener::~HttpListener() { stop(); }

void HttpListener::attach(Server &server) { d->server = &server; }

void HttpListener::mount(const QString &path, Server &server, const QString &redirectGet)
{
    d->mounts.insert(withSlash(path), { &server, redirectGet });
    connect(&server, &QObject::destroyed, this, [this](const QObject *gone) { d->onServerGone(gone); });
}

void HttpListener::unmount(const QString &path) { d->mounts.remove(withSlash(path)); }

QStringList HttpListener::sessions() const
{
    QStringList all;
    if (d->gate) {
        for (const HttpConnection *connection : d->gate->connections())
            all.append(connection->id());
    }
    return all;
}

bool HttpListener::closeSession(const QString &id)
{
    if (!d->gate)
        return false;
    const auto all = d->gate->connections();
    const auto at = std::find_if(all.begin(), all.end(), [&](const HttpConnection *c) { return c->id() == id; });
    if (at == all.end())
        return false;
    // Not from within the call that asks for it.
    QMetaObject::invokeMethod(
        *at, [connection = *at] { connection->abort(); }, Qt::QueuedConnection);
    return true;
}

Result<quint16> HttpListener::listen(const HttpOptions &options)
{
    stop();
    d->options = options;
    d->options.path = withSlash(options.path);
    if (d->server) {
        mount(d->options.path, *d->server, d->options.redirectGet);
        d->ownPath = d->options.path;
    }
    auto gate = std::make_unique<ConnectionGate>(options.limits);
    if (!gate->listen(options.address, options.port)) {
        Error e = Error::make(ErrorKind::InvalidArgument,
            gate->serverError() == QAbstractSocket::AddressInUseError
                ? Text::tr("port %1 on %2 is in use by another program; choose another port, or 0 for any free one")
                      .arg(options.port)
                      .arg(options.address.toString())
                : Text::tr("cannot listen on %1 port %2: %3")
                      .arg(options.address.toString())
                      .arg(options.port)
                      .arg(gate->errorString()));
        return e;
    }
    d->gate = gate.release();
    d->reader
        = std::make_unique<QtRequestReader>([this](HttpRequestView request) { d->onRequest(std::move(request)); });
    if (!d->reader->readFrom(d->gate)) {
        d->gate = nullptr;
        d->reader.reset();
        return Error::make(ErrorKind::Internal, Text::tr("QtHttpServer does not take the listening socket"));
    }
    connect(d->gate, &ConnectionGate::requestReady, this, [this](HttpConnection *c) { d->onRequestReady(c); });
    connect(d->gate, &ConnectionGate::refused, this,
        [this](HttpConnection *c, int status, const QString &reason, const QByteArray &received,
            const QByteArray &responseHead,
            const QByteArray &responseBody) { d->onRefused(c, status, reason, received, responseHead, responseBody); });
    d->url = QUrl();
    d->url.setScheme(QStringLiteral("http"));
    d->url.setHost(options.address.toString());
    d->url.setPort(d->gate->serverPort());
    d->url.setPath(d->options.path);
    return d->gate->serverPort();
}

void HttpListener::stop()
{
    if (!d->ownPath.isEmpty())
        d->mounts.remove(std::exchange(d->ownPath, QString()));
    if (!d->gate)
        return;
    d->gate->close();
    d->gate->closeConnections();
    d->gate->disconnect(this);
    d->gate = nullptr;
    d->url = QUrl();
    d->reader.release()->deleteLater(); // this may be called from within one of its signals
}

bool HttpListener::isListening() const { return d->gate && d->gate->isListening(); }

QUrl HttpListener::url() const { return d->url; }

void HttpListener::Private::onRequestReady(HttpConnection *connection)
{
    const QPointer<HttpConnection> guard(connection);
    const QPointer<HttpListener> alive(q);
    reading = connection;
    gate->handOver(*connection); // calls onRequest() before it returns
    if (!alive)
        return; // a method has ended the server
    if (reading && guard) {
        reading = nullptr;
        qCWarning(lcHttp, "QtHttpServer did not take a request that was checked");
        connection->answer(HttpResponse::text(400, QStringLiteral("malformed request")));
    }
    reading = nullptr;
}

void HttpListener::Private::onRequest(HttpRequestView request)
{
    if (!reading)
        return;
    HttpConnection *const connection = std::exchange(reading, nullptr);
    ServedExchange log;
    log.received = QDateTime::currentDateTime();
    log.peer = connection->peer();
    log.peerPort = connection->peerPort();
    log.requestHead = connection->requestHead();
    log.requestBody = connection->requestBody();
    const qsizetype methodEnd = log.requestHead.trimmed().indexOf(' ');
    request.method = log.requestHead.trimmed().left(methodEnd);
    if (const auto refused = refusal(request)) {
        log.refusal = QString::fromUtf8(refused->body).trimmed();
        return finish(connection, std::move(log), *refused);
    }
    const auto type = ContentType::fromHeader(request.field("Content-Type"));
    Server *const target = mounts.value(request.path).server;
    const Codec *codec = target->codecFor(type.type, request.body);
    CallContext context;
    context.protocol = codec->protocol();
    context.peer = log.peer;
    context.peerPort = log.peerPort;
    context.session = connection->id();
    context.path = request.path;
    context.headers = request.fields;
    context.token = connection->token();
    log.protocol = codec->protocol();
    DecodeOptions decode;
    decode.limits = options.limits;
    decode.charset = type.charset;
    if (target->options().maxBatch > 0)
        decode.limits.batch = target->options().maxBatch;
    waiting.insert(target, connection);
    target->dispatcher().handle(context, *codec, request.body, decode,
        [this, alive = QPointer<HttpListener>(q), guard = QPointer<HttpConnection>(connection), log, codec, target](
            const Dispatched &result) mutable {
            if (!alive)
                return;
            waiting.remove(target, guard);
            log.calls = result.outcomes;
            log.findings = result.findings;
            HttpResponse response;
            if (result.refusal) {
                response = HttpResponse::text(result.refusal->httpStatus, result.refusal->message);
                log.refusal = result.refusal->message;
            } else if (result.body) {
                response.contentType = codec->responseType();
                response.body = *result.body;
            } else {
                response.status = 204;
            }
            finish(guard, std::move(log), response);
        });
}

// Its dispatcher answers nothing any more.
void HttpListener::Private::onServerGone(const QObject *gone)
{
    const auto unanswered = waiting.values(gone);
    waiting.remove(gone);
    for (const auto &connection : unanswered) {
        if (connection && connection->token() && !connection->token()->isCancelled())
            connection->answer(HttpResponse::text(503, QStringLiteral("the server has ended")));
    }
}

void HttpListener::Private::finish(
    QPointer<HttpConnection> connection, ServedExchange log, const HttpResponse &response)
{
    // A client that has gone is not written to: its connection object is dying or dead.
    if (connection && connection->token() && !connection->token()->isCancelled()) {
        log.duration = connection->sinceRequest();
        log.status = response.status;
        log.responseBody = response.body;
        log.responseHead = connection->answer(response);
    } else {
        log.duration = std::chrono::milliseconds(log.received.msecsTo(QDateTime::currentDateTime()));
    }
    Q_EMIT q->served(log);
}

void HttpListener::Private::onRefused(HttpConnection *connection, int status, const QString &reason,
    const QByteArray &received, const QByteArray &responseHead, const QByteArray &responseBody)
{
    ServedExchange log;
    log.received = QDateTime::currentDateTime();
    log.peer = connection->peer();
    log.peerPort = connection->peerPort();
    log.requestHead = received;
    log.responseHead = responseHead;
    log.responseBody = responseBody;
    log.status = status;
    log.refusal = reason;
    Q_EMIT q->served(log);
}

std::optional<HttpResponse> HttpListener::Private::refusal(const HttpRequestView &request) const
{
    const QByteArray host = request.field("Host");
    if (!host.isEmpty() && !isOwnHost(host))
        return HttpResponse::text(421, QStringLiteral("this server is not called \"%1\"").arg(QString::fromUtf8(host)));
    const QByteArray origin = request.field("Origin");
    if (!origin.isEmpty() && !options.origins.contains(QString::fromUtf8(origin)))
        return HttpResponse::text(
            403, QStringLiteral("the origin \"%1\" is not allowed").arg(QString::fromUtf8(origin)));
    const Mount mount = mounts.value(request.path);
    if (!mount.server)
        return HttpResponse::text(404, QStringLiteral("nothing is served at %1").arg(request.path));
    if (request.method != "POST")
        return otherMethod(request, mount);
    const QByteArray coding = request.field("Content-Encoding").toLower();
    if (!coding.isEmpty() && coding != "identity") {
        auto response = HttpResponse::text(415,
            QStringLiteral("a body with Content-Encoding %1 is not read; send it as it is")
                .arg(QString::fromUtf8(coding)));
        response.fields.append({ QByteArrayLiteral("Accept-Encoding"), QByteArrayLiteral("identity") });
        return response;
    }
    const QByteArray typeField = request.field("Content-Type");
    const bool known = mount.server->codecFor(ContentType::fromHeader(typeField).type, request.body);
    if (!known && typeField.isEmpty())
        return HttpResponse::text(
            400, QStringLiteral("a Content-Type is needed: application/json for JSON-RPC, text/xml for XML-RPC"));
    if (!known)
        return HttpResponse::text(400,
            QStringLiteral("unsupported Content-Type %1; application/json means JSON-RPC, text/xml XML-RPC")
                .arg(QString::fromUtf8(typeField)));
    return std::nullopt;
}

HttpResponse HttpListener::Private::otherMethod(const HttpRequestView &request, const Mount &mount)
{
    if (request.method == "GET" && !mount.redirectGet.isEmpty()) {
        auto response = HttpResponse::text(301, QStringLiteral("see %1").arg(mount.redirectGet));
        response.fields.append({ QByteArrayLiteral("Location"), QUrl(mount.redirectGet).toEncoded() });
        return response;
    }
    auto response = HttpResponse::text(405, QStringLiteral("calls are sent with POST"));
    response.fields.append(
        { QByteArrayLiteral("Allow"), mount.redirectGet.isEmpty() ? QByteArray("POST") : QByteArray("GET, POST") });
    return response;
}

bool HttpListener::Private::isOwnHost(const QByteArray &host) const
{
    if (!options.address.isLoopback() && options.hosts.isEmpty())
        return true; // reachable under names that nobody can know here
    static const QRegularExpression form(QStringLiteral("^(\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?$"));
    if (!form.match(QString::fromLatin1(host)).hasMatch())
        return false;
    QString name = QUrl(QStringLiteral("http://") + QString::fromLatin1(host)).host();
    if (options.hosts.contains(name))
        return true;
    return name == u"localhost" || QHostAddress(name).isLoopback() || QHostAddress(name) == options.address;
}

} // namespace rpc
