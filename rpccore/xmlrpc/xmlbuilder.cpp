// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlbuilder.h"

#include "expatversions.h"

#include <expat.h>

#include <algorithm>
#include <cstring>

namespace rpc {

namespace {

bool isBlank(QByteArrayView text)
{
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            return false;
    }
    return true;
}

// As strcmp() == 0, but unrolled: this is asked for every element.
template <size_t N> bool is(const char *name, const char (&expected)[N])
{
    for (size_t i = 0; i < N; ++i) {
        if (name[i] != expected[i])
            return false;
    }
    return true;
}

constexpr const char *apacheNamespace = "http://ws.apache.org/xmlrpc/namespaces/extensions";

} // namespace

XmlBuilder::XmlBuilder(
    const XmlReader &options, XML_ParserStruct *parser, qint64 base, bool wantsFindings, Spans *spans)
    : m_options(options)
    , m_parser(parser)
    , m_base(base)
    , m_wantsFindings(wantsFindings)
    , m_spans(spans)
{
    m_stack.reserve(32);
    m_stack.push_back(Frame {});
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &XmlBuilder::startElement, &XmlBuilder::endElement);
    XML_SetCharacterDataHandler(parser, &XmlBuilder::characters);
    XML_SetStartDoctypeDeclHandler(parser, &XmlBuilder::doctype);
    XML_SetXmlDeclHandler(parser, &XmlBuilder::xmlDeclaration);
}

QString XmlBuilder::quoted(const char *name) { return u'<' % QString::fromUtf8(name) % u'>'; }

const char *XmlBuilder::elementOf(At at)
{
    static constexpr const char *names[] = { "", "methodCall", "methodName", "methodResponse", "fault", "params",
        "param", "value", "", "array", "data", "struct", "member", "name" };
    return names[int(at)];
}

void XmlBuilder::startElement(void *data, const char *name, const char **attributes)
{
    auto *b = static_cast<XmlBuilder *>(data);
    if (*attributes)
        b->attributes(name, attributes);
    b->start(name);
}

void XmlBuilder::endElement(void *data, const char *) { static_cast<XmlBuilder *>(data)->end(); }

void XmlBuilder::characters(void *data, const char *text, int length)
{
    auto *b = static_cast<XmlBuilder *>(data);
    if (b->m_takesText)
        b->m_text.append(text, size_t(length));
    else if (!isBlank(QByteArrayView(text, length)))
        b->fail(QStringLiteral("text is not allowed inside %1").arg(quoted(elementOf(b->m_stack.back().at))));
}

void XmlBuilder::doctype(void *data, const char *, const char *, const char *, int)
{
    static_cast<XmlBuilder *>(data)->fail(
        QStringLiteral("a DOCTYPE is refused: it can name entities and files"), ErrorKind::Parse);
}

void XmlBuilder::xmlDeclaration(void *data, const char *, const char *encoding, int)
{
    auto *b = static_cast<XmlBuilder *>(data);
    b->declared = encoding;
    b->declaration = { b->offset(), b->offsetAfter() };
}

qint64 XmlBuilder::offset() const { return m_base + byteIndex(m_parser); }

qint64 XmlBuilder::offsetAfter() const { return offset() + byteCount(m_parser); }

void XmlBuilder::fail(const QString &message, ErrorKind kind, qint64 at)
{
    if (failed)
        return;
    failed = true;
    error = Error::make(kind, message);
    error.position.offset = at >= 0 ? at : offset();
    error.path = path();
    XML_SetElementHandler(m_parser, nullptr, nullptr); // expat may be inside of <a/>, which is two calls
    XML_SetCharacterDataHandler(m_parser, nullptr);
    XML_StopParser(m_parser, XML_FALSE);
}

Path XmlBuilder::path() const
{
    Path p;
    for (size_t i = 0; i < m_stack.size(); ++i) {
        const Frame &f = m_stack[i];
        if (f.at != At::Params && f.at != At::Data && !(f.at == At::Member && f.named))
            continue;
        // What waits above this element's own values and names belongs to the next container in it.
        qsizetype values = qsizetype(m_values.size()) - (m_stack.back().at == At::Value && m_stack.back().filled);
        qsizetype names = qsizetype(m_memberNames.size());
        for (size_t k = i + 1; k < m_stack.size(); ++k) {
            if (m_stack[k].at == At::Data || m_stack[k].at == At::Struct) {
                values = m_stack[k].values;
                names = m_stack[k].names;
                break;
            }
        }
        if (f.at == At::Member)
            p.append(m_names.text(m_memberNames[size_t(names) - 1].id));
        else
            p.append(values - f.values);
    }
    return p;
}

void XmlBuilder::note(Rule rule, const QString &message, qint64 begin, qint64 length)
{
    // Of a rule that was named before, findings leave room for those that were not.
    constexpr size_t room = 24;
    const bool known = m_noted.test(size_t(rule));
    if (!m_wantsFindings || found.size() + (known ? room : 0) >= size_t(mostFindings))
        return;
    m_noted.set(size_t(rule));
    found.push_back({ rule, message, begin, length });
}

void XmlBuilder::noteElement(Rule rule, const QString &message, const Frame &frame)
{
    note(rule, message, frame.begin, offsetAfter() - frame.begin);
}

XmlBuilder::Frame &XmlBuilder::push(At at)
{
    Frame &f = m_stack.emplace_back();
    f.at = at;
    m_takesText = at == At::Value || at == At::Scalar || at == At::Name || at == At::MethodName;
    if (m_takesText)
        m_text.clear();
    return f;
}

XmlBuilder::Frame &XmlBuilder::pushContainer(At at)
{
    Frame &f = push(at);
    f.values = qsizetype(m_values.size());
    f.names = qsizetype(m_memberNames.size());
    f.begin = offset();
    return f;
}

void XmlBuilder::pop()
{
    m_stack.pop_back();
    m_takesText = m_stack.back().at == At::Value && !m_stack.back().filled;
    while (!m_prefixes.empty() && m_prefixes.back().depth > m_stack.size())
        m_prefixes.pop_back();
}

// What holds the element that ends has its content then.
void XmlBuilder::popAndFill()
{
    pop();
    m_stack.back().filled = true;
    m_takesText = false;
}

void XmlBuilder::unexpected(const char *name)
{
    const At at = m_stack.back().at;
    if (at == At::Document)
        fail(QStringLiteral("the root is %1, not <methodCall> or <methodResponse>").arg(quoted(name)));
    else if (at == At::Scalar)
        fail(QStringLiteral("%1 is not allowed inside a scalar").arg(quoted(name)));
    else
        fail(QStringLiteral("%1 is not allowed inside %2").arg(quoted(name), quoted(elementOf(at))));
}

void XmlBuilder::attributes(const char *element, const char **pairs)
{
    for (; pairs[0]; pairs += 2) {
        const QByteArrayView name(pairs[0]);
        if (name == "xmlns" || name.startsWith("xmlns:")) {
            if (name.size() > 6 && qstrcmp(pairs[1], apacheNamespace) == 0)
                m_prefixes.push_back({ name.sliced(6).toByteArray(), m_stack.size() + 1 });
        } else {
            note(Rule::XmlRpcAttribute,
                QStringLiteral("%1 has the attribute \"%2\", which is ignored.")
                    .arg(quoted(element), QString::fromUtf8(name)),
                offset(), byteCount(m_parser));
        }
    }
}

void XmlBuilder::start(const char *name)
{
    const Frame &f = m_stack.back();
    switch (f.at) {
    case At::Document:
        if (is(name, "methodCall"))
            return startRoot(At::MethodCall, XmlRpcDocument::Kind::Call);
        if (is(name, "methodResponse"))
            return startRoot(At::MethodResponse, XmlRpcDocument::Kind::Response);
        break;
    case At::MethodCall:
        if (is(name, "methodName") && !f.named) {
            push(At::MethodName).begin = offset();
            return;
        }
        if (is(name, "params") && f.named && !f.filled)
            return startBody(At::Params);
        break;
    case At::MethodResponse:
        if (is(name, "params") && !f.filled)
            return startBody(At::Params);
        if (is(name, "fault") && !f.filled) {
            document.kind = XmlRpcDocument::Kind::Fault;
            return startBody(At::Fault);
        }
        break;
    case At::Params:
        if (is(name, "param")) {
            push(At::Param);
            return;
        }
        break;
    case At::Param:
    case At::Fault:
        if (is(name, "value") && !f.filled)
            return startValue();
        break;
    case At::Value:
        if (!f.filled)
            return startContent(name);
        break;
    case At::Array:
        if (is(name, "data") && !f.filled) {
            pushContainer(At::Data);
            return;
        }
        break;
    case At::Data:
        if (is(name, "value"))
            return startValue();
        break;
    case At::Struct:
        if (is(name, "member")) {
            push(At::Member);
            return;
        }
        break;
    case At::Member:
        if (is(name, "name") && !f.named) {
            push(At::Name).begin = offset();
            return;
        }
        if (is(name, "value") && !f.filled && (f.named || m_options.dialect.anyOrder))
            return startValue();
        break;
    case At::MethodName:
    case At::Name:
    case At::Scalar:
        break;
    }
    unexpected(name);
}

void XmlBuilder::startRoot(At at, XmlRpcDocument::Kind kind)
{
    document.kind = kind;
    Frame &f = push(at);
    if (m_spans)
        f.node = m_spans->open(offset());
}

// <params> or <fault>. A fault's node is that of its value.
void XmlBuilder::startBody(At at)
{
    Frame &f = pushContainer(at);
    if (m_spans && at == At::Params)
        f.node = m_spans->open(f.begin);
}

void XmlBuilder::startValue()
{
    if (++m_items > m_options.limits.items)
        return fail(
            QStringLiteral("more than %1 values in one message").arg(m_options.limits.items), ErrorKind::LimitExceeded);
    qsizetype node = -1;
    if (m_spans) {
        node = m_spans->open(offset());
        if (Frame &member = m_stack.back(); member.at == At::Member) {
            member.node = node;
            if (member.named)
                m_spans->setName(node, m_memberNames.back().begin, m_memberNames.back().end);
        }
    }
    push(At::Value).node = node;
}

void XmlBuilder::startContent(const char *name)
{
    if (!isBlank(m_text))
        return fail(QStringLiteral("<value> holds both text and %1").arg(quoted(name)));
    XmlTypeName type = xmlTypeByName(name);
    if (type.type == XmlType::None) {
        if (const char *colon = strchr(name, ':')) {
            const QByteArrayView prefix(name, colon);
            const bool ours = prefix == "ex"
                || std::any_of(m_prefixes.begin(), m_prefixes.end(),
                    [prefix](const Prefix &p) { return QByteArrayView(p.name) == prefix; });
            if (ours)
                type = xmlApacheTypeByName(colon + 1);
        }
    }
    if (type.type == XmlType::None)
        return fail(QStringLiteral("%1 is no type of XML-RPC").arg(quoted(name)));
    if (type.type == XmlType::Array || type.type == XmlType::Struct) {
        if (++m_depth > m_options.limits.depth)
            return fail(
                QStringLiteral("nested deeper than %1 levels").arg(m_options.limits.depth), ErrorKind::LimitExceeded);
        pushContainer(type.type == XmlType::Array ? At::Array : At::Struct);
        return;
    }
    if (!isKnownExtension(type))
        return fail(QStringLiteral("%1 is an extension of XML-RPC that is not read here").arg(quoted(name)));
    if (type.apache)
        note(Rule::XmlRpcExtensionType, QStringLiteral("%1 is an extension of XML-RPC.").arg(quoted(name)), offset(),
            byteCount(m_parser));
    Frame &f = push(At::Scalar);
    f.type = type.type;
    f.named = type.apache; // said already
    f.begin = offset();
}

bool XmlBuilder::isKnownExtension(XmlTypeName type) const
{
    const XmlRpcDialect &d = m_options.dialect;
    return (!type.apache || d.apacheTypes) && (type.type != XmlType::Nil || d.nil)
        && (type.type != XmlType::Int64 || d.int64);
}

} // namespace rpc
