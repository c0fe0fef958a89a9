// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "answer.h"

#include <QCoreApplication>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

bool isHtml(const Trace &trace)
{
    const QByteArray begin = trace.responseBody.left(200).trimmed().toLower();
    return trace.contentType == "text/html" || begin.startsWith("<!doctype html") || begin.startsWith("<html");
}

QString statusText(const Trace &trace)
{
    const auto line = trace.responseHead.left(trace.responseHead.indexOf('\r'));
    return QString::fromUtf8(line.mid(line.indexOf(' ') + 1)).trimmed();
}

// Only when the body is no answer of the protocol does the HTTP status speak.
Error httpError(const Trace &trace, const std::optional<Error> &decoding)
{
    Error e = Error::make(ErrorKind::HttpStatus, QString());
    const QString what = trace.responseBody.isEmpty() ? Text::tr("no body")
        : isHtml(trace)                               ? Text::tr("an HTML page")
                                                      : Text::tr("a body that is no answer");
    if (trace.httpStatus == 401 || trace.httpStatus == 403) {
        e.kind = ErrorKind::Unauthorized;
        e.message = Text::tr("HTTP %1: the server wants other credentials").arg(statusText(trace));
    } else if (trace.httpStatus >= 300 && trace.httpStatus < 400) {
        const qsizetype at = trace.responseHead.toLower().indexOf("\r\nlocation: ");
        const QByteArray to = at < 0 ? QByteArray() : trace.responseHead.mid(at + 12).split('\r').constFirst();
        e.message = Text::tr("HTTP %1: the server points to \"%2\"; redirects are not followed, because a call "
                             "would lose its body")
                        .arg(statusText(trace), QString::fromUtf8(to));
    } else if (trace.httpStatus >= 400) {
        e.message = Text::tr("HTTP %1, with %2").arg(statusText(trace), what);
    } else if (trace.responseBody.isEmpty()) {
        e.kind = ErrorKind::EmptyAnswer;
        e.message = Text::tr("the server answered HTTP %1 with an empty body").arg(statusText(trace));
    } else if (decoding && isHtml(trace)) {
        e = *decoding;
        e.kind = ErrorKind::InvalidAnswer;
        e.message = Text::tr("an HTML page came back instead of an answer; is the path right?");
        e.position = {};
    } else if (decoding) {
        e = *decoding;
    }
    e.httpStatus = trace.httpStatus;
    return e;
}

} // namespace

Result<Value> judgeAnswer(const Request &request, const Codec &codec, const Limits &limits, Trace &trace)
{
    if (trace.responseBody.isEmpty()) {
        const bool accepted = trace.httpStatus >= 200 && trace.httpStatus < 300;
        if (request.isNotification() && accepted)
            return Value();
        return httpError(trace, std::nullopt);
    }
    DecodeOptions options { limits, trace.charset, &trace.findings };
    auto response = codec.decodeResponse(trace.responseBody, options);
    if (!response) {
        trace.findings.clear(); // they speak of something that is no answer
        return httpError(trace, response.error());
    }
    if (!response->outcome)
        response->outcome.error().httpStatus = trace.httpStatus;
    if (!codec.hasIds() || response->id == request.id)
        return response->outcome;
    // A server that could not read the request cannot know its id (JSON-RPC 2.0 section 5).
    const bool mayBeUnknown = !response->outcome && (response->id.isNull() || response->id.isAbsent());
    if (mayBeUnknown)
        return response->outcome;
    if (request.isNotification()) {
        note(&trace.findings, Rule::JsonRpcNotificationAnswered, Text::tr("The server answered a notification."));
        return response->outcome;
    }
    Error e = Error::make(ErrorKind::InvalidAnswer,
        Text::tr("the answer carries the id %1, the request had %2")
            .arg(response->id.toString(), request.id.toString()));
    e.httpStatus = trace.httpStatus;
    return e;
}

} // namespace rpc
