// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "tolerantxml.h"

#include "xmlscalar.h"

#include <rpccore/value/membernames.h>
#include <rpccore/value/utf8.h>

#include <algorithm>

namespace rpc {

namespace {

bool isSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool isNameStart(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || uchar(c) >= 0x80;
}

// "U+0001"
QString codePoint(char32_t c) { return u"U+" % QString::number(c, 16).toUpper().rightJustified(4, u'0'); }

bool isXmlCharacter(char32_t c)
{
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) || (c >= 0xe000 && c < 0xfffe)
        || (c >= 0x10000 && c <= 0x10ffff);
}

// One element, or a piece of text in one.
struct Node
{
    QByteArrayView name; // of an element; null for text
    qsizetype begin = 0; // of the start tag, or of the text
    qsizetype contentBegin = 0;
    qsizetype contentEnd = 0;
    qsizetype end = 0;
    int parent = -1;
    int firstChild = -1;
    int lastChild = -1;
    int next = -1;
    bool isVerbatim = false; // CDATA: no entities

    bool isElement() const { return !name.isNull(); }
};

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

    std::vector<Node> nodes; // the root first
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

    int add(Node node)
    {
        const int index = int(nodes.size());
        if (index >= m_mostNodes) {
            error = Error::make(
                ErrorKind::LimitExceeded, QStringLiteral("more elements in one message than its limit allows"));
            error->position.offset = node.begin;
        }
        node.parent = m_open;
        if (m_open >= 0) {
            Node &parent = nodes[size_t(m_open)];
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
            Node node;
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
        Node node;
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
        Node &node = nodes[size_t(m_open)];
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

// Makes values of the elements.
class Interpreter
{
public:
    Interpreter(const XmlReader &options, const QByteArray &xml, XmlEncoding encoding, const std::vector<Node> &nodes,
        Spans *spans, TolerantDocument &out)
        : m_options(options)
        , m_xml(xml)
        , m_nodes(nodes)
        , m_spans(spans)
        , m_out(out)
    {
        m_singleByte = encoding == XmlEncoding::Latin1 || encoding == XmlEncoding::Ascii;
        m_hasTable = fillEncodingTable(encoding, m_table);
    }

    std::optional<Error> run()
    {
        const Node &root = m_nodes.front();
        XmlRpcDocument &document = m_out.document;
        const bool isCall = root.name == "methodCall";
        const int fault = isCall ? -1 : child(root, "fault");
        document.kind = isCall ? XmlRpcDocument::Kind::Call
            : fault >= 0       ? XmlRpcDocument::Kind::Fault
                               : XmlRpcDocument::Kind::Response;
        const qsizetype rootSpan = open(root.begin);
        qsizetype bodyAt = root.contentEnd; // of params that are not there
        if (isCall) {
            const int name = child(root, "methodName");
            if (name >= 0) {
                document.method = xmlString(xmlTrimmed(textOf(node(name)).toUtf8()));
                bodyAt = node(name).end;
                close(open(node(name).begin), node(name).end);
            } else {
                missing(root, "methodName");
                close(open(root.contentBegin), root.contentBegin);
            }
        }
        if (fault >= 0) {
            document.params = { valueIn(node(fault)) };
            m_out.body = { node(fault).begin, node(fault).end };
        } else {
            params(root, isCall, bodyAt);
        }
        close(rootSpan, root.end);
        return m_error;
    }

private:
    const Node &node(int index) const { return m_nodes[size_t(index)]; }

    void note(Rule rule, const QString &message, qint64 begin, qint64 length)
    {
        if (m_out.notes.size() < std::size_t(mostFindings))
            m_out.notes.push_back({ rule, message, begin, length });
    }
    void note(Rule rule, const QString &message, const Node &place)
    {
        note(rule, message, place.begin, place.end - place.begin);
    }
    static QString tag(const Node &element) { return u'<' % QString::fromUtf8(element.name) % u'>'; }
    void missing(const Node &element, const char *what)
    {
        note(Rule::XmlRpcMissing, QStringLiteral("%1 has no <%2>.").arg(tag(element), QLatin1String(what)),
            element.begin, element.contentBegin - element.begin);
    }
    void misplaced(const Node &element)
    {
        note(Rule::XmlRpcElement, QStringLiteral("%1 has no place here.").arg(tag(element)), element);
    }

    qsizetype open(qint64 begin) { return m_spans ? m_spans->open(begin) : -1; }
    void close(qsizetype span, qint64 end)
    {
        if (m_spans)
            m_spans->close(span, end);
    }

    int child(const Node &element, QByteArrayView name) const
    {
        for (int i = element.firstChild; i >= 0; i = node(i).next) {
            if (node(i).name == name)
                return i;
        }
        return -1;
    }

    void params(const Node &root, bool isCall, qsizetype bodyAt)
    {
        const int found = child(root, "params");
        const Node &holder = found >= 0 ? node(found) : root; // <value> may stand in the root itself
        const qsizetype span = open(found >= 0 ? holder.begin : bodyAt);
        Array &values = m_out.document.params;
        for (int i = holder.firstChild; i >= 0 && !m_error; i = node(i).next) {
            const Node &element = node(i);
            if (!element.isElement() || element.name == "methodName")
                continue;
            if (element.name == "param")
                values.append(valueIn(element));
            else if (element.name == "value" || found >= 0)
                values.append(strayValue(element));
            else
                misplaced(element);
        }
        if (found < 0 && !isCall)
            missing(root, "params");
        m_out.body = found >= 0 ? Span { holder.begin, holder.end } : Span { bodyAt, bodyAt };
        close(span, m_out.body.end);
    }

    // The value that <param>, <fault> or <member> holds.
    Value valueIn(const Node &element)
    {
        if (const int value = child(element, "value"); value >= 0) {
            for (int i = element.firstChild; i >= 0; i = node(i).next) {
                if (i != value && node(i).isElement() && node(i).name != "name")
                    misplaced(node(i));
            }
            return valueOf(node(value));
        }
        missing(element, "value");
        for (int i = element.firstChild; i >= 0; i = node(i).next) {
            if (node(i).isElement() && node(i).name != "name")
                return typed(node(i), true);
        }
        // The text itself is the value.
        close(openValue(element.begin), element.end);
        return Value(element.name == "member" ? QString(QLatin1String("")) : textOf(element));
    }

    // A value where none has its place.
    Value strayValue(const Node &element)
    {
        misplaced(element);
        return element.name == "value" ? valueOf(element) : typed(element, true);
    }

    qsizetype openValue(qint64 begin)
    {
        if (++m_items > m_options.limits.items)
            fail(QStringLiteral("more than %1 values in one message").arg(m_options.limits.items), begin);
        const qsizetype span = open(begin);
        if (m_spans && m_name.end > 0)
            m_spans->setName(span, m_name.begin, m_name.end);
        m_name = {};
        return span;
    }

    void fail(const QString &message, qint64 at)
    {
        if (m_error)
            return;
        m_error = Error::make(ErrorKind::LimitExceeded, message);
        m_error->position.offset = at;
    }

    Value valueOf(const Node &value)
    {
        const qsizetype span = openValue(value.begin);
        Value content = contentOf(value);
        close(span, value.end);
        return content;
    }

    Value contentOf(const Node &value)
    {
        int first = -1;
        int text = -1; // that is not blank
        for (int i = value.firstChild; i >= 0; i = node(i).next) {
            if (node(i).isElement())
                first = first < 0 ? i : first;
            else if (!xmlTrimmed(bytes(node(i))).isEmpty())
                text = text < 0 ? i : text;
        }
        if (first < 0)
            return Value(textOf(value));
        if (typeOf(node(first)).type == XmlType::None) {
            note(Rule::XmlRpcElement,
                QStringLiteral("%1 is no type of XML-RPC; its text is kept.").arg(tag(node(first))), node(first));
            return Value(text < 0 ? textOf(node(first)) : decoded(value.contentBegin, value.contentEnd, false));
        }
        if (text >= 0)
            note(Rule::XmlRpcText,
                QStringLiteral("\"%1\" stands beside %2 and is left out.")
                    .arg(textOf(node(text)).simplified().left(40), tag(node(first))),
                node(text));
        for (int i = node(first).next; i >= 0; i = node(i).next) {
            if (node(i).isElement())
                misplaced(node(i));
        }
        return typed(node(first), false);
    }

    static XmlTypeName typeOf(const Node &element)
    {
        const QByteArray name = element.name.toByteArray();
        const XmlTypeName type = xmlTypeByName(name.constData());
        if (type.type != XmlType::None)
            return type;
        const qsizetype colon = name.indexOf(':');
        return colon < 0 ? type : xmlApacheTypeByName(name.constData() + colon + 1);
    }

    // \a hasNoValue: the element stands for its <value>, too.
    Value typed(const Node &element, bool hasNoValue)
    {
        const qsizetype span = hasNoValue ? openValue(element.begin) : -1;
        const XmlTypeName type = typeOf(element);
        Value value;
        switch (type.type) {
        case XmlType::Array:
        case XmlType::Struct:
            if (++m_depth > m_options.limits.depth)
                fail(QStringLiteral("nested deeper than %1 levels").arg(m_options.limits.depth), element.begin);
            else
                value = type.type == XmlType::Array ? Value(arrayOf(element)) : Value(structOf(element));
            --m_depth;
            break;
        default:
            value = scalarOf(element, type);
            break;
        }
        if (hasNoValue)
            close(span, element.end);
        return value;
    }

    Value scalarOf(const Node &element, XmlTypeName type)
    {
        for (int i = element.firstChild; i >= 0; i = node(i).next) {
            if (!node(i).isElement())
                continue;
            note(Rule::XmlRpcElement,
                QStringLiteral("%1 stands inside %2; it is kept as text.").arg(tag(node(i)), tag(element)), node(i));
            return Value(decoded(element.contentBegin, element.contentEnd, false));
        }
        const QString text = textOf(element);
        if (type.type == XmlType::None || type.type == XmlType::String)
            return Value(text);
        XmlScalarReport report;
        Value value = xmlScalarValue(type.type, text.toUtf8(), m_options.dialect, report);
        if (report.problem.isNull()) {
            for (const auto &departure : report.departures)
                note(departure.rule, departure.message, element);
        }
        if (type.apache)
            note(
                Rule::XmlRpcExtensionType, QStringLiteral("%1 is an extension of XML-RPC.").arg(tag(element)), element);
        else if (type.type == XmlType::Nil)
            note(Rule::XmlRpcNil, QStringLiteral("<nil/> is an extension of XML-RPC."), element);
        else if (type.type == XmlType::Int64)
            note(Rule::XmlRpcInt64, QStringLiteral("<i8> is an extension of XML-RPC."), element);
        if (report.problem.isNull())
            return value;
        note(Rule::XmlRpcUnreadable, QString(report.problem % u"; the text is kept."), element);
        return Value(text);
    }

    Array arrayOf(const Node &array)
    {
        Array values;
        const int data = child(array, "data");
        if (data < 0)
            missing(array, "data");
        const Node &holder = data < 0 ? array : node(data);
        for (int i = holder.firstChild; i >= 0 && !m_error; i = node(i).next) {
            if (node(i).isElement())
                values.append(node(i).name == "value" && data >= 0 ? valueOf(node(i)) : strayValue(node(i)));
            else
                strayText(node(i));
        }
        return values;
    }

    Struct structOf(const Node &element)
    {
        QList<Member> members;
        MemberNames names;
        for (int i = element.firstChild; i >= 0 && !m_error; i = node(i).next) {
            const Node &member = node(i);
            if (!member.isElement()) {
                strayText(member);
                continue;
            }
            if (member.name != "member") {
                misplaced(member);
                continue;
            }
            const int name = child(member, "name");
            QString text = name < 0 ? QString(QLatin1String("")) : textOf(node(name));
            if (name < 0)
                missing(member, "name");
            else
                m_name = { node(name).begin, node(name).end };
            if (!names.add(text, members))
                note(Rule::XmlRpcDuplicateName, QStringLiteral("The name \"%1\" stands twice in one struct.").arg(text),
                    name < 0 ? member : node(name));
            Value value = valueIn(member);
            members.append({ std::move(text), std::move(value) });
        }
        return Struct(std::move(members));
    }

    void strayText(const Node &text)
    {
        if (!xmlTrimmed(bytes(text)).isEmpty())
            note(Rule::XmlRpcText,
                QStringLiteral("\"%1\" has no place here and is left out.").arg(textOf(text).simplified().left(40)),
                text);
    }

    QByteArrayView bytes(const Node &text) const
    {
        return QByteArrayView(m_xml).sliced(text.begin, text.end - text.begin);
    }

    // All text of an element, or a piece of text.
    QString textOf(const Node &element)
    {
        if (!element.isElement())
            return decoded(element.begin, element.end, element.isVerbatim);
        QString text = QString(QLatin1String(""));
        for (int i = element.firstChild; i >= 0; i = node(i).next) {
            if (!node(i).isElement())
                text += decoded(node(i).begin, node(i).end, node(i).isVerbatim);
        }
        return text;
    }

    QString decoded(qsizetype begin, qsizetype end, bool verbatim)
    {
        QString text = QString(QLatin1String(""));
        for (qsizetype at = begin; at < end;) {
            const char c = m_xml[at];
            if (c == '&' && !verbatim) {
                at = entity(at, end, text);
            } else if (c == '\r') { // XML 1.0 section 2.11
                text += u'\n';
                at += at + 1 < end && m_xml[at + 1] == '\n' ? 2 : 1;
            } else if (uchar(c) < 0x80) {
                if (!isXmlCharacter(uchar(c)))
                    note(Rule::XmlCharacter,
                        QStringLiteral("The character %1 has no place in XML.").arg(codePoint(uchar(c))), at, 1);
                text += QLatin1Char(c);
                ++at;
            } else {
                at = beyondAscii(at, end, text);
            }
        }
        return text;
    }

    qsizetype beyondAscii(qsizetype at, qsizetype end, QString &text)
    {
        const auto byte = uchar(m_xml[at]);
        if (m_hasTable && m_table[byte] >= 0) {
            text += QString::fromUcs4(reinterpret_cast<const char32_t *>(&m_table[byte]), 1);
            return at + 1;
        }
        if (m_singleByte) {
            text += QChar(char16_t(byte));
            return at + 1;
        }
        const qsizetype length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
        char16_t units[2];
        const char *const from = m_xml.constData() + at;
        const char16_t *const last = length <= end - at ? decodeUtf8(from, from + length, units) : nullptr;
        if (last) {
            text.append(reinterpret_cast<const QChar *>(units), last - units);
            return at + length;
        }
        note(
            Rule::XmlCharacter, QStringLiteral("The byte 0x%1 is no UTF-8.").arg(byte, 2, 16, QLatin1Char('0')), at, 1);
        text += QChar::ReplacementCharacter;
        return at + 1;
    }

    // The reference that begins at \a at; where the text goes on.
    qsizetype entity(qsizetype at, qsizetype end, QString &text)
    {
        constexpr qsizetype longest = 12;
        const QByteArrayView window = QByteArrayView(m_xml).sliced(at, qMin(longest, end - at));
        const qsizetype semicolon = window.indexOf(';');
        const QByteArrayView name = semicolon > 0 ? window.sliced(1, semicolon - 1) : QByteArrayView();
        static constexpr std::pair<const char *, char> known[]
            = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' } };
        for (const auto &[spelling, meaning] : known) {
            if (name == spelling) {
                text += QLatin1Char(meaning);
                return at + semicolon + 1;
            }
        }
        if (name.startsWith('#') && name.size() > 1) {
            bool ok = false;
            const bool isHex = name[1] == 'x';
            const char32_t c = name.sliced(isHex ? 2 : 1).toByteArray().toUInt(&ok, isHex ? 16 : 10);
            if (ok && c <= 0x10ffff && !QChar::isSurrogate(c)) {
                if (!isXmlCharacter(c))
                    note(Rule::XmlCharacter, QStringLiteral("The character %1 has no place in XML.").arg(codePoint(c)),
                        at, semicolon + 1);
                text += QString::fromUcs4(&c, 1);
                return at + semicolon + 1;
            }
        }
        note(Rule::XmlEntity,
            name.isEmpty() ? QStringLiteral("An ampersand begins no entity here.")
                           : QStringLiteral("\"&%1;\" is no entity of XML.").arg(QString::fromUtf8(name)),
            at, name.isEmpty() ? 1 : semicolon + 1);
        text += u'&';
        return at + 1;
    }

    const XmlReader &m_options;
    const QByteArray &m_xml;
    const std::vector<Node> &m_nodes;
    Spans *m_spans;
    TolerantDocument &m_out;
    std::optional<Error> m_error;
    Span m_name; // of the member whose value is due
    qint64 m_items = 0;
    int m_depth = 0;
    bool m_singleByte = false;
    bool m_hasTable = false;
    int m_table[256];
};

} // namespace

Result<TolerantDocument> readTolerantly(
    const XmlReader &options, const QByteArray &xml, XmlEncoding encoding, Spans *spans)
{
    TolerantDocument out;
    // A value takes up to seven elements and pieces of text, a level of values four elements.
    Scanner scanner(
        xml, qMin<qint64>(16 + 8 * options.limits.items, INT_MAX), 16 + 4 * qsizetype(options.limits.depth), out.notes);
    if (!scanner.run())
        return *scanner.error;
    if (const auto error = Interpreter(options, xml, encoding, scanner.nodes, spans, out).run())
        return *error;
    std::stable_sort(out.notes.begin(), out.notes.end(),
        [](const TolerantNote &a, const TolerantNote &b) { return a.begin < b.begin; });
    return out;
}

} // namespace rpc
