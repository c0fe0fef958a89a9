// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#pragma once

#include <rpccore_core_export.h>

#include <QByteArray>
#include <QByteArrayView>
#include <QList>

namespace rpc {

/// Takes a text/event-stream apart (HTML Living Standard, section 9.2.6), in any pieces: the data of each event, its
/// lines joined by line feeds. Comments, names, ids and reconnection times are passed over, and so is an event without
/// data. An event that the stream's end cuts off is none.
class RPCCORE_EXPORT EventStreamReader
{
public:
    /// The events that \a bytes, what came next, complete.
    QList<QByteArray> add(QByteArrayView bytes);

private:
    void line(QByteArrayView text, QList<QByteArray> &events);

    QByteArray m_line; // as far as it has come
    QByteArray m_data; // of the event that is not complete
    bool m_hasData = false;
    bool m_isFirst = true; // a byte order mark may stand before the first line
    bool m_afterCr = false; // a line feed belongs to the carriage return before it
};

} // namespace rpc
