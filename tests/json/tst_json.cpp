// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>
#include <tests/support/fatalmessages.h>

#include <cmath>

using namespace rpc;

class tst_Json : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    // Everything that is read is written again byte for byte (these texts have no blanks).
    void roundTrip_isExact_data()
    {
        QTest::addColumn<QByteArray>("text");
        int row = 0;
        for (const char *text : { "9007199254740993", "18446744073709551615", "1.0", "0.1000", "-0", "-0.0", "1e400", "1E5",
                 "123456789.123456789012345678901234567890", "{\"b\":1,\"a\":2}", "[]", "{}", "[[],{}]", "\"\"", "null",
                 "[true,false,null]", "\"\\ud800\"", "\"\\u0000\"", "\"a\\\"\\\\\\b\\f\\n\\r\\tz\"", "{\"\":{\"\":[]}}",
                 "\"\xf0\x9f\x92\x97 \xce\xba\"" })
            QTest::addRow("%d", row++) << QByteArray(text);
    }
    void roundTrip_isExact()
    {
        QFETCH(QByteArray, text);
        const auto value = JsonReader {}.read(text);
        QVERIFY2(value.hasValue(), value ? "" : qPrintable(value.error().toString()));
        QCOMPARE(*JsonWriter {}.write(*value), text);
    }

    void errors_sayWhere_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("path");
        QTest::newRow("comma") << QByteArray("{\n  \"a\": [1, 2,\n]}") << 3 << 1 << "a[2]";
        QTest::newRow("umlaut before") << QByteArray("[\"\xc3\xa4\xc3\xb6\", x]") << 1 << 8 << "[1]";
        QTest::newRow("end") << QByteArray("[1") << 1 << 3 << "[1]";
        QTest::newRow("duplicate") << QByteArray("{\"a\":1,\"a\":2}") << 1 << 8 << "";
        QTest::newRow("crlf") << QByteArray("[1,\r\n\r\n  tru]") << 3 << 3 << "[1]";
        QTest::newRow("second document") << QByteArray("{}{}") << 1 << 3 << "";
        QTest::newRow("control") << QByteArray("\"a\nb\"") << 1 << 3 << "";
    }
    void errors_sayWhere()
    {
        QFETCH(QByteArray, text);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(QString, path);
        const auto value = JsonReader {}.read(text);
        QVERIFY(!value);
        QCOMPARE(value.error().kind, ErrorKind::Parse);
        QCOMPARE(value.error().position.line, line);
        QCOMPARE(value.error().position.column, column);
        QCOMPARE(value.error().path.toString(), path);
    }

    void duplicates_areKeptAndFound_whenAsked()
    {
        Findings findings;
        const auto value = JsonReader { {}, Duplicates::KeepAll }.read("{\"a\":1,\"a\":2}", &findings);
        QVERIFY(value.hasValue());
        QCOMPARE(value->get<Struct>()->size(), 2);
        QCOMPARE(findings.size(), 1);
        QCOMPARE(findings[0].id(), QStringLiteral("json.duplicate-name"));
    }

    void duplicates_inLargeObjects_areFoundToo()
    {
        QByteArray text = "{";
        for (int i = 0; i < 100; ++i)
            text += "\"k" + QByteArray::number(i) + "\":1,";
        QVERIFY(!JsonReader {}.read(text + "\"k7\":2}"));
        QVERIFY(JsonReader {}.read(text + "\"new\":2}"));
    }

    void limits_hold()
    {
        Limits limits;
        limits.depth = 3;
        QVERIFY(JsonReader { limits }.read("[[[]]]"));
        QCOMPARE(JsonReader { limits }.read("[[[[]]]]").error().kind, ErrorKind::LimitExceeded);
        limits.bytes = 5;
        QCOMPARE(JsonReader { limits }.read("\"12345\"").error().kind, ErrorKind::LimitExceeded);
        limits = Limits();
        limits.items = 3;
        QVERIFY(JsonReader { limits }.read("[1,2]"));
        QCOMPARE(JsonReader { limits }.read("[1,2,3]").error().kind, ErrorKind::LimitExceeded);
    }

    // Of the outermost array only, and where its limit is passed: what comes then is not read.
    void rootElements_stopTheReader()
    {
        JsonReader reader;
        reader.rootElements = 2;
        QVERIFY(reader.read("[1,[1,2,3,4]]"));
        QVERIFY(reader.read("{\"a\":[1,2,3],\"b\":1,\"c\":2}"));
        const auto read = reader.read("[1,[1,2,3],3, and no JSON");
        QCOMPARE(read.error().kind, ErrorKind::LimitExceeded);
        QCOMPARE(read.error().path.toString(), QStringLiteral("[2]"));
        QCOMPARE(read.error().position.offset, 11);
    }

    void depth_doesNotRecurse()
    {
        Limits limits;
        limits.depth = 1'000'000;
        const QByteArray open(200'000, '[');
        QCOMPARE(JsonReader { limits }.read(open).error().kind, ErrorKind::Parse); // and no crash
    }

    void writer_refusesWhatJsonLacks()
    {
        const auto bytes = JsonWriter {}.write(Array { 1, QByteArray("x") });
        QVERIFY(!bytes);
        QCOMPARE(bytes.error().kind, ErrorKind::NotExpressible);
        QCOMPARE(bytes.error().path.toString(), QStringLiteral("[1]"));
        QVERIFY(!JsonWriter {}.write(std::numeric_limits<double>::quiet_NaN()));
        QCOMPARE(*JsonWriter {}.write(*DateTime::fromText("20250102T04:05:06")), QByteArray("\"2025-01-02T04:05:06\""));
        QCOMPARE(*JsonWriter {}.write(3.0), QByteArray("3.0"));
    }

    void indented_isReadable()
    {
        const auto text = JsonWriter { JsonWriter::Layout::Indented }.write(Struct { { QStringLiteral("a"), Array { 1, 2 } } });
        QCOMPARE(*text, QByteArray("{\n  \"a\": [\n    1,\n    2\n  ]\n}"));
    }

    // As texts, so that a tool without UTF-8 shows them; each reads back as the same string.
    void ascii_writesEscapesOnly_data()
    {
        QTest::addColumn<QString>("string");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("plain") << QStringLiteral("a\x7f/") << QByteArray("\"a\x7f/\"");
        QTest::newRow("umlaut") << QStringLiteral("\u00e4b") << QByteArray("\"\\u00e4b\"");
        QTest::newRow("pair") << QStringLiteral("\U0001f497!") << QByteArray("\"\\ud83d\\udc97!\"");
        QTest::newRow("half") << QString(QChar(char16_t(0xd83d))) << QByteArray("\"\\ud83d\"");
        QTest::newRow("mark") << QStringLiteral("\ufeff") << QByteArray("\"\\ufeff\"");
        QTest::newRow("long") << QStringLiteral("0123456789\u20ac0123456789") << QByteArray("\"0123456789\\u20ac0123456789\"");
    }
    void ascii_writesEscapesOnly()
    {
        QFETCH(QString, string);
        QFETCH(QByteArray, text);
        JsonWriter writer;
        writer.ascii = true;
        QCOMPARE(*writer.write(string), text);
        QCOMPARE(*JsonReader {}.read(text), Value(string));
        QCOMPARE(*JsonReader {}.read(*JsonWriter {}.write(string)), Value(string));
        const Value named = Struct { { string, 1 } };
        QCOMPARE(*writer.write(named), '{' + text + ":1}");
    }

    // Longer than what the writer makes room for at once; pairs stand across every border.
    void longStrings_comeBack()
    {
        for (const int length : { 15, 16, 17, 4095, 4096, 4097, 8192, 100'001 }) {
            const QString pairs = QString(length % 7, u'x') + QStringLiteral("\U0001f497").repeated(length);
            for (const QString &s : { pairs, QString(length, u'\u0001'), QString(length, u'\u20ac'), QString(length, u'a') }) {
                const auto text = JsonWriter {}.write(s);
                QVERIFY(*JsonReader {}.read(*text) == Value(s));
                QVERIFY(*text == '"' + (s[0] == u'\u0001' ? QByteArray("\\u0001").repeated(length) : s.toUtf8()) + '"');
            }
        }
    }

    void doubles_areWrittenShortest_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : { "19.99", "0.001", "1e-04", "0.00012", "100000.5", "1e+05", "120000.0", "9999999999.9999", "1e+10",
                 "12345678901.5", "0.1", "-0.0", "0.0", "-2.5", "0.30000000000000004", "1e+300", "5e-324" })
            QTest::newRow(text) << QByteArray(text);
    }
    void doubles_areWrittenShortest()
    {
        QFETCH(QByteArray, text);
        const double d = text.toDouble();
        QCOMPARE(*JsonWriter {}.write(d), text);
        const auto read = JsonReader {}.read(text);
        QVERIFY(read->get<double>());
        QCOMPARE(*read->get<double>(), d);
        QCOMPARE(std::signbit(*read->get<double>()), std::signbit(d));
    }

    void findings_nameRuleAndPlace_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("found"); // rule, offset+length, line:column
        const auto row = [](const char *name, const QByteArray &text, const char *found) {
            QTest::newRow(name) << text << QString::fromLatin1(found);
        };
        row("nothing", "{\"a\":[1,-0,0.0,0e999,1e300,9007199254740992,-9007199254740992,\"\\ud83d\\udc97\"]}", "");
        row("mark", "\xef\xbb\xbf 1", "json.byte-order-mark 0+3 1:1");
        row("duplicate", "{\"a\":1,\n \"b\":2,\n  \"a\" :3}", "json.duplicate-name 18+3 3:3");
        row("duplicate twice", "{\"a\":1,\"a\":2,\n\"\\u0061\":3}", "json.duplicate-name 7+3 1:8, json.duplicate-name 14+8 2:1");
        row("high half", "[\"\xc3\xa4\\ud800x\"]", "json.lone-surrogate 4+6 1:4");
        row("low half", "[1,\n\"\\uDC00\"]", "json.lone-surrogate 5+6 2:2");
        row("two halves", "\"\\udc97\\ud83d\"", "json.lone-surrogate 1+6 1:2, json.lone-surrogate 7+6 1:8");
        row("high and pair", "\"\\ud83d\\ud83d\\udc97\"", "json.lone-surrogate 1+6 1:2");
        row("nul", "{\"\\u0000\":\"a\\u0000\"}", "json.nul-character 2+6 1:3, json.nul-character 12+6 1:13");
        row("large", "[1e400,\n-1.5e999]", "json.number-beyond-double 1+5 1:2, json.number-beyond-double 8+8 2:1");
        row("small", "[1e-400, 0.0e-999, -3e-5000]", "json.number-beyond-double 1+6 1:2, json.number-beyond-double 19+8 1:20");
        row("integer", "[9007199254740993,-9007199254740993,12345678901234567890123]",
            "json.integer-beyond-double 1+16 1:2, json.integer-beyond-double 18+17 1:19, json.integer-beyond-double 36+23 1:37");
        row("19 digits", "1234567890123456789", "json.integer-beyond-double 0+19 1:1");
        row("name before its inside", "{\"x\":1,\n\"\\ud800\":2,\n\"\\ud800\":[1e400]}",
            "json.lone-surrogate 9+6 2:2, json.lone-surrogate 21+6 3:2, json.duplicate-name 20+8 3:1, json.number-beyond-double 30+5 3:11");
    }
    void findings_nameRuleAndPlace()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, found);
        for (const Duplicates duplicates : { Duplicates::KeepAll, Duplicates::KeepLast }) {
            Findings findings;
            const JsonReader reader { {}, duplicates };
            const auto value = reader.read(text, &findings);
            QVERIFY2(value.hasValue(), value ? "" : qPrintable(value.error().toString()));
            QStringList list;
            for (const Finding &f : std::as_const(findings)) {
                list.append(QStringLiteral("%1 %2+%3 %4:%5").arg(f.id()).arg(f.position.offset).arg(f.length).arg(f.position.line).arg(f.position.column));
                QVERIFY(f.message.endsWith(u'.'));
            }
            QCOMPARE(list.join(QStringLiteral(", ")), found);
            QCOMPARE(*reader.read(text), *value);
        }
    }

    void findings_areNotEndless()
    {
        Findings findings;
        QVERIFY(JsonReader {}.read('[' + QByteArray("1e999,\n").repeated(200) + "1]", &findings).hasValue());
        QCOMPARE(findings.size(), mostFindings);
        QCOMPARE(findings.constLast().position.line, 100);
    }

    void invalidUtf8_isRefused_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("continuation") << QByteArray("\x80");
        QTest::newRow("overlong 2") << QByteArray("\xc0\x80");
        QTest::newRow("overlong 2 high") << QByteArray("\xc1\xbf");
        QTest::newRow("overlong 3") << QByteArray("\xe0\x9f\xbf");
        QTest::newRow("overlong 4") << QByteArray("\xf0\x8f\xbf\xbf");
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80");
        QTest::newRow("surrogates") << QByteArray("\xed\xa0\xbd\xed\xb2\x97");
        QTest::newRow("beyond") << QByteArray("\xf4\x90\x80\x80");
        QTest::newRow("five bytes") << QByteArray("\xf8\x88\x80\x80\x80");
        QTest::newRow("cut 2") << QByteArray("\xc3");
        QTest::newRow("cut 3") << QByteArray("\xe2\x82");
        QTest::newRow("cut 4") << QByteArray("\xf0\x9f\x92");
        QTest::newRow("ff") << QByteArray("\xff");
    }
    void invalidUtf8_isRefused()
    {
        QFETCH(QByteArray, bytes);
        for (const QByteArray &before : { QByteArray(), QByteArray("abc"), QByteArray(40, 'x'), QByteArray("\xc3\xa4") }) {
            for (const QByteArray &after : { QByteArray(), QByteArray("abc"), QByteArray(40, 'x'), QByteArray("\xc3\xa4") }) {
                const auto value = JsonReader {}.read("[\"" + before + bytes + after + "\"]");
                QVERIFY(!value);
                QCOMPARE(value.error().kind, ErrorKind::Parse);
                QCOMPARE(value.error().message, QStringLiteral("the string is not valid UTF-8"));
                QCOMPARE(value.error().position.offset, 2);
            }
        }
        for (const QByteArray &good : { QByteArray("\xed\x9f\xbf"), QByteArray("\xee\x80\x80"), QByteArray("\xf4\x8f\xbf\xbf"), QByteArray("\xc2\x80"), QByteArray("\xe0\xa0\x80"), QByteArray("\xf0\x90\x80\x80") })
            QCOMPARE(*JsonReader {}.read('"' + good + '"'), Value(QString::fromUtf8(good)));
    }

    // A U+FEFF is a byte order mark at the begin of a text only, and there once.
    void marks_insideStrings_areCharacters()
    {
        const QByteArray mark = "\xef\xbb\xbf";
        QCOMPARE(*JsonReader {}.read('"' + mark + mark + "a\""), Value(QStringLiteral("\ufeff\ufeffa")));
        QVERIFY(!JsonReader {}.read(mark + mark + "1"));
    }

    void whatComesAgain_isShared()
    {
        const auto value = JsonReader {}.read("[{\"id\":1,\"a name of some length\":\"kg\"},{\"id\":2,\"a name of some length\":\"kg\"},"
                                              "{\"id\":3,\"a name of some length\":\"kg\"}]"
            + QByteArray(8000, ' ')); // in a short text, words are not worth it
        const auto *all = value->get<Array>();
        const auto &first = *all->at(1).get<Struct>();
        const auto &second = *all->at(2).get<Struct>();
        QCOMPARE(first.at(0).name.constData(), second.at(0).name.constData());
        QCOMPARE(first.at(1).name.constData(), second.at(1).name.constData());
        QCOMPARE(first.at(1).value.get<QString>()->constData(), second.at(1).value.get<QString>()->constData());
    }

    void depth_withinTheLimit_isNoMatter()
    {
        QByteArray text;
        for (int i = 0; i < 512; ++i)
            text += i % 2 ? "[" : "{\"a\":";
        text += '1';
        for (int i = 511; i >= 0; --i)
            text += i % 2 ? ']' : '}';
        const auto value = JsonReader {}.read(text);
        QVERIFY(value.hasValue());
        const auto again = JsonReader {}.read(text);
        QVERIFY(*value == *again);
        QCOMPARE(*JsonWriter {}.write(*value), text);
        const auto deeper = JsonReader {}.read(QByteArray(20'000, '[') + QByteArray(20'000, ']'));
        QCOMPARE(deeper.error().kind, ErrorKind::LimitExceeded);
        QCOMPARE(deeper.error().position.offset, 512);
        QCOMPARE(deeper.error().path.steps().size(), 512);
    }
};

QTEST_APPLESS_MAIN(tst_Json)
#include "tst_json.moc"
