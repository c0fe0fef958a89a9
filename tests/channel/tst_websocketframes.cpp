// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/channel/websocketchannel.h>
#include <rpccore/channel/websockethandshake.h>

#include <QRandomGenerator>
#include <QTest>

using namespace rpc;

using Bytes = QByteArray;

namespace {

/// What a reader makes of bytes, as text: "text:hi", "ping:", "wrong:1002"; one item each.
QStringList read(WebSocketEnd end, const Bytes &bytes, qsizetype piece, qint64 limit = 100'000)
{
    WebSocketReader reader(end, limit);
    QStringList got;
    for (qsizetype at = 0; at < bytes.size(); at += piece) {
        reader.append(bytes.mid(at, piece));
        for (;;) {
            const auto next = reader.next();
            if (const auto *message = std::get_if<WebSocketMessage>(&next)) {
                static const QHash<int, QString> names { { 1, "text:" }, { 2, "binary:" }, { 8, "close:" }, { 9, "ping:" }, { 10, "pong:" } };
                const Bytes &payload = message->payload;
                got.append(names.value(int(message->opcode)) + (payload.size() > 200 ? QString::number(payload.size()) + " bytes" : QString::fromUtf8(payload)));
            } else if (const auto *wrong = std::get_if<WebSocketViolation>(&next)) {
                got.append("wrong:" + QString::number(wrong->code));
                return got;
            } else {
                break;
            }
        }
    }
    return got;
}

Bytes hex(const char *text) { return Bytes::fromHex(text); }

} // namespace

/// Frames and handshakes of WebSocket, without a connection.
class tst_WebSocketFrames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // RFC 6455 section 5.7 and 1.3: the examples of the specification.
    void examples_ofTheSpecification()
    {
        QCOMPARE(webSocketFrame(WebSocketEnd::Server, WebSocketOpcode::Text, "Hello"), hex("810548656c6c6f"));
        QCOMPARE(read(WebSocketEnd::Client, hex("810548656c6c6f"), 100), QStringList { "text:Hello" });
        QCOMPARE(read(WebSocketEnd::Server, hex("818537fa213d7f9f4d5158"), 100), QStringList { "text:Hello" });
        QCOMPARE(read(WebSocketEnd::Client, hex("010348656c80026c6f"), 100), QStringList { "text:Hello" });
        QCOMPARE(read(WebSocketEnd::Client, hex("890548656c6c6f"), 100), QStringList { "ping:Hello" });
        QCOMPARE(read(WebSocketEnd::Server, hex("8a8537fa213d7f9f4d5158"), 100), QStringList { "pong:Hello" });
        QCOMPARE(webSocketFrame(WebSocketEnd::Server, WebSocketOpcode::Binary, Bytes(256, 'x')), hex("827e0100") + Bytes(256, 'x'));
        QCOMPARE(webSocketFrame(WebSocketEnd::Server, WebSocketOpcode::Binary, Bytes(65536, 'x')), hex("827f0000000000010000") + Bytes(65536, 'x'));
        QCOMPARE(webSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), Bytes("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    }

    void whatIsWritten_isRead_inAnyPieces()
    {
        QRandomGenerator random(4);
        for (const auto sender : { WebSocketEnd::Client, WebSocketEnd::Server }) {
            const auto reader = sender == WebSocketEnd::Client ? WebSocketEnd::Server : WebSocketEnd::Client;
            Bytes bytes;
            QStringList expected;
            for (const int size : { 0, 1, 7, 8, 9, 125, 126, 127, 65535, 65536, 90000, 3 }) {
                const Bytes text(size, char('a' + random.bounded(26)));
                bytes += webSocketFrame(sender, WebSocketOpcode::Text, text);
                expected.append("text:" + (size > 200 ? QString::number(size) + " bytes" : QString::fromUtf8(text)));
            }
            for (const qsizetype piece : { 1, 2, 3, 5, 7, 64, 1000, 4096, 65536, 10'000'000 })
                QCOMPARE(read(reader, bytes, piece), expected);
        }
    }

    void whatWasRead_isLetGo()
    {
        const Bytes whole = webSocketFrame(WebSocketEnd::Server, WebSocketOpcode::Text, Bytes(100'000, 'x'));
        for (const qsizetype size : { whole.size(), qsizetype(70'000) }) { // a message, and a part of one
            const Bytes piece = whole.first(size);
            WebSocketReader reader(WebSocketEnd::Client, 100'000);
            reader.append(piece);
            while (!std::holds_alternative<std::monostate>(reader.next())) { }
            QVERIFY(piece.isDetached());
        }
    }

    void masks_areNew_andHideTheText()
    {
        const Bytes text(64, 'x');
        const Bytes first = webSocketFrame(WebSocketEnd::Client, WebSocketOpcode::Text, text);
        QVERIFY(first != webSocketFrame(WebSocketEnd::Client, WebSocketOpcode::Text, text));
        QVERIFY(newWebSocketKey() != newWebSocketKey());
        QCOMPARE(Bytes::fromBase64(newWebSocketKey()).size(), 16);
    }

    void rules_areKept_data()
    {
        QTest::addColumn<QByteArray>("bytes"); // of a server
        QTest::addColumn<QStringList>("expected");
        const auto row = [](const char *name, const Bytes &bytes, const QStringList &expected) { QTest::newRow(name) << bytes << expected; };
        row("a character over two frames", hex("0101c3") + hex("8001bc"), { QString::fromUtf8("text:ü") });
        row("half a character", hex("8101c3"), { "wrong:1007" });
        row("half a character in a fragment, then a ping", hex("0101c3") + hex("8900") + hex("8001bc"), { "ping:", QString::fromUtf8("text:ü") });
        row("a surrogate", hex("8103eda080"), { "wrong:1007" });
        row("overlong", hex("8102c0af"), { "wrong:1007" });
        row("binary need not be text", hex("8202ffff"), { QString("binary:") + QString::fromUtf8(hex("ffff")) });
        row("a mask from a server", hex("818537fa213d7f9f4d5158"), { "wrong:1002" });
        row("a reserved bit", hex("c100"), { "wrong:1002" });
        row("a reserved bit of a continuation", hex("0100a000"), { "wrong:1002" });
        row("opcode 3", hex("8300"), { "wrong:1002" });
        row("opcode 11", hex("8b00"), { "wrong:1002" });
        row("a ping in fragments", hex("0900"), { "wrong:1002" });
        row("a ping of 126", hex("897e007e"), { "wrong:1002" });
        row("a continuation of nothing", hex("8000"), { "wrong:1002" });
        row("a continuation after the end", hex("81008000"), { "text:", "wrong:1002" });
        row("a message within another", hex("01008100"), { "wrong:1002" });
        row("a length of 125 in two bytes", hex("817e007d"), { "wrong:1002" });
        row("a length of 126 in two bytes", hex("817e007e") + Bytes(126, 'x'), { "text:" + QString(126, 'x') });
        row("a length of 65535 in eight bytes", hex("817f000000000000ffff"), { "wrong:1002" });
        row("a length of 2^63", hex("817f8000000000000000"), { "wrong:1002" });
        row("a length above the limit", hex("817f00000000000186a1"), { "wrong:1009" });
        row("the limit", hex("817f00000000000186a0") + Bytes(100'000, 'x'), { "text:100000 bytes" });
        row("fragments above the limit", hex("017f00000000000186a0") + Bytes(100'000, 'x') + hex("000178"), { "wrong:1009" });
        row("the limit is of each message", (hex("817e8000") + Bytes(32768, 'x')).repeated(6), QStringList(6, "text:32768 bytes"));
        row("nothing behind what is wrong", hex("8300") + hex("810161"), { "wrong:1002" });
        row("a close", hex("880203e8"), { QString("close:") + QString::fromUtf8(hex("03e8")) });
    }

    void rules_areKept()
    {
        QFETCH(const QByteArray, bytes);
        QFETCH(const QStringList, expected);
        for (const qsizetype piece : { 1, 3, 1'000'000 })
            QCOMPARE(read(WebSocketEnd::Client, bytes, piece), expected);
    }

    void closes_areTakenApart()
    {
        const auto closed = [](const Bytes &payload) {
            const auto read = readWebSocketClose(payload);
            if (const auto *wrong = std::get_if<WebSocketViolation>(&read))
                return "wrong " + QString::number(wrong->code);
            const auto &close = std::get<WebSocketClose>(read);
            return QString::number(close.code) + ' ' + close.reason;
        };
        QCOMPARE(closed({}), "1005 ");
        QCOMPARE(closed(webSocketClosePayload(1000, {})), "1000 ");
        QCOMPARE(closed(webSocketClosePayload(4001, "go away")), "4001 go away");
        QCOMPARE(closed(hex("03")), "wrong 1002");
        for (const int code : { 0, 999, 1004, 1005, 1006, 1015, 1016, 1999, 2999, 5000, 65535 })
            QCOMPARE(closed(webSocketClosePayload(code, {})), "wrong 1002");
        for (const int code : { 1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999 })
            QCOMPARE(closed(webSocketClosePayload(code, {})), QString::number(code) + ' ');
        QCOMPARE(closed(hex("03e8ff")), "wrong 1007");
        const Bytes cut = webSocketClosePayload(1000, QString(100, QChar(0xfc))); // 200 bytes
        QCOMPARE(cut.size(), 2 + 122); // not in the middle of a character
        QCOMPARE(closed(cut), "1000 " + QString(61, QChar(0xfc)));
        QCOMPARE(webSocketClosePayload(1000, QString(123, 'x')).size(), 125);
    }

    void requests_areHeads()
    {
        WebSocketTarget target;
        target.url = QUrl("ws://host.example:8080/a b?x=1&y=%20");
        target.headers = { { "X-A", "1" }, { "X-A", "2" } };
        target.subprotocols = { "one", "two" };
        target.origin = "https://good.example";
        target.user = "ada";
        target.password = "secret";
        QCOMPARE(webSocketRequest(target, "KEY"), Bytes("GET /a%20b?x=1&y=%20 HTTP/1.1\r\nHost: host.example:8080\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: KEY\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: one, two\r\nOrigin: https://good.example\r\n"
            "Authorization: Basic YWRhOnNlY3JldA==\r\nX-A: 1\r\nX-A: 2\r\n\r\n"));
        WebSocketTarget plain;
        plain.url = QUrl("wss://[::1]");
        QVERIFY(webSocketRequest(plain, "KEY").startsWith("GET / HTTP/1.1\r\nHost: [::1]\r\n"));
        plain.url = QUrl("wss://[::1]:80/");
        QVERIFY(webSocketRequest(plain, "KEY").contains("Host: [::1]:80\r\n"));
        plain.url = QUrl(QString::fromUtf8("ws://bücher.example/"));
        QVERIFY(webSocketRequest(plain, "KEY").contains("Host: xn--bcher-kva.example\r\n"));
        plain.bearer = "a\r\nX: y";
        QVERIFY(!unsendablePart(plain).isEmpty());
        plain.bearer.clear();
        plain.headers = { { "Sec-WebSocket-Key", "x" } };
        QVERIFY(!unsendablePart(plain).isEmpty());
        plain.headers = { { "X y", "x" } };
        QVERIFY(!unsendablePart(plain).isEmpty());
        QVERIFY(unsendablePart(target).isEmpty());
    }

    void answers_areJudged_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<QString>("expected");
        const Bytes key = "dGhlIHNhbXBsZSBub25jZQ==";
        const Bytes good = webSocketAgreement(key, {});
        QTest::newRow("agreement") << good << "agreed ";
        QTest::newRow("a subprotocol that was offered") << webSocketAgreement(key, "one") << "agreed one";
        QTest::newRow("one that was not") << webSocketAgreement(key, "other") << "error refused: subprotocol \"other\"";
        QTest::newRow("two") << Bytes(good).replace("\r\n\r\n", "\r\nSec-WebSocket-Protocol: one\r\nSec-WebSocket-Protocol: two\r\n\r\n") << "error refused: subprotocol \"one, two\"";
        QTest::newRow("other letter case") << good.toLower().replace(webSocketAccept(key).toLower(), webSocketAccept(key)).replace("http/", "HTTP/") << "agreed ";
        QTest::newRow("no reason phrase") << Bytes(good).replace(" Switching Protocols", "") << "agreed ";
        QTest::newRow("HTTP/1.0") << Bytes(good).replace("HTTP/1.1", "HTTP/2.0") << "error refused: does not answer in HTTP";
        QTest::newRow("another key") << webSocketAgreement("x", {}) << "error refused: does not belong to the key";
        QTest::newRow("no Accept") << Bytes("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n") << "error refused: does not belong to the key";
        QTest::newRow("no Upgrade") << Bytes(good).replace("Upgrade: websocket\r\n", "") << "error refused: does not name the upgrade";
        QTest::newRow("an extension") << Bytes(good).replace("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n") << "error refused: extension \"permessage-deflate\"";
        QTest::newRow("a malformed field") << Bytes(good).replace("\r\n\r\n", "\r\nbad field\r\n\r\n") << "error refused: malformed";
        QTest::newRow("404") << Bytes("HTTP/1.1 404 Not Found\r\n\r\n") << "error 404: answers HTTP 404";
        QTest::newRow("401") << Bytes("HTTP/1.1 401 Unauthorized\r\n\r\n") << "error 401: answers HTTP 401";
        QTest::newRow("302") << Bytes("HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n") << "error 302: answers HTTP 302";
        QTest::newRow("103 before it") << Bytes("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + good) << "agreed ";
        QTest::newRow("103 before 404") << Bytes("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n") << "error 404: answers HTTP 404";
        QTest::newRow("103 only") << Bytes("HTTP/1.1 103 Early Hints\r\n\r\n") << "more";
        QTest::newRow("103 without end") << Bytes("HTTP/1.1 103 Early Hints\r\n\r\n").repeated(3000) << "error refused: more than 65536 bytes";
        QTest::newRow("half") << good.chopped(2) << "more";
        QTest::newRow("a few letters") << Bytes("HT") << "more";
        QTest::newRow("SSH") << Bytes("SSH-2.0-x\r\n") << "error refused: does not answer in HTTP";
        QTest::newRow("TLS") << hex("15030100020246") << "error refused: it speaks TLS";
        QTest::newRow("no status") << Bytes("HTTP/1.1 ok\r\n\r\n") << "error refused: does not answer in HTTP";
        QTest::newRow("too long") << Bytes("HTTP/1.1 101 x\r\n" + Bytes(70'000, 'x')) << "error refused: more than 65536 bytes";
    }

    void answers_areJudged()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const QString, expected);
        WebSocketTarget target;
        target.url = QUrl("ws://host.example/");
        target.subprotocols = { "one", "two" };
        const auto judged = readWebSocketAnswer(answer, target, "dGhlIHNhbXBsZSBub25jZQ==");
        if (const auto *agreed = std::get_if<WebSocketAgreed>(&judged)) {
            QCOMPARE("agreed " + agreed->subprotocol, expected);
            QCOMPARE(agreed->length, answer.size());
        } else if (const auto *error = std::get_if<Error>(&judged)) {
            const QString kind = error->httpStatus ? QString::number(error->httpStatus) : error->kind == ErrorKind::Refused ? QString("refused") : QString("?");
            QVERIFY2(expected.startsWith("error " + kind + ": "), qPrintable(error->toString()));
            QVERIFY2(error->message.contains(expected.section(": ", 1)), qPrintable(error->toString()));
            QCOMPARE(error->kind == ErrorKind::Unauthorized, error->httpStatus == 401);
        } else {
            QCOMPARE(QString("more"), expected);
        }
    }
};

QTEST_GUILESS_MAIN(tst_WebSocketFrames)
#include "tst_websocketframes.moc"
