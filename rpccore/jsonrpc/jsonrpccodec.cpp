// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "jsonrpccodec.h"

#include "messagereader.h"

#include <rpccore/core/textposition.h>
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>

#include <QStringDecoder>

namespace rpc {

using namespace jsonrpc;

namespace {

const QString version20 = QStringLiteral("2.0");
const QString version11 = QStringLiteral("1.1");

Error invalidRequest(const QString &message) { return Error::make(ErrorKind::InvalidRequest, message); }

// UTF-16 or UTF-32, by the mark at the begin of \a body or by the zeros around its first character, which is ASCII.
std::optional<QStringConverter::Encoding> wideEncoding(const QByteArray &body)
{
    if (const auto marked = QStringConverter::encodingForData(body))
        return *marked == QStringConverter::Utf8 ? std::nullopt : marked;
    return QStringConverter::encodingForData(body, u'{') ? QStringConverter::encodingForData(body, u'{')
                                                         : QStringConverter::encodingForData(body, u'[');
}

// The text of a body in UTF-8, whatever charset its header names.
Result<QByteArray> utf8(const QByteArray &body, const QByteArray &charset, Findings *findings, bool tolerant)
{
    if (tolerant) {
        if (const auto encoding = wideEncoding(body)) {
            note(findings, Rule::JsonCharset,
                QStringLiteral("The text is in %1, not in UTF-8.")
                    .arg(QLatin1String(QStringConverter::nameForEncoding(*encoding))));
            return QString(QStringDecoder(*encoding).decode(body)).toUtf8();
        }
    }
    if (charset.isEmpty() || charset == "utf-8" || charset == "utf8" || charset == "us-ascii")
        return body;
    if (charset == "iso-8859-1" || charset == "latin1") {
        note(findings, Rule::JsonCharset,
            QStringLiteral("The header names the charset %1, and the text was read in it.")
                .arg(QString::fromLatin1(charset)));
        return QString::fromLatin1(body).toUtf8();
    }
    if (tolerant) {
        note(findings, Rule::JsonCharset,
            QStringLiteral("The header names the charset %1; the text was read as UTF-8.")
                .arg(QString::fromLatin1(charset)));
        return body;
    }
    return Error::make(ErrorKind::Parse,
        QStringLiteral("the Content-Type names the charset \"%1\"; JSON is exchanged in UTF-8 (RFC 8259 section 8.1)")
            .arg(QString::fromLatin1(charset)));
}

// Reads all that can be read, to be shown or to find places in.
JsonReader explorersReader(const Limits &limits)
{
    JsonReader reader { limits, Duplicates::KeepAll };
    reader.tolerant = true;
    return reader;
}

// Hands on what the message reader noted, with the place of each in the bytes of \a body, which \a text was made of.
void publish(const MessageReader &reader, const QByteArray &text, const QByteArray &body, const Limits &limits,
    Findings *findings)
{
    if (!findings || reader.notes().empty())
        return;
    Spans spans;
    std::optional<Result<Value>> root;
    if (text.constData() == body.constData()) // else it was recoded, and its places are not those of the body
        root = explorersReader(limits).read(text, nullptr, &spans);
    struct Placed
    {
        const MessageReader::Noted *note;
        std::optional<Span> span;
    };
    std::vector<Placed> placed;
    for (const MessageReader::Noted &n : reader.notes())
        placed.push_back({ &n, root && *root ? spans.find(**root, n.path) : std::nullopt });
    std::stable_sort(placed.begin(), placed.end(),
        [](const Placed &x, const Placed &y) { return (x.span ? x.span->begin : -1) < (y.span ? y.span->begin : -1); });
    TextPosition last { 0, 1, 1 };
    for (const Placed &p : placed) {
        if (!p.span) {
            note(findings, p.note->rule, p.note->text);
            continue;
        }
        last = positionAt(text, p.span->begin, last); // on from the one before
        note(findings, p.note->rule, p.note->text, last, p.span->end - p.span->begin);
    }
}

Error noAnswer(Error error)
{
    if (error.kind == ErrorKind::Parse) {
        error.kind = ErrorKind::InvalidAnswer;
        error.message = QStringLiteral("the answer is not well-formed JSON: ") + error.message;
    }
    return error;
}

JsonReader readerFor(const JsonRpcDialect &dialect, const Limits &limits)
{
    JsonReader reader { limits, dialect.duplicateNames ? Duplicates::KeepAll : Duplicates::Refuse };
    reader.tolerant = dialect.tolerant;
    return reader;
}

} // namespace

bool JsonRpcCodec::accepts(QByteArrayView type) const
{
    return type == "application/json" || type == "application/json-rpc" || type == "application/jsonrequest";
}

bool JsonRpcCodec::acceptsAnyway(QByteArrayView body) const
{
    const QByteArrayView text = body.trimmed();
    return m_requests.anyContentType && !text.isEmpty() && !text.startsWith('<');
}

Result<QByteArray> JsonRpcCodec::encodeRequest(const Request &request) const
{
    if (request.params.isMixed())
        return Error::make(ErrorKind::NotExpressible,
            QStringLiteral("JSON-RPC has params by position or by name, not both in one call"));
    Struct message;
    const bool v10 = request.version == JsonRpcVersion::V1_0;
    if (request.version == JsonRpcVersion::V2_0)
        message.append(versionName, version20);
    else if (request.version == JsonRpcVersion::V1_1)
        message.append(version11Name, version11);
    if (v10 && request.params.isNamed())
        return Error::make(ErrorKind::NotExpressible, QStringLiteral("JSON-RPC 1.0 has positional params only"));
    if (!request.id.isAbsent() || v10)
        message.append(idName, request.id.toValue()); // 1.0 marks a notification with null
    message.append(methodName, request.method);
    if (!request.params.isAbsent() || v10)
        message.append(paramsName, request.params.toValue());
    for (const Member &m : request.extra)
        message.insert(m.name, m.value);
    return writer().write(message);
}

Result<QByteArray> JsonRpcCodec::encodeResponse(const Response &response) const
{
    QList<Member> message;
    message.reserve(4);
    if (response.version == JsonRpcVersion::V2_0)
        message.append({ versionName, version20 });
    else if (response.version == JsonRpcVersion::V1_1)
        message.append({ version11Name, version11 });
    const bool v10 = response.version == JsonRpcVersion::V1_0;
    if (response.outcome) {
        message.append({ resultName, *response.outcome });
        if (v10)
            message.append({ errorName, Value() });
    } else {
        const Error &e = response.outcome.error();
        Struct error;
        if (response.version == JsonRpcVersion::V1_1)
            error.append(QStringLiteral("name"), QStringLiteral("JSONRPCError"));
        error.append(codeName, e.wireCode());
        error.append(messageName, e.message);
        const Value data
            = !e.data.isNil() || e.details.isEmpty() ? e.data : Value(Struct { { detailsName, e.details } });
        if (!data.isNil())
            error.append(response.version == JsonRpcVersion::V1_1 ? errorName : dataName, data);
        if (v10)
            message.append({ resultName, Value() });
        message.append({ errorName, error });
    }
    message.append({ idName, response.id.toValue() });
    return writer().write(Struct(std::move(message)));
}

QByteArray JsonRpcCodec::joinBatch(const QList<QByteArray> &messages) const { return '[' + messages.join(',') + ']'; }

Result<IncomingRequests> JsonRpcCodec::decodeRequests(const QByteArray &body, const DecodeOptions &options) const
{
    const auto text = utf8(body, options.charset, options.findings, m_requests.tolerant);
    if (!text)
        return text.error();
    const int most = options.limits.batch;
    const auto tooLarge = [most] {
        return invalidRequest(QStringLiteral("the batch is too large: it has more than %1 members").arg(most));
    };
    JsonReader json = readerFor(m_requests, options.limits);
    json.rootElements = most;
    const auto value = json.read(*text, options.findings);
    if (!value) {
        const Error &error = value.error();
        return error.kind == ErrorKind::LimitExceeded && error.path == Path().child(most) ? tooLarge() : error;
    }
    IncomingRequests incoming;
    MessageReader reader(m_requests);
    if (const auto *batch = value->get<Array>()) {
        if (batch->isEmpty())
            return invalidRequest(QStringLiteral("the batch is empty"));
        if (batch->size() > most) // only with a limit of none
            return tooLarge();
        incoming.isBatch = true;
        incoming.members.reserve(batch->size());
        for (qsizetype i = 0; i < batch->size(); ++i)
            incoming.members.append(reader.request(batch->at(i), Path().child(i)));
    } else {
        incoming.members.append(reader.request(*value, {}));
    }
    publish(reader, *text, body, options.limits, options.findings);
    return incoming;
}

Result<Response> JsonRpcCodec::decodeResponse(const QByteArray &body, const DecodeOptions &options) const
{
    auto all = decodeResponses(body, options);
    if (!all)
        return all.error();
    if (!all->isBatch)
        return all->members.constFirst();
    if (all->members.size() != 1)
        return Error::make(ErrorKind::InvalidAnswer,
            QStringLiteral("a single request's answer is an object, this is an array of %1").arg(all->members.size()));
    note(options.findings, Rule::JsonRpcBatchForSingle,
        QStringLiteral("The answer to the single request came in an array."));
    return all->members.constFirst();
}

Result<IncomingResponses> JsonRpcCodec::decodeResponses(const QByteArray &body, const DecodeOptions &options) const
{
    const auto text = utf8(body, options.charset, options.findings, m_answers.tolerant);
    if (!text)
        return noAnswer(text.error());
    const auto value = readerFor(m_answers, options.limits).read(*text, options.findings);
    if (!value)
        return noAnswer(value.error());
    IncomingResponses incoming;
    MessageReader reader(m_answers);
    const auto *batch = value->get<Array>();
    if (batch && m_answers.tolerant && std::none_of(batch->begin(), batch->end(), &MessageReader::isEnvelope)
        && !batch->isEmpty()) {
        incoming.members.append(reader.bare(*value, {})); // a list that is the result itself
    } else if (batch) {
        incoming.isBatch = true;
        incoming.members.reserve(batch->size());
        for (qsizetype i = 0; i < batch->size(); ++i)
            incoming.members.append(reader.response(batch->at(i), Path().child(i)));
        if (batch->isEmpty())
            reader.note(Rule::JsonRpcBatchEmptyAnswer, QStringLiteral("The answer is an empty array."), {});
    } else {
        incoming.members.append(reader.response(*value, {}));
    }
    publish(reader, *text, body, options.limits, options.findings);
    return incoming;
}

Result<Payload> JsonRpcCodec::readPayload(const QByteArray &body, const DecodeOptions &options) const
{
    Payload payload;
    payload.bytes = body;
    const auto text = utf8(body, options.charset, &payload.findings, true);
    if (!text)
        return text.error();
    auto value = explorersReader(options.limits).read(*text, &payload.findings, &payload.spans);
    if (!value)
        return value.error();
    payload.value = *std::move(value);
    if (*text != body)
        payload.spans.clear();
    return payload;
}

} // namespace rpc
