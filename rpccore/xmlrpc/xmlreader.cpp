// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlreader.h"

#include "xmlscalar.h"

#include <rpccore/value/membernames.h>
#include <rpccore/value/utf8.h>

#include <QVarLengthArray>

#include <expat.h>

#include <memory>

namespace rpc {

namespace {

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

const char *elementOf(At at)
{
    static constexpr const char *names[] = { "", "methodCall", "methodName", "methodResponse", "fault", "params",
        "param", "value", "", "array", "data", "struct", "member", "name" };
    return names[int(at)];
}

bool isBlank(QByteArrayView text)
{
    for (const char c : text) {
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r')
            return false;
    }
    return true;
}

class Builder
{
public:
    Builder(const XmlReader &options, XML_Parser parser, Findings *findings)
        : m_options(options)
        , m_parser(parser)
        , m_findings(findings)
    {
        m_stack.append(Frame {});
        XML_SetUserData(parser, this);
        XML_SetElementHandler(parser, &Builder::startElement, &Builder::endElement);
        XML_SetCharacterDataHandler(parser, &Builder::characters);
        XML_SetStartDoctypeDeclHandler(parser, &Builder::doctype);
    }

    XmlRpcDocument document;
    Error error;
    bool failed = false;

private:
    // One open element. What a container collects stays here until it closes.
    struct Frame
    {
        At at = At::Document;
        XmlScalar scalar = XmlScalar::None;
        bool filled = false; // a value got its typed content, a member its value, an array its data
        bool named = false; // a member got its name, a call its method
        QString name;
        rpc::Value value;
        rpc::Array array;
        rpc::Struct members;
        MemberNames names;
    };

    static Builder *self(void *data) { return static_cast<Builder *>(data); }
    static void startElement(void *data, const XML_Char *name, const XML_Char **)
    {
        if (!self(data)->failed)
            self(data)->start(name);
    }
    static void endElement(void *data, const XML_Char *)
    {
        if (!self(data)->failed)
            self(data)->end();
    }
    static void characters(void *data, const XML_Char *text, int length)
    {
        Builder *b = self(data);
        if (b->failed)
            return;
        b->m_text.append(text, length);
        if (b->top().at == At::Document || b->holdsText() || isBlank(QByteArrayView(text, length)))
            return;
        b->fail(QStringLiteral("text is not allowed inside <%1>").arg(QLatin1String(elementOf(b->top().at))));
    }
    static void doctype(void *data, const XML_Char *, const XML_Char *, const XML_Char *, int)
    {
        self(data)->fail(QStringLiteral("a DOCTYPE is refused: it can name entities and files"), ErrorKind::Parse);
    }

    Frame &top() { return m_stack.last(); }
    Frame &parent() { return m_stack[m_stack.size() - 2]; }

    bool holdsText()
    {
        const At at = top().at;
        return at == At::MethodName || at == At::Name || at == At::Scalar || (at == At::Value && !top().filled);
    }

    TextPosition position() const
    {
        TextPosition p;
        p.offset = XML_GetCurrentByteIndex(m_parser);
        p.line = int(XML_GetCurrentLineNumber(m_parser));
        p.column = int(XML_GetCurrentColumnNumber(m_parser)) + 1;
        return p;
    }

    void fail(const QString &message, ErrorKind kind = ErrorKind::InvalidRequest)
    {
        failed = true;
        error = Error::make(kind, message);
        error.position = position();
        error.path = path();
        XML_StopParser(m_parser, XML_FALSE);
    }

    Path path() const
    {
        Path p;
        for (const Frame &f : m_stack) {
            if (f.at == At::Params || f.at == At::Data)
                p.append(f.array.size());
            else if (f.at == At::Member && f.named)
                p.append(f.name);
        }
        return p;
    }

    void note(Rule rule, const QString &message)
    {
        if (m_findings && m_findings->size() < mostFindings)
            rpc::note(m_findings, rule, message, position());
    }

    void push(At at)
    {
        Frame f;
        f.at = at;
        m_stack.append(std::move(f));
        m_text.clear();
    }

    void unexpected(const char *name)
    {
        const At at = top().at;
        if (at == At::Document)
            fail(QStringLiteral("the root is <%1>, not <methodCall> or <methodResponse>").arg(QString::fromUtf8(name)));
        else if (at == At::Scalar)
            fail(QStringLiteral("<%1> is not allowed inside a scalar").arg(QString::fromUtf8(name)));
        else
            fail(QStringLiteral("<%1> is not allowed inside <%2>")
                     .arg(QString::fromUtf8(name), QLatin1String(elementOf(at))));
    }

    void start(const char *name)
    {
        const auto is = [name](At at) { return qstrcmp(name, elementOf(at)) == 0; };
        Frame &f = top();
        switch (f.at) {
        case At::Document:
            if (is(At::MethodCall)) {
                document.kind = XmlRpcDocument::Kind::Call;
                return push(At::MethodCall);
            }
            if (is(At::MethodResponse)) {
                document.kind = XmlRpcDocument::Kind::Response;
                return push(At::MethodResponse);
            }
            break;
        case At::MethodCall:
            if (is(At::MethodName) && !f.named)
                return push(At::MethodName);
            if (is(At::Params) && f.named && !f.filled)
                return push(At::Params);
            break;
        case At::MethodResponse:
            if (is(At::Params) && !f.filled)
                return push(At::Params);
            if (is(At::Fault) && !f.filled) {
                document.kind = XmlRpcDocument::Kind::Fault;
                return push(At::Fault);
            }
            break;
        case At::Params:
            if (is(At::Param))
                return push(At::Param);
            break;
        case At::Param:
        case At::Fault:
            if (is(At::Value) && !f.filled)
                return startValue();
            break;
        case At::Value:
            if (!f.filled)
                return startContent(name);
            break;
        case At::Array:
            if (is(At::Data) && !f.filled)
                return push(At::Data);
            break;
        case At::Data:
            if (is(At::Value))
                return startValue();
            break;
        case At::Struct:
            if (is(At::Member))
                return push(At::Member);
            break;
        case At::Member:
            if (is(At::Name) && !f.named)
                return push(At::Name);
            if (is(At::Value) && f.named && !f.filled)
                return startValue();
            break;
        case At::MethodName:
        case At::Name:
        case At::Scalar:
            break;
        }
        unexpected(name);
    }

    void startValue()
    {
        if (++m_items > m_options.limits.items)
            return fail(QStringLiteral("more than %1 values in one message").arg(m_options.limits.items),
                ErrorKind::LimitExceeded);
        push(At::Value);
    }

    void startContent(const char *name)
    {
        if (!isBlank(m_text))
            return fail(QStringLiteral("<value> holds both text and <%1>").arg(QString::fromUtf8(name)));
        const bool isArray = qstrcmp(name, "array") == 0;
        if (isArray || qstrcmp(name, "struct") == 0) {
            if (++m_depth > m_options.limits.depth)
                return fail(QStringLiteral("nested deeper than %1 levels").arg(m_options.limits.depth),
                    ErrorKind::LimitExceeded);
            return push(isArray ? At::Array : At::Struct);
        }
        bool apache = false;
        const XmlScalar scalar = xmlScalarByName(name, apache);
        if (scalar == XmlScalar::None || (apache && !m_options.dialect.apacheTypes))
            return fail(QStringLiteral("<%1> is no type of XML-RPC").arg(QString::fromUtf8(name)));
        if (apache)
            note(
                Rule::XmlRpcExtensionType, QStringLiteral("<%1> is an extension of XML-RPC.").arg(QLatin1String(name)));
        push(At::Scalar);
        top().scalar = scalar;
    }

    void end()
    {
        Frame done = std::move(m_stack.last());
        m_stack.removeLast();
        Frame &f = top();
        switch (done.at) {
        case At::MethodName:
            document.method = QString::fromUtf8(m_text.trimmed());
            f.named = true;
            break;
        case At::MethodCall:
            if (!done.named)
                fail(QStringLiteral("<methodCall> has no <methodName>"));
            break;
        case At::MethodResponse:
            if (!done.filled)
                fail(QStringLiteral("<methodResponse> has neither <params> nor <fault>"));
            break;
        case At::Params:
            document.params = std::move(done.array);
            f.filled = true;
            break;
        case At::Fault:
            if (!done.filled)
                return fail(QStringLiteral("<fault> has no <value>"));
            document.params = { std::move(done.value) };
            f.filled = true;
            break;
        case At::Param:
            if (!done.filled)
                return fail(QStringLiteral("<param> has no <value>"));
            f.array.append(std::move(done.value));
            break;
        case At::Value:
            endValue(done, f);
            break;
        case At::Scalar:
            endScalar(done, f);
            break;
        case At::Array:
            --m_depth;
            if (!done.filled)
                return fail(QStringLiteral("<array> has no <data>"));
            f.value = std::move(done.value);
            f.filled = true;
            break;
        case At::Data:
            done.array.squeeze();
            f.value = std::move(done.array);
            f.filled = true;
            break;
        case At::Struct:
            --m_depth;
            done.members.squeeze();
            f.value = std::move(done.members);
            f.filled = true;
            break;
        case At::Member:
            endMember(done, f);
            break;
        case At::Name:
            f.name = stringFromUtf8(m_text);
            f.named = true;
            break;
        case At::Document:
            break;
        }
        m_text.clear();
    }

    void endValue(Frame &done, Frame &f)
    {
        rpc::Value value;
        if (done.filled) {
            value = std::move(done.value);
        } else { // no type element means string
            value = stringFromUtf8(m_text);
        }
        if (f.at == At::Data) {
            f.array.append(std::move(value));
        } else {
            f.value = std::move(value);
            f.filled = true;
        }
    }

    void endScalar(Frame &done, Frame &f)
    {
        std::optional<Rule> leniency;
        auto value = xmlScalarValue(done.scalar, m_text, m_options.dialect, leniency);
        if (!value)
            return fail(value.error().message);
        if (leniency)
            note(*leniency,
                QStringLiteral("\"%1\" is not what XML-RPC allows here.")
                    .arg(QString::fromUtf8(m_text.trimmed().left(60))));
        f.value = *std::move(value);
        f.filled = true;
    }

    void endMember(Frame &done, Frame &f)
    {
        if (!done.named || !done.filled)
            return fail(QStringLiteral("<member> has no <%1>").arg(QLatin1String(done.named ? "value" : "name")));
        if (!f.names.add(done.name, f.members)) {
            if (!m_options.dialect.duplicateNames)
                return fail(QStringLiteral("the name \"%1\" stands twice in one struct").arg(done.name));
            note(Rule::XmlRpcDuplicateName,
                QStringLiteral("The name \"%1\" stands twice in one struct.").arg(done.name));
        }
        f.members.append(std::move(done.name), std::move(done.value));
    }

    const XmlReader &m_options;
    XML_Parser m_parser;
    Findings *m_findings;
    QVarLengthArray<Frame, 32> m_stack;
    QByteArray m_text; // of the innermost element that may hold text
    qint64 m_items = 0;
    int m_depth = 0;
};

} // namespace

Value XmlRpcDocument::toValue() const
{
    switch (kind) {
    case Kind::Call:
        return Struct { { QStringLiteral("methodName"), method }, { QStringLiteral("params"), params } };
    case Kind::Response:
        return Struct { { QStringLiteral("params"), params } };
    case Kind::Fault:
        return Struct { { QStringLiteral("fault"), params.value(0) } };
    }
    Q_UNREACHABLE();
}

Result<XmlRpcDocument> XmlReader::read(
    const QByteArray &xml, const QByteArray &charset, Findings *findings, Spans *spans) const
{
    Q_UNUSED(spans)
    if (xml.size() > limits.bytes)
        return Error::make(ErrorKind::LimitExceeded,
            QStringLiteral("the message has %1 bytes, the limit is %2").arg(xml.size()).arg(limits.bytes));
    // expat knows the registered names only.
    const QByteArray encoding = charset == "utf8" ? QByteArray("utf-8")
        : charset == "latin1"                     ? QByteArray("iso-8859-1")
                                                  : charset;
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
        XML_ParserCreate(encoding.isEmpty() ? nullptr : encoding.constData()), &XML_ParserFree);
    if (!parser)
        return Error::make(ErrorKind::Internal, QStringLiteral("no memory for an XML parser"));
    Builder builder(*this, parser.get(), findings);
    // expat counts in int; pieces keep any size possible.
    constexpr qsizetype piece = 64 * 1024 * 1024;
    qsizetype at = 0;
    auto status = XML_STATUS_OK;
    do {
        const qsizetype length = qMin(piece, xml.size() - at);
        status = XML_Parse(parser.get(), xml.constData() + at, int(length), at + length == xml.size());
        at += length;
    } while (status == XML_STATUS_OK && at < xml.size());
    if (builder.failed)
        return builder.error;
    if (status != XML_STATUS_OK) {
        Error e = Error::make(ErrorKind::Parse, QString::fromUtf8(XML_ErrorString(XML_GetErrorCode(parser.get()))));
        e.position.offset = XML_GetCurrentByteIndex(parser.get());
        e.position.line = int(XML_GetCurrentLineNumber(parser.get()));
        e.position.column = int(XML_GetCurrentColumnNumber(parser.get())) + 1;
        return e;
    }
    return std::move(builder.document);
}

} // namespace rpc
