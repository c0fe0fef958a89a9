// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/core/inflate.h>
#include <rpccore/core/limits.h>
#include <rpccore/core/result.h>

#include <QByteArray>
#include <QList>

#include <optional>

namespace rpc {

/// How requests are framed, and what answers may look like.
enum class HttpForm {
    Http, ///< HTTP/1.1
    Scgi, ///< SCGI: the answer is that of a CGI program (RFC 3875 section 6) and ends with the connection
};

/// Reads one HTTP/1.x answer from a stream, strictly where two programs could understand it differently (RFC 9112
/// sections 4 to 7), and undoes chunks and Content-Encoding. Never holds more than the limits allow.
class RPCCORE_EXPORT HttpResponseReader
{
public:
    HttpResponseReader(HttpForm form, const Limits &limits);

    enum class Status { More, Done, Failed };
    Status add(QByteArrayView bytes); ///< What came next. What stands behind the answer is counted in `excess`.
    Status end(); ///< The stream is at its end.

    const Error &error() const { return *m_error; } ///< After Failed; an unfinished answer is ConnectionLost.

    bool hasBegun() const noexcept { return m_hasBegun; } ///< A first byte was there.
    int status() const noexcept { return m_status; } ///< 0 while there is no head.
    const QByteArray &head() const noexcept { return m_head; } ///< As it came, with the empty line at its end.
    const QByteArray &body() const noexcept { return m_body; } ///< Without framing, unpacked.
    /// What stood behind the head, byte for byte, when that differs from body(): chunks, packed bytes. Else empty.
    const QByteArray &wire() const noexcept { return m_wire; }
    const QByteArray &contentType() const noexcept { return m_contentType; } ///< The value of that field.
    const QList<QByteArray> &cookies() const noexcept { return m_cookies; } ///< Values of Set-Cookie.
    const QList<QByteArray> &challenges() const noexcept { return m_challenges; } ///< Values of WWW-Authenticate.
    /// The connection can carry another request after Done.
    bool mayKeep() const noexcept { return m_mayKeep && m_excess == 0; }

private:
    enum class At { Head, Body, UntilClose, ChunkSize, ChunkData, ChunkEnd, Trailer, Done, Failed };

    Status fail(ErrorKind kind, const QString &message);
    Status invalid(const QString &what);
    Status tooLarge();
    Status addToHead(QByteArrayView &bytes);
    Status readHead();
    Status readStatusLine(QByteArrayView line);
    Status readField(QByteArrayView name, QByteArrayView value);
    Status chooseFraming();
    bool takeLine(QByteArrayView &bytes, qsizetype most);
    Status readChunkSize();
    Status deliver(QByteArrayView content);
    Status finish();
    bool hasWire() const noexcept { return m_isChunked || m_inflater; }

    HttpForm m_form;
    Limits m_limits;
    At m_at = At::Head;
    bool m_hasBegun = false;
    int m_status = 0;
    int m_minorVersion = 1;
    int m_interim = 0; // 1xx answers that were skipped
    qsizetype m_searched = 0; // of m_head, for its end
    qint64 m_length = -1; // of Content-Length; -1 when it names none
    qint64 m_left = 0; // of the body or the chunk
    qint64 m_framing = 0; // bytes of chunk sizes and trailers
    qint64 m_excess = 0;
    bool m_isChunked = false;
    bool m_hasCoding = false; // a Transfer-Encoding that is not just "chunked"
    bool m_mayKeep = true;
    QByteArray m_encoding;
    QByteArray m_line; // of the framing, as far as it has come
    QByteArray m_head;
    QByteArray m_body;
    QByteArray m_wire;
    QByteArray m_contentType;
    QList<QByteArray> m_cookies;
    QList<QByteArray> m_challenges;
    std::unique_ptr<Inflater> m_inflater;
    std::optional<Error> m_error;
};

} // namespace rpc
