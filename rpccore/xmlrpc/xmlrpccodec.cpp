// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlrpccodec.h"

#include "xmlreader.h"
#include "xmlwriter.h"

#include <rpccore/json/valuetext.h>

#include <cstring>

namespace rpc {

namespace {

const QString faultCodeName = QStringLiteral("faultCode");
const QString faultStringName = QStringLiteral("faultString");

// XML-RPC section "Fault example": a struct of faultCode (int) and faultString (string). The wild knows others.
Error errorFromFault(const XmlRpcDocument &document, Findings *findings)
{
    const Value fault = document.params.value(0);
    Error error;
    error.kind = ErrorKind::Remote;
    const auto *s = fault.get<Struct>();
    const Value *code = s ? s->find(faultCodeName) : nullptr;
    const Value *text = s ? s->find(faultStringName) : nullptr;
    if (code && code->type() == Type::Int32) {
        error.code = *code->get<qint32>();
    } else if (code) {
        note(findings, Rule::XmlRpcFaultCode,
            QStringLiteral("The faultCode is %1, not int.").arg(typeName(code->type())), document.body,
            document.bodyLength);
        error.codeText = code->toString(QString::fromUtf8(valuetext::toText(*code)));
    }
    if (text)
        error.message = text->toString(QString::fromUtf8(valuetext::toText(*text)));
    const bool exact = s && s->size() == 2 && code && text;
    if (!exact || text->type() != Type::String) {
        note(findings, Rule::XmlRpcFaultShape,
            exact ? QStringLiteral("The faultString is %1, not string.").arg(typeName(text->type()))
                  : QStringLiteral("The fault is not a struct of exactly faultCode and faultString."),
            document.body, document.bodyLength);
        error.data = fault;
    }
    return error;
}

// An answer holds one value; what else it can be is said here.
void judgeAnswer(const XmlRpcDocument &document, Findings *findings)
{
    if (document.kind == XmlRpcDocument::Kind::Response && document.params.size() != 1)
        note(findings, Rule::XmlRpcEmptyParams,
            document.params.isEmpty() ? QStringLiteral("The answer holds no value; it is taken as nil.")
                                      : QStringLiteral("The answer holds %1 values.").arg(document.params.size()),
            document.body, document.bodyLength);
}

} // namespace

bool XmlRpcCodec::accepts(QByteArrayView type) const { return type == "text/xml" || type == "application/xml"; }

bool XmlRpcCodec::acceptsAnyway(QByteArrayView body) const
{
    if (!m_requests.anyContentType)
        return false;
    // A byte order mark, white space and the NULs of UTF-16 may stand before it.
    for (const char c : body.first(qMin<qsizetype>(body.size(), 256))) {
        if (c == '<')
            return true;
        if (!strchr("\xef\xbb\xbf\xfe\xff \t\r\n", c))
            return false;
    }
    return false;
}

Result<QByteArray> XmlRpcCodec::encodeRequest(const Request &request) const
{
    if (request.params.isNamed() || request.params.isMixed())
        return Error::make(ErrorKind::NotExpressible, QStringLiteral("XML-RPC has positional params only"));
    return xmlwriter::call(request.method, request.params.positional(), m_requests);
}

Result<QByteArray> XmlRpcCodec::encodeResponse(const Response &response) const
{
    if (response.outcome && response.outcome->isNil() && !m_requests.nil && m_requests.emptyForNil)
        return xmlwriter::response(QString(QLatin1String("")), m_requests);
    if (response.outcome)
        return xmlwriter::response(*response.outcome, m_requests);
    const Error &e = response.outcome.error();
    return xmlwriter::fault(e.wireCode(), e.details.isEmpty() ? e.message : QString(e.message % u": " % e.details));
}

QByteArray XmlRpcCodec::joinBatch(const QList<QByteArray> &messages) const
{
    return messages.value(0); // XML-RPC has no batches
}

Result<IncomingRequests> XmlRpcCodec::decodeRequests(const QByteArray &body, const DecodeOptions &options) const
{
    auto document = XmlReader { options.limits, m_requests }.read(body, options.charset, options.findings);
    if (!document)
        return document.error();
    if (document->kind != XmlRpcDocument::Kind::Call)
        return Error::make(ErrorKind::InvalidRequest, QStringLiteral("this is a <methodResponse>, not a <methodCall>"));
    Request request;
    request.id = RequestId::null(); // every XML-RPC call is answered
    request.method = document->method;
    request.params = std::move(document->params);
    IncomingRequests incoming;
    incoming.members.append({ std::move(request), RequestId::null() });
    return incoming;
}

Result<Response> XmlRpcCodec::decodeResponse(const QByteArray &body, const DecodeOptions &options) const
{
    const auto document = XmlReader { options.limits, m_answers }.read(body, options.charset, options.findings);
    if (!document) {
        Error e = document.error();
        if (e.kind == ErrorKind::Parse)
            e.message = QStringLiteral("the answer is not well-formed XML: ") + e.message;
        else if (e.kind == ErrorKind::InvalidRequest)
            e.message = QStringLiteral("the answer is not XML-RPC: ") + e.message;
        if (e.kind != ErrorKind::LimitExceeded)
            e.kind = ErrorKind::InvalidAnswer;
        return e;
    }
    Response response;
    switch (document->kind) {
    case XmlRpcDocument::Kind::Call:
        return Error::make(ErrorKind::InvalidAnswer, QStringLiteral("this is a <methodCall>, not an answer"));
    case XmlRpcDocument::Kind::Fault:
        response.outcome = errorFromFault(*document, options.findings);
        break;
    case XmlRpcDocument::Kind::Response:
        if (document->params.size() > 1 && !m_answers.tolerant)
            return Error::make(ErrorKind::InvalidAnswer,
                QStringLiteral("the answer has %1 params; XML-RPC wants one").arg(document->params.size()));
        judgeAnswer(*document, options.findings);
        response.outcome = document->params.size() > 1 ? Value(document->params) : document->params.value(0);
        break;
    }
    return response;
}

Result<IncomingResponses> XmlRpcCodec::decodeResponses(const QByteArray &body, const DecodeOptions &options) const
{
    auto response = decodeResponse(body, options);
    if (!response)
        return response.error();
    return IncomingResponses { { *std::move(response) }, false };
}

Result<Payload> XmlRpcCodec::readPayload(const QByteArray &body, const DecodeOptions &options) const
{
    Payload payload;
    payload.bytes = body;
    const auto document = XmlReader { options.limits, XmlRpcDialect::explorer() }.read(
        body, options.charset, &payload.findings, &payload.spans);
    if (!document)
        return document.error();
    judgeAnswer(*document, &payload.findings);
    if (document->kind == XmlRpcDocument::Kind::Fault)
        errorFromFault(*document, &payload.findings); // for what it finds
    payload.value = document->toValue();
    return payload;
}

} // namespace rpc
