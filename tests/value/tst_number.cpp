// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/value/value.h>
#include <tests/support/fatalmessages.h>

#include <cmath>

using rpc::Number;
using rpc::Value;

class tst_Number : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void fromLiteral_acceptsExactlyJsonNumbers_data()
    {
        QTest::addColumn<bool>("valid");
        for (const char *text : { "0", "-0", "1", "10", "0.5", "-1.25", "1e5", "1E+5", "1e-5", "1.0", "0.00", "123456789012345678901234567890" })
            QTest::newRow(text) << true;
        for (const char *text : { "", "+1", ".5", "5.", "01", "-", "1e", "1e+", "NaN", "inf", "0x10", "1 ", " 1", "1.e5", "--1" })
            QTest::newRow(text) << false;
    }
    void fromLiteral_acceptsExactlyJsonNumbers()
    {
        QFETCH(bool, valid);
        const QByteArray text = QTest::currentDataTag();
        const auto number = Number::fromLiteral(text);
        QCOMPARE(number.has_value(), valid);
        if (valid)
            QCOMPARE(number->literal(), text);
    }

    void toInt64_isExactOrNothing_data()
    {
        QTest::addColumn<bool>("fits");
        QTest::addColumn<qint64>("value");
        QTest::newRow("0.00") << true << qint64(0);
        QTest::newRow("-0") << true << qint64(0);
        QTest::newRow("0e999999") << true << qint64(0);
        QTest::newRow("1.0") << true << qint64(1);
        QTest::newRow("1e2") << true << qint64(100);
        QTest::newRow("100e-2") << true << qint64(1);
        QTest::newRow("-25e-1") << false << qint64(0);
        QTest::newRow("2.5e1") << true << qint64(25);
        QTest::newRow("0.001e3") << true << qint64(1);
        QTest::newRow("9223372036854775807") << true << std::numeric_limits<qint64>::max();
        QTest::newRow("9223372036854775808") << false << qint64(0);
        QTest::newRow("-9223372036854775808") << true << std::numeric_limits<qint64>::min();
        QTest::newRow("92233720368547758070e-1") << true << std::numeric_limits<qint64>::max();
        QTest::newRow("1e19") << false << qint64(0);
        QTest::newRow("1e999999999999999999") << false << qint64(0);
        QTest::newRow("0.5") << false << qint64(0);
    }
    void toInt64_isExactOrNothing()
    {
        QFETCH(bool, fits);
        QFETCH(qint64, value);
        const auto integer = Number::fromLiteral(QTest::currentDataTag())->toInt64();
        QCOMPARE(integer.has_value(), fits);
        if (fits)
            QCOMPARE(*integer, value);
    }

    void plainDecimal_hasNoExponent_data()
    {
        QTest::addColumn<QByteArray>("plain");
        QTest::newRow("1e2") << QByteArray("100.0");
        QTest::newRow("25e-1") << QByteArray("2.5");
        QTest::newRow("-1.5e3") << QByteArray("-1500.0");
        QTest::newRow("1e-3") << QByteArray("0.001");
        QTest::newRow("12.5e1") << QByteArray("125.0");
        QTest::newRow("0.00012e2") << QByteArray("0.012");
        QTest::newRow("3.25") << QByteArray("3.25");
    }
    void plainDecimal_hasNoExponent()
    {
        QFETCH(QByteArray, plain);
        const auto decimal = Number::fromLiteral(QTest::currentDataTag())->plainDecimal();
        QVERIFY(decimal);
        QCOMPARE(*decimal, plain);
    }
    void plainDecimal_refusesWhatGrowsWithoutEnd() { QVERIFY(!Number::fromLiteral("1e5000")->plainDecimal()); }

    void toDouble_beyondTheRange_isInfinite()
    {
        QVERIFY(std::isinf(Number::fromLiteral("1e400")->toDouble()));
        QVERIFY(Number::fromLiteral("-1e400")->toDouble() < 0);
        QCOMPARE(Number::fromLiteral("1e-400")->toDouble(), 0.0);
        QCOMPARE(Number::fromLiteral("5.3e-400")->toDouble(), 0.0);
        QVERIFY(std::isinf(Number::fromLiteral("1.5e400")->toDouble()));
        QVERIFY(std::isinf(Number::fromLiteral("1e99999999999999999999")->toDouble()));
        QVERIFY(std::isinf(Number::fromLiteral("0.001e999")->toDouble()));
        QCOMPARE(Number::fromLiteral("0e999")->toDouble(), 0.0);
        QCOMPARE(*Number::fromLiteral("0e99999999")->toInt64(), 0);
    }

    // Whatever a literal becomes, it is the same literal again.
    void fromLiteral_ofValue_choosesTheTypeThatKeepsIt_data()
    {
        QTest::addColumn<int>("type");
        using rpc::Type;
        QTest::newRow("1") << int(Type::Int32);
        QTest::newRow("2147483647") << int(Type::Int32);
        QTest::newRow("2147483648") << int(Type::Int64);
        QTest::newRow("9007199254740993") << int(Type::Int64);
        QTest::newRow("18446744073709551615") << int(Type::Number);
        QTest::newRow("-0") << int(Type::Number);
        QTest::newRow("-0.0") << int(Type::Double);
        QTest::newRow("1.0") << int(Type::Double);
        QTest::newRow("0.1") << int(Type::Double);
        QTest::newRow("0.1000") << int(Type::Number);
        QTest::newRow("1e400") << int(Type::Number);
        QTest::newRow("1e+300") << int(Type::Double);
        QTest::newRow("1E300") << int(Type::Number);
        QTest::newRow("12.5") << int(Type::Double);
        QTest::newRow("12.50") << int(Type::Number);
        QTest::newRow("0.001") << int(Type::Double);
        QTest::newRow("0.0001") << int(Type::Number); // a double writes itself as 1e-04
        QTest::newRow("0.00012") << int(Type::Double);
        QTest::newRow("10000.0") << int(Type::Double);
        QTest::newRow("100000.0") << int(Type::Number); // a double writes itself as 1e+05
        QTest::newRow("1e+05") << int(Type::Double);
        QTest::newRow("999999999999999999") << int(Type::Int64);
        QTest::newRow("-9223372036854775808") << int(Type::Int64);
        QTest::newRow("0.1234567890123456") << int(Type::Double);
        QTest::newRow("0.12345678901234567890") << int(Type::Number);
    }
    void fromLiteral_ofValue_choosesTheTypeThatKeepsIt()
    {
        QFETCH(int, type);
        QCOMPARE(int(Value::fromLiteral(QTest::currentDataTag()).type()), type);
    }
};

QTEST_APPLESS_MAIN(tst_Number)
#include "tst_number.moc"
