// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "websocketframes.h"

#include <QString>

namespace websocketframes {

namespace {

constexpr int masked = 0x80; // in the second byte

// Section 5.2: the first byte, then the length in 7, 16 or 64 bits.
QByteArray head(int first, int maskBit, qsizetype length)
{
    QByteArray head(1, char(first));
    if (length < 126) {
        head += char(maskBit | int(length));
    } else if (length < 65536) {
        head += char(maskBit | 126);
        head += char(length >> 8);
        head += char(length);
    } else {
        head += char(maskBit | 127);
        for (int shift = 56; shift >= 0; shift -= 8)
            head += char(quint64(length) >> shift);
    }
    return head;
}

} // namespace

QByteArray frame(int first, const QByteArray &payload)
{
    constexpr char mask[] = { 0x11, 0x22, 0x33, 0x44 };
    QByteArray frame = head(first, masked, payload.size()).append(mask, sizeof mask);
    const qsizetype begin = frame.size();
    frame += payload;
    char *const bytes = frame.data() + begin;
    for (qsizetype i = 0; i < payload.size(); ++i)
        bytes[i] = char(bytes[i] ^ mask[i % 4]);
    return frame;
}

QByteArray unmaskedFrame(int first, const QByteArray &payload) { return head(first, 0, payload.size()) + payload; }

QByteArray closePayload(int code, const QByteArray &reason)
{
    return QByteArray(1, char(code >> 8)) + char(code) + reason;
}

QByteArray handshake(const QByteArray &moreFields, const QByteArray &path)
{
    return "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + moreFields + "\r\n";
}

} // namespace websocketframes
