// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include "xmlencoding.h"
#include "xmlnames.h"
#include "xmlreader.h"
#include "xmlscalar.h"

#include <bitset>
#include <string>
#include <vector>

struct XML_ParserStruct;

namespace rpc {

/// Builds the document from what expat reports. Nothing recurses: open elements are entries of one stack, finished
/// values and names wait in two others until their container closes and takes them in its exact size.
class XmlBuilder
{
public:
    /// A finding whose line is not counted yet.
    struct Found
    {
        Rule rule;
        QString message;
        qint64 begin;
        qint64 length;
    };

    /// \a base: bytes of the document that \a parser does not get. Offsets count them.
    XmlBuilder(const XmlReader &options, XML_ParserStruct *parser, qint64 base, bool wantsFindings, Spans *spans);

    /// Adds a finding; those whose rule was not named yet are never crowded out by those whose rule was.
    void note(Rule rule, const QString &message, qint64 begin, qint64 length);

    XmlRpcDocument document;
    Span body; ///< of the element that holds the values: <params> or <fault>
    std::vector<Found> found;
    Error error; ///< when `failed`; its position has an offset only
    bool failed = false;
    QByteArray declared; ///< the encoding that the declaration names
    Span declaration; ///< of the XML declaration

private:
    // Where in a document the reader is: the element that was opened last.
    enum class At : quint8 {
        Document,
        MethodCall,
        MethodName,
        MethodResponse,
        Fault,
        Params,
        Param,
        Value,
        Scalar,
        Array,
        Data,
        Struct,
        Member,
        Name
    };
    static const char *elementOf(At at);
    static QString quoted(const char *name); // in angle brackets

    // One open element.
    struct Frame
    {
        At at = At::Document;
        XmlType type = XmlType::None;
        bool filled = false; // a value got its typed content, a member its value, an array its data
        bool named = false; // a member got its name, a call its method
        qsizetype values = 0; // how many values and names waited when it was opened
        qsizetype names = 0;
        qint64 begin = 0; // offset
        qsizetype node = -1; // of the value in the spans; of a member: of its value
    };

    struct NameAt
    {
        int id;
        qint64 begin;
        qint64 end;
    };

    // A prefix that stands for Apache's namespace, and the element that says so.
    struct Prefix
    {
        QByteArray name;
        size_t depth;
    };

    static void startElement(void *data, const char *name, const char **attributes);
    static void endElement(void *data, const char *name);
    static void characters(void *data, const char *text, int length);
    static void doctype(void *data, const char *, const char *, const char *, int);
    static void xmlDeclaration(void *data, const char *version, const char *encoding, int standalone);

    qint64 offset() const; // of what expat reports right now
    qint64 offsetAfter() const;
    void fail(const QString &message, ErrorKind kind = ErrorKind::InvalidRequest, qint64 at = -1);
    Path path() const;
    void noteElement(Rule rule, const QString &message, const Frame &frame);

    Frame &push(At at);
    Frame &pushContainer(At at);
    void pop();
    void popAndFill();
    void start(const char *name);
    void unexpected(const char *name);
    void attributes(const char *element, const char **pairs);
    void startRoot(At at, XmlRpcDocument::Kind kind);
    void startBody(At at);
    void startValue();
    void startContent(const char *name);
    bool isKnownExtension(XmlTypeName type) const;
    void end();
    void endMethodName();
    void endBody();
    void endValue();
    void endScalar();
    void endArray();
    void endStruct();
    void endMember();
    void endName();
    void endRoot();
    bool needs(bool there, const char *what);
    rpc::Array takeArray(qsizetype from);

    const XmlReader &m_options;
    XML_ParserStruct *m_parser;
    const qint64 m_base;
    const bool m_wantsFindings;
    Spans *m_spans;

    std::vector<Frame> m_stack;
    std::vector<Value> m_values;
    std::vector<NameAt> m_memberNames;
    XmlNames m_names;
    std::string m_text; // of the innermost element that may hold text
    bool m_takesText = false;
    XmlScalarReport m_report;
    std::vector<Prefix> m_prefixes;
    std::bitset<256> m_noted; // rules
    qint64 m_items = 0;
    qint64 m_methodEnd = 0; // where the method name ends
    int m_depth = 0;
};

} // namespace rpc
