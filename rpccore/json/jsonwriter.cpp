// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "jsonwriter.h"

#include "valuetext.h"

#include <rpccore/value/visit.h>

#include <cmath>

namespace rpc {

namespace {

constexpr int deepest = 10'000; // a bound on recursion; readers stop far below

class Writer
{
public:
    explicit Writer(const JsonWriter &options)
        : m_options(options)
    {
    }

    bool write(const Value &value, int depth)
    {
        if (depth > deepest)
            return refuse(QStringLiteral("nested deeper than %1 levels").arg(deepest));
        const bool notation = m_options.spelling == JsonWriter::Spelling::Notation;
        return visit(value,
            Overloaded {
                [&](Nil) { return raw("null"); },
                [&](bool b) { return raw(b ? "true" : "false"); },
                [&](qint32 i) { return raw(QByteArray::number(i)); },
                [&](qint64 i) {
                    // Only where the digits alone would read back as another type.
                    const bool narrow = i >= INT32_MIN && i <= INT32_MAX;
                    return notation && narrow ? spelled("$int64", QByteArray::number(i), depth)
                                              : raw(QByteArray::number(i));
                },
                [&](double d) { return number(d, depth); },
                [&](const Number &n) { return raw(n.literal()); },
                [&](const QString &s) {
                    string(s);
                    return true;
                },
                [&](const DateTime &d) {
                    if (notation)
                        return spelled("$dateTime", '"' + d.text() + '"', depth);
                    return raw('"' + d.isoText() + '"');
                },
                [&](const QByteArray &b) {
                    if (notation)
                        return spelled("$bytes", '"' + b.toBase64() + '"', depth);
                    return refuse(
                        QStringLiteral("JSON has no type for bytes; give them as text, for example in base64"));
                },
                [&](const Array &a) { return array(a, depth); },
                [&](const Struct &s) {
                    if (notation && valuetext::needsEscape(s)) {
                        open('{', depth + 1);
                        raw(m_options.layout == JsonWriter::Layout::Compact ? "\"$struct\":" : "\"$struct\": ");
                        if (!object(s, depth + 1))
                            return false;
                        return close('}', depth);
                    }
                    return object(s, depth);
                },
            });
    }

    QByteArray out;
    Error error;

private:
    bool raw(const QByteArray &text)
    {
        out += text;
        return true;
    }

    bool refuse(const QString &message)
    {
        error = Error::make(ErrorKind::NotExpressible, message);
        return false;
    }

    bool spelled(const char *name, const QByteArray &text, int)
    {
        out += m_options.layout == JsonWriter::Layout::Compact ? "{\"" : "{ \"";
        out += name;
        out += m_options.layout == JsonWriter::Layout::Compact ? "\":" : "\": ";
        out += text;
        out += m_options.layout == JsonWriter::Layout::Compact ? "}" : " }";
        return true;
    }

    bool number(double d, int depth)
    {
        if (std::isfinite(d))
            return raw(shortestLiteral(d));
        if (m_options.spelling == JsonWriter::Spelling::Notation)
            return spelled("$double", std::isnan(d) ? "\"nan\"" : d > 0 ? "\"inf\"" : "\"-inf\"", depth);
        return refuse(QStringLiteral("JSON has no NaN and no infinity"));
    }

    void newLine(int depth)
    {
        if (m_options.layout == JsonWriter::Layout::Indented) {
            out += '\n';
            out.append(depth * 2, ' ');
        }
    }

    void open(char bracket, int depth)
    {
        out += bracket;
        newLine(depth);
    }

    bool close(char bracket, int depth)
    {
        newLine(depth);
        out += bracket;
        return true;
    }

    bool array(const Array &a, int depth)
    {
        if (a.isEmpty())
            return raw("[]");
        open('[', depth + 1);
        for (qsizetype i = 0; i < a.size(); ++i) {
            if (i) {
                out += ',';
                newLine(depth + 1);
            }
            if (!write(a[i], depth + 1)) {
                error.path = error.path.below(Path().child(i));
                return false;
            }
        }
        return close(']', depth);
    }

    bool object(const Struct &s, int depth)
    {
        if (s.isEmpty())
            return raw("{}");
        open('{', depth + 1);
        bool first = true;
        for (const Member &m : s) {
            if (!first) {
                out += ',';
                newLine(depth + 1);
            }
            first = false;
            string(m.name);
            out += m_options.layout == JsonWriter::Layout::Compact ? ":" : ": ";
            if (!write(m.value, depth + 1)) {
                error.path = error.path.below(Path().child(m.name));
                return false;
            }
        }
        return close('}', depth);
    }

    void string(const QString &s)
    {
        out += '"';
        qsizetype plain = 0; // start of the run that needs no escape
        const auto flush = [&](qsizetype end) {
            if (end > plain)
                out += QStringView(s).sliced(plain, end - plain).toUtf8();
        };
        for (qsizetype i = 0; i < s.size(); ++i) {
            const char16_t c = s[i].unicode();
            const char *escape = nullptr;
            switch (c) {
            case '"':
                escape = "\\\"";
                break;
            case '\\':
                escape = "\\\\";
                break;
            case '\n':
                escape = "\\n";
                break;
            case '\r':
                escape = "\\r";
                break;
            case '\t':
                escape = "\\t";
                break;
            case '\b':
                escape = "\\b";
                break;
            case '\f':
                escape = "\\f";
                break;
            default:
                break;
            }
            const bool pair = QChar::isHighSurrogate(c) && i + 1 < s.size() && s[i + 1].isLowSurrogate();
            if (pair) {
                ++i;
                continue;
            }
            if (!escape && c >= 0x20 && !QChar::isSurrogate(c))
                continue;
            flush(i);
            plain = i + 1;
            if (escape)
                out += escape;
            else
                out += "\\u" + QByteArray::number(c, 16).rightJustified(4, '0');
        }
        flush(s.size());
        out += '"';
    }

    const JsonWriter &m_options;
};

} // namespace

Result<QByteArray> JsonWriter::write(const Value &value) const
{
    Writer writer(*this);
    if (!writer.write(value, 0))
        return writer.error;
    return writer.out;
}

} // namespace rpc
