// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "eventstream.h"

#include <utility>

namespace rpc {

QList<QByteArray> EventStreamReader::add(QByteArrayView bytes)
{
    QList<QByteArray> events;
    for (;;) {
        if (std::exchange(m_afterCr, false) && bytes.startsWith('\n'))
            bytes = bytes.sliced(1);
        qsizetype end = 0;
        while (end < bytes.size() && bytes[end] != '\n' && bytes[end] != '\r')
            ++end;
        m_line += bytes.first(end);
        if (end == bytes.size())
            return events;
        m_afterCr = bytes[end] == '\r';
        if (std::exchange(m_isFirst, false) && m_line.startsWith("\xef\xbb\xbf"))
            m_line.remove(0, 3);
        line(m_line, events);
        m_line.clear();
        bytes = bytes.sliced(end + 1);
        if (bytes.isEmpty())
            return events;
    }
}

void EventStreamReader::line(QByteArrayView text, QList<QByteArray> &events)
{
    if (text.isEmpty()) {
        if (std::exchange(m_hasData, false))
            events.append(std::exchange(m_data, {}));
        return;
    }
    const qsizetype colon = text.indexOf(':');
    if (text.first(colon < 0 ? text.size() : colon) != "data")
        return;
    QByteArrayView value = colon < 0 ? QByteArrayView() : text.sliced(colon + 1);
    if (value.startsWith(' '))
        value = value.sliced(1);
    if (std::exchange(m_hasData, true))
        m_data += '\n';
    m_data += value;
}

} // namespace rpc
