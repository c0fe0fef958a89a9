// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/dispatch/callcontext.h>
#include <rpccore/dispatch/dispatcher.h>

#include <QDateTime>

#include <chrono>

namespace rpc {

/// One request that a server answered, or refused: the exact bytes of both directions and what it meant. Implicitly
/// shared buffers, cheap to copy.
struct ServedExchange
{
    QDateTime received; ///< when the request was complete
    std::chrono::microseconds duration { 0 }; ///< until the answer was written or dropped
    QHostAddress peer; ///< who asked
    quint16 peerPort = 0; ///< its port
    QString carriage; ///< how messages are carried where that is not HTTP: "WebSocket", the framing of a stream
    QByteArray requestHead; ///< request line and header fields as received; they may hold credentials
    QByteArray requestBody; ///< chunks joined
    QByteArray responseHead; ///< empty when the client had gone
    QByteArray responseBody; ///< empty when there was none to send
    int status = 0; ///< HTTP; 0 when the client had gone, and where there is no HTTP
    std::optional<Protocol> protocol; ///< nothing when the request never reached a protocol
    QList<CallOutcome> calls; ///< one, or the members of a batch; empty when the request never reached a protocol
    Findings findings; ///< departures from the specification that were let pass in the request
    QString refusal; ///< why it did not
};

} // namespace rpc

Q_DECLARE_METATYPE(rpc::ServedExchange)
