// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/message/headerfields.h>
#include <rpccore/message/message.h>
#include <rpccore/wire/finding.h>

#include <QDateTime>
#include <QUrl>

#include <chrono>
#include <memory>
#include <optional>

namespace rpc {

/// Everything about one exchange: the bytes of both directions, when they went, what was odd about them. Implicitly
/// shared buffers, cheap to copy.
struct RPCCORE_EXPORT Trace
{
    using Microseconds = std::chrono::microseconds; ///< of all times here

    Protocol protocol = Protocol::JsonRpc; ///< of the call
    QUrl url; ///< without user and password; of a program that is started, without its arguments
    QString method; ///< of the call; empty for a batch and for what was sent as bytes

    /// What stood before the body, byte for byte: the request line and the header fields over HTTP, the netstring over
    /// SCGI. Credentials are in it: it is what was sent.
    QByteArray requestHead;
    QByteArray requestBody; ///< byte for byte
    QByteArray requestTail; ///< what a stream's framing puts behind the body (a line feed, a comma); empty over HTTP

    int httpStatus = 0; ///< 0 when no answer came, or when it did not come over HTTP
    /// Status line and header fields, byte for byte. Interim answers (1xx) before it are left out.
    QByteArray responseHead;
    QByteArray contentType; ///< lower case, without parameters
    QByteArray charset; ///< lower case; empty when none was named
    QByteArray responseBody; ///< byte for byte, without chunks, unpacked when it came compressed
    /// What stood behind the head, byte for byte, where that is not `responseBody`: chunks with their sizes, compressed
    /// bytes. Else empty.
    QByteArray responseWire;
    QByteArray responseTail; ///< as `requestTail`
    /// The other messages of an answer that came as an event stream: notifications and calls before the answer, which
    /// then is `responseBody`, while `responseWire` has the stream.
    QList<QByteArray> events;
    bool isIncomplete = false; ///< fewer bytes came than the head announced, and the body is a whole answer all the same
    /// How messages are carried where that is not plain HTTP: "WebSocket", "newline-delimited JSON (seen in what the
    /// other end sent)", "HTTP through /run/a.sock", "through the SOCKS5 proxy 10.0.0.1:1080".
    QString carriage;
    bool isTlsUnverified = false; ///< TLS without a look at the certificate: TlsOptions::verify was off

    QDateTime started; ///< when the message was handed to the transport
    // Since `started`; nothing for what did not happen.
    std::optional<Microseconds> nameResolved; ///< the address of the host was known (none for a literal one, and
                                              ///< where a proxy looks it up)
    std::optional<Microseconds> connecting; ///< a new connection was begun (none on a reused one)
    std::optional<Microseconds> connected; ///< the connection was there
    std::optional<Microseconds> encrypted; ///< TLS was up
    std::optional<Microseconds> sent; ///< the last byte of the request was handed over
    std::optional<Microseconds> firstByte; ///< the first byte of the answer was here
    std::optional<Microseconds> complete; ///< the last byte of the answer was here

    Findings findings; ///< what was odd about the answer

    /// The exchange before this one, when the server refused the call and it was sent again: a challenge of Digest, or
    /// HttpTransport::setRetryHook(). The times of each count from its own start.
    std::shared_ptr<const Trace> earlier;

    /// \a url, which somebody gave to be called, as a trace may show it: what may be secret is left out, as `url` says.
    static QUrl shownUrl(const QUrl &url);
    HeaderFields responseFields() const; ///< The header fields of `responseHead`, values trimmed.
};

/// "3.1 ms", "1.20 s", "2 min 05 s": as people read times.
RPCCORE_EXPORT QString durationText(Trace::Microseconds time);
/// "148 B", "1.2 kB", "31.4 MB".
RPCCORE_EXPORT QString sizeText(qint64 bytes);

} // namespace rpc
