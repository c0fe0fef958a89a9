// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "xmlreader.h"

#include "expatversions.h"

#include "tolerantxml.h"
#include "xmlbuilder.h"
#include "xmlencoding.h"

#include <QRandomGenerator>
#include <QStringDecoder>

#include <expat.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace rpc {

namespace {

QString unknownEncoding(const QByteArray &name)
{
    return QStringLiteral("the encoding \"%1\" is not known; UTF-8, UTF-16, US-ASCII, ISO-8859-1, ISO-8859-15 and "
                          "windows-1252 are")
        .arg(QString::fromUtf8(name.left(60)));
}

// What a declaration names and expat does not know: a table of ours, or one of expat's own by another name.
struct Declared
{
    XmlEncoding encoding = XmlEncoding::Unknown;
    QByteArray name;
};

int XMLCALL unknownEncodingNamed(void *data, const XML_Char *name, XML_Encoding *table)
{
    auto *declared = static_cast<Declared *>(data);
    declared->name = name;
    declared->encoding = xmlEncodingByName(name);
    table->data = nullptr;
    table->convert = nullptr;
    table->release = nullptr;
    return fillEncodingTable(declared->encoding, table->map) ? XML_STATUS_OK : XML_STATUS_ERROR;
}

// Of elements: a level of values takes up to four.
qsizetype deepestMarkup(const Limits &limits) { return 16 + 4 * qsizetype(limits.depth); }

// Stops a parser below a depth of elements.
struct LevelCounter
{
    XML_Parser parser;
    qsizetype left;
    bool isTooDeep = false;

    static void XMLCALL start(void *data, const XML_Char *, const XML_Char **)
    {
        auto *counter = static_cast<LevelCounter *>(data);
        if (--counter->left < 0) {
            counter->isTooDeep = true;
            XML_StopParser(counter->parser, XML_FALSE);
        }
    }
    static void XMLCALL end(void *data, const XML_Char *) { ++static_cast<LevelCounter *>(data)->left; }
};

using Parser = std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)>;

// Making one costs as much as reading a small message, so each thread keeps one. Not that of a large message: expat has
// a copy of it.
class BorrowedParser
{
public:
    BorrowedParser(const char *encoding, bool keep)
        : m_keep(keep)
    {
        Parser &kept = ofThisThread();
        if (keep && kept && XML_ParserReset(kept.get(), encoding))
            m_parser.swap(kept);
        else
            m_parser.reset(XML_ParserCreate(encoding));
    }
    ~BorrowedParser()
    {
        if (m_keep && m_parser)
            m_parser.swap(ofThisThread());
    }
    Q_DISABLE_COPY_MOVE(BorrowedParser)

    XML_Parser get() const noexcept { return m_parser.get(); }

private:
    static Parser &ofThisThread()
    {
        thread_local Parser parser(nullptr, &XML_ParserFree);
        return parser;
    }

    Parser m_parser { nullptr, &XML_ParserFree };
    const bool m_keep;
};

class Reading
{
public:
    Reading(const XmlReader &options, const QByteArray &xml, Findings *findings, Spans *spans)
        : m_options(options)
        , m_xml(xml)
        , m_findings(findings)
        , m_spans(spans)
    {
        m_bytes = xmlEncodingByBytes(xml, m_begin);
    }

    Result<XmlRpcDocument> run(const QByteArray &charset)
    {
        m_header = xmlEncodingByName(charset);
        if (!charset.isEmpty() && m_header == XmlEncoding::Unknown)
            return failure(ErrorKind::Parse, unknownEncoding(charset), 0);
        // RFC 7303 section 3: what the bytes show, then the header, then the declaration.
        m_encoding = m_bytes != XmlEncoding::Unknown ? m_bytes : m_header;
        const qsizetype markEnd = m_begin;
        m_begin = skipSpaceBeforeDeclaration(m_xml, m_begin, m_encoding);
        if (m_begin > markEnd && !m_options.dialect.leadingSpace)
            return failure(ErrorKind::Parse, QStringLiteral("white space stands before the XML declaration"), markEnd);
        m_spaced = { markEnd, m_begin };
        const qsizetype found = m_findings ? m_findings->size() : 0;
        auto document = parse();
        if (m_tryAgain) // the declaration named one of expat's encodings by another name; nothing else was read
            document = parse();
        const bool isTolerable = !document && m_options.dialect.tolerant
            && (document.error().kind == ErrorKind::Parse || document.error().kind == ErrorKind::InvalidRequest);
        if (!isTolerable)
            return document;
        if (m_findings)
            m_findings->resize(found);
        auto tolerant = parseTolerantly();
        if (!tolerant && tolerant.error().kind != ErrorKind::LimitExceeded)
            return document;
        if (tolerant && m_findings && m_findings->size() == found) { // nothing is let pass in silence
            const Error &error = document.error();
            note(m_findings, error.kind == ErrorKind::Parse ? Rule::XmlMarkup : Rule::XmlRpcElement,
                QStringLiteral("A strict reader refuses the document: %1.").arg(error.message), error.position);
        }
        return tolerant;
    }

private:
    Result<XmlRpcDocument> parse()
    {
        constexpr qsizetype small = 256 * 1024;
        const BorrowedParser parser(xmlEncodingName(m_encoding), m_xml.size() <= small);
        if (!parser.get())
            return failure(ErrorKind::Internal, QStringLiteral("no memory for an XML parser"), 0);
        // Else expat asks the system for a random number for each message.
        setHashSalt(parser.get());
        Declared declared;
        XML_SetUnknownEncodingHandler(parser.get(), &unknownEncodingNamed, &declared);
        if (m_spans)
            m_spans->clear();
        XmlBuilder builder(m_options, parser.get(), m_begin, m_findings != nullptr, m_spans);
        const bool read = feed(parser.get());
        const auto problem = XML_GetErrorCode(parser.get());
        if (!read && problem == XML_ERROR_UNKNOWN_ENCODING && !m_tryAgain
            && declared.encoding != XmlEncoding::Unknown) {
            m_tryAgain = true;
            m_encoding = declared.encoding;
            return Error();
        }
        m_tryAgain = false;
        if (m_encoding == XmlEncoding::Unknown)
            m_encoding = xmlEncodingByName(builder.declared);
        noteEncodings(builder);
        XmlPositions positions(m_xml, m_encoding);
        deliver(builder, positions);
        if (read) {
            if (builder.document.kind != XmlRpcDocument::Kind::Call) {
                builder.document.body = positions.at(builder.body.begin);
                builder.document.bodyLength = builder.body.end - builder.body.begin;
            }
            return std::move(builder.document);
        }
        if (builder.failed && builder.error.kind == ErrorKind::InvalidRequest) {
            // Nobody can say what is no XML-RPC before it is XML.
            if (auto error = firstMarkupError())
                return *std::move(error);
        }
        if (builder.failed) {
            if (m_spans)
                m_spans->clear();
            builder.error.position = positions.at(builder.error.position.offset);
            return std::move(builder.error);
        }
        return failure(ErrorKind::Parse,
            problem == XML_ERROR_UNKNOWN_ENCODING ? unknownEncoding(declared.name)
                                                  : QString::fromUtf8(XML_ErrorString(problem)),
            m_begin + byteIndex(parser.get()));
    }

    // What is not well-formed in the whole document; nothing when it is, or when it is nested deeper than any message
    // may be: nobody reads on from there.
    std::optional<Error> firstMarkupError()
    {
        const BorrowedParser parser(xmlEncodingName(m_encoding), false);
        if (!parser.get())
            return failure(ErrorKind::Internal, QStringLiteral("no memory for an XML parser"), 0);
        setHashSalt(parser.get());
        Declared declared;
        XML_SetUnknownEncodingHandler(parser.get(), &unknownEncodingNamed, &declared);
        LevelCounter levels { parser.get(), deepestMarkup(m_options.limits), false };
        XML_SetUserData(parser.get(), &levels);
        XML_SetElementHandler(parser.get(), &LevelCounter::start, &LevelCounter::end);
        if (feed(parser.get()) || levels.isTooDeep)
            return std::nullopt;
        return failure(ErrorKind::Parse, QString::fromUtf8(XML_ErrorString(XML_GetErrorCode(parser.get()))),
            m_begin + byteIndex(parser.get()));
    }

    Result<XmlRpcDocument> parseTolerantly()
    {
        const bool isWide = m_encoding == XmlEncoding::Utf16 || m_encoding == XmlEncoding::Utf16LE
            || m_encoding == XmlEncoding::Utf16BE;
        const auto wide = m_encoding == XmlEncoding::Utf16BE ? QStringDecoder::Utf16BE
            : m_encoding == XmlEncoding::Utf16LE             ? QStringDecoder::Utf16LE
                                                             : QStringDecoder::Utf16;
        const QByteArray text = isWide ? QString(QStringDecoder(wide).decode(m_xml)).toUtf8() : m_xml;
        if (m_spans)
            m_spans->clear();
        auto read
            = readTolerantly(m_options, text, isWide ? XmlEncoding::Utf8 : m_encoding, isWide ? nullptr : m_spans);
        if (!read)
            return failure(read.error().kind, read.error().message, read.error().position.offset);
        XmlPositions positions(m_xml, m_encoding);
        for (const TolerantNote &n : read->notes) {
            TextPosition place;
            if (!isWide) {
                place = positions.at(n.begin);
                place.offset = n.begin; // bytes that are no characters make columns, but move nothing
            }
            note(m_findings, n.rule, n.message, place, isWide ? 0 : n.length);
        }
        if (!isWide && read->document.kind != XmlRpcDocument::Kind::Call) {
            read->document.body = positions.at(read->body.begin);
            read->document.bodyLength = read->body.end - read->body.begin;
        }
        return std::move(read->document);
    }

    bool feed(XML_Parser parser) const
    {
        // expat counts in int; pieces keep any size possible. Not smaller ones: expat reads what a piece left
        // unfinished again with the next.
        constexpr qsizetype piece = 64 * 1024 * 1024;
        qsizetype at = m_begin;
        for (;;) {
            const qsizetype length = qMin(piece, m_xml.size() - at);
            const bool last = at + length == m_xml.size();
            if (XML_Parse(parser, m_xml.constData() + at, int(length), last) != XML_STATUS_OK)
                return false;
            if (last)
                return true;
            at += length;
        }
    }

    void noteEncodings(XmlBuilder &builder) const
    {
        if (m_spaced.begin < m_spaced.end)
            builder.note(Rule::XmlRpcLeadingSpace, QStringLiteral("White space stands before the XML declaration."),
                m_spaced.begin, m_spaced.end - m_spaced.begin);
        const auto conflict = [&](XmlEncoding winner, XmlEncoding loser, const char *message, const Span &place) {
            if (winner != XmlEncoding::Unknown && !isSameEncoding(winner, loser))
                builder.note(Rule::XmlRpcEncodingConflict,
                    QLatin1String(message).arg(QLatin1String(xmlEncodingName(winner)),
                        loser == XmlEncoding::Unknown ? QString::fromUtf8(builder.declared)
                                                      : QString::fromLatin1(xmlEncodingName(loser))),
                    place.begin, place.end - place.begin);
        };
        if (m_header != XmlEncoding::Unknown)
            conflict(
                m_bytes, m_header, "The first bytes are those of %1, the header says %2; the bytes win.", { 0, 2 });
        if (builder.declared.isEmpty())
            return;
        const XmlEncoding declared = xmlEncodingByName(builder.declared);
        if (m_bytes != XmlEncoding::Unknown)
            conflict(m_bytes, declared, "The first bytes are those of %1, the declaration says %2; the bytes win.",
                builder.declaration);
        else
            conflict(
                m_header, declared, "The header says %1, the declaration %2; the header wins.", builder.declaration);
    }

    // Findings come from the begin of an element or from its end; they are handed out in the order of the text.
    void deliver(XmlBuilder &builder, XmlPositions &positions) const
    {
        std::stable_sort(builder.found.begin(), builder.found.end(),
            [](const XmlBuilder::Found &a, const XmlBuilder::Found &b) { return a.begin < b.begin; });
        for (const XmlBuilder::Found &f : builder.found)
            note(m_findings, f.rule, f.message, positions.at(f.begin), f.length);
    }

    Error failure(ErrorKind kind, const QString &message, qint64 offset)
    {
        if (m_spans)
            m_spans->clear();
        Error e = Error::make(kind, message);
        e.position = XmlPositions(m_xml, m_encoding).at(offset);
        return e;
    }

    const XmlReader &m_options;
    const QByteArray &m_xml;
    Findings *m_findings;
    Spans *m_spans;
    XmlEncoding m_bytes = XmlEncoding::Unknown;
    XmlEncoding m_header = XmlEncoding::Unknown;
    XmlEncoding m_encoding = XmlEncoding::Unknown;
    qsizetype m_begin = 0; // of what expat gets
    Span m_spaced; // white space before the declaration
    bool m_tryAgain = false;
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
    if (spans)
        spans->clear();
    if (xml.size() > limits.bytes)
        return Error::make(ErrorKind::LimitExceeded,
            QStringLiteral("the message has %1 bytes, the limit is %2").arg(xml.size()).arg(limits.bytes));
    const bool hasPlaces = xml.size() <= qsizetype(std::numeric_limits<quint32>::max());
    return Reading(*this, xml, findings, hasPlaces ? spans : nullptr).run(charset);
}

} // namespace rpc
