// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/convert/convert.h>
#include <rpccore/value/path.h>
#include <rpccore/value/value.h>
#include <tests/support/fatalmessages.h>

using namespace rpc;

class tst_Value : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void types_areKeptApart()
    {
        QVERIFY(Value(qint32(1)) != Value(qint64(1)));
        QVERIFY(Value(1.0) != Value(qint32(1)));
        QVERIFY(Value() != Value(QString()));
        QVERIFY(Value(QString()) != Value(QByteArray()));
        QVERIFY(Value(*Number::fromLiteral("1.0")) != Value(*Number::fromLiteral("1.00")));
        static_assert(!std::is_constructible_v<Value, const char *>);
        static_assert(!std::is_constructible_v<Value, int *>);
    }

    void struct_keepsOrderAndDuplicates()
    {
        Struct s;
        s.append(QStringLiteral("b"), 1);
        s.append(QStringLiteral("a"), 2);
        s.append(QStringLiteral("b"), 3);
        QCOMPARE(s.size(), 3);
        QCOMPARE(s.at(0).name, QStringLiteral("b"));
        QCOMPARE(*s.find(u"b"), Value(1));
        QVERIFY(s.hasDuplicates());
        s.insert(QStringLiteral("a"), 4);
        QCOMPARE(s.at(1).value, Value(4));
        QCOMPARE(s.remove(u"b"), 2);
        QCOMPARE(s.size(), 1);
    }

    void copies_areIndependent()
    {
        Value a = Array { 1, 2 };
        Value b = a;
        b.get<Array>()->append(3);
        QCOMPARE(a.get<Array>()->size(), 2);
    }

    void find_followsAPath()
    {
        const Value v = Struct { { QStringLiteral("tags"), Array { 1, Struct { { QStringLiteral("a b"), 7 } } } } };
        const Path path = Path().child(QStringLiteral("tags")).child(1).child(QStringLiteral("a b"));
        QCOMPARE(path.toString(), QStringLiteral("tags[1][\"a b\"]"));
        QVERIFY(v.find(path));
        QCOMPARE(*v.find(path), Value(7));
        QVERIFY(!v.find(Path().child(QStringLiteral("tags")).child(2)));
        QVERIFY(!v.find(Path().child(0)));
    }

    void fromValue_neverCoerces()
    {
        QVERIFY(!fromValue<int>(Value(QStringLiteral("1"))));
        QVERIFY(!fromValue<int>(Value(true)));
        QVERIFY(!fromValue<int>(Value(1.5)));
        QVERIFY(!fromValue<bool>(Value(1)));
        QVERIFY(!fromValue<QString>(Value(1)));
        QVERIFY(!fromValue<int>(Value(qint64(1) << 40)));
        QVERIFY(!fromValue<quint8>(Value(-1)));
        QCOMPARE(*fromValue<qint64>(Value(5)), 5);
        QCOMPARE(*fromValue<double>(Value(5)), 5.0);
        QCOMPARE(*fromValue<int>(Value(*Number::fromLiteral("1e2"))), 100);
        QVERIFY(!*fromValue<std::optional<int>>(Value()));
    }

    void fromValue_saysWhere()
    {
        const Value v = Struct { { QStringLiteral("tags"), Array { QStringLiteral("x"), 3 } } };
        const auto map = fromValue<QMap<QString, QStringList>>(v);
        QVERIFY(!map);
        QCOMPARE(map.error().toString(), QStringLiteral("tags[1]: expected string, got int"));
    }

    void toValue_ofUnsigned_keepsEveryBit()
    {
        QCOMPARE(toValue(std::numeric_limits<quint64>::max()), Value(*Number::fromLiteral("18446744073709551615")));
        QCOMPARE(toValue(quint32(4000000000U)), Value(qint64(4000000000LL)));
    }

    void dateTime_keepsItsText_data()
    {
        QTest::addColumn<bool>("valid");
        QTest::addColumn<bool>("standard");
        QTest::newRow("19980717T14:08:55") << true << true;
        QTest::newRow("1998-07-17T14:08:55") << true << false;
        QTest::newRow("19980717T140855") << true << false;
        QTest::newRow("1998-07-17T14:08:55.123Z") << true << false;
        QTest::newRow("1998-07-17T14:08:55+02:00") << true << false;
        QTest::newRow("1998-07-17") << true << false;
        QTest::newRow("19981317T00:00:00") << false << false;
        QTest::newRow("19980717T25:00:00") << false << false;
        QTest::newRow("19980717T14:08:55 x") << false << false;
        QTest::newRow("") << false << false;
    }
    void dateTime_keepsItsText()
    {
        QFETCH(bool, valid);
        QFETCH(bool, standard);
        const auto date = DateTime::fromText(QTest::currentDataTag());
        QCOMPARE(date.has_value(), valid);
        if (!valid)
            return;
        QCOMPARE(date->text(), QByteArray(QTest::currentDataTag()));
        QCOMPARE(date->isStandard(), standard);
        QCOMPARE(date->toQDateTime().date(), QDate(1998, 7, 17));
    }
};

QTEST_APPLESS_MAIN(tst_Value)
#include "tst_value.moc"
