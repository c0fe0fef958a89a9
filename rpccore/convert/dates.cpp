// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "dates.h"

#include <QRegularExpression>
#include <QTimeZone>

#include <cmath>

namespace rpc {

namespace {

// Nothing when \a text is no ISO 8601 date and time.
std::optional<QDateTime> fromIso(const QString &text)
{
    if (const auto date = DateTime::fromText(text.toLatin1()))
        return date->toQDateTime();
    return std::nullopt;
}

Result<QDateTime> fromEpoch(const Value &value, DateOptions::Epoch unit)
{
    constexpr double furthest = 8.64e15; // ms, 100,000,000 days either way: what every calendar still counts exactly
    const qint64 factor = unit == DateOptions::Epoch::Seconds ? 1000 : 1;
    const auto utc = [](qint64 ms) { return QDateTime::fromMSecsSinceEpoch(ms, QTimeZone::utc()); };
    if (const auto whole = value.toInteger()) {
        if (std::abs(double(*whole)) * double(factor) <= furthest)
            return utc(*whole * factor);
    } else if (const auto number = value.toDouble()) {
        const double ms = *number * double(factor);
        if (std::abs(ms) <= furthest)
            return utc(std::llround(ms));
    }
    return detail::valueMismatch(QStringLiteral("a time since 1970"), value);
}

} // namespace

QString Convert<QDateTime>::typeName() { return rpc::typeName(Type::DateTime); }

Result<QDateTime> Convert<QDateTime>::fromValue(const Value &value)
{
    if (const auto *date = value.get<DateTime>()) {
        QDateTime when = date->toQDateTime();
        if (when.isValid())
            return when;
    }
    if (const auto *text = value.get<QString>()) {
        if (const auto date = fromIso(*text))
            return *date;
        return detail::valueMismatch(typeName(), value);
    }
    return detail::typeMismatch(typeName(), value);
}

QString Convert<QDate>::typeName() { return rpc::typeName(Type::String); }

Value Convert<QDate>::toValue(const QDate &value) { return value.toString(Qt::ISODate); }

Result<QDate> Convert<QDate>::fromValue(const Value &value)
{
    static const auto expected = QStringLiteral("a date without a time");
    static const QRegularExpression form(QStringLiteral("\\A[0-9]{4}-[0-9]{2}-[0-9]{2}\\z"));
    if (const auto *date = value.get<DateTime>()) {
        const QByteArray iso = date->isoText();
        const QDate day = date->toQDateTime().date();
        if (day.isValid() && iso == day.toString(Qt::ISODate).toLatin1() + "T00:00:00")
            return day;
        return detail::valueMismatch(expected, value);
    }
    const auto *text = value.get<QString>();
    if (!text)
        return detail::typeMismatch(typeName(), value);
    const QDate day = form.match(*text).hasMatch() ? QDate::fromString(*text, Qt::ISODate) : QDate();
    if (day.isValid())
        return day;
    return detail::valueMismatch(expected, value);
}

QString Convert<QTime>::typeName() { return rpc::typeName(Type::String); }

Value Convert<QTime>::toValue(const QTime &value)
{
    return value.toString(value.msec() > 0 ? Qt::ISODateWithMs : Qt::ISODate);
}

Result<QTime> Convert<QTime>::fromValue(const Value &value)
{
    static const QRegularExpression form(
        QStringLiteral("\\A([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,3}))?)?\\z"));
    const auto *text = value.get<QString>();
    if (!text)
        return detail::typeMismatch(typeName(), value);
    const auto match = form.match(*text);
    if (match.hasMatch()) {
        const int ms = match.captured(4).leftJustified(3, u'0').toInt();
        const QTime time(match.captured(1).toInt(), match.captured(2).toInt(), match.captured(3).toInt(), ms);
        if (time.isValid())
            return time;
    }
    return detail::valueMismatch(QStringLiteral("a time of day"), value);
}

Result<QDateTime> toDateTime(const Value &value, const DateOptions &options)
{
    if (const auto *text = value.get<QString>(); text && !options.format.isEmpty()) {
        QDateTime when = QDateTime::fromString(*text, options.format);
        if (when.isValid())
            return when;
        return detail::valueMismatch(QStringLiteral("a date like ") + options.format, value);
    }
    if (value.toDouble() && options.epoch != DateOptions::Epoch::Refuse)
        return fromEpoch(value, options.epoch);
    return Convert<QDateTime>::fromValue(value);
}

} // namespace rpc
