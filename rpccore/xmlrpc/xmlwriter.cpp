// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlwriter.h"

#include <rpccore/value/visit.h>

#include <QVarLengthArray>

#include <charconv>
#include <cmath>
#include <cstring>

namespace rpc::xmlwriter {

namespace {

// Bytes that grow at their end. Room is asked for once a piece, and then written into.
class Output
{
public:
    Output() { m_bytes.resize(512); }

    char *room(qsizetype size)
    {
        if (m_bytes.size() - m_size < size)
            m_bytes.resize(qMax(m_bytes.size() * 2, m_size + size));
        return m_bytes.data() + m_size;
    }
    void wrote(const char *end) { m_size = end - m_bytes.constData(); }

    void put(QByteArrayView bytes)
    {
        char *const at = room(bytes.size());
        if (!bytes.isEmpty())
            memcpy(at, bytes.data(), size_t(bytes.size()));
        m_size += bytes.size();
    }
    template <size_t N> void put(const char (&literal)[N])
    {
        memcpy(room(N - 1), literal, N - 1);
        m_size += N - 1;
    }

    QByteArray take()
    {
        m_bytes.truncate(m_size);
        if (m_bytes.capacity() - m_size > m_size / 8)
            m_bytes.squeeze();
        return std::move(m_bytes);
    }

private:
    QByteArray m_bytes;
    qsizetype m_size = 0;
};

class Writer
{
public:
    explicit Writer(const XmlRpcDialect &dialect)
        : m_dialect(dialect)
    {
        out.put("<?xml version=\"1.0\"?>\n");
    }

    // The containers that are open wait on a stack: nothing recurses.
    bool value(const Value &root)
    {
        const Value *due = &root;
        while (due) {
            out.put("<value>");
            if (!begin(*due))
                return refused();
            due = nullptr;
            while (!due && !m_open.isEmpty()) {
                if (!next(due))
                    return refused();
            }
        }
        return true;
    }

    bool text(const QString &s)
    {
        constexpr qsizetype block = 1024;
        constexpr qsizetype widest = 5; // bytes that a code unit can become: "&amp;"
        const char16_t *at = QStringView(s).utf16();
        const char16_t *const end = at + s.size();
        while (at < end) {
            const char16_t *const stop = at + qMin<qsizetype>(block, end - at); // a pair may go over it
            char *to = out.room((stop - at) * widest);
            while (at < stop) {
                const char16_t c = *at++;
                if (c < 0x80) {
                    if (c >= 0x20 && c != '&' && c != '<' && c != '>')
                        *to++ = char(c);
                    else if (!reference(c, to))
                        return refuseCharacter(c);
                } else if (c < 0x800) {
                    *to++ = char(0xc0 | c >> 6);
                    *to++ = char(0x80 | (c & 0x3f));
                } else if (!QChar::isSurrogate(c)) {
                    if (c >= 0xfffe)
                        return refuseCharacter(c);
                    *to++ = char(0xe0 | c >> 12);
                    *to++ = char(0x80 | (c >> 6 & 0x3f));
                    *to++ = char(0x80 | (c & 0x3f));
                } else {
                    if (!QChar::isHighSurrogate(c) || at == end || !QChar::isLowSurrogate(*at))
                        return refuseCharacter(c);
                    const char32_t u = QChar::surrogateToUcs4(c, *at++);
                    *to++ = char(0xf0 | u >> 18);
                    *to++ = char(0x80 | (u >> 12 & 0x3f));
                    *to++ = char(0x80 | (u >> 6 & 0x3f));
                    *to++ = char(0x80 | (u & 0x3f));
                }
            }
            out.wrote(to);
        }
        return true;
    }

    Output out;
    Error error;

private:
    struct Open
    {
        const Array *array;
        const Struct *members;
        qsizetype done;
    };

    // A scalar as a whole, or the begin of a container.
    bool begin(const Value &v)
    {
        return visit(v,
            Overloaded {
                [&](Nil) {
                    if (!m_dialect.nil)
                        return refuse(QStringLiteral("nil has no form in XML-RPC without the extension <nil/>"));
                    return put("<nil/></value>");
                },
                [&](bool b) { return put(b ? "<boolean>1</boolean></value>" : "<boolean>0</boolean></value>"); },
                [&](qint32 i) { return integer(i, false); },
                [&](qint64 i) { return integer(i, true); },
                [&](double d) { return real(d); },
                [&](const Number &n) { return number(n); },
                [&](const QString &s) { return put("<string>") && text(s) && put("</string></value>"); },
                [&](const DateTime &d) {
                    if (d.text().isEmpty())
                        return refuse(QStringLiteral("an empty date has no form in XML-RPC"));
                    return put("<dateTime.iso8601>") && put(m_dialect.datesAsSpelled || !d.isFinerThanStandard() ? d.text() : d.standardText()) && put("</dateTime.iso8601></value>");
                },
                [&](const QByteArray &b) { return put("<base64>") && base64(b) && put("</base64></value>"); },
                [&](const Array &a) {
                    m_open.append({ &a, nullptr, 0 });
                    return put("<array><data>");
                },
                [&](const Struct &s) {
                    m_open.append({ nullptr, &s, 0 });
                    return put("<struct>");
                },
            });
    }

    // The next value of the innermost container, or its end.
    bool next(const Value *&due)
    {
        Open &o = m_open.last();
        if (o.array) {
            if (o.done < o.array->size()) {
                due = &o.array->at(o.done++);
                return true;
            }
            out.put("</data></array></value>");
        } else {
            if (o.done > 0)
                out.put("</member>");
            if (o.done < o.members->size()) {
                const Member &m = o.members->at(o.done++);
                due = &m.value;
                return put("<member><name>") && text(m.name) && put("</name>");
            }
            out.put("</struct></value>");
        }
        m_open.removeLast();
        return true;
    }

    bool refuse(const QString &message)
    {
        error = Error::make(ErrorKind::NotExpressible, message);
        return false;
    }

    // The place of what was refused: in each open container the child that was begun last.
    bool refused()
    {
        Path path;
        for (const Open &o : m_open) {
            if (o.array)
                path.append(o.done - 1);
            else
                path.append(o.members->at(o.done - 1).name);
        }
        error.path = path;
        return false;
    }

    bool refuseCharacter(char16_t c)
    {
        return refuse(QStringLiteral("XML 1.0 cannot carry the character U+%1")
                          .arg(QString::number(c, 16).toUpper().rightJustified(4, QLatin1Char('0'))));
    }

    bool put(QByteArrayView bytes)
    {
        out.put(bytes);
        return true;
    }

    static bool reference(char16_t c, char *&to)
    {
        const char *text = nullptr;
        if (c == '&')
            text = "&amp;";
        else if (c == '<')
            text = "&lt;";
        else if (c == '>')
            text = "&gt;"; // only needed in "]]>", harmless elsewhere
        else if (c == '\r')
            text = "&#13;"; // bare, it would be read as a line feed
        else if (c == '\t')
            text = "\t";
        else if (c == '\n')
            text = "\n";
        else
            return false;
        while (*text)
            *to++ = *text++;
        return true;
    }

    bool integer(qint64 i, bool wide)
    {
        if (wide && !m_dialect.int64) {
            if (i != qint32(i))
                return refuse(QStringLiteral("a 64-bit integer has no form in XML-RPC without the extension <i8>"));
            wide = false;
        }
        put(wide ? QByteArrayView("<i8>") : QByteArrayView("<int>"));
        constexpr int longest = 20;
        char *const at = out.room(longest);
        out.wrote(std::to_chars(at, at + longest, i).ptr);
        return put(wide ? QByteArrayView("</i8></value>") : QByteArrayView("</int></value>"));
    }

    bool real(double d)
    {
        if (!std::isfinite(d))
            return refuse(QStringLiteral("XML-RPC has no NaN and no infinity"));
        const double size = std::abs(d);
        // Beyond, the shortest digits have to be moved: to_chars would print digits that nobody wrote.
        if (size != 0 && (size >= 1e15 || size < 1e-15))
            return decimal(*Number::fromLiteral(shortestLiteral(d)));
        put("<double>");
        constexpr int longest = 64;
        char *const at = out.room(longest);
        char *end = std::to_chars(at, at + longest, d, std::chars_format::fixed).ptr;
        if (!memchr(at, '.', size_t(end - at))) {
            *end++ = '.';
            *end++ = '0';
        }
        out.wrote(end);
        return put("</double></value>");
    }

    bool number(const Number &n)
    {
        if (n.isIntegerLiteral() && !n.isDouble() && n.literal() != "-0") {
            if (const auto i = n.toInt64())
                return integer(*i, *i < INT32_MIN || *i > INT32_MAX);
            return refuse(
                QStringLiteral("%1 does not fit into XML-RPC's 64-bit integer; with a decimal point (%1.0) it is "
                               "sent as a double")
                    .arg(QString::fromLatin1(n.literal())));
        }
        return decimal(n);
    }

    bool decimal(const Number &n)
    {
        const auto digits = n.plainDecimal();
        if (!digits)
            return refuse(QStringLiteral("%1 has no form without an exponent, which XML-RPC does not allow")
                              .arg(QString::fromLatin1(n.literal())));
        return put("<double>") && put(*digits) && put("</double></value>");
    }

    bool base64(QByteArrayView bytes)
    {
        static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        char *to = out.room((bytes.size() + 2) / 3 * 4);
        for (qsizetype i = 0; i < bytes.size(); i += 3) {
            const qsizetype left = bytes.size() - i;
            const quint32 group = quint32(uchar(bytes[i])) << 16 | (left > 1 ? quint32(uchar(bytes[i + 1])) << 8 : 0)
                | (left > 2 ? quint32(uchar(bytes[i + 2])) : 0);
            *to++ = letters[group >> 18];
            *to++ = letters[group >> 12 & 0x3f];
            *to++ = left > 1 ? letters[group >> 6 & 0x3f] : '=';
            *to++ = left > 2 ? letters[group & 0x3f] : '=';
        }
        out.wrote(to);
        return true;
    }

    const XmlRpcDialect &m_dialect;
    QVarLengthArray<Open, 32> m_open;
};

Result<QByteArray> finish(Writer &w, bool ok)
{
    if (!ok)
        return w.error;
    return w.out.take();
}

} // namespace

Result<QByteArray> call(const QString &method, const Array &params, const XmlRpcDialect &dialect)
{
    Writer w(dialect);
    w.out.put("<methodCall><methodName>");
    bool ok = w.text(method);
    w.out.put("</methodName><params>");
    for (qsizetype i = 0; ok && i < params.size(); ++i) {
        w.out.put("<param>");
        ok = w.value(params[i]);
        w.out.put("</param>");
        if (!ok)
            w.error.path = w.error.path.below(Path().child(QStringLiteral("params")).child(i));
    }
    w.out.put("</params></methodCall>\n");
    return finish(w, ok);
}

Result<QByteArray> response(const Value &result, const XmlRpcDialect &dialect)
{
    Writer w(dialect);
    w.out.put("<methodResponse><params><param>");
    const bool ok = w.value(result);
    w.out.put("</param></params></methodResponse>\n");
    return finish(w, ok);
}

Result<QByteArray> fault(int code, const QString &message)
{
    const XmlRpcDialect dialect;
    Writer w(dialect);
    const Value members
        = Struct { { QStringLiteral("faultCode"), qint32(code) }, { QStringLiteral("faultString"), message } };
    w.out.put("<methodResponse><fault>");
    const bool ok = w.value(members);
    w.out.put("</fault></methodResponse>\n");
    return finish(w, ok);
}

} // namespace rpc::xmlwriter
