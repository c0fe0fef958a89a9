// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "targets.h"

#include <rpccore/channel/websocketchannel.h>
#include <rpccore/channel/websockethandshake.h>

#include <QUtf8StringView>

#include <random>

// Of the sanitizers, where there are any.
extern "C" __attribute__((weak)) std::size_t __sanitizer_get_current_allocated_bytes();

using namespace rpc;

namespace fuzz {

namespace {

constexpr qint64 limit = 1000; // of a message
constexpr qint64 beside = 4096; // bytes that the reader may take for itself, and for words

qint64 allocated() { return __sanitizer_get_current_allocated_bytes ? qint64(__sanitizer_get_current_allocated_bytes()) : 0; }

bool isUtf8(const QByteArray &bytes) { return QUtf8StringView(bytes.constData(), bytes.size()).isValidUtf8(); }

/// What a reader makes of \a bytes in pieces of up to \a most bytes, as one text.
QByteArray readIn(WebSocketEnd end, const QByteArray &bytes, qsizetype most, quint32 seed)
{
    std::minstd_rand random(seed + 1);
    QByteArray got;
    got.reserve(2 * bytes.size() * 20 + 1000);
    const qint64 before = allocated();
    WebSocketReader reader(end, limit);
    for (qsizetype at = 0; at < bytes.size();) {
        const qsizetype size = qMin(bytes.size() - at, 1 + qsizetype(random() % quint32(most)));
        reader.append(bytes.mid(at, size));
        at += size;
        for (;;) {
            const auto next = reader.next();
            if (const auto *message = std::get_if<WebSocketMessage>(&next)) {
                const bool isControl = int(message->opcode) >= 8;
                require(message->opcode != WebSocketOpcode::Continuation, "a message is no continuation");
                require(message->payload.size() <= (isControl ? 125 : limit), "messages are within the limit");
                require(message->opcode != WebSocketOpcode::Text || isUtf8(message->payload), "a text is UTF-8");
                got += QByteArray::number(int(message->opcode)) + ' ' + QByteArray::number(message->payload.size()) + ' ' + message->payload.toHex() + '\n';
            } else if (const auto *wrong = std::get_if<WebSocketViolation>(&next)) {
                const auto again = reader.next();
                require(std::get_if<WebSocketViolation>(&again), "what is wrong stays wrong");
                require(wrong->code == 1002 || wrong->code == 1007 || wrong->code == 1009, "the code is one of those");
                return got + "wrong " + QByteArray::number(wrong->code) + ' ' + wrong->what.toUtf8();
            } else {
                break;
            }
        }
        // Twice: arrays grow ahead of what is in them.
        require(allocated() - before <= 2 * (limit + size) + beside, "no more is held than one message and the last piece");
    }
    return got;
}

void frames(const QByteArray &bytes, WebSocketEnd end, quint32 seed)
{
    const QByteArray whole = readIn(end, bytes, qMax<qsizetype>(bytes.size(), 1), seed);
    require(readIn(end, bytes, 1, seed) == whole, "byte by byte the same is read");
    require(readIn(end, bytes, 2 + seed % 64, seed) == whole, "in pieces the same is read");
}

void written(const QByteArray &bytes, quint32 seed)
{
    const QByteArray payload = bytes.left(limit);
    const auto opcode = isUtf8(payload) ? WebSocketOpcode::Text : WebSocketOpcode::Binary;
    const QByteArray expected = QByteArray::number(int(opcode)) + ' ' + QByteArray::number(payload.size()) + ' ' + payload.toHex() + '\n';
    for (const auto sender : { WebSocketEnd::Client, WebSocketEnd::Server }) {
        const auto reader = sender == WebSocketEnd::Client ? WebSocketEnd::Server : WebSocketEnd::Client;
        const QByteArray control = webSocketFrame(sender, WebSocketOpcode::Ping, {});
        const QByteArray frame = webSocketFrame(sender, opcode, payload);
        require(readIn(reader, frame + control, 1 + seed % 64, seed) == expected + "9 0 \n", "what is written is read back");
    }
}

void closes(const QByteArray &bytes)
{
    const QByteArray payload = bytes.left(125);
    const auto read = readWebSocketClose(payload);
    const auto *close = std::get_if<WebSocketClose>(&read);
    if (!close || close->code == 1005 || payload.contains("\xef\xbb\xbf"))
        return; // QString does not keep U+FEFF
    require(webSocketClosePayload(close->code, close->reason) == payload, "a close comes back");
}

void answers(const QByteArray &bytes, quint32 seed)
{
    WebSocketTarget target;
    target.url = QUrl(QStringLiteral("ws://host.example/"));
    target.subprotocols = QStringList { QStringLiteral("one"), QStringLiteral("two") };
    const QByteArray key = "dGhlIHNhbXBsZSBub25jZQ==";
    for (const QByteArray &received : { bytes, "HTTP/1.1 101 x\r\n" + bytes }) {
        const auto whole = readWebSocketAnswer(received, target, key);
        const auto part = readWebSocketAnswer(received.left(qsizetype(seed) * 4), target, key);
        require(std::holds_alternative<std::monostate>(part) || part.index() == whole.index(), "more does not change an answer");
        const auto *agreed = std::get_if<WebSocketAgreed>(&whole);
        if (!agreed)
            continue;
        require(agreed->length <= received.size() && received.first(agreed->length).endsWith("\r\n\r\n"), "an agreement ends where its head does");
        require(received.contains(webSocketAccept(key)), "an agreement belongs to its key");
    }
}

} // namespace

void webSocket(const QByteArray &bytes)
{
    if (bytes.size() < 2)
        return;
    const auto end = bytes[0] & 1 ? WebSocketEnd::Server : WebSocketEnd::Client;
    const quint32 seed = uchar(bytes[1]);
    const QByteArray rest = bytes.sliced(2);
    frames(rest, end, seed);
    written(rest, seed);
    closes(rest);
    answers(rest, seed);
}

} // namespace fuzz
