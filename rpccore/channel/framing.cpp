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
    { Framing::Nul, "nul" },
};

constexpr qsizetype mostDigits = 12; // of the length of a netstring

constexpr QByteArrayView byteOrderMark("\xEF\xBB\xBF");

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// JSON, XML or the begin of it: what a person would not take for a banner.
bool isMessageLike(QByteArrayView text)
{
    if (text.startsWith(byteOrderMark))
        text = text.sliced(byteOrderMark.size());
    const auto first = std::find_if_not(text.begin(), text.end(), isSpace);
    return first != text.end() && (*first == '{' || *first == '[' || *first == '<');
}

// A line feed within XML is content as well as a reference to it is; before the root it is white space.
QByteArray xmlOnALine(const QByteArray &document)
{
    const QByteArray text = document.trimmed();
    const qsizetype root = qMax<qsizetype>(text.indexOf("<method"), 0);
    return text.left(root).replace('\r', ' ').replace('\n', ' ')
        + text.mid(root).replace('\r', "&#13;").replace('\n', "&#10;");
}

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
    case Framing::Nul:
        return { {}, body, QByteArray(1, '\0') };
    case Framing::Detect:
    case Framing::Newline:
        break;
    }
    if (body.trimmed().startsWith('<'))
        return { {}, xmlOnALine(body), QByteArrayLiteral("\n") };
    if (!body.contains('\n') && !body.contains('\r'))
        return { {}, body, QByteArrayLiteral("\n") };
    QByteArray line = body;
    line.replace('\n', ' ').replace('\r', ' ');
    return { {}, line, QByteArrayLiteral("\n") };
}

FrameReader::FrameReader(Framing framing, const Limits &limits, Misfits misfits)
    : m_framing(framing)
    , m_misfits(misfits)
    , m_detects(framing == Framing::Detect)
    , m_limit(limits.bytes)
    , m_headLimit(limits.headerBytes)
{
}

QByteArray FrameReader::takeUnread()
{
    const QByteArray rest = unread();
    m_at = m_buffer.size();
    return rest;
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
    m_cut.reset();
    m_isBegin = false;
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
    for (;;) {
        Step made = step();
        if (std::holds_alternative<Again>(made))
            continue;
        if (auto *message = std::get_if<ChannelMessage>(&made))
            return std::move(*message);
        if (const auto *error = std::get_if<Error>(&made))
            return *error;
        if (m_buffer.size() - m_at > m_limit + m_headLimit)
            return tooLarge();
        return NeedsMore {};
    }
}

FrameReader::Step FrameReader::step()
{
    if (m_detects && showsMisfits())
        return nextOfAny();
    switch (m_framing) {
    case Framing::Detect:
        return detect();
    case Framing::Newline:
        return nextLine();
    case Framing::ContentLength:
        return nextCounted();
    case Framing::Netstring:
        return nextNetstring();
    case Framing::Bare:
        return nextBare();
    case Framing::Nul:
        return nextNul();
    }
    Q_UNREACHABLE();
}

Error FrameReader::tooLarge()
{
    m_error = Error::make(
        ErrorKind::LimitExceeded, Text::tr("a message of the other end is larger than %1 bytes").arg(m_limit));
    return *m_error;
}

// Bytes of the byte order mark at \a at, 0 for none; nothing while it may become one.
std::optional<qsizetype> FrameReader::markAt(qsizetype at) const
{
    if (!m_isBegin && !showsMisfits())
        return 0;
    const auto begin = QByteArrayView(m_buffer).sliced(at).first(qMin(m_buffer.size() - at, byteOrderMark.size()));
    if (begin == byteOrderMark)
        return begin.size();
    return begin.isEmpty() || !byteOrderMark.startsWith(begin) ? std::optional<qsizetype>(0) : std::nullopt;
}

// Gives the first message when it is complete although the framing is not known yet: its sender may be waiting.
FrameReader::Step FrameReader::detect()
{
    qsizetype at = m_at;
    while (at < m_buffer.size() && isSpace(m_buffer[at])) {
        if (m_isFirstTaken && m_buffer[at] == '\n') {
            found(Framing::Newline);
            return Again {};
        }
        ++at;
    }
    if (at == m_buffer.size()) {
        m_at = at;
        return NeedsMore {};
    }
    if (m_isFirstTaken) {
        found(m_buffer[at] == '\0' ? Framing::Nul : Framing::Bare);
        return Again {};
    }
    m_at = at;
    const auto mark = markAt(at);
    if (!mark || at + *mark == m_buffer.size())
        return NeedsMore {};
    const char first = m_buffer[at + *mark];
    if (isDigit(first)) {
        found(Framing::Netstring);
    } else if (isLetter(first)) {
        found(Framing::ContentLength);
    } else if (first == '{' || first == '[') {
        const auto end = endOfJson();
        if (!end)
            return NeedsMore {};
        m_isFirstTaken = true;
        if (m_at + *end < m_buffer.size() && m_buffer[m_at + *end] == '\0') {
            found(Framing::Nul);
            return take(0, *end, 1);
        }
        if (QByteArrayView(m_buffer).sliced(m_at, *end).contains('\n'))
            found(Framing::Bare); // a text over several lines
        return take(0, *end, 0);
    } else if (const Fit xml = fitsXml(at + *mark); xml == Fit::Unknown) {
        return NeedsMore {};
    } else {
        found(xml == Fit::Yes ? Framing::Bare : Framing::Newline); // of garbage at least the lines can be told
    }
    return Again {};
}

void FrameReader::found(Framing framing)
{
    m_framing = framing;
    m_isDetected = framing != Framing::Detect;
    m_looked = 0;
}

// The other end may do as it likes, and differently each time: each message is looked at on its own.
FrameReader::Step FrameReader::nextOfAny()
{
    if (m_looked == 0 && !m_head) {
        bool isLine = false;
        bool isNul = false;
        for (; m_at < m_buffer.size() && (isSpace(m_buffer[m_at]) || m_buffer[m_at] == '\0'); ++m_at) {
            isLine = isLine || m_buffer[m_at] == '\n';
            isNul = isNul || m_buffer[m_at] == '\0';
        }
        const bool isDue = m_isFirstTaken && m_framing == Framing::Detect;
        if (isDue && (isLine || isNul || m_at < m_buffer.size()))
            found(isNul ? Framing::Nul : isLine ? Framing::Newline : Framing::Bare);
    }
    const auto mark = m_at < m_buffer.size() ? markAt(m_at) : std::nullopt;
    if (!mark || m_at + *mark == m_buffer.size())
        return NeedsMore {};
    const qsizetype at = m_at + *mark;
    const struct
    {
        Fit fit;
        Framing framing;
        Step (FrameReader::*next)();
    } ways[] = {
        { fitsJson(at), m_framing, &FrameReader::nextJsonOfAny },
        { fitsXml(at), Framing::Bare, &FrameReader::nextBare },
        { m_head ? Fit::Yes : fitsHeader(at), Framing::ContentLength, &FrameReader::nextCounted },
        { fitsNetstring(at), Framing::Netstring, &FrameReader::nextNetstring },
    };
    for (const auto &way : ways) {
        if (way.fit == Fit::Unknown)
            return NeedsMore {};
        if (way.fit == Fit::No)
            continue;
        if (m_framing != way.framing) {
            m_framing = way.framing;
            m_isDetected = true;
        }
        return (this->*way.next)();
    }
    return takeText();
}

FrameReader::Step FrameReader::nextJsonOfAny()
{
    if (m_framing == Framing::ContentLength || m_framing == Framing::Netstring) {
        found(Framing::Detect);
        m_isFirstTaken = false;
    }
    const auto end = endOfJson();
    if (!end && !m_cut)
        return NeedsMore {};
    const qsizetype length = end ? *end : *m_cut;
    qsizetype tail = 0;
    while (m_at + length + tail < m_buffer.size() && tail < 2 && m_buffer[m_at + length + tail] == "\r\n"[tail])
        ++tail;
    if (tail < 2)
        tail = m_at + length < m_buffer.size() && (m_buffer[m_at + length] == '\n' || m_buffer[m_at + length] == '\0');
    const bool isOver = tail > 0 && m_buffer[m_at + length + tail - 1] == '\0';
    m_isFirstTaken = true;
    if (isOver)
        found(Framing::Nul);
    else if (end && QByteArrayView(m_buffer).sliced(m_at, length).contains('\n'))
        found(Framing::Bare);
    else if (tail > 0)
        found(Framing::Newline);
    return take(0, length, tail);
}

// What is no message, for a person to look at: a line, or what stands before the next message.
FrameReader::Step FrameReader::takeText()
{
    const QByteArrayView rest = QByteArrayView(m_buffer).sliced(m_at);
    constexpr qsizetype most = 64 * 1024; // bytes: it is to be shown some time
    constexpr QByteArrayView begins[] = { "{\"", "[{\"", "Content-Length:", "<?xml ", "<method" };
    qsizetype end = rest.indexOf('\n', qMax<qsizetype>(m_looked, 0)) + 1;
    const auto searched = end > 0 ? rest.first(end) : rest;
    const qsizetype from = qMax<qsizetype>(m_looked - 20, 1);
    for (const QByteArrayView begin : begins) {
        const qsizetype at = searched.indexOf(begin, from);
        if (at > 0 && (end == 0 || at < end))
            end = at;
    }
    if (end == 0 && rest.size() < most) {
        m_looked = rest.size();
        return NeedsMore {};
    }
    const auto line = rest.first(end > 0 ? end : rest.size());
    const qsizetype tail = line.endsWith("\r\n") ? 2 : line.endsWith('\n') ? 1 : 0;
    if (isHttp(line.chopped(tail)))
        return broken(isHttpText());
    ChannelMessage text = take(0, line.size() - tail, tail);
    text.form = ChannelMessage::Form::Text;
    return text;
}

// Bytes that are no message of the framing.
FrameReader::Step FrameReader::misfit(const QString &what)
{
    if (!showsMisfits())
        return broken(what);
    m_head.reset();
    m_looked = 0;
    return takeText();
}

FrameReader::Fit FrameReader::fitsHeader(qsizetype at) const
{
    constexpr QByteArrayView name("content-");
    const auto begin = QByteArrayView(m_buffer).sliced(at).first(qMin(m_buffer.size() - at, name.size()));
    if (begin.compare(name.first(begin.size()), Qt::CaseInsensitive) != 0)
        return Fit::No;
    return begin.size() == name.size() ? Fit::Yes : Fit::Unknown;
}

// Only what holds JSON or XML, so that a banner with a time of day is none.
FrameReader::Fit FrameReader::fitsNetstring(qsizetype at) const
{
    const qsizetype begin = at;
    while (at < m_buffer.size() && isDigit(m_buffer[at]) && at - begin <= mostDigits)
        ++at;
    if (at == m_buffer.size())
        return Fit::Unknown;
    if (at == begin || at - begin > mostDigits || m_buffer[at] != ':')
        return Fit::No;
    do
        ++at;
    while (at < m_buffer.size() && isSpace(m_buffer[at]));
    if (at == m_buffer.size())
        return Fit::Unknown;
    const char first = m_buffer[at];
    return first == '{' || first == '[' || first == '<' || first == byteOrderMark[0] ? Fit::Yes : Fit::No;
}

// A message of JSON-RPC is an object or an array of such.
FrameReader::Fit FrameReader::fitsJson(qsizetype at) const
{
    const char first = m_buffer[at];
    if (first != '{' && first != '[')
        return Fit::No;
    do
        ++at;
    while (at < m_buffer.size() && isSpace(m_buffer[at]));
    if (at == m_buffer.size())
        return Fit::Unknown;
    const char second = m_buffer[at];
    const bool fits = first == '{' ? second == '"' || second == '}' : second == '{' || second == '[' || second == ']';
    return fits ? Fit::Yes : Fit::No;
}

FrameReader::Fit FrameReader::fitsXml(qsizetype at) const
{
    const QByteArrayView rest = QByteArrayView(m_buffer).sliced(at);
    Fit fit = Fit::No;
    for (const QByteArrayView begin :
        { QByteArrayView("<?xml"), QByteArrayView("<methodCall"), QByteArrayView("<methodResponse") }) {
        if (rest.startsWith(begin))
            return Fit::Yes;
        if (begin.startsWith(rest))
            fit = Fit::Unknown;
    }
    return fit;
}

FrameReader::Step FrameReader::nextLine()
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
        const bool isText = showsMisfits() && !isMessageLike(line);
        ChannelMessage message = take(0, length, tail);
        if (isText)
            message.form = ChannelMessage::Form::Text;
        return message;
    }
}

FrameReader::Step FrameReader::nextCounted()
{
    if (!m_head) {
        const qsizetype from = m_at + qMax<qsizetype>(m_looked - 3, 0);
        qsizetype end = m_buffer.indexOf("\r\n\r\n", from);
        qsizetype separator = 4;
        if (const qsizetype bare = showsMisfits() ? m_buffer.indexOf("\n\n", from) : -1;
            bare >= 0 && (end < 0 || bare < end)) {
            end = bare;
            separator = 2;
        }
        if (end < 0) {
            m_looked = m_buffer.size() - m_at;
            if (m_looked > m_headLimit)
                return misfit(Text::tr("the header fields before a message are larger than %1 bytes").arg(m_headLimit));
            return NeedsMore {};
        }
        std::optional<qint64> length;
        const qsizetype mark = markAt(m_at).value_or(0);
        for (const QByteArray &field : m_buffer.mid(m_at + mark, end - m_at - mark).split('\n')) {
            const qsizetype colon = field.indexOf(':');
            if (isHttp(field))
                return broken(isHttpText());
            if (colon < 1)
                return misfit(Text::tr("what stands before a message is no header field"));
            if (field.left(colon).trimmed().toLower() != "content-length")
                continue;
            if (length)
                return misfit(Text::tr("a message has two Content-Length fields"));
            length = number(field.mid(colon + 1).trimmed());
            if (!length)
                return misfit(Text::tr("the Content-Length before a message is no number"));
        }
        if (!length)
            return misfit(Text::tr("the header fields before a message have no Content-Length"));
        if (*length > m_limit)
            return tooLarge();
        m_head = end + separator - m_at;
        m_length = *length;
    }
    if (m_buffer.size() - m_at < *m_head + m_length)
        return NeedsMore {};
    return take(*m_head, m_length, 0);
}

FrameReader::Step FrameReader::nextNetstring()
{
    while (m_at < m_buffer.size() && (m_buffer[m_at] == '\n' || m_buffer[m_at] == '\r'))
        ++m_at; // some put each on a line
    const auto marked = markAt(m_at);
    if (!marked)
        return NeedsMore {};
    const qsizetype mark = *marked;
    const auto head = QByteArrayView(m_buffer).sliced(m_at + mark);
    qsizetype colon = head.first(qMin(head.size(), mostDigits + 1)).indexOf(':');
    if (colon < 0) {
        if (head.size() > mostDigits || !std::all_of(head.begin(), head.end(), isDigit))
            return misfit(Text::tr("a netstring begins with its length and a colon"));
        return NeedsMore {};
    }
    const auto length = number(head.first(colon));
    if (!length)
        return misfit(Text::tr("a netstring begins with its length and a colon"));
    if (*length > m_limit)
        return tooLarge();
    colon += mark;
    if (m_buffer.size() - m_at < colon + 1 + *length + 1)
        return NeedsMore {};
    if (m_buffer[m_at + colon + 1 + *length] != ',')
        return misfit(Text::tr("a netstring does not end with a comma"));
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
    const bool mayBeCut = m_detects && showsMisfits();
    for (; m_looked < size; ++m_looked) {
        const char c = begin[m_looked];
        if (mayBeCut && c == '\n') {
            // No JSON has a line feed in a string; and an object that another one follows on a line of its own has not
            // come to its end, unless the two are members of a list.
            constexpr QByteArrayView other("{\"");
            const auto next
                = QByteArrayView(begin + m_looked + 1, begin + size).first(qMin(size - m_looked - 1, other.size()));
            const bool isInObject = begin[0] == '{' || begin[0] == byteOrderMark[0];
            if (m_inString || (isInObject && next == other)) {
                m_cut = m_looked;
                return std::nullopt;
            }
            if (isInObject && next.size() < other.size() && other.startsWith(next))
                return std::nullopt; // it is looked at again
        }
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

// The same for an XML document, which ends with its root. No parser is needed: only what can hold a ">" that ends no
// tag has to be known.
std::optional<qsizetype> FrameReader::endOfXml()
{
    if (m_looked == 0) {
        m_depth = 0;
        m_xml = Xml::Text;
    }
    const QByteArrayView text = QByteArrayView(m_buffer).sliced(m_at);
    const auto skipTo = [&](QByteArrayView end) {
        const qsizetype at = text.indexOf(end, qMax<qsizetype>(m_looked - end.size() + 1, 0));
        m_looked = at < 0 ? text.size() : at + end.size();
        if (at >= 0)
            m_xml = Xml::Text;
    };
    while (m_looked < text.size()) {
        switch (m_xml) {
        case Xml::Text:
            if (text[m_looked++] == '<')
                m_xml = Xml::Begin;
            break;
        case Xml::Begin: { // behind a "<"
            const QByteArrayView rest = text.sliced(m_looked);
            constexpr QByteArrayView comment("!--");
            constexpr QByteArrayView data("![CDATA[");
            if (rest.size() < data.size() && (data.startsWith(rest) || comment.startsWith(rest)))
                return std::nullopt; // it is looked at again
            if (rest.startsWith(comment)) {
                m_xml = Xml::Comment;
                m_looked += comment.size();
            } else if (rest.startsWith(data)) {
                m_xml = Xml::Data;
                m_looked += data.size();
            } else if (rest.front() == '?') {
                m_xml = Xml::Instruction;
                ++m_looked;
            } else if (rest.front() == '!') {
                m_xml = Xml::Declaration;
            } else {
                m_xml = Xml::Tag;
                if (rest.front() == '/')
                    m_depth -= 2; // and one up at its end
            }
            break;
        }
        case Xml::Tag: {
            const char c = text[m_looked++];
            if (c == '"' || c == '\'') {
                m_xml = Xml::Quoted;
                m_quote = c;
            } else if (c == '>') {
                m_xml = Xml::Text;
                if (text[m_looked - 2] != '/')
                    ++m_depth;
                if (m_depth <= 0)
                    return m_looked;
            }
            break;
        }
        case Xml::Quoted:
            if (text[m_looked++] == m_quote)
                m_xml = Xml::Tag;
            break;
        case Xml::Comment:
            skipTo("-->");
            break;
        case Xml::Data:
            skipTo("]]>");
            break;
        case Xml::Instruction:
            skipTo("?>");
            break;
        case Xml::Declaration:
            skipTo(">");
            break;
        }
    }
    return std::nullopt;
}

FrameReader::Step FrameReader::nextBare()
{
    if (m_looked == 0) {
        while (m_at < m_buffer.size() && isSpace(m_buffer[m_at]))
            ++m_at;
    }
    const auto mark = m_at < m_buffer.size() ? markAt(m_at) : std::nullopt;
    if (!mark || m_at + *mark == m_buffer.size())
        return NeedsMore {};
    const char first = m_buffer[m_at + *mark];
    const Fit xml = fitsXml(m_at + *mark);
    if (xml == Fit::Unknown)
        return NeedsMore {};
    if (first == '{' || first == '[' || xml == Fit::Yes) {
        const auto end = xml == Fit::Yes ? endOfXml() : endOfJson();
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
        ChannelMessage message = take(0, i - m_at, 0);
        if (showsMisfits())
            message.form = ChannelMessage::Form::Text;
        return message;
    }
    m_looked = m_buffer.size() - m_at;
    return NeedsMore {};
}

FrameReader::Step FrameReader::nextNul()
{
    if (m_looked == 0) {
        while (m_at < m_buffer.size() && (m_buffer[m_at] == '\0' || isSpace(m_buffer[m_at])))
            ++m_at;
    }
    const qsizetype end = m_buffer.indexOf('\0', m_at + m_looked);
    if (end < 0) {
        m_looked = m_buffer.size() - m_at;
        const qsizetype line = QByteArrayView(m_buffer).sliced(m_at).indexOf('\n');
        if (line > 0 && isHttp(QByteArrayView(m_buffer).sliced(m_at, line)))
            return broken(isHttpText());
        return NeedsMore {};
    }
    const bool isText = showsMisfits() && !isMessageLike(QByteArrayView(m_buffer).sliced(m_at, end - m_at));
    ChannelMessage message = take(0, end - m_at, 1);
    if (isText)
        message.form = ChannelMessage::Form::Text;
    return message;
}

} // namespace rpc
