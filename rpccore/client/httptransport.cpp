// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httptransport.h"

#include "oneshotbody.h"

#include <rpccore/core/qtcompat.h>

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QPointer>
#include <QSslCertificate>
#include <QSslError>
#include <QTimer>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

bool hasField(const HeaderFields &fields, QByteArrayView name)
{
    return std::any_of(
        fields.begin(), fields.end(), [name](const auto &field) { return isSameField(field.first, name); });
}

// Nothing that would end the field early and begin another (RFC 9110 section 5.5).
bool isField(const QByteArray &name, const QByteArray &value)
{
    const auto isNameChar = [](char c) { return uchar(c) > 0x20 && uchar(c) < 0x7f && c != ':'; };
    const auto isValueChar = [](char c) { return (uchar(c) >= 0x20 && c != 0x7f) || c == '\t'; };
    return !name.isEmpty() && std::all_of(name.begin(), name.end(), isNameChar)
        && std::all_of(value.begin(), value.end(), isValueChar);
}

// An error of QNetworkReply that stands for an HTTP status: there is an answer, the protocol decides what it means.
bool isHttpLevel(QNetworkReply::NetworkError error)
{
    if (error == QNetworkReply::ContentReSendError)
        return false;
    // What Qt calls a 400 or 418, and a 407.
    if (error == QNetworkReply::ProtocolInvalidOperationError
        || error == QNetworkReply::ProxyAuthenticationRequiredError)
        return true;
    return error == QNetworkReply::NoError || (error > 200 && error < 300) || (error > 400 && error < 500);
}

ErrorKind kindOf(QNetworkReply::NetworkError error)
{
    switch (error) {
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::ProxyNotFoundError:
        return ErrorKind::NameNotFound;
    case QNetworkReply::SslHandshakeFailedError:
        return ErrorKind::Tls;
    case QNetworkReply::TimeoutError:
    case QNetworkReply::ProxyTimeoutError:
        return ErrorKind::Timeout;
    case QNetworkReply::RemoteHostClosedError:
    case QNetworkReply::ContentReSendError:
        return ErrorKind::ConnectionLost;
    case QNetworkReply::ProtocolFailure:
        return ErrorKind::InvalidAnswer;
    default:
        return ErrorKind::Refused;
    }
}

// One POST. Lives as long as somebody waits for it.
class HttpExchange : public TransportExchange
{
public:
    HttpExchange(QNetworkAccessManager &network, const QNetworkRequest &request, const QByteArray &head,
        const QByteArray &body, const HttpTarget &target, const CallOptions &options)
        : m_limit(target.limits.bytes)
        , m_timeout(options.timeout.value_or(target.timeout))
    {
        m_trace.url = request.url();
        m_trace.requestHead = head;
        m_trace.requestBody = body;
        m_trace.started = QDateTime::currentDateTime();
        m_clock.start();
        auto *device = new OneShotBody(body, this);
        m_reply = network.post(request, device);
        m_reply->setParent(this);
        connect(m_reply, &QNetworkReply::socketStartedConnecting, this, [this] { m_trace.connecting = now(); });
        connect(m_reply, &QNetworkReply::encrypted, this, [this] { m_trace.encrypted = now(); });
        connect(m_reply, &QNetworkReply::requestSent, this, [this] { m_trace.sent = now(); });
        connect(m_reply, &QNetworkReply::metaDataChanged, this, [this] {
            if (!m_trace.firstByte)
                m_trace.firstByte = now();
        });
        connect(m_reply, &QNetworkReply::readyRead, this, &HttpExchange::read);
        connect(
            m_reply, &QNetworkReply::sslErrors, this, [this](const QList<QSslError> &errors) { m_sslErrors = errors; });
        connect(m_reply, &QNetworkReply::finished, this, &HttpExchange::complete);
        if (m_timeout.count() > 0) {
            m_timer.setSingleShot(true);
            connect(&m_timer, &QTimer::timeout, this, [this] {
                end(Error::make(ErrorKind::Timeout,
                    Text::tr("no complete answer from %1 within %2")
                        .arg(m_trace.url.authority(), durationText(m_timeout))));
            });
            m_timer.start(m_timeout);
        }
    }

    ~HttpExchange() override { drop(); }

    /// Ends everything for good, with the network manager.
    void close()
    {
        end(Error::make(ErrorKind::Cancelled, Text::tr("the client was closed")));
        drop();
    }

    void cancel() override { end(Error::make(ErrorKind::Cancelled, QStringLiteral("cancelled"))); }

private:
    Trace::Microseconds now() const { return Trace::Microseconds(m_clock.nsecsElapsed() / 1000); }

    void drop()
    {
        if (QNetworkReply *reply = std::exchange(m_reply, nullptr)) {
            reply->disconnect(this);
            reply->abort();
            delete reply;
        }
    }

    // Ends the exchange from this side.
    void end(const Error &error)
    {
        if (m_done || m_verdict)
            return;
        m_verdict = error;
        m_reply->abort(); // emits finished
        if (!m_done)
            complete();
    }

    void read()
    {
        // Not more than there is: QIODevice::read() reserves what it is asked for.
        const qint64 room = m_limit + 1 - m_trace.responseBody.size();
        m_trace.responseBody += m_reply->read(qMin(m_reply->bytesAvailable(), room));
        if (m_trace.responseBody.size() > m_limit) {
            m_trace.responseBody.truncate(m_limit);
            end(Error::make(ErrorKind::LimitExceeded, Text::tr("the answer is larger than %1").arg(sizeText(m_limit))));
        }
    }

    void complete()
    {
        if (m_done)
            return;
        m_timer.stop();
        if (!m_verdict)
            read();
        if (m_done)
            return;
        m_done = true;
        m_trace.complete = now();
        readHead();
        if (m_verdict)
            m_error = m_verdict;
        else if ((!isHttpLevel(m_reply->error()) && !isWhole()) || m_trace.httpStatus == 0)
            m_error = networkError();
        if (m_error)
            m_error->httpStatus = m_trace.httpStatus;
        Q_EMIT finished();
    }

    // Qt reports ContentReSendError now and then for an answer that the end of the connection ended, and that is all
    // there: it wanted to repeat a request that was answered.
    bool isWhole() const
    {
        if (m_reply->error() != QNetworkReply::ContentReSendError || m_reply->hasRawHeader("Transfer-Encoding"))
            return false;
        const QByteArray length = m_reply->rawHeader("Content-Length");
        return length.isEmpty() || length.toLongLong() == m_trace.responseBody.size();
    }

    Error networkError() const
    {
        const QString peer = m_trace.url.authority();
        Error e = Error::make(kindOf(m_reply->error()), QString());
        if (e.kind == ErrorKind::Refused && m_trace.sent)
            e.kind = ErrorKind::ConnectionLost; // it was reached; nobody knows what it did
        // Before TLS was up, no byte of the call was sent.
        const bool inHandshake = m_trace.url.scheme() == u"https" && !m_trace.encrypted && m_trace.connecting;
        if (e.kind == ErrorKind::ConnectionLost && inHandshake)
            e.kind = ErrorKind::Tls;
        switch (e.kind) {
        case ErrorKind::NameNotFound:
            e.message = Text::tr("there is no host called \"%1\"").arg(m_trace.url.host());
            break;
        case ErrorKind::Tls:
            e.message = Text::tr("TLS with %1 failed: %2").arg(peer, tlsText());
            break;
        case ErrorKind::ConnectionLost:
            e.message = m_trace.httpStatus
                ? Text::tr("%1 closed the connection in the middle of its answer").arg(peer)
                : Text::tr("%1 closed the connection without an answer; it may or may not have acted on the call. "
                           "The call was sent once and is not repeated")
                      .arg(peer);
            break;
        case ErrorKind::Refused:
            e.message = m_reply->error() == QNetworkReply::ConnectionRefusedError
                ? Text::tr("nothing answers at %1: the connection was refused").arg(peer)
                : Text::tr("%1 cannot be reached: %2").arg(peer, m_reply->errorString());
            break;
        case ErrorKind::InvalidAnswer:
            e.message = Text::tr("what %1 sent is not HTTP: %2").arg(peer, m_reply->errorString());
            break;
        default:
            e.message = m_reply->errorString();
        }
        return e;
    }

    QString tlsText() const
    {
        if (m_sslErrors.isEmpty())
            return m_reply->errorString();
        QStringList texts;
        for (const QSslError &e : m_sslErrors) {
            const QString subject = e.certificate().subjectDisplayName();
            texts.append(subject.isEmpty() ? e.errorString() : QString(e.errorString() % u" (" % subject % u')'));
        }
        return texts.join(u"; ");
    }

    void readHead()
    {
        m_trace.httpStatus = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
        if (m_trace.httpStatus == 0)
            return;
        const QByteArray reason = m_reply->attribute(QNetworkRequest::HttpReasonPhraseAttribute).toByteArray();
        QByteArray head = "HTTP " + QByteArray::number(m_trace.httpStatus) + ' ' + reason + "\r\n"; // version unknown
        for (const auto &[name, value] : m_reply->rawHeaderPairs())
            head += name + ": " + value + "\r\n";
        m_trace.responseHead = head + "\r\n";
        const auto type = ContentType::fromHeader(m_reply->rawHeader("Content-Type"));
        m_trace.contentType = type.type;
        m_trace.charset = type.charset;
    }

    qint64 m_limit;
    std::chrono::milliseconds m_timeout;
    QNetworkReply *m_reply = nullptr;
    QElapsedTimer m_clock;
    QTimer m_timer;
    QList<QSslError> m_sslErrors;
    std::optional<Error> m_verdict; // why this side ended the exchange
    bool m_done = false;
};

// An exchange that failed before anything was sent.
class FailedExchange : public TransportExchange
{
public:
    FailedExchange(const QUrl &url, const Error &error)
    {
        m_trace.url = url;
        m_trace.started = QDateTime::currentDateTime();
        m_error = error;
        QMetaObject::invokeMethod(
            this, [this] { Q_EMIT finished(); }, Qt::QueuedConnection);
    }
    void cancel() override { }
};

} // namespace

HttpTransport::HttpTransport(HttpTarget target, QObject *parent)
    : ClientTransport(parent)
    , m_target(std::move(target))
    , m_network(new QNetworkAccessManager(this))
{
    if (m_target.user.isEmpty() && !m_target.url.userName().isEmpty()) {
        m_target.user = m_target.url.userName(QUrl::FullyDecoded);
        m_target.password = m_target.url.password(QUrl::FullyDecoded);
    }
    m_target.url.setUserInfo(QString());
    m_target.url.setFragment(QString());
    m_network->setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
    m_network->setAutoDeleteReplies(false);
}

HttpTransport::~HttpTransport()
{
    Q_EMIT closing(); // while the network manager lives: a reply must not outlive it
}

std::unique_ptr<TransportExchange> HttpTransport::send(
    const QByteArray &body, const QByteArray &contentType, const CallOptions &options)
{
    const QUrl &url = m_target.url;
    if (!url.isValid() || url.host().isEmpty() || (url.scheme() != u"http" && url.scheme() != u"https")) {
        return std::make_unique<FailedExchange>(url,
            Error::make(ErrorKind::InvalidArgument,
                Text::tr("\"%1\" is no address to call; it looks like http://host:port/path").arg(url.toString())));
    }
    HeaderFields fields;
    const int defaultPort = url.scheme() == u"https" ? 443 : 80;
    QByteArray host = url.host(QUrl::FullyEncoded).toLatin1();
    if (host.contains(':'))
        host = '[' + host + ']';
    if (url.port(defaultPort) != defaultPort)
        host += ':' + QByteArray::number(url.port());
    fields.append({ "Host", host });
    fields.append({ "Content-Type", contentType });
    fields.append({ "Content-Length", QByteArray::number(body.size()) });
    if (!m_target.user.isEmpty())
        fields.append({ "Authorization",
            "Basic " + QByteArray(m_target.user.toUtf8() + ':' + m_target.password.toUtf8()).toBase64() });
    else if (!m_target.bearer.isEmpty())
        fields.append({ "Authorization", "Bearer " + m_target.bearer.toUtf8() });
    // The caller's own fields win over the defaults.
    const auto addOwn = [&fields](const HeaderFields &own) {
        for (const auto &field : own) {
            fields.removeIf([&field](const auto &f) { return isSameField(f.first, field.first); });
            fields.append(field);
        }
    };
    addOwn(m_target.headers);
    addOwn(options.headers);
    // Set even where the default would do: what is not set, the network layer adds on its own, unseen.
    static constexpr const char *defaults[][2] = { { "User-Agent", "Antiphon" }, { "Accept", "*/*" },
        { "Accept-Encoding", "identity" }, { "Accept-Language", "*" }, { "Connection", "Keep-Alive" } };
    for (const auto &[name, value] : defaults) {
        if (!hasField(fields, name))
            fields.append({ QByteArray(name), QByteArray(value) });
    }
    for (const auto &[name, value] : std::as_const(fields)) {
        if (!isField(name, value)) {
            return std::make_unique<FailedExchange>(url,
                Error::make(ErrorKind::InvalidArgument,
                    Text::tr("the header field \"%1\" cannot be sent: its name or its value has a character that "
                             "HTTP does not allow there")
                        .arg(QString::fromUtf8(name))));
        }
    }
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    QByteArray target = url.path(QUrl::FullyEncoded).toLatin1();
    if (target.isEmpty())
        target = "/";
    if (url.hasQuery())
        target += '?' + url.query(QUrl::FullyEncoded).toLatin1();
    QByteArray head = "POST " + target + " HTTP/1.1\r\n";
    for (const auto &[name, value] : std::as_const(fields)) {
        request.setRawHeader(name, value);
        head += qtcompat::sentFieldName(name) + ": " + value + "\r\n";
    }
    auto exchange = std::make_unique<HttpExchange>(*m_network, request, head + "\r\n", body, m_target, options);
    connect(this, &HttpTransport::closing, exchange.get(), &HttpExchange::close);
    return exchange;
}

} // namespace rpc
