// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/httpserver/httpbody.h>
#include <tests/support/fatalmessages.h>

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
        row("absolute target", "POST http://evil/rpc HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("fragment", "POST /rpc#f HTTP/1.1\r\nHost: a\r\n\r\n", 400);
        row("junk", "\x16\x03\x01\x02\r\n\r\n", 400);
        row("unknown expectation", "POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", 417);
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
                if (state == HttpBody::State::NeedsMore)
                    state = body.take(buffer);
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
        HttpBody body(head, limits);
        QCOMPARE(int(body.take(wire)), int(HttpBody::State::Refused));
        QCOMPARE(body.refusal().status, status);
    }
};

QTEST_APPLESS_MAIN(tst_HttpHead)
#include "tst_httphead.moc"
