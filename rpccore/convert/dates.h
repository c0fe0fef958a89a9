// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore/convert/basics.h>

#include <QDateTime>

namespace rpc {

/// Out: the date and time on its own clock, with "Z" for UTC and without any other zone (XML-RPC writes neither zone nor
/// milliseconds); an invalid QDateTime is a DateTime without text, which does not come back. In: from a dateTime or, as JSON has none, from text in ISO 8601, in
/// any spelling that DateTime::fromText() knows. An offset is kept; no zone means Qt::LocalTime; what is finer than a
/// millisecond is cut.
template <> struct Convert<QDateTime>
{
    RPCCORE_EXPORT static QString typeName(); ///< "dateTime.iso8601".
    /// As DateTime::fromQDateTime().
    static Value toValue(const QDateTime &value) { return DateTime::fromQDateTime(value); }
    RPCCORE_EXPORT static Result<QDateTime> fromValue(const Value &value); ///< From a dateTime or from text.
};

/// Text, "1998-07-17", for no protocol has dates without a time. In also a dateTime when it is a date alone or midnight
/// without a fraction and without a zone. Out: an invalid date, and years before 0 or after 9999, are the empty text.
template <> struct Convert<QDate>
{
    RPCCORE_EXPORT static QString typeName(); ///< "string".
    RPCCORE_EXPORT static Value toValue(const QDate &value); ///< ISO 8601 text.
    /// From text, or a dateTime that is a date alone.
    RPCCORE_EXPORT static Result<QDate> fromValue(const Value &value);
};

/// Text, "14:08:55", with ".123" when there are milliseconds. In also without seconds. More digits than three are an
/// error. Out: an invalid time is the empty text.
template <> struct Convert<QTime>
{
    RPCCORE_EXPORT static QString typeName(); ///< "string".
    RPCCORE_EXPORT static Value toValue(const QTime &value); ///< ISO 8601 text.
    RPCCORE_EXPORT static Result<QTime> fromValue(const Value &value); ///< From text.
};

/// What else toDateTime() takes for a date.
struct DateOptions
{
    /// What a number means.
    enum class Epoch : quint8 {
        Refuse, ///< no date: an error
        Seconds, ///< since 1970 in UTC
        Milliseconds ///< since 1970 in UTC
    };

    /// The form of text, as for QDateTime::fromString() ("dd.MM.yyyy HH:mm"): then text in another form is an error.
    /// Empty: ISO 8601, in any spelling that DateTime::fromText() knows, a date alone too (it is midnight).
    QString format;
    /// Numbers since 1970-01-01T00:00:00Z, in this unit; the result is in UTC. Seconds may have a fraction. Numbers are
    /// no dates unless asked for.
    Epoch epoch = Epoch::Refuse;
};

/// The date that \a value holds, in whatever shape a peer sends it: a dateTime, text, a number. A dateTime is read
/// whatever \a options say. The error is InvalidParams. Where an invalid QDateTime is as good as an error, say
/// `toDateTime(value).valueOr(QDateTime())`. Thread-safe.
RPCCORE_EXPORT Result<QDateTime> toDateTime(const Value &value, const DateOptions &options = {});

} // namespace rpc
