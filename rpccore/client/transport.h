// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/client/trace.h>
#include <rpccore/core/result.h>

#include <QObject>

#include <chrono>
#include <memory>

#include <functional>

namespace rpc {

/// What one call may change against the client's defaults.
struct CallOptions
{
    /// From sending to the last byte of the answer, 0 for no limit; absent: the transport's own.
    std::optional<std::chrono::milliseconds> timeout;
    /// Of the HTTP request; they win over the transport's of the same name. Transports without HTTP ignore them.
    HeaderFields headers;
    /// Further members of the JSON-RPC message, after the others; in a batch, of every message in it. The reply is
    /// InvalidArgument when they name a member of the protocol ("id"), NotExpressible over XML-RPC.
    Struct extra = {};
    /// For transports that can receive several messages for one request (HTTP with a text/event-stream): true for the
    /// one that is the answer, with which the exchange ends. Client sets it.
    std::function<bool(const QByteArray &message)> isAnswer = {};
    /// For transports that know how long an answer has to be (HTTP): true for a body that is a whole answer, to be taken
    /// although fewer bytes came. Client sets it where its codec is an explorer's.
    std::function<bool(const QByteArray &body)> isWhole = {};
};

/// One message on its way and the answer to it. Deleting it before it is finished cancels it.
class RPCCORE_EXPORT TransportExchange : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Ends the exchange; finished() follows with Cancelled, unless it came already.
    virtual void cancel() = 0;

    const Trace &trace() const noexcept { return m_trace; } ///< The exchange as far as it has come.
    /// What kept an answer from coming; nothing when there is one, whatever it says.
    const std::optional<Error> &error() const noexcept { return m_error; }

Q_SIGNALS:
    /// Once, never from within send().
    void finished();

protected:
    Trace m_trace; ///< for subclasses: filled as the exchange goes on
    std::optional<Error> m_error; ///< for subclasses: set before finished(), nothing for an answer
};

/// A way to get bytes to a server and its answer back. Knows nothing of what the bytes mean.
class RPCCORE_EXPORT ClientTransport : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Sends \a body once. The exchange is the caller's.
    virtual std::unique_ptr<TransportExchange> send(
        const QByteArray &body, const QByteArray &contentType, const CallOptions &options)
        = 0;
    /// Closes connections that nobody uses right now, where there are several: the next call gets a new one.
    virtual void dropIdle() { }
};

} // namespace rpc
