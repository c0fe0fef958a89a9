// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "served.h"

#include <rpccore/httpserver/contentcoding.h>
#include <tests/support/fatalmessages.h>

using namespace rpc;
using support::post;
using support::RawClient;

namespace {

const QByteArray large = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"repeat\",\"params\":[\"0123456789\",500]}";

// Without zlib's frame: two bytes before, four behind.
QByteArray raw(const QByteArray &bytes) { return packed(bytes, ContentCoding::Deflate).sliced(2).chopped(4); }

} // namespace

class tst_ContentCoding : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void acceptEncoding_isUnderstood_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<int>("coding");
        const auto row = [](const char *field, ContentCoding coding) { QTest::newRow(field) << QByteArray(field) << int(coding); };
        row("", ContentCoding::Identity);
        row("gzip", ContentCoding::Gzip);
        row("GZIP", ContentCoding::Gzip);
        row("x-gzip", ContentCoding::Gzip);
        row("deflate", ContentCoding::Deflate);
        row("deflate, gzip", ContentCoding::Gzip);
        row("gzip, deflate, br, zstd", ContentCoding::Gzip);
        row("br", ContentCoding::Identity);
        row("*", ContentCoding::Gzip);
        row("*;q=0", ContentCoding::Identity);
        row("gzip;q=0", ContentCoding::Identity);
        row("gzip;q=0.000, *", ContentCoding::Deflate);
        row("gzip;q=0, deflate;q=0, *", ContentCoding::Identity);
        row("gzip;q=0.5, deflate", ContentCoding::Deflate);
        row("gzip; q=0.5 , deflate;Q=0.4", ContentCoding::Gzip);
        row("identity, gzip;q=0.5", ContentCoding::Identity);
        row("identity;q=0.5, gzip", ContentCoding::Gzip);
        row("identity;q=0, gzip;q=0.001", ContentCoding::Gzip);
        row("gzip;q=2", ContentCoding::Identity);
        row("gzip;q=nonsense", ContentCoding::Identity);
        row("gzip;level=1", ContentCoding::Identity);
        row(",,gzip,", ContentCoding::Gzip);
        row("gzipped", ContentCoding::Identity);
    }
    void acceptEncoding_isUnderstood()
    {
        QFETCH(QByteArray, field);
        QFETCH(int, coding);
        QCOMPARE(int(wantedCoding(field)), coding);
    }

    void whatIsPacked_isUnpacked()
    {
        const QByteArray bytes = QByteArray("hello, ").repeated(100'000);
        for (const auto coding : { ContentCoding::Gzip, ContentCoding::Deflate }) {
            const QByteArray small = packed(bytes, coding);
            QVERIFY(!small.isEmpty() && small.size() < bytes.size() / 50);
            const auto back = unpacked(small, coding, bytes.size());
            QCOMPARE(int(back.state), int(Unpacked::State::Complete));
            QCOMPARE(back.bytes, bytes);
            QCOMPARE(int(unpacked(small, coding, bytes.size() - 1).state), int(Unpacked::State::TooLarge));
            QCOMPARE(int(unpacked(small.chopped(1), coding, bytes.size()).state), int(Unpacked::State::Malformed));
            QCOMPARE(int(unpacked(small + "x", coding, bytes.size()).state), int(Unpacked::State::Malformed));
            QCOMPARE(int(unpacked("", coding, 10).state), int(Unpacked::State::Malformed));
        }
        QCOMPARE(unpacked(raw(bytes), ContentCoding::Deflate, bytes.size()).bytes, bytes);
        const QByteArray two = packed("one", ContentCoding::Gzip) + packed("two", ContentCoding::Gzip); // RFC 1952 section 2.2
        QCOMPARE(unpacked(two, ContentCoding::Gzip, 100).bytes, QByteArray("onetwo"));
        const QByteArray damaged = packed(bytes, ContentCoding::Gzip).replace(20, 1, "\xff");
        QCOMPARE(int(unpacked(damaged, ContentCoding::Gzip, bytes.size()).state), int(Unpacked::State::Malformed));
    }

    void answers_areCompressed_forThoseWhoAsk_data()
    {
        QTest::addColumn<QByteArray>("field");
        QTest::addColumn<QByteArray>("coding");
        QTest::newRow("not asked") << QByteArray() << QByteArray();
        QTest::newRow("gzip") << QByteArray("Accept-Encoding: gzip, deflate\r\n") << QByteArray("gzip");
        QTest::newRow("deflate") << QByteArray("Accept-Encoding: deflate\r\n") << QByteArray("deflate");
        QTest::newRow("two fields") << QByteArray("Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n") << QByteArray("gzip");
        QTest::newRow("refused") << QByteArray("Accept-Encoding: gzip;q=0\r\n") << QByteArray();
    }
    void answers_areCompressed_forThoseWhoAsk()
    {
        QFETCH(QByteArray, field);
        QFETCH(QByteArray, coding);
        Served f;
        RawClient client(f.port);
        client.send(post(large, "application/json", field));
        const auto answer = client.receive();
        QCOMPARE(answer.field("Content-Encoding"), coding);
        QCOMPARE(answer.field("Vary"), QByteArray("Accept-Encoding"));
        const auto body = unpacked(answer.body, *contentCodingOf(coding), 100'000).bytes;
        QCOMPARE(body, "{\"jsonrpc\":\"2.0\",\"result\":\"" + QByteArray("0123456789").repeated(500) + "\",\"id\":1}");
        QCOMPARE(f.log.constLast().responseBody, body); // as it is understood
        QCOMPARE(f.log.constLast().responseHead, answer.head); // as it was sent
        client.send(post(addCall, "application/json", field));
        const auto small = client.receive();
        QVERIFY(small.field("Content-Encoding").isEmpty() && small.body.contains("\"result\":5"));
    }

    void compression_canBeSwitchedOff()
    {
        HttpOptions options;
        options.compressAbove = -1;
        Served f(options);
        RawClient client(f.port);
        client.send(post(large, "application/json", "Accept-Encoding: gzip\r\n"));
        QVERIFY(client.receive().field("Content-Encoding").isEmpty());
    }

    void compression_beginsWhereItIsTold()
    {
        HttpOptions options;
        options.compressAbove = 0;
        Served f(options);
        RawClient client(f.port);
        client.send(post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"repeat\",\"params\":[\"0\",90]}", "application/json", "Accept-Encoding: gzip\r\n"));
        QCOMPARE(client.receive().field("Content-Encoding"), QByteArray("gzip"));
    }

    void requests_areUnpacked_data()
    {
        QTest::addColumn<QByteArray>("coding");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("status");
        QTest::newRow("gzip") << QByteArray("gzip") << packed(addCall, ContentCoding::Gzip) << 200;
        QTest::newRow("x-gzip") << QByteArray("X-GZip") << packed(addCall, ContentCoding::Gzip) << 200;
        QTest::newRow("deflate") << QByteArray("deflate") << packed(addCall, ContentCoding::Deflate) << 200;
        QTest::newRow("deflate without a frame") << QByteArray("deflate") << raw(addCall) << 200;
        QTest::newRow("identity") << QByteArray("identity") << addCall << 200;
        QTest::newRow("not gzip") << QByteArray("gzip") << addCall << 400;
        QTest::newRow("cut") << QByteArray("gzip") << packed(addCall, ContentCoding::Gzip).chopped(9) << 400;
        QTest::newRow("br") << QByteArray("br") << addCall << 415;
        QTest::newRow("twice") << QByteArray("gzip, gzip") << packed(packed(addCall, ContentCoding::Gzip), ContentCoding::Gzip) << 415;
        QTest::newRow("bomb") << QByteArray("gzip") << packed(QByteArray(50'000'000, ' '), ContentCoding::Gzip) << 413;
    }
    void requests_areUnpacked()
    {
        QFETCH(QByteArray, coding);
        QFETCH(QByteArray, body);
        QFETCH(int, status);
        Served f;
        RawClient client(f.port);
        client.send(post(body, "application/json", "Content-Encoding: " + coding + "\r\n"));
        const auto answer = client.receive();
        QCOMPARE(answer.status, status);
        if (status == 200) {
            QVERIFY(answer.body.contains("\"result\":5"));
            QCOMPARE(f.log.constLast().requestBody, addCall);
        }
        if (status == 415)
            QCOMPARE(answer.field("Accept-Encoding"), QByteArray("gzip, deflate"));
        client.send(post(addCall)); // the connection goes on
        QCOMPARE(client.receive().status, 200);
    }
};

QTEST_GUILESS_MAIN(tst_ContentCoding)
#include "tst_contentcoding.moc"
