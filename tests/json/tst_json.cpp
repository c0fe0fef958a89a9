// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>
#include <tests/support/fatalmessages.h>

#include <QDir>

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

    // RFC 8259 test files that lie outside the project; skipped where they are not there.
    void parsingSuite_agrees()
    {
        const QDir suite(QStringLiteral(SOURCE_DIR "/../shared/conformance/json-parsing"));
        if (!suite.exists())
            QSKIP("the JSON parsing suite is not here");
        int files = 0;
        for (const QString &name : suite.entryList({ QStringLiteral("*.json") })) {
            QFile file(suite.filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            const auto value = JsonReader { {}, Duplicates::KeepAll }.read(file.readAll());
            if (name.startsWith(u"y_"))
                QVERIFY2(value.hasValue(), qPrintable(name + QLatin1String(": ") + (value ? QString() : value.error().toString())));
            if (name.startsWith(u"n_"))
                QVERIFY2(!value, qPrintable(name));
            ++files;
        }
        QVERIFY(files > 200);
    }
};

QTEST_APPLESS_MAIN(tst_Json)
#include "tst_json.moc"
