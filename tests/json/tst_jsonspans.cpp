// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>
#include <tests/json/spanwalk.h>
#include <tests/support/fatalmessages.h>

using namespace rpc;

class tst_JsonSpans : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void everyNode_isItsBytes_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("scalar") << QByteArray("  17 ");
        QTest::newRow("empty") << QByteArray("[ ]");
        QTest::newRow("blanks") << QByteArray("\n{ \"a\" :\t[ 1 , 2.5,\r\n true ] , \"b\" : { } }\n");
        QTest::newRow("unicode") << QByteArray("{\"\xc3\xa4\":\"\xf0\x9f\x92\x97\",\"x\":[\"\xe2\x82\xac\",{\"\xce\xba\xce\xbb\":null}]}");
        QTest::newRow("escapes") << QByteArray("{\"a\\\"b\":\"\\u00e4\\n\",\"\\ud83d\\ude00\":[[\"\\\\\",\"]\"],{\"}\":\"{\"}]}");
        QTest::newRow("mark") << QByteArray("\xef\xbb\xbf[1,\"\xef\xbb\xbf\"]");
        QTest::newRow("numbers") << QByteArray("[0,-0,1e5,1.50,123456789012345678901234567890,-7,1.5]");
        QTest::newRow("siblings") << QByteArray("[{\"id\":1,\"a rather long name\":[]},{\"id\":2,\"a rather long name\":[{}]},{\"id\":3}]");
        QTest::newRow("duplicates") << QByteArray("{\"a\":[1,{\"x\":2}],\"b\":3,\"a\":{\"c\":[4]},\"a\":5}");
        QTest::newRow("deep") << QByteArray(300, '[') + "1" + QByteArray(300, ']');
    }
    void everyNode_isItsBytes()
    {
        QFETCH(QByteArray, text);
        for (const Duplicates duplicates : { Duplicates::KeepAll, Duplicates::KeepLast }) {
            Spans spans;
            const JsonReader reader { {}, duplicates };
            const auto value = reader.read(text, nullptr, &spans);
            QVERIFY(value.hasValue());
            QCOMPARE(walkSpans(text, *value, spans, reader), QString());
            QCOMPARE(*value, *reader.read(text)); // spans change nothing
        }
    }

    void paths_leadThereAndBack()
    {
        const QByteArray text = "{ \"a\": [10, {\"b c\": \"\xc3\xa4\"}], \"d\": {} }";
        Spans spans;
        const auto value = JsonReader {}.read(text, nullptr, &spans);
        QVERIFY(value.hasValue());
        const auto path = [&](qint64 offset) {
            const auto found = spans.pathAt(*value, offset);
            return found ? found->toString() : QStringLiteral("nothing");
        };
        QCOMPARE(path(text.indexOf('1')), QStringLiteral("a[0]"));
        QCOMPARE(path(text.indexOf("\"a")), QStringLiteral("a"));
        QCOMPARE(path(text.indexOf("\"b c\"")), QStringLiteral("a[1][\"b c\"]"));
        QCOMPARE(path(text.indexOf("\xa4")), QStringLiteral("a[1][\"b c\"]"));
        QCOMPARE(path(text.indexOf("{\"b")), QStringLiteral("a[1]"));
        QCOMPARE(path(text.indexOf("{}")), QStringLiteral("d"));
        QCOMPARE(path(0), QString());
        QCOMPARE(path(text.size()), QStringLiteral("nothing"));
        const Path a = Path().child(QStringLiteral("a"));
        QCOMPARE(*spans.find(*value, a.child(0)), (Span { 8, 10 }));
        QCOMPARE(*spans.findName(*value, a), (Span { 2, 5 }));
        QVERIFY(!spans.findName(*value, a.child(0)));
        QVERIFY(!spans.find(*value, a.child(2)));
    }

    void keepLast_keepsTheLastOneInItsPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("kept");
        QTest::newRow("two") << QByteArray("{\"a\":1,\"a\":2}") << QByteArray("{\"a\":2}");
        QTest::newRow("order") << QByteArray("{\"a\":1,\"b\":2,\"a\":3,\"c\":4}") << QByteArray("{\"b\":2,\"a\":3,\"c\":4}");
        QTest::newRow("three") << QByteArray("{\"a\":1,\"a\":[2],\"b\":0,\"a\":{}}") << QByteArray("{\"b\":0,\"a\":{}}");
        QTest::newRow("inside") << QByteArray("[{\"a\":{\"x\":1,\"x\":2},\"b\":{\"x\":3,\"x\":4},\"a\":{\"y\":5,\"y\":6}},7]")
                                << QByteArray("[{\"b\":{\"x\":4},\"a\":{\"y\":6}},7]");
        QTest::newRow("spelt differently") << QByteArray("{\"a\":1,\"\\u0061\":2}") << QByteArray("{\"a\":2}");
        QTest::newRow("sibling") << QByteArray("[{\"a\":1,\"b\":2},{\"a\":1,\"a\":2},{\"a\":1,\"a\":2,\"b\":3}]")
                                 << QByteArray("[{\"a\":1,\"b\":2},{\"a\":2},{\"a\":2,\"b\":3}]");
        QTest::newRow("empty name") << QByteArray("{\"\":1,\"\":2}") << QByteArray("{\"\":2}");
    }
    void keepLast_keepsTheLastOneInItsPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, kept);
        const JsonReader reader { {}, Duplicates::KeepLast };
        Spans spans;
        Findings findings;
        const auto value = reader.read(text, &findings, &spans);
        QVERIFY(value.hasValue());
        QCOMPARE(*JsonWriter {}.write(*value), kept);
        QCOMPARE(walkSpans(text, *value, spans, reader), QString());
        QVERIFY(!findings.isEmpty());
        QCOMPARE(JsonReader {}.read(text).error().kind, ErrorKind::Parse);
    }

    // Every level drops a member that stands before all the deeper ones: what is behind must not move once a level.
    void keepLast_isLinear()
    {
        constexpr int levels = 500;
        QByteArray text;
        for (int i = 0; i < levels; ++i)
            text += "{\"x\":1,\"in\":";
        text += '[' + QByteArray("1,").repeated(300'000) + "1]";
        text += QByteArray(",\"x\":2}").repeated(levels);
        const JsonReader reader { {}, Duplicates::KeepLast };
        Spans spans;
        const auto value = reader.read(text, nullptr, &spans);
        QVERIFY(value.hasValue());
        QCOMPARE(spans.nodes().size(), 2 * levels + 300'002);
        Path path;
        for (int i = 0; i < levels; ++i)
            path.append(QStringLiteral("in"));
        const auto span = spans.find(*value, path.child(300'000));
        QVERIFY(span);
        QCOMPARE(text.mid(span->begin, 2), QByteArray("1]"));
    }

    void keepLast_ofManyMembers()
    {
        QByteArray text = "{";
        for (int i = 0; i < 1000; ++i)
            text += "\"k" + QByteArray::number(i % 700) + "\":" + QByteArray::number(i) + ',';
        text.back() = '}';
        const JsonReader reader { {}, Duplicates::KeepLast };
        Spans spans;
        const auto value = reader.read(text, nullptr, &spans);
        QVERIFY(value.hasValue());
        const auto &members = *value->get<Struct>();
        QCOMPARE(members.size(), 700);
        QCOMPARE(members.at(0).value, Value(300)); // k300 is the first that stands once
        QCOMPARE(members.at(699).value, Value(999));
        QCOMPARE(walkSpans(text, *value, spans, reader), QString());
    }

    void failure_leavesNoSpans()
    {
        Spans spans;
        QVERIFY(JsonReader {}.read("[1]", nullptr, &spans).hasValue());
        QVERIFY(!spans.isEmpty());
        QVERIFY(!JsonReader {}.read("[1,2", nullptr, &spans));
        QVERIFY(spans.isEmpty());
    }
};

QTEST_APPLESS_MAIN(tst_JsonSpans)
#include "tst_jsonspans.moc"
