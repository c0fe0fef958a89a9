// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/convert/convert.h>
#include <rpccore/convert/gadget.h>
#include <rpccore/convert/metaconvert.h>
#include <rpccore/convert/qobjectvalue.h>
#include <rpccore/convert/qtinterop.h>
#include <rpccore/json/valuetext.h>
#include <tests/support/fatalmessages.h>

#include <QCborArray>
#include <QCborMap>
#include <QJsonDocument>
#include <QTimeZone>

#include <cmath>
#include <functional>

using namespace rpc;

using Doubles = QMap<QString, double>; // no comma in Q_PROPERTY
using OptionalName = std::optional<QString>;

struct Position
{
    int x = 0;
    int y = 0;
    friend bool operator==(const Position &, const Position &) = default;
};
template <> struct rpc::Convert<Position> : rpc::ConvertFields<Position, &Position::x, &Position::y>
{
    static constexpr std::array names { "x", "y" };
};

class Part
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(quint8 count MEMBER count)

public:
    QString name;
    quint8 count = 0;
    friend bool operator==(const Part &, const Part &) = default;
};

class Thing
{
    Q_GADGET
    Q_PROPERTY(qint64 id MEMBER id)
    Q_PROPERTY(Colour colour MEMBER colour)
    Q_PROPERTY(Options options READ options WRITE setOptions)
    Q_PROPERTY(Part part MEMBER part)
    Q_PROPERTY(QList<Part> parts MEMBER parts)
    Q_PROPERTY(Doubles prices MEMBER prices)
    Q_PROPERTY(OptionalName note MEMBER note)
    Q_PROPERTY(QVariant extra MEMBER extra)
    Q_PROPERTY(QDateTime made MEMBER made)
    Q_PROPERTY(Position position MEMBER position)
    Q_PROPERTY(int hidden MEMBER hidden STORED false)

public:
    enum class Colour : quint8 { Red = 1, Green = 200 };
    Q_ENUM(Colour)
    enum Option { Fast = 1, Safe = 2 };
    Q_DECLARE_FLAGS(Options, Option)
    Q_FLAG(Options)

    Options options() const { return m_options; }
    void setOptions(Options options) { m_options = options; }

    qint64 id = 0;
    Colour colour = Colour::Red;
    Options m_options;
    Part part;
    QList<Part> parts;
    Doubles prices;
    std::optional<QString> note;
    QVariant extra;
    QDateTime made;
    Position position;
    int hidden = 0;
    friend bool operator==(const Thing &, const Thing &) = default;
};

class Derived : public Part
{
    Q_GADGET
    Q_PROPERTY(int count MEMBER count2) // instead of the base's
    Q_PROPERTY(int size MEMBER size)
    Q_PROPERTY(int area READ area)

public:
    int area() const { return size * size; }
    int count2 = 0;
    int size = 0;
};

class Slice : public Part // no Q_GADGET of its own
{
public:
    int lost = 0;
};

class Odd
{
    Q_GADGET
    Q_PROPERTY(Part *pointer MEMBER pointer)
    Q_PROPERTY(int number MEMBER number)

public:
    Part *pointer = nullptr;
    int number = 3;
};

enum class Loose : qint16 { One = 1 };

class Machine : public QObject
{
    Q_OBJECT
    Q_PROPERTY(int speed READ speed WRITE setSpeed)
    Q_PROPERTY(QString label MEMBER m_label)
    Q_PROPERTY(Mode mode MEMBER m_mode)
    Q_PROPERTY(Part part MEMBER m_part)
    Q_PROPERTY(int serial READ serial CONSTANT)
    Q_PROPERTY(QObject *owner READ owner)

public:
    enum class Mode { Off, On = -1 };
    Q_ENUM(Mode)

    int speed() const { return m_speed; }
    void setSpeed(int speed)
    {
        m_speed = speed;
        ++writes;
    }
    int serial() const { return 7; }
    QObject *owner() const { return parent(); }

    int writes = 0;
    QString m_label;
    Mode m_mode = Mode::Off;
    Part m_part;

private:
    int m_speed = 1;
};

class Press : public Machine
{
    Q_OBJECT
    Q_PROPERTY(double force MEMBER m_force)

public:
    double m_force = 0.5;
};

static_assert(Convertible<Part> && Convertible<Thing> && Convertible<QList<Thing>>);
static_assert(!HasToValue<Slice> && !HasToValue<Machine> && !HasToValue<Machine *> && !HasToValue<Part *>);
static_assert(Convertible<QVariant> && Convertible<QVariantMap> && Convertible<QJsonObject>);

namespace {

using Check = std::function<void()>;

Value text(const char *utf8) { return QString::fromUtf8(utf8); }
Value number(const char *literal) { return *Number::fromLiteral(literal); }
Value date(const char *spelling) { return *DateTime::fromText(spelling); }
Value read(const char *notation)
{
    const auto value = valuetext::fromText(notation);
    Q_ASSERT(value);
    return *value;
}

// A row: cpp becomes value and comes back when only its QMetaType is known; a signature says name.
template <class T> void bothWays(const char *row, const T &cpp, const Value &value, const char *name)
{
    QTest::newRow(row) << Check([cpp, value, name] {
        const auto type = QMetaType::fromType<T>();
        const auto out = fromMetaType(type, &cpp);
        QVERIFY2(out, qPrintable(out ? QString() : out.error().toString()));
        QCOMPARE(*out, value);
        const auto in = toMetaType(value, type);
        QVERIFY2(in, qPrintable(in ? QString() : in.error().toString()));
        QCOMPARE(in->metaType(), type);
        QVERIFY(in->template value<T>() == cpp);
        QCOMPARE(metaTypeName(type), QString::fromLatin1(name));
    });
}

template <class T> void isRefused(const char *row, const Value &value, const char *why, ErrorKind kind = ErrorKind::InvalidParams)
{
    QTest::newRow(row) << Check([value, why, kind] {
        const auto in = toMetaType(value, QMetaType::fromType<T>());
        QVERIFY(!in);
        QCOMPARE(in.error().toString(), QString::fromUtf8(why));
        QCOMPARE(in.error().kind, kind);
    });
}

Thing thing()
{
    Thing t;
    t.id = qint64(1) << 40;
    t.colour = Thing::Colour::Green;
    t.m_options = Thing::Options(Thing::Fast) | Thing::Safe;
    t.part = { QStringLiteral("a"), 1 };
    t.parts = { { QStringLiteral("b"), 2 }, { QStringLiteral("c"), 3 } };
    t.prices = { { QStringLiteral("eur"), 0.5 } };
    t.note = QStringLiteral("n");
    t.extra = QVariantList { 1, QStringLiteral("x") };
    t.made = QDateTime(QDate(1998, 7, 17), QTime(14, 8, 55));
    t.position = { 3, 4 };
    return t;
}

const char *const thingText = R"({"id":1099511627776,"colour":"Green","options":["Fast","Safe"],"part":{"name":"a","count":1},
    "parts":[{"name":"b","count":2},{"name":"c","count":3}],"prices":{"eur":0.5},"note":"n","extra":[1,"x"],
    "made":{"$dateTime":"19980717T14:08:55"},"position":{"x":3,"y":4}})";

// The text of a Thing with one member replaced; nothing removes it.
Value thingWith(const char *name, const char *notation)
{
    Struct s = *read(thingText).get<Struct>();
    const QString key = QString::fromLatin1(name);
    if (notation)
        s.insert(key, read(notation));
    else
        s.remove(key);
    return s;
}

} // namespace

class tst_ConvertMeta : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void initTestCase() { registerConvert<Position>(); }

    void metaTypes_data()
    {
        using QS = QString;
        QTest::addColumn<Check>("check");
        bothWays("bool", true, true, "boolean");
        bothWays("signed char", qint8(-1), -1, "int");
        bothWays("quint16", quint16(1), 1, "int");
        bothWays("int", 5, 5, "int");
        bothWays("long", 5L, Value(5), "i8");
        bothWays("quint64", std::numeric_limits<quint64>::max(), number("18446744073709551615"), "i8");
        bothWays("float", 0.5F, 0.5, "double");
        bothWays("QString", QS(u'a'), text("a"), "string");
        bothWays("std::string", std::string("a"), text("a"), "string");
        bothWays("QByteArray", QByteArray("a"), QByteArray("a"), "base64");
        bothWays("QDateTime", QDateTime(QDate(1998, 7, 17), QTime(1, 2)), date("19980717T01:02:00"), "dateTime.iso8601");
        bothWays("QDate", QDate(1998, 7, 17), text("1998-07-17"), "string");
        bothWays("QUrl", QUrl(QStringLiteral("http://a/")), text("http://a/"), "string");
        bothWays("Value", Value(number("1.00")), number("1.00"), "any");
        bothWays("QJsonObject", QJsonObject { { QStringLiteral("a"), 1 } }, read("{\"a\":1}"), "struct");
        bothWays("std::optional", std::optional(5), 5, "int");
        bothWays("empty std::optional", std::optional<int>(), Nil(), "int");
        bothWays("QStringList", QStringList { QS(u'a') }, read("[\"a\"]"), "array");
        bothWays("QList", QList { 1, 2 }, read("[1,2]"), "array");
        bothWays("empty QList", QList<int>(), read("[]"), "array");
        bothWays("QList<bool>", QList { true }, read("[true]"), "array");
        bothWays("QByteArrayList", QByteArrayList { "a" }, Array { QByteArray("a") }, "array");
        bothWays("QList<QList>", QList<QList<int>> { { 1 }, {} }, read("[[1],[]]"), "array");
        bothWays("std::vector", std::vector { 1, 2 }, read("[1,2]"), "array");
        bothWays("QSet", QSet { 1 }, read("[1]"), "array");
        bothWays("QVariantList", QVariantList { 1, QS(u'a') }, read("[1,\"a\"]"), "array");
        bothWays("QVariantMap", QVariantMap { { QS(u'a'), 1 } }, read("{\"a\":1}"), "struct");
        bothWays("QVariantHash", QVariantHash { { QS(u'a'), 1 } }, read("{\"a\":1}"), "struct");
        bothWays("QMap", QMap<QS, QList<int>> { { QS(u'a'), { 1 } } }, read("{\"a\":[1]}"), "struct");
        bothWays("QHash", QHash<QS, QS> { { QS(u'a'), QS(u'b') } }, read("{\"a\":\"b\"}"), "struct");
        bothWays("std::map", std::map<QS, int> { { QS(u'a'), 1 } }, read("{\"a\":1}"), "struct");
        bothWays("enum", Thing::Colour::Green, text("Green"), "string");
        bothWays("negative enum", Machine::Mode::On, text("On"), "string");
        bothWays("flags", Thing::Options(Thing::Safe), read("[\"Safe\"]"), "array");
        bothWays("unregistered enum", Loose::One, 1, "int");
        bothWays("list of enums", QList { Thing::Colour::Red }, read("[\"Red\"]"), "array");
        bothWays("gadget", Part { QS(u'a'), 1 }, read("{\"name\":\"a\",\"count\":1}"), "struct");
        bothWays("large gadget", thing(), read(thingText), "struct");
        bothWays("registered", Position { 1, 2 }, read("{\"x\":1,\"y\":2}"), "struct");
        bothWays("list of registered", QList { Position { 1, 2 } }, read("[{\"x\":1,\"y\":2}]"), "array");
        bothWays("std::optional of registered", std::optional(Position { 1, 2 }), read("{\"x\":1,\"y\":2}"), "struct");
        bothWays("QList<std::string>", QList<std::string> { "a" }, read("[\"a\"]"), "array");
        bothWays("std::list of gadgets", std::list { Part { QS(u'a'), 1 } }, read("[{\"name\":\"a\",\"count\":1}]"), "array");
        bothWays("QMap of gadgets", QMap<QS, Part> { { QS(u'k'), { QS(u'a'), 1 } } }, read("{\"k\":{\"name\":\"a\",\"count\":1}}"), "struct");
        bothWays("null pointer", nullptr, Nil(), "nil");

        isRefused<int>("int from text", text("1"), "expected int, got string");
        isRefused<int>("int from bool", true, "expected int, got boolean");
        isRefused<int>("int from double", 1.5, "expected int, got double");
        isRefused<bool>("bool from int", 1, "expected boolean, got int");
        isRefused<QString>("QString from int", 1, "expected string, got int");
        isRefused<QStringList>("QStringList from text", text("a"), "expected array, got string");
        isRefused<QStringList>("QStringList item", read("[\"a\",1]"), "[1]: expected string, got int");
        isRefused<std::vector<quint8>>("item range", read("[256]"), "[0]: 256 is out of the range 0 to 255");
        isRefused<QSet<int>>("QSet with a repetition", read("[1,2,1]"), "[2]: stands twice");
        isRefused<QVariantList>("QVariantList from struct", read("{}"), "expected array, got struct");
        isRefused<QVariantMap>("QVariantMap from array", read("[]"), "expected struct, got array");
        isRefused<QMap<QS, QStringList>>("map item", read("{\"tags\":[\"x\",3]}"), "tags[1]: expected string, got int");
        Struct twice;
        twice.append(QS(u'a'), 1);
        twice.append(QS(u'a'), 2);
        isRefused<QHash<QS, int>>("name that stands twice", twice, "a: stands twice");
        isRefused<Thing::Colour>("enum name", text("Pink"), "expected one of Red, Green, got \"Pink\"");
        isRefused<Thing::Colour>("enum number", 2, "expected one of Red, Green, got 2");
        isRefused<Loose>("unregistered enum name", text("One"), "expected int, got string");
        isRefused<Loose>("unregistered enum range", 40000, "40000 is out of the range -32768 to 32767");
        isRefused<Thing::Options>("flag name", read("[\"Fast\",\"x\"]"), "[1]: expected one of Fast, Safe, got \"x\"");
        isRefused<std::nullptr_t>("null pointer from int", 1, "expected nil, got int");
        constexpr auto no = ErrorKind::NotExpressible;
        isRefused<Part *>("pointer", 1, "the type Part* has no form as a value", no);
        isRefused<QObject *>("object", Nil(), "the type QObject* has no form as a value", no);
        isRefused<Slice>("derived from a gadget", read("{\"name\":\"a\",\"count\":1}"), "the type Slice has no form as a value", no);
        isRefused<char>("char", 1, "the type char has no form as a value", no);
        isRefused<QMap<int, int>>("map from numbers", read("{}"), "the type QMap<int,int> has no form as a value", no);
        isRefused<QList<Part *>>("list of pointers", read("[1]"), "[0]: the type Part* has no form as a value", no);
    }
    void metaTypes()
    {
        QFETCH(Check, check);
        check();
    }

    void enumsByNumber_comeIn()
    {
        QCOMPARE(toMetaType(200, QMetaType::fromType<Thing::Colour>())->value<Thing::Colour>(), Thing::Colour::Green);
        QCOMPARE(toMetaType(3, QMetaType::fromType<Thing::Options>())->value<Thing::Options>(), Thing::Options(Thing::Fast) | Thing::Safe);
        QCOMPARE(*fromMetaType(QVariant::fromValue(Thing::Colour(7))), Value(7));
    }

    void unknownTypes_areNamed()
    {
        Part part;
        const auto pointer = fromMetaType(QVariant::fromValue(&part));
        QVERIFY(!pointer);
        QCOMPARE(pointer.error().toString(), QStringLiteral("the type Part* has no form as a value"));
        QCOMPARE(metaTypeName(QMetaType::fromType<Part *>()), QStringLiteral("undef"));
        QCOMPARE(metaTypeName(QMetaType()), QStringLiteral("undef"));
        QCOMPARE(metaTypeName(QMetaType(QMetaType::Void)), QStringLiteral("nil"));
        QCOMPARE(metaTypeName(QMetaType(QMetaType::QVariant)), QStringLiteral("any"));
        const auto deep = fromMetaType(QVariantMap { { QStringLiteral("a"), QVariantList { 1, QVariant::fromValue(&part) } } });
        QCOMPARE(deep.error().toString(), QStringLiteral("a[1]: the type Part* has no form as a value"));
        QCOMPARE(*fromMetaType(QVariant()), Value());
        QVERIFY(!toMetaType(Value(), QMetaType()));
    }

    void gadgets_convertAtCompileTime()
    {
        QCOMPARE(toValue(thing()), read(thingText));
        const auto back = fromValue<Thing>(read(thingText));
        QVERIFY2(back, qPrintable(back ? QString() : back.error().toString()));
        QVERIFY(*back == thing());
        QCOMPARE(Convert<Thing>::typeName(), QStringLiteral("struct"));
        QCOMPARE(fromValue<QList<Part>>(read("[{\"name\":\"a\",\"count\":300}]")).error().toString(),
            QStringLiteral("[0].count: 300 is out of the range 0 to 255"));
        QCOMPARE(toValue(Odd()), read("{\"pointer\":null,\"number\":3}"));
        QCOMPARE(fromMetaType(QVariant::fromValue(Odd())).error().toString(), QStringLiteral("pointer: the type Part* has no form as a value"));
    }

    void gadgets_withoutAnOptional_takeItsDefault()
    {
        const auto in = fromValue<Thing>(thingWith("note", nullptr));
        QVERIFY(in);
        QVERIFY(!in->note);
    }

    void gadgetErrors_sayWhere_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("notation");
        QTest::addColumn<QString>("why");
        const auto row = [](const char *name, const char *notation, const char *why) {
            QTest::addRow("%s %s", name, notation ? notation : "(missing)") << QByteArray(name) << QByteArray(notation) << QString::fromLatin1(why);
        };
        row("id", nullptr, "id: is missing");
        row("extra", nullptr, "extra: is missing");
        row("id", "\"5\"", "id: expected i8, got string");
        row("colour", "\"Blue\"", "colour: expected one of Red, Green, got \"Blue\"");
        row("options", "[\"Slow\"]", "options[0]: expected one of Fast, Safe, got \"Slow\"");
        row("part", "1", "part: expected struct, got int");
        row("parts", "[{\"name\":\"b\",\"count\":2},{\"name\":1,\"count\":3}]", "parts[1].name: expected string, got int");
        row("parts", "[{\"name\":\"b\"}]", "parts[0].count: is missing");
        row("prices", "{\"eur\":\"1\"}", "prices.eur: expected double, got string");
        row("note", "5", "note: expected string, got int");
        row("position", "{\"x\":1,\"y\":2,\"z\":3}", "position.z: no such member");
        row("hidden", "5", "hidden: no such member");
        row("unknown", "5", "unknown: no such member");
    }
    void gadgetErrors_sayWhere()
    {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, notation);
        QFETCH(QString, why);
        const Value value = thingWith(name.constData(), notation.isNull() ? nullptr : notation.constData());
        const auto in = fromValue<Thing>(value);
        QVERIFY(!in);
        QCOMPARE(in.error().toString(), why);
        QCOMPARE(in.error().kind, ErrorKind::InvalidParams);
        QCOMPARE(toMetaType(value, QMetaType::fromType<Thing>()).error().toString(), why);
    }

    void derivedGadgets_haveTheirBasesProperties()
    {
        Derived d;
        d.name = QStringLiteral("a");
        d.count2 = 5;
        d.size = 3;
        QCOMPARE(toValue(d), read("{\"name\":\"a\",\"count\":5,\"size\":3,\"area\":9}"));
        const auto in = fromValue<Derived>(read("{\"name\":\"b\",\"count\":1000,\"size\":4}"));
        QVERIFY2(in, qPrintable(in ? QString() : in.error().toString()));
        QCOMPARE(in->name, QStringLiteral("b"));
        QCOMPARE(in->count2, 1000);
        QCOMPARE(fromValue<Derived>(toValue(d)).error().toString(), QStringLiteral("area: is read-only"));
    }

    void objects_giveTheirProperties()
    {
        Press press;
        press.setObjectName(QStringLiteral("p"));
        press.m_part = { QStringLiteral("a"), 1 };
        const Struct all = objectProperties(press);
        QCOMPARE(Value(all), read(R"({"speed":1,"label":"","mode":"Off","part":{"name":"a","count":1},"serial":7,"force":0.5})"));
        QCOMPARE(Value(objectProperties(press, Machine::staticMetaObject)), read("{\"force\":0.5}"));
        QCOMPARE(Value(objectProperties(press, tst_ConvertMeta::staticMetaObject)), Value(all)); // no base of it
    }

    void objects_takeProperties()
    {
        Press press;
        const auto set = setObjectProperties(press, *read(R"({"force":2,"mode":"On","speed":9,"part":{"name":"b","count":2}})").get<Struct>());
        QVERIFY2(set, qPrintable(set.error().toString()));
        QCOMPARE(press.m_force, 2.0);
        QCOMPARE(press.m_mode, Machine::Mode::On);
        QCOMPARE(press.speed(), 9);
        QCOMPARE(press.m_part.count, quint8(2));
        QVERIFY(setObjectProperties(press, {}));
    }

    void objectErrors_changeNothing_data()
    {
        QTest::addColumn<Value>("values");
        QTest::addColumn<QString>("why");
        const auto row = [](const Value &values, const char *why) { QTest::newRow(why) << values << QString::fromLatin1(why); };
        row(read("{\"speed\":9,\"nope\":1}"), "nope: no such member");
        row(read("{\"speed\":9,\"objectName\":\"x\"}"), "objectName: no such member");
        row(read("{\"speed\":9,\"serial\":1}"), "serial: is read-only");
        row(read("{\"speed\":9,\"label\":1}"), "label: expected string, got int");
        row(read("{\"speed\":9,\"mode\":\"Half\"}"), "mode: expected one of Off, On, got \"Half\"");
        row(read("{\"speed\":9,\"part\":{\"name\":\"b\",\"count\":-1}}"), "part.count: -1 is out of the range 0 to 255");
        Struct twice { { QStringLiteral("speed"), 9 } };
        twice.append(QStringLiteral("speed"), 10);
        row(twice, "speed: stands twice");
    }
    void objectErrors_changeNothing()
    {
        QFETCH(Value, values);
        QFETCH(QString, why);
        Press press;
        const auto set = setObjectProperties(press, *values.get<Struct>());
        QVERIFY(!set);
        QCOMPARE(set.error().toString(), why);
        QCOMPARE(press.writes, 0);
    }

    void variants_areExact_data()
    {
        QTest::addColumn<QVariant>("variant");
        QTest::addColumn<Value>("value");
        QTest::newRow("nil") << QVariant::fromValue(nullptr) << Value();
        QTest::newRow("bool") << QVariant(true) << Value(true);
        QTest::newRow("int") << QVariant(5) << Value(5);
        QTest::newRow("i8") << QVariant(qint64(1) << 40) << Value(qint64(1) << 40);
        QTest::newRow("quint64") << QVariant(std::numeric_limits<quint64>::max()) << number("18446744073709551615");
        QTest::newRow("double") << QVariant(5.0) << Value(5.0);
        QTest::newRow("large Number") << QVariant::fromValue(*Number::fromLiteral("1e400")) << number("1e400");
        QTest::newRow("string") << QVariant(QStringLiteral("a")) << text("a");
        QTest::newRow("bytes") << QVariant(QByteArray("a")) << Value(QByteArray("a"));
        QTest::newRow("date") << QVariant(QDateTime(QDate(1998, 7, 17), QTime(1, 2))) << date("19980717T01:02:00");
        QTest::newRow("list") << QVariant(QVariantList { 1, QStringLiteral("a") }) << read("[1,\"a\"]");
        QTest::newRow("map") << QVariant(QVariantMap { { QStringLiteral("a"), QVariantMap() } }) << read("{\"a\":{}}");
    }
    void variants_areExact()
    {
        QFETCH(QVariant, variant);
        QFETCH(Value, value);
        QCOMPARE(*fromVariant(variant), value);
        const QVariant out = toVariant(value);
        QCOMPARE(out.metaType(), variant.metaType());
        QCOMPARE(*fromVariant(out), value);
        QCOMPARE(fromValue<QVariant>(value)->metaType(), variant.metaType());
        QCOMPARE(toValue(variant), value);
    }

    void variants_loseWhatIsDocumented()
    {
        QCOMPARE(*fromVariant(QVariant(qint64(5))), Value(5));
        QCOMPARE(toVariant(number("1.00")), QVariant(1.0));
        QCOMPARE(toVariant(number("18446744073709551616")), QVariant(18446744073709551616.0));
        QVERIFY(std::signbit(toVariant(number("-0")).toDouble()));
        QCOMPARE(toVariant(read("{\"b\":1,\"a\":2}")).toMap().firstKey(), QStringLiteral("a"));
        QCOMPARE(toVariant(DateTime()), QVariant(QDateTime()));
        QObject object;
        QCOMPARE(toValue(QVariant::fromValue(&object)), Value());
    }

    void json_isExactWhereItCan()
    {
        const Value v = read("{\"a\":[null,true,5,9007199254740993,-9223372036854775808,0.5,\"x\"],\"b\":{}}");
        const auto json = toJson(v);
        QVERIFY(json);
        QCOMPARE(json->toObject().value(u"a").toArray().at(3).toInteger(), 9007199254740993LL);
        QCOMPARE(fromJson(*json), v);
        QCOMPARE(fromJson(QJsonValue(QJsonValue::Undefined)), Value());
        QCOMPARE(fromJson(QJsonDocument::fromJson("[1e300]").array()), Value(Array { 1e300 }));
        QCOMPARE(*toJson(number("9007199254740993")), QJsonValue(9007199254740993LL));
        QCOMPARE(*toJson(number("0.10")), QJsonValue(0.1));
        QCOMPARE(*toJson(date("19980717T14:08:55")), QJsonValue(QStringLiteral("1998-07-17T14:08:55")));
        QCOMPARE(fromJson(QJsonValue(5.0)), Value(5)); // Qt keeps it as an integer
        QCOMPARE(*fromValue<QJsonObject>(read("{\"a\":1}")), (QJsonObject { { QStringLiteral("a"), 1 } }));
        QCOMPARE(*fromValue<QJsonArray>(read("[1]")), QJsonArray { 1 });
        QCOMPARE(toValue(QJsonArray { 1 }), read("[1]"));
    }

    void json_refusesTheRest_data()
    {
        QTest::addColumn<Value>("value");
        QTest::addColumn<QString>("why");
        QTest::newRow("bytes") << Value(QByteArray("a")) << "JSON has no bytes";
        QTest::newRow("nan") << Value(Array { 1, std::nan("") }) << "[1]: JSON has no NaN and no infinity";
        QTest::newRow("number") << Value(Struct { { QStringLiteral("a"), Array { number("-1e400") } } }) << "a[0]: -1e400 is beyond every double";
        Struct twice { { QStringLiteral("a"), 1 } };
        twice.append(QStringLiteral("a"), 2);
        QTest::newRow("twice") << Value(Array { twice }) << "[0].a: stands twice";
    }
    void json_refusesTheRest()
    {
        QFETCH(Value, value);
        QFETCH(QString, why);
        const auto json = toJson(value);
        QVERIFY(!json);
        QCOMPARE(json.error().toString(), why);
        QCOMPARE(json.error().kind, ErrorKind::NotExpressible);
        QCOMPARE(fromValue<QJsonValue>(value).error().kind, ErrorKind::InvalidParams);
        QVERIFY(!fromValue<QJsonObject>(value));
    }

    void cbor_isExactWhereItCan()
    {
        const Value v = read("{\"b\":[null,true,5,9007199254740993,0.5,\"x\",{\"$bytes\":\"AP8=\"}],\"a\":{}}");
        const auto cbor = toCbor(v);
        QVERIFY(cbor);
        QCOMPARE(*fromCbor(*cbor), v);
        QCOMPARE(*fromCbor(QCborValue::fromCbor(cbor->toCbor())), v);
        QVERIFY(std::isnan(toCbor(Value(std::nan("")))->toDouble()));
        QCOMPARE(*toCbor(number("1.50")), QCborValue(1.5));
        QCOMPARE(*toCbor(date("19980717T14:08:55")), QCborValue(QStringLiteral("1998-07-17T14:08:55")));
        const QDateTime when(QDate(1998, 7, 17), QTime(14, 8, 55), QTimeZone::utc());
        const auto in = fromCbor(QCborValue(when));
        QVERIFY(in && in->get<DateTime>());
        QCOMPARE(in->get<DateTime>()->toQDateTime(), when);
        QCOMPARE(*fromCbor(QCborValue(QUrl(QStringLiteral("http://a/")))), text("http://a/"));
        QCOMPARE(*fromCbor(QCborValue(QCborValue::Undefined)), Value());
        QCOMPARE(fromCbor(QCborArray { QCborMap { { 1, 2 } } }).error().toString(), QStringLiteral("[0]: a name that is no text"));
        QCOMPARE(fromCbor(QCborValue(QCborTag(99), 1)).error().toString(), QStringLiteral("CBOR tag 99 has no form as a value"));
        QCOMPARE(fromCbor(QCborValue(QCborSimpleType(40))).error().toString(), QStringLiteral("CBOR simple type 40 has no form as a value"));
        QCOMPARE(toCbor(Array { number("1e400") }).error().toString(), QStringLiteral("[0]: 1e400 is beyond every double"));
        Struct twice { { QStringLiteral("a"), 1 } };
        twice.append(QStringLiteral("a"), 2);
        QCOMPARE(toCbor(Array { twice }).error().toString(), QStringLiteral("[0].a: stands twice"));
    }
};

QTEST_APPLESS_MAIN(tst_ConvertMeta)
#include "tst_convertmeta.moc"
