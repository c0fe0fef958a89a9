// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "inflate.h"

#include <zlib.h>

#include <algorithm>

namespace rpc {

struct Inflater::Private
{
    Format format;
    z_stream stream {};
    bool isOpen = false;
    bool isDone = false;
    bool isBroken = false;
    QByteArray begin; // of deflate, until two bytes tell which of the two it is

    bool open(int windowBits)
    {
        isOpen = inflateInit2(&stream, windowBits) == Z_OK;
        return isOpen;
    }

    // RFC 1950 section 2.2: the method is 8, and both bytes together a multiple of 31.
    static bool isZlib(const QByteArray &two)
    {
        return (two[0] & 0x0f) == 8 && (uchar(two[0]) * 256 + uchar(two[1])) % 31 == 0;
    }

    Status unpack(QByteArrayView in, QByteArray &out, qint64 limit);
};

Inflater::Inflater(Format format)
    : d(std::make_unique<Private>())
{
    d->format = format;
}

Inflater::~Inflater()
{
    if (d->isOpen)
        inflateEnd(&d->stream);
}

bool Inflater::isDone() const noexcept { return d->isDone; }

Inflater::Status Inflater::add(QByteArrayView in, QByteArray &out, qint64 limit)
{
    if (d->isBroken)
        return Status::Broken;
    QByteArray joined;
    if (!d->isOpen) {
        if (d->format == Format::Gzip) {
            if (!d->open(15 + 16))
                return Status::Broken;
        } else {
            d->begin.append(in);
            if (d->begin.size() < 2)
                return Status::More;
            joined = std::exchange(d->begin, {});
            in = joined;
            if (!d->open(Private::isZlib(joined) ? 15 : -15))
                return Status::Broken;
        }
    }
    const Status status = d->unpack(in, out, limit);
    d->isBroken = status == Status::Broken || status == Status::TooLarge;
    return status;
}

Inflater::Status Inflater::Private::unpack(QByteArrayView in, QByteArray &out, qint64 limit)
{
    constexpr qsizetype step = 64 * 1024;
    while (!in.isEmpty() || stream.avail_in) {
        if (isDone) { // RFC 1952 section 2.2: a file is a series of members
            if (format != Format::Gzip || inflateReset(&stream) != Z_OK)
                return Status::Broken;
            isDone = false;
        }
        const qsizetype piece = qMin<qsizetype>(in.size(), 1 << 30); // zlib counts in 32 bits
        stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(in.data()));
        stream.avail_in = uInt(piece);
        int result = Z_OK;
        do {
            const qsizetype had = out.size();
            // One byte more than allowed tells "just fits" from "too large".
            const qint64 room = limit + 1 - had;
            if (room <= 0)
                return Status::TooLarge;
            out.resize(had + qMin<qint64>(room, std::max(step, had / 2)));
            stream.next_out = reinterpret_cast<Bytef *>(out.data()) + had;
            stream.avail_out = uInt(qMin<qint64>(out.size() - had, 1 << 30));
            result = ::inflate(&stream, Z_NO_FLUSH);
            out.resize(reinterpret_cast<char *>(stream.next_out) - out.constData());
            if (out.size() > limit) {
                out.truncate(limit);
                return Status::TooLarge;
            }
            if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR)
                return Status::Broken;
        } while (result == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
        isDone = result == Z_STREAM_END;
        in = in.sliced(piece - stream.avail_in);
        stream.avail_in = 0;
    }
    return isDone ? Status::Done : Status::More;
}

} // namespace rpc
