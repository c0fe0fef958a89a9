// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "httpresponse.h"

#include <QDateTime>
#include <QLocale>

#include <charconv>
#include <ctime>

namespace rpc {

namespace {

// RFC 9110 section 5.6.7; made anew once a second.
const QByteArray &dateField()
{
    thread_local qint64 madeFor = -1;
    thread_local QByteArray text;
    const qint64 now = qint64(std::time(nullptr));
    if (now != madeFor) {
        madeFor = now;
        text = "\r\nDate: "
            + QLocale::c()
                  .toString(
                      QDateTime::fromSecsSinceEpoch(now).toUTC(), QStringLiteral("ddd, dd MMM yyyy HH:mm:ss 'GMT'"))
                  .toLatin1();
    }
    return text;
}

void appendNumber(QByteArray &text, qint64 number)
{
    char digits[20];
    const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
    text.append(digits, end - digits);
}

} // namespace

HttpResponse HttpResponse::text(int status, const QString &line)
{
    HttpResponse r;
    r.status = status;
    r.contentType = "text/plain; charset=utf-8";
    r.body = line.toUtf8() + '\n';
    return r;
}

void HttpResponse::addVary(const QByteArray &name)
{
    for (auto &[field, value] : fields) {
        if (field == "Vary") {
            value += ", " + name;
            return;
        }
    }
    addField(QByteArrayLiteral("Vary"), name);
}

QByteArray HttpResponse::head(bool keepAlive, qsizetype more) const
{
    qsizetype fieldBytes = 0;
    for (const auto &[name, value] : fields)
        fieldBytes += name.size() + value.size() + 4;
    QByteArray head;
    head.reserve(200 + contentType.size() + fieldBytes + more);
    if (status == 200)
        head += "HTTP/1.1 200 OK";
    else
        head += "HTTP/1.1 " + QByteArray::number(status) + ' ' + reasonPhrase(status);
    head += dateField();
    if (status != 204 && status != 101) { // RFC 9110 section 8.6: a 204 has no Content-Length
        if (!contentType.isEmpty()) {
            head += "\r\nContent-Type: ";
            head += contentType;
        }
        head += "\r\nContent-Length: ";
        appendNumber(head, body.size());
    }
    bool offersUpgrade = false;
    for (const auto &[name, value] : fields) {
        offersUpgrade |= name == "Upgrade";
        head += "\r\n";
        head += name;
        head += ": ";
        head += value;
    }
    head += offersUpgrade ? "\r\nConnection: upgrade, " : "\r\nConnection: "; // RFC 9110 section 7.8
    head += keepAlive ? "keep-alive\r\n\r\n" : "close\r\n\r\n";
    return head;
}

QByteArray HttpResponse::reasonPhrase(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 204:
        return "No Content";
    case 301:
        return "Moved Permanently";
    case 308:
        return "Permanent Redirect";
    case 400:
        return "Bad Request";
    case 401:
        return "Unauthorized";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 406:
        return "Not Acceptable";
    case 408:
        return "Request Timeout";
    case 413:
        return "Content Too Large";
    case 414:
        return "URI Too Long";
    case 415:
        return "Unsupported Media Type";
    case 417:
        return "Expectation Failed";
    case 421:
        return "Misdirected Request";
    case 426:
        return "Upgrade Required";
    case 429:
        return "Too Many Requests";
    case 431:
        return "Request Header Fields Too Large";
    case 500:
        return "Internal Server Error";
    case 501:
        return "Not Implemented";
    case 503:
        return "Service Unavailable";
    case 505:
        return "HTTP Version Not Supported";
    default:
        return "Status";
    }
}

} // namespace rpc
