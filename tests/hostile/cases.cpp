// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "cases.h"

#include <tests/support/rawhttp.h>

#include <array>

namespace hostile {

using support::post;
using Bytes = QByteArray;

namespace {

const Bytes call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"add\",\"params\":[2,3]}";
const Bytes host = "Host: 127.0.0.1\r\n";
const Bytes type = "Content-Type: application/json\r\n";
const Bytes length = "Content-Length: " + Bytes::number(call.size()) + "\r\n";
const Bytes chunkedField = "Transfer-Encoding: chunked\r\n";

// Why a row is not so yet. To be null, and then to go, when the listener reads HTTP itself.

Bytes hex(qsizetype n) { return Bytes::number(n, 16); }

// A good request but for its first line, which comes with its end.
Bytes withLine(const Bytes &line) { return line + host + type + length + "\r\n" + call; }
// A good request but for these further fields, which come with their ends.
Bytes withFields(const Bytes &fields) { return "POST /rpc HTTP/1.1\r\n" + host + type + length + fields + "\r\n" + call; }
// Without any field about the length.
Bytes withLength(const Bytes &fields, const Bytes &body) { return "POST /rpc HTTP/1.1\r\n" + host + type + fields + "\r\n" + body; }
Bytes withHost(const Bytes &hostField, const Bytes &line = "POST /rpc HTTP/1.1\r\n") { return line + hostField + type + length + "\r\n" + call; }
Bytes chunks(const Bytes &all) { return withLength(chunkedField, all); }
const Bytes wholeInChunks = hex(call.size()) + "\r\n" + call + "\r\n0\r\n\r\n";

QList<Bytes> byteByByte(const Bytes &bytes)
{
    QList<Bytes> pieces;
    for (const char c : bytes)
        pieces.append(Bytes(1, c));
    return pieces;
}

quint32 crc32(const Bytes &bytes)
{
    quint32 crc = 0xffffffffU;
    for (const char c : bytes) {
        crc ^= uchar(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320U : 0);
    }
    return ~crc;
}

// RFC 1952
Bytes gzip(const Bytes &plain)
{
    const auto little = [](quint32 n) { return Bytes().append(char(n)).append(char(n >> 8)).append(char(n >> 16)).append(char(n >> 24)); };
    const Bytes zlib = qCompress(plain, 9).mid(4); // without Qt's length
    return Bytes("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10) + zlib.mid(2, zlib.size() - 6) + little(crc32(plain)) + little(quint32(plain.size()));
}

Bytes xml(const Bytes &inner, const Bytes &before = "<?xml version=\"1.0\"?>") { return post(before + inner, "text/xml"); }
Bytes xmlAdd(const Bytes &a)
{
    return "<methodCall><methodName>add</methodName><params><param><value>" + a + "</value></param><param><value><int>3</int></value></param></params></methodCall>";
}
Bytes json(const Bytes &params) { return post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"echo\",\"params\":" + params + "}"); }

// The first record of a TLS 1.2 handshake, as a browser sends it to a port that it takes for https.
Bytes tlsHello()
{
    Bytes body = Bytes("\x03\x03", 2) + Bytes(32, 'r') + Bytes("\0\0\x02\x13\x01\x01\0", 7);
    body = Bytes("\x01\0\0", 3) + char(body.size()) + body;
    return Bytes("\x16\x03\x01\0", 4) + char(body.size()) + body;
}

} // namespace

rpc::Limits limits()
{
    rpc::Limits l;
    l.bytes = 1024 * 1024;
    l.headerTime = std::chrono::milliseconds(1500);
    l.bodyTime = std::chrono::milliseconds(1500);
    return l;
}

static QList<Case> makeHttpCases()
{
    QList<Case> all;
    const char *group = "";
    const auto row = [&](const Bytes &name, const QList<Bytes> &pieces, const Bytes &outcome) {
        all.append({ group, name, pieces, outcome });
    };

    group = "Request line";
    row("nothing but blanks", { "    \r\n\r\n" }, "400, closed");
    row("no blanks", { withLine("POST/rpcHTTP/1.1\r\n") }, "400, closed");
    row("two blanks", { withLine("POST  /rpc HTTP/1.1\r\n") }, "400, closed");
    row("tabs instead of blanks", { withLine("POST\t/rpc\tHTTP/1.1\r\n") }, "400, closed");
    row("a blank before the method", { withLine(" POST /rpc HTTP/1.1\r\n") }, "400, closed");
    row("a blank after the version", { withLine("POST /rpc HTTP/1.1 \r\n") }, "400, closed");
    row("a blank in the target", { withLine("POST /rpc /x HTTP/1.1\r\n") }, "400, closed");
    row("no target", { withLine("POST HTTP/1.1\r\n") }, "400, closed");
    row("no method", { withLine("/rpc HTTP/1.1\r\n") }, "400, closed");
    row("method with a bracket", { withLine("PO(ST /rpc HTTP/1.1\r\n") }, "400, closed");
    row("method with NUL", { withLine(Bytes("PO\0ST /rpc HTTP/1.1\r\n", 22)) }, "400, closed");
    row("method in lower case", { withLine("post /rpc HTTP/1.1\r\n") }, "405, open");
    row("method that nobody knows", { withLine("BREW /rpc HTTP/1.1\r\n") }, "405, open");
    row("method of 20,000 letters", { withLine(Bytes(20'000, 'A') + " /rpc HTTP/1.1\r\n") }, "431, closed");
    row("NUL in the target", { withLine(Bytes("POST /r\0pc HTTP/1.1\r\n", 21)) }, "400, closed");
    row("control character in the target", { withLine("POST /rpc\x01 HTTP/1.1\r\n") }, "400, closed");
    row("DEL in the target", { withLine("POST /rpc\x7f HTTP/1.1\r\n") }, "400, closed");
    row("bare UTF-8 in the target", { withLine("POST /rpc\xc3\xa9 HTTP/1.1\r\n") }, "400, closed");
    row("fragment in the target", { withLine("POST /rpc#x HTTP/1.1\r\n") }, "400, closed");
    row("%00 in the path", { withLine("POST /rpc%00 HTTP/1.1\r\n") }, "404, open");
    row("%0d%0a in the path", { withLine("POST /rpc%0d%0aX:%20y HTTP/1.1\r\n") }, "404, open");
    row("%2e%2e in the path", { withLine("POST /x/%2e%2e/rpc HTTP/1.1\r\n") }, "404, open");
    row("dots in the path", { withLine("POST /x/../rpc HTTP/1.1\r\n") }, "404, open");
    row("percent sign alone in the path", { withLine("POST /rpc% HTTP/1.1\r\n") }, "404, open");
    row("percent-encoded letter in the path", { withLine("POST /%72pc HTTP/1.1\r\n") }, "200, open");
    row("query", { withLine("POST /rpc?a=%00&b HTTP/1.1\r\n") }, "200, open");
    row("path of two slashes", { withLine("POST //evil.example/rpc HTTP/1.1\r\n") }, "400, closed");
    row("no slash before the path", { withLine("POST rpc HTTP/1.1\r\n") }, "400, closed");
    row("target longer than a head", { withLine("POST /rpc?" + Bytes(20'000, 'x') + " HTTP/1.1\r\n") }, "414, closed");
    row("target of more than half a head", { withLine("POST /rpc?" + Bytes(9000, 'x') + " HTTP/1.1\r\n") }, "414, closed");
    row("target of nearly half a head", { withLine("POST /rpc?" + Bytes(8000, 'x') + " HTTP/1.1\r\n") }, "200, open");
    row("target without an end", { "POST /" + Bytes(9000, 'x') }, "414, closed");
    row("absolute form", { withLine("POST http://127.0.0.1/rpc HTTP/1.1\r\n") }, "200, open");
    row("absolute form of another host", { withLine("POST http://evil.example/rpc HTTP/1.1\r\n") }, "421, open");
    row("absolute form with a user", { withLine("POST http://user@127.0.0.1/rpc HTTP/1.1\r\n") }, "400, closed");
    row("absolute form of another scheme", { withLine("POST ftp://127.0.0.1/rpc HTTP/1.1\r\n") }, "400, closed");
    row("authority form", { withLine("CONNECT 127.0.0.1:80 HTTP/1.1\r\n") }, "400, closed");
    row("authority form with POST", { withLine("POST 127.0.0.1:80 HTTP/1.1\r\n") }, "400, closed");
    row("asterisk form with POST", { withLine("POST * HTTP/1.1\r\n") }, "400, closed");
    row("HTTP/0.9", { "GET /rpc\r\n\r\n" }, "400, closed");
    row("version 0.9", { withLine("POST /rpc HTTP/0.9\r\n") }, "505, closed");
    row("version 1.2", { withLine("POST /rpc HTTP/1.2\r\n") }, "505, closed");
    row("version 2.0", { withLine("POST /rpc HTTP/2.0\r\n") }, "505, closed");
    row("version 9.9", { withLine("POST /rpc HTTP/9.9\r\n") }, "505, closed");
    row("version of two digits", { withLine("POST /rpc HTTP/1.10\r\n") }, "505, closed");
    row("version in lower case", { withLine("POST /rpc http/1.1\r\n") }, "400, closed");
    row("version of another protocol", { withLine("POST /rpc RTSP/1.1\r\n") }, "400, closed");
    row("HTTP/2 preface", { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" }, "505, closed");
    row("TLS hello", { tlsHello() }, "400, closed");
    row("another protocol's greeting", { "SSH-2.0-OpenSSH_9.2\r\n" }, "408, closed");
    row("a JSON text without HTTP", { call + "\n" }, "400, closed");
    row("zero bytes", { Bytes(1000, '\0') }, "400, closed");
    row("garbage with an end", { "hello there\r\n\r\n" }, "400, closed");
    row("one empty line before the request", { "\r\n" + post(call) }, "200, open");
    row("twelve empty lines before the request", { Bytes("\r\n").repeated(12) + post(call) }, "400, closed");
    row("10,000 empty lines", { Bytes("\r\n").repeated(10'000) }, "400, closed");

    group = "Header fields";
    row("lines that end with LF", { post(call).replace("\r\n", "\n") }, "400, closed");
    row("lines that end with CR", { post(call).replace("\r\n", "\r") + "\r\n\r\n" }, "400, closed");
    row("one line that ends with LF", { withFields("X: 1\nY: 2\r\n") }, "400, closed");
    row("CR in a value", { withFields("X: 1\rY: 2\r\n") }, "400, closed");
    row("NUL in a value", { withFields(Bytes("X: 1\0002\r\n", 8)) }, "400, closed");
    row("control character in a value", { withFields("X: 1\x01\r\n") }, "400, closed");
    row("DEL in a value", { withFields("X: 1\x7f\r\n") }, "400, closed");
    row("tab in a value", { withFields("X:\t1\t2\t\r\n") }, "200, open");
    row("bytes above 127 in a value", { withFields("X: \xe9\xff\r\n") }, "200, open");
    row("empty value", { withFields("X:\r\n") }, "200, open");
    row("blank before the colon", { withFields("X : 1\r\n") }, "400, closed");
    row("blank in a name", { withFields("X y: 1\r\n") }, "400, closed");
    row("no colon", { withFields("X\r\n") }, "400, closed");
    row("no name", { withFields(": 1\r\n") }, "400, closed");
    row("bracket in a name", { withFields("X(y): 1\r\n") }, "400, closed");
    row("bytes above 127 in a name", { withFields("X\xc3\xa9: 1\r\n") }, "400, closed");
    row("NUL in a name", { withFields(Bytes("X\0: 1\r\n", 7)) }, "400, closed");
    row("value folded over two lines", { withFields("X: 1\r\n 2\r\n") }, "400, closed");
    row("value folded with a tab", { withFields("X: 1\r\n\t2\r\n") }, "400, closed");
    row("first field begins with a blank", { "POST /rpc HTTP/1.1\r\n X: 1\r\n" + host + type + length + "\r\n" + call }, "400, closed");
    row("Content-Length folded", { withLength("Content-Length:\r\n " + Bytes::number(call.size()) + "\r\n", call) }, "400, closed");
    row("100 fields", { withFields(Bytes("X: 1\r\n").repeated(97)) }, "200, open");
    row("101 fields", { withFields(Bytes("X: 1\r\n").repeated(98)) }, "431, closed");
    row("2,000 fields", { withFields(Bytes("X: 1\r\n").repeated(2000)) }, "431, closed");
    row("value of 20,000 bytes", { withFields("X: " + Bytes(20'000, 'x') + "\r\n") }, "431, closed");
    row("head without an end", { "POST /rpc HTTP/1.1\r\nX: ", Bytes(9000, 'x'), Bytes(9000, 'x') }, "431, closed");
    row("no Host", { withHost({}) }, "400, closed");
    row("no Host in HTTP/1.0", { withHost({}, "POST /rpc HTTP/1.0\r\n") }, "200, closed");
    row("two Hosts", { withHost(host + "Host: evil.example\r\n") }, "400, closed");
    row("the same Host twice", { withHost(host + host) }, "400, closed");
    row("two Content-Types", { withFields("Content-Type: text/xml\r\n") }, "400, closed");
    row("two Origins", { withFields("Origin: http://a\r\nOrigin: http://b\r\n") }, "400, closed");
    row("upgrade to HTTP/2", { withFields("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n") }, "200, open");

    group = "Length of the body";
    const auto lengthRow = [&](const Bytes &value, const Bytes &outcome) {
        row("Content-Length: " + value, { withLength("Content-Length: " + value + "\r\n", call) }, outcome);
    };
    for (const char *value : { "+5", "-1", "5, 5", "5,6", "5 5", "0x20", "5;", "1e1", "5.0", "\"5\"", "abc", "\xef\xbc\x95" })
        lengthRow(value, "400, closed");
    row("Content-Length: (empty)", { withLength("Content-Length:\r\n", call) }, "400, closed");
    lengthRow("18446744073709551615", "413, closed");
    lengthRow("9223372036854775808", "413, closed");
    lengthRow("99999999999999999999999999999999", "413, closed");
    lengthRow("1048577", "413, closed");
    row("Content-Length with zeros before it", { withLength("Content-Length: 000" + Bytes::number(call.size()) + "\r\n", call) }, "200, open");
    row("two lengths, 3 and 5", { withLength("Content-Length: 3\r\nContent-Length: 5\r\n", "abcde") }, "400, closed");
    row("the same length twice", { withFields(length) }, "400, closed");
    row("length shorter than the body", { withLength("Content-Length: 2\r\n", "{}\r\nGET /rpc HTTP/1.1\r\n" + host + "\r\n") }, "200 (-32600) 405, open");
    row("length longer than the body", { withLength("Content-Length: 200\r\n", call) }, "408, closed");
    row("no length and no body", { withLength({}, {}) }, "200 (-32700), open");
    row("length and chunked", { withLength(length + chunkedField, wholeInChunks) }, "400, closed");
    row("chunked and length", { withLength(chunkedField + length, wholeInChunks) }, "400, closed");
    row("blank between Content-Length and its colon", { withLength("Content-Length : 5\r\n", call) }, "400, closed");
    const auto coding = [&](const Bytes &value, const Bytes &outcome) {
        row("Transfer-Encoding: " + value, { withLength("Transfer-Encoding: " + value + "\r\n", wholeInChunks) }, outcome);
    };
    coding("Chunked", "200, open");
    coding("xchunkedx", "501, closed");
    coding("gzip, chunked", "501, closed");
    coding("identity", "501, closed");
    coding("chunked, identity", "400, closed");
    coding("chunked, chunked", "400, closed");
    coding("chunked,", "400, closed");
    coding("chunked, gzip, chunked", "400, closed");
    coding("chunked;q=1", "501, closed");
    coding("\"chunked\"", "501, closed");
    row("Transfer-Encoding: (tab) chunked", { withLength("Transfer-Encoding:\tchunked\r\n", wholeInChunks) }, "200, open");
    row("Transfer-Encoding: (vertical tab) chunked", { withLength("Transfer-Encoding: \x0b"
                                                                   "chunked\r\n", wholeInChunks) }, "400, closed");
    row("Transfer-Encoding: (empty)", { withLength("Transfer-Encoding:\r\n", wholeInChunks) }, "501, closed");
    row("Transfer-Encoding twice", { withLength(chunkedField + chunkedField, wholeInChunks) }, "400, closed");
    row("Transfer-Encoding with identity first", { withLength("Transfer-Encoding: identity\r\n" + chunkedField, wholeInChunks) }, "501, closed");
    row("Transfer-Encoding folded", { withLength("Transfer-Encoding:\r\n chunked\r\n", wholeInChunks) }, "400, closed");
    row("Transfer-Encoding that nobody knows, and a fold after it", { withLength("Transfer-Encoding: gzip\r\nX: 1\r\n 2\r\n", wholeInChunks) }, "400, closed");
    row("Transfer-Encoding chunked, then identity", { withLength(chunkedField + "Transfer-Encoding: identity\r\n", wholeInChunks) }, "400, closed");
    row("blank between Transfer-Encoding and its colon", { withLength("Transfer-Encoding : chunked\r\n", wholeInChunks) }, "400, closed");
    row("Transfer-Encoding in HTTP/1.0", { "POST /rpc HTTP/1.0\r\n" + host + type + chunkedField + "\r\n" + wholeInChunks }, "400, closed");
    row("Transfer_Encoding", { withLength("Transfer_Encoding: chunked\r\n", "0\r\n\r\n") }, "200 (-32700) 400, closed");
    row("body of a GET", { "GET /rpc HTTP/1.1\r\n" + host + length + "\r\n" + call }, "405, open");

    group = "Chunks";
    row("chunks in one piece", { chunks("5\r\n" + call.left(5) + "\r\n" + hex(call.size() - 5) + "\r\n" + call.mid(5) + "\r\n0\r\n\r\n") }, "200, open");
    row("chunks byte by byte", byteByByte(chunks(wholeInChunks)), "200, open");
    row("one byte in each chunk", { chunks([] {
        Bytes all;
        for (const char c : call)
            all += "1\r\n" + Bytes(1, c) + "\r\n";
        return Bytes(all + "0\r\n\r\n");
    }()) }, "200, open");
    row("zeros before a size", { chunks(Bytes(40, '0') + wholeInChunks) }, "200, open");
    row("no chunk but the last", { chunks("0\r\n\r\n") }, "200 (-32700), open");
    for (const char *size : { "", "g", "-5", "+5", "0x5", " 5", "5 ", "5.", "\"5\"" })
        row("chunk size \"" + Bytes(size) + '"', { chunks(Bytes(size) + "\r\nabcde\r\n0\r\n\r\n") }, "400, closed");
    row("chunk size of 17 digits", { chunks("10000000000000000\r\nabc") }, "400, closed");
    row("chunk size 2^64 - 1", { chunks("ffffffffffffffff\r\nabc") }, "413, closed");
    row("chunk size 2^63", { chunks("8000000000000000\r\nabc") }, "413, closed");
    row("chunk size 2 GB", { chunks("80000000\r\nabc") }, "413, closed");
    row("chunk size without an end", { chunks(Bytes(30'000, '1')) }, "400, closed");
    row("chunk size that ends with LF", { chunks("5\nabcde\r\n0\r\n\r\n") }, "400, closed");
    row("more data than the chunk's size", { chunks("3\r\nabcde\r\n0\r\n\r\n") }, "400, closed");
    row("less data than the chunk's size", { chunks("8\r\nabcde\r\n0\r\n\r\n") }, "400, closed");
    row("chunk that ends with LF", { chunks("5\r\nabcde\n0\r\n\r\n") }, "400, closed");
    row("chunk extension", { chunks(hex(call.size()) + ";a=b;c=\"d\"\r\n" + call + "\r\n0;e\r\n\r\n") }, "200, open");
    row("chunk extension with a control character", { chunks("5;a=\x01\r\nabcde\r\n0\r\n\r\n") }, "400, closed");
    row("chunk extension of 2,000 bytes", { chunks("5;" + Bytes(2000, 'a') + "\r\nabcde\r\n0\r\n\r\n") }, "400, closed");
    row("1,000 chunks of one byte, each with 900 bytes of extension", { chunks(Bytes("1;" + Bytes(900, 'a') + "\r\nx\r\n").repeated(1000) + "0\r\n\r\n") }, "400, closed");
    row("chunks without an end, above the limit", { chunks(Bytes("8000\r\n" + Bytes(0x8000, 'x') + "\r\n").repeated(33)) }, "413, closed");
    row("trailer", { chunks(hex(call.size()) + "\r\n" + call + "\r\n0\r\nX: 1\r\n\r\n") }, "200, open");
    row("trailer that names a length", { chunks(hex(call.size()) + "\r\n" + call + "\r\n0\r\nContent-Length: 5\r\nHost: evil.example\r\n\r\n") }, "200, open");
    row("trailer of 20,000 bytes", { chunks("0\r\n" + Bytes("X: " + Bytes(500, 'x') + "\r\n").repeated(40) + "\r\n") }, "431, closed");
    row("trailer without an end", { chunks("0\r\nX: " + Bytes(30'000, 'x')) }, "431, closed");
    row("the chunks stop", { chunks("5\r\nab") }, "408, closed");

    group = "Expectations";
    const Bytes expecting = withLength("Expect: 100-continue\r\n" + length, {});
    row("100-continue, then the body", { expecting, call }, "100 200, open");
    row("100-Continue", { withLength("Expect: 100-Continue\r\n" + length, {}), call }, "100 200, open");
    row("100-continue with the body", { expecting + call }, "200, open");
    row("100-continue, then no body", { expecting }, "100 408, closed");
    row("100-continue without a body", { withLength("Expect: 100-continue\r\nContent-Length: 0\r\n", {}) }, "200 (-32700), open");
    row("100-continue in HTTP/1.0", { "POST /rpc HTTP/1.0\r\n" + host + type + "Expect: 100-continue\r\n" + length + "\r\n", call }, "200, closed");
    row("100-continue for too much", { withLength("Expect: 100-continue\r\nContent-Length: 999999999\r\n", {}) }, "413, closed");
    row("100-continue, then chunks", { withLength("Expect: 100-continue\r\n" + chunkedField, {}), wholeInChunks }, "100 200, open");
    row("100-continue, then another head", { expecting, "GET /rpc HTTP/1.1\r\n" + host + "\r\n" + Bytes(call.size(), ' ') }, "100 200 (-32700) 400, closed");
    row("another expectation", { withFields("Expect: 200-ok\r\n") }, "417, closed");
    row("two expectations", { withFields("Expect: 100-continue, 100-continue\r\n") }, "417, closed");

    group = "Connections";
    row("byte by byte", byteByByte(post(call)), "200, open");
    row("HTTP/1.0", { withLine("POST /rpc HTTP/1.0\r\n") }, "200, closed");
    row("HTTP/1.0 with keep-alive", { withHost("Connection: keep-alive\r\n", "POST /rpc HTTP/1.0\r\n") }, "200, open");
    row("Connection: close", { withFields("Connection: close\r\n") }, "200, closed");
    row("Connection: keep-alive, close", { withFields("Connection: keep-alive, Close\r\n") }, "200, closed");
    row("1,000 requests in one packet", { post(call).repeated(1000) }, "1000 x 200, open");
    row("the third of five requests is malformed", { post(call) + post(call) + "POST /rpc HTTP/1.1\r\nHost : x\r\n\r\n" + post(call) + post(call) }, "2 x 200 400, closed");
    row("a request after Connection: close", { withFields("Connection: close\r\n") + post(call) }, "200, closed");
    row("GET", { "GET /rpc HTTP/1.1\r\n" + host + "\r\n" }, "405, open");
    row("HEAD", { "HEAD /rpc HTTP/1.1\r\n" + host + "\r\n" }, "405, open");
    row("TRACE", { "TRACE /rpc HTTP/1.1\r\n" + host + "\r\n" }, "405, open");
    row("DELETE", { "DELETE /rpc HTTP/1.1\r\n" + host + "\r\n" }, "405, open");
    row("another path", { withLine("POST /other HTTP/1.1\r\n") }, "404, open");
    row("WebSocket where nothing is served", { "GET /other HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" }, "404, open");
    row("WebSocket from a web page", { "GET /rpc HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: https://evil.example\r\n\r\n" }, "403, open");

    group = "Host and Origin";
    for (const char *good : { "127.0.0.1", "127.0.0.1:80", "localhost", "LOCALHOST", "localhost:8080", "[::1]", "[::1]:80" })
        row("Host: " + Bytes(good), { withHost("Host: " + Bytes(good) + "\r\n") }, "200, open");
    for (const char *bad : { "evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example@127.0.0.1", "127.0.0.1, evil.example", "127.0.0.1 evil.example",
             "127.0.0.1/", "[::1", "http://127.0.0.1", "10.0.0.1" })
        row("Host: " + Bytes(bad), { withHost("Host: " + Bytes(bad) + "\r\n") }, "421, open");
    for (const char *origin : { "https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1", "file://" })
        row("Origin: " + Bytes(origin), { withFields("Origin: " + Bytes(origin) + "\r\n") }, "403, open");

    group = "Bodies";
    row("no Content-Type", { "POST /rpc HTTP/1.1\r\n" + host + length + "\r\n" + call }, "400, open");
    row("a form's Content-Type", { post(call, "application/x-www-form-urlencoded") }, "400, open");
    row("text/plain, which a web page may send", { post(call, "text/plain") }, "400, open");
    row("broken Content-Type", { post(call, ";;;") }, "400, open");
    row("empty body", { post({}) }, "200 (-32700), open");
    row("blanks only", { post("   \r\n\t ") }, "200 (-32700), open");
    row("JSON cut short", { post(call.chopped(3)) }, "200 (-32700), open");
    row("JSON with more after it", { post(call + "x") }, "200 (-32700), open");
    row("JSON twice", { post(call + call) }, "200 (-32700), open");
    row("NUL in JSON", { post(Bytes(call).replace("add", Bytes("a\0d", 3))) }, "200 (-32700), open");
    row("100,000 open brackets", { post(Bytes(100'000, '[')) }, "200 (-32600), open");
    row("100,000 brackets, closed again", { json(Bytes(100'000, '[') + Bytes(100'000, ']')) }, "200 (-32600), open");
    row("50,000 nested objects", { json(Bytes("{\"a\":").repeated(50'000) + "1" + Bytes(50'000, '}')) }, "200 (-32600), open");
    row("number of 500,000 digits", { json("[" + Bytes(500'000, '9') + "]") }, "200, open");
    row("1e999999999 as int", { post(Bytes(call).replace("2,", "1e999999999,")) }, "200 (-32602), open");
    row("invalid UTF-8", { json("[\"\xff\xfe\"]") }, "200 (-32700), open");
    row("overlong UTF-8", { json("[\"\xc0\xaf\"]") }, "200 (-32700), open");
    row("a surrogate in UTF-8", { json("[\"\xed\xa0\x80\"]") }, "200 (-32700), open");
    row("a lone surrogate, escaped", { json("[\"\\ud800\"]") }, "200, open");
    row("UTF-16", { post(Bytes("\xff\xfe{\0}\0", 6)) }, "200 (-32700), open");
    row("byte order mark", { post("\xef\xbb\xbf" + call) }, "200, open");
    row("a name twice", { post(Bytes(call).replace("{", "{\"method\":\"hold\",")) }, "200 (-32700), open");
    row("empty batch", { post("[]") }, "200 (-32600), open");
    row("batch of batches", { post("[[" + call + "]]") }, "200 (-32600), open");
    row("batch of 1,001", { post('[' + Bytes("1,").repeated(1000) + "1]") }, "200 (-32600), open");
    row("batch of 1,000 notifications", { post('[' + Bytes("{\"jsonrpc\":\"2.0\",\"method\":\"add\",\"params\":[1,2]},").repeated(1000).chopped(1) + ']') }, "204, open");
    row("body above the limit", { post(json("[\"" + Bytes(1024 * 1024, 'x') + "\"]")) }, "413, closed");
    const Bytes lols = [] {
        Bytes dtd = "<!DOCTYPE a [<!ENTITY l0 \"lol\">";
        for (int i = 1; i < 10; ++i)
            dtd += "<!ENTITY l" + Bytes::number(i) + " \"" + Bytes("&l" + Bytes::number(i - 1) + ';').repeated(10) + "\">";
        return Bytes(dtd + "]>");
    }();
    row("XML: a billion laughs", { xml(xmlAdd("&l9;"), "<?xml version=\"1.0\"?>" + lols) }, "200 (-32700), open");
    row("XML: one large entity 10,000 times", { xml(xmlAdd(Bytes("&a;").repeated(10'000)), "<!DOCTYPE a [<!ENTITY a \"" + Bytes(50'000, 'x') + "\">]>") }, "200 (-32700), open");
    row("XML: an external entity", { xml(xmlAdd("&x;"), "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>") }, "200 (-32700), open");
    row("XML: a parameter entity", { xml(xmlAdd("1"), "<!DOCTYPE a [<!ENTITY % x SYSTEM \"http://127.0.0.1:1/\"> %x;]>") }, "200 (-32700), open");
    row("XML: 50,000 levels", { xml(Bytes("<a>").repeated(50'000)) }, "200 (-32600), open");
    row("XML: nested arrays", { xml(xmlAdd(Bytes("<array><data><value>").repeated(5000) + Bytes("</value></data></array>").repeated(5000))) }, "200 (-32600), open");
    row("XML: an attribute of 500,000 bytes", { xml("<methodCall a=\"" + Bytes(500'000, 'x') + "\"/>") }, "200 (-32600), open");
    row("XML: cut short", { xml(xmlAdd("<int>2</int>").chopped(10)) }, "200 (-32700), open");
    row("XML: invalid UTF-8", { xml(xmlAdd("<string>\xff</string>")) }, "200 (-32700), open");
    row("XML: NUL", { xml(xmlAdd(Bytes("<string>a\0b</string>", 20))) }, "200 (-32700), open");
    row("XML: an encoding that nobody knows", { xml(xmlAdd("<int>2</int>"), "<?xml version=\"1.0\" encoding=\"x-evil\"?>") }, "200 (-32700), open");
    row("XML: not a call", { xml("<html><body/></html>") }, "200 (-32600), open");

    group = "Compressed bodies";
    const auto gzipped = [](const Bytes &body, const Bytes &name = "gzip") { return post(body, "application/json", "Content-Encoding: " + name + "\r\n"); };
    row("gzip", { gzipped(gzip(call)) }, "200, open");
    const Bytes bomb = gzip(Bytes(10'000'000, ' '));
    row("gzip that unpacks to 10 MB", { gzipped(bomb) }, "413, open");
    row("gzip of gzip", { gzipped(gzip(bomb)) }, "200 (-32700), open");
    row("gzip cut short", { gzipped(gzip(call).chopped(6)) }, "400, open");
    row("gzip with a wrong checksum", { gzipped(gzip(call).chopped(8) + Bytes(8, 'x')) }, "400, open");
    row("no gzip at all", { gzipped(call) }, "400, open");
    row("another coding", { gzipped(call, "br") }, "415, open");
    row("two codings", { gzipped(gzip(call), "gzip, gzip") }, "415, open");
    return all;
}

const QList<Case> &httpCases()
{
    static const QList<Case> all = makeHttpCases();
    return all;
}

QList<Scene> scenes()
{
    return {
        { "hangUp_inTheHead", "the client hangs up in the head", "forgotten at once" },
        { "hangUp_inTheBody", "the client hangs up in the body", "forgotten at once" },
        { "hangUp_whileWaiting", "the client hangs up while a method runs", "the method learns of it; its answer is dropped" },
        { "hangUp_inTheAnswer", "the client hangs up in the middle of a large answer", "forgotten at once" },
        { "halfClose_isAHangUp", "the client closes its sending side while a method runs", "counts as gone" },
        { "stop_withCallsInFlight", "the server is stopped with calls in flight", "connections closed; late answers are dropped" },
        { "stop_withCallsHalfRead", "the server is stopped in the middle of requests", "connections closed" },
        { "end_withCallsInFlight", "the server object dies with calls in flight", "connections closed; late answers are dropped" },
        { "reply_twice", "a method answers twice", "the first answer counts" },
        { "reply_never", "a method drops its reply", "200 (-32603), open" },
        { "reply_fromAnotherThread", "a method answers from another thread", "200, open" },
        { "reply_afterTheClient", "a method answers from another thread when the client is gone", "dropped" },
        { "pipelined_answersInOrder", "two requests in one packet, of 400 and of 50 ms", "answers in the order of the requests" },
        { "slowHead", "a head that takes longer than the limit", "408, closed" },
        { "slowHead_byteByByte", "a head that trickles", "408, closed, in the same time" },
        { "slowBody", "a body that takes longer than the limit", "408, closed" },
        { "silent", "a connection that never says anything", "closed after the time for a head" },
        { "idle", "a connection without a next request", "closed after the idle time" },
        { "unreadAnswers", "2,000 requests for large answers that are not read", "no more is read than fits; closed after the idle time" },
        { "tooMany", "more connections than allowed", "503, closed; served again when there is room" },
    };
}

QByteArray escaped(const QByteArray &text)
{
    QByteArray shown;
    for (const char c : text) {
        if (c == '|' || c == '<' || c == '*')
            shown += '\\';
        shown += c;
    }
    return shown;
}

QByteArray tables() { return tablesOf(httpCases(), "In time", scenes()); }

} // namespace hostile
