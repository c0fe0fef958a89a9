// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httphead.h"

#include <rpccore/message/fieldsyntax.h>

#include <charconv>
#include <cstring>

namespace rpc {

namespace {

HttpHead::Refused bad(const QString &reason) { return { 400, reason }; }

// Where "\r\n\r\n" begins; heads have few lines, so this is faster than a general search.
qsizetype endOfHead(QByteArrayView bytes, qsizetype from)
{
    const char *const end = bytes.data() + bytes.size();
    for (const char *at = bytes.data() + from; end - at >= 4; ++at) {
        at = static_cast<const char *>(std::memchr(at, '\r', size_t(end - at - 3)));
        if (!at)
            break;
        if (std::memcmp(at, "\r\n\r\n", 4) == 0)
            return at - bytes.data();
    }
    return -1;
}

// The names that nearly every request has need no memory of their own.
QByteArray fieldName(QByteArrayView name)
{
    static const QByteArray common[] = { QByteArrayLiteral("Host"), QByteArrayLiteral("Content-Type"),
        QByteArrayLiteral("Content-Length"), QByteArrayLiteral("User-Agent"), QByteArrayLiteral("Accept"),
        QByteArrayLiteral("Accept-Encoding"), QByteArrayLiteral("Connection"), QByteArrayLiteral("Authorization"),
        QByteArrayLiteral("host"), QByteArrayLiteral("content-type"), QByteArrayLiteral("content-length") };
    for (const QByteArray &known : common) {
        if (known.size() == name.size() && std::memcmp(known.constData(), name.data(), size_t(name.size())) == 0)
            return known;
    }
    return name.toByteArray();
}

// The target of a proxy's request: "http://host:port/path" (RFC 9112 section 3.2.2).
struct AbsoluteTarget
{
    QByteArrayView authority;
    QByteArrayView rest; // from the path on; empty for "/"
};

std::optional<AbsoluteTarget> absoluteTarget(QByteArrayView target)
{
    for (const QByteArrayView scheme : { QByteArrayView("http://"), QByteArrayView("https://") }) {
        if (target.size() <= scheme.size() || !isSameField(target.first(scheme.size()), scheme))
            continue;
        const auto rest = target.sliced(scheme.size());
        const auto end = std::find_if(rest.begin(), rest.end(), [](char c) { return c == '/' || c == '?'; });
        const auto authority = rest.first(end - rest.begin());
        if (authority.isEmpty() || authority.contains('@'))
            return std::nullopt;
        return AbsoluteTarget { authority, rest.sliced(authority.size()) };
    }
    return std::nullopt;
}

HttpHead::Refused targetTooLong(qsizetype most)
{
    return { 414, QStringLiteral("the request target is longer than %1 bytes").arg(most) };
}

// Of a head that is not whole.
bool hasLongTarget(QByteArrayView bytes, qsizetype most)
{
    if (bytes.size() <= most)
        return false;
    const auto target = bytes.sliced(bytes.indexOf(' ') + 1);
    return target.size() < bytes.size() && target.size() > most
        && std::none_of(target.begin(), target.begin() + most + 1, [](char c) { return uchar(c) <= 0x20; });
}

std::optional<HttpHead::Refused> readRequestLine(QByteArrayView line, HttpHead &head, qsizetype mostTarget)
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
    if (target.size() > mostTarget)
        return targetTooLong(mostTarget);
    for (const char c : target) {
        if (uchar(c) <= 0x20 || uchar(c) >= 0x7f || c == '#')
            return bad(QStringLiteral("malformed request target"));
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        if (version.startsWith("HTTP/"))
            return HttpHead::Refused { 505, QStringLiteral("this server speaks HTTP/1.1 and HTTP/1.0") };
        return bad(QStringLiteral("malformed request line"));
    }
    auto path = target;
    if (const auto absolute = absoluteTarget(target)) {
        head.host = absolute->authority.toByteArray();
        path = absolute->rest;
        head.target = path.startsWith('/') ? path.toByteArray() : '/' + path.toByteArray();
        path = head.target;
    } else {
        head.target = path.toByteArray();
    }
    // "//host" is a host to some and a path to others; the asterisk is for OPTIONS (RFC 9112 section 3.2.4).
    if (path == "*" ? method != "OPTIONS" : !path.startsWith('/') || path.startsWith("//"))
        return bad(QStringLiteral("malformed request target"));
    static const QByteArray post = QByteArrayLiteral("POST");
    head.method = method == "POST" ? post : method.toByteArray();
    head.minorVersion = version.endsWith('1') ? 1 : 0;
    head.keepAlive = head.minorVersion == 1;
    return std::nullopt;
}

// Collects what the fields say together: body length, connection, host.
class Meaning
{
public:
    Meaning(HttpHead &head, const Limits &limits)
        : m_head(head)
        , m_limits(limits)
        , m_absoluteHost(head.host)
    {
    }

    std::optional<HttpHead::Refused> take(QByteArray &name, QByteArray &value)
    {
        switch (name.size()) { // cheaper than comparing each field with each name
        case 4:
            if (isSameField(name, "Host")) {
                ++m_hosts;
                if (!m_absoluteHost.isEmpty())
                    value = m_absoluteHost;
                m_head.host = value;
            }
            break;
        case 6:
            if (isSameField(name, "Origin")) {
                m_twice |= std::exchange(m_head.hasOrigin, true);
                m_head.origin = value;
            } else if (isSameField(name, "Expect")) {
                if (!isSameField(value, "100-continue"))
                    return HttpHead::Refused { 417, QStringLiteral("unknown expectation") };
                m_head.expectsContinue = m_head.minorVersion == 1;
            }
            break;
        case 7:
            if (isSameField(name, "Upgrade"))
                m_namesWebSocket |= fieldListHas(value, "websocket");
            break;
        case 10:
            if (isSameField(name, "Connection"))
                readConnection(value);
            break;
        case 12:
            if (isSameField(name, "Content-Type")) {
                m_twice |= std::exchange(m_hasType, true);
                m_head.contentType = value;
            }
            break;
        case 14:
            if (isSameField(name, "Content-Length"))
                return readLength(value);
            break;
        case 15:
            if (isSameField(name, "Accept-Encoding"))
                join(m_head.acceptEncoding, value);
            break;
        case 16:
            if (isSameField(name, "Content-Encoding"))
                join(m_head.contentEncoding, value);
            break;
        case 17:
            if (isSameField(name, "Transfer-Encoding"))
                return readEncoding(value);
            break;
        }
        return std::nullopt;
    }

    std::optional<HttpHead::Refused> finish()
    {
        if (m_lengths > 1 || m_encodings > 1 || (m_lengths && m_encodings))
            return bad(QStringLiteral("the length of the body is given more than once"));
        if (m_encodings && m_head.minorVersion == 0)
            return bad(QStringLiteral("HTTP/1.0 has no Transfer-Encoding"));
        if (m_hosts > 1 || (m_hosts == 0 && m_head.minorVersion == 1))
            return bad(QStringLiteral("exactly one Host field is needed"));
        if (m_twice)
            return bad(QStringLiteral("Content-Type or Origin is given more than once"));
        if (m_close)
            m_head.keepAlive = false;
        m_head.upgradesToWebSocket
            = m_upgrade && m_namesWebSocket && m_head.method == "GET" && m_head.minorVersion == 1;
        return std::nullopt;
    }

private:
    void readConnection(QByteArrayView value)
    {
        m_close |= fieldListHas(value, "close");
        m_upgrade |= fieldListHas(value, "upgrade");
        if (fieldListHas(value, "keep-alive"))
            m_head.keepAlive = true;
    }

    std::optional<HttpHead::Refused> readLength(QByteArrayView value)
    {
        ++m_lengths;
        const bool digits
            = !value.isEmpty() && std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
        if (!digits)
            return bad(QStringLiteral("malformed Content-Length"));
        const char *const end = value.data() + value.size();
        if (std::from_chars(value.data(), end, m_head.contentLength).ec != std::errc()
            || m_head.contentLength > m_limits.bytes)
            return HttpHead::Refused { 413, QStringLiteral("the body is larger than %1 bytes").arg(m_limits.bytes) };
        return std::nullopt;
    }

    // RFC 9112 section 6.3: without chunked at the end nobody knows where the body ends.
    std::optional<HttpHead::Refused> readEncoding(QByteArrayView value)
    {
        if (++m_encodings > 1)
            return bad(QStringLiteral("the length of the body is given more than once"));
        m_head.isChunked = isSameField(value, "chunked");
        if (m_head.isChunked)
            return std::nullopt;
        const qsizetype last = value.lastIndexOf(',') + 1;
        const bool endsChunked = isSameField(withoutBlanks(value.sliced(last)), "chunked");
        if (fieldListHas(endsChunked ? value.first(qMax<qsizetype>(0, last - 1)) : value, "chunked"))
            return bad(QStringLiteral("chunked has to be the last Transfer-Encoding, and the only one of its kind"));
        return HttpHead::Refused { 501, QStringLiteral("unknown Transfer-Encoding") };
    }

    // Fields with lists may come in parts (RFC 9110 section 5.3).
    static void join(QByteArray &list, const QByteArray &more)
    {
        if (list.isEmpty())
            list = more;
        else
            list += ", " + more;
    }

    HttpHead &m_head;
    const Limits &m_limits;
    QByteArray m_absoluteHost;
    int m_lengths = 0;
    int m_encodings = 0;
    int m_hosts = 0;
    bool m_hasType = false;
    bool m_twice = false;
    bool m_close = false;
    bool m_upgrade = false;
    bool m_namesWebSocket = false;
};

// Before the head is whole: what can never become a request need not be waited for.
HttpHead::Scan scanIncomplete(QByteArrayView bytes, qsizetype known)
{
    if (!bytes.isEmpty() && bytes.front() != '\r' && !isTokenChar(bytes.front()))
        return bad(QStringLiteral("this is no HTTP request"));
    if (bytes.sliced(qMin(known, bytes.size())).indexOf("\n\n") >= 0 || bytes.startsWith('\n'))
        return bad(QStringLiteral("lines end with CR LF"));
    return HttpHead::Incomplete {};
}

} // namespace

QByteArrayView HttpHead::path() const noexcept
{
    const qsizetype query = target.indexOf('?');
    return query < 0 ? QByteArrayView(target) : QByteArrayView(target).first(query);
}

HttpHead::Scan HttpHead::scan(QByteArrayView bytes, const Limits &limits, qsizetype known)
{
    // Empty lines before a request are skipped, as RFC 9112 section 2.2 asks for.
    qsizetype at = 0;
    while (at < 4 && bytes.sliced(at).startsWith("\r\n"))
        at += 2;
    const qsizetype from = qMax(at, known - 3);
    const qsizetype end = endOfHead(bytes, from);
    const qsizetype headSize = end < 0 ? bytes.size() : end + 4;
    const qsizetype mostTarget = limits.headerBytes / 2;
    if ((end < 0 || headSize > limits.headerBytes) && hasLongTarget(bytes.sliced(at), mostTarget))
        return targetTooLong(mostTarget);
    if (headSize > limits.headerBytes)
        return Refused { 431, QStringLiteral("the head is larger than %1 bytes").arg(limits.headerBytes) };
    if (end < 0)
        return scanIncomplete(bytes.sliced(at), qMax<qsizetype>(0, from - at));
    const auto block = bytes.sliced(at, end - at);
    Scan result(std::in_place_type<Complete>);
    auto &complete = std::get<Complete>(result);
    complete.length = end + 4;
    HttpHead &head = complete.head;
    qsizetype lineEnd = block.indexOf('\r');
    if (lineEnd < 0)
        lineEnd = block.size();
    if ((lineEnd < block.size() && !block.sliced(lineEnd).startsWith("\r\n")) || block.first(lineEnd).contains('\n'))
        return bad(QStringLiteral("lines end with CR LF"));
    if (auto refused = readRequestLine(block.first(lineEnd), head, mostTarget))
        return *std::move(refused);
    Meaning meaning(head, limits);
    std::optional<Refused> refused; // what cannot be read at all comes first
    head.fields.reserve(8);
    for (qsizetype begin = lineEnd + 2; begin <= block.size(); begin = lineEnd + 2) {
        lineEnd = block.indexOf('\r', begin);
        if (lineEnd < 0)
            lineEnd = block.size();
        else if (lineEnd + 1 == block.size() || block[lineEnd + 1] != '\n')
            return bad(QStringLiteral("lines end with CR LF"));
        if (head.fields.size() >= limits.headerFields)
            return Refused { 431, QStringLiteral("more than %1 header fields").arg(limits.headerFields) };
        const auto text = block.sliced(begin, lineEnd - begin);
        if (text.startsWith(' ') || text.startsWith('\t'))
            return bad(QStringLiteral("a header field is folded over lines"));
        const auto field = readFieldLine(text); // refuses LF and NUL, too
        if (!field)
            return bad(QStringLiteral("malformed header field"));
        auto &[name, value] = head.fields.emplace_back(fieldName(field->first), field->second.toByteArray());
        auto refusal = meaning.take(name, value);
        if (refusal && !refused)
            refused = std::move(refusal);
    }
    if (!refused)
        refused = meaning.finish();
    if (refused)
        return *std::move(refused);
    return result;
}

} // namespace rpc
