// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "error.h"

#include <QException>

namespace rpc {

static_assert(code::ParseError == -32700 && code::InvalidRequest == -32600 && code::MethodNotFound == -32601
    && code::InvalidParams == -32602 && code::InternalError == -32603 && code::AuthenticationFailed == -32098);

Error Error::make(ErrorKind kind, const QString &message)
{
    Error e;
    e.kind = kind;
    e.message = message;
    e.code = e.wireCode();
    return e;
}

Error Error::application(int code, const QString &message, const Value &data)
{
    Error e;
    e.kind = ErrorKind::Remote;
    e.code = code;
    e.message = message;
    e.data = data;
    return e;
}

Error Error::fromException(std::exception_ptr exception)
{
    Error error = make(ErrorKind::Internal, QStringLiteral("Internal error"));
    error.wasThrown = true;
    try {
        std::rethrow_exception(std::move(exception));
    } catch (const Error &e) {
        return e;
    } catch (const QUnhandledException &e) { // how Qt Concurrent carries what is no QException
        if (e.exception())
            return fromException(e.exception());
    } catch (const std::exception &e) {
        error.details = QString::fromUtf8(e.what());
    } catch (...) {
        error.details = QStringLiteral("an exception of an unknown type");
    }
    return error;
}

int Error::wireCode() const noexcept
{
    switch (kind) {
    case ErrorKind::Remote:
        return code;
    case ErrorKind::Parse:
        return code::ParseError;
    case ErrorKind::InvalidRequest:
    case ErrorKind::LimitExceeded:
        return code::InvalidRequest;
    case ErrorKind::MethodNotFound:
        return code::MethodNotFound;
    case ErrorKind::InvalidParams:
        return code::InvalidParams;
    case ErrorKind::Unauthorized:
        return code::AuthenticationFailed;
    default:
        return code::InternalError;
    }
}

QString Error::toString() const
{
    QString text;
    if (position.isKnown())
        text = QStringLiteral("line %1, column %2: ").arg(position.line).arg(position.column);
    if (!path.isEmpty())
        text += path.toString() % u": ";
    text += message;
    if (!details.isEmpty())
        text += u": " % details;
    return text;
}

} // namespace rpc
