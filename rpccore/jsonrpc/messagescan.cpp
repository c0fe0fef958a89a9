// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "messagescan.h"

#include <rpccore/json/jsonlexer.h>
#include <rpccore/json/jsonreader.h>
#include <rpccore/wire/spans.h>

#include <algorithm>

namespace rpc::jsonrpc {

namespace {

using Kind = ScannedMessage::Kind;

class Scanner : private JsonLexer
{
public:
    Scanner(const QByteArray &text, const Limits &limits)
        : JsonLexer(text, nullptr)
        , m_limits(limits)
    {
    }

    MessageScan run()
    {
        MessageScan scan;
        scan.isJson = m_end - m_begin <= m_limits.bytes && checkEncoding() && document(scan);
        if (!scan.isJson)
            scan = {};
        if (scan.members.isEmpty())
            scan.members.append(ScannedMessage());
        return scan;
    }

private:
    bool isNext(char c)
    {
        skipSpace();
        return m_at < m_end && *m_at == c;
    }
    bool take(char c)
    {
        if (!isNext(c))
            return false;
        ++m_at;
        return true;
    }

    bool document(MessageScan &scan)
    {
        scan.isBatch = take('[');
        if (!scan.isBatch)
            return member(scan, 0) && isAtEnd();
        if (m_limits.depth < 1)
            return false;
        if (take(']'))
            return isAtEnd();
        do {
            if (!member(scan, 1))
                return false;
            if (scan.members.size() > m_limits.batch)
                return true;
        } while (take(','));
        return take(']') && isAtEnd();
    }

    bool isAtEnd()
    {
        skipSpace();
        return m_at == m_end;
    }

    // One message, or what stands in its place. `depth` brackets are open.
    bool member(MessageScan &scan, int depth)
    {
        scan.members.append(ScannedMessage());
        const bool isObject = isNext('{');
        const char *const begin = m_at;
        if (!(isObject ? message(scan.members.last(), depth + 1) : skipValue(depth)))
            return false;
        scan.members.last().text = { begin, m_at };
        return true;
    }

    bool message(ScannedMessage &found, int depth)
    {
        if (depth > m_limits.depth)
            return false;
        ++m_at;
        std::optional<RequestId> id;
        int ids = 0;
        bool isCall = false;
        bool isAnswer = false;
        if (!take('}')) {
            do {
                Name name = Name::Other;
                if (!memberName(name) || !take(':'))
                    return false;
                isCall = isCall || name == Name::Method;
                isAnswer = isAnswer || name == Name::Outcome;
                if (name == Name::Id)
                    ++ids;
                skipSpace();
                const char *const begin = m_at;
                if (!(name == Name::Id ? readId(id, depth) : skipValue(depth)))
                    return false;
                if (name == Name::Method && *begin == '"')
                    found.method = { begin, m_at };
            } while (take(','));
            if (!take('}'))
                return false;
        }
        if (ids > 1 || (isCall && ids == 1 && !id) || (!isCall && !isAnswer))
            return true; // unreadable
        found.kind = !isCall ? Kind::Response : ids == 0 ? Kind::Notification : Kind::Request;
        found.id = id.value_or(RequestId());
        return true;
    }

    enum class Name : quint8 { Other, Id, Method, Outcome };

    bool memberName(Name &name)
    {
        if (!isNext('"'))
            return false;
        const char *const start = m_at + 1;
        if (!skipString())
            return false;
        const QByteArrayView raw(start, m_at - 1);
        if (!raw.contains('\\')) {
            name = meaning(raw);
            return true;
        }
        m_at = start - 1;
        QString decoded;
        if (!string(decoded, m_words))
            return false;
        name = meaning(decoded.toUtf8());
        return true;
    }

    static Name meaning(QByteArrayView name)
    {
        return name == "id"                       ? Name::Id
            : name == "method"                    ? Name::Method
            : name == "result" || name == "error" ? Name::Outcome
                                                  : Name::Other;
    }

    bool readId(std::optional<RequestId> &id, int depth)
    {
        skipSpace();
        if (m_at >= m_end)
            return false;
        Value value;
        if (*m_at == '"') {
            QString text;
            if (!string(text, m_words))
                return false;
            value = text;
        } else if (*m_at == '-' || (*m_at >= '0' && *m_at <= '9')) {
            if (!number(&value)) // nil, which nothing has to destroy
                return false;
        } else if (*m_at != 'n') {
            return skipValue(depth); // no id
        } else if (!word("null", 4)) {
            return false;
        }
        id = RequestId::fromValue(value);
        return true;
    }

    // Goes behind the value that is due.
    bool skipValue(const int depth)
    {
        m_open.clear();
        for (;;) {
            skipSpace();
            if (m_at >= m_end)
                return false;
            const char c = *m_at;
            if (c == '[' || c == '{') {
                if (depth + m_open.size() >= m_limits.depth)
                    return false;
                ++m_at;
                m_open.append(c == '[' ? ']' : '}');
                if (!isNext(m_open.back())) {
                    if (c == '{' && !skipName())
                        return false;
                    continue;
                }
            } else if (!skipScalar(c)) {
                return false;
            }
            // A value is complete, or the bracket that closes one stands here.
            for (;;) {
                if (m_open.isEmpty())
                    return true;
                skipSpace();
                if (m_at >= m_end)
                    return false;
                const char closing = m_open.back();
                if (*m_at++ == closing) {
                    m_open.removeLast();
                    continue;
                }
                if (m_at[-1] != ',' || (closing == '}' && !skipName()))
                    return false;
                break;
            }
        }
    }

    bool skipName() { return isNext('"') && skipString() && take(':'); }

    bool skipScalar(char c)
    {
        switch (c) {
        case '"':
            return skipString();
        case 't':
            return word("true", 4);
        case 'f':
            return word("false", 5);
        case 'n':
            return word("null", 4);
        default:
            return skipNumber(c);
        }
    }

    bool skipNumber(char c)
    {
        const auto isDigit = [](char d) { return d >= '0' && d <= '9'; };
        const char *at = m_at;
        if (c >= '1' && c <= '9') {
            do
                ++at;
            while (at < m_end && isDigit(*at));
            if (at == m_end || (*at != '.' && (*at | 0x20) != 'e')) {
                m_at = at;
                return true;
            }
        }
        const qsizetype length = numberLiteralLength(QByteArrayView(m_at, m_end));
        m_at += length; // "01" ends behind the 0, and what follows is refused as no comma
        return length > 0;
    }

    const Limits &m_limits;
    QVarLengthArray<char, 512> m_open; // the brackets that close what is open in a value that is skipped
    StringCache<false> m_words { false };
};

} // namespace

QString ScannedMessage::methodName() const
{
    const auto name = JsonReader().read(method.toByteArray());
    return name ? name->toString() : QString();
}

MessageScan scanMessage(const QByteArray &text, const Limits &limits) { return Scanner(text, limits).run(); }

MessageScan scanTolerantly(const QByteArray &text, const Limits &limits)
{
    MessageScan strict = scanMessage(text, limits);
    if (strict.isJson)
        return strict;
    JsonReader reader { limits };
    reader.duplicates = Duplicates::KeepAll;
    reader.tolerant = true;
    Findings findings;
    Spans spans;
    const auto value = reader.read(text, &findings, &spans);
    if (!value)
        return strict;
    MessageScan scan;
    const auto add = [&](const Value &one, const Path &path) {
        ScannedMessage found;
        if (const auto span = spans.find(*value, path))
            found.text = QByteArrayView(text).sliced(span->begin, span->end - span->begin);
        const auto *members = one.get<Struct>();
        if (members && !members->contains(u"method") && (members->contains(u"result") || members->contains(u"error"))) {
            const Value *const id = members->find(u"id");
            found.id = id ? RequestId::fromValue(*id).value_or(RequestId()) : RequestId();
            found.kind = Kind::Response;
        }
        scan.members.append(found);
    };
    const auto *batch = value->get<Array>();
    scan.isBatch = batch != nullptr;
    if (!batch)
        add(*value, {});
    for (qsizetype i = 0; batch && i < batch->size() && i <= limits.batch; ++i)
        add(batch->at(i), Path().child(i));
    const bool hasAnswer = std::any_of(
        scan.members.begin(), scan.members.end(), [](const auto &m) { return m.kind == Kind::Response; });
    return hasAnswer ? scan : strict;
}

} // namespace rpc::jsonrpc
