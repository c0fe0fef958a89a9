// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "framing.h"

#include "framingtext.h"

#include <charconv>

namespace rpc {

using namespace framing;

namespace {

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

FrameReader::Step FrameReader::nextBare()
{
    if (m_looked == 0) {
        while (m_at < m_buffer.size() && isSpace(m_buffer[m_at]))
            ++m_at;
        if (m_detects && m_at < m_buffer.size() && m_buffer[m_at] == '\0') { // it was the end of the message before
            found(Framing::Nul);
            return Again {};
        }
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
        if (m_detects && m_at + *end < m_buffer.size() && m_buffer[m_at + *end] == '\0')
            found(Framing::Nul);
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
