// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "httpresponsereader.h"

#include "trace.h"

#include <rpccore/message/fieldsyntax.h>

#include <QCoreApplication>

#include <limits>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::Client)
};

constexpr int mostInterim = 32;
constexpr qsizetype mostOfChunkLine = 4096; // bytes of a chunk's size with its extensions
constexpr qint64 leastFraming = 64 * 1024;

QString shown(QByteArrayView bytes)
{
    QString text = QString::fromUtf8(bytes.first(qMin<qsizetype>(bytes.size(), 60)));
    for (QChar &c : text) {
        if (!c.isPrint())
            c = QChar::ReplacementCharacter;
    }
    return text;
}

bool isSame(QByteArrayView a, const char *b)
{
    return size_t(a.size()) == qstrlen(b) && qstrnicmp(a.data(), a.size(), b, a.size()) == 0;
}

// Digits and nothing else; -1 for anything else and for what does not fit.
qint64 numberOf(QByteArrayView text, int base)
{
    qint64 value = 0;
    for (const char c : text) {
        const int digit = c >= '0' && c <= '9' ? c - '0'
            : c >= 'a' && c <= 'f'             ? c - 'a' + 10
            : c >= 'A' && c <= 'F'             ? c - 'A' + 10
                                               : 99;
        if (digit >= base || value > (std::numeric_limits<qint64>::max() - digit) / base)
            return -1;
        value = value * base + digit;
    }
    return text.isEmpty() ? -1 : value;
}

} // namespace

HttpResponseReader::HttpResponseReader(HttpForm form, const Limits &limits)
    : m_form(form)
    , m_limits(limits)
{
}

HttpResponseReader::Status HttpResponseReader::fail(ErrorKind kind, const QString &message)
{
    m_at = At::Failed;
    m_mayKeep = false;
    m_error = Error::make(kind, message);
    return Status::Failed;
}

HttpResponseReader::Status HttpResponseReader::invalid(const QString &what)
{
    return fail(ErrorKind::InvalidAnswer, what);
}

HttpResponseReader::Status HttpResponseReader::tooLarge()
{
    return fail(ErrorKind::LimitExceeded, Text::tr("the answer is larger than %1").arg(sizeText(m_limits.bytes)));
}

HttpResponseReader::Status HttpResponseReader::add(QByteArrayView bytes)
{
    m_hasBegun = m_hasBegun || !bytes.isEmpty();
    while (!bytes.isEmpty()) {
        Status status = Status::More;
        switch (m_at) {
        case At::Head:
            status = addToHead(bytes);
            break;
        case At::Body:
        case At::ChunkData: {
            const auto piece = bytes.first(qMin<qint64>(bytes.size(), m_left));
            bytes = bytes.sliced(piece.size());
            m_left -= piece.size();
            status = deliver(piece);
            if (status == Status::More && m_left == 0) {
                if (m_at == At::Body)
                    status = finish();
                else
                    m_at = At::ChunkEnd;
            }
            break;
        }
        case At::UntilClose:
            status = deliver(std::exchange(bytes, {}));
            break;
        case At::ChunkSize:
            if (takeLine(bytes, mostOfChunkLine))
                status = readChunkSize();
            break;
        case At::ChunkEnd:
            if (takeLine(bytes, 2)) {
                if (!m_line.isEmpty())
                    return invalid(Text::tr("a chunk of the answer is longer than it says"));
                m_at = At::ChunkSize;
            }
            break;
        case At::Trailer:
            if (takeLine(bytes, m_limits.headerBytes)) {
                if (m_line.isEmpty())
                    status = finish();
                m_line.clear();
            }
            break;
        case At::Done:
            m_excess += bytes.size();
            return Status::Done;
        case At::Failed:
            return Status::Failed;
        }
        if (m_at == At::Failed)
            return Status::Failed;
        if (status == Status::Done && bytes.isEmpty())
            return status;
    }
    return m_at == At::Done ? Status::Done : Status::More;
}

HttpResponseReader::Status HttpResponseReader::end()
{
    switch (m_at) {
    case At::Done:
        return Status::Done;
    case At::Failed:
        return Status::Failed;
    case At::UntilClose:
        return finish();
    case At::Head:
        return fail(ErrorKind::ConnectionLost, m_hasBegun ? Text::tr("in the middle of the head") : QString());
    default:
        return fail(ErrorKind::ConnectionLost, Text::tr("in the middle of the body"));
    }
}

HttpResponseReader::Status HttpResponseReader::addToHead(QByteArrayView &bytes)
{
    const qsizetype had = m_head.size();
    m_head.append(bytes.first(qMin<qsizetype>(bytes.size(), m_limits.headerBytes + 1 - had)));
    if (m_form == HttpForm::Http) { // before a line end that may never come
        const QByteArrayView begin = QByteArrayView(m_head).first(qMin<qsizetype>(m_head.size(), 5));
        if (begin != QByteArrayView("HTTP/").first(begin.size())) {
            if (m_head == "\x15") {
                bytes = {};
                return Status::More; // perhaps an alert of TLS
            }
            if (m_head.startsWith("\x15\x03"))
                return invalid(Text::tr("it speaks TLS; perhaps https:// is meant"));
            return invalid(Text::tr("it begins with \"%1\"").arg(shown(m_head)));
        }
    }
    // The head ends with an empty line; a bare line feed ends a line, too (RFC 9112 section 2.2).
    for (qsizetype at = m_head.indexOf('\n', m_searched); at >= 0; at = m_head.indexOf('\n', at + 1)) {
        m_searched = at + 1;
        const qsizetype begin = m_head.lastIndexOf('\n', at - 1 - m_head.size()) + 1;
        const bool isEmpty = at > 0 && (begin == at || (begin == at - 1 && m_head[begin] == '\r'));
        if (!isEmpty)
            continue;
        m_head.truncate(at + 1);
        bytes = bytes.sliced(at + 1 - had);
        return readHead();
    }
    if (m_head.size() > m_limits.headerBytes)
        return fail(ErrorKind::LimitExceeded,
            Text::tr("the head of the answer is larger than %1").arg(sizeText(m_limits.headerBytes)));
    bytes = {};
    return Status::More;
}

HttpResponseReader::Status HttpResponseReader::readHead()
{
    QByteArrayView rest = m_head;
    int fields = 0;
    bool isFirst = true;
    QByteArray folded; // a line and those that continue it
    while (!rest.isEmpty()) {
        const auto lineAt = [](QByteArrayView text) {
            const auto line = text.first(text.indexOf('\n'));
            return line.endsWith('\r') ? line.chopped(1) : line;
        };
        QByteArrayView line = lineAt(rest);
        rest = rest.sliced(rest.indexOf('\n') + 1);
        if (std::exchange(isFirst, false) && (m_form == HttpForm::Http || line.startsWith("HTTP/"))) {
            if (readStatusLine(line) == Status::Failed)
                return Status::Failed;
            continue;
        }
        if (line.isEmpty())
            break;
        if (!rest.isEmpty() && (rest.front() == ' ' || rest.front() == '\t')) { // RFC 9112 section 5.2
            folded = line.toByteArray();
            while (!rest.isEmpty() && (rest.front() == ' ' || rest.front() == '\t')) {
                folded += ' ' + lineAt(rest).trimmed();
                rest = rest.sliced(rest.indexOf('\n') + 1);
            }
            line = folded;
        }
        if (++fields > m_limits.headerFields)
            return fail(ErrorKind::LimitExceeded,
                Text::tr("the head of the answer has more than %1 fields").arg(m_limits.headerFields));
        const qsizetype colon = line.indexOf(':');
        const auto name = line.first(qMax<qsizetype>(colon, 0));
        if (!isToken(name))
            return invalid(Text::tr("\"%1\" is no header field").arg(shown(line)));
        if (line.contains('\r') || line.contains('\0'))
            return invalid(Text::tr("the header field %1 has a control character").arg(shown(name)));
        if (readField(name, line.sliced(colon + 1).trimmed()) == Status::Failed)
            return Status::Failed;
    }
    if (m_form == HttpForm::Scgi && m_status == 0)
        m_status = 200; // RFC 3875 section 6.3.3
    if (m_status >= 100 && m_status < 200 && m_status != 101) { // to be skipped: the answer follows
        if (++m_interim > mostInterim)
            return invalid(Text::tr("more than %1 interim answers came").arg(mostInterim));
        const int interim = m_interim;
        *this = HttpResponseReader(m_form, m_limits);
        m_interim = interim;
        m_hasBegun = true;
        return Status::More;
    }
    return chooseFraming();
}

HttpResponseReader::Status HttpResponseReader::readStatusLine(QByteArrayView line)
{
    // HTTP/1.x SP three digits, then SP and a reason, which some leave out with its space.
    const bool isVersion = line.size() >= 12 && line.startsWith("HTTP/1.") && line[7] >= '0' && line[7] <= '9';
    const bool isStatus = isVersion && line[8] == ' ' && numberOf(line.sliced(9, 3), 10) >= 100
        && (line.size() == 12 || line[12] == ' ');
    if (!isStatus)
        return invalid(Text::tr("it begins with \"%1\"").arg(shown(line)));
    m_minorVersion = line[7] - '0';
    m_status = int(numberOf(line.sliced(9, 3), 10));
    if (m_minorVersion == 0)
        m_mayKeep = false; // unless it says otherwise
    return Status::More;
}

HttpResponseReader::Status HttpResponseReader::readField(QByteArrayView name, QByteArrayView value)
{
    const auto words = [value] {
        QList<QByteArray> list = value.toByteArray().toLower().split(',');
        for (QByteArray &word : list)
            word = word.trimmed();
        return list;
    };
    switch (name.size()) { // sparing most fields the comparison
    case 6:
        if (m_form == HttpForm::Scgi && isSame(name, "Status")) {
            m_status = int(numberOf(value.first(qMin<qsizetype>(3, value.size())), 10));
            if (m_status < 100 || (value.size() > 3 && value[3] != ' '))
                return invalid(Text::tr("\"Status: %1\" is no status").arg(shown(value)));
        }
        break;
    case 10:
        if (isSame(name, "Connection")) {
            const auto options = words();
            if (options.contains("close"))
                m_mayKeep = false;
            else if (options.contains("keep-alive"))
                m_mayKeep = true;
        } else if (isSame(name, "Set-Cookie")) {
            m_cookies.append(value.toByteArray());
        }
        break;
    case 12:
        if (isSame(name, "Content-Type") && m_contentType.isEmpty())
            m_contentType = value.toByteArray();
        break;
    case 14:
        if (isSame(name, "Content-Length")) {
            for (const QByteArray &word : words()) {
                const qint64 length = numberOf(word, 10);
                if (length < 0)
                    return invalid(Text::tr("\"Content-Length: %1\" is no length").arg(shown(value)));
                if (m_length >= 0 && m_length != length)
                    return invalid(Text::tr("it has two lengths, %1 and %2").arg(m_length).arg(length));
                m_length = length;
            }
        }
        break;
    case 16:
        if (isSame(name, "Content-Encoding") && !value.isEmpty() && !isSame(value, "identity"))
            m_encoding = m_encoding.isEmpty() ? value.toByteArray().toLower() : m_encoding + ", " + value;
        else if (isSame(name, "WWW-Authenticate"))
            m_challenges.append(value.toByteArray());
        break;
    case 17:
        if (isSame(name, "Transfer-Encoding")) {
            if (m_isChunked || !isSame(value, "chunked"))
                m_hasCoding = true;
            m_isChunked = true;
        }
        break;
    default:
        break;
    }
    return Status::More;
}

HttpResponseReader::Status HttpResponseReader::chooseFraming()
{
    if (m_status == 204 || m_status == 304 || m_status == 101) { // RFC 9110: they have no body
        m_mayKeep = m_mayKeep && m_status != 101;
        m_isChunked = false;
        return finish();
    }
    if (m_hasCoding)
        return invalid(Text::tr("it has a Transfer-Encoding other than \"chunked\""));
    if (m_isChunked && (m_length >= 0 || m_minorVersion == 0))
        m_mayKeep = false; // RFC 9112 section 6.3: chunks win, and nobody knows what comes behind them
    if (!m_isChunked && m_length > m_limits.bytes)
        return tooLarge();
    if (m_encoding == "gzip" || m_encoding == "x-gzip")
        m_inflater = std::make_unique<Inflater>(Inflater::Format::Gzip);
    else if (m_encoding == "deflate")
        m_inflater = std::make_unique<Inflater>(Inflater::Format::Deflate);
    if (m_isChunked) {
        m_at = At::ChunkSize;
    } else if (m_length < 0) {
        m_at = At::UntilClose;
        m_mayKeep = false;
    } else if (m_length == 0) {
        return finish();
    } else {
        m_at = At::Body;
        m_left = m_length;
    }
    return Status::More;
}

// Moves bytes to m_line until it is a whole line, which has no line end then.
bool HttpResponseReader::takeLine(QByteArrayView &bytes, qsizetype most)
{
    const qsizetype end = bytes.indexOf('\n');
    const auto piece = end < 0 ? bytes : bytes.first(end + 1);
    m_framing += piece.size();
    if (m_line.size() + piece.size() > most || m_framing > qMax(leastFraming, m_limits.bytes)) {
        if (m_at == At::ChunkEnd)
            invalid(Text::tr("a chunk of the answer is longer than it says"));
        else
            fail(ErrorKind::LimitExceeded, Text::tr("the answer has more framing than content"));
        return false;
    }
    m_line.append(piece);
    m_wire.append(piece);
    bytes = bytes.sliced(piece.size());
    if (end < 0)
        return false;
    m_line.chop(m_line.endsWith("\r\n") ? 2 : 1);
    return true;
}

HttpResponseReader::Status HttpResponseReader::readChunkSize()
{
    const QByteArray line = std::exchange(m_line, {});
    const qsizetype semicolon = line.indexOf(';');
    const qint64 size = numberOf((semicolon < 0 ? line : line.first(semicolon)).trimmed(), 16);
    if (size < 0)
        return invalid(Text::tr("\"%1\" is no size of a chunk").arg(shown(line)));
    if (size > m_limits.bytes)
        return tooLarge();
    m_left = size;
    m_at = size == 0 ? At::Trailer : At::ChunkData;
    return Status::More;
}

HttpResponseReader::Status HttpResponseReader::deliver(QByteArrayView content)
{
    if (!m_inflater) {
        if (m_isChunked)
            m_wire.append(content);
        const qint64 room = m_limits.bytes - m_body.size();
        m_body.append(content.first(qMin<qint64>(content.size(), room)));
        return content.size() > room ? tooLarge() : Status::More;
    }
    if (m_wire.size() - m_framing + content.size() > m_limits.bytes)
        return tooLarge();
    m_wire.append(content);
    switch (m_inflater->add(content, m_body, m_limits.bytes)) {
    case Inflater::Status::TooLarge:
        return tooLarge();
    case Inflater::Status::Broken:
        return invalid(Text::tr("it is not packed with %1, as it says").arg(shown(m_encoding)));
    default:
        return Status::More;
    }
}

HttpResponseReader::Status HttpResponseReader::finish()
{
    if (m_inflater && !m_wire.isEmpty() && m_wire.size() > m_framing && !m_inflater->isDone())
        return invalid(Text::tr("what was packed with %1 has no end").arg(shown(m_encoding)));
    if (!m_inflater && !m_encoding.isEmpty() && !m_body.isEmpty())
        return invalid(Text::tr("it is packed with \"%1\", which nobody asked for").arg(shown(m_encoding)));
    m_at = At::Done;
    return Status::Done;
}

} // namespace rpc
