// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "targets.h"

#include <rpccore/json/jsonreader.h>
#include <rpccore/json/jsonwriter.h>
#include <rpccore/json/valuetext.h>
#include <rpccore/jsonrpc/jsonrpccodec.h>
#include <rpccore/xmlrpc/xmlreader.h>
#include <rpccore/xmlrpc/xmlwriter.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

using namespace rpc;

namespace fuzz {

namespace {

Limits small()
{
    Limits limits;
    limits.bytes = 1 << 20;
    limits.depth = 100;
    limits.items = 100'000;
    return limits;
}

// NaN is not equal to itself, but reads as itself.
bool same(const Value &a, const Value &b)
{
    if (a.type() != b.type())
        return false;
    if (const auto *x = a.get<double>())
        return *x == *b.get<double>() || (std::isnan(*x) && std::isnan(*b.get<double>()));
    if (const auto *x = a.get<Array>()) {
        const auto *y = b.get<Array>();
        if (x->size() != y->size())
            return false;
        for (qsizetype i = 0; i < x->size(); ++i) {
            if (!same(x->at(i), y->at(i)))
                return false;
        }
        return true;
    }
    if (const auto *x = a.get<Struct>()) {
        const auto *y = b.get<Struct>();
        if (x->size() != y->size())
            return false;
        for (qsizetype i = 0; i < x->size(); ++i) {
            if (x->at(i).name != y->at(i).name || !same(x->at(i).value, y->at(i).value))
                return false;
        }
        return true;
    }
    return a == b;
}

void checkSpans(const Spans &spans, qsizetype size)
{
    const auto &nodes = spans.nodes();
    for (qsizetype i = 0; i < nodes.size(); ++i) {
        const auto &n = nodes[i];
        require(n.begin <= n.end && n.end <= size, "a span lies in the text");
        require(n.nameBegin <= n.nameEnd && n.nameEnd <= size, "a name lies in the text");
        require(n.next > i && n.next <= nodes.size(), "nodes follow each other");
    }
}

} // namespace

void json(const QByteArray &bytes)
{
    for (const Duplicates policy : { Duplicates::Refuse, Duplicates::KeepLast, Duplicates::KeepAll }) {
        Findings findings;
        Spans spans;
        const JsonReader reader { small(), policy };
        const auto with = reader.read(bytes, &findings, &spans);
        const auto without = reader.read(bytes);
        require(with.hasValue() == without.hasValue(), "spans and findings change nothing");
        require(findings.size() <= mostFindings, "findings are bounded");
        if (!with) {
            require(!with.error().message.isEmpty(), "an error says something");
            continue;
        }
        require(same(*with, *without), "spans and findings change no value");
        checkSpans(spans, bytes.size());
        const auto &root = spans.nodes().constFirst();
        const auto again = reader.read(bytes.mid(root.begin, root.end - root.begin));
        require(again && same(*again, *with), "the root's span spells the root");
    }
    (void)valuetext::fromText(bytes, small());
}

void xml(const QByteArray &bytes)
{
    for (const XmlRpcDialect &dialect : { XmlRpcDialect::strict(), XmlRpcDialect::lenient() }) {
        for (const char *charset : { "", "utf-8", "iso-8859-1", "utf-16" }) {
            Findings findings;
            Spans spans;
            const XmlReader reader { small(), dialect };
            const auto with = reader.read(bytes, charset, &findings, &spans);
            const auto without = reader.read(bytes, charset);
            require(with.hasValue() == without.hasValue(), "spans and findings change nothing");
            if (!with) {
                require(!with.error().message.isEmpty(), "an error says something");
                continue;
            }
            require(same(with->toValue(), without->toValue()), "spans and findings change no value");
            checkSpans(spans, bytes.size());
        }
    }
}

namespace {

void checkFindings(const Findings &findings, qsizetype size)
{
    require(findings.size() <= mostFindings, "findings are bounded");
    for (const Finding &f : findings)
        require(!f.position.isKnown() || (f.position.offset >= 0 && f.position.offset + f.length <= size), "a finding lies in the text");
}

} // namespace

// What the strict readers take is read alike, with the same findings; the rest is read within its bytes.
void explorer(const QByteArray &bytes)
{
    JsonReader tolerant { small(), Duplicates::KeepAll };
    const auto strict = [&] {
        Findings findings;
        auto value = tolerant.read(bytes, &findings);
        return std::pair(std::move(value), findings.size());
    }();
    tolerant.tolerant = true;
    Findings findings;
    Spans spans;
    const auto value = tolerant.read(bytes, &findings, &spans);
    const auto again = tolerant.read(bytes);
    require(value.hasValue() == again.hasValue() && (!value || same(*value, *again)), "spans and findings change nothing");
    if (strict.first)
        require(value && same(*value, *strict.first) && findings.size() == strict.second, "good JSON is read as ever");
    if (value) {
        require(strict.first || !findings.isEmpty(), "nothing is let pass in silence");
        checkFindings(findings, bytes.size());
        checkSpans(spans, bytes.size());
    }
    const JsonRpcCodec json(JsonRpcDialect::explorer(), JsonRpcDialect::explorer());
    Findings said;
    (void)json.decodeResponse(bytes, { small(), {}, &said });
    (void)json.decodeRequests(bytes, { small(), {}, &said });

    XmlRpcDialect explorer = XmlRpcDialect::explorer();
    explorer.doublesAsSpelled = false; // to be compared with those who do not keep digits
    for (const char *charset : { "", "iso-8859-1", "utf-16" }) {
        Findings lenientFindings, xmlFindings;
        Spans xmlSpans;
        const auto lenient = XmlReader { small(), XmlRpcDialect::lenient() }.read(bytes, charset, &lenientFindings);
        const auto read = XmlReader { small(), explorer }.read(bytes, charset, &xmlFindings, &xmlSpans);
        if (lenient)
            require(read && same(read->toValue(), lenient->toValue()) && xmlFindings.size() == lenientFindings.size(), "good XML is read as ever");
        if (!read)
            continue;
        require(lenient.hasValue() || !xmlFindings.isEmpty(), "nothing is let pass in silence");
        checkFindings(xmlFindings, bytes.size());
        checkSpans(xmlSpans, bytes.size());
    }
}

void roundTrip(const QByteArray &bytes)
{
    if (const auto value = JsonReader { small(), Duplicates::KeepAll }.read(bytes)) {
        for (const auto layout : { JsonWriter::Layout::Compact, JsonWriter::Layout::Indented }) {
            JsonWriter writer;
            writer.layout = layout;
            const auto text = writer.write(*value);
            require(text.hasValue(), "what was read can be written");
            const auto again = JsonReader { small(), Duplicates::KeepAll }.read(*text);
            require(again && same(*again, *value), "JSON comes back");
        }
    }
    if (const auto value = valuetext::fromText(bytes, small())) {
        const auto again = valuetext::fromText(valuetext::toText(*value), small());
        require(again && same(*again, *value), "the text form comes back");
    }
    const auto document = XmlReader { small(), XmlRpcDialect::lenient() }.read(bytes);
    if (document && document->kind == XmlRpcDocument::Kind::Call) {
        const auto text = xmlwriter::call(document->method, document->params, XmlRpcDialect::explorer());
        if (!text) {
            require(text.error().kind == ErrorKind::NotExpressible, "only what has no form is refused");
            return;
        }
        const auto again = XmlReader { small(), XmlRpcDialect::lenient() }.read(*text);
        require(again && again->method == document->method && same(again->params, document->params), "XML-RPC comes back");
    }
}

namespace {

bool equals(const Value &mine, const QJsonValue &theirs)
{
    if (mine.isNil())
        return theirs.isNull();
    if (const auto *b = mine.get<bool>())
        return theirs.isBool() && theirs.toBool() == *b;
    if (const auto number = mine.toDouble())
        return theirs.isDouble() && (theirs.toDouble() == *number || std::isinf(*number) || std::abs(theirs.toDouble() - *number) <= 1e-15 * std::abs(*number));
    if (const auto *s = mine.get<QString>())
        return theirs.isString() && theirs.toString() == *s;
    if (const auto *a = mine.get<Array>()) {
        const QJsonArray array = theirs.toArray();
        if (!theirs.isArray() || array.size() != a->size())
            return false;
        for (qsizetype i = 0; i < a->size(); ++i) {
            if (!equals(a->at(i), array.at(i)))
                return false;
        }
        return true;
    }
    const auto *s = mine.get<Struct>();
    const QJsonObject object = theirs.toObject();
    if (!s || !theirs.isObject() || object.size() != s->size())
        return false;
    return std::all_of(s->begin(), s->end(), [&](const Member &m) { return object.contains(m.name) && equals(m.value, object.value(m.name)); });
}

} // namespace

void differential(const QByteArray &bytes)
{
    // Wrapped, because QJsonDocument takes arrays and objects only.
    const QByteArray text = '[' + bytes + ']';
    if (text.contains("\xef\xbb\xbf"))
        return; // QJsonDocument loses U+FEFF at the begin of a string
    const auto mine = JsonReader { small(), Duplicates::KeepLast }.read(text);
    QJsonParseError error;
    const auto theirs = QJsonDocument::fromJson(text, &error);
    if (!mine || theirs.isNull())
        return; // QJsonDocument takes more (NUL bytes, broken surrogates) and less (numbers beyond a double)
    const auto *array = mine->get<Array>();
    require(array && equals(*mine, QJsonValue(theirs.array())), "QJsonDocument reads the same");
}

} // namespace fuzz
