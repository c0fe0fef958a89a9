// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT

// Where a message ends that nothing stands behind.

#include "framing.h"

#include "framingtext.h"

namespace rpc {

using namespace framing;

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

} // namespace rpc
