// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QByteArray>

#include <memory>

namespace rpc {

/// Unpacks what comes under a Content-Encoding, piece by piece, and never more than a limit (RFC 9110 section 8.4.1).
class RPCCORE_EXPORT Inflater
{
public:
    enum class Format {
        Gzip, ///< RFC 1952; further members behind the first are read as one text
        Deflate, ///< zlib (RFC 1950), or the bare deflate (RFC 1951) that some send under that name
    };
    enum class Status {
        More, ///< everything given is unpacked, more is to come
        Done, ///< the packed data is complete
        TooLarge, ///< there is more than the limit; `out` has no more than that
        Broken, ///< it is not packed that way, or something stands behind its end
    };

    explicit Inflater(Format format);
    ~Inflater();
    Q_DISABLE_COPY_MOVE(Inflater)

    /// Unpacks \a in and appends it to \a out, up to \a limit bytes in \a out altogether. After TooLarge and Broken
    /// there is no going on.
    Status add(QByteArrayView in, QByteArray &out, qint64 limit);
    bool isDone() const noexcept; ///< The packed data so far is complete.

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace rpc
