// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "originrules.h"

#include <algorithm>

namespace rpc {

namespace {

QList<QByteArray> toUtf8(const QStringList &texts)
{
    QList<QByteArray> all;
    for (const QString &text : texts)
        all.append(text.toUtf8());
    return all;
}

bool isIn(char c, QByteArrayView characters) { return characters.contains(c); }

// The name in a Host field, in lower case and without brackets; nothing when it is malformed (RFC 9110 section 7.2).
std::optional<QByteArray> hostName(QByteArrayView host)
{
    QByteArray name;
    QByteArrayView rest;
    if (host.startsWith('[')) {
        const qsizetype end = host.indexOf(']');
        if (end < 0)
            return std::nullopt;
        name = host.sliced(1, end - 1).toByteArray().toLower();
        rest = host.sliced(end + 1);
        if (!std::all_of(name.cbegin(), name.cend(), [](char c) { return isIn(c, "0123456789abcdef:."); })
            || !name.contains(':'))
            return std::nullopt;
    } else {
        const qsizetype colon = host.indexOf(':');
        name = host.first(colon < 0 ? host.size() : colon).toByteArray().toLower();
        rest = host.sliced(name.size());
        if (!std::all_of(
                name.cbegin(), name.cend(), [](char c) { return (c >= 'a' && c <= 'z') || isIn(c, "0123456789._-"); }))
            return std::nullopt;
    }
    if (name.isEmpty())
        return std::nullopt;
    if (rest.isEmpty())
        return name;
    const auto port = rest.sliced(1);
    if (rest[0] != ':' || port.isEmpty() || port.size() > 5
        || !std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return std::nullopt;
    return name;
}

} // namespace

OriginRules::OriginRules(const HttpOptions &options)
    : m_anyHost(!options.address.isLoopback() && options.hosts.isEmpty()) // under names that nobody can know here
    , m_address(options.address)
    , m_origins(toUtf8(options.origins))
    , m_cors(options.cors)
{
    for (const QString &host : options.hosts)
        m_hosts.append(host.toLower());
    if (m_cors) {
        m_corsOrigins = toUtf8(m_cors->origins);
        m_anyOrigin = m_corsOrigins.contains("*");
    }
}

bool OriginRules::isOwnHost(const QByteArray &host) const
{
    if (m_anyHost || (!host.isEmpty() && host == m_lastHost))
        return true;
    const auto name = hostName(host);
    if (!name)
        return false;
    const QString text = QString::fromLatin1(*name);
    const QHostAddress address(text);
    if (text != u"localhost" && !m_hosts.contains(text) && !address.isLoopback()
        && (address.isNull() || address != m_address))
        return false;
    m_lastHost = host;
    return true;
}

bool OriginRules::isCorsOrigin(const QByteArray &origin) const
{
    return m_cors && !origin.isEmpty() && (m_anyOrigin || m_corsOrigins.contains(origin));
}

bool OriginRules::isOwnOrigin(const HttpHead &head) const
{
    return !m_ownScheme.isEmpty() && head.host.endsWith(m_ownPort) && head.origin == m_ownScheme + head.host;
}

void OriginRules::setOwnUrl(const QUrl &url)
{
    const bool isSecure = url.scheme() == u"https";
    m_ownScheme = isSecure ? "https://" : "http://";
    const int port = url.port();
    m_ownPort = port == (isSecure ? 443 : 80) ? QByteArray() : ':' + QByteArray::number(port);
}

bool OriginRules::mayCall(const HttpHead &head) const
{
    return !head.hasOrigin || head.origin.isEmpty() || m_origins.contains(head.origin) || m_origins.contains("*")
        || isCorsOrigin(head.origin) || isOwnOrigin(head);
}

bool OriginRules::mayConnect(const HttpHead &head, const WebSocketOptions &options) const
{
    if (!options.enabled)
        return false;
    if (!head.hasOrigin)
        return !options.originRequired;
    return options.origins.contains(u"*") || toUtf8(options.origins).contains(head.origin) || isOwnOrigin(head);
}

std::optional<HttpResponse> OriginRules::preflight(const HttpHead &head, const QByteArray &methods) const
{
    const QByteArray method = headerValue(head.fields, "Access-Control-Request-Method");
    if (!m_cors || head.method != "OPTIONS" || !head.hasOrigin || method.isEmpty())
        return std::nullopt;
    if (!isCorsOrigin(head.origin))
        return HttpResponse::text(403, QStringLiteral("this origin may not call"));
    if (!methods.split(',').contains(method) && !methods.split(',').contains(' ' + method))
        return HttpResponse::text(403, QStringLiteral("pages may not use this method"));
    QByteArrayList allowed { QByteArrayLiteral("Content-Type") };
    for (const QString &name : m_cors->headers) {
        if (name != u"*") // "*" itself would not mean Authorization
            allowed.append(name.toLatin1());
    }
    for (const auto &[field, value] : head.fields) {
        if (!isSameField(field, "Access-Control-Request-Headers"))
            continue;
        for (const QByteArray &asked : value.split(',')) {
            const QByteArray name = asked.trimmed();
            if (m_cors->headers.contains(u"*")) {
                if (!name.isEmpty() && !isSameField(name, "Content-Type"))
                    allowed.append(name);
                continue;
            }
            if (!name.isEmpty() && std::none_of(allowed.cbegin(), allowed.cend(), [&](const QByteArray &a) {
                    return isSameField(a, name);
                }))
                return HttpResponse::text(
                    403, QStringLiteral("pages may not set the field %1").arg(QString::fromLatin1(name)));
        }
    }
    HttpResponse response;
    response.status = 204;
    response.addField(QByteArrayLiteral("Access-Control-Allow-Methods"), methods);
    response.addField(QByteArrayLiteral("Access-Control-Allow-Headers"), allowed.join(", "));
    response.addField(QByteArrayLiteral("Access-Control-Max-Age"), QByteArray::number(qint64(m_cors->maxAge.count())));
    if (headerValue(head.fields, "Access-Control-Request-Private-Network") == "true")
        response.addField(QByteArrayLiteral("Access-Control-Allow-Private-Network"), QByteArrayLiteral("true"));
    response.addVary(QByteArrayLiteral("Access-Control-Request-Method"));
    response.addVary(QByteArrayLiteral("Access-Control-Request-Headers"));
    return response;
}

void OriginRules::addFields(const HttpHead &head, HttpResponse &response) const
{
    if (!m_cors)
        return;
    if (!m_anyOrigin)
        response.addVary(QByteArrayLiteral("Origin")); // also for those who get nothing
    if (!isCorsOrigin(head.origin))
        return;
    response.addField(
        QByteArrayLiteral("Access-Control-Allow-Origin"), m_anyOrigin ? QByteArrayLiteral("*") : head.origin);
    if (m_cors->credentials)
        response.addField(QByteArrayLiteral("Access-Control-Allow-Credentials"), QByteArrayLiteral("true"));
}

} // namespace rpc
