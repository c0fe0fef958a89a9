// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/convert/convert.h>
#include <rpccore/json/valuetext.h>
#include <tests/support/fatalmessages.h>

#include <QTimeZone>

#include <cmath>
#include <functional>

using namespace rpc;
using namespace std::chrono_literals;

namespace shop {
Q_NAMESPACE
enum class Colour : quint8 { Red, Green = 3, Blue };
Q_ENUM_NS(Colour)
enum class Level { Low = -1, High = 1 };
Q_ENUM_NS(Level)
enum class Mask : quint32 { Low = 1, Top = 0x80000000U };
Q_ENUM_NS(Mask)
enum Option { Fast = 1, Safe = 2, Both = 3, Loud = 8 };
Q_DECLARE_FLAGS(Options, Option)
Q_FLAG_NS(Options)
enum class Plain : qint8 { One = 1 };
enum class PlainFlag { A = 1, B = 2 };
} // namespace shop

struct Point
{
    double x = 0;
    double y = 0;
    std::optional<QString> label;
    friend bool operator==(const Point &, const Point &) = default;
};
struct Line
{
    QString name;
    std::vector<Point> points;
    friend bool operator==(const Line &, const Line &) = default;
};
struct NoDefault
{
    explicit NoDefault(int value)
        : number(value)
    {
    }
    int number;
    friend bool operator==(const NoDefault &, const NoDefault &) = default;
};

template <> struct rpc::Convert<Point> : rpc::ConvertFields<Point, &Point::x, &Point::y, &Point::label>
{
    static constexpr std::array names { "x", "y", "label" };
};
template <> struct rpc::Convert<Line> : rpc::ConvertFields<Line, &Line::name, &Line::points>
{
    static constexpr std::array names { "name", "points" };
};
template <> struct rpc::Convert<NoDefault>
{
    static QString typeName() { return Convert<int>::typeName(); }
    static Value toValue(const NoDefault &n) { return n.number; }
    static Result<NoDefault> fromValue(const Value &v)
    {
        const auto n = rpc::fromValue<int>(v);
        if (!n)
            return n.error();
        return NoDefault(*n);
    }
};

// What has no meaning as a value does not compile.
static_assert(Convertible<int> && Convertible<QString> && Convertible<Point> && Convertible<std::vector<Point>>);
static_assert(Convertible<shop::Colour> && Convertible<shop::Options> && Convertible<shop::Plain>);
static_assert(!HasToValue<const char *> && !HasToValue<char[4]> && !HasToValue<const void *> && !HasToValue<int *>);
static_assert(!HasFromValue<char> && !HasFromValue<wchar_t> && !HasFromValue<char16_t> && !HasFromValue<char32_t>);
static_assert(!HasFromValue<char8_t> && !HasFromValue<QChar> && !HasToValue<long double> && !HasToValue<QObject *>);
static_assert(HasToValue<QStringView> && !HasFromValue<QStringView>);
static_assert(HasToValue<QLatin1StringView> && !HasFromValue<QLatin1StringView>);
static_assert(HasToValue<std::string_view> && !HasFromValue<std::string_view>);
static_assert(!Convertible<std::chrono::hours> && !Convertible<std::map<int, int>> && !Convertible<QMap<int, int>>);
static_assert(!std::is_constructible_v<Value, const char *> && !std::is_constructible_v<Value, int *>);

namespace {

using Check = std::function<void()>;

Value text(const char *utf8) { return QString::fromUtf8(utf8); }
Value read(const char *notation) { return *valuetext::fromText(notation); }
Value number(const char *literal) { return *Number::fromLiteral(literal); }
Value date(const char *spelling) { return *DateTime::fromText(spelling); }

// A row: cpp becomes value, value becomes cpp, and the signature says name.
template <class T> void bothWays(const char *row, const T &cpp, const Value &value, const char *name)
{
    QTest::newRow(row) << Check([cpp, value, name] {
        QCOMPARE(toValue(cpp), value);
        const auto back = fromValue<T>(value);
        QVERIFY2(back, qPrintable(back ? QString() : back.error().toString()));
        QVERIFY(*back == cpp);
        QCOMPARE(Convert<T>::typeName(), QString::fromLatin1(name));
    });
}

// A row: value becomes cpp, which would be written in another way.
template <class T> void comesIn(const char *row, const Value &value, const T &cpp)
{
    QTest::newRow(row) << Check([cpp, value] {
        const auto in = fromValue<T>(value);
        QVERIFY2(in, qPrintable(in ? QString() : in.error().toString()));
        QVERIFY(*in == cpp);
    });
}

// A row: value is no T, and this is why.
template <class T> void isRefused(const char *row, const Value &value, const char *why)
{
    QTest::newRow(row) << Check([value, why] {
        const auto in = fromValue<T>(value);
        QVERIFY(!in);
        QCOMPARE(in.error().kind, ErrorKind::InvalidParams);
        if (why)
            QCOMPARE(in.error().toString(), QString::fromUtf8(why));
        else // the path has no UTF-8
            QCOMPARE(in.error().message, QStringLiteral("text with a lone surrogate has no UTF-8"));
    });
}

} // namespace

class tst_Convert : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void scalars_data()
    {
        QTest::addColumn<Check>("check");
        bothWays("bool", true, true, "boolean");
        bothWays("int", 5, 5, "int");
        bothWays("signed char", qint8(-128), -128, "int");
        bothWays("unsigned char", quint8(255), 255, "int");
        bothWays("quint16", quint16(65535), 65535, "int");
        bothWays("quint32", quint32(5), Value(5), "i8");
        bothWays("qint64", qint64(5), Value(5), "i8");
        bothWays("long", 5L, Value(5), "i8");
        bothWays("long beyond 32 bits", 5L << 40, Value(qint64(5) << 40), "i8");
        bothWays("qint64 lowest", std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::min(), "i8");
        bothWays("quint64 small", quint64(5), Value(5), "i8");
        bothWays("quint64 highest", std::numeric_limits<quint64>::max(), number("18446744073709551615"), "i8");
        bothWays("double", 0.5, 0.5, "double");
        bothWays("float", 0.5F, 0.5, "double");
        bothWays("infinity", std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(), "double");
        bothWays("Number", *Number::fromLiteral("1.00"), number("1.00"), "double");
        bothWays("QString", QStringLiteral("ä"), text("ä"), "string");
        bothWays("std::string", std::string("\xc3\xa4\0b", 4), QString(QStringLiteral("ä") + QChar(0) + u'b'), "string");
        bothWays("std::string with a mark", std::string("\xef\xbb\xbfx"), QString(QChar(0xfeff) + QStringLiteral("x")), "string");
        bothWays("QByteArray", QByteArray("\0\xff", 2), QByteArray("\0\xff", 2), "base64");
        bothWays("DateTime", *DateTime::fromText("19980717T14:08:55"), date("19980717T14:08:55"), "dateTime.iso8601");
        bothWays("Nil", Nil(), Nil(), "nil");
        bothWays("monostate", std::monostate(), Nil(), "nil");
        bothWays("Value", Value(5), 5, "any");
        bothWays("Struct", Struct { { QStringLiteral("a"), 1 } }, read("{\"a\":1}"), "struct");
        bothWays("Array", Array { 1, text("b") }, read("[1,\"b\"]"), "array");
        const auto uuid = QUuid::fromString(u"67c8770b-44f1-410a-ab9a-f9b5446f13ee");
        bothWays("QUuid", uuid, text("67c8770b-44f1-410a-ab9a-f9b5446f13ee"), "string");
        comesIn("QUuid in braces", text("{67C8770B-44F1-410A-AB9A-F9B5446F13EE}"), uuid);
        bothWays("null QUuid", QUuid(), text("00000000-0000-0000-0000-000000000000"), "string");
        bothWays("QUrl", QUrl(QStringLiteral("http://u:p@h/ä?q=%20")), text("http://u:p@h/%C3%A4?q=%20"), "string");
        bothWays("seconds", 90s, Value(90), "i8");
        bothWays("milliseconds", 1500ms, Value(1500), "i8");
        comesIn("seconds from int", 90, std::chrono::seconds(90));

        comesIn("int from i8", Value(qint64(5)), 5);
        comesIn("int from a decimal", number("1e2"), 100);
        comesIn("int from a decimal with zeros", number("7.00"), 7);
        comesIn("int from a double that is whole", 5.0, 5);
        comesIn("int from the same with an exponent", number("5e0"), 5);
        comesIn("qint64 from a large double that is whole", 0x1p62, qint64(1) << 62);
        comesIn("qint64 from int", 5, qint64(5));
        comesIn("quint64 from an exponent", number("1.8446744073709551615e19"), std::numeric_limits<quint64>::max());
        comesIn("double from int", 5, 5.0);
        comesIn("double from a decimal", number("0.10"), 0.1);
        comesIn("double from what JavaScript writes for 2^60", number("1152921504606847000"), 1152921504606846976.0);
        comesIn("Number from int", 5, *Number::fromLiteral("5"));
        comesIn("Number from double", 0.5, *Number::fromLiteral("0.5"));

        isRefused<bool>("bool from int", 1, "expected boolean, got int");
        isRefused<bool>("bool from text", text("true"), "expected boolean, got string");
        isRefused<int>("int from text", text("1"), "expected int, got string");
        isRefused<int>("int from bool", true, "expected int, got boolean");
        isRefused<int>("int from a fraction", 1.5, "expected int, got double");
        isRefused<int>("int from a double that is too large", 3e9, "3e+09 is out of the range -2147483648 to 2147483647");
        isRefused<int>("int from a decimal fraction", number("1.5"), "expected int, got number");
        isRefused<int>("int from nil", Nil(), "expected int, got nil");
        isRefused<int>("int too large", qint64(1) << 40, "1099511627776 is out of the range -2147483648 to 2147483647");
        isRefused<qint64>("qint64 too large", number("9223372036854775808"),
            "9223372036854775808 is out of the range -9223372036854775808 to 9223372036854775807");
        isRefused<qint64>("qint64 far too large", number("1e400"),
            "1e400 is out of the range -9223372036854775808 to 9223372036854775807");
        isRefused<quint8>("quint8 too large", 256, "256 is out of the range 0 to 255");
        isRefused<quint8>("quint8 negative", -1, "-1 is out of the range 0 to 255");
        isRefused<quint64>("quint64 negative", -1, "-1 is out of the range 0 to 18446744073709551615");
        isRefused<quint64>("quint64 too large", number("18446744073709551616"),
            "18446744073709551616 is out of the range 0 to 18446744073709551615");
        isRefused<quint64>("quint64 from a fraction", number("18446744073709551614.5"), "18446744073709551614.5 is out of the range 0 to 18446744073709551615");
        isRefused<double>("double from text", text("1"), "expected double, got string");
        isRefused<double>("double too large", number("-1e400"), "-1e400 is out of the range -1.79769e+308 to 1.79769e+308");
        isRefused<float>("float too large", 1e39, "1e+39 is out of the range -3.40282e+38 to 3.40282e+38");
        isRefused<Number>("Number from infinity", std::numeric_limits<double>::infinity(), "expected number, got double");
        isRefused<QString>("QString from int", 1, "expected string, got int");
        isRefused<QString>("QString from bytes", QByteArray("a"), "expected string, got base64");
        isRefused<QString>("QString from date", date("19980717T14:08:55"), "expected string, got dateTime.iso8601");
        isRefused<QByteArray>("QByteArray from base64 text", text("aGVsbG8="), "expected base64, got string");
        isRefused<std::string>("std::string from bytes", QByteArray("a"), "expected string, got base64");
        isRefused<std::string>("std::string from half a character", QString(QChar(0xd800)), "text with a lone surrogate has no UTF-8");
        isRefused<DateTime>("DateTime from text", text("19980717T14:08:55"), "expected dateTime.iso8601, got string");
        isRefused<Nil>("Nil from false", false, "expected nil, got boolean");
        isRefused<std::monostate>("monostate from false", false, "expected nil, got boolean");
        isRefused<QUuid>("QUuid with something after", text("{67c8770b-44f1-410a-ab9a-f9b5446f13ee} x"),
            "expected a UUID, got \"{67c8770b-44f1-410a-ab9a-f9b5446f13ee} x\"");
        isRefused<QUuid>("QUuid with one brace", text("{67c8770b-44f1-410a-ab9a-f9b5446f13ee"),
            "expected a UUID, got \"{67c8770b-44f1-410a-ab9a-f9b5446f13ee\"");
        isRefused<QUuid>("QUuid from nothing", text(""), "expected a UUID, got \"\"");
        isRefused<QUuid>("QUuid from int", 1, "expected string, got int");
        isRefused<QUrl>("QUrl with a blank", text("http://a b/"), "expected a URL, got \"http://a b/\"");
        isRefused<QUrl>("QUrl with a bad escape", text("http://a/%zz"), "expected a URL, got \"http://a/%zz\"");
        isRefused<QUrl>("QUrl from nothing", text(""), "expected a URL, got \"\"");
        isRefused<QUrl>("QUrl from int", 1, "expected string, got int");
        isRefused<std::chrono::seconds>("seconds from double", 1.5, "expected i8, got double");
    }
    void scalars()
    {
        QFETCH(Check, check);
        check();
    }

    void nan_staysNan() { QVERIFY(std::isnan(*fromValue<double>(toValue(std::nan(""))))); }

    void views_goOutOnly()
    {
        QCOMPARE(toValue(QStringView(u"ä")), text("ä"));
        QCOMPARE(toValue(QLatin1StringView("a")), text("a"));
        QCOMPARE(toValue(std::string_view("\xc3\xa4")), text("ä"));
        QCOMPARE(toValue(std::string("a\xff")), Value(QString(u'a' + QString(QChar(0xfffd)))));
    }

    void longTexts_areCutInMessages()
    {
        const auto in = fromValue<QUuid>(Value(QString(10000, u'x')));
        QVERIFY(in.error().message.size() < 100);
    }

    void enums_data()
    {
        using namespace shop;
        QTest::addColumn<Check>("check");
        bothWays("name", Colour::Green, text("Green"), "string");
        comesIn("number", 3, Colour::Green);
        bothWays("negative", Level::Low, text("Low"), "string");
        comesIn("negative number", -1, Level::Low);
        bothWays("highest bit", Mask::Top, text("Top"), "string");
        comesIn("highest bit as a number", Value(qint64(0x80000000U)), Mask::Top);
        bothWays("list", QList { Colour::Red, Colour::Blue }, read("[\"Red\",\"Blue\"]"), "array");
        isRefused<Colour>("unknown name", text("Pink"), "expected one of Red, Green, Blue, got \"Pink\"");
        isRefused<Colour>("other case", text("red"), "expected one of Red, Green, Blue, got \"red\"");
        isRefused<Colour>("scoped", text("Colour::Red"), "expected one of Red, Green, Blue, got \"Colour::Red\"");
        isRefused<Colour>("unknown number", 1, "expected one of Red, Green, Blue, got 1");
        isRefused<Colour>("number too large", 256, "expected one of Red, Green, Blue, got 256");
        isRefused<Colour>("digits", text("3"), "expected one of Red, Green, Blue, got \"3\"");
        isRefused<Level>("number that would wrap", Value(qint64(4294967295)), "expected one of Low, High, got 4294967295");
        isRefused<QList<Colour>>("in a list", read("[\"Red\",\"x\"]"), "[1]: expected one of Red, Green, Blue, got \"x\"");

        bothWays("unregistered", Plain::One, 1, "int");
        comesIn("unregistered, any number of the type", 7, Plain(7));
        isRefused<Plain>("unregistered, out of range", 128, "128 is out of the range -128 to 127");
        isRefused<Plain>("unregistered, name", text("One"), "expected int, got string");

        bothWays("flags", Options(Fast | Loud), read("[\"Fast\",\"Loud\"]"), "array");
        bothWays("no flag", Options(), read("[]"), "array");
        bothWays("flag of several bits", Options(Fast | Safe), read("[\"Both\"]"), "array");
        comesIn("flags as a number", 9, Options(Fast | Loud));
        comesIn("flags that overlap", read("[\"Fast\",\"Both\"]"), Options(Both));
        isRefused<Options>("unknown flag", read("[\"Fast\",\"Slow\"]"), "[1]: expected one of Fast, Safe, Both, Loud, got \"Slow\"");
        isRefused<Options>("flag number in the array", read("[1]"), "[0]: expected one of Fast, Safe, Both, Loud, got 1");
        isRefused<Options>("unknown bit", 4, "expected a sum of flags: one of Fast, Safe, Both, Loud, got 4");
        isRefused<Options>("flags as text", text("Fast|Loud"), "expected array, got string");
        bothWays("unregistered flags", QFlags<PlainFlag>(PlainFlag::B), 2, "int");
    }
    void enums()
    {
        QFETCH(Check, check);
        check();
    }

    void enums_withoutAName_goOutAsNumbers()
    {
        QCOMPARE(toValue(shop::Colour(200)), Value(200));
        QCOMPARE(toValue(shop::Level(-7)), Value(-7));
        QCOMPARE(toValue(shop::Options::fromInt(4 | shop::Fast)), Value(5));
    }

    void containers_data()
    {
        using QS = QString;
        QTest::addColumn<Check>("check");
        const Value two = read("[1,2]");
        bothWays("QList", QList { 1, 2 }, two, "array");
        bothWays("std::vector", std::vector { 1, 2 }, two, "array");
        bothWays("std::vector<bool>", std::vector { true, false }, read("[true,false]"), "array");
        bothWays("std::list", std::list { 1, 2 }, two, "array");
        bothWays("std::deque", std::deque { 1, 2 }, two, "array");
        bothWays("std::array", std::array { 1, 2 }, two, "array");
        bothWays("empty std::array", std::array<int, 0> {}, read("[]"), "array");
        bothWays("QSet", QSet { 1 }, read("[1]"), "array");
        bothWays("std::set", std::set { 2, 1 }, two, "array");
        bothWays("std::unordered_set", std::unordered_set { 1 }, read("[1]"), "array");
        bothWays("QStringList", QStringList { QS(u'a'), QS(u'b') }, read("[\"a\",\"b\"]"), "array");
        bothWays("nested", QList<std::vector<int>> { { 1 }, {} }, read("[[1],[]]"), "array");
        bothWays("no default constructor", std::vector { NoDefault(1) }, read("[1]"), "array");
        const Value s = read("{\"a\":1,\"b\":2}");
        bothWays("QMap", QMap<QS, int> { { QS(u'b'), 2 }, { QS(u'a'), 1 } }, s, "struct");
        bothWays("QHash", QHash<QS, int> { { QS(u'a'), 1 } }, read("{\"a\":1}"), "struct");
        bothWays("std::map", std::map<QS, int> { { QS(u'b'), 2 }, { QS(u'a'), 1 } }, s, "struct");
        bothWays("std::map<std::string, std::string>", std::map<std::string, std::string> { { "\xc3\xa4", "b" } }, read("{\"ä\":\"b\"}"), "struct");
        bothWays("std::map<QString, QString>", std::map<QS, QS> { { QS(u'a'), QS(u'b') } }, read("{\"a\":\"b\"}"), "struct");
        bothWays("std::unordered_map", std::unordered_map<std::string, int> { { "a", 1 } }, read("{\"a\":1}"), "struct");
        bothWays("std::unordered_map<QString>", std::unordered_map<QS, int> { { QS(u'a'), 1 } }, read("{\"a\":1}"), "struct");
        bothWays("std::pair", std::pair(1, true), read("[1,true]"), "array");
        bothWays("std::tuple", std::tuple(1, QS(u'a'), 0.5), Array { 1, text("a"), 0.5 }, "array");
        bothWays("std::tuple of one list", std::tuple(QList { 1 }), read("[[1]]"), "array");
        bothWays("empty std::tuple", std::tuple<>(), read("[]"), "array");
        bothWays("std::tuple without default constructor", std::tuple(NoDefault(1)), read("[1]"), "array");
        bothWays("std::optional", std::optional(1), 1, "int");
        bothWays("empty std::optional", std::optional<int>(), Nil(), "int");
        bothWays("list of std::optional", QList<std::optional<int>> { 1, {} }, read("[1,null]"), "array");

        isRefused<QList<int>>("list from int", 1, "expected array, got int");
        isRefused<QList<int>>("list from struct", s, "expected array, got struct");
        isRefused<QList<int>>("item", read("[1,\"2\"]"), "[1]: expected int, got string");
        isRefused<std::deque<quint8>>("item range", read("[256]"), "[0]: 256 is out of the range 0 to 255");
        isRefused<std::array<int, 3>>("std::array too short", two, "expected 3 values, got 2");
        isRefused<std::array<int, 1>>("std::array too long", two, "expected 1 value, got 2");
        isRefused<std::array<int, 2>>("std::array item", read("[1,\"\"]"), "[1]: expected int, got string");
        isRefused<QSet<int>>("QSet with a repetition", read("[1,2,1]"), "[2]: stands twice");
        isRefused<std::set<QString>>("std::set item", read("[\"a\",1]"), "[1]: expected string, got int");
        isRefused<QMap<QS, int>>("map from array", two, "expected struct, got array");
        isRefused<QMap<QS, QStringList>>("map item", read("{\"tags\":[\"x\",3]}"), "tags[1]: expected string, got int");
        isRefused<std::unordered_map<QS, int>>("std map item", read("{\"a b\":\"\"}"), "[\"a b\"]: expected int, got string");
        Struct twice;
        twice.append(QS(u'a'), 1);
        twice.append(QS(u'a'), 2);
        isRefused<QMap<QS, int>>("QMap with a repetition", twice, "a: stands twice");
        isRefused<std::map<std::string, int>>("std::map with a repetition", twice, "a: stands twice");
        isRefused<std::map<std::string, int>>("name without UTF-8", Struct { { QS(QStringLiteral("a") + QChar(0xdc00)), text("b") } }, nullptr);
        isRefused<std::pair<int, int>>("std::pair too long", read("[1,2,3]"), "expected 2 values, got 3");
        isRefused<std::tuple<int, QS>>("std::tuple item", two, "[1]: expected string, got int");
        isRefused<std::tuple<int, QS>>("std::tuple, first of two errors", read("[\"\",1]"), "[0]: expected int, got string");
        isRefused<std::optional<int>>("std::optional", text("1"), "expected int, got string");
        isRefused<std::map<QS, std::vector<std::pair<int, QS>>>>("deep", read("{\"a\":[[1,\"\"],[2,3]]}"), "a[1][1]: expected string, got int");
    }
    void containers()
    {
        QFETCH(Check, check);
        check();
    }

    void variants_data()
    {
        using QS = QString;
        using Any = std::variant<std::monostate, double, int, QDateTime, QS, QList<int>>;
        QTest::addColumn<Check>("check");
        bothWays("nil", Any(), Nil(), "any");
        bothWays("double", Any(5.0), 5.0, "any");
        bothWays("int, although a double would take it", Any(5), 5, "any");
        bothWays("text, although a date would take it", Any(QS(QStringLiteral("1998-07-17"))), text("1998-07-17"), "any");
        bothWays("list", Any(QList { 1 }), read("[1]"), "any");
        bothWays("one type name", std::variant<QList<int>, QStringList>(QStringList { QS(u'a') }), read("[\"a\"]"), "array");
        bothWays("same type twice", std::variant<int, int>(std::in_place_index<0>, 1), 1, "int");
        comesIn("no exact one", 5, std::variant<QS, double>(5.0));
        isRefused<std::variant<int, QS>>("none", true, "expected int or string, got boolean");
        isRefused<Any>("inside the only one that fits", read("[1,\"\"]"), "[1]: expected int, got string");
        isRefused<std::variant<QList<int>, QStringList>>("inside more than one", read("[true]"), "[0]: expected int, got boolean; or [0]: expected string, got boolean");
    }
    void variants()
    {
        QFETCH(Check, check);
        check();
    }

    void fields_data()
    {
        QTest::addColumn<Check>("check");
        bothWays("all", Point { 1, 2, QStringLiteral("p") }, Struct { { QStringLiteral("x"), 1.0 }, { QStringLiteral("y"), 2.0 }, { QStringLiteral("label"), text("p") } }, "struct");
        bothWays("nested", Line { QStringLiteral("l"), {} }, read("{\"name\":\"l\",\"points\":[]}"), "struct");
        comesIn("optional one missing, other order", read("{\"y\":2,\"x\":1}"), Point { 1, 2, {} });
        isRefused<Point>("no struct", read("[1,2]"), "expected struct, got array");
        isRefused<Point>("missing", read("{\"x\":1}"), "y: is missing");
        isRefused<Point>("unknown", read("{\"x\":1,\"y\":2,\"z\":3}"), "z: no such member");
        isRefused<Point>("other case", read("{\"X\":1,\"y\":2}"), "X: no such member");
        isRefused<Line>("deep", read("{\"name\":\"l\",\"points\":[{\"x\":1,\"y\":2},{\"x\":1,\"y\":\"\"}]}"), "points[1].y: expected double, got string");
        Struct twice { { QStringLiteral("x"), 1 }, { QStringLiteral("y"), 1 } };
        twice.append(QStringLiteral("x"), 2);
        isRefused<Point>("twice", twice, "x: stands twice");
    }
    void fields()
    {
        QFETCH(Check, check);
        check();
    }

    void dates_data()
    {
        QTest::addColumn<Check>("check");
        const QDate day(1998, 7, 17);
        bothWays("QDateTime", QDateTime(day, QTime(14, 8, 55)), date("19980717T14:08:55"), "dateTime.iso8601");
        bothWays("QDateTime with milliseconds", QDateTime(day, QTime(14, 8, 55, 120)), date("19980717T14:08:55.120"), "dateTime.iso8601");
        comesIn("QDateTime from text", text("1998-07-17T14:08:55Z"), QDateTime(day, QTime(14, 8, 55), QTimeZone::utc()));
        comesIn("QDateTime with an offset", date("1998-07-17T14:08:55+02:00"), QDateTime(day, QTime(12, 8, 55), QTimeZone::utc()));
        isRefused<QDateTime>("QDateTime from a word", text("today"), "expected dateTime.iso8601, got \"today\"");
        isRefused<QDateTime>("QDateTime from int", 1, "expected dateTime.iso8601, got int");
        isRefused<QDateTime>("QDateTime from a DateTime without text", DateTime(), "expected dateTime.iso8601, got dateTime.iso8601");
        bothWays("QDate", day, text("1998-07-17"), "string");
        comesIn("QDate from midnight", date("19980717T00:00:00"), day);
        comesIn("QDate from a date alone", date("1998-07-17"), day);
        isRefused<QDate>("QDate from noon", date("19980717T12:00:00"), "expected a date without a time, got 19980717T12:00:00");
        isRefused<QDate>("QDate with a zone", date("19980717T00:00:00Z"), "expected a date without a time, got 19980717T00:00:00Z");
        isRefused<QDate>("QDate with less than a millisecond", date("19980717T00:00:00.0001"), "expected a date without a time, got 19980717T00:00:00.0001");
        isRefused<QDate>("QDate from text with a time", text("1998-07-17T00:00:00"), "expected a date without a time, got \"1998-07-17T00:00:00\"");
        isRefused<QDate>("QDate that is none", text("1998-02-30"), "expected a date without a time, got \"1998-02-30\"");
        isRefused<QDate>("QDate from int", 1, "expected string, got int");
        bothWays("QTime", QTime(14, 8, 55), text("14:08:55"), "string");
        bothWays("QTime with milliseconds", QTime(14, 8, 55, 120), text("14:08:55.120"), "string");
        comesIn("QTime without seconds", text("14:08"), QTime(14, 8));
        comesIn("QTime with one digit", text("14:08:55.1"), QTime(14, 8, 55, 100));
        isRefused<QTime>("QTime with four digits", text("14:08:55.1234"), "expected a time of day, got \"14:08:55.1234\"");
        isRefused<QTime>("QTime beyond midnight", text("24:00"), "expected a time of day, got \"24:00\"");
        isRefused<QTime>("QTime with something after", text("14:08x"), "expected a time of day, got \"14:08x\"");
        isRefused<QTime>("QTime from int", 1, "expected string, got int");
    }
    void dates()
    {
        QFETCH(Check, check);
        check();
    }

    void invalidDates_goOutEmpty()
    {
        QCOMPARE(toValue(QDate()), text(""));
        QCOMPARE(toValue(QTime()), text(""));
        QCOMPARE(toValue(QDateTime()), Value(DateTime()));
        QCOMPARE(toValue(QDateTime(QDate(1998, 7, 17), QTime(1, 2), QTimeZone::utc())), date("19980717T01:02:00Z")); // the one zone that is kept
    }

    void toDateTime_data()
    {
        QTest::addColumn<Value>("value");
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("epoch");
        QTest::addColumn<QDateTime>("expected");
        QTest::addColumn<QString>("error");
        const QDateTime local(QDate(1998, 7, 17), QTime(14, 8, 55));
        const QDateTime utc(QDate(1998, 7, 17), QTime(14, 8, 55), QTimeZone::utc());
        const QDateTime midnight(QDate(1998, 7, 17), QTime(0, 0));
        const auto good = [](const char *row, const Value &value, const QDateTime &expected, const char *format = "", int epoch = 0) {
            QTest::newRow(row) << value << QString::fromLatin1(format) << epoch << expected << QString();
        };
        const auto bad = [](const char *row, const Value &value, const char *error, const char *format = "", int epoch = 0) {
            QTest::newRow(row) << value << QString::fromLatin1(format) << epoch << QDateTime() << QString::fromLatin1(error);
        };
        good("dateTime", date("19980717T14:08:55"), local);
        good("dateTime with a zone", date("19980717T14:08:55Z"), utc);
        good("dateTime, whatever the format", date("19980717T14:08:55"), local, "dd.MM.yyyy", 1);
        good("ISO", text("1998-07-17T14:08:55"), local);
        good("ISO with an offset", text("1998-07-17T16:08:55+02:00"), utc);
        good("ISO, compact", text("19980717T140855"), local);
        good("ISO, a date", text("1998-07-17"), midnight);
        good("format", text("17.07.1998 14:08:55"), local, "dd.MM.yyyy HH:mm:ss");
        good("format of a date", text("17.07.1998"), midnight, "dd.MM.yyyy");
        good("seconds", Value(qint64(900684535)), utc, "", 1);
        good("seconds, int", Value(qint32(900684535)), utc, "", 1);
        good("seconds, double", 900684535.25, utc.addMSecs(250), "", 1);
        good("seconds, decimal", number("900684535.25"), utc.addMSecs(250), "", 1);
        good("seconds, before 1970", -1, QDateTime(QDate(1969, 12, 31), QTime(23, 59, 59), QTimeZone::utc()), "", 1);
        good("milliseconds", Value(qint64(900684535250)), utc.addMSecs(250), "", 2);
        bad("number", 900684535, "expected dateTime.iso8601, got int");
        bad("number as text", text("900684535"), "expected dateTime.iso8601, got \"900684535\"", "", 1);
        bad("NaN", std::nan(""), "expected a time since 1970, got {\"$double\":\"nan\"}", "", 1);
        bad("too large", number("1e30"), "expected a time since 1970, got 1e30", "", 1);
        bad("too large, integer", std::numeric_limits<qint64>::max(), "expected a time since 1970, got 9223372036854775807", "", 1);
        bad("word", text("today"), "expected dateTime.iso8601, got \"today\"");
        bad("no real day", text("1998-02-30"), "expected dateTime.iso8601, got \"1998-02-30\"");
        bad("other form than asked", text("1998-07-17T14:08:55"), "expected a date like dd.MM.yyyy, got \"1998-07-17T14:08:55\"", "dd.MM.yyyy");
        bad("nil", Nil(), "expected dateTime.iso8601, got nil");
    }
    void toDateTime()
    {
        QFETCH(Value, value);
        QFETCH(QString, format);
        QFETCH(int, epoch);
        QFETCH(QDateTime, expected);
        QFETCH(QString, error);
        const auto when = rpc::toDateTime(value, { format, DateOptions::Epoch(epoch) });
        QCOMPARE(when ? QString() : when.error().toString(), error);
        QCOMPARE(when.valueOr(QDateTime()), expected);
        if (when)
            QCOMPARE(when->timeSpec() == Qt::LocalTime, expected.timeSpec() == Qt::LocalTime);
    }
};

QTEST_APPLESS_MAIN(tst_Convert)
#include "tst_convert.moc"
