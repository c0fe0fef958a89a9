// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "websockethandshake.h"

#include "websocketchannel.h"

#include <rpccore/message/fieldsyntax.h>

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QRandomGenerator>

#include <array>

namespace rpc {

namespace {

struct Text
{
    Q_DECLARE_TR_FUNCTIONS(rpc::MessageChannel)
};

constexpr qsizetype mostOfHead = 64 * 1024; // bytes of a server's answer

// Fields of the handshake itself would stand twice, and a line break would end the field early.
bool isSendable(const QByteArray &name, const QByteArray &value)
{
    static constexpr const char *own[] = { "Host", "Connection", "Upgrade", "Content-Length", "Transfer-Encoding" };
    const bool isOwn = std::any_of(std::begin(own), std::end(own), [&](const char *o) { return isSameField(name, o); })
        || name.toLower().startsWith("sec-websocket-");
    const auto isValueChar = [](char c) { return (uchar(c) >= 0x20 && c != 0x7f) || c == '\t'; };
    return !isOwn && isToken(name) && std::all_of(value.begin(), value.end(), isValueChar);
}

// For the eyes of a person: what came instead, without what cannot be shown.
QString shown(QByteArrayView bytes)
{
    QString text = QString::fromUtf8(bytes);
    for (QChar &c : text) {
        if (!c.isPrint() && !c.isSpace())
            c = QChar::ReplacementCharacter;
    }
    return text.trimmed();
}

class Answer
{
public:
    Answer(const QByteArray &received, const WebSocketTarget &target)
        : m_received(received)
        , m_target(target)
    {
    }

    std::variant<std::monostate, WebSocketAgreed, Error> read(const QByteArray &key)
    {
        const bool isHttp = m_received.left(5) == QByteArrayView("HTTP/").first(qMin<qsizetype>(5, m_received.size()));
        if (m_received.startsWith("\x15\x03")) // the alert that a TLS server has for what is no handshake of TLS
            return refused(Text::tr("it speaks TLS, so its URL begins with wss:"));
        if (!isHttp)
            return refused(Text::tr("it does not answer in HTTP"));
        qsizetype begin = 0;
        qsizetype end = 0;
        QByteArrayView lines; // each with its CR LF
        const auto nextLine = [&lines] {
            const auto size = lines.indexOf("\r\n");
            const auto line = lines.first(size);
            lines = lines.sliced(size + 2);
            return line;
        };
        for (;;) {
            end = m_received.indexOf("\r\n\r\n", begin);
            if (end < 0 && m_received.size() <= mostOfHead)
                return {};
            if (end < 0 || end > mostOfHead)
                return refused(Text::tr("its answer has a head of more than %1 bytes").arg(mostOfHead));
            lines = QByteArrayView(m_received).first(end + 2).sliced(begin);
            if (!readStatus(nextLine()))
                return refused(Text::tr("it does not answer in HTTP"));
            if (m_status == 101 || m_status >= 200)
                break;
            begin = end + 4; // the answer follows (RFC 9110 section 15.2)
        }
        if (m_status != 101)
            return otherStatus();
        while (!lines.isEmpty()) {
            const auto field = readFieldLine(nextLine());
            if (!field)
                return refused(Text::tr("a field of its answer is malformed"));
            add(field->first, field->second);
        }
        return judge(key, end + 4);
    }

private:
    bool readStatus(QByteArrayView line)
    {
        // HTTP/1.1 101 Switching Protocols
        const bool isWellFormed = line.size() >= 12 && line.startsWith("HTTP/1.") && line[8] == ' '
            && (line.size() == 12 || line[12] == ' ');
        bool isNumber = false;
        m_status = isWellFormed ? line.sliced(9, 3).toByteArray().toInt(&isNumber) : 0;
        return isNumber && m_status >= 100;
    }

    void add(QByteArrayView name, QByteArrayView value)
    {
        if (isSameField(name, "Upgrade"))
            m_upgrades = m_upgrades || fieldListHas(value, "websocket");
        else if (isSameField(name, "Connection"))
            m_isConnectionUpgraded = m_isConnectionUpgraded || fieldListHas(value, "upgrade");
        else if (isSameField(name, "Sec-WebSocket-Accept"))
            m_accepts.append(value.toByteArray());
        else if (isSameField(name, "Sec-WebSocket-Extensions"))
            m_extensions.append(value.toByteArray());
        else if (isSameField(name, "Sec-WebSocket-Protocol"))
            m_subprotocols.append(QString::fromUtf8(value));
    }

    // RFC 6455 section 4.1, the six points at its end.
    std::variant<std::monostate, WebSocketAgreed, Error> judge(const QByteArray &key, qsizetype length) const
    {
        if (!m_upgrades || !m_isConnectionUpgraded)
            return refused(Text::tr("its answer does not name the upgrade to a WebSocket"));
        if (m_accepts.size() != 1 || m_accepts.constFirst() != webSocketAccept(key))
            return refused(Text::tr("its answer does not belong to the key of the handshake"));
        if (!m_extensions.isEmpty())
            return refused(Text::tr("it wants the extension \"%1\", which was not offered")
                               .arg(QString::fromUtf8(m_extensions.constFirst())));
        if (m_subprotocols.size() > 1
            || (m_subprotocols.size() == 1 && !m_target.subprotocols.contains(m_subprotocols.constFirst())))
            return refused(
                Text::tr("it wants the subprotocol \"%1\", which was not offered").arg(m_subprotocols.join(u", ")));
        return WebSocketAgreed { length, m_subprotocols.value(0) };
    }

    Error refused(const QString &why) const
    {
        Error e = Error::make(
            ErrorKind::Refused, Text::tr("%1 does not become a WebSocket: %2").arg(m_target.url.toString(), why));
        e.details = shown(QByteArrayView(m_received).first(qMin<qsizetype>(m_received.size(), 1000)));
        return e;
    }

    Error otherStatus() const
    {
        Error e = refused(Text::tr("it answers HTTP %1").arg(m_status));
        e.kind = m_status == 401 || m_status == 403 ? ErrorKind::Unauthorized : ErrorKind::HttpStatus;
        e.httpStatus = m_status;
        return e;
    }

    const QByteArray &m_received;
    const WebSocketTarget &m_target;
    int m_status = 0;
    bool m_upgrades = false;
    bool m_isConnectionUpgraded = false;
    QByteArrayList m_accepts;
    QByteArrayList m_extensions;
    QStringList m_subprotocols;
};

} // namespace

QByteArray newWebSocketKey()
{
    std::array<quint32, 4> random {};
    QRandomGenerator::system()->fillRange(random.data(), qsizetype(random.size()));
    return QByteArray(reinterpret_cast<const char *>(random.data()), sizeof random).toBase64();
}

QByteArray webSocketAccept(const QByteArray &key)
{
    const QByteArray text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    return QCryptographicHash::hash(text, QCryptographicHash::Sha1).toBase64();
}

QString unsendablePart(const WebSocketTarget &target)
{
    for (const auto &[name, value] : target.headers) {
        if (!isSendable(name, value))
            return Text::tr("the header field \"%1\"").arg(QString::fromUtf8(name));
    }
    if (!isSendable("Authorization", target.bearer.toUtf8()))
        return Text::tr("the token");
    if (!isSendable("Origin", target.origin))
        return Text::tr("the origin");
    for (const QString &protocol : target.subprotocols) {
        if (!isToken(protocol.toUtf8()))
            return Text::tr("the subprotocol \"%1\"").arg(protocol);
    }
    return {};
}

QByteArray webSocketRequest(const WebSocketTarget &target, const QByteArray &key)
{
    const int usualPort = target.url.scheme() == u"wss" ? 443 : 80;
    QByteArray path = target.url.path(QUrl::FullyEncoded).toLatin1();
    if (path.isEmpty())
        path = "/";
    if (target.url.hasQuery())
        path += '?' + target.url.query(QUrl::FullyEncoded).toLatin1();
    QByteArray head = "GET " + path
        + " HTTP/1.1\r\nHost: " + authorityOf(target.url.host(), target.url.port(usualPort), usualPort)
        + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key
        + "\r\nSec-WebSocket-Version: 13\r\n";
    const auto add = [&head](const QByteArray &name, const QByteArray &value) { head += name + ": " + value + "\r\n"; };
    if (!target.subprotocols.isEmpty())
        add("Sec-WebSocket-Protocol", target.subprotocols.join(u", ").toUtf8());
    if (!target.origin.isEmpty())
        add("Origin", target.origin);
    if (!target.user.isEmpty())
        add("Authorization", basicAuthorization(target.user, target.password));
    else if (!target.bearer.isEmpty())
        add("Authorization", "Bearer " + target.bearer.toUtf8());
    for (const auto &[name, value] : target.headers)
        add(name, value);
    return head + "\r\n";
}

QByteArray webSocketAgreement(const QByteArray &key, const QString &subprotocol)
{
    QByteArray head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                      "Sec-WebSocket-Accept: "
        + webSocketAccept(key) + "\r\n";
    if (!subprotocol.isEmpty())
        head += "Sec-WebSocket-Protocol: " + subprotocol.toUtf8() + "\r\n";
    return head + "\r\n";
}

std::variant<std::monostate, WebSocketAgreed, Error> readWebSocketAnswer(
    const QByteArray &received, const WebSocketTarget &target, const QByteArray &key)
{
    return received.isEmpty() ? std::variant<std::monostate, WebSocketAgreed, Error>()
                              : Answer(received, target).read(key);
}

} // namespace rpc
