// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlwriter.h"

#include <rpccore/value/visit.h>

#include <cmath>

namespace rpc::xmlwriter {

namespace {

constexpr int deepest = 10'000; // a bound on recursion; readers stop far below

class Writer
{
public:
    bool value(const Value &v, int depth = 0)
    {
        if (depth > deepest)
            return refuse(QStringLiteral("nested deeper than %1 levels").arg(deepest));
        out += "<value>";
        const bool ok = visit(v,
            Overloaded {
                [&](Nil) { return raw("<nil/>"); },
                [&](bool b) { return raw(b ? "<boolean>1</boolean>" : "<boolean>0</boolean>"); },
                [&](qint32 i) { return raw("<int>" + QByteArray::number(i) + "</int>"); },
                [&](qint64 i) { return raw("<i8>" + QByteArray::number(i) + "</i8>"); },
                [&](double d) {
                    if (!std::isfinite(d))
                        return refuse(QStringLiteral("XML-RPC has no NaN and no infinity"));
                    return decimal(*Number::fromLiteral(shortestLiteral(d)));
                },
                [&](const Number &n) { return number(n); },
                [&](const QString &s) { return raw("<string>") && text(s) && raw("</string>"); },
                [&](const DateTime &d) { return raw("<dateTime.iso8601>" + d.text() + "</dateTime.iso8601>"); },
                [&](const QByteArray &b) { return raw("<base64>" + b.toBase64() + "</base64>"); },
                [&](const Array &a) { return array(a, depth); },
                [&](const Struct &s) { return structure(s, depth); },
            });
        out += "</value>";
        return ok;
    }

    bool text(const QString &s)
    {
        qsizetype plain = 0;
        const auto flush = [&](qsizetype end) {
            if (end > plain)
                out += QStringView(s).sliced(plain, end - plain).toUtf8();
            plain = end + 1;
        };
        for (qsizetype i = 0; i < s.size(); ++i) {
            const char16_t c = s[i].unicode();
            const char *reference = nullptr;
            if (c == '&')
                reference = "&amp;";
            else if (c == '<')
                reference = "&lt;";
            else if (c == '>')
                reference = "&gt;"; // only needed in "]]>", harmless elsewhere
            else if (c == '\r')
                reference = "&#13;";
            if (reference) {
                flush(i);
                out += reference;
            } else if (QChar::isHighSurrogate(c) && i + 1 < s.size() && s[i + 1].isLowSurrogate()) {
                ++i;
            } else if ((c < 0x20 && c != '\t' && c != '\n') || c == 0xfffe || c == 0xffff || QChar::isSurrogate(c)) {
                return refuse(QStringLiteral("XML 1.0 cannot carry the character U+%1")
                                  .arg(QString::number(c, 16).toUpper().rightJustified(4, QLatin1Char('0'))));
            }
        }
        flush(s.size());
        return true;
    }

    bool raw(const QByteArray &bytes)
    {
        out += bytes;
        return true;
    }

    QByteArray out = QByteArrayLiteral("<?xml version=\"1.0\"?>\n");
    Error error;

private:
    bool refuse(const QString &message)
    {
        error = Error::make(ErrorKind::NotExpressible, message);
        return false;
    }

    bool number(const Number &n)
    {
        if (n.isIntegerLiteral() && n.literal() != "-0") {
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
        return raw("<double>" + *digits + "</double>");
    }

    bool array(const Array &a, int depth)
    {
        out += "<array><data>";
        for (qsizetype i = 0; i < a.size(); ++i) {
            if (!value(a[i], depth + 1)) {
                error.path = error.path.below(Path().child(i));
                return false;
            }
        }
        return raw("</data></array>");
    }

    bool structure(const Struct &s, int depth)
    {
        out += "<struct>";
        for (const Member &m : s) {
            out += "<member><name>";
            if (!text(m.name) || !raw("</name>") || !value(m.value, depth + 1)) {
                error.path = error.path.below(Path().child(m.name));
                return false;
            }
            out += "</member>";
        }
        return raw("</struct>");
    }
};

Result<QByteArray> finish(Writer &w, bool ok)
{
    if (!ok)
        return w.error;
    return std::move(w.out);
}

} // namespace

Result<QByteArray> call(const QString &method, const Array &params)
{
    Writer w;
    bool ok = w.raw("<methodCall><methodName>") && w.text(method) && w.raw("</methodName><params>");
    for (qsizetype i = 0; ok && i < params.size(); ++i) {
        ok = w.raw("<param>") && w.value(params[i]) && w.raw("</param>");
        if (!ok)
            w.error.path = w.error.path.below(Path().child(QStringLiteral("params")).child(i));
    }
    ok = ok && w.raw("</params></methodCall>\n");
    return finish(w, ok);
}

Result<QByteArray> response(const Value &result)
{
    Writer w;
    const bool ok
        = w.raw("<methodResponse><params><param>") && w.value(result) && w.raw("</param></params></methodResponse>\n");
    return finish(w, ok);
}

Result<QByteArray> fault(int code, const QString &message)
{
    Writer w;
    const Struct members { { QStringLiteral("faultCode"), qint32(code) }, { QStringLiteral("faultString"), message } };
    const bool ok = w.raw("<methodResponse><fault>") && w.value(members) && w.raw("</fault></methodResponse>\n");
    return finish(w, ok);
}

} // namespace rpc::xmlwriter
