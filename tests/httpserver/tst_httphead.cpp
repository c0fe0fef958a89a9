// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/httpserver/httpbody.h>
#include <tests/support/fatalmessages.h>

#include <QElapsedTimer>

using namespace rpc;

class tst_HttpHead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void scan_decides_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("status"); // 0: complete, -1: incomplete
        const auto row = [](const char *name, const QByteArray &bytes, int status) { QTest::newRow(name) << bytes << status; };
        row("good", "POST /rpc HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", 0);
        row("no head yet", "POST /rpc HTTP/1.1\r\nHost: a\r\n", -1);
        row("nothing", "", -1);
        row("empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 0);
        row("HTTP/1.0 without Host", "POST / HTTP/1.0\r\n\r\n", 0);
        row("no Host", "POST / HTTP/1.1\r\n\r\n", 400);
        row("two Hosts", "POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
        row("bad length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400);
        row("negative length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400);
        row("plus length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400);
        row("empty length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n", 400);
        row("list length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\n", 400);
        row("2^64 length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n", 413);
        row("large length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999999\r\n\r\n", 413);
        row("two lengths", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\n", 400);
        row("same length twice", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n", 400);
        row("length and chunked", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
        row("xchunkedx", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunkedx\r\n\r\n", 501);
        row("gzip, chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501);
        row("chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
        row("space before colon", "POST / HTTP/1.1\r\nHost : a\r\n\r\n", 400);
        row("folded", "POST / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", 400);
        row("no colon", "POST / HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400);
        row("bare LF", "POST / HTTP/1.1\nHost: a\n\n", 400);
        row("LF inside", "POST / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400);
        row("CR inside", "POST / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400);
        row("NUL", QByteArray("POST / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n", 34), 400);
        row("HTTP/9.9", "POST / HTTP/9.9\r\nHost: a\r\n\r\n", 505);
        row("HTTP/2.0", "POST / HTTP/2.0\r\nHost: a\r\n\r\n", 505);
        row("no version", "POST /\r\nHost: a\r\n\r\n", 400);
        row("space in target", "POST /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("VT before chunked", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b""chunked\r\n\r\n", 400);
        row("FF after length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\x0c\r\n\r\n", 400);
        row("two origins", "POST / HTTP/1.1\r\nHost: a\r\nOrigin: \r\nOrigin: http://b\r\n\r\n", 400);
        row("two types", "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: a\r\nContent-Type: b\r\n\r\n", 400);
        row("host in the target", "POST //evil/rpc HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("absolute target", "POST http://a:80/rpc HTTP/1.1\r\nHost: b\r\n\r\n", 0);
        row("absolute target, no path", "POST HTTP://a?x HTTP/1.1\r\nHost: b\r\n\r\n", 0);
        row("absolute target with a user", "POST http://me@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("absolute target without a host", "POST http:///rpc HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("absolute target, two slashes", "POST http://a//b HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("absolute target, other scheme", "POST ftp://a/b HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("absolute target, no Host", "POST http://a/rpc HTTP/1.1\r\n\r\n", 400);
        row("authority form", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 0);
        row("TLS, half a head", QByteArray("\x16\x03\x01\x02\x00", 5), 400);
        row("blank first", " POST / HTTP/1.1\r\n", 400);
        row("DEL in a value", "POST / HTTP/1.1\r\nHost: a\r\nX: \x7f\r\n\r\n", 400);
        row("no name", "POST / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", 400);
        row("CR at the end of a value", "POST / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400);
        row("folded with a tab", "POST / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n", 400);
        row("LF before the request", "\nPOST / HTTP/1.1\r\n", 400);
        row("two LF in half a head", "POST / HTTP/1.1\nHost: a\n\n", 400);
        row("fragment", "POST /rpc#f HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("junk", "\x16\x03\x01\x02\r\n\r\n", 400);
        row("unknown expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", 417);
        row("chunked twice in a list", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", 400);
        row("chunked is not last", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n", 400);
        row("folded encoding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", 400);
        row("POST *", "POST * HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("long target", "POST /" + QByteArray(8192, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
        row("long target, not whole", "POST /" + QByteArray(8192, 'x'), 414);
        row("long target in a huge head", "POST /" + QByteArray(20'000, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
        row("long method", QByteArray(20'000, 'X') + " / HTTP/1.1\r\nHost: a\r\n\r\n", 431);
        row("huge head", "POST / HTTP/1.1\r\nHost: a\r\nX: " + QByteArray(20'000, 'x'), 431);
        row("many fields", "POST / HTTP/1.1\r\nHost: a\r\n" + QByteArray("X: y\r\n").repeated(101) + "\r\n", 431);
        row("hundred fields", "POST / HTTP/1.1\r\nHost: a\r\n" + QByteArray("X: y\r\n").repeated(99) + "\r\n", 0);
    }
    void scan_decides()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, status);
        const auto scan = HttpHead::scan(bytes, {});
        int got = 0;
        if (std::holds_alternative<HttpHead::Incomplete>(scan))
            got = -1;
        else if (const auto *refused = std::get_if<HttpHead::Refused>(&scan))
            got = refused->status;
        QCOMPARE(got, status);
    }

    void scan_readsTheFields()
    {
        const auto scan = HttpHead::scan("POST /rpc?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: TE, close\r\n\r\nabc", {});
        const auto &complete = std::get<HttpHead::Complete>(scan);
        QCOMPARE(complete.head.target, QByteArray("/rpc?x=1"));
        QCOMPARE(complete.head.contentLength, 3);
        QVERIFY(!complete.head.keepAlive);
        QCOMPARE(complete.length, 77);
    }

    // RFC 9112 section 3.2.2: the host in the target counts, whatever the field says.
    void absoluteTarget_replacesTheHost()
    {
        const auto scan = HttpHead::scan("POST http://a.example:80/rpc?x=1 HTTP/1.1\r\nhost: b\r\n\r\n", {});
        const HttpHead &head = std::get<HttpHead::Complete>(scan).head;
        QCOMPARE(head.target, QByteArray("/rpc?x=1"));
        QCOMPARE(head.path().toByteArray(), QByteArray("/rpc"));
        QCOMPARE(head.host, QByteArray("a.example:80"));
        QCOMPARE(headerValue(head.fields, "Host"), QByteArray("a.example:80"));
        const auto bare = HttpHead::scan("GET http://a?x HTTP/1.1\r\nHost: b\r\n\r\n", {});
        QCOMPARE(std::get<HttpHead::Complete>(bare).head.target, QByteArray("/?x"));
    }

    void webSocketUpgrade_isSeen_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("upgrades");
        const QByteArray host = "Host: a\r\n";
        QTest::newRow("yes") << "GET / HTTP/1.1\r\n" + host + "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n\r\n" << true;
        QTest::newRow("fields in other order") << "GET / HTTP/1.1\r\nUpgrade: websocket\r\nconnection: upgrade\r\n" + host + "\r\n" << true;
        QTest::newRow("POST") << "POST / HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" << false;
        QTest::newRow("HTTP/1.0") << "GET / HTTP/1.0\r\n" + host + "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n" << false;
        QTest::newRow("no Connection") << "GET / HTTP/1.1\r\n" + host + "Upgrade: websocket\r\n\r\n" << false;
        QTest::newRow("h2c") << "GET / HTTP/1.1\r\n" + host + "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n" << false;
    }
    void webSocketUpgrade_isSeen()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, upgrades);
        QCOMPARE(std::get<HttpHead::Complete>(HttpHead::scan(bytes, {})).head.upgradesToWebSocket, upgrades);
    }

    // However a head is cut, what was looked at already changes nothing.
    void scan_goesOnWhereItWas()
    {
        const QByteArray bytes = "\r\nPOST / HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\nbody";
        for (qsizetype first = 0; first < bytes.size() - 4; ++first) {
            QVERIFY2(std::holds_alternative<HttpHead::Incomplete>(HttpHead::scan(bytes.first(first), {})), qPrintable(QString::number(first)));
            const auto scan = HttpHead::scan(bytes, {}, first);
            QCOMPARE(std::get<HttpHead::Complete>(scan).length, bytes.size() - 4);
        }
    }

    // A megabyte in chunks of one byte, and nothing is quadratic: 64 KiB at a time, as a socket gives them.
    void tinyChunks_areLinear()
    {
        const QByteArray wire = QByteArray("1\r\nx\r\n").repeated(4 * 1024 * 1024) + "0\r\n\r\n";
        HttpHead head;
        head.isChunked = true;
        HttpBody body(head, {});
        QElapsedTimer time;
        time.start();
        QByteArray buffer;
        auto state = HttpBody::State::NeedsMore;
        for (qsizetype at = 0; at < wire.size(); at += 65536) {
            buffer += wire.mid(at, 65536);
            QByteArrayView unread = buffer;
            state = body.take(unread);
            buffer = unread.toByteArray();
        }
        QCOMPARE(int(state), int(HttpBody::State::Complete));
        QCOMPARE(body.bytes().size(), 4 * 1024 * 1024);
        QVERIFY2(time.elapsed() < 20'000, qPrintable(QString::number(time.elapsed()))); // quadratic: many minutes
    }

    void chunks_inAnyPieces()
    {
        const QByteArray wire = "4\r\nWiki\r\n6;x=y\r\npedia \r\nE\r\nin \r\n\r\nchunks.\r\n0\r\nTrailer: x\r\n\r\nNEXT";
        for (const qsizetype piece : { qsizetype(1), qsizetype(3), wire.size() }) {
            HttpHead head;
            head.isChunked = true;
            HttpBody body(head, {});
            QByteArray buffer;
            auto state = HttpBody::State::NeedsMore;
            for (qsizetype at = 0; at < wire.size(); at += piece) {
                buffer += wire.mid(at, piece);
                if (state != HttpBody::State::NeedsMore)
                    continue;
                QByteArrayView unread = buffer;
                state = body.take(unread);
                buffer = unread.toByteArray();
            }
            QCOMPARE(int(state), int(HttpBody::State::Complete));
            QCOMPARE(body.bytes(), QByteArray("Wikipedia in \r\n\r\nchunks."));
            QCOMPARE(buffer, QByteArray("NEXT"));
        }
    }

    void badChunks_areRefused_data()
    {
        QTest::addColumn<QByteArray>("wire");
        QTest::addColumn<int>("status");
        QTest::newRow("not hex") << QByteArray("xyz\r\n") << 400;
        QTest::newRow("negative") << QByteArray("-4\r\nWiki\r\n") << 400;
        QTest::newRow("empty size") << QByteArray("\r\nWiki") << 400;
        QTest::newRow("no line end after data") << QByteArray("4\r\nWikiXX0\r\n\r\n") << 400;
        QTest::newRow("2^64") << QByteArray("10000000000000000\r\n") << 400;
        QTest::newRow("too large") << QByteArray("7fffffffffffffff\r\n") << 413;
        QTest::newRow("sum too large") << QByteArray("8\r\n12345678\r\n8\r\n12345678\r\n") << 413;
        QTest::newRow("blank before an extension") << QByteArray("4 ;x\r\nWiki\r\n") << 400;
        QTest::newRow("0x") << QByteArray("0x4\r\nWiki\r\n") << 400;
        QTest::newRow("plus") << QByteArray("+4\r\nWiki\r\n") << 400;
        QTest::newRow("LF only") << QByteArray("4\nWiki\n0\n\n") + QByteArray(2000, '\n') << 400;
        QTest::newRow("control character in an extension") << QByteArray("4;\x01\r\nWiki\r\n") << 400;
        QTest::newRow("long extension") << "4;" + QByteArray(1100, 'x') + "\r\nWiki\r\n" << 400;
        QTest::newRow("many extensions") << QByteArray("1;" + QByteArray(1000, 'x') + "\r\nx\r\n").repeated(9) << 400;
        QTest::newRow("trailer without a colon") << QByteArray("0\r\nnonsense\r\n\r\n") << 400;
        QTest::newRow("folded trailer") << QByteArray("0\r\na: b\r\n c\r\n\r\n") << 400;
        QTest::newRow("large trailer") << "0\r\na: " + QByteArray(20'000, 'x') + "\r\n\r\n" << 431;
        QTest::newRow("large trailers") << "0\r\n" + QByteArray("a: " + QByteArray(1000, 'x') + "\r\n").repeated(17) + "\r\n" << 431;
        QTest::newRow("endless size line") << QByteArray(30'000, '0') << 400;
    }
    void badChunks_areRefused()
    {
        QFETCH(QByteArray, wire);
        QFETCH(int, status);
        HttpHead head;
        head.isChunked = true;
        Limits limits;
        limits.bytes = 10;
        limits.headerBytes = 5000;
        HttpBody body(head, limits);
        QByteArrayView unread = wire;
        QCOMPARE(int(body.take(unread)), int(HttpBody::State::Refused));
        QCOMPARE(body.refusal().status, status);
    }
};

QTEST_APPLESS_MAIN(tst_HttpHead)
#include "tst_httphead.moc"
