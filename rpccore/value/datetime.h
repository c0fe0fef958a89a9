// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QByteArray>
#include <QDateTime>

#include <optional>

namespace rpc {

/// A point in time as a text without a zone, in the spelling of XML-RPC's dateTime.iso8601. The specification names no
/// zone ("19980717T14:08:55" says nothing of where), so none is added and nothing is converted: the text is the value.
class RPCCORE_EXPORT DateTime
{
public:
    /// The empty text; not valid.
    DateTime() = default;

    /// A date in one of the known spellings: "19980717T14:08:55" (the standard one), with hyphens in the date, without
    /// colons in the time, with a fraction of a second, with "Z" or an offset, with a blank for the "T", a date alone.
    /// Nothing when the text is none of these or names no real day or time.
    static std::optional<DateTime> fromText(QByteArrayView text);

    /// The date and time of \a when as they are written on its clock; milliseconds only when there are some, and "Z"
    /// when that clock is UTC. Other zones are left out.
    static DateTime fromQDateTime(const QDateTime &when);

    /// The text as received, ASCII.
    const QByteArray &text() const noexcept { return m_text; }

    /// True for exactly YYYYMMDDTHH:MM:SS.
    bool isStandard() const;
    /// True for that form with a fraction or a zone behind it, as fromQDateTime() gives it.
    bool isFinerThanStandard() const;
    /// The same date and time in the standard form: what is finer than a second is left out, and so is the zone. The text as
    /// it is when it is no date.
    QByteArray standardText() const;

    /// The same date and time on a Qt clock: Qt::UTC or an offset when the text has one, else Qt::LocalTime.
    QDateTime toQDateTime() const;

    /// ISO 8601 with hyphens and colons, as JSON-RPC peers expect it ("1998-07-17T14:08:55").
    QByteArray isoText() const;

    /// Same text: two spellings of one date are different.
    friend bool operator==(const DateTime &a, const DateTime &b) { return a.m_text == b.m_text; }

private:
    QByteArray m_text;
};

} // namespace rpc
