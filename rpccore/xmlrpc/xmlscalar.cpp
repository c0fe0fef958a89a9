// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlscalar.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

namespace rpc {

namespace {

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

QString shown(QByteArrayView text)
{
    QString s = QString::fromUtf8(text.first(qMin<qsizetype>(text.size(), 160)));
    if (s.size() > 40)
        s = s.left(40) + QStringLiteral("...");
    return u'"' % s % u'"';
}

// One scalar on its way from text to value.
class Scalar
{
public:
    Scalar(QByteArrayView text, const XmlRpcDialect &dialect, XmlScalarReport &report)
        : m_text(text)
        , m_dialect(dialect)
        , m_report(report)
    {
    }

    Value integer(XmlType type)
    {
        const QByteArrayView digits = trimmed();
        const bool plus = digits.startsWith('+');
        const char *const begin = digits.data() + (plus ? 1 : 0);
        const char *const end = digits.data() + digits.size();
        qint64 value = 0;
        const auto result = std::from_chars(begin, end, value);
        const int bits = bitsOf(type);
        if (result.ec == std::errc::invalid_argument || result.ptr != end || (plus && *begin == '-'))
            return wrong(QStringLiteral("%1 is no integer").arg(shown(m_text)));
        const bool fits = result.ec == std::errc() && (value >> (bits - 1) == 0 || value >> (bits - 1) == -1);
        if (!fits) {
            const QString message
                = QStringLiteral("%1 does not fit into the %2 bits of its type").arg(shown(m_text)).arg(bits);
            if (!m_dialect.wideInt)
                return wrong(bits == 32 ? message + QStringLiteral("; <i8> holds 64") : message);
            depart(Rule::XmlRpcWideInt, message);
            if (result.ec != std::errc()) // beyond 64 bits: the digits
                return Value(*Number::fromLiteral(literalOf(digits)));
            return Value::fromInteger(value);
        }
        return bits == 64 ? Value(value) : Value(qint32(value));
    }

    Value boolean()
    {
        const QByteArrayView word = trimmed();
        if (word == "1")
            return Value(true);
        if (word == "0")
            return Value(false);
        const QByteArray lower = word.size() <= 5 ? word.toByteArray().toLower() : QByteArray();
        if (lower != "true" && lower != "false")
            return wrong(QStringLiteral("%1 is no boolean; it is 0 or 1").arg(shown(m_text)));
        if (!m_dialect.booleanWords)
            return wrong(QStringLiteral("%1 is no boolean of XML-RPC; it is 0 or 1").arg(shown(m_text)));
        depart(Rule::XmlRpcBooleanWord, QStringLiteral("%1 stands for a boolean, which is 0 or 1").arg(shown(word)));
        return Value(lower == "true");
    }

    Value real()
    {
        const QByteArrayView text = trimmed();
        double value = 0;
        if (shortDecimal(text, value) && (!m_dialect.doublesAsSpelled || isShortest(text, value)))
            return Value(value);
        if (text.size() <= 9 && notANumber(text.toByteArray().toLower(), value)) {
            if (!m_dialect.notANumber)
                return wrong(QStringLiteral("%1 is no double; XML-RPC has no NaN and no infinity").arg(shown(m_text)));
            depart(Rule::XmlRpcNotANumber, QStringLiteral("%1 is no number").arg(shown(text)));
            return Value(value);
        }
        auto literal = Number::fromLiteral(literalOf(text));
        if (!literal)
            return wrong(QStringLiteral("%1 is no double").arg(shown(m_text)));
        if (text.contains('e') || text.contains('E')) {
            if (!m_dialect.doubleExponent)
                return wrong(QStringLiteral("%1: XML-RPC's double has no exponent").arg(shown(m_text)));
            depart(Rule::XmlRpcDoubleExponent, QStringLiteral("%1 is written with an exponent").arg(shown(text)));
        }
        value = literal->toDouble();
        if (m_dialect.doublesAsSpelled) {
            return std::isfinite(value) && shortestLiteral(value) == literal->literal()
                ? Value(value)
                : Value(*Number::doubleFromLiteral(literal->literal()));
        }
        if (isExact(*literal, value))
            return Value(value);
        if (literal->isIntegerLiteral()) // a double all the same
            return Value(*Number::fromLiteral(QByteArray(literal->literal() + ".0")));
        return Value(*std::move(literal));
    }

    // Apache's numbers of any size keep their digits; what they hold is never rounded to a double.
    Value big(bool integral)
    {
        auto literal = Number::fromLiteral(literalOf(trimmed()));
        if (!literal || (integral && !literal->isIntegerLiteral()))
            return wrong(
                QStringLiteral("%1 is no %2")
                    .arg(shown(m_text), integral ? QStringLiteral("integer") : QStringLiteral("decimal number")));
        return Value(*std::move(literal));
    }

    Value dateTime(bool anyForm)
    {
        const QByteArrayView text = trimmed();
        auto date = DateTime::fromText(text);
        if (!date)
            return wrong(QStringLiteral("%1 is no date; XML-RPC writes 19980717T14:08:55").arg(shown(m_text)));
        if (!anyForm && !date->isStandard()) {
            if (!m_dialect.anyDate)
                return wrong(
                    QStringLiteral("%1 is not in XML-RPC's form of a date, 19980717T14:08:55").arg(shown(m_text)));
            departDate(text);
        }
        return Value(*std::move(date));
    }

    Value base64()
    {
        QByteArray text = m_text.toByteArray();
        text.removeIf(isSpace); // lines may break anywhere
        const qsizetype missing = (4 - text.size() % 4) % 4;
        if (missing > 0 && missing < 3 && m_dialect.unpaddedBase64) {
            depart(Rule::XmlRpcBase64Padding, QStringLiteral("The base64 ends without its \"=\""));
            text += QByteArray(missing, '=');
        } else if (missing > 0) {
            return wrong(QStringLiteral("%1 is no base64, or its last \"=\" is missing").arg(shown(m_text)));
        }
        auto bytes = QByteArray::fromBase64Encoding(std::move(text), QByteArray::AbortOnBase64DecodingErrors);
        if (!bytes)
            return wrong(QStringLiteral("%1 is no base64").arg(shown(m_text)));
        bytes.decoded.squeeze();
        return Value(std::move(bytes.decoded));
    }

    Value nil()
    {
        if (m_text.isEmpty())
            return Value();
        if (!xmlTrimmed(m_text).isEmpty() || !m_dialect.numberSpace)
            return wrong(QStringLiteral("<nil> has no content"));
        depart(Rule::XmlRpcNumberSpace, QStringLiteral("White space stands inside <nil>"));
        return Value();
    }

private:
    Value wrong(const QString &problem)
    {
        m_report.problem = problem;
        return Value();
    }

    void depart(Rule rule, const QString &message) { m_report.departures.append({ rule, message + u'.' }); }

    // The text without white space around it, which is a departure.
    QByteArrayView trimmed()
    {
        if (m_text.isEmpty() || (!isSpace(m_text.front()) && !isSpace(m_text.back())))
            return m_text;
        const QByteArrayView text = xmlTrimmed(m_text);
        if (m_dialect.numberSpace)
            depart(Rule::XmlRpcNumberSpace, QStringLiteral("White space stands around %1").arg(shown(text)));
        else
            m_report.problem = QStringLiteral("white space around %1").arg(shown(text));
        return text;
    }

    static int bitsOf(XmlType type)
    {
        switch (type) {
        case XmlType::Int8:
            return 8;
        case XmlType::Int16:
            return 16;
        case XmlType::Int32:
            return 32;
        default:
            return 64;
        }
    }

    // Up to 15 digits with a point among them are the very digits of a double, and the quotient of two numbers below
    // 2^53 is rounded correctly.
    static bool shortDecimal(QByteArrayView text, double &value)
    {
        static constexpr double powers[]
            = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
        const bool negative = text.startsWith('-');
        const qsizetype first = negative ? 1 : 0;
        if (text.size() - first < 3 || text.size() - first > 16 || !isDigit(text[first]) || !isDigit(text.back()))
            return false;
        qint64 digits = 0;
        qsizetype point = -1;
        for (qsizetype i = first; i < text.size(); ++i) {
            if (isDigit(text[i]))
                digits = digits * 10 + (text[i] - '0');
            else if (text[i] == '.' && point < 0)
                point = i;
            else
                return false;
        }
        if (point < 0)
            return false;
        value = double(digits) / powers[text.size() - 1 - point];
        if (negative)
            value = -value;
        return true;
    }

    static bool notANumber(const QByteArray &word, double &value)
    {
        const bool negative = word.startsWith('-');
        const QByteArrayView rest = QByteArrayView(word).sliced(negative || word.startsWith('+') ? 1 : 0);
        if (rest == "nan")
            value = std::numeric_limits<double>::quiet_NaN();
        else if (rest == "inf" || rest == "infinity")
            value = std::numeric_limits<double>::infinity();
        else
            return false;
        value = negative ? -value : value;
        return true;
    }

    // A valid JSON literal with the same digits: no plus, no zeros in front, digits on both sides of the point.
    // Something invalid when the text is no number.
    static QByteArray literalOf(QByteArrayView text)
    {
        const bool negative = text.startsWith('-');
        if (negative || text.startsWith('+'))
            text = text.sliced(1);
        if (text == "." || text.startsWith('-') || text.startsWith('+'))
            return QByteArray();
        while (text.size() > 1 && text[0] == '0' && isDigit(text[1]))
            text = text.sliced(1);
        QByteArray literal = text.toByteArray();
        if (literal.startsWith('.'))
            literal.prepend(isDigit(literal.size() > 1 ? literal[1] : ' ') ? '0' : '.');
        const qsizetype point = literal.indexOf('.');
        if (point >= 0 && (point + 1 == literal.size() || !isDigit(literal[point + 1])))
            literal.insert(point + 1, '0');
        return negative ? '-' + literal : literal;
    }

    // Of what shortDecimal() took: true when the double is certainly written with these digits, and no exponent. No other
    // decimal of up to 15 digits is the same double.
    static bool isShortest(QByteArrayView text, double value)
    {
        const double size = std::abs(value);
        if (size < 1e-3 || size >= 1e5)
            return false;
        const QByteArrayView digits = text.sliced(text.startsWith('-') ? 1 : 0);
        const qsizetype point = digits.indexOf('.');
        return (digits[0] != '0' || point == 1) && (digits.back() != '0' || point == digits.size() - 2);
    }

    // True when the double, written again, has the digits of the literal, but for zeros at their end.
    static bool isExact(const Number &literal, double value)
    {
        if (!std::isfinite(value))
            return false;
        const QByteArray shortest = shortestLiteral(value);
        if (shortest == literal.literal())
            return true;
        QByteArray theirs = literal.plainDecimal().value_or(QByteArray());
        if (theirs.contains('.')) {
            while (theirs.endsWith('0'))
                theirs.chop(1);
            if (theirs.endsWith('.'))
                theirs += '0';
        } else {
            theirs += ".0";
        }
        return Number::fromLiteral(shortest)->plainDecimal() == theirs;
    }

    // The zone and what else differs from the one form are two departures: a date can be unusual in either way.
    void departDate(QByteArrayView text)
    {
        qsizetype zone = 8; // no zone before the end of the date; hyphens stand there
        while (zone < text.size() && text[zone] != 'T' && text[zone] != ' ')
            ++zone;
        while (zone < text.size() && text[zone] != 'Z' && text[zone] != '+' && text[zone] != '-')
            ++zone;
        if (zone < text.size())
            depart(
                Rule::XmlRpcDateZone, QStringLiteral("%1 names a zone, %2").arg(shown(text), shown(text.sliced(zone))));
        const QByteArrayView form = text.first(zone);
        if (form.size() != 17 || form[8] != 'T' || form[11] != ':' || form[14] != ':')
            depart(Rule::XmlRpcDateForm, QStringLiteral("%1 is not written as 19980717T14:08:55 is").arg(shown(text)));
    }

    QByteArrayView m_text;
    const XmlRpcDialect &m_dialect;
    XmlScalarReport &m_report;
};

struct NamedType
{
    const char *name;
    XmlType type;
};

template <size_t N> XmlType find(const char *name, const NamedType (&types)[N])
{
    for (const NamedType &t : types) {
        if (strcmp(name, t.name) == 0)
            return t.type;
    }
    return XmlType::None;
}

} // namespace

XmlTypeName xmlTypeByName(const char *name)
{
    // The first letter leaves few to compare with: this is asked for every value.
    static constexpr NamedType ofS[] = { { "string", XmlType::String }, { "struct", XmlType::Struct } };
    static constexpr NamedType ofI[]
        = { { "int", XmlType::Int32 }, { "i4", XmlType::Int32 }, { "i8", XmlType::Int64 } };
    static constexpr NamedType ofD[] = { { "double", XmlType::Double }, { "dateTime.iso8601", XmlType::DateTime } };
    static constexpr NamedType ofB[] = { { "boolean", XmlType::Boolean }, { "base64", XmlType::Base64 } };
    static constexpr NamedType others[] = { { "array", XmlType::Array }, { "nil", XmlType::Nil } };
    const XmlType type = *name == 's' ? find(name, ofS)
        : *name == 'i'                ? find(name, ofI)
        : *name == 'd'                ? find(name, ofD)
        : *name == 'b'                ? find(name, ofB)
                                      : find(name, others);
    if (type != XmlType::None)
        return { type, false };
    XmlTypeName apache = xmlApacheTypeByName(name);
    if (apache.type == XmlType::AnyDateTime)
        apache.type = XmlType::None; // only with its prefix: too much like a misspelling
    return apache;
}

XmlTypeName xmlApacheTypeByName(const char *name)
{
    static constexpr NamedType types[] = { { "nil", XmlType::Nil }, { "i1", XmlType::Int8 }, { "i2", XmlType::Int16 },
        { "i8", XmlType::Int64 }, { "float", XmlType::Double }, { "biginteger", XmlType::BigInteger },
        { "bigdecimal", XmlType::BigDecimal }, { "dateTime", XmlType::AnyDateTime } };
    return { find(name, types), true };
}

Value xmlScalarValue(XmlType type, QByteArrayView text, const XmlRpcDialect &dialect, XmlScalarReport &report)
{
    Scalar scalar(text, dialect, report);
    switch (type) {
    case XmlType::Int8:
    case XmlType::Int16:
    case XmlType::Int32:
    case XmlType::Int64:
        return scalar.integer(type);
    case XmlType::BigInteger:
    case XmlType::BigDecimal:
        return scalar.big(type == XmlType::BigInteger);
    case XmlType::Boolean:
        return scalar.boolean();
    case XmlType::Double:
        return scalar.real();
    case XmlType::DateTime:
    case XmlType::AnyDateTime:
        return scalar.dateTime(type == XmlType::AnyDateTime);
    case XmlType::Base64:
        return scalar.base64();
    case XmlType::Nil:
        return scalar.nil();
    case XmlType::String:
    case XmlType::None:
    case XmlType::Array:
    case XmlType::Struct:
        break;
    }
    return Value(xmlString(text));
}

QString xmlString(QByteArrayView utf8)
{
    // QString::fromUtf8 takes a U+FEFF at the begin for a byte order mark; here it is a character, and so is the next.
    qsizetype marks = 0;
    for (; utf8.startsWith("\xef\xbb\xbf"); utf8 = utf8.sliced(3))
        ++marks;
    QString text = QString::fromUtf8(utf8);
    if (marks > 0)
        text.prepend(QString(marks, u'\ufeff'));
    if (text.isNull())
        return QString(QLatin1String("")); // empty, but there
    if (text.capacity() > text.size() + 8) // more than the allocator rounds up anyway
        text.squeeze();
    return text;
}

QByteArrayView xmlTrimmed(QByteArrayView text)
{
    while (!text.isEmpty() && isSpace(text.front()))
        text = text.sliced(1);
    while (!text.isEmpty() && isSpace(text.back()))
        text.chop(1);
    return text;
}

} // namespace rpc
