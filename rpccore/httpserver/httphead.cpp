// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httphead.h"

#include <charconv>

namespace rpc {

namespace {

// RFC 9110 section 5.6.2
bool isTokenChar(char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
        return true;
    return c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c);
}

bool isToken(QByteArrayView text) { return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenChar); }

// RFC 9110 section 5.5: blanks and tabs only; every other control character is looked at.
QByteArrayView withoutBlanks(QByteArrayView text)
{
    while (!text.isEmpty() && (text.front() == ' ' || text.front() == '\t'))
        text = text.sliced(1);
    while (!text.isEmpty() && (text.back() == ' ' || text.back() == '\t'))
        text.chop(1);
    return text;
}

HttpHead::Refused bad(const QString &reason) { return { 400, reason }; }

std::optional<HttpHead::Refused> readRequestLine(QByteArrayView line, HttpHead &head)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first <= 0 || last <= first + 1 || last == line.size() - 1)
        return bad(QStringLiteral("malformed request line"));
    const auto method = line.first(first);
    const auto target = line.sliced(first + 1, last - first - 1);
    const auto version = line.sliced(last + 1);
    if (!isToken(method))
        return bad(QStringLiteral("malformed request line"));
    for (const char c : target) {
        if (uchar(c) <= 0x20 || uchar(c) >= 0x7f)
            return bad(QStringLiteral("malformed request target"));
    }
    // Origin form (RFC 9112 section 3.2.1): this is no proxy, and "//host" is a host to some and a path to others.
    if (target != "*" && (!target.startsWith('/') || target.startsWith("//") || target.contains('#')))
        return bad(QStringLiteral("malformed request target"));
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        if (version.startsWith("HTTP/"))
            return HttpHead::Refused { 505, QStringLiteral("this server speaks HTTP/1.1 and HTTP/1.0") };
        return bad(QStringLiteral("malformed request line"));
    }
    head.method = method.toByteArray();
    head.target = target.toByteArray();
    head.minorVersion = version.endsWith('1') ? 1 : 0;
    head.keepAlive = head.minorVersion == 1;
    return std::nullopt;
}

std::optional<HttpHead::Refused> readField(QByteArrayView line, HttpHead &head)
{
    if (line[0] == ' ' || line[0] == '\t')
        return bad(QStringLiteral("a header field is folded over lines"));
    const qsizetype colon = line.indexOf(':');
    if (colon <= 0 || !isToken(line.first(colon)))
        return bad(QStringLiteral("malformed header field"));
    const auto value = withoutBlanks(line.sliced(colon + 1));
    for (const char c : value) {
        if ((uchar(c) < 0x20 && c != '\t') || c == 0x7f)
            return bad(QStringLiteral("control character in a header field"));
    }
    head.fields.append({ line.first(colon).toByteArray(), value.toByteArray() });
    return std::nullopt;
}

bool listHas(QByteArrayView value, QByteArrayView word)
{
    for (const QByteArray &part : value.toByteArray().toLower().split(',')) {
        if (part.trimmed() == word)
            return true;
    }
    return false;
}

// What the fields say together: body length, connection, host.
std::optional<HttpHead::Refused> readMeaning(HttpHead &head, const Limits &limits)
{
    int lengths = 0;
    int encodings = 0;
    int hosts = 0;
    int types = 0;
    int origins = 0;
    for (const auto &[name, value] : std::as_const(head.fields)) {
        if (isSameField(name, "Content-Length")) {
            ++lengths;
            const char *const end = value.constData() + value.size();
            const bool digits = !value.isEmpty()
                && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
            if (!digits)
                return bad(QStringLiteral("malformed Content-Length"));
            if (std::from_chars(value.constData(), end, head.contentLength).ec != std::errc()
                || head.contentLength > limits.bytes)
                return HttpHead::Refused { 413, QStringLiteral("the body is larger than %1 bytes").arg(limits.bytes) };
        } else if (isSameField(name, "Transfer-Encoding")) {
            ++encodings;
            head.isChunked = value.toLower() == "chunked";
            if (!head.isChunked)
                return HttpHead::Refused { 501, QStringLiteral("unknown Transfer-Encoding") };
        } else if (isSameField(name, "Host")) {
            ++hosts;
        } else if (isSameField(name, "Content-Type")) {
            ++types;
        } else if (isSameField(name, "Origin")) {
            ++origins;
        } else if (isSameField(name, "Connection")) {
            if (listHas(value, "close"))
                head.keepAlive = false;
            else if (listHas(value, "keep-alive"))
                head.keepAlive = true;
        } else if (isSameField(name, "Expect")) {
            if (value.toLower() != "100-continue")
                return HttpHead::Refused { 417, QStringLiteral("unknown expectation") };
            head.expectsContinue = head.minorVersion == 1;
        }
    }
    if (lengths > 1 || encodings > 1 || (lengths && encodings))
        return bad(QStringLiteral("the length of the body is given more than once"));
    if (encodings && head.minorVersion == 0)
        return bad(QStringLiteral("HTTP/1.0 has no Transfer-Encoding"));
    if (hosts > 1 || (hosts == 0 && head.minorVersion == 1))
        return bad(QStringLiteral("exactly one Host field is needed"));
    if (types > 1 || origins > 1)
        return bad(QStringLiteral("Content-Type or Origin is given more than once"));
    return std::nullopt;
}

} // namespace

HttpHead::Scan HttpHead::scan(const QByteArray &bytes, const Limits &limits)
{
    // Empty lines before a request are skipped, as RFC 9112 section 2.2 asks for.
    qsizetype at = 0;
    while (at < 4 && QByteArrayView(bytes).sliced(at).startsWith("\r\n"))
        at += 2;
    const qsizetype end = bytes.indexOf("\r\n\r\n", at);
    const qsizetype headSize = end < 0 ? bytes.size() : end + 4;
    if (headSize > limits.headerBytes)
        return Refused { 431, QStringLiteral("the head is larger than %1 bytes").arg(limits.headerBytes) };
    if (end < 0) {
        if (QByteArrayView(bytes).sliced(at).startsWith('\n') || bytes.indexOf("\n\n", at) >= 0)
            return bad(QStringLiteral("lines end with CR LF"));
        return Incomplete {};
    }
    const auto block = QByteArrayView(bytes).sliced(at, end - at);
    Complete complete;
    complete.length = end + 4;
    HttpHead &head = complete.head;
    bool isFirst = true;
    for (qsizetype line = 0; line <= block.size();) {
        qsizetype lineEnd = block.indexOf("\r\n", line);
        if (lineEnd < 0)
            lineEnd = block.size();
        const auto text = block.sliced(line, lineEnd - line);
        if (text.contains('\n') || text.contains('\r') || text.contains('\0'))
            return bad(QStringLiteral("lines end with CR LF"));
        if (!isFirst && head.fields.size() >= limits.headerFields)
            return Refused { 431, QStringLiteral("more than %1 header fields").arg(limits.headerFields) };
        if (auto refused = isFirst ? readRequestLine(text, head) : readField(text, head))
            return *std::move(refused);
        isFirst = false;
        line = lineEnd + 2;
    }
    if (auto refused = readMeaning(head, limits))
        return *std::move(refused);
    return complete;
}

} // namespace rpc
