// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "framing.h"

#include <QCoreApplication>

#include <charconv>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

constexpr struct
{
    Framing framing;
    const char *name;
} names[] = {
    { Framing::Newline, "newline" },
    { Framing::ContentLength, "lsp" },
    { Framing::Netstring, "netstring" },
    { Framing::Bare, "bare" },
};

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// Nobody sends this by mistake: a web page can make a browser send it anywhere, with a body that reads like a call.
bool isHttp(QByteArrayView line)
{
    if (line.endsWith('\r'))
        line.chop(1);
    return line.startsWith("HTTP/1.") || line.endsWith(" HTTP/1.1") || line.endsWith(" HTTP/1.0");
}

QString isHttpText() { return Text::tr("the other end speaks HTTP, and this is no HTTP connection"); }

// The number that \a text is, nothing for anything else.
std::optional<qint64> number(QByteArrayView text)
{
    qint64 value = 0;
    const char *const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (text.isEmpty() || !isDigit(text.front()) || error != std::errc() || rest != end)
        return std::nullopt;
    return value;
}

} // namespace

QString framingName(Framing framing)
{
    for (const auto &n : names) {
        if (n.framing == framing)
            return QString::fromLatin1(n.name);
    }
    return {};
}

std::optional<Framing> framingFromName(QStringView name)
{
    for (const auto &n : names) {
        if (name == QLatin1String(n.name))
            return n.framing;
    }
    return std::nullopt;
}

ChannelMessage framed(Framing framing, const QByteArray &body)
{
    switch (framing) {
    case Framing::ContentLength:
        return { "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n", body, {} };
    case Framing::Netstring:
        return { QByteArray::number(body.size()) + ':', body, QByteArrayLiteral(",") };
    case Framing::Bare:
        return { {}, body, {} };
    case Framing::Detect:
    case Framing::Newline:
        break;
    }
    if (!body.contains('\n') && !body.contains('\r'))
        return { {}, body, QByteArrayLiteral("\n") };
    QByteArray line = body;
    line.replace('\n', ' ').replace('\r', ' ');
    return { {}, line, QByteArrayLiteral("\n") };
}

FrameReader::FrameReader(Framing framing, const Limits &limits)
    : m_framing(framing)
    , m_limit(limits.bytes)
    , m_headLimit(limits.headerBytes)
{
}

void FrameReader::append(const QByteArray &bytes)
{
    // What was read is dropped now and then, not each time: a message of many pieces must not be moved for each.
    if (m_at == m_buffer.size()) {
        m_buffer.clear();
        m_at = 0;
    } else if (m_at > 64 * 1024 && m_at > m_buffer.size() / 2) {
        m_buffer.remove(0, m_at);
        m_at = 0;
    }
    if (m_buffer.isEmpty())
        m_buffer = bytes;
    else
        m_buffer += bytes;
}

ChannelMessage FrameReader::take(qsizetype head, qsizetype body, qsizetype tail)
{
    ChannelMessage message;
    message.head = m_buffer.mid(m_at, head);
    message.body = m_buffer.mid(m_at + head, body);
    message.tail = m_buffer.mid(m_at + head + body, tail);
    m_at += head + body + tail;
    if (m_at == m_buffer.size()) { // nothing is held while nothing comes
        m_buffer = QByteArray();
        m_at = 0;
    }
    m_looked = 0;
    m_head.reset();
    return message;
}

Error FrameReader::broken(const QString &what)
{
    m_error = Error::make(ErrorKind::InvalidAnswer, what);
    return *m_error;
}

FrameReader::Next FrameReader::next()
{
    if (m_error)
        return *m_error;
    Next found = m_framing == Framing::Detect ? detect() : NeedsMore {};
    if (!std::holds_alternative<NeedsMore>(found))
        return found;
    switch (m_framing) {
    case Framing::Detect:
        break;
    case Framing::Newline:
        found = nextLine();
        break;
    case Framing::ContentLength:
        found = nextCounted();
        break;
    case Framing::Netstring:
        found = nextNetstring();
        break;
    case Framing::Bare:
        found = nextBare();
        break;
    }
    if (std::holds_alternative<NeedsMore>(found) && m_buffer.size() - m_at > m_limit + m_headLimit)
        return tooLarge();
    return found;
}

Error FrameReader::tooLarge()
{
    m_error = Error::make(
        ErrorKind::LimitExceeded, Text::tr("a message of the other end is larger than %1 bytes").arg(m_limit));
    return *m_error;
}

// Gives the first message when it is complete although the framing is not known yet: its sender may be waiting.
FrameReader::Next FrameReader::detect()
{
    qsizetype at = m_at;
    while (at < m_buffer.size() && isSpace(m_buffer[at])) {
        if (m_isFirstTaken && m_buffer[at] == '\n') {
            found(Framing::Newline);
            return NeedsMore {};
        }
        ++at;
    }
    if (at == m_buffer.size()) {
        m_at = at;
        return NeedsMore {};
    }
    if (m_isFirstTaken) {
        found(Framing::Bare);
        return NeedsMore {};
    }
    m_at = at;
    const char first = m_buffer[m_at];
    if (isDigit(first)) {
        found(Framing::Netstring);
    } else if (isLetter(first)) {
        found(Framing::ContentLength);
    } else if (first == '{' || first == '[') {
        const auto end = endOfJson();
        if (!end)
            return NeedsMore {};
        if (QByteArrayView(m_buffer).sliced(m_at, *end).contains('\n'))
            found(Framing::Bare); // a text over several lines
        m_isFirstTaken = true;
        return take(0, *end, 0);
    } else {
        found(Framing::Newline); // garbage: at least its lines can be told
    }
    return NeedsMore {};
}

void FrameReader::found(Framing framing)
{
    m_framing = framing;
    m_isDetected = true;
    m_looked = 0;
}

FrameReader::Next FrameReader::nextLine()
{
    for (;;) {
        const qsizetype end = m_buffer.indexOf('\n', m_at + m_looked);
        if (end < 0) {
            m_looked = m_buffer.size() - m_at;
            return NeedsMore {};
        }
        qsizetype length = end - m_at;
        qsizetype tail = 1;
        if (length > 0 && m_buffer[m_at + length - 1] == '\r') {
            --length;
            ++tail;
        }
        const auto line = QByteArrayView(m_buffer).sliced(m_at, length);
        if (isHttp(line))
            return broken(isHttpText());
        if (std::all_of(line.begin(), line.end(), isSpace)) {
            m_at = end + 1;
            m_looked = 0;
            continue;
        }
        return take(0, length, tail);
    }
}

FrameReader::Next FrameReader::nextCounted()
{
    if (!m_head) {
        const qsizetype end = m_buffer.indexOf("\r\n\r\n", m_at + qMax<qsizetype>(m_looked - 3, 0));
        if (end < 0) {
            m_looked = m_buffer.size() - m_at;
            if (m_looked > m_headLimit)
                return broken(Text::tr("the header fields before a message are larger than %1 bytes").arg(m_headLimit));
            return NeedsMore {};
        }
        std::optional<qint64> length;
        for (const QByteArray &field : m_buffer.mid(m_at, end - m_at).split('\n')) {
            const qsizetype colon = field.indexOf(':');
            if (isHttp(field))
                return broken(isHttpText());
            if (colon < 1)
                return broken(Text::tr("what stands before a message is no header field"));
            if (field.left(colon).trimmed().toLower() != "content-length")
                continue;
            if (length)
                return broken(Text::tr("a message has two Content-Length fields"));
            length = number(field.mid(colon + 1).trimmed());
            if (!length)
                return broken(Text::tr("the Content-Length before a message is no number"));
        }
        if (!length)
            return broken(Text::tr("the header fields before a message have no Content-Length"));
        if (*length > m_limit)
            return tooLarge();
        m_head = end + 4 - m_at;
        m_length = *length;
    }
    if (m_buffer.size() - m_at < *m_head + m_length)
        return NeedsMore {};
    return take(*m_head, m_length, 0);
}

FrameReader::Next FrameReader::nextNetstring()
{
    constexpr qsizetype mostDigits = 12;
    while (m_at < m_buffer.size() && (m_buffer[m_at] == '\n' || m_buffer[m_at] == '\r'))
        ++m_at; // some put each on a line
    const qsizetype colon
        = QByteArrayView(m_buffer).sliced(m_at).first(qMin(m_buffer.size() - m_at, mostDigits + 1)).indexOf(':');
    if (colon < 0) {
        const auto begin = QByteArrayView(m_buffer).sliced(m_at);
        if (begin.size() > mostDigits || !std::all_of(begin.begin(), begin.end(), isDigit))
            return broken(Text::tr("a netstring begins with its length and a colon"));
        return NeedsMore {};
    }
    const auto length = number(QByteArrayView(m_buffer).sliced(m_at, colon));
    if (!length)
        return broken(Text::tr("a netstring begins with its length and a colon"));
    if (*length > m_limit)
        return tooLarge();
    if (m_buffer.size() - m_at < colon + 1 + *length + 1)
        return NeedsMore {};
    if (m_buffer[m_at + colon + 1 + *length] != ',')
        return broken(Text::tr("a netstring does not end with a comma"));
    return take(colon + 1, *length, 1);
}

// Where the JSON text that begins at m_at ends; goes on from where it stopped last time.
std::optional<qsizetype> FrameReader::endOfJson()
{
    if (m_looked == 0) {
        m_depth = 0;
        m_inString = m_escaped = false;
    }
    const char *const begin = m_buffer.constData() + m_at;
    const qsizetype size = m_buffer.size() - m_at;
    for (; m_looked < size; ++m_looked) {
        const char c = begin[m_looked];
        if (m_inString) {
            if (m_escaped)
                m_escaped = false;
            else if (c == '\\')
                m_escaped = true;
            else if (c == '"')
                m_inString = false;
        } else if (c == '"') {
            m_inString = true;
        } else if (c == '{' || c == '[') {
            ++m_depth;
        } else if ((c == '}' || c == ']') && --m_depth <= 0) {
            return m_looked + 1;
        }
    }
    return std::nullopt;
}

FrameReader::Next FrameReader::nextBare()
{
    if (m_looked == 0) {
        while (m_at < m_buffer.size() && isSpace(m_buffer[m_at]))
            ++m_at;
    }
    if (m_at == m_buffer.size())
        return NeedsMore {};
    const char first = m_buffer[m_at];
    if (first == '{' || first == '[') {
        const auto end = endOfJson();
        if (!end)
            return NeedsMore {};
        return take(0, *end, 0);
    }
    // No message begins like this. It is handed on up to where one could begin.
    for (qsizetype i = m_at + m_looked; i < m_buffer.size(); ++i) {
        const char c = m_buffer[i];
        if (i == m_at || (c != '{' && c != '[' && c != '\n'))
            continue;
        if (isHttp(QByteArrayView(m_buffer).sliced(m_at, i - m_at)))
            return broken(isHttpText());
        return take(0, i - m_at, 0);
    }
    m_looked = m_buffer.size() - m_at;
    return NeedsMore {};
}

} // namespace rpc
