// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "cases_duplex.h"

#include <tests/support/websocketframes.h>

namespace hostile {

using Bytes = QByteArray;
using rpc::Framing;
using Door = DuplexCase::Door;
using namespace websocketframes;

namespace {

const Bytes call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[2,3]}";
const Bytes note = "{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[2,3]}";

// Why a row is not so yet.

Bytes closing(int code, const Bytes &reason = {}) { return frame(0x88, closePayload(code, reason)); }

// A handshake with other fields in the place of the good ones.
Bytes shake(const Bytes &fields, const Bytes &line = "GET /rpc HTTP/1.1\r\n", const Bytes &host = "Host: 127.0.0.1\r\n")
{
    return line + host + fields + "\r\n";
}

const Bytes upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
const Bytes key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const Bytes version = "Sec-WebSocket-Version: 13\r\n";

Bytes echo(const Bytes &params) { return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":" + params + '}'; }
Bytes netstring(const Bytes &text) { return Bytes::number(text.size()) + ':' + text + ','; }
Bytes counted(const Bytes &text) { return "Content-Length: " + Bytes::number(text.size()) + "\r\n\r\n" + text; }

// The first record of a TLS 1.2 handshake.
Bytes tlsHello()
{
    Bytes body = Bytes("\x03\x03", 2) + Bytes(32, 'r') + Bytes("\0\0\x02\x13\x01\x01\0", 7);
    body = Bytes("\x01\0\0", 3) + char(body.size()) + body;
    return Bytes("\x16\x03\x01\0", 4) + char(body.size()) + body;
}

QList<Bytes> byteByByte(const Bytes &bytes)
{
    QList<Bytes> pieces;
    for (const char c : bytes)
        pieces.append(Bytes(1, c));
    return pieces;
}

Bytes billionLaughs()
{
    Bytes text = "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY l0 \"lol\">";
    for (int i = 1; i < 10; ++i)
        text += "<!ENTITY l" + Bytes::number(i) + " \"" + Bytes("&l" + Bytes::number(i - 1) + ';').repeated(10) + "\">";
    return text + "]><methodCall><methodName>&l9;</methodName></methodCall>";
}

void addHandshakes(QList<DuplexCase> &all)
{
    const auto row = [&](const Bytes &name, const QList<Bytes> &pieces, const Bytes &outcome) {
        all.append({ { "WebSocket: handshakes", name, pieces, outcome }, Door::Handshake });
    };
    row("a handshake", { handshake() }, "101, open");
    row("a handshake byte by byte", byteByByte(handshake()), "101, open");
    // RFC 6455 section 4.1: a client has to wait for the answer. One that does not loses nothing.
    row("a handshake and a call in one packet", { handshake() + frame(0x81, call) }, "101 result, open");
    row("a handshake and 100 calls in one packet", { handshake() + frame(0x81, call).repeated(100) }, "101 100 x result, open");
    row("a request, then a handshake", { "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
            + Bytes::number(call.size()) + "\r\n\r\n" + call + handshake() }, "200 101, open");
    row("no key", { shake(upgrade + version) }, "400, open");
    row("two keys", { shake(upgrade + version + key + key) }, "400, open");
    row("an empty key", { shake(upgrade + version + "Sec-WebSocket-Key:\r\n") }, "400, open");
    row("a key of 15 bytes", { shake(upgrade + version + "Sec-WebSocket-Key: " + Bytes(15, 'x').toBase64() + "\r\n") }, "400, open");
    row("a key of 17 bytes", { shake(upgrade + version + "Sec-WebSocket-Key: " + Bytes(17, 'x').toBase64() + "\r\n") }, "400, open");
    row("a key that is no base64", { shake(upgrade + version + "Sec-WebSocket-Key: ????????????????????????\r\n") }, "400, open");
    row("no version", { shake(upgrade + key) }, "426, open");
    row("WebSocket version 8", { shake(upgrade + key + "Sec-WebSocket-Version: 8\r\n") }, "426, open");
    row("WebSocket version 12", { shake(upgrade + key + "Sec-WebSocket-Version: 12\r\n") }, "426, open");
    row("WebSocket version 014", { shake(upgrade + key + "Sec-WebSocket-Version: 014\r\n") }, "426, open");
    row("no Connection: Upgrade", { shake("Upgrade: websocket\r\n" + key + version) }, "405, open");
    row("Connection: keep-alive, Upgrade", { shake("Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" + key + version) }, "101, open");
    row("no Upgrade", { shake("Connection: Upgrade\r\n" + key + version) }, "405, open");
    row("upgrade to another protocol", { shake("Upgrade: websockets\r\nConnection: Upgrade\r\n" + key + version) }, "405, open");
    row("names in other cases", { shake("UPGRADE: WebSocket\r\nconnection: uPGRADE\r\nsec-websocket-KEY: dGhlIHNhbXBsZSBub25jZQ==\r\nSEC-WEBSOCKET-VERSION: 13\r\n") }, "101, open");
    row("upgrade of a POST", { shake(upgrade + key + version + "Content-Type: application/json\r\nContent-Length: " + Bytes::number(call.size()) + "\r\n",
            "POST /rpc HTTP/1.1\r\n") + call }, "200, open");
    row("upgrade of a HEAD", { shake(upgrade + key + version, "HEAD /rpc HTTP/1.1\r\n") }, "405, open");
    row("upgrade in HTTP/1.0", { shake(upgrade + key + version, "GET /rpc HTTP/1.0\r\n") }, "405, closed");
    row("a handshake with a body", { shake(upgrade + key + version + "Content-Length: 5\r\n") + "hello" }, "400, open");
    row("a handshake with chunks", { shake(upgrade + key + version + "Transfer-Encoding: chunked\r\n") + "5\r\nhello\r\n0\r\n\r\n" }, "400, open");
    row("a handshake with a length of 0", { shake(upgrade + key + version + "Content-Length: 0\r\n") }, "101, open");
    row("an unknown path", { shake(upgrade + key + version, "GET /other HTTP/1.1\r\n") }, "404, open");
    row("a path with a query", { shake(upgrade + key + version, "GET /rpc?token=x HTTP/1.1\r\n") }, "101, open");
    row("a path in another spelling", { shake(upgrade + key + version, "GET /%72pc HTTP/1.1\r\n") }, "101, open");
    row("a path where WebSocket is off", { shake(upgrade + key + version, "GET /off HTTP/1.1\r\n") }, "403, open");
    row("an offer of permessage-deflate", { handshake("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n") }, "101, open");
    row("an unknown subprotocol", { handshake("Sec-WebSocket-Protocol: chat\r\n") }, "101, open");
    row("1,000 subprotocols", { handshake("Sec-WebSocket-Protocol: a" + Bytes(", b").repeated(1000) + "\r\n") }, "101, open");
    row("half a handshake", { handshake().chopped(10) }, "408, closed");
    row("no Origin", { handshake() }, "101, open");
    for (const char *origin : { "https://evil.example", "null", "http://127.0.0.1", "http://localhost", "file://", "https://good.example.evil", "https://good.example:8443",
             "http://good.example", "https://GOOD.example", "https://good.example/" })
        row("a handshake with Origin: " + Bytes(origin), { handshake("Origin: " + Bytes(origin) + "\r\n") }, "403, open");
    row("a handshake with Origin: https://good.example", { handshake("Origin: https://good.example\r\n") }, "101, open");
    row("a handshake with two Origins, both good", { handshake("Origin: https://good.example\r\nOrigin: https://good.example\r\n") }, "400, closed");
    row("a handshake with an empty Origin", { handshake("Origin:\r\n") }, "403, open");
    for (const char *host : { "localhost", "127.0.0.1:8080", "[::1]" })
        row("a handshake with Host: " + Bytes(host), { shake(upgrade + key + version, "GET /rpc HTTP/1.1\r\n", "Host: " + Bytes(host) + "\r\n") }, "101, open");
    for (const char *host : { "evil.example", "127.0.0.1.evil.example", "evil.example@127.0.0.1", "10.0.0.1" })
        row("a handshake with Host: " + Bytes(host), { shake(upgrade + key + version, "GET /rpc HTTP/1.1\r\n", "Host: " + Bytes(host) + "\r\n") }, "421, open");
    row("a handshake without Host", { shake(upgrade + key + version, "GET /rpc HTTP/1.1\r\n", {}) }, "400, closed");
}

void addFrames(QList<DuplexCase> &all)
{
    const char *group = "WebSocket: frames";
    const auto row = [&](const Bytes &name, const QList<Bytes> &pieces, const Bytes &outcome) {
        all.append({ { group, name, pieces, outcome }, Door::Frames });
    };
    const auto gone = [&](const Bytes &name, const QList<Bytes> &pieces) {
        all.append({ { group, name, pieces, "forgotten" }, Door::Frames, Framing::Detect, Framing::Detect, true });
    };
    const qsizetype most = duplexLimits().messageBytes;
    const Bytes tooLong = Bytes(most + 1, ' ');
    row("a call", { frame(0x81, call) }, "result, open");
    row("a call byte by byte", byteByByte(frame(0x81, call)), "result, open");
    row("a call in fragments of a byte", { []() -> Bytes {
        Bytes all = frame(0x01, call.left(1));
        for (qsizetype i = 1; i < call.size() - 1; ++i)
            all += frame(0x00, call.mid(i, 1));
        return all + frame(0x80, call.right(1));
    }() }, "result, open");
    row("empty fragments around a call", { frame(0x01, {}) + Bytes(frame(0x00, {})).repeated(500) + frame(0x80, call) }, "result, open");
    row("a ping between fragments", { frame(0x01, call.left(9)) + frame(0x89, "hi") + frame(0x80, call.mid(9)) }, "pong result, open");
    row("a frame without a mask", { unmaskedFrame(0x81, call) }, "closed with 1002");
    row("reserved bit 1", { frame(0xc1, call) }, "closed with 1002");
    row("reserved bit 2", { frame(0xa1, call) }, "closed with 1002");
    row("reserved bit 3", { frame(0x91, call) }, "closed with 1002");
    for (const int opcode : { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
        row("opcode " + Bytes::number(opcode), { frame(0x80 | opcode, call) }, "closed with 1002");
    row("a text that is no UTF-8", { frame(0x81, "\"\xff\"") }, "closed with 1007");
    row("overlong UTF-8 in a frame", { frame(0x81, "\"\xc0\xaf\"") }, "closed with 1007");
    row("a surrogate in UTF-8 in a frame", { frame(0x81, "\"\xed\xa0\x80\"") }, "closed with 1007");
    row("a character over two fragments", { frame(0x01, echo("[\"\xc3\xa9\"]").left(52)) + frame(0x80, echo("[\"\xc3\xa9\"]").mid(52)) }, "result, open");
    row("half a character at the end", { frame(0x81, "\"\xc3") }, "closed with 1007");
    row("a ping in fragments", { frame(0x09, "hi") }, "closed with 1002");
    row("a ping of 125 bytes", { frame(0x89, Bytes(125, 'x')) }, "pong, open");
    row("a ping of 126 bytes", { frame(0x89, Bytes(126, 'x')) }, "closed with 1002");
    row("a pong nobody asked for", { frame(0x8a, "hi") }, "open");
    row("a pong of 126 bytes", { frame(0x8a, Bytes(126, 'x')) }, "closed with 1002");
    row("100 pings", { frame(0x89, "hi").repeated(100) }, "100 x pong, open");
    row("a continuation of nothing", { frame(0x80, call) }, "closed with 1002");
    row("an unfinished continuation of nothing", { frame(0x00, call) }, "closed with 1002");
    row("a message between the fragments of another", { frame(0x01, call.left(9)) + frame(0x81, call) }, "closed with 1002");
    row("a binary message between the fragments of a text", { frame(0x01, call.left(9)) + frame(0x82, call) }, "closed with 1002");
    row("a message as long as allowed", { frame(0x81, call + Bytes(most - call.size(), ' ')) }, "result, open");
    row("a message above the limit", { frame(0x81, tooLong) }, "closed with 1009");
    row("a message above the limit, in fragments", { frame(0x01, Bytes(most / 2 + 1, ' ')) + frame(0x00, Bytes(most / 2 + 1, ' ')) + frame(0x80, call) }, "closed with 1009");
    row("fragments without an end, above the limit", { Bytes(frame(0x01, "[")) + frame(0x00, Bytes(1000, ' ')).repeated(int(most / 1000) + 10) }, "closed with 1009");
    row("a frame length of 2^31", { Bytes("\x81\xff\0\0\0\0\x80\0\0\0\0\0\0\0", 14) }, "closed with 1009");
    row("a frame length of 2^63 - 1", { Bytes("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14) }, "closed with 1009");
    row("a frame length of 2^63", { Bytes("\x81\xff\x80\0\0\0\0\0\0\0\0\0\0\0", 14) }, "closed with 1002");
    row("a frame length of 2^64 - 1", { Bytes("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0", 14) }, "closed with 1002");
    row("a short length in 16 bits", { Bytes("\x81\xfe\0\x02\0\0\0\0{}", 10) }, "closed with 1002");
    row("a short length in 64 bits", { Bytes("\x81\xff\0\0\0\0\0\0\0\x02\0\0\0\0{}", 16) }, "closed with 1002");
    row("text of another protocol", { "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" }, "closed with 1002");
    row("a TLS hello behind the handshake", { tlsHello() }, "closed with 1002");
    row("close", { closing(1000) }, "closed with 1000");
    row("close, without a code", { frame(0x88, {}) }, "closed with 1000");
    row("close, then a call", { closing(1000) + frame(0x81, call) }, "closed with 1000");
    row("close with 1001 and a reason", { closing(1001, "bye") }, "closed with 1001");
    row("close with 3000", { closing(3000) }, "closed with 3000");
    row("close with 4999", { closing(4999) }, "closed with 4999");
    for (const int code : { 0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535 })
        row("close with " + Bytes::number(code), { closing(code) }, "closed with 1002");
    row("close with one byte", { frame(0x88, "x") }, "closed with 1002");
    row("close with a reason that is no UTF-8", { closing(1000, "\xff") }, "closed with 1007");
    row("close of 126 bytes", { closing(1000, Bytes(124, 'x')) }, "closed with 1002");
    row("close in fragments", { frame(0x08, Bytes("\x03\xe8", 2)) }, "closed with 1002");
    gone("half a frame's head, then gone", { frame(0x81, call).left(1) });
    gone("half a mask, then gone", { frame(0x81, call).left(4) });
    gone("half a frame, then gone", { frame(0x81, call).left(20) });
    gone("half a message, then gone", { frame(0x01, call.left(20)) });
    gone("1,000 calls, then gone", { frame(0x81, call).repeated(1000) });

    group = "WebSocket: messages";
    row("an empty message", { frame(0x81, {}) }, "-32700, open");
    row("blanks", { frame(0x81, "   ") }, "-32700, open");
    row("no JSON", { frame(0x81, "{oops") }, "-32700, open");
    row("JSON twice in a frame", { frame(0x81, call + call) }, "-32700, open");
    row("NUL in a message", { frame(0x81, Bytes("\"a\0b\"", 5)) }, "-32700, open");
    row("an empty array", { frame(0x81, "[]") }, "-32600, open");
    row("a number", { frame(0x81, "1") }, "-32600, open");
    row("40,000 open brackets", { frame(0x81, Bytes(40'000, '[')) }, "-32600, open");
    row("40,000 brackets, closed again", { frame(0x81, Bytes(40'000, '[') + Bytes(40'000, ']')) }, "-32600, open");
    row("a call with 10,000 nested objects", { frame(0x81, echo('[' + Bytes("{\"a\":").repeated(10'000) + '1' + Bytes(10'000, '}') + ']')) }, "-32600, open");
    row("a number of 90,000 digits", { frame(0x81, echo('[' + Bytes(90'000, '9') + ']')) }, "result, open");
    row("a batch of 1,000 calls of nothing", { frame(0x81, '[' + Bytes("1,").repeated(999) + "1]") }, "1000 x -32600, open");
    row("a batch of 1,001 members", { frame(0x81, '[' + Bytes("1,").repeated(1000) + "1]") }, "-32600, open");
    row("1,000 notifications", { frame(0x81, note).repeated(1000) }, "open");
    row("an answer to nothing", { frame(0x81, "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":1}") }, "open");
    row("an error about nothing", { frame(0x81, "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"x\"}}") }, "open");
    row("1,000 answers to nothing in a batch", { frame(0x81, '[' + Bytes("{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":1},").repeated(999) + "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":1}]") }, "open");
    row("an answer to nothing, then a call, in a batch", { frame(0x81, "[{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":1}," + call + "]") }, "result, open");
    row("a call, then an answer to nothing, in a batch", { frame(0x81, '[' + call + ",{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":1}]") }, "result, open");
    row("XML-RPC in a frame", { frame(0x81, "<?xml version=\"1.0\"?><methodCall><methodName>add</methodName></methodCall>") }, "-32700, open");
    row("XML in a frame: a billion laughs", { frame(0x81, billionLaughs()) }, "-32700, open");
    row("a binary message", { frame(0x82, call) }, "-32600, open");
    row("a binary message in fragments", { frame(0x02, call.left(9)) + frame(0x80, call.mid(9)) }, "-32600, open");
    row("an empty binary message", { frame(0x82, {}) }, "-32600, open");
    row("a binary message above the limit", { frame(0x82, tooLong) }, "closed with 1009");
}

void addStreams(QList<DuplexCase> &all)
{
    const char *group = "";
    const auto in = [&](Framing framing, const Bytes &name, const QList<Bytes> &pieces, const Bytes &outcome, Framing probe) {
        all.append({ { group, name, pieces, outcome }, Door::Stream, framing, probe });
    };
    const auto gone = [&](Framing framing, const Bytes &name, const QList<Bytes> &pieces) {
        all.append({ { group, name, pieces, "forgotten" }, Door::Stream, framing, framing, true });
    };
    const Bytes tooLong(duplexLimits().bytes + duplexLimits().headerBytes + 10, 'x');
    const Bytes http = "POST /rpc HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nContent-Length: " + Bytes::number(call.size()) + "\r\n\r\n" + call;

    group = "Streams: lines";
    const auto line = [&](const Bytes &name, const QList<Bytes> &pieces, const Bytes &outcome) {
        in(Framing::Newline, name, pieces, outcome, Framing::Newline);
    };
    line("a line", { call + '\n' }, "result, open");
    line("a line with CR LF", { call + "\r\n" }, "result, open");
    line("a line byte by byte", byteByByte(call + '\n'), "result, open");
    line("1,000 lines in one packet", { Bytes(call + '\n').repeated(1000) }, "1000 x result, open");
    line("10,000 empty lines", { Bytes(10'000, '\n') }, "open");
    line("a line of blanks", { "   \t \r\n" }, "open");
    line("a line of garbage between lines", { call + "\nhello\n" + call + '\n' }, "result -32700 result, open");
    line("a call over two lines", { "{\"jsonrpc\":\"2.0\",\"id\":1,\n\"method\":\"add\",\"params\":[2,3]}\n" }, "2 x -32700, open");
    line("two calls on a line", { call + call + '\n' }, "-32700, open");
    line("zero bytes on a line", { Bytes(100, '\0') + '\n' }, "-32700, open");
    line("a line that is no UTF-8", { "\"\xff\"\n" }, "-32700, open");
    line("a line of 40,000 brackets", { Bytes(40'000, '[') + Bytes(40'000, ']') + '\n' }, "-32600, open");
    line("a line without an end, above the limit", { tooLong }, "closed");
    line("half a line", { call.left(20) }, "closed");
    gone(Framing::Newline, "half a line, then gone", { call.left(20) });
    line("a netstring as a line", { netstring(call) + '\n' }, "-32700, open");
    line("an answer to nothing on a line", { "{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":1}\n" }, "open");
    line("XML-RPC on a line", { "<?xml version=\"1.0\"?><methodCall/>\n" }, "-32700, open");
    line("a line, then an HTTP request", { call + '\n' + http }, "result, closed");
    line("an HTTP request as lines", { http + '\n' }, "closed");
    line("a TLS hello as a line", { tlsHello() + '\n' }, "-32700, open");

    group = "Streams: Content-Length";
    const auto lsp = [&](const Bytes &name, const QList<Bytes> &pieces, const Bytes &outcome) {
        in(Framing::ContentLength, name, pieces, outcome, Framing::ContentLength);
    };
    lsp("a counted message", { counted(call) }, "result, open");
    lsp("a counted message byte by byte", byteByByte(counted(call)), "result, open");
    lsp("1,000 counted messages in one packet", { counted(call).repeated(1000) }, "1000 x result, open");
    lsp("Content-Type before Content-Length", { "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n" + counted(call) }, "result, open");
    lsp("content-length in lower case", { "content-length: " + Bytes::number(call.size()) + "\r\n\r\n" + call }, "result, open");
    lsp("a length of 0", { "Content-Length: 0\r\n\r\n" }, "-32700, open");
    for (const char *length : { "", "-1", "+5", "0x5", "5 5", "5.0", "1e1", "abc", "99999999999999999999" })
        lsp("Content-Length \"" + Bytes(length) + '"', { "Content-Length: " + Bytes(length) + "\r\n\r\n" + call }, "closed");
    lsp("a length above the limit", { "Content-Length: 100001\r\n\r\n" }, "closed");
    lsp("a length of 2^63 - 1", { "Content-Length: 9223372036854775807\r\n\r\n" }, "closed");
    lsp("no Content-Length", { "Content-Type: application/json\r\n\r\n" + call }, "closed");
    lsp("two Content-Lengths", { "Content-Length: 5\r\n" + counted(call) }, "closed");
    lsp("a head that ends with LF", { "Content-Length: 5\n\n12345" }, "closed");
    lsp("a head without an end", { "X: " + Bytes(duplexLimits().headerBytes + 10, 'x') }, "closed");
    lsp("JSON instead of a head", { call + "\r\n\r\n" }, "closed");
    lsp("zero bytes instead of a head", { Bytes(100, '\0') + "\r\n\r\n" }, "closed");
    lsp("a counted message that is too short", { "Content-Length: 5\r\n\r\n" + call }, "-32700, closed");
    lsp("a counted message that is too long", { "Content-Length: 90000\r\n\r\n" + call }, "closed");
    lsp("100 counted messages, then a line", { counted(call).repeated(100) + "hello\r\n\r\n" }, "100 x result, closed");
    lsp("40,000 counted brackets", { counted(Bytes(40'000, '[') + Bytes(40'000, ']')) }, "-32600, open");
    lsp("an HTTP request with a length", { http }, "closed");
    gone(Framing::ContentLength, "half a head, then gone", { "Content-Le" });
    gone(Framing::ContentLength, "half a counted message, then gone", { counted(call).chopped(5) });

    group = "Streams: netstrings";
    const auto net = [&](const Bytes &name, const QList<Bytes> &pieces, const Bytes &outcome) {
        in(Framing::Netstring, name, pieces, outcome, Framing::Netstring);
    };
    net("a netstring", { netstring(call) }, "result, open");
    net("a netstring byte by byte", byteByByte(netstring(call)), "result, open");
    net("1,000 netstrings in one packet", { netstring(call).repeated(1000) }, "1000 x result, open");
    net("netstrings with line feeds between", { netstring(call) + "\r\n" + netstring(call) }, "2 x result, open");
    net("an empty netstring", { "0:," }, "-32700, open");
    net("no comma", { netstring(call).chopped(1) + ';' }, "closed");
    net("no colon", { "54;" + call }, "closed");
    net("no length", { ':' + call + ',' }, "closed");
    net("a length with a sign", { "-5:hello," }, "closed");
    net("a length with a blank", { "5 :hello," }, "closed");
    net("a length in letters", { "five:hello," }, "closed");
    net("a netstring above the limit", { "100001:" }, "closed");
    net("a length of 13 digits", { "9999999999999:" }, "closed");
    net("digits without an end", { Bytes(1000, '1') }, "closed");
    net("a netstring that is too short", { "5:" + call + ',' }, "closed");
    net("a netstring that is too long", { "90000:" + call + ',' }, "closed");
    net("100 netstrings, then a word", { netstring(call).repeated(100) + "hello" }, "100 x result, closed");
    net("JSON instead of a netstring", { call }, "closed");
    net("zero bytes instead of a netstring", { Bytes(100, '\0') }, "closed");
    net("an HTTP request instead of a netstring", { http }, "closed");
    net("a TLS hello instead of a netstring", { tlsHello() }, "closed");
    net("a netstring of 40,000 brackets", { netstring(Bytes(40'000, '[') + Bytes(40'000, ']')) }, "-32600, open");
    gone(Framing::Netstring, "half a netstring, then gone", { netstring(call).chopped(5) });

    group = "Streams: nothing between messages";
    const auto bare = [&](const Bytes &name, const QList<Bytes> &pieces, const Bytes &outcome) {
        in(Framing::Bare, name, pieces, outcome, Framing::Bare);
    };
    bare("a bare call", { call }, "result, open");
    bare("a bare call byte by byte", byteByByte(call), "result, open");
    bare("1,000 bare calls in one packet", { call.repeated(1000) }, "1000 x result, open");
    bare("blanks between bare calls", { call + " \r\n\t " + call }, "2 x result, open");
    bare("garbage between bare calls", { call + "hello" + call }, "result -32700 result, open");
    bare("brackets in strings", { echo("[\"}}]]{{\\\"]\"]") }, "result, open");
    bare("a closing bracket alone", { "]" + call }, "-32700 result, open");
    bare("brackets that do not match", { "{\"a\":[}" + call + "]}" }, "2 x -32700, open");
    bare("bare JSON without an end, above the limit", { '[' + tooLong }, "closed");
    bare("a bare string without an end", { "{\"a" }, "closed");
    bare("bare garbage without an end, above the limit", { tooLong }, "closed");
    bare("40,000 bare brackets", { Bytes(40'000, '[') + Bytes(40'000, ']') }, "-32600, open");
    bare("a bare call, then an HTTP request", { call + http }, "result, closed");
    bare("an HTTP request before a bare call", { http }, "closed");
    gone(Framing::Bare, "half a bare call, then gone", { call.chopped(5) });

    group = "Streams: any of these";
    const auto any = [&](const Bytes &name, const QList<Bytes> &pieces, const Bytes &outcome, Framing probe) {
        in(Framing::Detect, name, pieces, outcome, probe);
    };
    any("a line first", { call + '\n' }, "result, open", Framing::Newline);
    any("a netstring first", { netstring(call) }, "result, open", Framing::Netstring);
    any("a head first", { counted(call) }, "result, open", Framing::ContentLength);
    any("bare JSON first", { call + call }, "2 x result, open", Framing::Bare);
    any("JSON over lines first", { "{\n\"jsonrpc\":\"2.0\",\"id\":1,\n\"method\":\"add\",\"params\":[2,3]}" }, "result, open", Framing::Bare);
    any("blanks, then nothing", { "  \r\n \r\n" }, "open", Framing::Newline);
    any("a line, then a netstring", { call + '\n' + netstring(call) + '\n' }, "result -32700, open", Framing::Newline);
    any("a netstring, then a line", { netstring(call) + call + '\n' }, "result, closed", Framing::Netstring);
    any("zero bytes first", { Bytes(100, '\0') + '\n' }, "-32700, open", Framing::Newline);
    any("XML-RPC first", { "<?xml version=\"1.0\"?><methodCall/>\n" }, "-32700, open", Framing::Newline);
    any("a word first", { "hello\r\n\r\n" }, "closed", Framing::Newline);
    any("a word, then nothing", { "hello" }, "closed", Framing::Newline);
    any("a TLS hello first", { tlsHello() }, "closed", Framing::Newline);
    any("a GET of HTTP first", { handshake() }, "closed", Framing::Newline);
    any("a POST of HTTP first", { http }, "closed", Framing::ContentLength);
    any("open brackets without an end", { Bytes(tooLong.size(), '[') }, "closed", Framing::Newline);
}

} // namespace

rpc::Limits duplexLimits()
{
    rpc::Limits l = limits();
    l.messageBytes = 100'000;
    l.bytes = 100'000;
    l.headerBytes = 10'000;
    l.bodyTime = std::chrono::milliseconds(400);
    return l;
}

const QList<DuplexCase> &duplexCases()
{
    static const QList<DuplexCase> all = [] {
        QList<DuplexCase> made;
        addHandshakes(made);
        addFrames(made);
        addStreams(made);
        return made;
    }();
    return all;
}

QList<Scene> duplexScenes()
{
    return {
        { "pingFlood_isDropped", "pings without end, of a WebSocket client that reads nothing", "dropped when more than the backlog waits" },
        { "calls_ofSomebodyGone", "a WebSocket client hangs up while a method runs", "the method learns of it; its answer is dropped" },
        { "calls_ofAStreamThatIsGone", "a stream client hangs up while a method runs", "the method learns of it; its answer is dropped" },
        { "calledBack_andGone", "a client hangs up while the server calls it", "the call of the server ends" },
        { "halfMessage_byteByByte", "a stream message that trickles", "closed, in the time for a body" },
        { "upgrades_countAsConnections", "more WebSockets than connections allowed", "503, closed; served again when there is room" },
    };
}

QByteArray duplexTables()
{
    const Bytes page = Bytes(duplexHeading)
        + "\nBehind a handshake or on a stream, an outcome names what comes back (\"result\" or the code of an RPC error, \"pong\"), then\n"
          "whether the session goes on. \"closed with 1002\" is a close frame (RFC 6455 section 7.4.1) and the end of the connection;\n"
          "streams end without a word. The limit on messages is 100,000 bytes in these tests.\n";
    return page + tablesOf(duplexCases(), "Sessions in time", duplexScenes());
}

} // namespace hostile
