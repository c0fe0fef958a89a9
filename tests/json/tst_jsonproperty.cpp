// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>
#include <tests/json/spanwalk.h>
#include <tests/support/fatalmessages.h>

#include <QRandomGenerator>

#include <cmath>
#include <cstring>

using namespace rpc;

// Values made at random: what is written is read again, whatever it is. A failure prints its seed; ANTIPHON_SEED takes one.
class tst_JsonProperty : public QObject
{
    Q_OBJECT

    QRandomGenerator m_random;

    int below(int end) { return m_random.bounded(end); }

    QString text()
    {
        QString s = QStringLiteral("");
        for (int length = below(4) == 0 ? below(60) : below(8); length > 0; --length) {
            switch (below(9)) {
            case 0:
                s += QChar(char16_t(below(0x20)));
                break;
            case 1:
                s += QChar(char16_t(below(0x10000))); // may be half of a pair
                break;
            case 2:
                s += QChar(char16_t(0xd83d));
                s += QChar(char16_t(0xdc00 + below(0x400)));
                break;
            case 3:
                s += QChar(char16_t(0xd800 + below(0x800)));
                break;
            case 4:
                s += QChar(u"\"\\/\u007f\ufeff\u2028"[below(6)]);
                break;
            default:
                s += QChar(char16_t('a' + below(26)));
            }
        }
        return s;
    }

    double finite()
    {
        for (;;) {
            const quint64 bits = m_random.generate64();
            double d = 0;
            std::memcpy(&d, &bits, sizeof d);
            switch (below(4)) {
            case 0:
                return double(below(1'000'000)) / std::pow(10.0, below(7));
            case 1:
                return double(qint64(bits)) * std::pow(10.0, below(20) - 10);
            case 2:
                return m_random.generateDouble();
            default:
                if (std::isfinite(d))
                    return d;
            }
        }
    }

    // A literal that no other type gives back.
    Number literal()
    {
        for (;;) {
            QByteArray digits = below(2) ? "-" : "";
            digits += below(3) ? QByteArray::number(1 + below(1000)) : QByteArray::number(m_random.generate64()) + "000";
            if (below(2))
                digits += '.' + QByteArray::number(below(1000)) + QByteArray(below(4), '0');
            if (below(2))
                digits += (below(2) ? "e" : "E") + QByteArray(below(2) ? "+" : "") + QByteArray::number(below(900));
            if (below(20) == 0)
                digits = "-0";
            const auto number = Number::fromLiteral(digits);
            if (number && Value::fromLiteral(digits).type() == Type::Number)
                return *number;
        }
    }

    Value value(int depth = 0)
    {
        switch (below(depth > 4 ? 7 : 10)) {
        case 0:
            return {};
        case 1:
            return below(2) == 0;
        case 2:
            return qint32(m_random.generate());
        case 3:
            return Value::fromInteger(qint64(m_random.generate64()) >> below(64));
        case 4:
            return finite();
        case 5:
            return literal();
        case 6:
            return text();
        case 7:
        case 8: {
            Struct s;
            for (int count = below(6); count > 0; --count)
                s.append(below(8) == 0 && !s.isEmpty() ? s.at(0).name : text(), value(depth + 1));
            return s;
        }
        default: {
            Array a;
            for (int count = below(6); count > 0; --count)
                a.append(value(depth + 1));
            if (!a.isEmpty() && below(2)) // the same struct again, as lists of structs have it
                a.append(a.constLast());
            return a;
        }
        }
    }

    static Value lastOnly(const Value &v)
    {
        if (const auto *a = v.get<Array>()) {
            Array all;
            for (const Value &item : *a)
                all.append(lastOnly(item));
            return all;
        }
        const auto *s = v.get<Struct>();
        if (!s)
            return v;
        Struct last;
        for (const Member &m : *s) {
            last.remove(m.name);
            last.append(m.name, lastOnly(m.value));
        }
        return last;
    }

private Q_SLOTS:
    FATAL_MESSAGES

    void everyValue_comesBack()
    {
        const quint32 seed = qEnvironmentVariableIsSet("ANTIPHON_SEED") ? qEnvironmentVariable("ANTIPHON_SEED").toUInt()
                                                                        : QRandomGenerator::global()->generate();
        const JsonReader reader { {}, Duplicates::KeepAll };
        const JsonReader last { {}, Duplicates::KeepLast };
        for (quint32 i = 0; i < 4000; ++i) {
            m_random.seed(seed + i);
            const QByteArray where = "ANTIPHON_SEED=" + QByteArray::number(seed + i);
            const Value v = value();
            for (const JsonWriter &writer : { JsonWriter {}, JsonWriter { JsonWriter::Layout::Indented },
                     JsonWriter { JsonWriter::Layout::Compact, JsonWriter::Spelling::Wire, true },
                     JsonWriter { JsonWriter::Layout::Indented, JsonWriter::Spelling::Wire, true } }) {
                const auto text = writer.write(v);
                QVERIFY2(text, where.constData());
                QVERIFY2(!writer.ascii || std::all_of(text->begin(), text->end(), [](char c) { return uchar(c) < 0x80; }), where.constData());
                Spans spans;
                Findings findings;
                const auto read = reader.read(*text, &findings, &spans);
                QVERIFY2(read && *read == v, where.constData());
                QVERIFY2(*writer.write(*read) == *text, where.constData());
                for (const Finding &f : findings)
                    QVERIFY2(f.length > 0 && f.position.offset + f.length <= text->size(), where.constData());
                if (i % 8 == 0) {
                    const QString wrong = walkSpans(*text, *read, spans, reader);
                    QVERIFY2(wrong.isEmpty(), (where + ": " + wrong.toUtf8()).constData());
                    const auto reduced = last.read(*text, nullptr, &spans);
                    QVERIFY2(reduced && *reduced == lastOnly(v), where.constData());
                    const QString wrongLast = walkSpans(*text, *reduced, spans, last);
                    QVERIFY2(wrongLast.isEmpty(), (where + ": " + wrongLast.toUtf8()).constData());
                }
            }
        }
    }

    // What is cut off anywhere, or has one byte changed, is read or refused; nothing else happens.
    void damagedText_doesNoHarm()
    {
        const quint32 seed = QRandomGenerator::global()->generate();
        m_random.seed(seed);
        int accepted = 0;
        for (int i = 0; i < 3000; ++i) {
            QByteArray text = *JsonWriter {}.write(value());
            if (below(2))
                text.truncate(below(int(text.size()) + 1));
            if (!text.isEmpty())
                text[below(int(text.size()))] = char(below(256));
            Spans spans;
            Findings findings;
            const auto read = JsonReader { {}, Duplicates::KeepLast }.read(text, &findings, &spans);
            QVERIFY2(read || (read.error().position.isKnown() && spans.isEmpty()), QByteArray::number(seed).constData());
            accepted += read ? 1 : 0;
        }
        QVERIFY(accepted > 0);
    }
};

QTEST_APPLESS_MAIN(tst_JsonProperty)
#include "tst_jsonproperty.moc"
