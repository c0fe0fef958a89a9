// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/xmlrpc/xmlreader.h>
#include <rpccore/xmlrpc/xmlrpccodec.h>
#include <tests/support/fatalmessages.h>

#include <QStringDecoder>
#include <QStringEncoder>

using namespace rpc;

// The place of every node: its bytes, read again, are its value.

namespace {

const QByteArray mixed = "<methodCall>\n <!-- c --><methodName> a.b </methodName>\r\n"
                         "<params ><param><value><int>1</int></value></param>\n"
                         "<param><value>pl\xc3\xa4in</value></param><param><value/></param><param><value ></value ></param>"
                         "<param><value>\n<struct><member>\n<name>a</name> <value><array><data><value><array><data/></array></value>"
                         "<value><double>2.5</double></value><value><![CDATA[<value>]]></value></data></array></value></member>"
                         "<member><name></name><value><string>x<!-- </value> -->y</string></value></member>"
                         "<member><name> sp\xc3\xbc </name><value><base64>AAEC</base64></value></member>"
                         "<member><value><boolean>1</boolean></value><name>late</name></member>"
                         "<member><value><struct><member><name>in</name><value><nil/></value></member></struct></value><name>late struct</name></member>"
                         "<member><name/><value>second of no name</value></member>"
                         "</struct>\n</value></param><param><value><array/></value></param></params></methodCall>\n";

QByteArray utf16(const QString &text, QStringConverter::Encoding encoding)
{
    return QStringEncoder(encoding, QStringConverter::Flag::WriteBom).encode(text);
}

// All paths that lead somewhere; of a name that stands twice, the first.
void collect(const Value &value, const Path &path, QList<Path> &all)
{
    all.append(path);
    if (const auto *array = value.get<Array>()) {
        for (qsizetype i = 0; i < array->size(); ++i)
            collect(array->at(i), path.child(i), all);
    } else if (const auto *members = value.get<Struct>()) {
        for (const Member &m : *members) {
            if (members->find(m.name) == &m.value)
                collect(m.value, path.child(m.name), all);
        }
    }
}

} // namespace

class tst_XmlSpans : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    FATAL_MESSAGES

    void everyNode_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("encoding"); // of QStringConverter
        QTest::addColumn<QByteArray>("charset");
        const int utf8 = QStringConverter::Utf8;
        const int latin1 = QStringConverter::Latin1;
        const QString text = QString::fromUtf8(mixed);
        QTest::newRow("utf-8") << mixed << utf8 << QByteArray();
        QTest::newRow("declared") << "<?xml version='1.0' encoding='utf8'?>\n" + mixed << utf8 << QByteArray();
        QTest::newRow("byte order mark") << "\xef\xbb\xbf" + mixed << utf8 << QByteArray();
        QTest::newRow("leading space") << "\xef\xbb\xbf\r\n  <?xml version='1.0'?>\n" + mixed << utf8 << QByteArray();
        QTest::newRow("utf-16le") << utf16(text, QStringConverter::Utf16LE) << int(QStringConverter::Utf16LE) << QByteArray();
        QTest::newRow("utf-16be") << utf16(text, QStringConverter::Utf16BE) << int(QStringConverter::Utf16BE) << QByteArray();
        QTest::newRow("utf-16be, declared") << utf16(QStringLiteral("<?xml version='1.0' encoding='UTF-16'?>") + text, QStringConverter::Utf16BE)
                                            << int(QStringConverter::Utf16BE) << QByteArray();
        QTest::newRow("utf-16le, space before the declaration")
            << utf16(QStringLiteral("\n<?xml version='1.0' encoding='UTF-16'?>") + text, QStringConverter::Utf16LE) << int(QStringConverter::Utf16LE) << QByteArray();
        QTest::newRow("latin1") << "<?xml version='1.0' encoding='ISO-8859-1'?>" + text.toLatin1() << latin1 << QByteArray();
        QTest::newRow("latin1 by header") << text.toLatin1() << latin1 << QByteArray("iso-8859-1");
        QTest::newRow("windows-1252") << "<?xml version='1.0' encoding='windows-1252'?>" + text.toLatin1() << latin1 << QByteArray();
    }
    void everyNode()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, encoding);
        QFETCH(QByteArray, charset);
        const auto payload = XmlRpcCodec().readPayload(bytes, { {}, charset, nullptr });
        QVERIFY2(payload.hasValue(), payload ? "" : qPrintable(payload.error().toString()));
        const auto textOf = [&](const Span &span) -> QString {
            return QStringDecoder(QStringConverter::Encoding(encoding), QStringConverter::Flag::ConvertInitialBom)
                .decode(QByteArrayView(bytes).sliced(span.begin, span.end - span.begin));
        };
        QList<Path> paths;
        collect(payload->value, {}, paths);
        QCOMPARE(paths.size(), 18);
        QCOMPARE(payload->spans.nodes().size(), paths.size() + 1); // one name stands twice
        const Path params = Path().child(QStringLiteral("params"));
        for (const Path &path : paths) {
            const auto span = payload->spanOf(path);
            QVERIFY2(span.has_value(), qPrintable(path.toString()));
            const QString text = textOf(*span);
            const auto name = payload->spans.findName(payload->value, path);
            QCOMPARE(payload->pathAt(span->begin), path);
            QCOMPARE(payload->pathAt(span->end - 1), path);
            if (path.isEmpty()) {
                QVERIFY(text.startsWith(u"<methodCall>") && text.endsWith(u"</methodCall>"));
            } else if (path == params) {
                QVERIFY(text.startsWith(u"<params >") && text.endsWith(u"</params>"));
            } else if (path.steps().size() == 1) {
                QCOMPARE(text, QStringLiteral("<methodName> a.b </methodName>"));
            } else {
                QVERIFY2(text.startsWith(u"<value"), qPrintable(text));
                const QByteArray again = "<methodResponse><params><param>" + text.toUtf8() + "</param></params></methodResponse>";
                const auto value = XmlReader { {}, XmlRpcDialect::lenient() }.read(again);
                QVERIFY2(value.hasValue(), again.constData());
                QCOMPARE(value->params, Array { *payload->value.find(path) });
            }
            const auto *step = path.isEmpty() ? nullptr : std::get_if<QString>(&path.steps().constLast());
            QCOMPARE(name.has_value(), step && path.steps().size() > 1);
            if (name) {
                QCOMPARE(textOf(*name), step->isEmpty() ? QStringLiteral("<name></name>") : QStringLiteral("<name>") + *step + QStringLiteral("</name>"));
                QCOMPARE(payload->pathAt(name->begin), path);
                QCOMPARE(payload->pathAt(name->end - 1), path);
            }
        }
        QVERIFY(!payload->pathAt(bytes.size() - 1)); // the line feed behind the root
        QVERIFY(!payload->pathAt(-1));
    }

    // Findings and errors in UTF-16 are found by the same bytes, lines and columns.
    void positions_inUtf16()
    {
        const QString text = QStringLiteral("<methodCall>\r\n<methodName>m</methodName><params><param>\r<value>\u00e4\U0001f497</value></param><param><value><nil/></value></param><x/></params></methodCall>");
        for (const auto encoding : { QStringConverter::Utf16LE, QStringConverter::Utf16BE }) {
            const QByteArray bytes = utf16(text, encoding);
            Findings findings;
            const auto document = XmlReader {}.read(bytes, {}, &findings);
            QVERIFY(!document);
            QCOMPARE(document.error().position.offset, 2 + 2 * text.indexOf(u"<x/>"));
            QCOMPARE(document.error().position.line, 3);
            QCOMPARE(document.error().position.column, 62);
            QCOMPARE(findings.size(), 1);
            QCOMPARE(findings[0].position.offset, 2 + 2 * text.indexOf(u"<nil/>"));
            QCOMPARE(findings[0].length, 12);
            QCOMPARE(findings[0].position.line, 3);
            QCOMPARE(findings[0].position.column, 40);
        }
    }

    void answers()
    {
        const XmlRpcCodec codec;
        const auto bytesAt = [&](const Payload &p, const Path &path) {
            const auto span = p.spanOf(path);
            return span ? p.bytes.mid(span->begin, span->end - span->begin) : QByteArray("none");
        };
        const QByteArray value = "<value><struct><member><name>faultCode</name><value><int>4</int></value></member><member><name>faultString</name><value>x</value></member></struct></value>";
        auto payload = codec.readPayload("<?xml version=\"1.0\"?> <methodResponse><fault> " + value + " </fault></methodResponse>\n", {});
        QVERIFY(payload.hasValue());
        const Path fault = Path().child(QStringLiteral("fault"));
        QCOMPARE(payload->value.find(fault.child(QStringLiteral("faultCode")))->toInteger(), 4);
        QCOMPARE(bytesAt(*payload, {}), "<methodResponse><fault> " + value + " </fault></methodResponse>");
        QCOMPARE(bytesAt(*payload, fault), value);
        QCOMPARE(bytesAt(*payload, fault.child(QStringLiteral("faultCode"))), QByteArray("<value><int>4</int></value>"));
        QCOMPARE(payload->pathAt(payload->bytes.indexOf("<fault>")), Path());
        QVERIFY(payload->findings.isEmpty());

        payload = codec.readPayload("<methodResponse><params> <param>" + value + "</param></params></methodResponse>", {});
        QVERIFY(payload.hasValue());
        const Path params = Path().child(QStringLiteral("params"));
        QCOMPARE(bytesAt(*payload, params), "<params> <param>" + value + "</param></params>");
        QCOMPARE(bytesAt(*payload, params.child(0)), value);

        payload = codec.readPayload("<methodResponse><params/></methodResponse>", {});
        QVERIFY(payload.hasValue());
        QCOMPARE(bytesAt(*payload, params), QByteArray("<params/>"));
        QCOMPARE(payload->findings.size(), 1);
        QCOMPARE(payload->findings[0].rule, Rule::XmlRpcEmptyParams);
        QCOMPARE(payload->findings[0].position.column, 17);
        QCOMPARE(payload->findings[0].length, 9);

        payload = codec.readPayload("<methodResponse><fault><value>broken</value></fault></methodResponse>", {});
        QVERIFY(payload.hasValue());
        QCOMPARE(bytesAt(*payload, fault), QByteArray("<value>broken</value>"));
        QCOMPARE(payload->findings.size(), 1);
        QCOMPARE(payload->findings[0].rule, Rule::XmlRpcFaultShape);
        QCOMPARE(payload->findings[0].position.offset, 16);
        QCOMPARE(payload->findings[0].length, 36);
    }

    // A call may leave its params out: they have an empty place behind the name, and indexes stay what they are.
    void callWithoutParams()
    {
        const QByteArray xml = "<methodCall><methodName>m</methodName> </methodCall>";
        const auto payload = XmlRpcCodec().readPayload(xml, {});
        QVERIFY(payload.hasValue());
        QCOMPARE(payload->value, Value(Struct { { QStringLiteral("methodName"), QStringLiteral("m") }, { QStringLiteral("params"), Value(Array()) } }));
        const qint64 end = xml.indexOf(" </methodCall>");
        QCOMPARE(payload->spanOf(Path().child(QStringLiteral("params"))), (Span { end, end }));
        QCOMPARE(payload->spanOf(Path().child(QStringLiteral("methodName"))), (Span { 12, end }));
        QCOMPARE(payload->pathAt(end), Path());
    }

    void brokenMessages_haveNone()
    {
        Spans spans;
        spans.open(5);
        for (const QByteArray &xml : { QByteArray("<methodCall><methodName>m</methodName><params><param><value>a"), QByteArray("<methodCall><methodName>m</methodName><x/></methodCall>"), QByteArray() }) {
            QVERIFY(!XmlReader {}.read(xml, {}, nullptr, &spans));
            QVERIFY(spans.isEmpty());
        }
    }
};

QTEST_APPLESS_MAIN(tst_XmlSpans)
#include "tst_xmlspans.moc"
