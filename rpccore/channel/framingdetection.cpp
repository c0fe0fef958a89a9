// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT

// What a stream is, seen in what comes.

#include "framing.h"

#include "framingtext.h"

namespace rpc {

using namespace framing;

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
        } else if (QByteArrayView(m_buffer).sliced(m_at, *end).contains('\n')) {
            found(Framing::Bare); // a text over several lines
        }
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

// What is no message, for a person to look at: a line, or what stands before the next message. What is quoted in it is
// none.
FrameReader::Step FrameReader::takeText()
{
    const QByteArrayView rest = QByteArrayView(m_buffer).sliced(m_at);
    constexpr qsizetype most = 64 * 1024; // bytes: it is to be shown some time
    constexpr QByteArrayView begins[] = { "{\"", "[{\"", "Content-Length:", "<?xml ", "<method" };
    constexpr qsizetype longest = 15; // of them
    constexpr QByteArrayView quotes("\"'`\\");
    qsizetype end = rest.indexOf('\n', m_looked) + 1;
    const auto searched = end > 0 ? rest.first(end) : rest;
    for (const QByteArrayView begin : begins) {
        qsizetype at = searched.indexOf(begin, qMax<qsizetype>(m_looked - longest, 1));
        while (at > 0 && quotes.contains(rest[at - 1]))
            at = searched.indexOf(begin, at + 1);
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

} // namespace rpc
