// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "answer.h"

#include "placednotes.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QStringDecoder>

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

// The begin of a body that is text, on one line; empty for anything else.
QString excerpt(const Trace &trace)
{
    constexpr qsizetype most = 200; // characters
    const QByteArrayView begin = QByteArrayView(trace.responseBody).first(qMin(trace.responseBody.size(), 4 * most));
    if (begin.contains('\0'))
        return {};
    const bool latin1 = trace.charset == "iso-8859-1" || trace.charset == "latin1";
    QStringDecoder decoder(latin1 ? QStringDecoder::Latin1 : QStringDecoder::Utf8);
    QString text = QString(decoder.decode(begin)).simplified();
    if (decoder.hasError())
        return {};
    const bool cut = text.size() > most || begin.size() < trace.responseBody.size();
    text.truncate(most);
    if (!text.isEmpty() && text.back().isHighSurrogate())
        text.chop(1);
    for (QChar &c : text) {
        if (!c.isPrint() && !c.isSurrogate())
            c = QChar::ReplacementCharacter;
    }
    return cut ? QString(text % u'\u2026') : text;
}

// "Basic, Digest": how credentials can be given, as WWW-Authenticate says.
QString schemesOf(const Trace &trace)
{
    QStringList schemes;
    for (const auto &[name, value] : trace.responseFields()) {
        if (name.compare("www-authenticate", Qt::CaseInsensitive) == 0)
            schemes.append(QString::fromLatin1(value.left(value.indexOf(' ') < 0 ? value.size() : value.indexOf(' '))));
    }
    schemes.removeDuplicates();
    return schemes.join(QStringLiteral(", "));
}

// The words of an HTML page: its title, or else its text.
QString wordsOf(const QByteArray &page)
{
    constexpr qsizetype most = 4096; // bytes that are looked at
    QString text = QString::fromUtf8(page.left(most));
    static const QRegularExpression title(
        QStringLiteral("<title[^>]*>([^<]*)"), QRegularExpression::CaseInsensitiveOption);
    if (const auto match = title.match(text); match.hasMatch() && !match.captured(1).trimmed().isEmpty())
        return match.captured(1).simplified();
    static const QRegularExpression tags(QStringLiteral("<[^>]*>"));
    return text.replace(tags, QStringLiteral(" ")).simplified().left(200);
}

// Adds what came back to the message of \a error, when a person can read it.
void quoteBody(const Trace &trace, Error &error)
{
    if (isHtml(trace)) {
        if (const QString words = trace.httpStatus == 403 ? wordsOf(trace.responseBody) : QString(); !words.isEmpty())
            error.message = Text::tr("%1; the page says \"%2\"").arg(error.message, words);
        return;
    }
    if (const QString begin = excerpt(trace); !begin.isEmpty())
        error.message = Text::tr("%1; the body reads \"%2\"").arg(error.message, begin);
}

} // namespace

namespace answer {

bool isAccepted(const Trace &trace)
{
    return trace.httpStatus == 0 || (trace.httpStatus >= 200 && trace.httpStatus < 300);
}

Error noAnswer(const Trace &trace, const std::optional<Error> &decoding)
{
    Error e = Error::make(ErrorKind::HttpStatus, QString());
    const QString what = trace.responseBody.isEmpty() ? Text::tr("no body")
        : isHtml(trace)                               ? Text::tr("an HTML page")
                                                      : Text::tr("a body that is no answer");
    bool quote = true;
    const bool gave = trace.requestHead.toLower().contains("\r\nauthorization:");
    if (trace.httpStatus == 401 || (trace.httpStatus == 403 && gave)) {
        e.kind = ErrorKind::Unauthorized;
        const QString schemes = schemesOf(trace);
        e.message = schemes.isEmpty()
            ? Text::tr("HTTP %1: the server wants other credentials").arg(statusText(trace))
            : Text::tr("HTTP %1: the server wants credentials, by %2").arg(statusText(trace), schemes);
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
        e.message = trace.httpStatus ? Text::tr("the server answered HTTP %1 with an empty body").arg(statusText(trace))
                                     : Text::tr("the server gave no answer");
    } else if (decoding && isHtml(trace)) {
        e = *decoding;
        e.kind = ErrorKind::InvalidAnswer;
        e.message = Text::tr("an HTML page came back instead of an answer; is the path right?");
        e.position = {};
    } else if (decoding) {
        e = *decoding;
        quote = e.kind == ErrorKind::InvalidAnswer;
    }
    if (quote)
        quoteBody(trace, e);
    e.httpStatus = trace.httpStatus;
    return e;
}

void noteHttp(const Codec &codec, Trace &trace)
{
    if (trace.httpStatus == 0)
        return; // it did not come over HTTP
    if (trace.contentType == "text/event-stream" && !trace.responseWire.isEmpty())
        note(&trace.findings, Rule::HttpEventStream,
            Text::tr("The answer came as an event of a stream, with %n other message(s) before it.", nullptr,
                int(trace.events.size())));
    else if (trace.contentType.isEmpty())
        note(&trace.findings, Rule::HttpContentType, Text::tr("The answer has no Content-Type."));
    else if (!codec.accepts(trace.contentType))
        note(&trace.findings, Rule::HttpContentType,
            Text::tr("The Content-Type of the answer is %1, which is not one of %2.")
                .arg(QString::fromUtf8(trace.contentType), protocolName(codec.protocol())));
    if (trace.isIncomplete)
        note(&trace.findings, Rule::HttpIncomplete,
            Text::tr("The server closed the connection before all of the bytes were there that its head announced; the "
                     "answer is whole."));
    if (trace.httpStatus >= 400)
        note(&trace.findings, Rule::HttpStatus, Text::tr("The answer came under HTTP %1.").arg(statusText(trace)));
}

} // namespace answer

namespace {

// Nothing when there is no answer and none was due.
std::optional<Error> judgeEmpty(bool isNotification, const Trace &trace)
{
    if (isNotification && answer::isAccepted(trace))
        return std::nullopt;
    return answer::noAnswer(trace, std::nullopt);
}

Result<Response> decode(const Codec &codec, const Limits &limits, Trace &trace)
{
    const DecodeOptions options { limits, trace.charset, &trace.findings };
    auto response = codec.decodeResponse(trace.responseBody, options);
    if (!response) {
        trace.findings.clear(); // they speak of something that is no answer
        return answer::noAnswer(trace, response.error());
    }
    answer::noteHttp(codec, trace);
    if (!response->outcome)
        response->outcome.error().httpStatus = trace.httpStatus;
    return response;
}

} // namespace

namespace answer {

QString otherIdText(const RequestId &sent, const RequestId &came)
{
    return Text::tr("The answer has the id %1, the request had %2.").arg(came.toString(), sent.toString());
}

} // namespace answer

namespace {

void noteOtherId(const RequestId &sent, const RequestId &came, const Codec &codec, const Limits &limits, Trace &trace)
{
    const bool isSame = !came.isNull() && came.meaning() == sent.meaning();
    PlacedNotes(codec, limits, trace)
        .add(isSame ? Rule::JsonRpcIdForm : Rule::JsonRpcIdForeign, answer::otherIdText(sent, came),
            Path().child(QStringLiteral("id")));
}

} // namespace

Result<Value> judgeAnswer(const Request &request, const Codec &codec, const Limits &limits, Trace &trace)
{
    if (trace.responseBody.isEmpty()) {
        if (const auto error = judgeEmpty(request.isNotification(), trace))
            return *error;
        return Value();
    }
    const auto response = decode(codec, limits, trace);
    if (!response)
        return response.error();
    if (codec.hasIds() && request.isNotification()) { // before the ids are compared: both may be absent
        note(&trace.findings, Rule::JsonRpcNotificationAnswered, Text::tr("The server answered a notification."));
        return response->outcome;
    }
    if (!codec.hasIds() || response->id == request.id)
        return response->outcome;
    // A server that could not read the request cannot know its id (JSON-RPC 2.0 section 5).
    const bool mayBeUnknown = !response->outcome && (response->id.isNull() || response->id.isAbsent());
    if (mayBeUnknown)
        return response->outcome;
    if (codec.isTolerant()) {
        if (!response->id.isAbsent()) // which the codec has noted
            noteOtherId(request.id, response->id, codec, limits, trace);
        return response->outcome;
    }
    Error e = Error::make(ErrorKind::InvalidAnswer,
        Text::tr("the answer carries the id %1, the request had %2")
            .arg(response->id.toString(), request.id.toString()));
    e.httpStatus = trace.httpStatus;
    return e;
}

Result<Value> judgeRaw(const QByteArray &sent, const Codec &codec, const Limits &limits, Trace &trace)
{
    const auto requests = codec.decodeRequests(sent, { limits, {}, nullptr });
    if (trace.responseBody.isEmpty()) {
        const bool notifications = requests
            && std::all_of(requests->members.begin(), requests->members.end(),
                [](const IncomingRequest &r) { return r.request && r.request->isNotification(); });
        if (const auto error = judgeEmpty(notifications, trace))
            return *error;
        return Value();
    }
    if (!requests || requests->isBatch) {
        Findings findings;
        const DecodeOptions options { limits, trace.charset, &findings };
        const auto responses = codec.decodeResponses(trace.responseBody, options);
        const auto isAnswer = [](const Result<Response> &member) { return member.hasValue(); };
        if (responses && responses->isBatch
            && (responses->members.isEmpty()
                || std::any_of(responses->members.begin(), responses->members.end(), isAnswer))) {
            const auto payload = codec.readPayload(trace.responseBody, { limits, trace.charset, nullptr });
            if (payload) {
                trace.findings = findings;
                answer::noteHttp(codec, trace);
                return payload->value;
            }
        }
    }
    const auto response = decode(codec, limits, trace);
    if (!response)
        return response.error();
    return response->outcome;
}

} // namespace rpc
