// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "markupscanner.h"

#include "xmlscalar.h"

namespace rpc {

namespace {

bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || uchar(c) >= 0x80;
}

// Takes a document apart into elements and text, whatever is wrong with it.
class Scanner
{
public:
    Scanner(const QByteArray &xml, qint64 mostNodes, qsizetype mostLevels, std::vector<TolerantNote> &notes)
        : m_xml(xml)
        , m_mostNodes(mostNodes)
        , m_mostLevels(mostLevels)
        , m_notes(notes)
    {
    }

    std::vector<MarkupNode> nodes; // the root first
    std::optional<Error> error;

    bool run()
    {
        m_at = findRoot();
        if (m_at < 0) {
            error = Error::make(ErrorKind::Parse, QStringLiteral("there is no XML-RPC document"));
            return false;
        }
        before(m_at);
        startTag();
        while (m_open >= 0 && !error) {
            if (m_at >= m_xml.size()) {
                breakOff();
                break;
            }
            if (m_xml[m_at] == '<')
                markup();
            else
                text(m_xml.indexOf('<', m_at));
        }
        if (error)
            return false;
        const QByteArrayView rest = xmlTrimmed(QByteArrayView(m_xml).sliced(m_at));
        if (!rest.isEmpty())
            note(Rule::XmlTrailing,
                QStringLiteral("Behind the document stand %1 more bytes: \"%2\".")
                    .arg(rest.size())
                    .arg(QString::fromUtf8(rest.first(qMin<qsizetype>(rest.size(), 40))).simplified()),
                rest.data() - m_xml.constData(), rest.size());
        return true;
    }

private:
    void note(Rule rule, const QString &message, qint64 begin, qint64 length)
    {
        if (m_notes.size() < std::size_t(mostFindings))
            m_notes.push_back({ rule, message, begin, length });
    }

    qsizetype findRoot() const
    {
        qsizetype best = -1;
        for (const char *root : { "<methodResponse", "<methodCall" }) {
            const qsizetype at = m_xml.indexOf(root);
            if (at >= 0 && (best < 0 || at < best))
                best = at;
        }
        return best;
    }

    // What stands before the root: a declaration, comments, and what should not be there.
    void before(qsizetype root)
    {
        QByteArrayView rest = QByteArrayView(m_xml).first(root);
        if (rest.startsWith("\xef\xbb\xbf"))
            rest = rest.sliced(3);
        for (rest = xmlTrimmed(rest); !rest.isEmpty(); rest = xmlTrimmed(rest)) {
            const bool isComment = rest.startsWith("<!--");
            if (!isComment && !rest.startsWith("<?"))
                break;
            const qsizetype end = rest.indexOf(isComment ? QByteArrayView("-->") : QByteArrayView("?>"));
            rest = end < 0 ? QByteArrayView() : rest.sliced(end + (isComment ? 3 : 2));
        }
        if (rest.isEmpty())
            return;
        const qsizetype at = rest.data() - m_xml.constData();
        if (rest.startsWith("<!DOCTYPE"))
            note(Rule::XmlDoctype, QStringLiteral("The document has a DOCTYPE, which is not read."), at, rest.size());
        else
            note(Rule::XmlMarkup,
                QStringLiteral("Before the document stands \"%1\".")
                    .arg(QString::fromUtf8(rest.first(qMin<qsizetype>(rest.size(), 40))).simplified()),
                at, rest.size());
    }

    int add(MarkupNode node)
    {
        const int index = int(nodes.size());
        if (index >= m_mostNodes) {
            error = Error::make(
                ErrorKind::LimitExceeded, QStringLiteral("more elements in one message than its limit allows"));
            error->position.offset = node.begin;
        }
        node.parent = m_open;
        if (m_open >= 0) {
            MarkupNode &parent = nodes[size_t(m_open)];
            if (parent.lastChild >= 0)
                nodes[size_t(parent.lastChild)].next = index;
            else
                parent.firstChild = index;
            parent.lastChild = index;
        }
        nodes.push_back(node);
        return index;
    }

    void text(qsizetype end, bool verbatim = false)
    {
        if (end < 0)
            end = m_xml.size();
        if (end > m_at) {
            MarkupNode node;
            node.begin = node.contentBegin = m_at;
            node.contentEnd = node.end = end;
            node.isVerbatim = verbatim;
            add(node);
        }
        m_at = end;
    }

    void markup()
    {
        const QByteArrayView rest = QByteArrayView(m_xml).sliced(m_at);
        if (rest.startsWith("<!--"))
            return skip("-->", 4);
        if (rest.startsWith("<?"))
            return skip("?>", 2);
        if (rest.startsWith("<![CDATA[")) {
            m_at += 9;
            const qsizetype end = m_xml.indexOf("]]>", m_at);
            text(end, true);
            m_at = end < 0 ? m_xml.size() : end + 3;
            return;
        }
        if (rest.size() > 1 && rest[1] == '/')
            return endTag();
        if (rest.size() > 1 && isNameStart(rest[1]))
            return startTag();
        note(Rule::XmlMarkup, QStringLiteral("A \"<\" begins nothing here; it is read as text."), m_at, 1);
        text(m_xml.indexOf('<', m_at + 1));
    }

    void skip(const char *until, qsizetype from)
    {
        const qsizetype end = m_xml.indexOf(until, m_at + from);
        m_at = end < 0 ? m_xml.size() : end + qsizetype(qstrlen(until));
    }

    qsizetype nameEnd(qsizetype at) const
    {
        while (at < m_xml.size() && !isSpace(m_xml[at]) && m_xml[at] != '>' && m_xml[at] != '/' && m_xml[at] != '<')
            ++at;
        return at;
    }

    void startTag()
    {
        MarkupNode node;
        node.begin = m_at;
        const qsizetype end = nameEnd(m_at + 1);
        node.name = QByteArrayView(m_xml).sliced(m_at + 1, end - m_at - 1);
        m_at = end;
        char quote = 0; // of an attribute
        bool isEmpty = false;
        while (m_at < m_xml.size()) {
            const char c = m_xml[m_at];
            if (quote) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '>') {
                isEmpty = m_xml[m_at - 1] == '/';
                ++m_at;
                break;
            } else if (c == '<') {
                note(Rule::XmlMarkup, QStringLiteral("The tag <%1> is not closed.").arg(QString::fromUtf8(node.name)),
                    node.begin, m_at - node.begin);
                break;
            }
            ++m_at;
        }
        node.contentBegin = node.contentEnd = node.end = m_at;
        const int index = add(node);
        if (isEmpty)
            return;
        m_open = index;
        if (++m_levels > m_mostLevels) {
            error = Error::make(
                ErrorKind::LimitExceeded, QStringLiteral("elements are nested deeper than the limit allows"));
            error->position.offset = node.begin;
        }
    }

    void close(qsizetype contentEnd, qsizetype end)
    {
        MarkupNode &node = nodes[size_t(m_open)];
        node.contentEnd = contentEnd;
        node.end = end;
        m_open = node.parent;
        --m_levels;
    }

    void endTag()
    {
        const qsizetype begin = m_at;
        const qsizetype end = nameEnd(m_at + 2);
        const QByteArrayView name = QByteArrayView(m_xml).sliced(m_at + 2, end - m_at - 2);
        m_at = end;
        while (m_at < m_xml.size() && m_xml[m_at] != '>' && m_xml[m_at] != '<')
            ++m_at;
        m_at += m_at < m_xml.size() && m_xml[m_at] == '>' ? 1 : 0;
        if (nodes[size_t(m_open)].name == name)
            return close(begin, m_at);
        // The nearest one of that name, which is looked for a few levels up only: further up it hardly belongs.
        int open = m_open;
        for (int i = 0; i < 8 && open >= 0 && nodes[size_t(open)].name != name; ++i)
            open = nodes[size_t(open)].parent;
        note(Rule::XmlMarkup,
            QStringLiteral("</%1> stands where </%2> was due.")
                .arg(QString::fromUtf8(name), QString::fromUtf8(nodes[size_t(m_open)].name)),
            begin, m_at - begin);
        if (open < 0 || nodes[size_t(open)].name != name)
            return;
        while (m_open != open)
            close(begin, begin);
        close(begin, m_at);
    }

    void breakOff()
    {
        note(Rule::XmlBrokenOff,
            QStringLiteral("The document breaks off here; <%1> was still open.")
                .arg(QString::fromUtf8(nodes[size_t(m_open)].name)),
            m_xml.size() - 1, 1);
        while (m_open >= 0)
            close(m_xml.size(), m_xml.size());
    }

    const QByteArray &m_xml;
    const qint64 m_mostNodes;
    const qsizetype m_mostLevels;
    std::vector<TolerantNote> &m_notes;
    qsizetype m_at = 0;
    int m_open = -1;
    qsizetype m_levels = 0;
};

} // namespace

Result<std::vector<MarkupNode>> scanMarkup(
    const QByteArray &xml, qint64 mostNodes, qsizetype mostLevels, std::vector<TolerantNote> &notes)
{
    Scanner scanner(xml, mostNodes, mostLevels, notes);
    if (!scanner.run())
        return *scanner.error;
    return std::move(scanner.nodes);
}

} // namespace rpc
