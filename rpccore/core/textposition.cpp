// SPDX-FileCopyrightText: 2026 The Antiphon authors
// SPDX-License-Identifier: MIT
#include "textposition.h"

namespace rpc {

TextPosition positionAt(QByteArrayView text, qint64 offset, const TextPosition &from)
{
    TextPosition p = from;
    p.offset = offset;
    const qint64 end = qMin<qint64>(offset, text.size());
    for (qint64 i = from.offset; i < end; ++i) {
        const auto c = uchar(text[i]);
        if (c == '\n' || (c == '\r' && (i + 1 >= text.size() || text[i + 1] != '\n'))) {
            ++p.line;
            p.column = 1;
        } else if ((c & 0xc0) != 0x80) {
            ++p.column; // continuation bytes belong to the character before them
        }
    }
    return p;
}

} // namespace rpc
