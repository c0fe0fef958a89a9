// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <rpccore_httpserver_export.h>

#include <QByteArray>

#include <optional>

namespace rpc {

/// The content codings of HTTP that are spoken here (RFC 9110 section 8.4.1), by zlib.
enum class ContentCoding : quint8 { Identity, Gzip, Deflate };

/// The token for Content-Encoding.
RPCHTTPSERVER_EXPORT QByteArray contentCodingName(ContentCoding coding);
/// What a Content-Encoding field means, "x-gzip" included; nothing for any other, and for several codings at once.
RPCHTTPSERVER_EXPORT std::optional<ContentCoding> contentCodingOf(QByteArrayView field);

/// What to answer somebody with who sent this Accept-Encoding: gzip when it is wanted at least as much as deflate, and
/// one of them at least as much as nothing. A q-value that is malformed counts as 0.
RPCHTTPSERVER_EXPORT ContentCoding wantedCoding(QByteArrayView acceptEncoding);

/// \a bytes in a coding; null when zlib has no memory, or when there are more than 2 GiB.
RPCHTTPSERVER_EXPORT QByteArray packed(QByteArrayView bytes, ContentCoding coding);

/// What became of unpacking.
struct Unpacked
{
    enum class State : quint8 { Complete, Malformed, TooLarge };
    State state = State::Complete;
    QByteArray bytes; ///< only when Complete
};

/// Unpacks \a bytes, at most to \a limit bytes, and never holds more than those. For Deflate both forms that are met
/// are read: with zlib's frame, as the standard says, and without.
RPCHTTPSERVER_EXPORT Unpacked unpacked(QByteArrayView bytes, ContentCoding coding, qint64 limit);

} // namespace rpc
