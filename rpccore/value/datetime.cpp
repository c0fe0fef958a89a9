// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "datetime.h"

#include <QTimeZone>

namespace rpc {

namespace {

struct Parts
{
    QDate date;
    QTime time;
    QByteArray fraction; // the digits after the point, as written
    QByteArray zone; // "", "Z" or "+hh:mm" in one of its spellings
};

class Scanner
{
public:
    explicit Scanner(QByteArrayView text)
        : m_text(text)
    {
    }
    bool atEnd() const { return m_at == m_text.size(); }
    char peek() const { return atEnd() ? '\0' : m_text[m_at]; }
    bool take(char c)
    {
        if (peek() != c)
            return false;
        ++m_at;
        return true;
    }
    int digits(int count) // -1 when there are fewer
    {
        if (m_at + count > m_text.size())
            return -1;
        int value = 0;
        for (int i = 0; i < count; ++i) {
            const char c = m_text[m_at + i];
            if (c < '0' || c > '9')
                return -1;
            value = value * 10 + (c - '0');
        }
        m_at += count;
        return value;
    }
    QByteArray digitRun()
    {
        QByteArray run;
        while (peek() >= '0' && peek() <= '9')
            run += m_text[m_at++];
        return run;
    }
    QByteArray rest()
    {
        const QByteArray all = m_text.sliced(m_at).toByteArray();
        m_at = m_text.size();
        return all;
    }

private:
    QByteArrayView m_text;
    qsizetype m_at = 0;
};

bool isZone(const QByteArray &zone)
{
    if (zone.isEmpty() || zone == "Z")
        return true;
    if (zone[0] != '+' && zone[0] != '-')
        return false;
    Scanner s(QByteArrayView(zone).sliced(1));
    const int hours = s.digits(2);
    if (hours < 0 || hours > 14)
        return false;
    if (s.atEnd())
        return true;
    s.take(':');
    const int minutes = s.digits(2);
    return minutes >= 0 && minutes < 60 && s.atEnd();
}

std::optional<Parts> parse(QByteArrayView text)
{
    Parts p;
    Scanner s(text);
    const int year = s.digits(4);
    const bool hyphens = s.take('-');
    const int month = s.digits(2);
    if (hyphens && !s.take('-'))
        return std::nullopt;
    const int day = s.digits(2);
    p.date = QDate(year, month, day);
    if (year < 0 || !p.date.isValid())
        return std::nullopt;
    p.time = QTime(0, 0);
    if (s.atEnd())
        return p;
    if (!s.take('T') && !s.take(' '))
        return std::nullopt;
    const int hour = s.digits(2);
    const bool colons = s.take(':');
    const int minute = s.digits(2);
    if (colons && !s.take(':'))
        return std::nullopt;
    const int second = s.digits(2);
    p.time = QTime(hour, minute, second);
    if (hour < 0 || minute < 0 || second < 0 || !p.time.isValid())
        return std::nullopt;
    if (s.take('.') || s.take(',')) {
        p.fraction = s.digitRun();
        if (p.fraction.isEmpty())
            return std::nullopt;
        p.time = p.time.addMSecs(p.fraction.leftJustified(3, '0').left(3).toInt());
    }
    p.zone = s.rest();
    if (!isZone(p.zone))
        return std::nullopt;
    return p;
}

} // namespace

std::optional<DateTime> DateTime::fromText(QByteArrayView text)
{
    if (!parse(text))
        return std::nullopt;
    DateTime d;
    d.m_text = text.toByteArray();
    return d;
}

DateTime DateTime::fromQDateTime(const QDateTime &when)
{
    DateTime d;
    if (!when.isValid())
        return d;
    const bool fraction = when.time().msec() != 0;
    d.m_text
        = when.toString(fraction ? QStringLiteral("yyyyMMdd'T'HH:mm:ss.zzz") : QStringLiteral("yyyyMMdd'T'HH:mm:ss"))
              .toLatin1();
    const bool isUtc = when.timeSpec() == Qt::UTC || (when.timeSpec() == Qt::OffsetFromUTC && when.offsetFromUtc() == 0)
        || (when.timeSpec() == Qt::TimeZone && when.timeZone() == QTimeZone::utc());
    if (isUtc)
        d.m_text += 'Z';
    return d;
}

bool DateTime::isFinerThanStandard() const
{
    return m_text.size() > 17 && m_text[8] == 'T' && m_text[11] == ':' && m_text[14] == ':';
}

QByteArray DateTime::standardText() const
{
    if (isStandard())
        return m_text;
    const auto p = parse(m_text);
    return p
        ? (p->date.toString(QStringLiteral("yyyyMMdd")) + p->time.toString(QStringLiteral("'T'HH:mm:ss"))).toLatin1()
        : m_text;
}

bool DateTime::isStandard() const
{
    return m_text.size() == 17 && m_text[8] == 'T' && m_text[11] == ':' && m_text[14] == ':';
}

QDateTime DateTime::toQDateTime() const
{
    const auto p = parse(m_text);
    if (!p)
        return {};
    if (p->zone == "Z")
        return QDateTime(p->date, p->time, QTimeZone::utc());
    if (!p->zone.isEmpty()) {
        const QByteArray plain = QByteArray(p->zone).replace(":", "").leftJustified(5, '0');
        const int seconds = plain.mid(1, 2).toInt() * 3600 + plain.mid(3, 2).toInt() * 60;
        return QDateTime(p->date, p->time, QTimeZone(plain[0] == '-' ? -seconds : seconds));
    }
    return QDateTime(p->date, p->time);
}

QByteArray DateTime::isoText() const
{
    const auto p = parse(m_text);
    if (!p)
        return m_text;
    QByteArray text = p->date.toString(Qt::ISODate).toLatin1() + 'T' + p->time.toString(Qt::ISODate).toLatin1();
    if (!p->fraction.isEmpty())
        text += '.' + p->fraction;
    return text + p->zone;
}

} // namespace rpc
