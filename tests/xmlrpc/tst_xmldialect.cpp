// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/xmlrpc/xmlreader.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <rpccore/xmlrpc/xmlwriter.h>
#include <tests/support/fatalmessages.h>

#include <cmath>
#include <limits>

using namespace rpc;

// Each leniency and extension: with it a value and its finding, without it a refusal.

namespace {

using Field = bool XmlRpcDialect::*;

constexpr Field allFields[] = { &XmlRpcDialect::nil, &XmlRpcDialect::int64, &XmlRpcDialect::apacheTypes, &XmlRpcDialect::booleanWords,
    &XmlRpcDialect::anyDate, &XmlRpcDialect::notANumber, &XmlRpcDialect::doubleExponent, &XmlRpcDialect::wideInt, &XmlRpcDialect::numberSpace,
    &XmlRpcDialect::unpaddedBase64, &XmlRpcDialect::anyOrder, &XmlRpcDialect::leadingSpace, &XmlRpcDialect::duplicateNames,
    &XmlRpcDialect::anyMethodName, &XmlRpcDialect::anyContentType };

XmlRpcDialect dialectOf(std::initializer_list<Field> fields, bool others = false)
{
    XmlRpcDialect d;
    for (const Field f : allFields)
        d.*f = others;
    for (const Field f : fields)
        d.*f = !others;
    return d;
}

// A finding as "id: the bytes that it is about".
QStringList told(const Findings &findings, const QByteArray &xml)
{
    QStringList list;
    for (const Finding &f : findings)
        list.append(f.id() + QStringLiteral(": ") + QString::fromUtf8(xml.mid(f.position.offset, f.length)));
    return list;
}

QByteArray response(const QByteArray &value)
{
    return "<?xml version=\"1.0\"?>\n<methodResponse><params><param>" + value + "</param></params></methodResponse>";
}

QByteArray inValue(const QByteArray &element) { return response("<value>" + element + "</value>"); }

Value date(const char *text) { return Value(*DateTime::fromText(text)); }
Value number(const char *text) { return Value(*Number::fromLiteral(text)); }

} // namespace

class tst_XmlDialect : public QObject
{
    Q_OBJECT

    struct Row
    {
        Field field;
        QByteArray xml;
        Value value;
        QStringList findings;
    };
    QList<Row> m_rows;

    void scalar(Field field, const QByteArray &element, const Value &value, const QStringList &rules)
    {
        QStringList findings;
        for (const QString &rule : rules)
            findings.append(rule + QStringLiteral(": ") + QString::fromUtf8(element));
        m_rows.append({ field, inValue(element), value, findings });
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void initTestCase()
    {
        using D = XmlRpcDialect;
        const double infinity = std::numeric_limits<double>::infinity();
        scalar(&D::nil, "<nil/>", Value(), { QStringLiteral("xmlrpc.nil") });
        scalar(&D::nil, "<nil></nil>", Value(), { QStringLiteral("xmlrpc.nil") });
        scalar(&D::int64, "<i8>5</i8>", Value(qint64(5)), { QStringLiteral("xmlrpc.i8") });
        scalar(&D::int64, "<i8>-9223372036854775808</i8>", Value(std::numeric_limits<qint64>::min()), { QStringLiteral("xmlrpc.i8") });

        const auto apache = [this](const QByteArray &start, const QByteArray &rest, const Value &value) {
            m_rows.append({ &D::apacheTypes, inValue(start + rest), value, { QStringLiteral("xmlrpc.extension-type: ") + QString::fromUtf8(start) } });
        };
        apache("<i1>", "-128</i1>", Value(-128));
        apache("<i2>", "32767</i2>", Value(32767));
        apache("<float>", "1.5</float>", Value(1.5));
        apache("<biginteger>", "5</biginteger>", number("5"));
        apache("<biginteger>", "-00123456789012345678901234567890</biginteger>", number("-123456789012345678901234567890"));
        apache("<bigdecimal>", "+0.10000000000000000000000001</bigdecimal>", number("0.10000000000000000000000001"));
        apache("<bigdecimal>", "1E+400</bigdecimal>", number("1E+400"));
        apache("<ex:i1>", "5</ex:i1>", Value(5));
        apache("<ex:i2>", "5</ex:i2>", Value(5));
        apache("<ex:float>", "2.5</ex:float>", Value(2.5));
        apache("<ex:biginteger>", "7</ex:biginteger>", number("7"));
        apache("<ex:bigdecimal>", "7.50</ex:bigdecimal>", number("7.50"));
        apache("<ex:dateTime>", "2026-01-02T03:04:05.678+01:00</ex:dateTime>", date("2026-01-02T03:04:05.678+01:00"));
        apache("<a:i2 xmlns:a=\"http://ws.apache.org/xmlrpc/namespaces/extensions\">", "5</a:i2>", Value(5));

        scalar(&D::booleanWords, "<boolean>true</boolean>", Value(true), { QStringLiteral("xmlrpc.boolean-word") });
        scalar(&D::booleanWords, "<boolean>FALSE</boolean>", Value(false), { QStringLiteral("xmlrpc.boolean-word") });

        for (const char *form : { "2026-01-02T03:04:05", "20260102T030405", "2026-01-02 03:04:05", "20260102T03:04:05.678", "20260102", "2026-01-02" })
            scalar(&D::anyDate, QByteArray("<dateTime.iso8601>") + form + "</dateTime.iso8601>", date(form), { QStringLiteral("xmlrpc.date-form") });
        for (const char *form : { "20260102T03:04:05Z", "20260102T03:04:05+0100", "20260102T03:04:05-01:00", "20260102T03:04:05+01" })
            scalar(&D::anyDate, QByteArray("<dateTime.iso8601>") + form + "</dateTime.iso8601>", date(form), { QStringLiteral("xmlrpc.date-zone") });
        for (const char *form : { "2026-01-02T03:04:05Z", "20260102T030405+0100", "2026-01-02T03:04:05.000Z" })
            scalar(&D::anyDate, QByteArray("<dateTime.iso8601>") + form + "</dateTime.iso8601>", date(form),
                { QStringLiteral("xmlrpc.date-zone"), QStringLiteral("xmlrpc.date-form") });

        for (const char *word : { "nan", "NaN", "-nan" })
            scalar(&D::notANumber, QByteArray("<double>") + word + "</double>", Value(std::nan("")), { QStringLiteral("xmlrpc.not-a-number") });
        for (const char *word : { "inf", "Infinity", "INF", "+inf" })
            scalar(&D::notANumber, QByteArray("<double>") + word + "</double>", Value(infinity), { QStringLiteral("xmlrpc.not-a-number") });
        scalar(&D::notANumber, "<double>-inf</double>", Value(-infinity), { QStringLiteral("xmlrpc.not-a-number") });

        scalar(&D::doubleExponent, "<double>1e-7</double>", Value(1e-7), { QStringLiteral("xmlrpc.double-exponent") });
        scalar(&D::doubleExponent, "<double>5E+300</double>", Value(5e300), { QStringLiteral("xmlrpc.double-exponent") });
        scalar(&D::doubleExponent, "<double>1e999</double>", number("1e999"), { QStringLiteral("xmlrpc.double-exponent") });

        scalar(&D::wideInt, "<int>2147483648</int>", Value(qint64(2147483648)), { QStringLiteral("xmlrpc.wide-int") });
        scalar(&D::wideInt, "<i4>-2147483649</i4>", Value(qint64(-2147483649)), { QStringLiteral("xmlrpc.wide-int") });
        scalar(&D::wideInt, "<int>+018446744073709551616</int>", number("18446744073709551616"), { QStringLiteral("xmlrpc.wide-int") });

        scalar(&D::numberSpace, "<int> 5</int>", Value(5), { QStringLiteral("xmlrpc.number-space") });
        scalar(&D::numberSpace, "<int>5\n</int>", Value(5), { QStringLiteral("xmlrpc.number-space") });
        scalar(&D::numberSpace, "<boolean>\t1 </boolean>", Value(true), { QStringLiteral("xmlrpc.number-space") });
        scalar(&D::numberSpace, "<double> 1.5 </double>", Value(1.5), { QStringLiteral("xmlrpc.number-space") });
        scalar(&D::numberSpace, "<dateTime.iso8601> 20260102T03:04:05 </dateTime.iso8601>", date("20260102T03:04:05"), { QStringLiteral("xmlrpc.number-space") });

        scalar(&D::unpaddedBase64, "<base64>aGVsbG8</base64>", Value(QByteArray("hello")), { QStringLiteral("xmlrpc.base64-padding") });
        scalar(&D::unpaddedBase64, "<base64>aGVs\nbA</base64>", Value(QByteArray("hell")), { QStringLiteral("xmlrpc.base64-padding") });
        scalar(&D::unpaddedBase64, "<base64>bA=</base64>", Value(QByteArray("l")), { QStringLiteral("xmlrpc.base64-padding") });

        scalar(&D::anyOrder, "<array/>", Value(Array()), { QStringLiteral("xmlrpc.array-without-data") });
        scalar(&D::anyOrder, "<array> </array>", Value(Array()), { QStringLiteral("xmlrpc.array-without-data") });
        m_rows.append({ &D::anyOrder,
            inValue("<struct><member><value><struct><member><value>x</value><name>in</name></member></struct></value><name>a</name></member></struct>"),
            Value(Struct { { QStringLiteral("a"), Value(Struct { { QStringLiteral("in"), QStringLiteral("x") } }) } }),
            { QStringLiteral("xmlrpc.member-order: <name>in</name>"), QStringLiteral("xmlrpc.member-order: <name>a</name>") } });

        const QByteArray plain = response("<value>x</value>");
        m_rows.append({ &D::leadingSpace, " \r\n\t" + plain, QStringLiteral("x"), { QStringLiteral("xmlrpc.leading-space:  \r\n\t") } });
        m_rows.append({ &D::leadingSpace, "\xef\xbb\xbf\n" + plain, QStringLiteral("x"), { QStringLiteral("xmlrpc.leading-space: \n") } });

        const auto member = [](const char *name, const char *value) { return QByteArray("<member><name>") + name + "</name><value>" + value + "</value></member>"; };
        Struct twice;
        twice.append(QStringLiteral("a"), QStringLiteral("1"));
        twice.append(QStringLiteral("b"), QStringLiteral("2"));
        twice.append(QStringLiteral("a"), QStringLiteral("3"));
        m_rows.append({ &D::duplicateNames, inValue("<struct>" + member("a", "1") + member("b", "2") + member("a", "3") + "</struct>"), Value(twice),
            { QStringLiteral("xmlrpc.duplicate-name: <name>a</name>") } });
    }

    void field_data()
    {
        QTest::addColumn<int>("row");
        for (int i = 0; i < m_rows.size(); ++i)
            QTest::addRow("%d %s", i, m_rows[i].xml.mid(60, 40).simplified().constData()) << i;
    }
    void field()
    {
        QFETCH(int, row);
        const Row &r = m_rows.at(row);
        Findings findings;
        const auto with = XmlReader { {}, dialectOf({ r.field }) }.read(r.xml, {}, &findings);
        QVERIFY2(with.hasValue(), with ? "" : qPrintable(with.error().toString()));
        const Value value = with->params.value(0);
        QCOMPARE(value.type(), r.value.type());
        if (r.value.type() == Type::Double && std::isnan(*r.value.get<double>()))
            QVERIFY(std::isnan(*value.get<double>()));
        else
            QCOMPARE(value, r.value);
        QCOMPARE(told(findings, r.xml), r.findings);

        // The other way round: everything else allowed, this one refused.
        findings.clear();
        const auto without = XmlReader { {}, dialectOf({ r.field }, true) }.read(r.xml, {}, &findings);
        QVERIFY(!without);
        QVERIFY(without.error().position.isKnown());
        QVERIFY(without.error().kind == ErrorKind::InvalidRequest || r.field == &XmlRpcDialect::leadingSpace);
    }

    // The extension types are refused by name, and both fields are asked for Apache's nil and i8.
    void extensions_thatAreOff_areNamed()
    {
        const auto refused = [](const QByteArray &element, const XmlRpcDialect &dialect) {
            const auto document = XmlReader { {}, dialect }.read(inValue(element));
            return document ? QString() : document.error().message;
        };
        QCOMPARE(refused("<nil/>", dialectOf({})), QStringLiteral("<nil> is an extension of XML-RPC that is not read here"));
        QCOMPARE(refused("<i8>1</i8>", dialectOf({})), QStringLiteral("<i8> is an extension of XML-RPC that is not read here"));
        QVERIFY(!refused("<ex:nil/>", dialectOf({ &XmlRpcDialect::apacheTypes })).isEmpty());
        QVERIFY(!refused("<ex:i8>1</ex:i8>", dialectOf({ &XmlRpcDialect::apacheTypes })).isEmpty());
        QVERIFY(!refused("<ex:nil/>", dialectOf({ &XmlRpcDialect::nil })).isEmpty());
        QVERIFY(!refused("<ex:i8>1</ex:i8>", dialectOf({ &XmlRpcDialect::int64 })).isEmpty());
        Findings findings;
        const QByteArray xml = inValue("<array><data><value><ex:nil/></value><value><ex:i8>1</ex:i8></value></data></array>");
        const auto document = XmlReader { {}, dialectOf({ &XmlRpcDialect::apacheTypes, &XmlRpcDialect::nil, &XmlRpcDialect::int64 }) }.read(xml, {}, &findings);
        QVERIFY(document.hasValue());
        QCOMPARE(document->params.constFirst(), Value(Array { Value(), Value(qint64(1)) }));
        QCOMPARE(told(findings, xml), QStringList({ QStringLiteral("xmlrpc.extension-type: <ex:nil/>"), QStringLiteral("xmlrpc.extension-type: <ex:i8>") }));
    }

    // A prefix stands for Apache's namespace where it was declared, and nowhere else.
    void prefixes_areThoseOfTheDeclaration()
    {
        const QByteArray ns = " xmlns:my=\"http://ws.apache.org/xmlrpc/namespaces/extensions\"";
        const QByteArray rest = "><params><param><value><my:i2>5</my:i2></value></param></params></methodResponse>";
        const XmlReader lenient { {}, XmlRpcDialect::lenient() };
        QCOMPARE(lenient.read("<methodResponse" + ns + rest)->params, Array { 5 });
        QVERIFY(!lenient.read("<methodResponse xmlns:my=\"urn:other\"" + rest));
        QVERIFY(!lenient.read("<methodResponse" + rest));
        QVERIFY(!lenient.read(inValue("<array><data><value><my:i2" + ns + ">5</my:i2></value><value><my:i2>5</my:i2></value></data></array>")));
    }

    void whatNoDialectReads_data()
    {
        QTest::addColumn<QByteArray>("element");
        for (const char *element : { "<boolean>yes</boolean>", "<boolean>2</boolean>", "<boolean/>", "<int>1.0</int>", "<int>0x10</int>", "<int>--1</int>",
                 "<int>+-1</int>", "<int>+</int>", "<int/>", "<int>1 2</int>", "<i8>1e5</i8>", "<double/>", "<double>.</double>", "<double>1,5</double>",
                 "<double>--1.5</double>", "<double>+-1.5</double>", "<double>1.5.2</double>", "<double>1e</double>", "<double>0x1p3</double>",
                 "<double>-</double>", "<double>infinite</double>", "<biginteger>1.0</biginteger>", "<bigdecimal>nan</bigdecimal>",
                 "<dateTime.iso8601/>", "<dateTime.iso8601>yesterday</dateTime.iso8601>", "<dateTime.iso8601>20260230T00:00:00</dateTime.iso8601>",
                 "<dateTime.iso8601>20260102T24:00:01</dateTime.iso8601>", "<base64>a</base64>", "<base64>aGVs=bG8</base64>", "<base64>aGVs====</base64>",
                 "<base64>a b*</base64>", "<nil>0</nil>", "<dateTime>20260102T03:04:05</dateTime>", "<ex:string>a</ex:string>", "<xx:i2>1</xx:i2>",
                 "<Int>1</Int>", "<STRING>a</STRING>" })
            QTest::newRow(element) << QByteArray(element);
    }
    void whatNoDialectReads()
    {
        QFETCH(QByteArray, element);
        Spans spans;
        const auto document = XmlReader { {}, XmlRpcDialect::lenient() }.read(inValue(element), {}, nullptr, &spans);
        QVERIFY(!document);
        QCOMPARE(document.error().kind, ErrorKind::InvalidRequest);
        QCOMPARE(document.error().position.line, 2);
        QCOMPARE(document.error().position.column, 39); // of the element
        QVERIFY(!document.error().message.contains(QStringLiteral("\"\"\"")));
        QVERIFY(spans.isEmpty());
    }

    void methodNames_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QString>("method");
        QTest::addColumn<QStringList>("rules");
        const QString characters = QStringLiteral("xmlrpc.method-name");
        const QString space = QStringLiteral("xmlrpc.method-name-space");
        QTest::newRow("all that is allowed") << QByteArray("azAZ09_.:/") << QStringLiteral("azAZ09_.:/") << QStringList();
        QTest::newRow("hyphen") << QByteArray("a-b") << QStringLiteral("a-b") << QStringList { characters };
        QTest::newRow("umlaut") << QByteArray("\xc3\xa4") << QStringLiteral("\u00e4") << QStringList { characters };
        QTest::newRow("empty") << QByteArray() << QString() << QStringList { characters };
        QTest::newRow("blank around") << QByteArray(" a\n") << QStringLiteral("a") << QStringList { space };
        QTest::newRow("blank inside and around") << QByteArray(" a b") << QStringLiteral("a b") << QStringList { space, characters };
    }
    void methodNames()
    {
        QFETCH(QByteArray, name);
        QFETCH(QString, method);
        QFETCH(QStringList, rules);
        const QByteArray element = "<methodName>" + name + "</methodName>";
        const QByteArray xml = "<methodCall>" + element + "</methodCall>";
        Findings findings;
        const auto document = XmlReader {}.read(xml, {}, &findings);
        QVERIFY(document.hasValue());
        QCOMPARE(document->method, method);
        QStringList expected;
        for (const QString &rule : rules)
            expected.append(rule + QStringLiteral(": ") + QString::fromUtf8(element));
        QCOMPARE(told(findings, xml), expected);
        QCOMPARE(XmlReader({ {}, dialectOf({}) }).read(xml).hasValue(), rules.isEmpty());
    }

    void attributes_areIgnoredAndTold()
    {
        const QByteArray xml = "<methodCall a=\"1\"><methodName>m</methodName><params><param><value xmlns=\"x\" xmlns:b=\"y\" b:c=\"2\">"
                               "v</value></param></params></methodCall>";
        Findings findings;
        QVERIFY(XmlReader({ {}, dialectOf({}) }).read(xml, {}, &findings));
        QCOMPARE(told(findings, xml),
            QStringList({ QStringLiteral("xmlrpc.attribute: <methodCall a=\"1\">"),
                QStringLiteral("xmlrpc.attribute: <value xmlns=\"x\" xmlns:b=\"y\" b:c=\"2\">") }));
    }

    // A hundred notes do not hide the one thing that matters; the order is that of the text.
    void repetitions_leaveRoom()
    {
        const QByteArray xml = inValue("<array><data>" + QByteArray("<value><nil/></value>").repeated(500)
            + "<value><int>99999999999</int></value><value><boolean>true</boolean></value><value><nil/></value></data></array>");
        Findings findings;
        QVERIFY(XmlReader({ {}, XmlRpcDialect::lenient() }).read(xml, {}, &findings));
        QVERIFY(findings.size() < mostFindings);
        QCOMPARE(findings.constFirst().rule, Rule::XmlRpcNil);
        QCOMPARE(findings[findings.size() - 2].rule, Rule::XmlRpcWideInt);
        QCOMPARE(findings.constLast().rule, Rule::XmlRpcBooleanWord);
    }

    void findings_knowLineAndColumn()
    {
        const QByteArray xml = "<methodCall>\r\n<methodName>m</methodName>\r<params>\n<param><value>\xc3\xa4\xf0\x9f\x92\x97</value></param><param><value><nil/></value></param></params></methodCall>";
        Findings findings;
        QVERIFY(XmlReader().read(xml, {}, &findings));
        QCOMPARE(findings.size(), 1);
        QCOMPARE(findings[0].position.offset, xml.indexOf("<nil/>"));
        QCOMPARE(findings[0].position.line, 4);
        QCOMPARE(findings[0].position.column, 47);
        QCOMPARE(findings[0].length, 6);
    }

    // Under any Content-Type: what begins like XML, in any of its encodings.
    void anyContentType()
    {
        const XmlRpcCodec any(dialectOf({ &XmlRpcDialect::anyContentType }));
        for (const QByteArray &body : { QByteArray("<a/>"), QByteArray(" \r\n\t<a/>"), QByteArray("\xef\xbb\xbf<a/>"), QByteArray("\xff\xfe<\0a\0/\0>\0", 10), QByteArray("\xfe\xff\0<\0a\0/\0>", 10) }) {
            QVERIFY(any.acceptsAnyway(body));
            QVERIFY(!XmlRpcCodec().acceptsAnyway(body));
        }
        for (const QByteArray &body : { QByteArray(), QByteArray("  "), QByteArray("{\"a\":\"<\"}"), QByteArray("a<") })
            QVERIFY(!any.acceptsAnyway(body));
    }

    // The writer: what is switched off has no form.
    void writer_obeysTheDialect()
    {
        const XmlRpcDialect none = dialectOf({});
        const Array nil { Value(Struct { { QStringLiteral("a"), Value() } }) };
        const Array wide { Value(qint64(5) << 40) };
        QVERIFY(xmlwriter::response(Value(qint64(5)))->contains("<i8>5</i8>"));
        QVERIFY(xmlwriter::response(Value(qint64(5)), none)->contains("<int>5</int>")); // it fits
        QVERIFY(xmlwriter::call(QStringLiteral("m"), nil));
        QVERIFY(xmlwriter::call(QStringLiteral("m"), wide));
        auto refused = xmlwriter::call(QStringLiteral("m"), nil, none);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotExpressible);
        QCOMPARE(refused.error().message, QStringLiteral("nil has no form in XML-RPC without the extension <nil/>"));
        QCOMPARE(refused.error().path.toString(), QStringLiteral("params[0].a"));
        refused = xmlwriter::response(wide.constFirst(), none);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::NotExpressible);
        // The codec passes its own on.
        const XmlRpcCodec codec(none);
        Request request;
        request.method = QStringLiteral("m");
        request.params = Params(nil);
        QVERIFY(!codec.encodeRequest(request));
        Response response;
        response.outcome = Value();
        QVERIFY(!codec.encodeResponse(response));
        QVERIFY(XmlRpcCodec().encodeRequest(request));
        QVERIFY(XmlRpcCodec().encodeResponse(response));
    }
};

QTEST_APPLESS_MAIN(tst_XmlDialect)
#include "tst_xmldialect.moc"
