// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/valuetext.h>
#include <rpccore/xmlrpc/xmlreader.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <rpccore/xmlrpc/xmlwriter.h>
#include <tests/support/fatalmessages.h>

#include <QTimeZone>

#include <QFile>
#include <QStringEncoder>

#include <limits>

using namespace rpc;

namespace {

QByteArray response(const QByteArray &value)
{
    return "<?xml version=\"1.0\"?><methodResponse><params><param>" + value + "</param></params></methodResponse>";
}

} // namespace

class tst_XmlRpc : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void values_areRead_data()
    {
        QTest::addColumn<QByteArray>("xml");
        QTest::addColumn<QByteArray>("text"); // in the spelling of valuetext
        QTest::newRow("int") << QByteArray("<value><int>+5</int></value>") << QByteArray("5");
        QTest::newRow("i4 zeros") << QByteArray("<value><i4>-0042</i4></value>") << QByteArray("-42");
        QTest::newRow("i8") << QByteArray("<value><i8>5</i8></value>") << QByteArray("{\"$int64\":5}");
        QTest::newRow("double") << QByteArray("<value><double> 3.14159 </double></value>") << QByteArray("3.14159");
        QTest::newRow("double 20") << QByteArray("<value><double>20</double></value>") << QByteArray("20.0");
        QTest::newRow("long double") << QByteArray("<value><double>3.14159265358979323846264</double></value>")
                                     << QByteArray("3.14159265358979323846264");
        QTest::newRow("untyped") << QByteArray("<value>  two  </value>") << QByteArray("\"  two  \"");
        QTest::newRow("empty value") << QByteArray("<value/>") << QByteArray("\"\"");
        QTest::newRow("blank around type") << QByteArray("<value>\n <string> x</string>\n</value>") << QByteArray("\" x\"");
        QTest::newRow("CDATA and references") << QByteArray("<value><string>&#60;<![CDATA[<&]]>&amp;&#x1F497;</string></value>")
                                              << QByteArray("\"<<&&\xf0\x9f\x92\x97\"");
        QTest::newRow("CR") << QByteArray("<value><string>a&#13;b</string></value>") << QByteArray("\"a\\rb\"");
        QTest::newRow("comment") << QByteArray("<value><string>ab<!-- c -->cd</string></value>") << QByteArray("\"abcd\"");
        QTest::newRow("date") << QByteArray("<value><dateTime.iso8601>19980717T14:08:55</dateTime.iso8601></value>")
                              << QByteArray("{\"$dateTime\":\"19980717T14:08:55\"}");
        QTest::newRow("base64") << QByteArray("<value><base64>\naGVs\nbG8=\n</base64></value>") << QByteArray("{\"$bytes\":\"aGVsbG8=\"}");
        QTest::newRow("nil") << QByteArray("<value><nil/></value>") << QByteArray("null");
        QTest::newRow("struct order") << QByteArray("<value><struct><member><name>b</name><value>1</value></member><member>"
                                                    "<name></name><value><boolean>1</boolean></value></member></struct></value>")
                                      << QByteArray("{\"b\":\"1\",\"\":true}");
        QTest::newRow("array") << QByteArray("<value><array><data><value><int>1</int></value><value/></data></array></value>")
                               << QByteArray("[1,\"\"]");
        QTest::newRow("blank string") << QByteArray("<value> \n\t</value>") << QByteArray("\" \\n\\t\"");
        QTest::newRow("empty string") << QByteArray("<value><string/></value>") << QByteArray("\"\"");
        QTest::newRow("comment between") << QByteArray("<value><!-- a -->1<?pi x?>2<!-- b --></value>") << QByteArray("\"12\"");
        QTest::newRow("comment beside") << QByteArray("<value> <!-- a --><int>1<!-- b -->2</int><?pi x?> </value>") << QByteArray("12");
        QTest::newRow("CDATA untyped") << QByteArray("<value><![CDATA[ <int>1</int> ]]>&lt;</value>") << QByteArray("\" <int>1</int> <\"");
        QTest::newRow("line ends") << QByteArray("<value>a\r\nb\rc&#13;&#10;d</value>") << QByteArray("\"a\\nb\\nc\\r\\nd\"");
        QTest::newRow("byte order mark inside") << QByteArray("<value>\xef\xbb\xbf\xef\xbb\xbf""a</value>") << QByteArray("\"\xef\xbb\xbf\xef\xbb\xbf""a\"");
        QTest::newRow("int -0") << QByteArray("<value><int>-0</int></value>") << QByteArray("0");
        QTest::newRow("int bounds") << QByteArray("<value><array><data><value><i4>-2147483648</i4></value><value><int>+02147483647</int></value></data></array></value>")
                                    << QByteArray("[-2147483648,2147483647]");
        QTest::newRow("double -0") << QByteArray("<value><double>-0.0</double></value>") << QByteArray("-0.0");
        QTest::newRow("double .5") << QByteArray("<value><double>.5</double></value>") << QByteArray("0.5");
        QTest::newRow("double -.5") << QByteArray("<value><double>-.5</double></value>") << QByteArray("-0.5");
        QTest::newRow("double 5.") << QByteArray("<value><double>+005.</double></value>") << QByteArray("5.0");
        QTest::newRow("double zeros") << QByteArray("<value><double>1.500</double></value>") << QByteArray("1.5");
        QTest::newRow("double 16 digits") << QByteArray("<value><double>0.3000000000000001</double></value>") << QByteArray("0.3000000000000001");
        QTest::newRow("double 17 digits") << QByteArray("<value><double>0.30000000000000004</double></value>") << QByteArray("0.30000000000000004");
        QTest::newRow("double that is none") << QByteArray("<value><double>0.30000000000000005</double></value>") << QByteArray("0.30000000000000005");
        QTest::newRow("double, great integer") << QByteArray("<value><double>9007199254740993</double></value>") << QByteArray("9007199254740993.0");
        QTest::newRow("name kept") << QByteArray("<value><struct><member><name> a\n<![CDATA[<]]></name><value/></member></struct></value>") << QByteArray("{\" a\\n<\":\"\"}");
        QTest::newRow("empty base64") << QByteArray("<value><base64> </base64></value>") << QByteArray("{\"$bytes\":\"\"}");
        QTest::newRow("nested empties") << QByteArray("<value><array><data><value><struct/></value><value><array><data/></array></value></data></array></value>")
                                        << QByteArray("[{},[]]");
    }
    void values_areRead()
    {
        QFETCH(QByteArray, xml);
        QFETCH(QByteArray, text);
        const auto document = XmlReader {}.read(response(xml));
        QVERIFY2(document.hasValue(), document ? "" : qPrintable(document.error().toString()));
        QCOMPARE(valuetext::toText(document->params.constFirst()), text);
    }

    void strictReading_refuses_data()
    {
        QTest::addColumn<QByteArray>("xml");
        QTest::addColumn<bool>("lenientTakesIt");
        const auto row = [](const char *value, bool lenient) { QTest::newRow(value) << QByteArray(value) << lenient; };
        row("<value><boolean>true</boolean></value>", true);
        row("<value><boolean>null</boolean></value>", false);
        row("<value><int>abc</int></value>", false);
        row("<value><int></int></value>", false);
        row("<value><int>2147483648</int></value>", true);
        row("<value><double>nan</double></value>", true);
        row("<value><double>1,5</double></value>", false);
        row("<value><dateTime.iso8601>2026-01-02T03:04:05Z</dateTime.iso8601></value>", true);
        row("<value><dateTime.iso8601>20251301T00:00:00</dateTime.iso8601></value>", false);
        row("<value><base64>abc</base64></value>", true);
        row("<value><base64>abcde</base64></value>", false);
        row("<value><i1>5</i1></value>", true);
        row("<value><int>1</int><int>2</int></value>", false);
        row("<value>text<int>1</int></value>", false);
        row("<value><int>1</int>text</value>", false);
        row("<value><array></array></value>", true);
        row("<value><struct><member><name>a</name></member></struct></value>", false);
        row("<value><struct><member><value>1</value></member></struct></value>", false);
        row("<value><struct><member><name>a</name><value>1</value></member><member><name>a</name><value>2</value></member></struct></value>", true);
        row("<value><nil>x</nil></value>", false);
        row("<value><whatever/></value>", false);
        row("<int>16</int>", false);
    }
    void strictReading_refuses()
    {
        QFETCH(QByteArray, xml);
        QFETCH(bool, lenientTakesIt);
        const auto strict = XmlReader {}.read(response(xml));
        QVERIFY(!strict);
        QCOMPARE(strict.error().kind, ErrorKind::InvalidRequest);
        QCOMPARE(strict.error().position.line, 1);
        Findings findings;
        const auto lenient = XmlReader { {}, XmlRpcDialect::lenient() }.read(response(xml), {}, &findings);
        QCOMPARE(lenient.hasValue(), lenientTakesIt);
        QCOMPARE(!findings.isEmpty(), lenientTakesIt); // never in silence
    }

    void hostileDocuments_areRefused_data()
    {
        QTest::addColumn<QByteArray>("xml");
        QTest::newRow("doctype") << QByteArray("<!DOCTYPE methodCall [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><methodCall><methodName>&x;</methodName></methodCall>");
        QTest::newRow("laughs") << QByteArray("<!DOCTYPE a [<!ENTITY l \"lol\"><!ENTITY m \"&l;&l;&l;\">]><methodCall><methodName>&m;</methodName></methodCall>");
        QTest::newRow("control") << QByteArray("<methodCall><methodName>&#1;</methodName></methodCall>");
        QTest::newRow("bad utf-8") << QByteArray("<methodCall><methodName>\xff\xfe</methodName></methodCall>");
        QTest::newRow("not closed") << QByteArray("<methodCall><methodName>a");
        QTest::newRow("plain doctype") << QByteArray("<!DOCTYPE methodCall><methodCall><methodName>a</methodName></methodCall>");
        QTest::newRow("entity") << QByteArray("<methodCall><methodName>&nbsp;</methodName></methodCall>");
        QTest::newRow("NUL") << QByteArray("<methodCall><methodName>a\0b</methodName></methodCall>", 48);
        QTest::newRow("escape") << QByteArray("<methodCall><methodName>\x1b</methodName></methodCall>");
        QTest::newRow("half a pair") << QByteArray("<methodCall><methodName>&#xd800;</methodName></methodCall>");
        QTest::newRow("no character") << QByteArray("<methodCall><methodName>&#xffff;</methodName></methodCall>");
        QTest::newRow("two roots") << QByteArray("<methodCall><methodName>a</methodName></methodCall><methodCall/>");
        QTest::newRow("text behind") << QByteArray("<methodCall><methodName>a</methodName></methodCall>x");
        QTest::newRow("twice the same attribute") << QByteArray("<methodCall a='1' a='2'><methodName>a</methodName></methodCall>");
        QTest::newRow("utf-32") << QByteArray("\xff\xfe\0\0<\0\0\0", 8);
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("json") << QByteArray("{\"jsonrpc\":\"2.0\"}");
        QTest::newRow("charset") << QByteArray("<?xml version=\"1.0\" encoding=\"no-such\"?><methodCall/>");
    }
    void hostileDocuments_areRefused()
    {
        QFETCH(QByteArray, xml);
        const auto document = XmlReader {}.read(xml);
        QVERIFY(!document);
        QCOMPARE(document.error().kind, ErrorKind::Parse);
    }

    void errors_nameTheirPath_data()
    {
        QTest::addColumn<QByteArray>("xml");
        QTest::addColumn<QString>("path");
        const auto row = [](const char *xml, const char *path) { QTest::newRow(xml) << QByteArray(xml) << QString::fromLatin1(path); };
        row("<value><int>x</int></value>", "[0]");
        row("<value>a<x/></value>", "[0]");
        row("<value><int>1</int>x</value>", "[0]");
        row("<value><array><data><value/><value><int>x</int></value></data></array></value>", "[0][1]");
        row("<value><array><data><value>a</value>x</data></array></value>", "[0][1]");
        row("<value><struct><member><name>a</name><value><int>x</int></value></member></struct></value>", "[0].a");
        row("<value><struct><member><name>z</name><value/></member><member><name>a</name><value><array><data><value/><value><struct><member><name>b c</name>"
            "<value><x/></value></member></struct></value></data></array></value></member></struct></value>",
            "[0].a[1][\"b c\"]");
        row("<value><array><data><value><struct><member><name>a</name><value/></member></struct></value><value><x/></value></data></array></value>", "[0][1]");
        row("<value><struct><member><name>a</name><value><array><data><value/></data></array></value><x/></member></struct></value>", "[0].a");
        row("<value><struct><member><name>a</name><value/></member><member><name>a</name><value/></member></struct></value>", "[0].a");
        row("<value><struct><member><value/></member></struct></value>", "[0]");
        row("<value><array></array></value>", "[0]");
    }
    void errors_nameTheirPath()
    {
        QFETCH(QByteArray, xml);
        QFETCH(QString, path);
        const auto document = XmlReader {}.read(response(xml));
        QVERIFY(!document);
        QCOMPARE(document.error().path.toString(), path);
    }

    void encodings_data()
    {
        QTest::addColumn<QByteArray>("declaration");
        QTest::addColumn<QByteArray>("charset");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("text"); // null: refused
        QTest::addColumn<QString>("conflict"); // null: none
        const QByteArray none;
        const QString no;
        const QString a = QStringLiteral("\u00e4");
        const QString euro = QStringLiteral("\u20ac");
        QTest::newRow("utf-8") << none << none << QByteArray("\xc3\xa4") << a << no;
        for (const char *name : { "utf8", "UTF8", "utf-8", "UTF-8", "Utf_8" }) {
            QTest::addRow("declared %s", name) << QByteArray(name) << none << QByteArray("\xc3\xa4\xf0\x9f\x92\x97") << QString(a + QStringLiteral("\U0001f497")) << no;
            QTest::addRow("header %s", name) << none << QByteArray(name).toLower() << QByteArray("\xc3\xa4\xf0\x9f\x92\x97") << QString(a + QStringLiteral("\U0001f497")) << no;
        }
        for (const char *name : { "iso-8859-1", "ISO-8859-1", "latin1", "iso8859-1" })
            QTest::addRow("declared %s", name) << QByteArray(name) << none << QByteArray("\xe4") << a << no;
        QTest::newRow("header latin1") << none << QByteArray("latin1") << QByteArray("\xe4") << a << no;
        QTest::newRow("ascii") << QByteArray("us-ascii") << none << QByteArray("&#228;") << a << no;
        QTest::newRow("ascii by another name") << QByteArray("ascii") << none << QByteArray("&#228;") << a << no;
        QTest::newRow("more than ascii") << QByteArray("us-ascii") << none << QByteArray("\xe4") << no << no;
        QTest::newRow("windows-1252") << QByteArray("windows-1252") << none << QByteArray("\x80\x9f\xe4\xff") << QStringLiteral("\u20ac\u0178\u00e4\u00ff") << no;
        QTest::newRow("cp1252") << QByteArray("CP1252") << none << QByteArray("\x93") << QStringLiteral("\u201c") << no;
        QTest::newRow("windows-1252 in the header") << none << QByteArray("windows-1252") << QByteArray("\x80") << euro << no;
        QTest::newRow("no character of windows-1252") << QByteArray("windows-1252") << none << QByteArray("\x81") << no << no;
        QTest::newRow("iso-8859-15") << QByteArray("ISO-8859-15") << none << QByteArray("\xa4\xe4\xbe") << QStringLiteral("\u20ac\u00e4\u0178") << no;
        QTest::newRow("control characters of latin1") << QByteArray("iso-8859-1") << none << QByteArray("\x93") << QString(QChar(0x93)) << no;
        QTest::newRow("unknown") << QByteArray("x-user-defined") << none << QByteArray("a") << no << no;
        QTest::newRow("unknown header") << none << QByteArray("koi8-r") << QByteArray("a") << no << no;
        QTest::newRow("header wins") << QByteArray("utf-8") << QByteArray("iso-8859-1") << QByteArray("\xe4") << a
                                     << QStringLiteral("The header says ISO-8859-1, the declaration UTF-8; the header wins.");
        QTest::newRow("header wins over the unknown") << QByteArray("x-foo") << QByteArray("utf-8") << QByteArray("a") << QStringLiteral("a")
                                                      << QStringLiteral("The header says UTF-8, the declaration x-foo; the header wins.");
        QTest::newRow("same by another name") << QByteArray("UTF-8") << QByteArray("utf8") << QByteArray("\xc3\xa4") << a << no;
    }
    void encodings()
    {
        QFETCH(QByteArray, declaration);
        QFETCH(QByteArray, charset);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, text);
        QFETCH(QString, conflict);
        QByteArray xml = "<methodResponse><params><param><value>" + bytes + "</value></param></params></methodResponse>";
        if (!declaration.isEmpty())
            xml.prepend("<?xml version=\"1.0\" encoding=\"" + declaration + "\"?>");
        Findings findings;
        const auto document = XmlReader {}.read(xml, charset, &findings);
        QCOMPARE(document.hasValue(), !text.isNull());
        if (!document) {
            QCOMPARE(document.error().kind, ErrorKind::Parse);
            QVERIFY(document.error().position.isKnown());
            if (QByteArray(QTest::currentDataTag()).startsWith("unknown"))
                QVERIFY(document.error().message.startsWith(QStringLiteral("the encoding \"%1\" is not known; UTF-8, ").arg(QString::fromLatin1(declaration + charset))));
            return;
        }
        QCOMPARE(document->params, Array { text });
        QCOMPARE(findings.size(), conflict.isNull() ? 0 : 1);
        if (!conflict.isNull()) {
            QCOMPARE(findings[0].rule, Rule::XmlRpcEncodingConflict);
            QCOMPARE(findings[0].message, conflict);
            QCOMPARE(findings[0].position.offset, 0);
            QCOMPARE(findings[0].length, xml.indexOf("?>") + 2);
        }
    }

    // What the bytes show is stronger than what anybody says of them.
    void bytes_winOverNames()
    {
        const QString text = QStringLiteral("<?xml version=\"1.0\" encoding=\"utf-8\"?><methodResponse><params><param><value>\u00e4</value></param></params></methodResponse>");
        Findings findings;
        for (const auto encoding : { QStringConverter::Utf16LE, QStringConverter::Utf16BE }) {
            for (const auto flag : { QStringConverter::Flag::WriteBom, QStringConverter::Flag::Default }) {
                findings.clear();
                const QByteArray bytes = QStringEncoder(encoding, flag).encode(text);
                const auto document = XmlReader {}.read(bytes, "iso-8859-1", &findings);
                QVERIFY2(document.hasValue(), document ? "" : qPrintable(document.error().toString()));
                QCOMPARE(document->params, Array { QStringLiteral("\u00e4") });
                QCOMPARE(findings.size(), 2); // header and declaration
                QCOMPARE(findings[0].rule, Rule::XmlRpcEncodingConflict);
                QCOMPARE(findings[1].rule, Rule::XmlRpcEncodingConflict);
                QCOMPARE(findings[1].length, 2 * (text.indexOf(u'>') + 1));
                findings.clear();
                QVERIFY(XmlReader {}.read(QStringEncoder(encoding, flag).encode(QString(text).replace(QStringLiteral("utf-8"), QStringLiteral("UTF-16"))), "utf-16", &findings));
                QVERIFY(findings.isEmpty());
            }
        }
        findings.clear();
        const auto document = XmlReader {}.read("\xef\xbb\xbf" + QString(text).replace(QStringLiteral("utf-8"), QStringLiteral("ISO-8859-1")).toUtf8(), {}, &findings);
        QVERIFY(document.hasValue());
        QCOMPARE(document->params, Array { QStringLiteral("\u00e4") });
        QCOMPARE(findings.size(), 1);
    }

    void bytesAndItems_areLimited()
    {
        const QByteArray xml = response("<value><array><data><value/><value/></data></array></value>");
        XmlReader reader;
        reader.limits.items = 3;
        QVERIFY(reader.read(xml));
        reader.limits.items = 2;
        QCOMPARE(reader.read(xml).error().kind, ErrorKind::LimitExceeded);
        reader.limits = {};
        reader.limits.bytes = xml.size();
        QVERIFY(reader.read(xml));
        reader.limits.bytes = xml.size() - 1;
        QCOMPARE(reader.read(xml).error().kind, ErrorKind::LimitExceeded);
    }

    // Names are kept once, whatever follows what.
    void names_areShared()
    {
        QByteArray structs;
        for (int i = 0; i < 300; ++i)
            structs += "<value><struct><member><name>id</name><value/></member><member><name>n" + QByteArray::number(i % 100) + "</name><value/></member></struct></value>";
        const auto document = XmlReader {}.read(response("<value><array><data>" + structs + "</data></array></value>"));
        QVERIFY(document.hasValue());
        const Array &all = *document->params.constFirst().get<Array>();
        QCOMPARE(all.size(), 300);
        for (int i = 0; i < 300; ++i) {
            const Struct &s = *all.at(i).get<Struct>();
            QCOMPARE(s.at(0).name, QStringLiteral("id"));
            QCOMPARE(s.at(1).name, QStringLiteral("n%1").arg(i % 100));
            const Struct &first = *all.at(i % 100).get<Struct>();
            QCOMPARE(s.at(0).name.constData(), first.at(0).name.constData());
            QCOMPARE(s.at(1).name.constData(), first.at(1).name.constData());
        }
        // The same name further in is no duplicate, and one behind a struct is.
        const auto member = [](const QByteArray &value) { return "<member><name>a</name>" + value + "</member>"; };
        const QByteArray inner = "<value><struct>" + member("<value/>") + "</struct></value>";
        QVERIFY(XmlReader {}.read(response("<value><struct>" + member(inner) + "</struct></value>")));
        QVERIFY(!XmlReader {}.read(response("<value><struct>" + member(inner) + member("<value/>") + "</struct></value>")));
    }

    void depth_isLimited()
    {
        Limits limits;
        limits.depth = 100;
        const auto nested = [](int levels) {
            return response(QByteArray("<value><array><data>").repeated(levels) + QByteArray("</data></array></value>").repeated(levels));
        };
        XmlReader reader;
        reader.limits = limits;
        QVERIFY(reader.read(nested(100)));
        QCOMPARE(reader.read(nested(101)).error().kind, ErrorKind::LimitExceeded);
    }

    void headerCharset_wins()
    {
        const QByteArray xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?><methodResponse><params><param><value>\xe9</value></param></params></methodResponse>";
        QVERIFY(!XmlReader {}.read(xml));
        const auto document = XmlReader {}.read(xml, "iso-8859-1");
        QVERIFY(document.hasValue());
        QCOMPARE(document->params.constFirst(), Value(QStringLiteral("\u00e9")));
    }

    void written_readsBack_data()
    {
        QTest::addColumn<QByteArray>("text");
        int row = 0;
        for (const char *text : { "[1,{\"$int64\":5},9007199254740993,0.1,3.0,true,null]", "\"a\\rb\\r\\nc\\t<&>]]>\"", "\"\"",
                 "{\"\":\"x\",\"b\":[],\"a\":{}}", "{\"$bytes\":\"AAEC/w==\"}", "{\"$dateTime\":\"19980717T14:08:55\"}",
                 "\"\xf0\x9f\x92\x97\"", "3.14159265358979323846264" })
            QTest::addRow("%d", row++) << QByteArray(text);
    }
    void written_readsBack()
    {
        QFETCH(QByteArray, text);
        const Value value = *valuetext::fromText(text);
        const auto xml = xmlwriter::response(value);
        QVERIFY2(xml.hasValue(), xml ? "" : qPrintable(xml.error().toString()));
        const auto document = XmlReader {}.read(*xml);
        QVERIFY2(document.hasValue(), document ? "" : qPrintable(document.error().toString()));
        QCOMPARE(document->params.constFirst(), value);
    }

    void writer_refuses_data()
    {
        QTest::addColumn<Value>("value");
        QTest::newRow("nan") << Value(std::numeric_limits<double>::quiet_NaN());
        QTest::newRow("control") << Value(QString(QChar(1)));
        QTest::newRow("lone surrogate") << Value(QString(QChar(0xd800)));
        QTest::newRow("65 bits") << Value(*Number::fromLiteral("18446744073709551616"));
        QTest::newRow("U+FFFE") << Value(QString(QChar(0xfffe)));
        QTest::newRow("U+FFFF in a name") << Value(Struct { { QString(QChar(0xffff)), 1 } });
        QTest::newRow("pair the wrong way round") << Value(QString::fromUtf16(u"\xdc97\xd83d"));
        QTest::newRow("high surrogate at the end of a block") << Value(QString(1023, u'a') + QChar(0xd83d));
        QTest::newRow("empty date") << Value(DateTime());
        QTest::newRow("infinity") << Value(-std::numeric_limits<double>::infinity());
        QTest::newRow("no plain form") << Value(*Number::fromLiteral("1e5000"));
    }
    void writer_refuses()
    {
        QFETCH(Value, value);
        const auto xml = xmlwriter::call(QStringLiteral("m"), { 1, Array { value } });
        QVERIFY(!xml);
        QCOMPARE(xml.error().kind, ErrorKind::NotExpressible);
        const QString path = xml.error().path.toString();
        QVERIFY(path == u"params[1][0]" || (value.type() == Type::Struct && path.startsWith(u"params[1][0]")));
    }

    void doubles_haveNoExponent()
    {
        QVERIFY(xmlwriter::response(1e300)->contains("<double>1" + QByteArray(300, '0') + ".0</double>"));
        QVERIFY(xmlwriter::response(1e-7)->contains("<double>0.0000001</double>"));
        QVERIFY(xmlwriter::response(5e-324)->contains("<double>0." + QByteArray(323, '0') + "5</double>"));
        QVERIFY(xmlwriter::response(1e15)->contains("<double>1000000000000000.0</double>"));
        QVERIFY(xmlwriter::response(999999999999999.9)->contains("<double>999999999999999.9</double>"));
        QVERIFY(xmlwriter::response(-0.0)->contains("<double>-0.0</double>"));
        QVERIFY(xmlwriter::response(-2.0)->contains("<double>-2.0</double>"));
        QVERIFY(xmlwriter::response(*Number::fromLiteral("1e2"))->contains("<double>100.0</double>"));
    }

    void integers_thatAreNumbers()
    {
        QVERIFY(xmlwriter::response(*Number::fromLiteral("5"))->contains("<int>5</int>"));
        QVERIFY(xmlwriter::response(*Number::fromLiteral("-2147483649"))->contains("<i8>-2147483649</i8>"));
    }

    // One form, which Python's client and all others read; what was received keeps its text elsewhere.
    void dates_areWrittenInTheOneForm()
    {
        const auto written = [](const QDateTime &when) { return *xmlwriter::response(DateTime::fromQDateTime(when)); };
        const QDate day(2025, 1, 2);
        QVERIFY(written(QDateTime(day, QTime(4, 5, 6, 789))).contains("<dateTime.iso8601>20250102T04:05:06</dateTime.iso8601>"));
        const QDateTime utc(day, QTime(4, 5, 6, 789), QTimeZone::utc());
        QVERIFY(written(utc).contains("<dateTime.iso8601>20250102T04:05:06</dateTime.iso8601>"));
        QCOMPARE(DateTime::fromQDateTime(utc).isoText(), QByteArray("2025-01-02T04:05:06.789Z")); // JSON's
        QVERIFY(xmlwriter::response(*DateTime::fromText("2026-01-02T03:04:05Z"))->contains(">2026-01-02T03:04:05Z<")); // somebody spelled it so
    }

    // Nobody can say what is no XML-RPC before it is XML: JSON-RPC's codes in faults (specification of interoperable faults).
    void documentsThatAreNotWellFormed_areParseErrors_data()
    {
        QTest::addColumn<QByteArray>("document");
        QTest::newRow("text in a param") << QByteArray("<methodCall><methodName>m</methodName><params><param>!value>1</value></param></params></methodCall>");
        QTest::newRow("an element of none, and an end that is wrong") << QByteArray("<methodCall><x></y></methodCall>");
        QTest::newRow("a wrong root, not closed") << QByteArray("<html><br></html>");
        QTest::newRow("cut behind a fault of structure") << QByteArray("<methodCall><methodName>m</methodName><params><value/>");
    }
    void documentsThatAreNotWellFormed_areParseErrors()
    {
        QFETCH(QByteArray, document);
        const auto read = XmlReader().read(document);
        QVERIFY(!read);
        QCOMPARE(read.error().kind, ErrorKind::Parse);
        QCOMPARE(XmlReader().read("<methodCall><x></x></methodCall>").error().kind, ErrorKind::InvalidRequest);
    }

    void written_isPlain()
    {
        QCOMPARE(*xmlwriter::call(QStringLiteral("a<b"), { Value(Array()), Value(Struct()), QStringLiteral("\t\n\r>") }),
            QByteArray("<?xml version=\"1.0\"?>\n<methodCall><methodName>a&lt;b</methodName><params><param><value><array><data></data></array></value></param>"
                       "<param><value><struct></struct></value></param><param><value><string>\t\n&#13;&gt;</string></value></param></params></methodCall>\n"));
        // Pairs and references at every place of the writer's blocks.
        for (int before = 1020; before < 1028; ++before) {
            const QString s = QString(before, u'a') + QStringLiteral("\U0001f497&\u20ac") + QString(before, u'\u00e4');
            QCOMPARE(XmlReader {}.read(*xmlwriter::response(s))->params, Array { s });
        }
        // A date goes as it is; deep values need no deep stack.
        QVERIFY(xmlwriter::response(*DateTime::fromText("2026-01-02T03:04:05Z"), XmlRpcDialect::explorer())->contains(">2026-01-02T03:04:05Z<"));
    }

    void faults_fromTheWild()
    {
        Findings findings;
        const XmlRpcCodec codec;
        const auto fault = [](const QByteArray &members) {
            return "<methodResponse><fault><value><struct>" + members + "</struct></value></fault></methodResponse>";
        };
        const QByteArray good = "<member><name>faultString</name><value>x</value></member><member><name>faultCode</name><value><int>4</int></value></member>";
        auto response = codec.decodeResponse(fault(good), { {}, {}, &findings });
        QCOMPARE(response->outcome.error().code, 4);
        QCOMPARE(response->outcome.error().message, QStringLiteral("x"));
        QVERIFY(findings.isEmpty());
        const QByteArray textCode = "<member><name>faultCode</name><value>E7</value></member><member><name>faultString</name><value>x</value></member>";
        response = codec.decodeResponse(fault(textCode), { {}, {}, &findings });
        QCOMPARE(response->outcome.error().codeText, QStringLiteral("E7"));
        QCOMPARE(findings.size(), 1);
        response = codec.decodeResponse(fault({}), { {}, {}, &findings });
        QCOMPARE(response->outcome.error().kind, ErrorKind::Remote);
        QVERIFY(!codec.decodeResponse("<!DOCTYPE html><html><body>502</body></html>", {}));
        QVERIFY(!codec.decodeResponse("<methodResponse><params><param><value>a</value></param><param><value>b</value></param></params></methodResponse>", {}));
    }

    void recordedAnswer_ofPython_isReadDigitForDigit()
    {
        QFile file(QStringLiteral(SOURCE_DIR "/tests/real-programs/python-xmlrpc/05-types.http"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray http = file.readAll();
        const QByteArray body = http.mid(http.lastIndexOf("<?xml"));
        Findings findings;
        const auto response = XmlRpcCodec().decodeResponse(body, { {}, {}, &findings });
        QVERIFY2(response.hasValue(), response ? "" : qPrintable(response.error().toString()));
        const Struct s = *response->outcome->get<Struct>();
        QCOMPARE(*s.find(u"neg"), Value(std::numeric_limits<qint32>::min()));
        QCOMPARE(s.find(u"bin")->get<QByteArray>()->size(), 256);
        QCOMPARE(*s.find(u"tiny"), Value(5e-324));
        QCOMPARE(s.find(u"struct")->get<Struct>()->at(0).name, QString(QLatin1String("")));
        QVERIFY(!findings.isEmpty()); // exponents
    }
};

QTEST_APPLESS_MAIN(tst_XmlRpc)
#include "tst_xmlrpc.moc"
