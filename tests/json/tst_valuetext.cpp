// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/valuetext.h>
#include <tests/support/fatalmessages.h>

#include <limits>

using namespace rpc;

class tst_ValueText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void everyType_readsBackAsItself_data()
    {
        QTest::addColumn<Value>("value");
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nil") << Value() << QByteArray("null");
        QTest::newRow("int") << Value(5) << QByteArray("5");
        QTest::newRow("wide") << Value(qint64(9007199254740993)) << QByteArray("9007199254740993");
        QTest::newRow("i8 that is small") << Value(qint64(5)) << QByteArray("{\"$int64\":5}");
        QTest::newRow("double") << Value(0.1) << QByteArray("0.1");
        QTest::newRow("integral double") << Value(3.0) << QByteArray("3.0");
        QTest::newRow("number") << Value(*Number::fromLiteral("1e400")) << QByteArray("1e400");
        QTest::newRow("infinity") << Value(-std::numeric_limits<double>::infinity()) << QByteArray("{\"$double\":\"-inf\"}");
        QTest::newRow("date") << Value(*DateTime::fromText("19980717T14:08:55"))
                              << QByteArray("{\"$dateTime\":\"19980717T14:08:55\"}");
        QTest::newRow("bytes") << Value(QByteArray("hello")) << QByteArray("{\"$bytes\":\"aGVsbG8=\"}");
        QTest::newRow("no bytes") << Value(QByteArray("")) << QByteArray("{\"$bytes\":\"\"}");
        QTest::newRow("struct that looks like bytes") << Value(Struct { { QStringLiteral("$bytes"), QStringLiteral("x") } })
                                                      << QByteArray("{\"$struct\":{\"$bytes\":\"x\"}}");
        QTest::newRow("struct that looks like an escape")
            << Value(Struct { { QStringLiteral("$struct"), Struct { { QStringLiteral("$int64"), 1 } } } })
            << QByteArray("{\"$struct\":{\"$struct\":{\"$struct\":{\"$int64\":1}}}}");
        QTest::newRow("two members") << Value(Struct { { QStringLiteral("$bytes"), 1 }, { QStringLiteral("a"), 2 } })
                                     << QByteArray("{\"$bytes\":1,\"a\":2}");
        QTest::newRow("another dollar") << Value(Struct { { QStringLiteral("$oid"), 1 } }) << QByteArray("{\"$oid\":1}");
    }
    void everyType_readsBackAsItself()
    {
        QFETCH(Value, value);
        QFETCH(QByteArray, text);
        QCOMPARE(valuetext::toText(value), text);
        const auto back = valuetext::fromText(text);
        QVERIFY2(back.hasValue(), back ? "" : qPrintable(back.error().toString()));
        QCOMPARE(*back, value);
    }

    void misspelt_isAnError_data()
    {
        QTest::addColumn<QByteArray>("text");
        int row = 0;
        for (const char *text : { "{\"$int64\":1.5}", "{\"$int64\":\"x\"}", "{\"$dateTime\":\"yesterday\"}", "{\"$bytes\":\"*\"}",
                 "{\"$double\":\"much\"}", "{\"$struct\":1}", "[{\"$bytes\":5}]" })
            QTest::addRow("%d", row++) << QByteArray(text);
    }
    void misspelt_isAnError()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!valuetext::fromText(text));
    }

    void words_areJsonOrText()
    {
        QCOMPARE(valuetext::fromWord(QStringLiteral("5")), Value(5));
        QCOMPARE(valuetext::fromWord(QStringLiteral("token:s3cret")), Value(QStringLiteral("token:s3cret")));
        QCOMPARE(valuetext::fromWord(QStringLiteral("\"5\"")), Value(QStringLiteral("5")));
        QCOMPARE(valuetext::fromWord(QString()), Value(QString()));
        QCOMPARE(valuetext::fromWord(QStringLiteral("true")), Value(true));
    }
};

QTEST_APPLESS_MAIN(tst_ValueText)
#include "tst_valuetext.moc"
