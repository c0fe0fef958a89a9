// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/valuetext.h>
#include <rpccore/xmlrpc/xmlreader.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fatalmessages.h>

#include <QTest>

using namespace rpc;

namespace {

QByteArray answer(const QByteArray &value)
{
    return "<?xml version=\"1.0\"?><methodResponse><params><param><value>" + value + "</value></param></params></methodResponse>";
}
QByteArray member(const QByteArray &name, const QByteArray &value) { return "<member><name>" + name + "</name><value>" + value + "</value></member>"; }

} // namespace

/// What an explorer reads of documents that are no XML-RPC: the value, and which bytes the findings mark.
class tst_TolerantXml : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void doubles_keepTheirDigits_data()
    {
        QTest::addColumn<QByteArray>("digits");
        QTest::addColumn<QByteArray>("notation");
        const auto row = [](const char *digits, const char *notation) { QTest::newRow(digits) << QByteArray(digits) << QByteArray(notation); };
        row("0.1000", "0.1000");
        row("3", "{\"$double\":\"3\"}");
        row("-0", "{\"$double\":\"-0\"}");
        row("10000000000000000000000", "{\"$double\":\"10000000000000000000000\"}");
        row("1.50", "1.50");
        row("0.30000000000000004441", "0.30000000000000004441");
        row("2.5", "2.5");
        row("3.0", "3.0");
        row("-0.0", "-0.0");
        row("0.1", "0.1");
        row("100000.0", "100000.0");
        row("123456789012345.6", "123456789012345.6");
    }
    void doubles_keepTheirDigits()
    {
        QFETCH(const QByteArray, digits);
        const XmlRpcCodec codec(XmlRpcDialect::explorer(), XmlRpcDialect::explorer());
        Findings findings;
        const auto response = codec.decodeResponse(answer("<double>" + digits + "</double>"), { {}, {}, &findings });
        QVERIFY(response && response->outcome);
        QVERIFY(findings.isEmpty());
        const Value value = *response->outcome;
        QTEST(valuetext::toText(value), "notation");
        QCOMPARE(*valuetext::fromText(valuetext::toText(value)), value);
        QCOMPARE(value.toDouble(), digits.toDouble());
        const auto sent = codec.encodeRequest({ RequestId::null(), QStringLiteral("f"), Array { value } });
        QVERIFY2(sent->contains("<double>" + digits + "</double>"), sent->constData());
        // Whoever uses the library gets a double where that loses nothing.
        const auto strict = XmlRpcCodec().decodeResponse(answer("<double>" + digits + "</double>"), {});
        if (digits.size() < 16)
            QCOMPARE(strict->outcome->type(), Type::Double);
    }

    void documents_areReadAsFarAsTheyCan_data()
    {
        QTest::addColumn<QByteArray>("document");
        QTest::addColumn<QByteArray>("value"); // the one param
        QTest::addColumn<QByteArrayList>("findings"); // rule, a blank, and the bytes that it marks
        const auto row = [](const char *name, const QByteArray &document, const QByteArray &value, const QByteArrayList &findings) {
            QTest::newRow(name) << document << value << findings;
        };
        // scalars: XmlRpc++'s date, what JavaScript libraries write for 1e21, and others
        row("a date with blanks", answer("<struct>" + member("when", "<dateTime.iso8601>  980617T14:00:00</dateTime.iso8601>") + member("n", "<i4>5</i4>") + "</struct>"),
            "{\"when\":\"  980617T14:00:00\",\"n\":5}", { "xmlrpc.unreadable <dateTime.iso8601>  980617T14:00:00</dateTime.iso8601>" });
        row("an int with an exponent", answer("<array><data><value><int>1e+21</int></value><value><int>2</int></value></data></array>"), "[\"1e+21\",2]",
            { "xmlrpc.unreadable <int>1e+21</int>" });
        row("an empty int", answer("<int></int>"), "\"\"", { "xmlrpc.unreadable <int></int>" });
        row("a decimal comma", answer("<double>3,3</double>"), "\"3,3\"", { "xmlrpc.unreadable <double>3,3</double>" });
        row("yes", answer("<boolean>yes</boolean>"), "\"yes\"", { "xmlrpc.unreadable <boolean>yes</boolean>" });
        row("no base64", answer("<base64>#</base64>"), "\"#\"", { "xmlrpc.unreadable <base64>#</base64>" });
        row("nil with content", answer("<nil>x</nil>"), "\"x\"", { "xmlrpc.nil <nil>x</nil>", "xmlrpc.unreadable <nil>x</nil>" });
        row("a type of others", answer("<long>5</long>"), "\"5\"", { "xmlrpc.element <long>5</long>" });
        // elements
        row("HTML in a text", answer("<string>a <b>c</b></string>"), "\"a <b>c</b>\"", { "xmlrpc.element <b>c</b>" });
        row("HTML in a value", answer("a <b>c</b>"), "\"a <b>c</b>\"", { "xmlrpc.element <b>c</b>" });
        row("text beside a type", answer("x<int>5</int>"), "5", { "xmlrpc.text x" });
        row("an array without data", answer("<array><value><int>1</int></value></array>"), "[1]", { "xmlrpc.missing <array>", "xmlrpc.element <value><int>1</int></value>" });
        row("types without values", answer("<array><data><int>1</int><string>a</string></data></array>"), "[1,\"a\"]",
            { "xmlrpc.element <int>1</int>", "xmlrpc.element <string>a</string>" });
        row("a member without a value", answer("<struct><member><name>a</name></member>" + member("b", "<int>1</int>") + "</struct>"), "{\"a\":\"\",\"b\":1}",
            { "xmlrpc.missing <member>" });
        row("a member without a name", answer("<struct><member><value><int>1</int></value></member></struct>"), "{\"\":1}", { "xmlrpc.missing <member>" });
        row("a param without a value", QByteArray("<methodResponse><params><param><int>5</int></param></params></methodResponse>"), "5", { "xmlrpc.missing <param>" });
        row("a value without a param", QByteArray("<methodResponse><params><value><int>5</int></value></params></methodResponse>"), "5",
            { "xmlrpc.element <value><int>5</int></value>" });
        row("a value in the root", QByteArray("<methodResponse><value><int>5</int></value></methodResponse>"), "5",
            { "xmlrpc.missing <methodResponse>", "xmlrpc.element <value><int>5</int></value>" });
        // characters
        row("a control character", answer("<array><data><value>a\x01z</value><value>b</value></data></array>"), "[\"a\\u0001z\",\"b\"]", { "xml.character \x01" });
        row("a control character by number", answer("a&#1;&#x1f;b"), "\"a\\u0001\\u001fb\"", { "xml.character &#1;", "xml.character &#x1f;" });
        row("Latin-1 under no name", answer("M\xfcller \xc3\xa4"), "\"M\xef\xbf\xbdller \xc3\xa4\"", { "xml.character \xfc" });
        row("entities of HTML", answer("a&nbsp;b &amp; c"), "\"a&nbsp;b & c\"", { "xml.entity &nbsp;" });
        row("bare ampersands", answer("AT&T & co"), "\"AT&T & co\"", { "xml.entity &", "xml.entity &" });
        row("a bare less than", answer("1 < 2"), "\"1 < 2\"", { "xml.markup <" });
        // the form of the document
        row("wrong end tag", answer("<int>5</i4>"), "5", { "xml.markup </i4>", "xml.markup </value>" });
        row("cut in a text", answer("<array><data><value><int>1</int></value><value><string>abc</string></value></data></array>").first(140), "[1,\"abc\"]", {});
        row("NUL behind", answer("<int>5</int>") + '\0', "5", { QByteArray("xml.trailing \0", 14) });
        row("a page behind", answer("<int>5</int>") + "<br>x", "5", { "xml.trailing <br>x" });
        row("a warning before", "<b>Warning</b>: x\n" + answer("<int>5</int>").sliced(21), "5", { "xml.markup <b>Warning</b>: x" });
        row("a doctype", "<!DOCTYPE methodResponse SYSTEM \"http://127.0.0.1/x.dtd\">" + answer("<int>5</int>").sliced(21), "5",
            { "xml.doctype <!DOCTYPE methodResponse SYSTEM \"http://127.0.0.1/x.dtd\">" });
        row("CDATA and comments", answer("<string><![CDATA[a<&]]><!-- c -->b\x02</string>"), "\"a<&b\\u0002\"", { "xml.character \x02" });
        row("line ends", answer("a\r\nb\rc\x03"), "\"a\\nb\\nc\\u0003\"", { "xml.character \x03" });
    }
    void documents_areReadAsFarAsTheyCan()
    {
        QFETCH(QByteArray, document);
        QFETCH(QByteArray, value);
        QFETCH(QByteArrayList, findings);
        QVERIFY(!(XmlReader { Limits(), XmlRpcDialect::lenient() }.read(document)));
        Findings found;
        Spans spans;
        const auto read = XmlReader { Limits(), XmlRpcDialect::explorer() }.read(document, {}, &found, &spans);
        QVERIFY2(read, read ? "" : qPrintable(read.error().toString()));
        QCOMPARE(read->params.size(), 1);
        const auto wanted = JsonReader { Limits(), Duplicates::KeepAll }.read(value);
        QVERIFY(wanted);
        QVERIFY2(read->params.at(0) == *wanted, valuetext::toText(read->params.at(0)).constData());
        QByteArrayList marked;
        for (const Finding &f : found)
            marked.append(f.id().toLatin1() + ' ' + document.mid(f.position.offset, f.length));
        if (!findings.isEmpty())
            QCOMPARE(marked, findings);
        else
            QVERIFY(!marked.isEmpty());
        const auto root = spans.find(read->toValue(), {});
        QVERIFY(root);
        QVERIFY(spans.find(read->toValue(), Path().child(QStringLiteral("params")).child(0)));
        for (const Spans::Node &node : spans.nodes()) {
            QVERIFY(node.begin <= node.end);
            QVERIFY(node.end <= quint64(document.size()));
        }
    }

    void spans_areThoseOfTheBytes()
    {
        const QByteArray document = answer("<struct>" + member("a", "<int>x</int>") + member("b", "y") + "</struct>");
        Spans spans;
        const auto read = XmlReader { Limits(), XmlRpcDialect::explorer() }.read(document, {}, nullptr, &spans);
        QVERIFY(read);
        const Path a = Path().child(QStringLiteral("params")).child(0).child(QStringLiteral("a"));
        const auto span = spans.find(read->toValue(), a);
        QVERIFY(span);
        QCOMPARE(document.mid(span->begin, span->end - span->begin), QByteArray("<value><int>x</int></value>"));
        const auto name = spans.findName(read->toValue(), a);
        QVERIFY(name);
        QCOMPARE(document.mid(name->begin, name->end - name->begin), QByteArray("<name>a</name>"));
    }

    // Faults and calls, too.
    void faultsAndCalls_areRead()
    {
        const XmlReader reader { Limits(), XmlRpcDialect::explorer() };
        const auto fault = reader.read("<methodResponse><fault><value><struct>" + member("faultCode", "<int>4</int>") + member("faultString", "a & b")
            + "</struct></value></fault></methodResponse>");
        QVERIFY(fault);
        QCOMPARE(fault->kind, XmlRpcDocument::Kind::Fault);
        QCOMPARE(fault->params.at(0).get<Struct>()->find(u"faultString")->toString(), QStringLiteral("a & b"));
        Spans spans;
        const auto call = reader.read("<methodCall><methodName> a.b</methodName><params><param><value><int>+</int></value></param></params></methodCall>", {}, nullptr, &spans);
        QVERIFY(call);
        QCOMPARE(call->method, QStringLiteral("a.b"));
        QCOMPARE(call->params, Array({ Value(QStringLiteral("+")) }));
        QVERIFY(spans.find(call->toValue(), Path().child(QStringLiteral("methodName"))));
        const XmlRpcCodec codec(XmlRpcDialect::explorer(), XmlRpcDialect::explorer());
        Findings findings;
        const auto response = codec.decodeResponse(
            "<methodResponse><params><param><value><int>1</int></value></param><param><value>b</value></param></params></methodResponse>", { Limits(), {}, &findings });
        QVERIFY(response && response->outcome);
        QCOMPARE(valuetext::toText(*response->outcome), QByteArray("[1,\"b\"]"));
        QCOMPARE(findings.size(), 1);
    }

    void encodings_areKept()
    {
        const XmlReader reader { Limits(), XmlRpcDialect::explorer() };
        const auto latin = reader.read("<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><methodResponse><params><param><value>M\xfcller & co</value></param></params></methodResponse>");
        QVERIFY(latin);
        QCOMPARE(latin->params.at(0).toString(), QStringLiteral("Müller & co"));
        const auto windows = reader.read("<?xml version=\"1.0\" encoding=\"windows-1252\"?><methodResponse><params><param><value>\x80 & co</value></param></params></methodResponse>");
        QVERIFY(windows);
        QCOMPARE(windows->params.at(0).toString(), QStringLiteral("€ & co"));
        const QString wide = QStringLiteral("\ufeff<methodResponse><params><param><value>ü & co</value></param></params></methodResponse>");
        const auto utf16 = reader.read(QByteArray(reinterpret_cast<const char *>(wide.utf16()), wide.size() * 2));
        QVERIFY2(utf16, utf16 ? "" : qPrintable(utf16.error().toString()));
        QCOMPARE(utf16->params.at(0).toString(), QStringLiteral("ü & co"));
    }

    // A page, another XML, nothing: what the strict reader says of it stands.
    void otherDocuments_areRefusedAsEver_data()
    {
        QTest::addColumn<QByteArray>("document");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("a page") << QByteArray("<html><body>x</body></html>");
        QTest::newRow("words") << QByteArray("not found");
        QTest::newRow("SOAP") << QByteArray("<soap:Envelope xmlns:soap=\"x\"/>");
    }
    void otherDocuments_areRefusedAsEver()
    {
        QFETCH(QByteArray, document);
        const auto lenient = XmlReader { Limits(), XmlRpcDialect::lenient() }.read(document);
        const auto tolerant = XmlReader { Limits(), XmlRpcDialect::explorer() }.read(document);
        QVERIFY(!tolerant);
        QCOMPARE(tolerant.error().toString(), lenient.error().toString());
    }

    void limits_hold()
    {
        Limits limits;
        limits.depth = 2;
        limits.items = 4;
        const XmlReader reader { limits, XmlRpcDialect::explorer() };
        const auto nested = [](int levels) {
            return answer(QByteArray("<array><data><value>").repeated(levels) + "&x;" + QByteArray("</value></data></array>").repeated(levels));
        };
        QVERIFY(reader.read(nested(2)));
        QCOMPARE(reader.read(nested(3)).error().kind, ErrorKind::LimitExceeded);
        QCOMPARE(reader.read(nested(1000)).error().kind, ErrorKind::LimitExceeded);
        QCOMPARE(reader.read(answer("<array><data>" + QByteArray("<value>&</value>").repeated(5) + "</data></array>")).error().kind, ErrorKind::LimitExceeded);
        QCOMPARE(reader.read(answer("&" + QByteArray("<x>").repeated(100000))).error().kind, ErrorKind::LimitExceeded);
    }

    void hostileDocuments_takeLinearTime()
    {
        for (const char *piece : { "</a>", "<b/>", "&", "<", "<!--", "<![CDATA[", "<a '", "\x80", "<value>", "</value>", "<name>" }) {
            Findings findings;
            (void)XmlReader { Limits(), XmlRpcDialect::explorer() }.read("<methodResponse>" + QByteArray(piece).repeated(200'000), {}, &findings);
            QVERIFY(findings.size() <= mostFindings);
        }
    }
};

QTEST_APPLESS_MAIN(tst_TolerantXml)
#include "tst_tolerantxml.moc"
