// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlbuilder.h"

#include <algorithm>
#include <iterator>

// What happens when an element ends.

namespace rpc {

namespace {

bool isMethodCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.'
        || c == ':' || c == '/';
}

} // namespace

// An element ends: the checks see it on the stack still, so that errors name its path.
void XmlBuilder::end()
{
    switch (m_stack.back().at) {
    case At::Value:
        endValue();
        break;
    case At::Scalar:
        endScalar();
        break;
    case At::Name:
        endName();
        break;
    case At::Member:
        endMember();
        break;
    case At::Struct:
        endStruct();
        break;
    case At::Data:
        m_values.emplace_back(takeArray(m_stack.back().values));
        popAndFill();
        break;
    case At::Array:
        endArray();
        break;
    case At::Param:
        if (needs(m_stack.back().filled, "value"))
            pop();
        break;
    case At::Params:
    case At::Fault:
        endBody();
        break;
    case At::MethodName:
        endMethodName();
        break;
    case At::MethodCall:
    case At::MethodResponse:
        endRoot();
        break;
    case At::Document:
        break;
    }
}

bool XmlBuilder::needs(bool there, const char *what)
{
    if (!there)
        fail(QStringLiteral("%1 has no %2").arg(quoted(elementOf(m_stack.back().at)), quoted(what)));
    return there;
}

void XmlBuilder::endMethodName()
{
    const Frame f = m_stack.back();
    const QByteArrayView name = xmlTrimmed(m_text);
    const bool allowed = !name.isEmpty() && std::all_of(name.begin(), name.end(), isMethodCharacter);
    const bool spaced = name.size() != qsizetype(m_text.size());
    if (!m_options.dialect.anyMethodName && (!allowed || spaced))
        return fail(QStringLiteral("\"%1\" is no method name of XML-RPC").arg(QString::fromUtf8(m_text).left(80)),
            ErrorKind::InvalidRequest, f.begin);
    document.method = xmlString(name);
    if (spaced)
        noteElement(Rule::XmlRpcMethodNameSpace,
            QStringLiteral("White space stands around the method name \"%1\".").arg(document.method.left(80)), f);
    if (!allowed)
        noteElement(Rule::XmlRpcMethodName,
            name.isEmpty() ? QStringLiteral("The method name is empty.")
                           : QStringLiteral("The method name \"%1\" has characters that XML-RPC does not allow there.")
                                 .arg(document.method.left(80)),
            f);
    m_methodEnd = offsetAfter();
    if (m_spans)
        m_spans->close(m_spans->open(f.begin), m_methodEnd);
    pop();
    m_stack.back().named = true;
}

void XmlBuilder::endBody()
{
    const Frame f = m_stack.back();
    if (f.at == At::Fault && !needs(f.filled, "value"))
        return;
    body = { f.begin, offsetAfter() };
    if (f.node >= 0)
        m_spans->close(f.node, body.end);
    document.params = takeArray(f.values);
    popAndFill();
}

void XmlBuilder::endRoot()
{
    const Frame f = m_stack.back();
    if (f.at == At::MethodCall && !needs(f.named, "methodName"))
        return;
    if (f.at == At::MethodResponse && !f.filled)
        return fail(QStringLiteral("<methodResponse> has neither <params> nor <fault>"));
    if (m_spans) {
        // A call may leave its params out. They have a place all the same, so that nodes and members correspond.
        if (!f.filled)
            m_spans->close(m_spans->open(m_methodEnd), m_methodEnd);
        m_spans->close(f.node, offsetAfter());
    }
    pop();
}

void XmlBuilder::endValue()
{
    const Frame &f = m_stack.back();
    if (!f.filled) // no type element means string
        m_values.emplace_back(xmlString(m_text));
    if (m_spans)
        m_spans->close(f.node, offsetAfter());
    popAndFill();
}

void XmlBuilder::endScalar()
{
    const Frame &f = m_stack.back();
    if (f.type == XmlType::String) {
        m_values.emplace_back(xmlString(m_text));
    } else {
        Value value = xmlScalarValue(f.type, m_text, m_options.dialect, m_report);
        if (!m_report.isClean()) {
            if (!m_report.problem.isNull())
                return fail(m_report.problem, ErrorKind::InvalidRequest, f.begin);
            for (const auto &d : m_report.departures)
                noteElement(d.rule, d.message, f);
            m_report.departures.clear();
        }
        m_values.push_back(std::move(value));
        if (f.type == XmlType::Nil && !f.named)
            noteElement(Rule::XmlRpcNil, QStringLiteral("<nil/> is an extension of XML-RPC."), f);
        else if (f.type == XmlType::Int64 && !f.named)
            noteElement(Rule::XmlRpcInt64, QStringLiteral("<i8> is an extension of XML-RPC."), f);
    }
    popAndFill();
}

void XmlBuilder::endArray()
{
    const Frame &f = m_stack.back();
    if (!f.filled) {
        if (!m_options.dialect.anyOrder)
            return void(needs(false, "data"));
        noteElement(
            Rule::XmlRpcArrayWithoutData, QStringLiteral("The array has no <data>; it is read as an empty one."), f);
        m_values.emplace_back(rpc::Array());
    }
    --m_depth;
    popAndFill();
}

void XmlBuilder::endName()
{
    const Frame f = m_stack.back();
    m_memberNames.push_back({ m_names.idOf(m_text), f.begin, offsetAfter() });
    pop();
    Frame &member = m_stack.back();
    member.named = true;
    if (!member.filled)
        return;
    noteElement(Rule::XmlRpcMemberOrder,
        QStringLiteral("The name \"%1\" stands behind its value.").arg(m_names.text(m_memberNames.back().id)), f);
    if (m_spans)
        m_spans->setName(member.node, f.begin, m_memberNames.back().end);
}

void XmlBuilder::endMember()
{
    if (needs(m_stack.back().named, "name") && needs(m_stack.back().filled, "value"))
        pop();
}

void XmlBuilder::endStruct()
{
    const Frame f = m_stack.back();
    const auto count = qsizetype(m_memberNames.size()) - f.names;
    QList<rpc::Member> members;
    members.reserve(count);
    m_names.beginStruct();
    for (qsizetype i = 0; i < count; ++i) {
        const NameAt &name = m_memberNames[size_t(f.names + i)];
        if (!m_names.add(name.id)) {
            const QString &text = m_names.text(name.id);
            if (!m_options.dialect.duplicateNames) {
                fail(QStringLiteral("the name \"%1\" stands twice in one struct").arg(text), ErrorKind::InvalidRequest,
                    name.begin);
                error.path.append(text);
                return;
            }
            note(Rule::XmlRpcDuplicateName, QStringLiteral("The name \"%1\" stands twice in one struct.").arg(text),
                name.begin, name.end - name.begin);
        }
        members.emplaceBack(rpc::Member { m_names.text(name.id), std::move(m_values[size_t(f.values + i)]) });
    }
    m_memberNames.resize(size_t(f.names));
    m_values.erase(m_values.begin() + f.values, m_values.end());
    m_values.emplace_back(rpc::Struct(std::move(members)));
    --m_depth;
    popAndFill();
}

rpc::Array XmlBuilder::takeArray(qsizetype from)
{
    const auto begin = m_values.begin() + from;
    rpc::Array array(std::make_move_iterator(begin), std::make_move_iterator(m_values.end()));
    m_values.erase(begin, m_values.end());
    return array;
}

} // namespace rpc
