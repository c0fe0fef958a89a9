// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/xmlrpc/xmlreader.h>
#include <rpccore/xmlrpc/xmlwriter.h>
#include <tests/support/fatalmessages.h>

#include <QTimeZone>
#include <QRandomGenerator>
#include <QSet>

#include <bit>
#include <cmath>

using namespace rpc;

// Whatever is written reads back as the same value, of the same type, bit for bit. RPC_SEED repeats a run.
class tst_XmlProperty : public QObject
{
    Q_OBJECT

    QRandomGenerator m_random;

    int below(int limit) { return int(m_random.bounded(limit)); }

    QString text()
    {
        static const QStringList pieces { QStringLiteral("\r"), QStringLiteral("\n"), QStringLiteral("\t"), QStringLiteral("\r\n"), QStringLiteral(" "),
            QStringLiteral("<"), QStringLiteral(">"), QStringLiteral("&"), QStringLiteral("]]>"), QStringLiteral("&amp;"), QStringLiteral("&#13;"),
            QStringLiteral("<!--"), QStringLiteral("<![CDATA["), QStringLiteral("\""), QStringLiteral("'"), QStringLiteral("\u00e4"), QStringLiteral("\ufeff"),
            QStringLiteral("\ufffd"), QStringLiteral("\u0085"), QStringLiteral("\u2028"), QStringLiteral("\U0001f497"), QStringLiteral("\U0010fffd"),
            QStringLiteral("\u07ff\u0800"), QStringLiteral("\u007f\u0080"), QStringLiteral("</value>") };
        QString s;
        for (int n = below(8); n > 0; --n) {
            if (below(3) == 0)
                s += pieces.at(below(int(pieces.size())));
            else
                s += QString(below(4) == 0 ? below(3000) : below(12), QChar(u'a' + below(26)));
        }
        return s;
    }

    double real()
    {
        for (;;) {
            const double d = below(2) ? std::bit_cast<double>(m_random.generate64()) : (below(2) ? -1 : 1) * below(1 << 20) / 1024.0;
            if (std::isfinite(d))
                return d;
        }
    }

    QByteArray digits(int count)
    {
        QByteArray s(1, char('1' + below(9)));
        while (s.size() < count)
            s += char('0' + below(10));
        s.back() = char('1' + below(9)); // a zero at the end would be dropped
        return s;
    }

    Value value(int depth)
    {
        switch (below(depth > 0 ? 11 : 9)) {
        case 0:
            return {};
        case 1:
            return Value(below(2) == 0);
        case 2:
            return Value(qint32(m_random.generate() >> below(32)));
        case 3:
            return Value(qint64(m_random.generate64() >> below(64)));
        case 4:
            return Value(real());
        case 5: // more digits than a double has
            return Value(*Number::fromLiteral(QByteArray(below(2) ? "-" : "") + digits(1 + below(30)) + '.' + digits(25)));
        case 6:
            return Value(text());
        case 7:
            return Value(DateTime::fromQDateTime(QDateTime(QDate(1 + below(9998), 1 + below(12), 1 + below(28)), QTime(below(24), below(60), below(60)), QTimeZone(3600)))); // the specification's form has no zone
        case 8: {
            QByteArray bytes(below(70), Qt::Uninitialized);
            for (char &c : bytes)
                c = char(below(256));
            return Value(bytes);
        }
        case 9: {
            Array a;
            for (int n = below(6); n > 0; --n)
                a.append(value(depth - 1));
            return Value(a);
        }
        default: {
            Struct s;
            QSet<QString> names;
            for (int n = below(below(20) == 0 ? 200 : 6); n > 0; --n) {
                const QString name = below(3) == 0 ? text() : QString(QChar(u'a' + below(26)));
                if (!names.contains(name))
                    s.append(name, value(n > 10 ? 0 : depth - 1));
                names.insert(name);
            }
            return Value(s);
        }
        }
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void written_readsBack()
    {
        bool given = false;
        quint32 seed = qEnvironmentVariable("RPC_SEED").toUInt(&given);
        if (!given)
            seed = QRandomGenerator::system()->generate();
        const int rounds = given ? 1 : 1500;
        for (int round = 0; round < rounds; ++round, ++seed) {
            m_random.seed(seed);
            const Value original = value(5);
            const QByteArray again = "RPC_SEED=" + QByteArray::number(seed) + " shows it again";
            const auto xml = xmlwriter::response(original);
            QVERIFY2(xml.hasValue(), again.constData());
            Spans spans;
            const auto document = XmlReader {}.read(*xml, {}, nullptr, &spans);
            QVERIFY2(document.hasValue(), again.constData());
            QVERIFY2(document->params == Array { original }, again.constData());
            // -0.0 == 0.0, so the bytes are compared as well.
            QVERIFY2(*xmlwriter::response(document->params.constFirst()) == *xml, again.constData());
            // Pretty printing changes nothing: no text stands beside elements.
            const QByteArray pretty = QByteArray(*xml).replace("<data>", "\n<data>\n\t").replace("<member>", "\r\n<member> ").replace("</member>", " </member>");
            QVERIFY2(XmlReader {}.read(pretty)->params == Array { original }, again.constData());
            // Calls go the same way.
            const auto call = xmlwriter::call(QStringLiteral("m"), { original, original });
            QVERIFY2(XmlReader {}.read(*call)->params == (Array { original, original }), again.constData());
        }
    }

    // Bytes that were damaged give a value or an error, never a crash, and a value that can be written again reads back.
    void damaged_isNoHarm()
    {
        const quint32 seed = QRandomGenerator::system()->generate();
        m_random.seed(seed);
        for (int round = 0; round < 3000; ++round) {
            const auto written = xmlwriter::call(QStringLiteral("a.b"), { value(3) });
            QByteArray xml = *written;
            for (int n = 1 + below(3); n > 0 && !xml.isEmpty(); --n) {
                const int at = below(int(xml.size()));
                switch (below(4)) {
                case 0:
                    xml[at] = char(below(256));
                    break;
                case 1:
                    xml.remove(at, 1 + below(20));
                    break;
                case 2:
                    xml.insert(at, xml.mid(below(int(xml.size())), below(40)));
                    break;
                default:
                    xml.truncate(qMax(1, at));
                }
            }
            Findings findings;
            Spans spans;
            const auto document = XmlReader { {}, XmlRpcDialect::lenient() }.read(xml, {}, &findings, &spans);
            QCOMPARE(spans.isEmpty(), !document.hasValue());
            if (!document) {
                QVERIFY2(document.error().position.isKnown(), (QByteArray::number(seed) + xml).constData());
                continue;
            }
            for (const Finding &f : findings)
                QVERIFY2(f.position.offset >= 0 && f.position.offset + f.length <= xml.size(), (QByteArray::number(seed) + xml).constData());
        }
    }
};

QTEST_APPLESS_MAIN(tst_XmlProperty)
#include "tst_xmlproperty.moc"
