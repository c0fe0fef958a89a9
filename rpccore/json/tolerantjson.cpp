// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "tolerantjson.h"

#include "jsonlexer.h"

#include <rpccore/value/membernames.h>

#include <vector>

namespace rpc {

namespace {

bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// The begin of a text, for a message.
QString shown(QByteArrayView text)
{
    constexpr qsizetype most = 40;
    QString begin = QString::fromUtf8(text.first(qMin(text.size(), most)));
    for (QChar &c : begin) {
        if (!c.isPrint() && !c.isSurrogate())
            c = QChar::ReplacementCharacter;
    }
    return text.size() > most ? QString(begin % u'\u2026') : begin;
}

class TolerantParser : private JsonLexer
{
public:
    TolerantParser(const JsonReader &options, const QByteArray &text, Findings *findings, Spans *spans)
        : JsonLexer(text, findings, true)
        , m_options(options)
        , m_spans(spans)
    {
    }

    Result<Value> run()
    {
        const bool done = checkEncoding() && document();
        if (!done) {
            if (m_spans)
                m_spans->clear();
            m_error.path = path();
            return std::move(m_error);
        }
        return std::move(m_root);
    }

private:
    // One open array or object.
    struct Frame
    {
        bool isObject = false;
        bool hasName = false; // the member `name` waits for its value
        bool isFull = false; // a value is complete: a comma or the end is due
        const char *comma = nullptr; // the last thing that came
        QString name = {};
        qint64 nameBegin = 0;
        qint64 nameEnd = 0;
        Array elements = {};
        QList<Member> members = {};
        qsizetype node = -1; // in the spans
        MemberNames names = {};
    };

    char closingOf(const Frame &frame) const { return frame.isObject ? '}' : ']'; }

    Path path() const
    {
        Path path;
        for (const Frame &f : m_frames) {
            if (!f.isObject)
                path.append(f.elements.size());
            else if (f.hasName)
                path.append(f.name);
        }
        return path;
    }

    bool document()
    {
        skipSpace();
        if (m_at >= m_end || (*m_at != '{' && *m_at != '['))
            return fail(QStringLiteral("expected an array or an object, found %1").arg(here()));
        if (!open())
            return false;
        while (!m_frames.empty()) {
            skipIgnored();
            if (m_at >= m_end) {
                breakOff();
                return true;
            }
            if (!step())
                return false;
        }
        skipIgnored();
        if (m_at < m_end)
            note(Rule::JsonTrailing,
                QStringLiteral("Behind the value stand %1 more bytes: \"%2\".")
                    .arg(m_end - m_at)
                    .arg(shown(QByteArrayView(m_at, m_end))),
                m_at, m_end);
        return true;
    }

    // One thing further. There is at least one byte, and no white space before it.
    bool step()
    {
        Frame &frame = m_frames.back();
        const char c = *m_at;
        if (c == closingOf(frame)) {
            if (frame.comma)
                note(Rule::JsonComma, QStringLiteral("A comma stands behind the last value."), frame.comma,
                    frame.comma + 1);
            ++m_at;
            close();
            return true;
        }
        if (c == ']' || c == '}') {
            closeOther();
            return true;
        }
        if (frame.isFull) {
            behindValue();
            return true;
        }
        if (frame.isObject && !frame.hasName) {
            name();
            return true;
        }
        return value();
    }

    // A bracket of the other kind: it closes what is open around this, or nothing.
    void closeOther()
    {
        const bool closesOuter = m_frames.size() > 1
            && std::any_of(m_frames.begin(), m_frames.end(), [this](const Frame &f) { return closingOf(f) == *m_at; });
        note(Rule::JsonBracket, QStringLiteral("\"%1\" does not close what is open here.").arg(QLatin1Char(*m_at)),
            m_at, m_at + 1);
        if (closesOuter)
            close();
        else
            ++m_at;
    }

    void behindValue()
    {
        Frame &frame = m_frames.back();
        if (*m_at == ',') {
            frame.comma = m_at++;
        } else {
            note(Rule::JsonComma, QStringLiteral("A comma is missing before %1.").arg(here()), m_at, m_at + 1);
            if (*m_at == ':' || *m_at == ';' || *m_at == '\0') // nothing that could begin a value
                ++m_at;
        }
        frame.isFull = false;
    }

    void name()
    {
        Frame &frame = m_frames.back();
        const char *const begin = m_at;
        if (*m_at == ',') {
            note(Rule::JsonComma, QStringLiteral("A comma is too many."), m_at, m_at + 1);
            ++m_at;
            return;
        }
        m_notedBeforeName = m_noted;
        QString text;
        if (*m_at == '"') {
            (void)string(text, m_words);
        } else {
            const QByteArrayView word = *m_at == '\'' ? singleQuoted() : bareName();
            text = QString::fromUtf8(word);
            note(Rule::JsonName,
                word.isEmpty() ? QStringLiteral("A name is missing here.")
                               : QStringLiteral("The name %1 does not stand in double quotes.").arg(shown(word)),
                begin, m_at);
        }
        if (!frame.names.add(text, frame.members))
            note(Rule::JsonDuplicateName, QStringLiteral("The name \"%1\" stands twice in one object.").arg(text),
                begin, m_at);
        frame.name = text;
        frame.nameBegin = begin - m_begin;
        frame.nameEnd = offset();
        frame.hasName = true;
        frame.comma = nullptr;
        skipIgnored();
        if (m_at < m_end && *m_at == ':') {
            ++m_at;
        } else if (m_at < m_end) {
            const char *const instead = m_at;
            if (*m_at == '=')
                m_at += m_end - m_at > 1 && m_at[1] == '>' ? 2 : 1;
            note(Rule::JsonName, QStringLiteral("A colon is missing behind the name \"%1\".").arg(text), instead,
                qMax(m_at, instead + 1));
        }
    }

    bool value()
    {
        if (++m_items > m_options.limits.items)
            return fail(ErrorKind::LimitExceeded,
                QStringLiteral("more than %1 values in one message").arg(m_options.limits.items));
        Frame &frame = m_frames.back();
        if (m_frames.size() == 1 && !frame.isObject && frame.elements.size() >= m_options.rootElements)
            return fail(ErrorKind::LimitExceeded,
                QStringLiteral("the array has more than %1 elements").arg(m_options.rootElements));
        if (*m_at == '[' || *m_at == '{')
            return open();
        const char *const begin = m_at;
        Value scalar;
        if (*m_at == ',') {
            missing(m_at, m_at + 1);
            scalar = QString(QLatin1String(""));
        } else if (*m_at == '"') {
            QString text;
            (void)string(text, m_words);
            scalar = text;
        } else {
            scalar = word();
        }
        add(std::move(scalar), begin);
        return true;
    }

    void missing(const char *begin, const char *end)
    {
        note(Rule::JsonUnreadable, QStringLiteral("A value is missing here."), begin, end);
    }

    // Anything that is no string, array or object.
    Value word()
    {
        const char *const begin = m_at;
        QByteArrayView text = *m_at == '\'' ? singleQuoted() : QByteArrayView();
        if (m_at == begin) {
            text = bareWord();
            if (text == "true" || text == "false")
                return Value(text == "true");
            if (text == "null")
                return Value();
            if (numberLiteralLength(text) == text.size()) {
                m_at = begin;
                Value number;
                const bool read = this->number(&number);
                Q_ASSERT(read && m_at == text.end());
                return number;
            }
        }
        note(Rule::JsonUnreadable,
            QStringLiteral("%1 is no value of JSON; its text is kept.").arg(shown(QByteArrayView(begin, m_at))), begin,
            m_at);
        return Value(text.isEmpty() ? QString(QLatin1String("")) : QString::fromUtf8(text));
    }

    // The text between apostrophes; nothing is taken when there is no second one.
    QByteArrayView singleQuoted()
    {
        if (m_noApostrophe)
            return {};
        const char *at = m_at + 1;
        while (at < m_end && *at != '\'')
            at += *at == '\\' && m_end - at > 1 ? 2 : 1;
        if (at >= m_end) {
            m_noApostrophe = true; // nor for any later one
            return {};
        }
        const QByteArrayView text(m_at + 1, at);
        m_at = at + 1;
        return text;
    }

    QByteArrayView bareName()
    {
        const char *const begin = m_at;
        while (m_at < m_end && !isSpace(*m_at) && !QByteArrayView(":=,{}[]\"").contains(*m_at))
            ++m_at;
        return { begin, m_at };
    }

    // Up to what could end a value: at least one byte. What stands in parentheses belongs to it.
    QByteArrayView bareWord()
    {
        const char *const begin = m_at;
        const char *last = m_at; // behind the last byte that is no white space
        while (m_at < m_end) {
            const char c = *m_at;
            if (m_at > begin && (c == ',' || c == ']' || c == '}' || c == '[' || c == '{' || c == '"' || c == '\n'))
                break;
            // "//" stands in addresses, too
            if (c == '/' && m_at > begin && isComment() && (m_at[1] == '*' || isSpace(m_at[-1])))
                break;
            if (c == '(' && !m_noParenthesis)
                skipParentheses();
            else
                ++m_at;
            if (!isSpace(m_at[-1]))
                last = m_at;
        }
        m_at = last;
        return { begin, last };
    }

    void skipParentheses()
    {
        int open = 0;
        for (const char *at = m_at; at < m_end; ++at) {
            open += *at == '(' ? 1 : *at == ')' ? -1 : 0;
            if (open == 0) {
                m_at = at + 1;
                return;
            }
        }
        m_noParenthesis = true; // nor for any later one
        ++m_at;
    }

    bool isComment() const { return m_end - m_at > 1 && m_at[0] == '/' && (m_at[1] == '/' || m_at[1] == '*'); }

    // White space and comments.
    void skipIgnored()
    {
        for (;;) {
            skipSpace();
            if (m_at >= m_end || !isComment())
                return;
            const char *const begin = m_at;
            const QByteArrayView rest(m_at, m_end);
            const qsizetype end = m_at[1] == '/' ? rest.indexOf('\n') : rest.indexOf("*/", 2);
            m_at = end < 0 ? m_end : m_at + end + (m_at[1] == '/' ? 0 : 2);
            note(Rule::JsonComment, QStringLiteral("A comment stands here."), begin, m_at);
        }
    }

    bool open()
    {
        if (qsizetype(m_frames.size()) >= m_options.limits.depth)
            return fail(
                ErrorKind::LimitExceeded, QStringLiteral("nested deeper than %1 levels").arg(m_options.limits.depth));
        Frame frame;
        frame.isObject = *m_at == '{';
        if (m_spans) {
            frame.node = m_spans->open(offset());
            if (!m_frames.empty())
                m_spans->setName(frame.node, m_frames.back().nameBegin, m_frames.back().nameEnd);
        }
        ++m_at;
        m_frames.push_back(std::move(frame));
        return true;
    }

    // Takes a scalar that began at \a begin and ends here.
    void add(Value scalar, const char *begin)
    {
        const Frame &frame = m_frames.back();
        if (m_spans)
            m_spans->add(begin - m_begin, offset(), frame.nameBegin, frame.nameEnd);
        complete(std::move(scalar));
    }

    void complete(Value value)
    {
        if (m_frames.empty()) {
            m_root = std::move(value);
            return;
        }
        Frame &frame = m_frames.back();
        if (frame.isObject)
            frame.members.append({ std::exchange(frame.name, {}), std::move(value) });
        else
            frame.elements.append(std::move(value));
        frame.hasName = false;
        frame.isFull = true;
        frame.comma = nullptr;
        frame.nameBegin = frame.nameEnd = 0;
    }

    // The innermost one ends here.
    void close()
    {
        if (m_frames.back().hasName) {
            missing(m_begin + m_frames.back().nameBegin, m_begin + m_frames.back().nameEnd);
            add(QString(QLatin1String("")), m_at);
        }
        Frame frame = std::move(m_frames.back());
        m_frames.pop_back();
        if (m_spans)
            m_spans->close(frame.node, offset());
        complete(frame.isObject ? Value(Struct(std::move(frame.members))) : Value(std::move(frame.elements)));
    }

    void breakOff()
    {
        const qsizetype open = qsizetype(m_frames.size());
        while (!m_frames.empty())
            close();
        note(Rule::JsonBrokenOff,
            QStringLiteral("The text breaks off here; %1 arrays and objects were still open.").arg(open), m_end - 1,
            m_end);
    }

    const JsonReader &m_options;
    Spans *m_spans;
    Value m_root;
    std::vector<Frame> m_frames;
    StringCache<false> m_words { true };
    qint64 m_items = 0;
    bool m_noApostrophe = false; // no second one up to the end
    bool m_noParenthesis = false;
};

} // namespace

Result<Value> readTolerantly(const JsonReader &options, const QByteArray &text, Findings *findings, Spans *spans)
{
    return TolerantParser(options, text, findings, spans).run();
}

} // namespace rpc
