// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "jsonreader.h"

#include <rpccore/core/textposition.h>
#include <rpccore/value/membernames.h>
#include <rpccore/value/utf8.h>

#include <QVarLengthArray>

namespace rpc {

namespace {

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

class Parser
{
public:
    Parser(const JsonReader &options, const QByteArray &text, Findings *findings)
        : m_options(options)
        , m_begin(text.constData())
        , m_at(m_begin)
        , m_end(m_begin + text.size())
        , m_findings(findings)
    {
    }

    Result<Value> run()
    {
        if (m_end - m_begin > m_options.limits.bytes)
            return failure(ErrorKind::LimitExceeded,
                QStringLiteral("the text has %1 bytes, the limit is %2")
                    .arg(m_end - m_begin)
                    .arg(m_options.limits.bytes));
        if (!checkEncoding())
            return m_error;
        Value root;
        if (!document(root))
            return m_error;
        return root;
    }

private:
    // One open array or object. `value` is what it becomes; `name` is the member that is being read.
    struct Frame
    {
        bool isObject = false;
        Array array;
        Struct object;
        QString name;
        MemberNames names;
        qsizetype sibling = 0; // index into the previous object of the same array, to share its names
    };

    Error failure(ErrorKind kind, const QString &message)
    {
        m_error = Error::make(kind, message);
        m_error.position = positionAt(QByteArrayView(m_begin, m_end), m_at - m_begin);
        for (const Frame &f : m_stack) {
            if (f.isObject) {
                if (!f.name.isNull())
                    m_error.path.append(f.name);
            } else {
                m_error.path.append(f.array.size());
            }
        }
        return m_error;
    }

    bool fail(const QString &message)
    {
        failure(ErrorKind::Parse, message);
        return false;
    }

    QString here() const
    {
        if (m_at >= m_end)
            return QStringLiteral("the end of the text");
        const auto c = uchar(*m_at);
        if (c < 0x20 || c == 0x7f)
            return QStringLiteral("the control character 0x%1").arg(c, 2, 16, QLatin1Char('0'));
        const auto length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
        return u'"' % QString::fromUtf8(m_at, qMin<qsizetype>(length, m_end - m_at)) % u'"';
    }

    bool checkEncoding()
    {
        const auto byte = [this](int i) { return m_end - m_begin > i ? uchar(m_begin[i]) : 0x20; };
        if (byte(0) == 0xef && byte(1) == 0xbb && byte(2) == 0xbf) {
            m_at += 3;
            note(Rule::JsonByteOrderMark, QStringLiteral("The text begins with a byte order mark."));
        } else if ((byte(0) == 0xff && byte(1) == 0xfe) || (byte(0) == 0xfe && byte(1) == 0xff) || byte(0) == 0
            || byte(1) == 0) {
            return fail(
                QStringLiteral("JSON is exchanged in UTF-8 (RFC 8259 section 8.1); this looks like UTF-16 or UTF-32"));
        }
        return true;
    }

    void note(Rule rule, const QString &message)
    {
        if (!m_findings || m_findings->size() >= mostFindings)
            return;
        m_noted = positionAt(QByteArrayView(m_begin, m_end), m_at - m_begin, m_noted); // on from the last one
        rpc::note(m_findings, rule, message, m_noted);
    }

    void skipSpace()
    {
        while (m_at < m_end && (*m_at == ' ' || *m_at == '\n' || *m_at == '\r' || *m_at == '\t'))
            ++m_at;
    }

    bool document(Value &root)
    {
        Value done; // the value that was completed last
        for (;;) {
            // A value is due here.
            skipSpace();
            if (m_at >= m_end)
                return fail(QStringLiteral("expected a value, found the end of the text"));
            if (++m_items > m_options.limits.items) {
                failure(ErrorKind::LimitExceeded,
                    QStringLiteral("more than %1 values in one message").arg(m_options.limits.items));
                return false;
            }
            if (*m_at == '[' || *m_at == '{') {
                if (!open())
                    return false;
                if (!closesAtOnce()) {
                    if (m_stack.back().isObject && !name())
                        return false;
                    continue;
                }
                done = close();
            } else if (!scalar(done)) {
                return false;
            }
            // A value is complete: hand it to whom it belongs, and close what closes.
            for (;;) {
                if (m_stack.isEmpty()) {
                    root = std::move(done);
                    skipSpace();
                    return m_at == m_end || fail(QStringLiteral("expected the end of the text, found %1").arg(here()));
                }
                if (!take(std::move(done)))
                    return false;
                skipSpace();
                Frame &frame = m_stack.back();
                const char closing = frame.isObject ? '}' : ']';
                if (m_at < m_end && *m_at == ',') {
                    ++m_at;
                    if (frame.isObject && !name())
                        return false;
                    break;
                }
                if (m_at >= m_end || *m_at != closing)
                    return fail(
                        QStringLiteral("expected \",\" or \"%1\", found %2").arg(QLatin1Char(closing)).arg(here()));
                ++m_at;
                done = close();
            }
        }
    }

    bool open()
    {
        if (m_stack.size() >= m_options.limits.depth) {
            failure(
                ErrorKind::LimitExceeded, QStringLiteral("nested deeper than %1 levels").arg(m_options.limits.depth));
            return false;
        }
        Frame frame;
        frame.isObject = *m_at++ == '{';
        m_stack.append(std::move(frame));
        return true;
    }

    bool closesAtOnce()
    {
        skipSpace();
        if (m_at < m_end && *m_at == (m_stack.back().isObject ? '}' : ']')) {
            ++m_at;
            return true;
        }
        return false;
    }

    Value close()
    {
        Frame &frame = m_stack.back();
        Value value;
        if (frame.isObject) {
            frame.object.squeeze();
            value = std::move(frame.object);
        } else {
            frame.array.squeeze();
            value = std::move(frame.array);
        }
        m_stack.removeLast();
        return value;
    }

    bool take(Value &&value)
    {
        Frame &frame = m_stack.back();
        if (frame.isObject) {
            frame.object.append(std::move(frame.name), std::move(value));
            frame.name = QString();
        } else {
            frame.array.append(std::move(value));
        }
        return true;
    }

    // The struct before this one in the same array: its members most likely carry the same names.
    const Struct *previousSibling() const
    {
        if (m_stack.size() < 2)
            return nullptr;
        const Frame &parent = m_stack[m_stack.size() - 2];
        return !parent.isObject && !parent.array.isEmpty() ? parent.array.constLast().get<Struct>() : nullptr;
    }

    bool name()
    {
        skipSpace();
        if (m_at >= m_end || *m_at != '"')
            return fail(QStringLiteral("expected a name in quotes, found %1").arg(here()));
        const char *const start = m_at;
        QString text;
        if (!string(text))
            return false;
        Frame &frame = m_stack.back();
        if (const Struct *sibling = previousSibling(); sibling && frame.sibling < sibling->size()) {
            if (const QString &shared = sibling->at(frame.sibling).name; shared == text)
                text = shared; // one buffer for all
            ++frame.sibling;
        }
        if (!frame.names.add(text, frame.object)) {
            if (m_options.duplicates == Duplicates::Refuse) {
                m_at = start;
                return fail(QStringLiteral("the name \"%1\" stands twice in one object").arg(text));
            }
            note(Rule::JsonDuplicateName, QStringLiteral("The name \"%1\" stands twice in one object.").arg(text));
        }
        frame.name = text.isNull() ? QLatin1String("") : text;
        skipSpace();
        if (m_at >= m_end || *m_at != ':')
            return fail(QStringLiteral("expected \":\" after the name, found %1").arg(here()));
        ++m_at;
        return true;
    }

    bool literal(const char *word, Value value, Value &out)
    {
        const auto length = qsizetype(qstrlen(word));
        if (m_end - m_at < length || qstrncmp(m_at, word, size_t(length)) != 0)
            return fail(QStringLiteral("expected a value, found %1").arg(here()));
        m_at += length;
        out = std::move(value);
        return true;
    }

    bool scalar(Value &out)
    {
        switch (*m_at) {
        case '"': {
            QString text;
            if (!string(text))
                return false;
            out = std::move(text);
            return true;
        }
        case 't':
            return literal("true", true, out);
        case 'f':
            return literal("false", false, out);
        case 'n':
            return literal("null", Nil {}, out);
        default:
            return number(out);
        }
    }

    bool number(Value &out)
    {
        const QByteArrayView rest(m_at, m_end);
        const qsizetype length = numberLiteralLength(rest);
        if (length == 0) {
            const bool looksLikeNumber = *m_at == '-' || *m_at == '+' || *m_at == '.' || (*m_at >= '0' && *m_at <= '9');
            return fail(looksLikeNumber ? QStringLiteral("this is no JSON number")
                                        : QStringLiteral("expected a value, found %1").arg(here()));
        }
        if (length < rest.size()) {
            const char next = rest[length];
            if ((next >= '0' && next <= '9') || next == '.' || next == '+' || next == '-' || next == 'e'
                || next == 'E') {
                return fail(QStringLiteral("this is no JSON number"));
            }
        }
        out = Value::fromLiteral(rest.first(length));
        m_at += length;
        return true;
    }

    bool string(QString &out)
    {
        ++m_at;
        const char *const start = m_at;
        bool ascii = true;
        while (m_at < m_end && *m_at != '"' && *m_at != '\\' && uchar(*m_at) >= 0x20) {
            ascii = ascii && uchar(*m_at) < 0x80;
            ++m_at;
        }
        if (m_at < m_end && *m_at == '"') { // nothing escaped: the common case
            if (!append(out, start, m_at, ascii))
                return false;
            if (out.isNull())
                out = QLatin1String("");
            ++m_at;
            return true;
        }
        if (!append(out, start, m_at, ascii))
            return false;
        return escapedString(out);
    }

    bool append(QString &out, const char *from, const char *to, bool ascii)
    {
        if (ascii) {
            out += QLatin1String(from, to);
            return true;
        }
        const QByteArrayView bytes(from, to);
        if (!bytes.isValidUtf8()) {
            m_at = from;
            return fail(QStringLiteral("the string is not valid UTF-8"));
        }
        out += stringFromUtf8(bytes);
        return true;
    }

    bool escapedString(QString &out)
    {
        for (;;) {
            if (m_at >= m_end)
                return fail(QStringLiteral("the string is not closed"));
            if (*m_at == '"') {
                ++m_at;
                if (out.isNull())
                    out = QLatin1String("");
                return true;
            }
            if (*m_at == '\\') {
                if (!escape(out))
                    return false;
                continue;
            }
            if (uchar(*m_at) < 0x20)
                return fail(QStringLiteral("%1 must be escaped inside a string").arg(here()));
            const char *const start = m_at;
            bool ascii = true;
            while (m_at < m_end && *m_at != '"' && *m_at != '\\' && uchar(*m_at) >= 0x20) {
                ascii = ascii && uchar(*m_at) < 0x80;
                ++m_at;
            }
            if (!append(out, start, m_at, ascii))
                return false;
        }
    }

    bool escape(QString &out)
    {
        if (m_end - m_at < 2)
            return fail(QStringLiteral("the string is not closed"));
        static constexpr char letters[] = "\"\\/bfnrt";
        static constexpr char16_t meanings[] = u"\"\\/\b\f\n\r\t";
        const char c = m_at[1];
        if (c == 'u') {
            char16_t unit = 0;
            for (int i = 2; i < 6; ++i) {
                const int digit = m_end - m_at > i ? hexDigit(m_at[i]) : -1;
                if (digit < 0)
                    return fail(QStringLiteral("\\u needs four hexadecimal digits"));
                unit = char16_t(unit << 4 | digit);
            }
            out += QChar(unit);
            m_at += 6;
            return true;
        }
        for (int i = 0; letters[i]; ++i) {
            if (letters[i] == c) {
                out += QChar(meanings[i]);
                m_at += 2;
                return true;
            }
        }
        return fail(QStringLiteral("\"\\%1\" is no escape sequence of JSON").arg(QLatin1Char(c)));
    }

    const JsonReader &m_options;
    const char *m_begin;
    const char *m_at;
    const char *m_end;
    Findings *m_findings;
    QVarLengthArray<Frame, 16> m_stack;
    qint64 m_items = 0;
    TextPosition m_noted { 0, 1, 1 };
    Error m_error;
};

} // namespace

Result<Value> JsonReader::read(const QByteArray &text, Findings *findings, Spans *spans) const
{
    Q_UNUSED(spans)
    return Parser(*this, text, findings).run();
}

} // namespace rpc
