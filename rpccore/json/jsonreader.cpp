// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "jsonreader.h"

#include "jsonlexer.h"
#include "tolerantjson.h"

#include <rpccore/value/membernames.h>
#include <rpccore/value/valuestack.h>

namespace rpc {

namespace {

class Parser : private JsonLexer
{
public:
    Parser(const JsonReader &options, const QByteArray &text, Findings *findings, Spans *spans)
        : JsonLexer(text, findings)
        , m_options(options)
        , m_spans(spans)
        , m_words(text.size() > 4096)
    {
    }

    Result<Value> run()
    {
        if (m_spans)
            m_spans->reserve(qMin<qsizetype>(m_end - m_begin, 64 * 1024) / 12 + 1); // enough for most messages
        const bool done = withinSize() && checkEncoding() && document();
        if (m_spans && !done)
            m_spans->clear();
        else if (m_spans && m_droppedSpans)
            m_spans->compact();
        if (!done) {
            m_error.path = path();
            return std::move(m_error);
        }
        return std::move(m_root);
    }

private:
    // One open array or object. Its elements are those of m_values from `base` on, its members those of m_members.
    struct Frame
    {
        bool isObject = false;
        bool inMember = false; // the last member's value is not complete
        bool hasDuplicates = false;
        qsizetype base = 0;
        qsizetype node = 0; // in the spans
        // Of the struct before this one in the same array, as long as all names were the same so far.
        const Member *siblings = nullptr;
        qsizetype siblingCount = 0;
        MemberNames names = {};
    };

    // The names of members are the same from message to message. Values are nobody else's: those are not kept.
    static StringCache<true> &namesOfThread()
    {
        static thread_local StringCache<true> names;
        return names;
    }

    bool withinSize()
    {
        const qint64 size = m_end - m_begin;
        return size <= m_options.limits.bytes
            || fail(ErrorKind::LimitExceeded,
                QStringLiteral("the text has %1 bytes, the limit is %2").arg(size).arg(m_options.limits.bytes));
    }

    // Where we are in the value.
    Path path() const
    {
        Path path;
        qsizetype elements = m_values.size();
        qsizetype members = m_members.size();
        QVarLengthArray<Path::Step, 32> steps; // from the inside to the outside
        for (qsizetype i = m_frames.size() - 1; i >= 0; --i) {
            const Frame &f = m_frames[i];
            if (!f.isObject)
                steps.append(elements - f.base);
            else if (f.inMember)
                steps.append(m_members.data()[members - 1].name);
            (f.isObject ? members : elements) = f.base;
        }
        for (qsizetype i = steps.size() - 1; i >= 0; --i)
            path.append(std::move(steps[i]));
        return path;
    }

    bool document()
    {
        for (;;) {
            // A value is due here.
            skipSpace();
            if (m_at >= m_end)
                return fail(QStringLiteral("expected a value, found the end of the text"));
            if (++m_items > m_options.limits.items)
                return fail(ErrorKind::LimitExceeded,
                    QStringLiteral("more than %1 values in one message").arg(m_options.limits.items));
            if (*m_at == '[' || *m_at == '{') {
                if (!open())
                    return false;
                if (!closesAtOnce()) {
                    if (m_frames.back().isObject && !name())
                        return false;
                    continue;
                }
                close();
            } else {
                const qint64 begin = offset();
                if (!scalar(room()))
                    return false;
                if (m_spans)
                    m_spans->add(begin, offset(), m_nameBegin, m_nameEnd);
                completed();
            }
            // A value is complete: close what closes.
            for (;;) {
                skipSpace();
                if (m_frames.isEmpty())
                    return m_at == m_end || fail(QStringLiteral("expected the end of the text, found %1").arg(here()));
                const bool isObject = m_frames.back().isObject;
                const char closing = isObject ? '}' : ']';
                if (m_at < m_end && *m_at == ',') {
                    ++m_at;
                    if (isObject ? !name() : m_frames.size() == 1 && !rootHasRoom())
                        return false;
                    break;
                }
                if (m_at >= m_end || *m_at != closing)
                    return fail(
                        QStringLiteral("expected \",\" or \"%1\", found %2").arg(QLatin1Char(closing)).arg(here()));
                ++m_at;
                close();
            }
        }
    }

    bool rootHasRoom()
    {
        return m_values.size() < m_options.rootElements
            || fail(ErrorKind::LimitExceeded,
                QStringLiteral("the array has more than %1 elements").arg(m_options.rootElements));
    }

    // Raw memory for the value that is due. What may be there already is nil, which nothing has to destroy.
    void *room()
    {
        if (m_frames.isEmpty())
            return &m_root;
        return m_frames.back().isObject ? &m_members.top().value : m_values.room();
    }

    // The value in room() is complete.
    void completed()
    {
        if (m_frames.isEmpty())
            return;
        Frame &frame = m_frames.back();
        if (frame.isObject)
            frame.inMember = false;
        else
            m_values.pushed();
    }

    bool open()
    {
        if (m_frames.size() >= m_options.limits.depth)
            return fail(
                ErrorKind::LimitExceeded, QStringLiteral("nested deeper than %1 levels").arg(m_options.limits.depth));
        Frame frame;
        frame.isObject = *m_at == '{';
        frame.base = frame.isObject ? m_members.size() : m_values.size();
        if (frame.isObject && !m_anyDuplicates && !m_frames.isEmpty()) {
            const Frame &parent = m_frames.back();
            if (!parent.isObject && m_values.size() > parent.base) {
                if (const auto *sibling = m_values.top().get<Struct>()) {
                    frame.siblings = sibling->begin();
                    frame.siblingCount = sibling->size();
                }
            }
        }
        if (m_spans) {
            frame.node = m_spans->open(offset());
            m_spans->setName(frame.node, m_nameBegin, m_nameEnd);
            m_nameBegin = m_nameEnd = 0;
        }
        ++m_at;
        m_frames.append(std::move(frame));
        return true;
    }

    bool closesAtOnce()
    {
        skipSpace();
        if (m_at < m_end && *m_at == (m_frames.back().isObject ? '}' : ']')) {
            ++m_at;
            return true;
        }
        return false;
    }

    void close()
    {
        Frame &frame = m_frames.back();
        const bool isObject = frame.isObject;
        const qsizetype base = frame.base;
        if (frame.hasDuplicates && m_options.duplicates == Duplicates::KeepLast)
            dropEarlier(frame);
        if (m_spans) {
            m_spans->close(frame.node, offset());
            m_nameBegin = m_nameEnd = 0;
        }
        m_frames.removeLast();
        if (isObject) {
            QList<Member> members = m_members.takeFrom(base);
            new (room()) Value(Struct(std::move(members)));
        } else {
            Array elements = m_values.takeFrom(base);
            new (room()) Value(std::move(elements));
        }
        completed();
    }

    // Of members of the same name only the last one stays, of their spans as well.
    void dropEarlier(const Frame &frame)
    {
        const Member *const members = m_members.data() + frame.base;
        QList<bool> drop(m_members.size() - frame.base);
        QSet<QStringView> later;
        for (qsizetype i = drop.size() - 1; i >= 0; --i) {
            drop[i] = later.contains(members[i].name);
            later.insert(members[i].name);
        }
        if (m_spans) {
            qsizetype node = frame.node + 1;
            for (const bool dropped : std::as_const(drop)) {
                const auto next = qsizetype(m_spans->nodes()[node].next);
                if (dropped)
                    m_spans->drop(node);
                node = next;
            }
            m_droppedSpans = true;
        }
        m_members.remove(frame.base, drop);
    }

    bool name()
    {
        skipSpace();
        if (m_at >= m_end || *m_at != '"')
            return fail(QStringLiteral("expected a name in quotes, found %1").arg(here()));
        const char *const start = m_at;
        m_notedBeforeName = m_noted;
        Frame &frame = m_frames.back();
        const qsizetype count = m_members.size() - frame.base;
        const QString *const expected = count < frame.siblingCount ? &frame.siblings[count].name : nullptr;
        QString text;
        if (!(expected ? string(text, m_names, *expected) : string(text, m_names)))
            return false;
        // The same names as those before it, which are all different.
        if (!expected || expected->constData() != text.constData()) {
            frame.siblingCount = 0;
            if (!isNew(frame, text, start))
                return false;
        }
        if (m_spans) {
            m_nameBegin = start - m_begin;
            m_nameEnd = offset();
        }
        new (m_members.room()) Member { std::move(text), {} };
        m_members.pushed();
        frame.inMember = true;
        skipSpace();
        if (m_at >= m_end || *m_at != ':')
            return fail(QStringLiteral("expected \":\" after the name, found %1").arg(here()));
        ++m_at;
        return true;
    }

    bool isNew(Frame &frame, const QString &text, const char *start)
    {
        if (frame.names.add(text, std::span(m_members.data() + frame.base, m_members.data() + m_members.size())))
            return true;
        if (m_options.duplicates == Duplicates::Refuse) {
            m_at = start;
            return fail(QStringLiteral("the name \"%1\" stands twice in one object").arg(text));
        }
        note(Rule::JsonDuplicateName, QStringLiteral("The name \"%1\" stands twice in one object.").arg(text), start,
            m_at);
        frame.hasDuplicates = true;
        m_anyDuplicates = true;
        return true;
    }

    bool scalar(void *out)
    {
        switch (*m_at) {
        case '"': {
            QString text;
            if (!string(text, m_words))
                return false;
            new (out) Value(std::move(text));
            return true;
        }
        case 't':
            if (!word("true", 4))
                return false;
            new (out) Value(true);
            return true;
        case 'f':
            if (!word("false", 5))
                return false;
            new (out) Value(false);
            return true;
        case 'n':
            if (!word("null", 4))
                return false;
            new (out) Value(Nil {});
            return true;
        default:
            return number(out);
        }
    }

    const JsonReader &m_options;
    Spans *m_spans;
    Value m_root;
    QVarLengthArray<Frame, 16> m_frames;
    ValueStack<Value, 32> m_values;
    ValueStack<Member, 32> m_members;
    StringCache<true> &m_names = namesOfThread();
    StringCache<false> m_words;
    qint64 m_items = 0;
    qint64 m_nameBegin = 0; // of the member whose value is due; both 0 in arrays
    qint64 m_nameEnd = 0;
    bool m_anyDuplicates = false;
    bool m_droppedSpans = false;
};

} // namespace

Result<Value> JsonReader::read(const QByteArray &text, Findings *findings, Spans *spans) const
{
    if (spans)
        spans->clear();
    if (quint64(text.size()) > std::numeric_limits<quint32>::max())
        spans = nullptr;
    const qsizetype found = findings ? findings->size() : 0;
    auto value = Parser(*this, text, findings, spans).run();
    if (value || !tolerant || value.error().kind != ErrorKind::Parse)
        return value;
    if (findings)
        findings->resize(found);
    auto read = readTolerantly(*this, text, findings, spans);
    if (read || read.error().kind == ErrorKind::LimitExceeded)
        return read;
    return value;
}

} // namespace rpc
