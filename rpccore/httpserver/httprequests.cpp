// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httplistener_p.h"

#include "apipage.h"
#include "contentcoding.h"

#include <rpccore/core/logging.h>

// What the listener does with a request.

namespace rpc {

namespace {

QByteArray allowedMethods(const MountOptions &options)
{
    return options.documentation || !options.redirectGet.isEmpty() ? QByteArrayLiteral("GET, HEAD, POST")
                                                                   : QByteArrayLiteral("POST");
}

// One line, without a query and without fields: secrets may stand there.
void logRefusal(const HttpConnection &connection, int status, const QString &why)
{
    if (!lcHttp().isInfoEnabled())
        return;
    QString line = why;
    for (QChar &c : line) {
        if (!c.isPrint())
            c = QChar::ReplacementCharacter;
    }
    constexpr qsizetype most = 300;
    qCInfo(lcHttp).noquote() << connection.peer().toString() << status << line.left(most);
}

HttpResponse nothingAt(const HttpHead &head)
{
    return HttpResponse::text(404,
        QStringLiteral("nothing is served at %1")
            .arg(QString::fromUtf8(QByteArray::fromPercentEncoding(head.path().toByteArray()))));
}

HttpRequest requestOf(const HttpConnection &connection)
{
    const HttpHead &head = connection.head();
    return { head.method, head.target, QString::fromUtf8(QByteArray::fromPercentEncoding(head.path().toByteArray())),
        head.fields, connection.requestBody(), connection.peer() };
}

bool isAlive(const std::shared_ptr<CallToken> &token) { return !token->isCancelled(); }

// RFC 6455 section 4.2.1.
std::optional<HttpResponse> handshakeError(const HttpRequestView &request)
{
    if (request.head.isChunked || request.head.contentLength > 0)
        return HttpResponse::text(400, QStringLiteral("a WebSocket handshake has no body"));
    if (request.field("Sec-WebSocket-Version") != "13") {
        auto response = HttpResponse::text(426, QStringLiteral("WebSocket version 13 is spoken here"));
        response.addField(QByteArrayLiteral("Sec-WebSocket-Version"), QByteArrayLiteral("13"));
        response.addField(QByteArrayLiteral("Upgrade"), QByteArrayLiteral("websocket"));
        return response;
    }
    const auto key
        = QByteArray::fromBase64Encoding(request.field("Sec-WebSocket-Key"), QByteArray::AbortOnBase64DecodingErrors);
    const auto count = std::count_if(request.head.fields.cbegin(), request.head.fields.cend(),
        [](const auto &field) { return isSameField(field.first, "Sec-WebSocket-Key"); });
    if (count != 1 || !key || (*key).size() != 16)
        return HttpResponse::text(400, QStringLiteral("Sec-WebSocket-Key has to be 16 bytes in base64"));
    return std::nullopt;
}

} // namespace

const HttpListener::Private::Mount *HttpListener::Private::mountFor(const HttpHead &head) const
{
    const auto path = head.path();
    for (const Mount &mount : mounts) {
        if (path == QByteArrayView(mount.plainPath))
            return mount.server ? &mount : nullptr;
    }
    if (path.size() > 1 && path.endsWith('/')) { // a slash behind it is the same path, unless that is another's
        for (const Mount &mount : mounts) {
            if (path.chopped(1) == QByteArrayView(mount.plainPath))
                return mount.server ? &mount : nullptr;
        }
    }
    if (!path.contains('%'))
        return nullptr;
    const QString decoded = QString::fromUtf8(QByteArray::fromPercentEncoding(path.toByteArray()));
    for (const Mount &mount : mounts) {
        if (mount.path == decoded)
            return mount.server ? &mount : nullptr;
    }
    return nullptr;
}

bool HttpListener::Private::refusesByHead(const HttpConnection &connection)
{
    const HttpHead &head = connection.head();
    const Mount *const mount = mountFor(head);
    if (refusalByHead(head, mount))
        return true;
    if (!options.filters.isEmpty())
        return false; // they may want what nobody else does
    return !mount || head.method != "POST" || !contentCodingOf(head.contentEncoding);
}

// The same for all methods.
std::optional<HttpResponse> HttpListener::Private::refusalByHead(const HttpHead &head, const Mount *mount) const
{
    if (!head.host.isEmpty() && !origins.isOwnHost(head.host)) // HTTP/1.0 has none
        return HttpResponse::text(
            421, QStringLiteral("this server is not called \"%1\"").arg(QString::fromUtf8(head.host)));
    const bool isKnown = mount && mount->server->dispatcher().allowsOrigin(head.origin);
    if (head.upgradesToWebSocket && mount) {
        const WebSocketOptions &webSocket = mount->options.webSocket;
        if (!origins.mayConnect(head, webSocket) && !(webSocket.enabled && isKnown))
            return HttpResponse::text(403,
                webSocket.enabled ? QStringLiteral("this origin may not connect")
                                  : QStringLiteral("there is no WebSocket here"));
    } else if (!origins.mayCall(head) && !isKnown)
        return HttpResponse::text(
            403, QStringLiteral("the origin \"%1\" is not allowed").arg(QString::fromUtf8(head.origin)));
    return std::nullopt;
}

std::optional<HttpResponse> HttpListener::Private::answerOfFilters(const HttpRequest &request) const
{
    for (const HttpFilter &filter : options.filters) {
        if (!filter.before)
            continue;
        if (auto answer = filter.before(request))
            return answer;
    }
    return std::nullopt;
}

void HttpListener::Private::onRequest(HttpConnection &connection)
{
    const HttpHead &head = connection.head();
    const Mount *mount = mountFor(head);
    auto refused = refusalByHead(head, mount);
    if (!refused && !options.filters.isEmpty()) {
        const auto token = connection.token();
        const QPointer<HttpListener> alive(q);
        refused = answerOfFilters(requestOf(connection));
        if (!alive || !gate || !isAlive(token))
            return; // a filter has ended it all
        mount = mountFor(head); // or changed what is served
    }
    connection.lastAsked = mount ? mount->server.data() : nullptr;
    if (!refused && !mount)
        refused = nothingAt(head);
    if (!refused) {
        HttpRequestView request { head, mount->path, connection.requestBody() };
        if (head.upgradesToWebSocket) {
            refused = upgrade(connection, request, *mount);
        } else if (!request.isPost()) {
            refused = otherMethod(request, *mount);
        } else {
            if (!head.contentEncoding.isEmpty())
                refused = unpack(request);
            if (!refused)
                refused = dispatch(connection, request, *mount);
        }
        if (!refused)
            return;
    }
    if (refused->status >= 400)
        logRefusal(connection, refused->status,
            QString(QString::fromLatin1(head.method) % u' ' % QString::fromUtf8(head.path().toByteArray()) % u": "
                % QString::fromUtf8(refused->body).trimmed()));
    if (!isObserved(askedBy(connection)))
        return respond(connection, *std::move(refused), connection.requestBody(), nullptr, nullptr);
    ServedExchange log;
    log.received = QDateTime::currentDateTime();
    if (refused->status >= 400)
        log.refusal = QString::fromUtf8(refused->body).trimmed();
    else
        log.refusal = QString::fromLatin1(head.method);
    respond(connection, *std::move(refused), connection.requestBody(), &log, askedBy(connection));
}

std::optional<HttpResponse> HttpListener::Private::upgrade(
    HttpConnection &connection, const HttpRequestView &request, const Mount &mount)
{
    if (auto error = handshakeError(request))
        return error;
    if (gate->isDraining())
        return HttpResponse::text(503, QStringLiteral("the server is stopping"));
    const CallContext context { Protocol::JsonRpc, {}, {}, false, connection.peer(), connection.peerPort(), {},
        request.path, request.head.fields, {}, connection.attributes(), false, nullptr, {} };
    sockets->take(connection.release(), *mount.server, context, mount.options.webSocket, options.limits);
    return std::nullopt;
}

HttpResponse HttpListener::Private::otherMethod(const HttpRequestView &request, const Mount &mount) const
{
    const QByteArray allowed = allowedMethods(mount.options);
    if (auto preflight = origins.preflight(request.head, allowed))
        return *std::move(preflight);
    if (request.isGet() && !mount.options.redirectGet.isEmpty()) {
        auto response = HttpResponse::text(301, QStringLiteral("see %1").arg(mount.options.redirectGet));
        response.addField(QByteArrayLiteral("Location"), QUrl(mount.options.redirectGet).toEncoded());
        return response;
    }
    if (request.isGet() && mount.options.documentation) {
        auto response = acceptsHtml(request.head)
            ? ApiPage::of(*mount.server, mount.path).response()
            : HttpResponse::text(406, QStringLiteral("what is here to be read is text/html"));
        response.addVary(QByteArrayLiteral("Accept"));
        return response;
    }
    auto response = HttpResponse::text(405, QStringLiteral("calls are sent with POST"));
    response.addField(QByteArrayLiteral("Allow"), allowed);
    return response;
}

std::optional<HttpResponse> HttpListener::Private::unpack(HttpRequestView &request) const
{
    const auto coding = contentCodingOf(request.head.contentEncoding);
    if (!coding) {
        auto response = HttpResponse::text(415,
            QStringLiteral("a body with Content-Encoding %1 is not read; send gzip, deflate, or the body as it is")
                .arg(QString::fromUtf8(request.head.contentEncoding)));
        response.addField(QByteArrayLiteral("Accept-Encoding"), QByteArrayLiteral("gzip, deflate"));
        return response;
    }
    if (*coding == ContentCoding::Identity)
        return std::nullopt;
    auto result = unpacked(request.body, *coding, options.limits.bytes);
    switch (result.state) {
    case Unpacked::State::Malformed:
        return HttpResponse::text(
            400, QStringLiteral("the body is no %1 data").arg(QString::fromLatin1(contentCodingName(*coding))));
    case Unpacked::State::TooLarge:
        return HttpResponse::text(
            413, QStringLiteral("the body is larger than %1 bytes when unpacked").arg(options.limits.bytes));
    case Unpacked::State::Complete:
        break;
    }
    request.body = std::move(result.bytes);
    return std::nullopt;
}

std::optional<HttpResponse> HttpListener::Private::dispatch(
    HttpConnection &connection, const HttpRequestView &request, const Mount &mount)
{
    const HttpHead &head = request.head;
    if (head.contentType != typeField || typeField.isNull()) {
        typeField = head.contentType;
        type = ContentType::fromHeader(typeField);
    }
    Server *const target = mount.server;
    const Codec *const codec = target->codecFor(type.type, request.body);
    if (!codec)
        return HttpResponse::text(400,
            head.contentType.isEmpty()
                ? QStringLiteral("a Content-Type is needed: application/json for JSON-RPC, text/xml for XML-RPC")
                : QStringLiteral("unsupported Content-Type %1; application/json means JSON-RPC, text/xml XML-RPC")
                      .arg(QString::fromUtf8(head.contentType)));
    const auto token = connection.token();
    CallContext context { codec->protocol(), {}, {}, false, connection.peer(), connection.peerPort(), connection.id(),
        request.path, head.fields, {}, connection.attributes(), false, nullptr, token };
    DecodeOptions decode;
    decode.limits = options.limits;
    decode.charset = type.charset;
    if (target->options().maxBatch > 0)
        decode.limits.batch = target->options().maxBatch;
    std::shared_ptr<ServedExchange> log;
    if (isObserved(target)) {
        log = std::make_shared<ServedExchange>();
        log->received = QDateTime::currentDateTime();
        log->peer = connection.peer();
        log->peerPort = connection.peerPort();
        log->requestHead = connection.requestHead();
        log->requestBody = request.body;
        log->protocol = codec->protocol();
    }
    connection.asked = target;
    target->dispatcher().handle(context, *codec, request.body, decode,
        [this, alive = QPointer<HttpListener>(q), asking = QPointer<Server>(target), token, at = &connection, log, codec](
            const Dispatched &result) {
            if (!alive)
                return;
            if (log) {
                log->calls = result.outcomes;
                log->findings = result.findings;
                if (result.refusal)
                    log->refusal = result.refusal->message;
            }
            if (!isAlive(token)) { // the client has gone, the connection object is dying or dead
                if (log) {
                    log->duration = std::chrono::milliseconds(log->received.msecsTo(QDateTime::currentDateTime()));
                    tell(asking, *log);
                }
                return;
            }
            HttpResponse response;
            if (result.refusal) {
                response = HttpResponse::text(result.refusal->httpStatus, result.refusal->message);
            } else if (result.body) {
                response.contentType = codec->responseType();
                response.body = *result.body;
            } else {
                response.status = options.notificationStatus;
            }
            respond(*at, std::move(response), {}, log.get(), asking);
        });
    return std::nullopt;
}

// Its dispatcher answers nothing any more.
void HttpListener::Private::onServerGone(const QObject *gone)
{
    std::erase_if(mounts, [](const Mount &mount) { return !mount.server; });
    if (!gate)
        return;
    const auto all = gate->connections();
    for (HttpConnection *connection : all) {
        if (connection->asked == gone && isAlive(connection->token()))
            respond(*connection, HttpResponse::text(503, QStringLiteral("the server has ended")), {}, nullptr, nullptr);
    }
}

// \a body of the request: for a log that has none yet.
void HttpListener::Private::respond(
    HttpConnection &connection, HttpResponse response, const QByteArray &body, ServedExchange *log, const Server *asked)
{
    const HttpHead &head = connection.head();
    if (log && log->requestHead.isEmpty()) {
        log->peer = connection.peer();
        log->peerPort = connection.peerPort();
        log->requestHead = connection.requestHead();
        log->requestBody = body;
    }
    if (origins.hasCors())
        origins.addFields(head, response);
    response.fields += options.fields;
    for (auto filter = options.filters.crbegin(); filter != options.filters.crend(); ++filter) {
        if (filter->after)
            filter->after(requestOf(connection), response);
    }
    if (log) {
        log->status = response.status;
        log->responseBody = connection.bodySent(response);
    }
    if (options.compressAbove >= 0 && response.body.size() > options.compressAbove) {
        const auto coding = wantedCoding(head.acceptEncoding);
        if (coding != ContentCoding::Identity) {
            const QByteArray small = packed(response.body, coding);
            if (!small.isNull() && small.size() < response.body.size()) {
                response.body = small;
                response.addField(QByteArrayLiteral("Content-Encoding"), contentCodingName(coding));
            }
        }
        response.addVary(QByteArrayLiteral("Accept-Encoding"));
    }
    if (log)
        log->duration = connection.sinceRequest();
    const QPointer<const Server> listening(asked);
    const QByteArray written = connection.answer(response);
    if (!log)
        return;
    log->responseHead = written;
    tell(listening, *log);
}

void HttpListener::Private::onRefused(HttpConnection &connection, const HttpRefusal &refusal)
{
    logRefusal(connection, refusal.status, refusal.reason);
    if (!isObserved(server))
        return;
    ServedExchange log;
    log.received = QDateTime::currentDateTime();
    log.peer = connection.peer();
    log.peerPort = connection.peerPort();
    log.requestHead = refusal.received;
    log.status = refusal.status;
    log.responseHead = refusal.responseHead;
    log.responseBody = refusal.responseBody;
    log.refusal = refusal.reason;
    tell(server, log);
}

bool HttpListener::Private::isObserved(const Server *asked) const
{
    return observers > 0 || (asked && asked->isObserved());
}

// The server that the last request was for; the listener's own where it was for none.
Server *HttpListener::Private::askedBy(const HttpConnection &connection) const
{
    const auto at = std::find_if(mounts.begin(), mounts.end(),
        [&](const Mount &mount) { return mount.server && mount.server == connection.lastAsked; });
    return at == mounts.end() ? server : at->server.data();
}

// \a asked hears what it was asked, and the listener's own users hear everything.
void HttpListener::Private::tell(const Server *asked, const ServedExchange &log) const
{
    const QPointer<const Server> alive(asked);
    Q_EMIT q->served(log);
    if (alive)
        Q_EMIT const_cast<Server *>(alive.data())->served(log);
}

} // namespace rpc
