// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "messagereader.h"

#include <rpccore/json/valuetext.h>

#include <initializer_list>

namespace rpc::jsonrpc {

namespace {

Error invalidRequest(const QString &message) { return Error::make(ErrorKind::InvalidRequest, message); }
Error invalidAnswer(const QString &message) { return Error::make(ErrorKind::InvalidAnswer, message); }

bool isOneOf(const QString &name, std::initializer_list<QStringView> names)
{
    return std::find(names.begin(), names.end(), QStringView(name)) != names.end();
}

// Defined by JSON-RPC 2.0 section 5.1, or left to servers.
bool isReservedForLater(int code)
{
    return code >= -32768 && code <= -32000 && code != code::ParseError
        && !(code >= code::InternalError && code <= code::InvalidRequest) && code < code::ServerErrorFirst;
}

} // namespace

void MessageReader::note(Rule rule, const QString &text, const Path &path)
{
    if (m_notes.size() < std::size_t(mostFindings))
        m_notes.push_back({ rule, text, path });
}

IncomingRequest MessageReader::request(const Value &value, const Path &at)
{
    const auto *message = value.get<Struct>();
    if (!message)
        return { invalidRequest(QStringLiteral("a request is an object, not %1").arg(typeName(value.type()))),
            RequestId::null(), JsonRpcVersion::V2_0 };
    JsonRpcVersion version = JsonRpcVersion::V2_0;
    auto request = requestFrom(*message, at, version);
    if (request) {
        RequestId id = request->id;
        return { std::move(request), std::move(id), version };
    }
    const Value *id = message->find(idName);
    const auto known = id ? RequestId::fromValue(*id) : std::nullopt;
    return { request, known.value_or(RequestId::null()), version };
}

Result<Request> MessageReader::requestFrom(const Struct &message, const Path &at, JsonRpcVersion &version)
{
    Request request;
    if (auto error = readVersion(message, at, version))
        return *std::move(error);
    request.version = version;
    if (auto error = readId(message, at, request))
        return *std::move(error);
    const Value *method = message.find(methodName);
    if (!method || method->type() != Type::String)
        return invalidRequest(QStringLiteral("\"method\" must be a string"));
    request.method = method->toString();
    if (request.method.startsWith(u"rpc.") && request.method != u"rpc.discover")
        note(Rule::JsonRpcMethodReserved, QStringLiteral("The method \"%1\" has a reserved name.").arg(request.method),
            at.child(methodName));
    if (auto error = readParams(message, at, request))
        return *std::move(error);
    for (const Member &m : message) {
        const bool known = isOneOf(m.name, { versionName, idName, methodName, paramsName })
            || (request.version == JsonRpcVersion::V1_1 && m.name == version11Name);
        if (known)
            continue;
        note(Rule::JsonRpcUnknownMember, QStringLiteral("The request has a member \"%1\".").arg(m.name),
            at.child(m.name));
        request.extra.append(m.name, m.value);
    }
    return request;
}

std::optional<Error> MessageReader::readVersion(const Struct &message, const Path &at, JsonRpcVersion &version)
{
    const Value *current = message.find(versionName);
    if (current && current->toString() == u"2.0")
        return std::nullopt;
    const Value *old = message.find(version11Name);
    if (!current && old && old->toString() == u"1.1" && m_dialect.version11) {
        version = JsonRpcVersion::V1_1;
        note(Rule::JsonRpcVersion11, QStringLiteral("The request is one of JSON-RPC 1.1."), at.child(version11Name));
        return std::nullopt;
    }
    // 1.0 has all three members and params by position; anything else is a 2.0 request that forgot its version.
    const Value *params = message.find(paramsName);
    if (!current && m_dialect.version10 && message.contains(idName) && params && params->type() == Type::Array) {
        version = JsonRpcVersion::V1_0;
        note(Rule::JsonRpcVersion10, QStringLiteral("The request has no version, as in JSON-RPC 1.0."), at);
        return std::nullopt;
    }
    if (!m_dialect.missingVersion)
        return invalidRequest(QStringLiteral("\"jsonrpc\" must be \"2.0\""));
    if (current)
        note(Rule::JsonRpcVersion, QStringLiteral("The request's \"jsonrpc\" is not \"2.0\"."), at.child(versionName));
    else
        note(Rule::JsonRpcVersionMissing, QStringLiteral("The request has no \"jsonrpc\" member."), at);
    return std::nullopt;
}

std::optional<Error> MessageReader::readId(const Struct &message, const Path &at, Request &request)
{
    const Value *id = message.find(idName);
    if (!id)
        return std::nullopt;
    const auto known = RequestId::fromValue(*id);
    if (!known && m_dialect.tolerant) {
        noteIdShape(*id, at);
        return std::nullopt;
    }
    if (!known)
        return invalidRequest(
            QStringLiteral("\"id\" must be a string, a number or null, not %1").arg(typeName(id->type())));
    if (id->isNil()) {
        if (request.version == JsonRpcVersion::V1_0)
            return std::nullopt; // JSON-RPC 1.0 section 1.3: a notification
        if (m_dialect.nullIdRefused)
            return invalidRequest(QStringLiteral("\"id\" must not be null; leave it out of a notification"));
        note(Rule::JsonRpcIdNull, QStringLiteral("The request has the id null."), at.child(idName));
    } else if (id->type() == Type::Double || (id->get<Number>() && !id->get<Number>()->isIntegerLiteral())) {
        if (m_dialect.nullIdRefused)
            return invalidRequest(QStringLiteral("\"id\" must be an integer or a string"));
        note(Rule::JsonRpcIdFraction, QStringLiteral("The id %1 is no integer.").arg(known->toString()),
            at.child(idName));
    }
    request.id = *known;
    return std::nullopt;
}

std::optional<Error> MessageReader::readParams(const Struct &message, const Path &at, Request &request)
{
    const Value *params = message.find(paramsName);
    if (!params)
        return std::nullopt;
    if (const auto *a = params->get<Array>()) {
        request.params = *a;
    } else if (const auto *s = params->get<Struct>()) {
        request.params = *s;
    } else if (params->isNil()) { // every server in use takes it for nothing
        note(Rule::JsonRpcParamsNull, QStringLiteral("The params are null."), at.child(paramsName));
    } else if (m_dialect.scalarParams) {
        note(Rule::JsonRpcParamsScalar,
            QStringLiteral("The params are %1; they are taken as one argument.").arg(typeName(params->type())),
            at.child(paramsName));
        request.params = Array { *params };
    } else {
        return invalidRequest(
            QStringLiteral("\"params\" must be an array or an object, not %1").arg(typeName(params->type())));
    }
    return std::nullopt;
}

void MessageReader::noteIdShape(const Value &id, const Path &at)
{
    note(Rule::JsonRpcIdShape, QStringLiteral("The id is %1.").arg(typeName(id.type())), at.child(idName));
}

bool MessageReader::isEnvelope(const Value &value)
{
    const auto *message = value.get<Struct>();
    if (!message)
        return false;
    if (message->contains(versionName) || message->contains(methodName))
        return true;
    const bool answers = message->contains(resultName) || message->contains(errorName);
    // Others use these names, too, beside their own.
    return answers && (message->contains(idName) || std::all_of(message->begin(), message->end(), [](const Member &m) {
        return isOneOf(m.name, { resultName, errorName, version11Name });
    }));
}

Response MessageReader::bare(const Value &value, const Path &at)
{
    note(Rule::JsonRpcEnvelopeMissing,
        QStringLiteral("What came is %1 and no answer of JSON-RPC; it is shown as it is.").arg(typeName(value.type())),
        at);
    Response response;
    response.outcome = value;
    return response;
}

Result<Response> MessageReader::response(const Value &value, const Path &at)
{
    if (m_dialect.tolerant && !isEnvelope(value))
        return bare(value, at);
    const auto *message = value.get<Struct>();
    if (!message)
        return invalidAnswer(QStringLiteral("a JSON-RPC answer is an object, this is %1").arg(typeName(value.type())));
    const Value *const result = message->find(resultName);
    const Value *const error = message->find(errorName);
    if (message->contains(methodName) && !result && !error)
        return invalidAnswer(QStringLiteral("this is a request or a notification, not an answer"));
    Response response;
    response.version = answerVersion(*message, at);
    const bool strictVersion = !m_dialect.missingVersion && response.version == JsonRpcVersion::V2_0;
    const Value *version = message->find(versionName);
    if (strictVersion && (!version || version->toString() != u"2.0"))
        return invalidAnswer(QStringLiteral("\"jsonrpc\" must be \"2.0\""));
    if (const Value *id = message->find(idName)) {
        const auto known = RequestId::fromValue(*id);
        if (!known && !m_dialect.tolerant)
            return invalidAnswer(
                QStringLiteral("the id is %1; it must be a string, a number or null").arg(typeName(id->type())));
        if (known)
            response.id = *known;
        else
            noteIdShape(*id, at);
    } else {
        note(Rule::JsonRpcIdMissing, QStringLiteral("The answer has no id."), at);
    }
    const bool old = response.version == JsonRpcVersion::V1_0; // has both members, one of them null
    const bool hasError = error && !error->isNil();
    if (result && hasError) {
        if (!result->isNil() && !m_dialect.tolerant)
            return invalidAnswer(QStringLiteral("the answer has both a result and an error"));
        if (!result->isNil())
            note(Rule::JsonRpcResultAndError, QStringLiteral("The answer has an error and, beside it, a result."),
                at.child(resultName));
        else if (!old)
            note(Rule::JsonRpcResultAndError, QStringLiteral("The answer has an error and, beside it, a null result."),
                at.child(resultName));
    } else if (result && error) {
        if (!old)
            note(Rule::JsonRpcErrorNull, QStringLiteral("The answer has a result and, beside it, a null error."),
                at.child(errorName));
    } else if (!result && !error) {
        if (!m_dialect.tolerant)
            return invalidAnswer(QStringLiteral("the answer has neither a result nor an error"));
        note(Rule::JsonRpcResultMissing, QStringLiteral("The answer has neither a result nor an error."), at);
    } else if (!result && !hasError) {
        if (!m_dialect.tolerant)
            return invalidAnswer(QStringLiteral("the answer's error is null and it has no result"));
        note(Rule::JsonRpcResultMissing, QStringLiteral("The answer has a null error and no result."), at);
    }
    for (const Member &m : *message) {
        if (!isOneOf(m.name, { versionName, idName, resultName, errorName })
            && !(response.version == JsonRpcVersion::V1_1 && m.name == version11Name))
            note(Rule::JsonRpcUnknownMember, QStringLiteral("The answer has a member \"%1\".").arg(m.name),
                at.child(m.name));
    }
    if (hasError)
        response.outcome = remoteError(*error, at.child(errorName));
    else
        response.outcome = result ? *result : Value();
    return response;
}

JsonRpcVersion MessageReader::answerVersion(const Struct &message, const Path &at)
{
    const Value *version = message.find(versionName);
    if (version && version->toString() == u"2.0")
        return JsonRpcVersion::V2_0;
    const Value *old = message.find(version11Name);
    if (!version && old && old->toString() == u"1.1" && m_dialect.version11) {
        note(Rule::JsonRpcVersion11, QStringLiteral("The answer is one of JSON-RPC 1.1."), at.child(version11Name));
        return JsonRpcVersion::V1_1;
    }
    if (!version && m_dialect.version10 && message.contains(resultName) && message.contains(errorName)
        && message.contains(idName)) {
        note(Rule::JsonRpcVersion10, QStringLiteral("The answer has no version and both result and error."), at);
        return JsonRpcVersion::V1_0;
    }
    if (version)
        note(Rule::JsonRpcVersion, QStringLiteral("The answer's \"jsonrpc\" is not \"2.0\"."), at.child(versionName));
    else
        note(Rule::JsonRpcVersionMissing, QStringLiteral("The answer has no \"jsonrpc\" member."), at);
    return JsonRpcVersion::V2_0;
}

Error MessageReader::remoteError(const Value &value, const Path &at)
{
    const auto *s = value.get<Struct>();
    if (!s) {
        note(
            Rule::JsonRpcErrorShape, QStringLiteral("The error is %1, not an object.").arg(typeName(value.type())), at);
        return Error::application(0, value.toString(QString::fromUtf8(valuetext::toText(value))), {});
    }
    Error error;
    error.kind = ErrorKind::Remote;
    readCode(s->find(codeName), at, error);
    if (const Value *message = s->find(messageName); message && message->type() == Type::String) {
        error.message = message->toString();
    } else {
        note(Rule::JsonRpcErrorMessage, QStringLiteral("The error has no message text."), at);
        if (message)
            error.message = QString::fromUtf8(valuetext::toText(*message));
    }
    if (const Value *data = s->find(dataName)) {
        error.data = *data;
        if (const auto *members = data->get<Struct>()) {
            if (const Value *details = members->find(detailsName))
                error.details = details->toString();
        }
    }
    for (const Member &m : *s) {
        if (!isOneOf(m.name, { codeName, messageName, dataName }))
            note(Rule::JsonRpcErrorUnknownMember, QStringLiteral("The error has a member \"%1\".").arg(m.name),
                at.child(m.name));
    }
    return error;
}

void MessageReader::readCode(const Value *code, const Path &at, Error &error)
{
    const auto integer = code ? code->toInteger() : std::nullopt;
    if (integer && *integer >= INT32_MIN && *integer <= INT32_MAX) {
        error.code = int(*integer);
        if (isReservedForLater(error.code))
            note(Rule::JsonRpcErrorCodeReserved, QStringLiteral("The code %1 is reserved.").arg(error.code),
                at.child(codeName));
        return;
    }
    note(Rule::JsonRpcErrorCode, QStringLiteral("The error's code is no integer."), at);
    if (code)
        error.codeText = code->toString(QString::fromUtf8(valuetext::toText(*code)));
}

} // namespace rpc::jsonrpc
