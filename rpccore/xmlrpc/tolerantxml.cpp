// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "tolerantxml.h"

#include "markupscanner.h"
#include "tolerantdecoder.h"
#include "xmlscalar.h"

#include <rpccore/value/membernames.h>

#include <algorithm>

namespace rpc {

namespace {

// Makes values of the elements.
class Interpreter
{
public:
    Interpreter(const XmlReader &options, const QByteArray &xml, XmlEncoding encoding,
        const std::vector<MarkupNode> &nodes, Spans *spans, TolerantDocument &out)
        : m_options(options)
        , m_xml(xml)
        , m_nodes(nodes)
        , m_spans(spans)
        , m_out(out)
        , m_decoder(xml, encoding, out.notes)
    {
    }

    std::optional<Error> run()
    {
        const MarkupNode &root = m_nodes.front();
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
    const MarkupNode &node(int index) const { return m_nodes[size_t(index)]; }

    void note(Rule rule, const QString &message, qint64 begin, qint64 length)
    {
        if (m_out.notes.size() < std::size_t(mostFindings))
            m_out.notes.push_back({ rule, message, begin, length });
    }
    void note(Rule rule, const QString &message, const MarkupNode &place)
    {
        note(rule, message, place.begin, place.end - place.begin);
    }
    static QString tag(const MarkupNode &element) { return u'<' % QString::fromUtf8(element.name) % u'>'; }
    void missing(const MarkupNode &element, const char *what)
    {
        note(Rule::XmlRpcMissing, QStringLiteral("%1 has no <%2>.").arg(tag(element), QLatin1String(what)),
            element.begin, element.contentBegin - element.begin);
    }
    void misplaced(const MarkupNode &element)
    {
        note(Rule::XmlRpcElement, QStringLiteral("%1 has no place here.").arg(tag(element)), element);
    }

    qsizetype open(qint64 begin) { return m_spans ? m_spans->open(begin) : -1; }
    void close(qsizetype span, qint64 end)
    {
        if (m_spans)
            m_spans->close(span, end);
    }

    int child(const MarkupNode &element, QByteArrayView name) const
    {
        for (int i = element.firstChild; i >= 0; i = node(i).next) {
            if (node(i).name == name)
                return i;
        }
        return -1;
    }

    void params(const MarkupNode &root, bool isCall, qsizetype bodyAt)
    {
        const int found = child(root, "params");
        const MarkupNode &holder = found >= 0 ? node(found) : root; // <value> may stand in the root itself
        const qsizetype span = open(found >= 0 ? holder.begin : bodyAt);
        Array &values = m_out.document.params;
        for (int i = holder.firstChild; i >= 0 && !m_error; i = node(i).next) {
            const MarkupNode &element = node(i);
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
    Value valueIn(const MarkupNode &element)
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
    Value strayValue(const MarkupNode &element)
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

    Value valueOf(const MarkupNode &value)
    {
        const qsizetype span = openValue(value.begin);
        Value content = contentOf(value);
        close(span, value.end);
        return content;
    }

    Value contentOf(const MarkupNode &value)
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

    static XmlTypeName typeOf(const MarkupNode &element)
    {
        const QByteArray name = element.name.toByteArray();
        const XmlTypeName type = xmlTypeByName(name.constData());
        if (type.type != XmlType::None)
            return type;
        const qsizetype colon = name.indexOf(':');
        return colon < 0 ? type : xmlApacheTypeByName(name.constData() + colon + 1);
    }

    // \a hasNoValue: the element stands for its <value>, too.
    Value typed(const MarkupNode &element, bool hasNoValue)
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

    Value scalarOf(const MarkupNode &element, XmlTypeName type)
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

    Array arrayOf(const MarkupNode &array)
    {
        Array values;
        const int data = child(array, "data");
        if (data < 0)
            missing(array, "data");
        const MarkupNode &holder = data < 0 ? array : node(data);
        for (int i = holder.firstChild; i >= 0 && !m_error; i = node(i).next) {
            if (node(i).isElement())
                values.append(node(i).name == "value" && data >= 0 ? valueOf(node(i)) : strayValue(node(i)));
            else
                strayText(node(i));
        }
        return values;
    }

    Struct structOf(const MarkupNode &element)
    {
        QList<Member> members;
        MemberNames names;
        for (int i = element.firstChild; i >= 0 && !m_error; i = node(i).next) {
            const MarkupNode &member = node(i);
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

    void strayText(const MarkupNode &text)
    {
        if (!xmlTrimmed(bytes(text)).isEmpty())
            note(Rule::XmlRpcText,
                QStringLiteral("\"%1\" has no place here and is left out.").arg(textOf(text).simplified().left(40)),
                text);
    }

    QByteArrayView bytes(const MarkupNode &text) const
    {
        return QByteArrayView(m_xml).sliced(text.begin, text.end - text.begin);
    }

    // All text of an element, or a piece of text.
    QString textOf(const MarkupNode &element)
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

    QString decoded(qsizetype begin, qsizetype end, bool verbatim) { return m_decoder.text(begin, end, verbatim); }

    const XmlReader &m_options;
    const QByteArray &m_xml;
    const std::vector<MarkupNode> &m_nodes;
    Spans *m_spans;
    TolerantDocument &m_out;
    std::optional<Error> m_error;
    Span m_name; // of the member whose value is due
    qint64 m_items = 0;
    int m_depth = 0;
    TolerantDecoder m_decoder;
};

} // namespace

Result<TolerantDocument> readTolerantly(
    const XmlReader &options, const QByteArray &xml, XmlEncoding encoding, Spans *spans)
{
    TolerantDocument out;
    // A value takes up to seven elements and pieces of text, a level of values four elements.
    const auto nodes = scanMarkup(
        xml, qMin<qint64>(16 + 8 * options.limits.items, INT_MAX), 16 + 4 * qsizetype(options.limits.depth), out.notes);
    if (!nodes)
        return nodes.error();
    if (const auto error = Interpreter(options, xml, encoding, *nodes, spans, out).run())
        return *error;
    std::stable_sort(out.notes.begin(), out.notes.end(),
        [](const TolerantNote &a, const TolerantNote &b) { return a.begin < b.begin; });
    return out;
}

} // namespace rpc
