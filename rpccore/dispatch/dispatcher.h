// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/callcontext.h>
#include <rpccore/message/codec.h>

#include <QObject>

#include <functional>
#include <memory>

namespace rpc {

class Registry;
class ThreadHop;

/// What became of a call; for logs.
struct CallOutcome
{
    QString method; ///< empty when the message was no request
    bool isNotification = false;
    bool succeeded = false;
    int code = 0; ///< of the error, when it did not succeed
    QString message; ///< of the error
};

/// Bytes in, bytes out; knows no sockets. To be used in one thread; handlers may answer from any.
class RPCCORE_EXPORT Dispatcher : public QObject
{
    Q_OBJECT

public:
    /// Receives the body of the answer, nothing when there is none to send (notifications), and what became of each
    /// call.
    using Done = std::function<void(std::optional<QByteArray> body, const QList<CallOutcome> &outcomes)>;

    explicit Dispatcher(const Registry &registry, QObject *parent = nullptr);
    ~Dispatcher() override;

    /// Decodes \a body, calls, encodes. Members of a batch run concurrently and are answered in their order. \a done is
    /// called once, in this thread, maybe before this function returns; it is not called when the dispatcher dies.
    void handle(const CallContext &context, const Codec &codec, const QByteArray &body, const DecodeOptions &options,
        Done done);

private:
    const Registry &m_registry;
    std::shared_ptr<ThreadHop> m_home;
};

} // namespace rpc
