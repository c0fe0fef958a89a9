// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/valuetext.h>
#include <tests/support/fatalmessages.h>

#include <QTest>

using namespace rpc;

namespace {

JsonReader explorers()
{
    JsonReader reader { Limits::forExplorer(), Duplicates::KeepAll };
    reader.tolerant = true;
    return reader;
}

} // namespace

/// What an explorer reads of texts that are no JSON: the value, and which bytes the findings mark.
class tst_TolerantJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void texts_areReadAsFarAsTheyCan_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("value"); // as JSON
        QTest::addColumn<QByteArrayList>("findings"); // rule, a blank, and the bytes that it marks
        const auto row = [](const char *name, const QByteArray &text, const QByteArray &value, const QByteArrayList &findings) {
            QTest::newRow(name) << text << value << findings;
        };
        // Python's json, tinyrpc, json-rpc, simplejson and their kin
        row("not a number", "{\"a\":NaN,\"b\":[Infinity,-Infinity,1]}", "{\"a\":\"NaN\",\"b\":[\"Infinity\",\"-Infinity\",1]}",
            { "json.unreadable NaN", "json.unreadable Infinity", "json.unreadable -Infinity" });
        row("printed by Python", "{'ok': True, 'no': None, 'it': 'a \"b\"'}", "{\"ok\":\"True\",\"no\":\"None\",\"it\":\"a \\\"b\\\"\"}",
            { "json.name 'ok'", "json.unreadable True", "json.name 'no'", "json.unreadable None", "json.name 'it'", "json.unreadable 'a \"b\"'" });
        row("JavaScript", "{a: undefined, b: [1, 2, ], /* c */ c: 3, // d\n}", "{\"a\":\"undefined\",\"b\":[1,2],\"c\":3}",
            { "json.name a", "json.unreadable undefined", "json.name b", "json.comma ,", "json.comment /* c */", "json.name c", "json.comment // d", "json.comma ," });
        row("numbers of others", "[+1,.5,01,0x10,1.,1_000,--1,1e5]", "[\"+1\",\".5\",\"01\",\"0x10\",\"1.\",\"1_000\",\"--1\",1e5]",
            { "json.unreadable +1", "json.unreadable .5", "json.unreadable 01", "json.unreadable 0x10", "json.unreadable 1.", "json.unreadable 1_000",
                "json.unreadable --1" });
        row("a date that is none of JSON's", "{\"at\":2026-11-27T10:00:00Z,\"of\":new Date(2026, 11, [1]),\"n\":1}",
            "{\"at\":\"2026-11-27T10:00:00Z\",\"of\":\"new Date(2026, 11, [1])\",\"n\":1}",
            { "json.unreadable 2026-11-27T10:00:00Z", "json.unreadable new Date(2026, 11, [1])" });
        // strings
        row("control characters", "[\"a\tb\nc\x01\x1f\"]", "[\"a\\tb\\nc\\u0001\\u001f\"]",
            { "json.control-character \t", "json.control-character \n", "json.control-character \x01", "json.control-character \x1f" });
        row("NUL in a string", QByteArray("[\"a\0b\"]", 7), "[\"a\\u0000b\"]", { QByteArray("json.control-character \0", 24) });
        row("escapes of others", "[\"C:\\dir\\x41\\'\",\"\\u12\"]", "[\"C:\\\\dir\\\\x41\\\\'\",\"\\\\u12\"]",
            { "json.escape \\d", "json.escape \\x", "json.escape \\'", "json.escape \\u" });
        row("Latin-1", "[\"M\xfcller\",\"\xc3\xa4\xe4\"]", "[\"M\xef\xbf\xbdller\",\"\xc3\xa4\xef\xbf\xbd\"]", { "json.invalid-utf8 \xfc", "json.invalid-utf8 \xe4" });
        row("a surrogate in UTF-8", "[\"\xed\xa0\x80\"]", "[\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"]",
            { "json.invalid-utf8 \xed", "json.invalid-utf8 \xa0", "json.invalid-utf8 \x80" });
        // what is missing and what is too much
        row("commas", "{\"a\":1 \"b\":2,,\"c\":[1 \"x\",,3]}", "{\"a\":1,\"b\":2,\"c\":[1,\"x\",\"\",3]}",
            { "json.comma \"", "json.comma ,", "json.comma \"", "json.unreadable ," });
        row("colons", "{\"a\"=1,\"b\"=>2,\"c\" 3}", "{\"a\":1,\"b\":2,\"c\":3}", { "json.name =", "json.name =>", "json.name 3" });
        row("values", "{\"a\":,\"b\":}", "{\"a\":\"\",\"b\":\"\"}", { "json.unreadable ,", "json.unreadable \"b\"" });
        row("brackets", "{\"a\":[1,{\"b\":2],\"c\":3}}", "{\"a\":[1,{\"b\":2}],\"c\":3}", { "json.bracket ]", "json.trailing }" });
        row("a bracket of nothing", "[1}]", "[1]", { "json.bracket }" });
        // the end
        row("broken off", "{\"a\":[1,{\"b\":\"te", "{\"a\":[1,{\"b\":\"te\"}]}", { "json.broken-off e" });
        row("broken off behind a name", "{\"a\":1,\"b\":", "{\"a\":1,\"b\":\"\"}", { "json.unreadable \"b\"", "json.broken-off :" });
        row("broken off in a word", "[tr", "[\"tr\"]", { "json.unreadable tr", "json.broken-off r" });
        row("NUL behind", QByteArray("{\"a\":1}\0", 8), "{\"a\":1}", { QByteArray("json.trailing \0", 15) });
        row("another behind", "{\"a\":1}{\"b\":2}", "{\"a\":1}", { "json.trailing {\"b\":2}" });
        row("PHP's warning behind", "[1]\n<br />\n<b>Warning</b>", "[1]", { "json.trailing <br />\n<b>Warning</b>" });
        row("what strict readers note", "[1e400,\"\\ud800\",NaN,{\"a\":1,\"a\":2}]", "[1e400,\"\\ud800\",\"NaN\",{\"a\":1,\"a\":2}]",
            { "json.number-beyond-double 1e400", "json.lone-surrogate \\ud800", "json.unreadable NaN", "json.duplicate-name \"a\"" });
    }
    void texts_areReadAsFarAsTheyCan()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, value);
        QFETCH(QByteArrayList, findings);
        QVERIFY(!JsonReader().read(text)); // strict readers go on refusing it
        Findings found;
        Spans spans;
        const auto read = explorers().read(text, &found, &spans);
        QVERIFY2(read, qPrintable(read ? QString() : read.error().toString()));
        const auto wanted = JsonReader { Limits(), Duplicates::KeepAll }.read(value);
        QVERIFY(wanted);
        QVERIFY2(*read == *wanted, valuetext::toText(*read).constData());
        QByteArrayList marked;
        for (const Finding &f : found)
            marked.append(f.id().toLatin1() + ' ' + text.mid(f.position.offset, f.length));
        QCOMPARE(marked, findings);
        // The root is all of it, and every value has its place.
        QVERIFY(!spans.isEmpty());
        for (const Spans::Node &node : spans.nodes()) {
            QVERIFY(node.begin <= node.end);
            QVERIFY(node.end <= quint64(text.size()));
        }
        if (const auto *members = read->get<Struct>()) {
            for (const Member &m : *members)
                QVERIFY(spans.find(*read, Path().child(m.name)));
        }
    }

    void spans_areThoseOfTheBytes()
    {
        const QByteArray text = "{\"a\": NaN , b: ['x', +1]}";
        Spans spans;
        const auto read = explorers().read(text, nullptr, &spans);
        QVERIFY(read);
        const auto bytes = [&](const Path &path) {
            const auto span = spans.find(*read, path);
            return span ? text.mid(span->begin, span->end - span->begin) : QByteArray("none");
        };
        const QString b = QStringLiteral("b");
        QCOMPARE(bytes(Path().child(QStringLiteral("a"))), QByteArray("NaN"));
        QCOMPARE(bytes(Path().child(b)), QByteArray("['x', +1]"));
        QCOMPARE(bytes(Path().child(b).child(0)), QByteArray("'x'"));
        QCOMPARE(bytes(Path().child(b).child(1)), QByteArray("+1"));
    }

    // What is no JSON from its first byte on is told as such: an HTML page, plain text, nothing.
    void otherTexts_areRefusedAsEver_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("html") << QByteArray("<html>x</html>");
        QTest::newRow("words") << QByteArray("not found");
        QTest::newRow("nan") << QByteArray("NaN");
    }
    void otherTexts_areRefusedAsEver()
    {
        QFETCH(QByteArray, text);
        const auto strict = JsonReader().read(text);
        const auto tolerant = explorers().read(text);
        QVERIFY(!tolerant);
        QCOMPARE(tolerant.error().toString(), strict.error().toString());
    }

    void limits_hold()
    {
        JsonReader reader = explorers();
        reader.limits.depth = 3;
        QCOMPARE(reader.read("[[[[NaN]]]]").error().kind, ErrorKind::LimitExceeded);
        QVERIFY(reader.read("[[[NaN]]]"));
        reader.limits.items = 3;
        QCOMPARE(reader.read("[NaN,2,3,4]").error().kind, ErrorKind::LimitExceeded);
        reader.rootElements = 1;
        QCOMPARE(reader.read("[NaN,2]").error().kind, ErrorKind::LimitExceeded);
        reader.limits.bytes = 3;
        QCOMPARE(reader.read("[NaN]").error().kind, ErrorKind::LimitExceeded);
    }

    // What never ends is looked for once.
    void hostileTexts_takeLinearTime()
    {
        for (const QByteArray &piece : { QByteArray("'a,"), QByteArray("(,"), QByteArray("\"a\":"), QByteArray("/*"), QByteArray("}"), QByteArray("\x80"),
                 QByteArray("\"\\"), QByteArray("a "), QByteArray("[],:") }) {
            JsonReader reader = explorers();
            Findings findings;
            (void)reader.read("[{" + piece.repeated(300'000), &findings);
            QVERIFY(findings.size() <= mostFindings);
        }
    }
};

QTEST_APPLESS_MAIN(tst_TolerantJson)
#include "tst_tolerantjson.moc"
