// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/valuetext.h>
#include <rpccore/xmlrpc/xmlreader.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <rpccore/xmlrpc/xmlwriter.h>
#include <tests/support/fatalmessages.h>

#include <QFile>

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
        QTest::newRow("no plain form") << Value(*Number::fromLiteral("1e5000"));
    }
    void writer_refuses()
    {
        QFETCH(Value, value);
        const auto xml = xmlwriter::call(QStringLiteral("m"), { 1, Array { value } });
        QVERIFY(!xml);
        QCOMPARE(xml.error().kind, ErrorKind::NotExpressible);
        QCOMPARE(xml.error().path.toString(), QStringLiteral("params[1][0]"));
    }

    void doubles_haveNoExponent()
    {
        QVERIFY(xmlwriter::response(1e300)->contains("<double>1" + QByteArray(300, '0') + ".0</double>"));
        QVERIFY(xmlwriter::response(1e-7)->contains("<double>0.0000001</double>"));
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
