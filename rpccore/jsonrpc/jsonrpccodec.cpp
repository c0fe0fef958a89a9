// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "jsonrpccodec.h"

#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>
#include <rpccore/json/valuetext.h>

namespace rpc {

namespace {

const QString versionName = QStringLiteral("jsonrpc");
const QString idName = QStringLiteral("id");
const QString methodName = QStringLiteral("method");
const QString paramsName = QStringLiteral("params");
const QString resultName = QStringLiteral("result");
const QString errorName = QStringLiteral("error");
const QString codeName = QStringLiteral("code");
const QString messageName = QStringLiteral("message");
const QString dataName = QStringLiteral("data");

Error invalidRequest(const QString &message) { return Error::make(ErrorKind::InvalidRequest, message); }
Error invalidAnswer(const QString &message) { return Error::make(ErrorKind::InvalidAnswer, message); }

// The text of a body in UTF-8, whatever charset its header names.
Result<QByteArray> utf8(const QByteArray &body, const QByteArray &charset)
{
    if (charset.isEmpty() || charset == "utf-8" || charset == "utf8" || charset == "us-ascii")
        return body;
    if (charset == "iso-8859-1" || charset == "latin1")
        return QString::fromLatin1(body).toUtf8();
    return Error::make(ErrorKind::Parse,
        QStringLiteral("the Content-Type names the charset \"%1\"; JSON is exchanged in UTF-8 (RFC 8259 section 8.1)")
            .arg(QString::fromLatin1(charset)));
}

Result<Request> requestFromValue(const Value &value)
{
    const auto *message = value.get<Struct>();
    if (!message)
        return invalidRequest(QStringLiteral("a request is an object, not %1").arg(typeName(value.type())));
    const Value *version = message->find(versionName);
    if (!version || version->toString() != u"2.0")
        return invalidRequest(QStringLiteral("\"jsonrpc\" must be \"2.0\""));
    Request request;
    if (const Value *id = message->find(idName)) {
        const auto known = RequestId::fromValue(*id);
        if (!known)
            return invalidRequest(
                QStringLiteral("\"id\" must be a string, a number or null, not %1").arg(typeName(id->type())));
        request.id = *known;
    }
    const Value *method = message->find(methodName);
    if (!method || method->type() != Type::String)
        return invalidRequest(QStringLiteral("\"method\" must be a string"));
    request.method = method->toString();
    if (const Value *params = message->find(paramsName)) {
        if (const auto *a = params->get<Array>())
            request.params = *a;
        else if (const auto *s = params->get<Struct>())
            request.params = *s;
        else
            return invalidRequest(
                QStringLiteral("\"params\" must be an array or an object, not %1").arg(typeName(params->type())));
    }
    return request;
}

IncomingRequest incomingFromValue(const Value &value)
{
    auto request = requestFromValue(value);
    if (request)
        return { request, request->id };
    const auto *message = value.get<Struct>();
    const Value *id = message ? message->find(idName) : nullptr;
    const auto known = id ? RequestId::fromValue(*id) : std::nullopt;
    return { request, known.value_or(RequestId::null()) };
}

class AnswerReader
{
public:
    explicit AnswerReader(Findings *findings)
        : m_findings(findings)
    {
    }

    Result<Response> read(const Value &value)
    {
        const auto *message = value.get<Struct>();
        if (!message)
            return invalidAnswer(
                QStringLiteral("a JSON-RPC answer is an object, this is %1").arg(typeName(value.type())));
        const Value *const result = message->find(resultName);
        const Value *const error = message->find(errorName);
        if (message->contains(methodName) && !result && !error)
            return invalidAnswer(QStringLiteral("this is a request or a notification, not an answer"));
        checkVersion(*message);
        Response response;
        if (const Value *id = message->find(idName)) {
            const auto known = RequestId::fromValue(*id);
            if (!known)
                return invalidAnswer(
                    QStringLiteral("the id is %1; it must be a string, a number or null").arg(typeName(id->type())));
            response.id = *known;
        }
        const bool hasError = error && !error->isNil();
        if (result && hasError) {
            if (!result->isNil())
                return invalidAnswer(QStringLiteral("the answer has both a result and an error"));
            note("jsonrpc.result-and-error", QStringLiteral("The answer has an error and, beside it, a null result."));
        } else if (result && error) {
            note("jsonrpc.error-null", QStringLiteral("The answer has a result and, beside it, a null error."));
        } else if (!result && !error) {
            return invalidAnswer(QStringLiteral("the answer has neither a result nor an error"));
        } else if (!result && !hasError) {
            return invalidAnswer(QStringLiteral("the answer's error is null and it has no result"));
        }
        if (hasError)
            response.outcome = remoteError(*error);
        else
            response.outcome = *result;
        return response;
    }

private:
    void note(const char *rule, const QString &text)
    {
        if (m_findings && m_findings->size() < mostFindings)
            m_findings->append({ QString::fromLatin1(rule), text, {} });
    }

    void checkVersion(const Struct &message)
    {
        const Value *version = message.find(versionName);
        if (!version)
            note("jsonrpc.version-missing", QStringLiteral("The answer has no \"jsonrpc\" member."));
        else if (version->toString() != u"2.0")
            note("jsonrpc.version", QStringLiteral("The answer's \"jsonrpc\" is not \"2.0\"."));
    }

    Error remoteError(const Value &value)
    {
        const auto *s = value.get<Struct>();
        if (!s) {
            note("jsonrpc.error-shape", QStringLiteral("The error is %1, not an object.").arg(typeName(value.type())));
            return Error::application(0, value.toString(QString::fromUtf8(valuetext::toText(value))), {});
        }
        Error error;
        error.kind = ErrorKind::Remote;
        readCode(s->find(codeName), error);
        if (const Value *message = s->find(messageName); message && message->type() == Type::String) {
            error.message = message->toString();
        } else {
            note("jsonrpc.error-message", QStringLiteral("The error has no message text."));
            if (message)
                error.message = QString::fromUtf8(valuetext::toText(*message));
        }
        if (const Value *data = s->find(dataName))
            error.data = *data;
        return error;
    }

    void readCode(const Value *code, Error &error)
    {
        const auto integer = code ? code->toInteger() : std::nullopt;
        if (integer && *integer >= INT32_MIN && *integer <= INT32_MAX) {
            error.code = int(*integer);
            return;
        }
        note("jsonrpc.error-code", QStringLiteral("The error's code is no integer."));
        if (code)
            error.codeText = code->toString(QString::fromUtf8(valuetext::toText(*code)));
    }

    Findings *m_findings;
};

} // namespace

bool JsonRpcCodec::accepts(QByteArrayView type) const
{
    return type == "application/json" || type == "application/json-rpc" || type == "application/jsonrequest";
}

Result<QByteArray> JsonRpcCodec::encodeRequest(const Request &request) const
{
    Struct message { { versionName, QStringLiteral("2.0") } };
    if (!request.id.isAbsent())
        message.append(idName, request.id.toValue());
    message.append(methodName, request.method);
    if (!request.params.isAbsent())
        message.append(paramsName, request.params.toValue());
    return JsonWriter {}.write(message);
}

Result<QByteArray> JsonRpcCodec::encodeResponse(const Response &response) const
{
    Struct message { { versionName, QStringLiteral("2.0") } };
    if (response.outcome) {
        message.append(resultName, *response.outcome);
    } else {
        const Error &e = response.outcome.error();
        Struct error { { codeName, e.wireCode() }, { messageName, e.message } };
        if (!e.data.isNil())
            error.append(dataName, e.data);
        message.append(errorName, error);
    }
    message.append(idName, response.id.toValue());
    return JsonWriter {}.write(message);
}

QByteArray JsonRpcCodec::joinBatch(const QList<QByteArray> &responses) const { return '[' + responses.join(',') + ']'; }

Result<IncomingRequests> JsonRpcCodec::decodeRequests(const QByteArray &body, const DecodeOptions &options) const
{
    const auto text = utf8(body, options.charset);
    if (!text)
        return text.error();
    const auto value = JsonReader { options.limits, Duplicates::Refuse }.read(*text, options.findings);
    if (!value)
        return value.error();
    IncomingRequests incoming;
    const auto *batch = value->get<Array>();
    if (!batch) {
        incoming.members.append(incomingFromValue(*value));
        return incoming;
    }
    if (batch->isEmpty())
        return invalidRequest(QStringLiteral("the batch is empty"));
    if (batch->size() > options.limits.batch)
        return invalidRequest(
            QStringLiteral("the batch has %1 members, the limit is %2").arg(batch->size()).arg(options.limits.batch));
    incoming.isBatch = true;
    for (const Value &member : *batch)
        incoming.members.append(incomingFromValue(member));
    return incoming;
}

Result<Response> JsonRpcCodec::decodeResponse(const QByteArray &body, const DecodeOptions &options) const
{
    const auto text = utf8(body, options.charset);
    if (!text)
        return text.error();
    auto value = JsonReader { options.limits, Duplicates::KeepAll }.read(*text, options.findings);
    if (!value) {
        Error e = value.error();
        if (e.kind == ErrorKind::Parse) {
            e.kind = ErrorKind::InvalidAnswer;
            e.message = QStringLiteral("the answer is not well-formed JSON: ") + e.message;
        }
        return e;
    }
    return AnswerReader(options.findings).read(*value);
}

} // namespace rpc
